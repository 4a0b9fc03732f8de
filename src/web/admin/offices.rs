//! The offices before the administration (M02): found like everybody finds them, changed like their managers do. Names, countries and clocks come from the
//! tables (M07) and are changed there.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::domain::office_code::OfficeCode;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::Choice;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::settings::{Desk, SettingsQuery};
use crate::web::office::shell::Shell;
use crate::web::public::offices::{Line, OfficeQuery, lines_of, prefecture_choices};

#[derive(Template)]
#[template(path = "admin/offices.html")]
struct OfficesPage<'a> {
    f: &'a Frame,
    s: Shell,
    query: OfficeQuery,
    prefectures: Vec<Choice>,
    found: Vec<Line>,
    has_more: bool,
}

/// `GET /admin/offices?q=&pref=` (M02)
pub async fn show_offices(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<OfficeQuery>,
) -> Result<HttpResponse, AppError> {
    let query = query.into_inner();
    let asked = query.clone();
    let (found, has_more) = app.read(move |db| asked.search(db)).await?;
    frame.ok(&OfficesPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        prefectures: prefecture_choices(frame.lang),
        found: lines_of(frame.lang, &found),
        has_more,
        query,
    })
}

fn desk<'a>(
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
    code: &str,
) -> Result<Desk<'a>, AppError> {
    let office = OfficeCode::parse(code).map_err(|_none| AppError::NotFound)?;
    let path = format!("/admin/offices/{office}");
    Ok(Desk {
        frame,
        app,
        staff,
        office,
        path,
    })
}

/// `GET /admin/offices/{code}`
pub async fn show_office(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    code: web::Path<String>,
    query: web::Query<SettingsQuery>,
) -> Result<HttpResponse, AppError> {
    desk(&frame, &app, &staff, &code)?.show(&query).await
}

/// `POST /admin/offices/{code}`
pub async fn save_office(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    code: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    desk(&frame, &app, &staff, &code)?.take(form).await
}
