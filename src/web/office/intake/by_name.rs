//! A symbol that cannot be read: the case is found by the name on the paper and the birth date. Both are asked for, so that nobody leafs through names;
//! they are posted, never part of an address.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;

use super::{Desk, kind_in};
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::frozen::FrozenForm;
use crate::domain::calendar;
use crate::domain::office_code::OfficeCode;
use crate::domain::search_key;
use crate::domain::shipment::ShipmentKind;
use crate::storage::applications::ApplicationId;
use crate::storage::{Db, StoreError, applications, case_search, cases, revisions};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::scope;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, language_within, office_name};

const MOST: i64 = 50;

struct Found {
    reference: String,
    name: String,
    status: &'static str,
    filing: String,
}

#[derive(Template)]
#[template(path = "office/intake_found.html")]
struct FoundPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    kind: ShipmentKind,
    bag: String,
    found: Option<Vec<Found>>,
}

impl FoundPage<'_> {
    fn lang(&self, text: &str) -> Option<&'static str> {
        language_within(self.f.lang, text)
    }

    fn back(&self) -> String {
        let bag = if self.bag.is_empty() {
            String::new()
        } else {
            format!("&bag={}", self.bag)
        };
        self.f
            .to(format!("/staff/intake?kind={}{bag}", self.kind.as_str()))
    }
}

/// `POST /staff/intake/search`
pub async fn find(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (answers, is_old) = match form.open(&frame) {
        Ok(answers) => (answers, false),
        Err(OldPage(answers)) => (answers, true),
    };
    let desk = Desk::open(&frame, &app, &staff, answers.get("kind"))?;
    let page = |v: FormView, found, s| FoundPage {
        f: &frame,
        s,
        kind: desk.kind,
        bag: super::id_in(v.answers().get("bag"))
            .map(|id| id.to_string())
            .unwrap_or_default(),
        v,
        found,
    };
    let shell = Shell::load(&frame, &app, &staff).await?;
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return frame.again(&page(v, None, shell));
    }
    let (beginnings, born) = match read(&answers) {
        Ok(read) => read,
        Err(problems) => {
            let v = FormView::of(answers).with_problems(&frame, &problems);
            return frame.again(&page(v, None, shell));
        }
    };
    let (office, lang) = (desk.office.clone(), frame.lang);
    let found = app
        .read(move |db| {
            let name = |office: &OfficeCode| office_name(lang, office);
            search(db, &office, &beginnings, born, &name)
        })
        .await?;
    kind_in(answers.get("kind"))?;
    frame.ok(&page(FormView::of(answers), Some(found), shell))
}

fn read(answers: &Answers) -> Result<(Vec<String>, Date), Vec<Problem>> {
    let beginnings = search_key::beginnings(answers.get("name"));
    let born = calendar::read_date(
        answers.get("dob_y"),
        answers.get("dob_m"),
        answers.get("dob_d"),
    );
    let mut problems = Vec::new();
    if beginnings.is_empty() {
        problems.push(Problem::new("name", "error-intake-name"));
    }
    let Ok(Some(born)) = born else {
        problems.push(Problem::new("dob", "error-intake-dob"));
        return Err(problems);
    };
    if problems.is_empty() {
        Ok((beginnings, born))
    } else {
        Err(problems)
    }
}

/// The cases of an office under this name whose form says this birth date.
fn search(
    db: &mut Db,
    office: &OfficeCode,
    beginnings: &[String],
    born: Date,
    name: &impl Fn(&OfficeCode) -> String,
) -> Result<Vec<Found>, StoreError> {
    let mut found = Vec::new();
    for id in case_search::find_cases(db, beginnings, office, MOST)? {
        let application = applications::get_application(db, id)?;
        let case = cases::get_case(db, id)?;
        let standing = (application.status, case.received_at.is_some());
        if scope::part_in(&case.offices(), standing, office).is_none() {
            continue;
        }
        if birth_date(db, id)? == Some(born) {
            found.push(Found {
                reference: application.reference.to_string(),
                name: case.full_name(),
                status: application.status.key(),
                filing: name(&case.filing_office),
            });
        }
    }
    Ok(found)
}

fn birth_date(db: &mut Db, id: ApplicationId) -> Result<Option<Date>, StoreError> {
    let Some(revision) = revisions::find_current_revision(db, id)? else {
        return Ok(None);
    };
    let form: FrozenForm = serde_json::from_str(&revision.content)
        .map_err(|cause| StoreError::Corrupt(cause.to_string()))?;
    Ok(Some(form.person.birth_date))
}
