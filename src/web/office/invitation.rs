//! The link by which somebody chooses a password: a new colleague, or one who forgot hers. It works once, for a day, behind a button.
//!
//! Opening the link changes nothing, so that a mail scanner cannot use it up. After the password comes the second factor: the one she has, or, for a new
//! colleague, the one she sets up.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::account_mail;
use super::enrolment;
use super::session::{self, Device};
use crate::domain::answers::{Answers, Problem};
use crate::domain::staff::new_password::{self, NewPassword, PasswordError};
use crate::domain::staff::user_id::UserId;
use crate::notices::AccountChange;
use crate::security::password;
use crate::security::token::Token;
use crate::storage::staff::StaffMember;
use crate::storage::staff_acts::{self, Act};
use crate::storage::staff_sessions::Stage;
use crate::storage::{Db, staff, staff_credentials};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "office/invitation.html")]
struct InvitationPage<'a> {
    f: &'a Frame,
    v: FormView,
    action: String,
    user_id: String,
    least: String,
}

fn page<'a>(frame: &'a Frame, invited: &StaffMember, v: FormView) -> InvitationPage<'a> {
    InvitationPage {
        f: frame,
        v,
        action: frame.to(frame.path()),
        user_id: invited.user_id.clone(),
        least: new_password::SHORTEST.to_string(),
    }
}

/// What is wrong with a password that was typed as new, for the field `new`.
pub(super) fn problem(error: PasswordError) -> Problem {
    let least = new_password::SHORTEST.to_string();
    match error {
        PasswordError::Empty => Problem::new("new", "error-new-password-empty"),
        PasswordError::TooShort(length) => Problem::new("new", "error-new-password-short")
            .with("n", least)
            .with("m", length.to_string()),
        PasswordError::TooLong => Problem::new("new", "error-new-password-long"),
        PasswordError::Guessable => Problem::new("new", "error-new-password-guessable"),
    }
}

/// Reads the new password; both boxes must say the same.
pub(super) fn read_new(answers: &Answers, user_id: &str) -> Result<NewPassword, Problem> {
    let user_id = UserId::parse(user_id)
        .map_err(|_unreadable| Problem::new("new", "error-new-password-guessable"))?;
    let chosen = NewPassword::parse(answers.get("new"), &user_id).map_err(problem)?;
    if answers.get("repeat") == answers.get("new") {
        Ok(chosen)
    } else {
        Err(Problem::new("repeat", "error-new-password-repeat"))
    }
}

/// Whom the link in the address invites.
async fn invited(app: &web::Data<App>, typed: &str) -> Result<(Token, StaffMember), AppError> {
    let token = Token::parse(typed).ok_or(AppError::Gone)?;
    let (hash, now) = (token.hash(), app.clock.now());
    let member = app
        .read(
            move |db| match staff_credentials::find_invitation(db, hash.as_bytes(), now)? {
                Some(id) => staff::get_staff(db, id).map(Some),
                None => Ok(None),
            },
        )
        .await?;
    Ok((token, member.ok_or(AppError::Gone)?))
}

/// `GET /staff/invitation/{token}`
pub async fn show_invitation(
    frame: Frame,
    app: web::Data<App>,
    token: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (_, member) = invited(&app, &token).await?;
    frame.ok(&page(&frame, &member, FormView::default()))
}

/// `POST /staff/invitation/{token}`
pub async fn take_invitation(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    token: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (link, member) = invited(&app, &token).await?;
    let Ok(answers) = form.open(&frame) else {
        let v = FormView::default().with_note(frame.t("note-old-page"));
        return frame.again(&page(&frame, &member, v));
    };
    let chosen = match read_new(&answers, &member.user_id) {
        Ok(chosen) => chosen,
        Err(problem) => {
            let v = FormView::default().with_problems(&frame, &[problem]);
            return frame.again(&page(&frame, &member, v));
        }
    };
    let hash = password::hash(chosen.as_str()).await?;
    let cookie = Token::generate().map_err(AppError::unexpected)?;
    let is_enrolled = member.has_second_factor;
    let (shared, fresh, device) = (app.clone(), cookie.clone(), Device::of(&request));
    app.write(move |db| accept(db, &shared, &member, &link, &hash, (&fresh, &device)))
        .await?;
    let next = if is_enrolled {
        "/staff/login/code"
    } else {
        "/staff/login/second-factor"
    };
    session::see_other_with(&frame, &app, next, &cookie)
}

fn accept(
    db: &mut Db,
    app: &App,
    member: &StaffMember,
    link: &Token,
    hash: &str,
    (cookie, device): (&Token, &Device),
) -> Result<(), AppError> {
    if !staff_credentials::claim_invitation(db, member.id, link.hash().as_bytes())? {
        return Err(AppError::Gone);
    }
    let act = Act {
        actor: &member.id.actor(),
        now: app.clock.now(),
    };
    staff_acts::set_password(db, act, member.id, hash, None)?;
    account_mail::tell(db, app, member.id, AccountChange::Password)?;
    let credentials = staff_credentials::get_credentials(db, member.id)?;
    enrolment::renew(db, app, &credentials)?;
    session::begin(db, member.id, Stage::Password, cookie, device, act.now)?;
    Ok(())
}
