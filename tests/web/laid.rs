//! Invented cases laid on the desks of a test, in whatever status it needs.

use jiff::civil::Date;
use tsubame::clock::Clock;
use tsubame::domain::desk::CaseOffices;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::status::Status;
use tsubame::storage::applications::{self, ApplicationId, Doer, Move, Turn};
use tsubame::storage::cases::{self, Channel};
use tsubame::storage::{Db, StoreError};

use crate::storage::cast::{form_of, made};
use crate::support::app::TestApp;

/// A case to be laid on a desk.
#[derive(Clone, Copy)]
pub(crate) struct Laid {
    /// Its receipt number is made from it.
    pub(crate) number: u64,
    pub(crate) status: Status,
    /// 氏, 名 and how they are read.
    pub(crate) name: [&'static str; 4],
    /// Where it was filed, who keeps the register, where the card is collected.
    pub(crate) offices: [&'static str; 3],
    pub(crate) due_on: Option<Date>,
    pub(crate) is_by_post: bool,
}

impl Laid {
    /// Hanako's, filed in London by post, register in 横浜市中区.
    pub(crate) fn new(number: u64, status: Status) -> Self {
        Self {
            number,
            status,
            name: ["齋藤", "花子", "サイトウ", "ハナコ"],
            offices: ["emb-gb", "141046", "emb-gb"],
            due_on: None,
            is_by_post: true,
        }
    }
}

pub(crate) fn code(text: &str) -> OfficeCode {
    OfficeCode::parse(text).unwrap()
}

/// The receipt number of a laid case, as printed. Its symbols at the front differ from case to case.
pub(crate) fn number(number: u64) -> String {
    reference(number).to_string()
}

fn reference(number: u64) -> ReceiptNumber {
    ReceiptNumber::from_random(number)
}

/// Lays a case on its desk, now.
pub(crate) fn lay(app: &TestApp, laid: &Laid) -> ApplicationId {
    let form = form_of(laid.name, "emb-gb", "emb-gb");
    let application = made(&app.store, laid.number, &form);
    app.store
        .write(|db| {
            let id = application.id;
            let [filing, register, pickup] = laid.offices.map(code);
            cases::set_filing_office(db, id, &filing)?;
            cases::set_register_office(db, id, &register)?;
            cases::set_pickup_office(db, id, &pickup)?;
            if laid.status >= Status::Received {
                let channel = if laid.is_by_post {
                    Channel::Post
                } else {
                    Channel::Counter
                };
                cases::set_received(db, id, &filing, (Some(channel), 1), app.clock.now())?;
            }
            let paper = Some(filing.clone());
            let offices = CaseOffices {
                filing,
                register,
                pickup,
                paper,
            };
            put(db, app, id, &offices, laid.status, laid.due_on)
        })
        .unwrap();
    application.id
}

fn put(
    db: &mut Db,
    app: &TestApp,
    id: ApplicationId,
    offices: &CaseOffices,
    to: Status,
    due_on: Option<Date>,
) -> Result<(), StoreError> {
    let from = applications::get_application(db, id)?.status;
    let step = Move {
        application: id,
        from,
        to,
        doer: &Doer::system(),
        rule: "laid there by a test",
    };
    let desk = offices.desk(to);
    let turn = Turn {
        desk: desk.as_ref(),
        due_on,
        ..Turn::default()
    };
    applications::move_case(db, &step, &turn, app.clock.now()).map(|_moved| ())
}

/// Moves a laid case on, as a colleague would.
pub(crate) fn move_on(app: &TestApp, reference: ReceiptNumber, to: Status) {
    app.store
        .write(|db| {
            let application = applications::find_by_reference(db, reference)?.unwrap();
            let offices = cases::get_case(db, application.id)?.offices();
            put(db, app, application.id, &offices, to, None)
        })
        .unwrap();
}
