//! A desk with a case on it: an invented applicant's form, put where a test needs it, and the people of its offices.

use jiff::SignedDuration;
use jiff::civil::Date;
use tsubame::clock::Clock;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::storage::applications::{self, Application, Doer, Move, Turn};
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::cases::{self, Channel};

use super::finish::with_form;
use crate::storage::cast::{form, made};
use crate::support::app::TestApp;
use crate::support::person::Person;

/// The mission of these tests.
pub(super) const LONDON: &str = "emb-gb";
/// The municipality that keeps the register.
pub(super) const NAKA: &str = "141046";
/// An office without a part in anything.
pub(super) const PARIS: &str = "emb-fr";

pub(super) fn code(text: &str) -> OfficeCode {
    OfficeCode::parse(text).unwrap()
}

/// An applicant's case and the way to her pages.
pub(super) struct Filed {
    pub(super) hanako: Person,
    pub(super) home: String,
}

impl Filed {
    /// A form made for London, collected in London; the register is kept in Yokohama.
    pub(super) fn new(app: &TestApp) -> Self {
        let (hanako, home) = with_form(app);
        let filed = Self { hanako, home };
        let id = filed.application(app).id;
        app.store
            .write(|db| {
                cases::set_filing_office(db, id, &code(LONDON))?;
                cases::set_pickup_office(db, id, &code(LONDON))
            })
            .unwrap();
        filed
    }

    /// A form of somebody else for the same offices, written down without her journey; `number` makes its receipt number.
    pub(super) fn another(app: &TestApp, number: u64) -> Self {
        let application = made(&app.store, number, &form(LONDON, LONDON));
        Self {
            hanako: app.person(),
            home: format!("/a/{}", application.reference),
        }
    }

    pub(super) fn application(&self, app: &TestApp) -> Application {
        let reference = self.home.rsplit('/').next().unwrap().parse().unwrap();
        app.store
            .read(|db| applications::find_by_reference(db, reference))
            .unwrap()
            .unwrap()
    }

    pub(super) fn status(&self, app: &TestApp) -> &'static str {
        self.application(app).status.code()
    }

    /// The case's page at the desk; `page` begins with a slash or is empty.
    pub(super) fn desk(&self, page: &str) -> String {
        let reference = self.home.rsplit('/').next().unwrap();
        format!("/staff/cases/{reference}{page}")
    }

    /// Puts the case into `status` by hand, with the paper at `paper`.
    pub(super) fn put(&self, app: &TestApp, status: Status, paper: &str) -> Application {
        self.put_until(app, status, paper, None)
    }

    pub(super) fn put_until(
        &self,
        app: &TestApp,
        status: Status,
        paper: &str,
        due_on: Option<Date>,
    ) -> Application {
        let seen = self.application(app);
        let now = app.clock.now();
        let moved = app
            .store
            .write(|db| {
                let how = (Some(Channel::Post), 1);
                cases::set_received(db, seen.id, &code(paper), how, now)?;
                let desk = cases::get_case(db, seen.id)?.offices().desk(status);
                let step = Move {
                    application: seen.id,
                    from: seen.status,
                    to: status,
                    doer: &Doer::system(),
                    rule: "put there by a test",
                };
                let turn = Turn {
                    desk: desk.as_ref(),
                    due_on,
                    ..Turn::default()
                };
                applications::move_case(db, &step, &turn, now)
            })
            .unwrap();
        app.later(SignedDuration::from_secs(1));
        moved
    }

    /// The actions in the case's audit, in order.
    pub(super) fn audited(&self, app: &TestApp) -> Vec<String> {
        let chain = Chain::of_case(self.application(app).reference);
        let entries = app
            .store
            .read(|db| audit::list_entries(db, &chain))
            .unwrap();
        entries.into_iter().map(|entry| entry.action).collect()
    }
}

pub(super) fn clerk(app: &TestApp, user_id: &str, office: &str) -> Person {
    let role = if code(office).is_mission() {
        Role::Consular
    } else {
        Role::Municipal
    };
    app.staff(user_id, &[role], office)
}

pub(super) fn approver(app: &TestApp, user_id: &str, office: &str) -> Person {
    app.staff(user_id, &[Role::Approver], office)
}

/// The body of a form as it would be sent.
pub(super) fn body_of(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// Every item of the record check agrees.
pub(super) fn agree(person: &mut Person) -> &mut Person {
    for item in ["氏名", "生年月日", "性別", "国外転出の日", "個人番号（紙）"]
    {
        person.choose(item, "一致");
    }
    person
}
