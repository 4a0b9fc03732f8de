//! The applications of one mailbox: a family. Open one, or start another (once for each press of the button).

use actix_web::{HttpResponse, web};
use askama::Template;

use super::new_application;
use super::session::{self, Visitor};
use crate::clock::japan;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;
use crate::security::token::Token;
use crate::storage::applications::{self, Application};
use crate::storage::idempotency::{self, Once};
use crate::storage::{Db, StoreError, sections, sessions};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

/// One line of the list.
#[derive(Debug)]
struct Entry {
    reference: ReceiptNumber,
    status: Status,
    /// Name as typed; none where this device may not see it.
    name: Option<String>,
    kept_until: Option<jiff::civil::Date>,
}

#[derive(Template)]
#[template(path = "applicant/list.html")]
struct ListPage<'a> {
    f: &'a Frame,
    entries: Vec<Entry>,
    key: String,
}

impl ListPage<'_> {
    fn link(&self, entry: &Entry) -> String {
        self.f.to(format!("/a/{}", entry.reference))
    }

    fn status(&self, entry: &Entry) -> std::borrow::Cow<'static, str> {
        self.f.t(entry.status.key())
    }

    fn kept_until(&self, entry: &Entry) -> Option<String> {
        entry
            .kept_until
            .map(|date| self.f.t1("list-kept-until", "date", self.f.day(&date)))
    }
}

/// `GET /a`
pub async fn show_list(frame: Frame, app: web::Data<App>) -> Result<HttpResponse, AppError> {
    let visitor = session::visitor(&frame, &app).await?;
    let entries = app.read(move |db| entries_of(db, visitor)).await?;
    let key = Token::generate()
        .map_err(AppError::unexpected)?
        .as_str()
        .to_owned();
    frame.ok(&ListPage {
        f: &frame,
        entries,
        key,
    })
}

fn entries_of(db: &mut Db, visitor: Visitor) -> Result<Vec<Entry>, StoreError> {
    let applications = applications::list_of_mailbox(db, visitor.mailbox)?;
    let granted = sessions::list_grants(db, visitor.session)?;
    let ids: Vec<_> = applications
        .iter()
        .map(|application| application.id)
        .filter(|id| granted.contains(id))
        .collect();
    let persons = sections::list_section_of(db, &ids, "person")?;
    let entry = |application: Application| {
        let person = persons
            .iter()
            .find(|person| person.application_id == application.id);
        let name = person.map(|person| {
            format!(
                "{}　{}",
                person.answers.get("family"),
                person.answers.get("given")
            )
        });
        let kept_until = (application.status == Status::Draft)
            .then(|| application.expires_at.to_zoned(japan()).date());
        Entry {
            reference: application.reference,
            status: application.status,
            name: name.filter(|name| name != "　"),
            kept_until,
        }
    };
    Ok(applications.into_iter().map(entry).collect())
}

#[derive(Template)]
#[template(path = "applicant/already.html")]
struct AlreadyPage<'a> {
    f: &'a Frame,
}

/// `POST /a`: another form. A second press of the same button makes no second case.
pub async fn start_another(
    frame: Frame,
    app: web::Data<App>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let visitor = session::visitor(&frame, &app).await?;
    let Ok(answers) = form.open(&frame) else {
        return Ok(frame.see_other("/a"));
    };
    let key = Token::parse(answers.get("key")).ok_or(AppError::Malformed)?;
    let (now, language, filing) = (app.clock.now(), frame.lang.as_str(), app.filing());
    let once = app
        .write(move |db| {
            idempotency::once(db, "start-application", key.hash().as_bytes(), now, |db| {
                let reference = new_application::start(db, visitor, language, None, filing, now)?;
                Ok::<_, AppError>(format!("/a/{reference}"))
            })
        })
        .await?;
    match once {
        Once::Done(home) => Ok(frame.see_other(&home)),
        Once::Before(_) => frame.ok(&AlreadyPage { f: &frame }),
    }
}
