//! The second factor: the six digits of the telephone, or one of the codes written down for the day it is lost.
//!
//! Each time step counts once and forwards, so a code that was read over a shoulder is worth nothing a second later. Wrong codes count like wrong
//! passwords; the last one ends the half-finished sign-in.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::enrolment;
use super::lock::{Lock, Turn};
use super::login::{NextQuery, lock_of};
use super::session::{self, Device, Staff, next_query, return_path};
use crate::domain::answers::{Answers, Problem};
use crate::domain::text;
use crate::security::token::Token;
use crate::security::totp::RecoveryCode;
use crate::storage::staff::StaffId;
use crate::storage::staff_sessions::{self, Stage};
use crate::storage::{Db, StoreError, staff_credentials};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "office/code.html")]
struct CodePage<'a> {
    f: &'a Frame,
    v: FormView,
}

/// How somebody proved the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// With the telephone.
    Totp,
    /// With a recovery code; so many are left.
    Recovery {
        /// How many are left.
        left: i64,
    },
}

/// `GET /staff/login/code`
pub async fn show_code(
    frame: Frame,
    staff: Staff,
    query: web::Query<NextQuery>,
) -> Result<HttpResponse, AppError> {
    if let Some(other) = other_page(&frame, &staff, &query.next) {
        return Ok(other);
    }
    let v = FormView::of([("next", query.next.as_str())].into_iter().collect());
    frame.ok(&CodePage { f: &frame, v })
}

/// Who is through already goes on; who has no second factor yet sets it up.
fn other_page(frame: &Frame, staff: &Staff, next: &str) -> Option<HttpResponse> {
    if staff.stage == Stage::Full {
        return Some(frame.see_other(return_path(next)));
    }
    let query = next_query(return_path(next));
    (!staff.has_second_factor)
        .then(|| frame.see_other(&format!("/staff/login/second-factor{query}")))
}

/// `POST /staff/login/code`
pub async fn take_code(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            let v = FormView::of(old.0).with_note(frame.t("note-old-page"));
            return frame.again(&CodePage { f: &frame, v });
        }
    };
    if let Some(other) = other_page(&frame, &staff, answers.get("next")) {
        return Ok(other);
    }
    let again = |kind: &'static str| {
        let kept: Answers = [("next", answers.get("next"))].into_iter().collect();
        let v = FormView::of(kept).with_problems(&frame, &[Problem::new("code", kind)]);
        frame.again(&CodePage { f: &frame, v })
    };
    if answers.get("code").is_empty() && answers.get("recovery").is_empty() {
        return again("error-code-empty");
    }
    let lock = lock_of(&app, &staff.user_id, &request);
    if lock.take_turn(&app).await? == Turn::Locked {
        return end(&frame, &app, &staff).await;
    }
    let token = Token::generate().map_err(AppError::unexpected)?;
    let device = Device::of(&request);
    let attempt = Attempt {
        staff: staff.clone(),
        lock,
        answers: answers.clone(),
    };
    let (shared, fresh) = (app.clone(), token.clone());
    let tried = app
        .write(move |db| attempt.finish(db, &shared, &fresh, &device))
        .await?;
    match tried {
        Tried::Right => {
            session::see_other_with(&frame, &app, return_path(answers.get("next")), &token)
        }
        Tried::Wrong => again("error-second-factor-wrong"),
        Tried::Last => end(&frame, &app, &staff).await,
    }
}

enum Tried {
    Right,
    Wrong,
    Last,
}

struct Attempt {
    staff: Staff,
    lock: Lock,
    answers: Answers,
}

impl Attempt {
    fn finish(
        &self,
        db: &mut Db,
        app: &App,
        token: &Token,
        device: &Device,
    ) -> Result<Tried, AppError> {
        let now = app.clock.now();
        let Some(proof) = prove(db, app, self.staff.id, &self.answers)? else {
            session::note(db, &self.staff.actor(), "staff.code-refused", "", now)?;
            return Ok(match self.lock.fail(db, now)? {
                Turn::Free => Tried::Wrong,
                Turn::Locked => Tried::Last,
            });
        };
        self.lock.open(db)?;
        enter(db, &self.staff, token, device, proof, now)?;
        Ok(Tried::Right)
    }
}

/// Ends the half-finished sign-in and begins the session.
pub(super) fn enter(
    db: &mut Db,
    staff: &Staff,
    token: &Token,
    device: &Device,
    proof: Proof,
    now: jiff::Timestamp,
) -> Result<(), StoreError> {
    staff_sessions::revoke_session(db, staff.session, now)?;
    session::begin(db, staff.id, Stage::Full, token, device, now)?;
    let detail = match proof {
        Proof::Totp => "second-factor=totp".to_owned(),
        Proof::Recovery { left } => format!("second-factor=recovery left={left}"),
    };
    session::note(db, &staff.actor(), "staff.signed-in", &detail, now)
}

/// Whether the typed code is the account's and was not used before; it is used up by this.
pub(super) fn prove(
    db: &mut Db,
    app: &App,
    id: StaffId,
    answers: &Answers,
) -> Result<Option<Proof>, AppError> {
    let typed: String = text::ascii_folded(answers.get("code"))
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    if typed.is_empty() {
        return Ok(prove_by_recovery(db, id, answers.get("recovery"))?);
    }
    let credentials = staff_credentials::get_credentials(db, id)?;
    let Some(secret) = enrolment::open_secret(app, &credentials)? else {
        return Ok(None);
    };
    let step = secret.step_of(&typed, app.clock.now().as_second());
    match step {
        Some(step) if staff_credentials::claim_step(db, id, step)? => Ok(Some(Proof::Totp)),
        _ => Ok(None),
    }
}

fn prove_by_recovery(db: &mut Db, id: StaffId, typed: &str) -> Result<Option<Proof>, StoreError> {
    let Some(code) = RecoveryCode::parse(&text::ascii_folded(typed)) else {
        return Ok(None);
    };
    if !staff_credentials::claim_recovery_code(db, id, &code.hash(id.0))? {
        return Ok(None);
    }
    let left = staff_credentials::count_recovery_codes(db, id)?;
    Ok(Some(Proof::Recovery { left }))
}

/// Too many wrong codes: back to the door, which says so.
async fn end(frame: &Frame, app: &web::Data<App>, staff: &Staff) -> Result<HttpResponse, AppError> {
    let (session, now) = (staff.session, app.clock.now());
    app.write(move |db| staff_sessions::revoke_session(db, session, now))
        .await?;
    let problems = [Problem::new("code", "error-sign-in-locked")];
    let v = FormView::default().with_problems(frame, &problems);
    frame.again(&CodePage { f: frame, v })
}
