//! Who may speak to the interface: programs' keys, shown once, and the public keys whose signatures count. Behind password and code, given a moment ago.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::clock::japan;
use crate::domain::answers::{Answers, Problem};
use crate::exchange::introduction::{self, IntroductionError};
use crate::i18n;
use crate::storage::exchange_keys::{self, ApiKey, ApiKeyId, PartnerKey};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "issuer/keys.html")]
struct KeysPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    keys: Vec<ApiKey>,
    partners: Vec<PartnerKey>,
    secret: Option<String>,
}

impl KeysPage<'_> {
    /// The description of the interface, for people.
    fn documentation(&self) -> String {
        self.f.to("/exchange")
    }

    fn day(&self, at: &jiff::Timestamp) -> String {
        i18n::date(self.f.lang, at.to_zoned(japan()).date())
    }
}

struct Page<'a> {
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
}

impl Page<'_> {
    async fn render(
        &self,
        status: StatusCode,
        v: FormView,
        secret: Option<String>,
    ) -> Result<HttpResponse, AppError> {
        let (keys, partners) = self
            .app
            .read(|db| {
                let keys = exchange_keys::list_api_keys(db, SHOWN)?;
                Ok((keys, exchange_keys::list_partner_keys(db, SHOWN)?))
            })
            .await?;
        let page = KeysPage {
            f: self.frame,
            s: Shell::load(self.frame, self.app, self.staff).await?,
            v,
            keys,
            partners,
            secret,
        };
        self.frame.page(status, &page)
    }
}

/// `GET /issuer/keys`
pub async fn list_keys(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    let page = Page {
        frame: &frame,
        app: &app,
        staff: &staff,
    };
    page.render(StatusCode::OK, FormView::default(), None).await
}

/// What was done.
enum Done {
    /// A key was made; its text is shown once.
    Made(String),
    /// Something else.
    Changed,
}

/// Why nothing was done.
enum KeyError {
    Problem(Problem),
    Store(StoreError),
}

impl From<StoreError> for KeyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The field a refusal belongs to.
fn refused(error: IntroductionError, field: &'static str) -> KeyError {
    match error {
        IntroductionError::Name => KeyError::Problem(Problem::new(field, "error-issuer-key-name")),
        IntroductionError::Key(_) => {
            KeyError::Problem(Problem::new("public_key", "error-issuer-public-key"))
        }
        IntroductionError::Store(StoreError::Conflict) => {
            KeyError::Problem(Problem::new(field, "error-issuer-key-taken"))
        }
        IntroductionError::Store(error) => KeyError::Store(error),
        IntroductionError::NoRandomness(cause) => {
            KeyError::Store(StoreError::Unavailable(cause.to_string()))
        }
    }
}

fn apply(db: &mut Db, answers: &Answers, by: &str, now: jiff::Timestamp) -> Result<Done, KeyError> {
    match answers.get("go") {
        "key" => introduction::make_api_key(db, answers.get("name").trim(), by, now)
            .map(|(_, secret)| Done::Made(secret))
            .map_err(|error| refused(error, "name")),
        "partner" => {
            let key = (answers.get("partner").trim(), answers.get("public_key"));
            introduction::trust(db, key, by, now).map_err(|error| refused(error, "partner"))?;
            Ok(Done::Changed)
        }
        other => {
            if let Some(id) = other.strip_prefix("revoke-").and_then(|id| id.parse().ok()) {
                introduction::revoke(db, ApiKeyId(id), by, now)?;
            } else if let Some(name) = other.strip_prefix("retire-") {
                introduction::distrust(db, name, by, now)?;
            }
            Ok(Done::Changed)
        }
    }
}

/// `POST /issuer/keys`: make or revoke a key, add or retire a public key; the button says which.
pub async fn change_keys(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let page = Page {
        frame: &frame,
        app: &app,
        staff: &staff,
    };
    let again = StatusCode::UNPROCESSABLE_ENTITY;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return page.render(again, v, None).await;
        }
    };
    let (typed, by, now) = (answers.clone(), staff.actor(), app.clock.now());
    let store = app.store.clone();
    let done = web::block(move || store.write(|db| apply(db, &typed, &by, now)))
        .await
        .map_err(AppError::unexpected)?;
    match done {
        // Not a page of its own: it cannot be opened again, and a second press makes a second key, which the list shows.
        Ok(Done::Made(secret)) => {
            page.render(StatusCode::OK, FormView::default(), Some(secret))
                .await
        }
        Ok(Done::Changed) => Ok(frame.see_other("/issuer/keys")),
        Err(KeyError::Problem(problem)) => {
            let v = FormView::of(answers).with_problems(&frame, &[problem]);
            page.render(again, v, None).await
        }
        Err(KeyError::Store(error)) => Err(error.into()),
    }
}
