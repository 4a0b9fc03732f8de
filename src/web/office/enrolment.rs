//! Setting up the second factor: the symbol for the telephone, the first code, and the sheet of recovery codes, which is shown once.
//!
//! The secret is made when the password was right and no factor is set up yet; it counts from the moment a first code proves that the telephone has it.
//! Until then each sign-in shows the same symbol. It is stored sealed, bound to the account's row.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::account_mail;
use super::login::NextQuery;
use super::second_factor::{Proof, enter};
use super::session::{self, Device, Staff, return_path};
use crate::documents::symbol;
use crate::domain::answers::{Answers, Problem};
use crate::domain::text;
use crate::notices::AccountChange;
use crate::security::sealing::{self, Place, Sealed};
use crate::security::token::Token;
use crate::security::totp::{RecoveryCode, TotpSecret};
use crate::storage::staff::StaffId;
use crate::storage::staff_credentials::{self, Credentials};
use crate::storage::staff_sessions::Stage;
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;

/// What telephones show beside the code.
const ISSUER: &str = "Tsubame";

/// Where an account's secret is sealed to.
pub fn place(id: StaffId) -> Place {
    Place::of("staff-totp", id)
}

/// Makes the secret of an account that has none yet. Two sign-ins at once make one.
pub fn prepare(db: &mut Db, app: &App, credentials: &Credentials) -> Result<(), AppError> {
    if credentials.totp_sealed.is_some() {
        return Ok(());
    }
    let sealed = new_secret(app, credentials.id)?;
    match staff_credentials::set_unproven_secret(db, credentials.id, &sealed.key_id, &sealed.bytes)
    {
        Ok(()) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Makes a new secret unless the second factor is set up: whoever was shown the one before, and never proved it, is no longer meant.
pub fn renew(db: &mut Db, app: &App, credentials: &Credentials) -> Result<(), AppError> {
    if credentials.has_second_factor() {
        return Ok(());
    }
    let (id, sealed) = (credentials.id, new_secret(app, credentials.id)?);
    staff_credentials::replace_unproven_secret(db, id, &sealed.key_id, &sealed.bytes)?;
    Ok(())
}

fn new_secret(app: &App, id: StaffId) -> Result<Sealed, AppError> {
    let secret = TotpSecret::generate().map_err(AppError::unexpected)?;
    seal_secret(app.keys(), id, &secret).map_err(AppError::unexpected)
}

/// Seals a secret for an account, for those who bring their own: the demo.
pub fn seal_secret(
    ring: &crate::security::keys::KeyRing,
    id: StaffId,
    secret: &TotpSecret,
) -> Result<Sealed, sealing::SealError> {
    sealing::seal(ring, &place(id), secret.as_bytes())
}

/// The account's secret, if one was made.
pub fn open_secret(app: &App, credentials: &Credentials) -> Result<Option<TotpSecret>, AppError> {
    let (Some(key_id), Some(bytes)) = (&credentials.totp_key_id, &credentials.totp_sealed) else {
        return Ok(None);
    };
    let sealed = Sealed {
        key_id: key_id.clone(),
        bytes: bytes.clone(),
    };
    let bytes =
        sealing::open(app.keys(), &place(credentials.id), &sealed).map_err(AppError::unexpected)?;
    Ok(TotpSecret::from_bytes(&bytes))
}

#[derive(Template)]
#[template(path = "office/second_factor.html")]
struct EnrolmentPage<'a> {
    f: &'a Frame,
    v: FormView,
    symbol: String,
    secret: String,
}

#[derive(Template)]
#[template(path = "office/recovery_codes.html")]
struct RecoveryCodesPage<'a> {
    f: &'a Frame,
    codes: Vec<String>,
    next: String,
}

fn page<'a>(
    frame: &'a Frame,
    staff: &Staff,
    secret: &TotpSecret,
    v: FormView,
) -> Result<EnrolmentPage<'a>, AppError> {
    let uri = secret.to_uri(ISSUER, &staff.user_id);
    let symbol = symbol::data_uri(&uri).map_err(AppError::unexpected)?;
    let text: Vec<char> = secret.to_text().chars().collect();
    let groups: Vec<String> = text.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(EnrolmentPage {
        f: frame,
        v,
        symbol,
        secret: groups.join(" "),
    })
}

async fn secret_of(app: &web::Data<App>, staff: &Staff) -> Result<TotpSecret, AppError> {
    let id = staff.id;
    let credentials = app
        .read(move |db| staff_credentials::get_credentials(db, id))
        .await?;
    open_secret(app, &credentials)?.ok_or(AppError::NotFound)
}

/// `GET /staff/login/second-factor`
pub async fn show_enrolment(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<NextQuery>,
) -> Result<HttpResponse, AppError> {
    if staff.stage == Stage::Full || staff.has_second_factor {
        return Ok(frame.see_other("/staff/login/code"));
    }
    let secret = secret_of(&app, &staff).await?;
    let v = FormView::of([("next", query.next.as_str())].into_iter().collect());
    frame.ok(&page(&frame, &staff, &secret, v)?)
}

/// `POST /staff/login/second-factor`: the first code. Answers with the recovery codes, which exist in clear in this answer only.
pub async fn enrol(
    frame: Frame,
    request: HttpRequest,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    if staff.stage == Stage::Full || staff.has_second_factor {
        return Ok(frame.see_other("/staff/login/code"));
    }
    let secret = secret_of(&app, &staff).await?;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            let v = FormView::of(old.0).with_note(frame.t("note-old-page"));
            return frame.again(&page(&frame, &staff, &secret, v)?);
        }
    };
    let typed: String = text::ascii_folded(answers.get("code"))
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let Some(step) = secret.step_of(&typed, app.clock.now().as_second()) else {
        let kept: Answers = [("next", answers.get("next"))].into_iter().collect();
        let kind = if typed.is_empty() {
            "error-code-empty"
        } else {
            "error-second-factor-wrong"
        };
        let v = FormView::of(kept).with_problems(&frame, &[Problem::new("code", kind)]);
        return frame.again(&page(&frame, &staff, &secret, v)?);
    };
    let codes = RecoveryCode::sheet().map_err(AppError::unexpected)?;
    let token = Token::generate().map_err(AppError::unexpected)?;
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| code.hash(staff.id.0)).collect();
    let (device, now, fresh) = (Device::of(&request), app.clock.now(), token.clone());
    let shared = app.clone();
    app.write(move |db| {
        if !staff_credentials::claim_step(db, staff.id, step)? {
            return Err(AppError::Stale);
        }
        staff_credentials::set_enrolled(db, staff.id, now)?;
        staff_credentials::set_recovery_codes(db, staff.id, &hashes)?;
        session::note(db, &staff.actor(), "staff.second-factor-set", "", now)?;
        account_mail::tell(db, &shared, staff.id, AccountChange::SecondFactorSet)?;
        enter(db, &staff, &fresh, &device, Proof::Totp, now)?;
        Ok(())
    })
    .await?;
    let mut response = frame.ok(&RecoveryCodesPage {
        f: &frame,
        codes: codes.iter().map(RecoveryCode::grouped).collect(),
        next: return_path(answers.get("next")).to_owned(),
    })?;
    response
        .add_cookie(&app.staff_cookie_with(&token))
        .map_err(AppError::unexpected)?;
    Ok(response)
}
