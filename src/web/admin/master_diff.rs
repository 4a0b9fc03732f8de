//! What an uploaded table changes, before it does (M07): only the button on this page replaces the table in force.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::masters::{table_in, title_of};
use crate::domain::office::OfficeEntry;
use crate::domain::office::table::differences;
use crate::i18n;
use crate::storage::masters::{self, MasterImport, MasterImportId};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

/// So many changes of a kind are shown one by one; the counts tell of the rest.
const SHOWN: usize = 100;

/// An office that reads differently.
struct Changed {
    name: String,
    code: String,
    columns: Vec<(&'static str, String, String)>,
}

#[derive(Template)]
#[template(path = "admin/master_diff.html")]
struct DiffPage<'a> {
    f: &'a Frame,
    s: Shell,
    title: String,
    action: String,
    import: MasterImport,
    counts: [String; 3],
    added: Vec<OfficeEntry>,
    changed: Vec<Changed>,
    gone: Vec<OfficeEntry>,
}

fn changed((before, after): &(OfficeEntry, OfficeEntry)) -> Changed {
    Changed {
        name: before.name_ja.clone(),
        code: before.code.to_string(),
        columns: differences(before, after),
    }
}

/// `GET /admin/masters/{table}/diff/{id}`: what the file changes.
pub async fn show_diff(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, AppError> {
    let (table, id) = path.into_inner();
    let table = table_in(&table)?;
    let (import, diff) = app
        .read(move |db| {
            let import = masters::find_import(db, MasterImportId(id))?;
            let Some(import) = import.filter(|one| one.master == table.as_str()) else {
                return Ok(None);
            };
            let diff = masters::diff_of(db, &import)?;
            Ok(Some((import, diff)))
        })
        .await?
        .ok_or(AppError::Gone)?;
    let count = |key: &str, length: usize| {
        i18n::text_with(frame.lang, key, &[("count", length.to_string())])
    };
    frame.ok(&DiffPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        title: title_of(&frame, table),
        action: frame.to(frame.path()),
        counts: [
            count("masters-added", diff.added.len()),
            count("masters-changed", diff.changed.len()),
            count("masters-gone", diff.gone.len()),
        ],
        added: diff.added.into_iter().take(SHOWN).collect(),
        changed: diff.changed.iter().take(SHOWN).map(changed).collect(),
        gone: diff.gone.into_iter().take(SHOWN).collect(),
        import,
    })
}

/// `POST /admin/masters/{table}/diff/{id}`: the file becomes the table in force.
pub async fn confirm_diff(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    path: web::Path<(String, i64)>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (table, id) = path.into_inner();
    table_in(&table)?;
    if form.open(&frame).is_err() {
        return Ok(frame.see_other(frame.path()));
    }
    let (actor, now) = (staff.actor(), app.clock.now());
    app.write(move |db| masters::apply_import(db, MasterImportId(id), &actor, now))
        .await?;
    app.read(masters::adopt_missions).await?;
    Ok(frame.see_other("/admin/masters?imported=1"))
}
