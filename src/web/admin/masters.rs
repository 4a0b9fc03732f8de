//! The tables of the service (M07): version, source and date of each; those of the offices can be replaced by a file.
//!
//! A file is read first, and answered row by row when it is wrong; then a page shows what it changes; only the button there changes anything. The other
//! tables are part of the rules that were tested with them, and come with the program.
//!
//! What an import changes are the offices people find, read about and are managed as. A mission that is new in it can be chosen for handing in a form and
//! collecting a card at once here, and within a minute in other processes (`reference::missions::adopt`); the rules about the program's own missions stay
//! those they were tested with.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::clock::japan;
use crate::domain::answers::{Answers, Problem};
use crate::domain::free_text;
use crate::domain::office::OfficeEntry;
use crate::domain::office::table::{OfficeTable, TableDiff};
use crate::reference::office_table::{self, LARGEST, RowProblem};
use crate::reference::{PROVENANCES, Provenance};
use crate::storage::masters::{self, Master, NewMasterImport};
use crate::storage::{Db, StoreError, staff};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::OldPage;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;
use crate::web::upload::ProtectedUpload;

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

pub(super) fn title_of(frame: &Frame, table: OfficeTable) -> String {
    frame.t(&format!("masters-{}", table.as_str())).into_owned()
}

/// A table and the name of who imported it.
fn line_of(frame: &Frame, (master, by): (Master, Option<String>)) -> Option<TableLine> {
    let table = OfficeTable::parse(&master.name)?;
    let imported = match (master.imported_at, by) {
        (Some(at), Some(by)) => {
            let day = frame.day(&at.to_zoned(japan()).date());
            frame.t2("masters-imported", ("date", &day), ("by", &by))
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

fn list_with_names(db: &mut Db) -> Result<Vec<(Master, Option<String>)>, StoreError> {
    let known = masters::list_masters(db)?;
    let actors = known.iter().filter_map(|one| one.imported_by.as_deref());
    let names = staff::names_of_actors(db, actors)?;
    let with_name = |master: Master| {
        let actor = master.imported_by.as_deref();
        let name = actor.map(|actor| names.get(actor).map_or(actor, String::as_str).to_owned());
        (master, name)
    };
    Ok(known.into_iter().map(with_name).collect())
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
    let known = app.read(list_with_names).await?;
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

pub(super) fn table_in(name: &str) -> Result<OfficeTable, AppError> {
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

/// The page that takes a file for one of the tables.
struct UploadDesk<'a> {
    frame: &'a Frame,
    app: &'a web::Data<App>,
    staff: &'a Staff,
    table: OfficeTable,
}

impl UploadDesk<'_> {
    async fn render(
        &self,
        status: StatusCode,
        v: FormView,
        faults: &[RowProblem],
    ) -> Result<HttpResponse, AppError> {
        let fault = |one: &RowProblem| {
            let what = self
                .frame
                .t(&format!("masters-fault-{}", one.fault.as_str()));
            let line = one.line.to_string();
            self.frame
                .t2("masters-fault", ("line", &line), ("what", &what))
        };
        let page = UploadPage {
            f: self.frame,
            s: Shell::load(self.frame, self.app, self.staff).await?,
            title: title_of(self.frame, self.table),
            faults: faults.iter().map(fault).collect(),
            table: self.table,
            v,
        };
        self.frame.page(status, &page)
    }

    /// The same page with what was typed (422).
    async fn again(&self, v: FormView, faults: &[RowProblem]) -> Result<HttpResponse, AppError> {
        self.render(StatusCode::UNPROCESSABLE_ENTITY, v, faults)
            .await
    }
}

/// `GET /admin/masters/{table}`
pub async fn show_upload(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    table: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let table = table_in(&table)?;
    let desk = UploadDesk {
        frame: &frame,
        app: &app,
        staff: &staff,
        table,
    };
    desk.render(StatusCode::OK, FormView::default(), &[]).await
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
    let desk = UploadDesk {
        frame: &frame,
        app: &app,
        staff: &staff,
        table,
    };
    let upload = match upload.open(&frame) {
        Ok(upload) => upload,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return desk.again(v, &[]).await;
        }
    };
    let (label, source, entries) =
        match read_upload(table, &upload.answers, &upload.file, upload.size) {
            Ok(read) => read,
            Err(wrong) => {
                let v = FormView::of(upload.answers).with_problems(&frame, &wrong.problems);
                return desk.again(v, &wrong.rows).await;
            }
        };
    let open = app.read(move |db| masters::list_entries(db, table)).await?;
    if TableDiff::between(&open, &entries).is_empty() {
        let problem = Problem::new("file", "error-masters-file-same");
        let v = FormView::of(upload.answers).with_problems(&frame, &[problem]);
        return desk.again(v, &[]).await;
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
