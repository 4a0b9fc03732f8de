//! The first page after signing in: what is there to do.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::session::Staff;
use super::shell::Shell;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "office/home.html")]
struct HomePage<'a> {
    f: &'a Frame,
    s: Shell,
}

/// `GET /staff`
pub async fn show_home(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    let s = Shell::load(&frame, &app, &staff).await?;
    frame.ok(&HomePage { f: &frame, s })
}
