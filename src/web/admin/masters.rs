//! The tables of the service (M07): version, source and date of each; those of the offices can be replaced by a file.
//!
//! A file is read first, and answered row by row when it is wrong; then a page shows what it changes; only the button there changes anything. The other
//! tables are part of the rules that were tested with them, and come with the program.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::clock::japan;
use crate::domain::answers::{Answers, Problem};
use crate::domain::free_text;
use crate::domain::office::OfficeEntry;
use crate::domain::office::table::{OfficeTable, TableDiff, differences};
use crate::i18n;
use crate::reference::office_table::{self, LARGEST, RowProblem};
use crate::reference::{PROVENANCES, Provenance};
use crate::storage::masters::{self, Master, MasterImport, MasterImportId, NewMasterImport};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;
use crate::web::upload::ProtectedUpload;

/// So many changes of a kind are shown one by one; the counts tell of the rest.
const SHOWN: usize = 100;
const LABEL: usize = 60;
const SOURCE: usize = 200;

/// Kinds of problems and their facts.
pub const KINDS: &[(&str, &[&str])] = &[
    ("error-masters-label", &[]),
    ("error-masters-source", &[]),
    ("error-masters-file-empty", &[]),
    ("error-masters-file-large", &[]),
    ("error-masters-file-same", &[]),
    ("error-masters-file-rows", &["n"]),
];

/// A table of the offices, as a line.
struct TableLine {
    name: &'static str,
    title: String,
    master: Master,
    imported: String,
}

#[derive(Template)]
#[template(path = "admin/masters.html")]
struct MastersPage<'a> {
    f: &'a Frame,
    s: Shell,
    tables: Vec<TableLine>,
    others: Vec<Provenance>,
    was_imported: bool,
}

fn title_of(frame: &Frame, table: OfficeTable) -> String {
    frame.t(&format!("masters-{}", table.as_str())).into_owned()
}

fn line_of(frame: &Frame, master: Master) -> Option<TableLine> {
    let table = OfficeTable::parse(&master.name)?;
    let imported = match (master.imported_at, &master.imported_by) {
        (Some(at), Some(by)) => {
            let day = frame.day(&at.to_zoned(japan()).date());
            frame.t2("masters-imported", ("date", &day), ("by", by))
        }
        _ => frame.t("masters-built-in").into_owned(),
    };
    Some(TableLine {
        name: table.as_str(),
        title: title_of(frame, table),
        master,
        imported,
    })
}

/// What the page says besides.
#[derive(Debug, Deserialize)]
pub struct MastersQuery {
    #[serde(default)]
    imported: String,
}

/// `GET /admin/masters` (M07)
pub async fn show_masters(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<MastersQuery>,
) -> Result<HttpResponse, AppError> {
    let known = app.read(masters::list_masters).await?;
    let of_offices = OfficeTable::ALL.map(OfficeTable::built_in_origin);
    let is_other = |one: &Provenance| !of_offices.contains(&(one.version, one.source));
    frame.ok(&MastersPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        tables: known
            .into_iter()
            .filter_map(|master| line_of(&frame, master))
            .collect(),
        others: PROVENANCES.into_iter().filter(is_other).collect(),
        was_imported: query.imported == "1",
    })
}

fn table_in(name: &str) -> Result<OfficeTable, AppError> {
    OfficeTable::parse(name).ok_or(AppError::NotFound)
}

/// `GET /admin/masters/{table}/file`: the table in force, in the form in which a newer one is taken.
pub async fn download_table(
    app: web::Data<App>,
    _staff: Staff,
    table: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let table = table_in(&table)?;
    let entries = app.read(move |db| masters::list_entries(db, table)).await?;
    let file = office_table::write(&entries).map_err(AppError::unexpected)?;
    let name = format!("{}.csv", table.as_str());
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(name)],
        })
        .body(file))
}

#[derive(Template)]
#[template(path = "admin/master_upload.html")]
struct UploadPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    table: OfficeTable,
    title: String,
    faults: Vec<String>,
}

async fn upload_page(
    frame: &Frame,
    app: &web::Data<App>,
    staff: &Staff,
    table: OfficeTable,
    status: StatusCode,
    v: FormView,
    faults: &[RowProblem],
) -> Result<HttpResponse, AppError> {
    let fault = |one: &RowProblem| {
        let what = frame.t(&format!("masters-fault-{}", one.fault.as_str()));
        frame.t2(
            "masters-fault",
            ("line", &one.line.to_string()),
            ("what", &what),
        )
    };
    let page = UploadPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        title: title_of(frame, table),
        faults: faults.iter().map(fault).collect(),
        table,
        v,
    };
    frame.page(status, &page)
}

/// `GET /admin/masters/{table}`
pub async fn show_upload(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    table: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let table = table_in(&table)?;
    upload_page(
        &frame,
        &app,
        &staff,
        table,
        StatusCode::OK,
        FormView::default(),
        &[],
    )
    .await
}

/// What is wrong with an upload: at its fields, and row by row.
struct Wrong {
    problems: Vec<Problem>,
    rows: Vec<RowProblem>,
}

/// The version and the source as typed, and the rows of the file.
fn read_upload(
    table: OfficeTable,
    answers: &Answers,
    file: &[u8],
    size: usize,
) -> Result<(String, String, Vec<OfficeEntry>), Wrong> {
    let label = free_text::one_line(answers.get("label"), LABEL);
    let source = free_text::one_line(answers.get("source"), SOURCE);
    let entries = match size {
        0 => Err((Problem::new("file", "error-masters-file-empty"), Vec::new())),
        size if size > LARGEST => {
            Err((Problem::new("file", "error-masters-file-large"), Vec::new()))
        }
        _ => office_table::read(table, file).map_err(|rows| {
            let count = rows.len().to_string();
            (
                Problem::new("file", "error-masters-file-rows").with("n", count),
                rows,
            )
        }),
    };
    match (label, source, entries) {
        (Ok(label), Ok(source), Ok(entries)) => Ok((label, source, entries)),
        (label, source, entries) => {
            let mut wrong = Wrong {
                problems: Vec::new(),
                rows: Vec::new(),
            };
            if label.is_err() {
                wrong
                    .problems
                    .push(Problem::new("label", "error-masters-label"));
            }
            if source.is_err() {
                wrong
                    .problems
                    .push(Problem::new("source", "error-masters-source"));
            }
            if let Err((problem, rows)) = entries {
                wrong.problems.push(problem);
                wrong.rows = rows;
            }
            Err(wrong)
        }
    }
}

/// `POST /admin/masters/{table}`: a file to be compared.
pub async fn take_upload(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    table: web::Path<String>,
    upload: ProtectedUpload,
) -> Result<HttpResponse, AppError> {
    let table = table_in(&table)?;
    let again = StatusCode::UNPROCESSABLE_ENTITY;
    let upload = match upload.open(&frame) {
        Ok(upload) => upload,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return upload_page(&frame, &app, &staff, table, again, v, &[]).await;
        }
    };
    let (label, source, entries) =
        match read_upload(table, &upload.answers, &upload.file, upload.size) {
            Ok(read) => read,
            Err(wrong) => {
                let v = FormView::of(upload.answers).with_problems(&frame, &wrong.problems);
                return upload_page(&frame, &app, &staff, table, again, v, &wrong.rows).await;
            }
        };
    let open = app.read(move |db| masters::list_entries(db, table)).await?;
    if TableDiff::between(&open, &entries).is_empty() {
        let problem = Problem::new("file", "error-masters-file-same");
        let v = FormView::of(upload.answers).with_problems(&frame, &[problem]);
        return upload_page(&frame, &app, &staff, table, again, v, &[]).await;
    }
    // As read, not as sent: what was checked is what is kept.
    let content = office_table::write(&entries).map_err(AppError::unexpected)?;
    let content = String::from_utf8(content).map_err(AppError::unexpected)?;
    let (actor, now) = (staff.actor(), app.clock.now());
    let id = app
        .write(move |db| {
            let new = NewMasterImport {
                table,
                label: &label,
                source: &source,
                content: &content,
                actor: &actor,
            };
            masters::insert_import(db, &new, now)
        })
        .await?;
    Ok(frame.see_other(&format!("/admin/masters/{}/diff/{id}", table.as_str())))
}

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
    Ok(frame.see_other("/admin/masters?imported=1"))
}
