//! Accounts of staff (M01): the list, a new one, changes. What ends something has a page of its own (`users_acts`).

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::user_form::{answers_of, read_details, read_user_id, role_field};
use crate::domain::answers::{Answers, Problem};
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::user_id::UserId;
use crate::domain::staff::{Role, training};
use crate::domain::text;
use crate::i18n;
use crate::notices::AccountChange;
use crate::storage::StoreError;
use crate::storage::staff::{self, StaffDetails, StaffId, StaffMember};
use crate::storage::staff_acts::{self, Act};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::account_mail;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, language_within, office_name, role_name};

const PER_PAGE: i64 = 50;

/// What the list shows.
#[derive(Debug, Default, Deserialize)]
pub struct ListQuery {
    /// The code of an office.
    #[serde(default)]
    office: String,
    /// The last user id of the page before.
    #[serde(default)]
    after: String,
}

/// An account as the list shows it.
struct Row {
    href: String,
    user_id: String,
    name: String,
    name_lang: Option<&'static str>,
    office: String,
    office_lang: Option<&'static str>,
    roles: String,
    trained_through: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "admin/users.html")]
struct UsersPage<'a> {
    f: &'a Frame,
    s: Shell,
    office: String,
    rows: Vec<Row>,
    next: Option<String>,
}

/// Where an account stands, as a key of the catalogue.
pub(super) fn state_of(member: &StaffMember, today: jiff::civil::Date) -> &'static str {
    match member {
        StaffMember {
            deactivated_at: Some(_),
            ..
        } => "users-state-closed",
        StaffMember {
            has_password: false,
            ..
        } => "users-state-invited",
        StaffMember {
            has_second_factor: false,
            ..
        } => "users-state-half",
        StaffMember { trained_on, .. } if !training::is_current(*trained_on, today) => {
            "users-state-untrained"
        }
        _ => "users-state-active",
    }
}

fn row(frame: &Frame, member: &StaffMember, today: jiff::civil::Date) -> Row {
    let roles: Vec<String> = member
        .assignment
        .roles()
        .map(|role| role_name(frame, role))
        .collect();
    let office = member
        .assignment
        .office()
        .map(|office| office_name(frame.lang, office))
        .unwrap_or_default();
    Row {
        name_lang: language_within(frame.lang, &member.name),
        office_lang: language_within(frame.lang, &office),
        office,
        href: frame.to(format!("/admin/users/{}", member.id)),
        user_id: member.user_id.clone(),
        name: member.name.clone(),
        roles: roles.join(" / "),
        trained_through: member
            .trained_on
            .map(|day| i18n::date(frame.lang, training::valid_through(day)))
            .unwrap_or_default(),
        state: state_of(member, today),
    }
}

/// `GET /admin/users` (M01)
pub async fn list_users(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, AppError> {
    let typed = text::ascii_folded(&query.office).to_ascii_lowercase();
    let office = OfficeCode::parse(&typed).ok();
    // What is no user id comes from no link of ours: the list begins anew.
    let after = UserId::parse(&query.after).ok();
    let wanted = office.clone();
    let found = app
        .read(move |db| {
            let after = after.as_ref().map_or("", UserId::as_str);
            staff::list_staff(db, wanted.as_ref(), after, PER_PAGE + 1)
        })
        .await?;
    let today = app.clock.today_in_japan();
    let shown = usize::try_from(PER_PAGE).unwrap_or_default();
    let rows: Vec<Row> = found
        .iter()
        .take(shown)
        .map(|member| row(&frame, member, today))
        .collect();
    let last = rows.last().filter(|_| found.len() > shown);
    let next = last.map(|last| {
        let office = office.as_ref().map_or("", OfficeCode::as_str);
        frame.to(format!(
            "/admin/users?office={office}&after={}",
            last.user_id
        ))
    });
    let s = Shell::load(&frame, &app, &staff).await?;
    frame.ok(&UsersPage {
        f: &frame,
        s,
        office: typed,
        rows,
        next,
    })
}

#[derive(Template)]
#[template(path = "admin/user.html")]
struct UserPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    action: String,
    roles: Vec<Choice>,
    member: Option<StaffMember>,
    state: &'static str,
    is_own: bool,
}

async fn user_page<'a>(
    frame: &'a Frame,
    app: &web::Data<App>,
    staff: &Staff,
    member: Option<StaffMember>,
    v: FormView,
) -> Result<UserPage<'a>, AppError> {
    let path = match &member {
        Some(member) => format!("/admin/users/{}", member.id),
        None => "/admin/users/new".to_owned(),
    };
    let today = app.clock.today_in_japan();
    Ok(UserPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        v,
        action: frame.to(path),
        roles: Role::ALL
            .into_iter()
            .map(|role| {
                let hint = frame.t(&format!("role-{}-hint", role.as_str()));
                Choice::new(role_field(role), role_name(frame, role)).hint(hint)
            })
            .collect(),
        state: member.as_ref().map_or("", |member| state_of(member, today)),
        is_own: member.as_ref().is_some_and(|member| member.id == staff.id),
        member,
    })
}

/// `GET /admin/users/new`
pub async fn show_new(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    frame.ok(&user_page(&frame, &app, &staff, None, FormView::default()).await?)
}

/// `POST /admin/users/new`
pub async fn add_user(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            let v = FormView::of(old.0).with_note(frame.t("note-old-page"));
            return frame.again(&user_page(&frame, &app, &staff, None, v).await?);
        }
    };
    let user_id = read_user_id(&answers);
    let details = read_details(&answers, app.clock.today_in_japan());
    let (user_id, details) = match (user_id, details) {
        (Ok(user_id), Ok(details)) => (user_id, details),
        (user_id, details) => {
            let problems: Vec<Problem> = user_id
                .err()
                .into_iter()
                .chain(details.err().unwrap_or_default())
                .collect();
            let v = FormView::of(answers).with_problems(&frame, &problems);
            return frame.again(&user_page(&frame, &app, &staff, None, v).await?);
        }
    };
    let (actor, now) = (staff.actor(), app.clock.now());
    let added = app
        .write(move |db| {
            let act = Act { actor: &actor, now };
            match staff_acts::add(db, act, &user_id, &details) {
                Ok(id) => Ok::<_, TakenOr>(id),
                Err(StoreError::Conflict) => Err(TakenOr::Taken),
                Err(error) => Err(TakenOr::Store(error)),
            }
        })
        .await;
    match added {
        Ok(id) => Ok(frame.see_other(&format!("/admin/users/{id}/invitation"))),
        // Two administrators at once meet here too.
        Err(AppError::Stale) => {
            let problems = [Problem::new("user", "error-staff-user-taken")];
            let v = FormView::of(answers).with_problems(&frame, &problems);
            frame.again(&user_page(&frame, &app, &staff, None, v).await?)
        }
        Err(error) => Err(error),
    }
}

/// Why an account was not made.
#[derive(Debug)]
enum TakenOr {
    Taken,
    Store(StoreError),
}

impl From<StoreError> for TakenOr {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TakenOr> for AppError {
    fn from(error: TakenOr) -> Self {
        match error {
            TakenOr::Taken => Self::Stale,
            TakenOr::Store(error) => error.into(),
        }
    }
}

/// The account in an address.
pub(super) async fn member_at(app: &web::Data<App>, typed: &str) -> Result<StaffMember, AppError> {
    let id = typed
        .parse()
        .map(StaffId)
        .map_err(|_unreadable| AppError::NotFound)?;
    app.read(move |db| staff::get_staff(db, id)).await
}

/// `GET /admin/users/{id}`
pub async fn show_user(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let member = member_at(&app, &id).await?;
    let v = FormView::of(answers_of(&member));
    frame.ok(&user_page(&frame, &app, &staff, Some(member), v).await?)
}

/// `POST /admin/users/{id}`
pub async fn change_user(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let member = member_at(&app, &id).await?;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(old) => {
            let v = FormView::of(old.0).with_note(frame.t("note-old-page"));
            return frame.again(&user_page(&frame, &app, &staff, Some(member), v).await?);
        }
    };
    if answers.get("version") != member.version.to_string() {
        return changed_meanwhile(&frame, &app, &staff, member, &answers).await;
    }
    let details = match read_details(&answers, app.clock.today_in_japan()) {
        Ok(details) => details,
        Err(problems) => {
            let v = FormView::of(answers).with_problems(&frame, &problems);
            return frame.again(&user_page(&frame, &app, &staff, Some(member), v).await?);
        }
    };
    if member.id == staff.id && details.assignment != member.assignment {
        let problems = [Problem::new("roles", "error-staff-roles-own")];
        let v = FormView::of(answers).with_problems(&frame, &problems);
        return frame.again(&user_page(&frame, &app, &staff, Some(member), v).await?);
    }
    match save(&app, &staff, member.clone(), details).await {
        Ok(()) => Ok(frame.see_other("/admin/users")),
        Err(AppError::Stale) => {
            let latest = member_at(&app, &id).await?;
            changed_meanwhile(&frame, &app, &staff, latest, &answers).await
        }
        Err(error) => Err(error),
    }
}

async fn save(
    app: &web::Data<App>,
    staff: &Staff,
    before: StaffMember,
    details: StaffDetails,
) -> Result<(), AppError> {
    let (actor, now) = (staff.actor(), app.clock.now());
    let shared = app.clone();
    app.write(move |db| -> Result<(), AppError> {
        let act = Act { actor: &actor, now };
        staff_acts::change(db, act, &before, &details)?;
        if before.email != details.email {
            let to = (before.email.as_str(), details.name.as_str());
            account_mail::tell_at(db, &shared, to, AccountChange::Email)?;
        }
        Ok(())
    })
    .await
}

/// Somebody else saved first: the account as it is now, and beside it what was typed (409).
async fn changed_meanwhile(
    frame: &Frame,
    app: &web::Data<App>,
    staff: &Staff,
    latest: StaffMember,
    typed: &Answers,
) -> Result<HttpResponse, AppError> {
    let current = answers_of(&latest);
    let yours: Vec<String> = typed
        .iter()
        .filter(|(field, text)| {
            !matches!(*field, "csrf" | "version" | "go") && current.get(field) != *text
        })
        .map(|(_, text)| text.to_owned())
        .filter(|text| text != "yes")
        .collect();
    let v = FormView::of(current)
        .with_note(frame.t("note-stale"))
        .with_yours(yours);
    let page = user_page(frame, app, staff, Some(latest), v).await?;
    frame.page(StatusCode::CONFLICT, &page)
}
