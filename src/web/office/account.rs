//! One's own account: where one is signed in, ending the other sessions, a new password, new recovery codes.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::account_mail;
use super::invitation::read_new;
use super::lock::Turn;
use super::login::lock_of;
use super::session::{self, Staff};
use super::shell::{Shell, role_name};
use crate::clock::japan;
use crate::domain::answers::Problem;
use crate::domain::staff::new_password;
use crate::i18n;
use crate::notices::AccountChange;
use crate::reference::missions;
use crate::security::password;
use crate::security::totp::RecoveryCode;
use crate::storage::staff_acts::{self, Act};
use crate::storage::staff_sessions::{self, StaffSession};
use crate::storage::{Db, StoreError, staff_credentials};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

/// So many sign-ins are listed.
const LISTED: i64 = 20;

/// One sign-in, as its owner recognises it.
struct SignIn {
    at: String,
    device: String,
    source: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "office/account.html")]
struct AccountPage<'a> {
    f: &'a Frame,
    s: Shell,
    user_id: String,
    roles: String,
    trained_through: Option<String>,
    zone: String,
    sign_ins: Vec<SignIn>,
    recovery_codes: i64,
    note: Option<String>,
}

/// The zone of the person's office: a mission's own, Japan's otherwise; with its name.
fn zone_of(staff: &Staff) -> (TimeZone, String) {
    let mission = staff
        .office()
        .and_then(|office| missions::mission(office.as_str()));
    let zone = mission.and_then(|mission| {
        let zone = TimeZone::get(&mission.zone).ok()?;
        Some((zone, mission.zone.clone()))
    });
    zone.unwrap_or_else(|| (japan(), "Asia/Tokyo".to_owned()))
}

async fn page<'a>(
    frame: &'a Frame,
    app: &web::Data<App>,
    staff: &Staff,
    note: Option<String>,
) -> Result<AccountPage<'a>, AppError> {
    let id = staff.id;
    let (list, recovery_codes) = app
        .read(move |db| {
            let list = staff_sessions::list_sign_ins(db, id, LISTED)?;
            Ok((list, staff_credentials::count_recovery_codes(db, id)?))
        })
        .await?;
    let (zone, zone_name) = zone_of(staff);
    let now = app.clock.now();
    let roles: Vec<String> = staff
        .assignment
        .roles()
        .map(|role| role_name(frame, role))
        .collect();
    Ok(AccountPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        user_id: staff.user_id.clone(),
        roles: roles.join(" / "),
        trained_through: staff
            .trained_through()
            .map(|day| i18n::date(frame.lang, day)),
        zone: zone_name,
        sign_ins: list
            .iter()
            .map(|session| SignIn {
                at: i18n::time_of_day_with_date(frame.lang, session.created_at, &zone),
                device: session.device.clone(),
                source: session.source.clone(),
                state: state_of(session, staff, now),
            })
            .collect(),
        recovery_codes,
        note,
    })
}

fn state_of(session: &StaffSession, staff: &Staff, now: Timestamp) -> &'static str {
    let is_live = session.revoked_at.is_none() && session.expires_at > now;
    match (session.id == staff.session, is_live) {
        (true, _) => "office-account-this",
        (false, true) => "office-account-live",
        (false, false) => "office-account-ended",
    }
}

/// `GET /staff/account`
pub async fn show_account(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    frame.ok(&page(&frame, &app, &staff, None).await?)
}

/// `POST /staff/account`: ends every other session.
pub async fn end_other_sessions(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    if form.open(&frame).is_err() {
        let note = frame.t("note-old-page").into_owned();
        return frame.again(&page(&frame, &app, &staff, Some(note)).await?);
    }
    let (asking, now) = (staff.clone(), app.clock.now());
    app.write(move |db| {
        let actor = asking.actor();
        let act = Act { actor: &actor, now };
        staff_acts::end_other_sessions(db, act, asking.id, asking.session)
    })
    .await?;
    Ok(frame.see_other("/staff/account"))
}

#[derive(Template)]
#[template(path = "office/password.html")]
struct PasswordPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    user_id: String,
    least: String,
}

async fn password_page<'a>(
    frame: &'a Frame,
    app: &web::Data<App>,
    staff: &Staff,
    v: FormView,
) -> Result<PasswordPage<'a>, AppError> {
    Ok(PasswordPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        v,
        user_id: staff.user_id.clone(),
        least: new_password::SHORTEST.to_string(),
    })
}

/// `GET /staff/account/password`
pub async fn show_password(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    frame.ok(&password_page(&frame, &app, &staff, FormView::default()).await?)
}

/// `POST /staff/account/password`
pub async fn change_password(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let Ok(answers) = form.open(&frame) else {
        let v = FormView::default().with_note(frame.t("note-old-page"));
        return frame.again(&password_page(&frame, &app, &staff, v).await?);
    };
    let refused = |problem: Problem| FormView::default().with_problems(&frame, &[problem]);
    if let Some(kind) = refusal_of_present(&app, &request, &staff, answers.get("password")).await? {
        let v = refused(Problem::new("password", kind));
        return frame.again(&password_page(&frame, &app, &staff, v).await?);
    }
    let chosen = match read_new(&answers, &staff.user_id) {
        Ok(chosen) => chosen,
        Err(problem) => {
            let v = refused(problem);
            return frame.again(&password_page(&frame, &app, &staff, v).await?);
        }
    };
    let hash = password::hash(chosen.as_str()).await?;
    let now = app.clock.now();
    let shared = app.clone();
    app.write(move |db| -> Result<_, AppError> {
        let actor = staff.actor();
        let act = Act { actor: &actor, now };
        staff_acts::set_password(db, act, staff.id, &hash, Some(staff.session))?;
        account_mail::tell(db, &shared, staff.id, AccountChange::Password)
    })
    .await?;
    Ok(frame.see_other("/staff/account"))
}

/// Why the present password is not accepted; wrong ones count like at the door.
async fn refusal_of_present(
    app: &web::Data<App>,
    request: &HttpRequest,
    staff: &Staff,
    typed: &str,
) -> Result<Option<&'static str>, AppError> {
    if typed.is_empty() {
        return Ok(Some("error-password-empty"));
    }
    let lock = lock_of(app, &staff.user_id, request);
    if lock.take_turn(app).await? == Turn::Locked {
        return Ok(Some("error-sign-in-locked"));
    }
    let (id, now) = (staff.id, app.clock.now());
    let credentials = app
        .read(move |db| staff_credentials::get_credentials(db, id))
        .await?;
    let answer = password::verify(typed, credentials.password_hash);
    let verified = lock.judged(app, answer).await?;
    app.write(move |db| -> Result<_, StoreError> {
        if verified.is_right {
            lock.open(db)?;
            return Ok(None);
        }
        let turn = lock.fail(db, now)?;
        Ok(Some(match turn {
            Turn::Free => "error-password-present",
            Turn::Locked => "error-sign-in-locked",
        }))
    })
    .await
}

#[derive(Template)]
#[template(path = "office/new_codes.html")]
struct NewCodesPage<'a> {
    f: &'a Frame,
    s: Shell,
    codes: Vec<String>,
}

/// `GET /staff/account/recovery-codes`
pub async fn show_recovery_codes(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    let s = Shell::load(&frame, &app, &staff).await?;
    let codes = Vec::new();
    frame.ok(&NewCodesPage {
        f: &frame,
        s,
        codes,
    })
}

/// `POST /staff/account/recovery-codes`: a new sheet in place of the old one, in clear in this answer only.
pub async fn make_recovery_codes(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let s = Shell::load(&frame, &app, &staff).await?;
    if form.open(&frame).is_err() {
        let codes = Vec::new();
        return frame.again(&NewCodesPage {
            f: &frame,
            s,
            codes,
        });
    }
    let sheet = RecoveryCode::sheet().map_err(AppError::unexpected)?;
    let hashes: Vec<[u8; 32]> = sheet.iter().map(|code| code.hash(staff.id.0)).collect();
    let now = app.clock.now();
    let shared = app.clone();
    app.write(move |db: &mut Db| -> Result<_, AppError> {
        staff_credentials::set_recovery_codes(db, staff.id, &hashes)?;
        session::note(db, &staff.actor(), "staff.recovery-codes-made", "", now)?;
        account_mail::tell(db, &shared, staff.id, AccountChange::RecoveryCodes)
    })
    .await?;
    let codes = sheet.iter().map(RecoveryCode::grouped).collect();
    frame.ok(&NewCodesPage {
        f: &frame,
        s,
        codes,
    })
}
