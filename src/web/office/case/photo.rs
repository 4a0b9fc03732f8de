//! The photo of a case (S04): the picture of the form in force at three times its size, what the machine saw, and the desk's word: it will do, or it comes
//! back with PH01–PH13. Each time the picture is shown is written down.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::around::offered;
use super::content::form_in_force;
use super::facts::OfficeClock;
use super::head::{Head, HeadFacts};
use super::overview::code_choice;
use super::people::People;
use super::{CaseQuery, open_page, path, refusal, take_case};
use crate::documents::photo::{Judgement, Rendering};
use crate::domain::answers::{Answers, Problem};
use crate::domain::application::photo::Photo as Chosen;
use crate::domain::decision::{Choice as Way, box_of};
use crate::domain::defect::DefectCode;
use crate::domain::status::Status;
use crate::domain::transition::Circumstances;
use crate::notices::advance::{Facts, Step, advance};
use crate::security::token::Token;
use crate::storage::audit::{self, Chain, NewEntry};
use crate::storage::photo_checks::{self, PhotoCheck};
use crate::storage::photos::PhotoState;
use crate::storage::revisions::Revision;
use crate::storage::{Db, StoreError, decisions, defects, idempotency, photos};
use crate::web::app::App;
use crate::web::applicant::photo::picture_of;
use crate::web::applicant::photo_check::{CheckLine, lines_of};
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::case::notes::read_text;
use crate::web::office::scope::{self, OpenCase};
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

#[derive(Template)]
#[template(path = "office/case_photo.html")]
struct PhotoPage<'a> {
    f: &'a Frame,
    s: Shell,
    c: Head,
    v: FormView,
    action: String,
    key: String,
    /// Where the picture is; none when a print is glued on, or none is needed.
    picture: Option<String>,
    is_newer: bool,
    /// What stands in the photo box.
    kind: &'static str,
    lines: Vec<CheckLine>,
    /// What it can come back for; nothing while it cannot.
    codes: Vec<Choice>,
    may_decide: bool,
    found_good: Option<String>,
    saved: bool,
}

impl PhotoPage<'_> {
    fn is_ticked(&self, code: &str) -> bool {
        self.v.answers().is(code, "yes")
    }
}

/// What the page reads.
struct Around {
    kind: Chosen,
    judgement: Option<String>,
    check: Option<PhotoCheck>,
    is_pending: bool,
    has_picture: bool,
    /// She chose another picture since the form was made.
    is_newer: bool,
    people: People,
}

/// The picture that counts: the one she chose last, else the one the form was printed with.
fn picture_in_force(
    db: &mut Db,
    open: &OpenCase,
    revision: &Revision,
) -> Result<Option<String>, StoreError> {
    let chosen = photos::find_photo(db, open.application.id, PhotoState::Chosen)?;
    Ok(chosen
        .map(|photo| photo.id)
        .or_else(|| revision.photo_id.clone()))
}

impl Around {
    fn read(db: &mut Db, open: &OpenCase) -> Result<Self, StoreError> {
        let id = open.application.id;
        let (revision, form) = form_in_force(db, open)?;
        let picture = picture_in_force(db, open, &revision)?;
        let judgement = match &picture {
            Some(photo) => Some(photos::get_photo(db, id, photo)?.findings),
            None => None,
        };
        let check = photo_checks::find_photo_check(db, id)?;
        let actor = check.as_ref().map(|check| check.checked_by.as_str());
        let people = People::read(db, actor.into_iter())?;
        Ok(Self {
            kind: form.photo,
            judgement,
            check: check.filter(|check| check.revision == revision.number),
            is_pending: decisions::find_pending(db, id)?.is_some(),
            is_newer: picture != revision.photo_id,
            has_picture: picture.is_some(),
            people,
        })
    }

    const fn kind_key(&self) -> &'static str {
        match self.kind {
            Chosen::NotNeeded => "review-photo-not-needed",
            Chosen::Pasted => "review-photo-paste",
            Chosen::Uploaded(_) => "case-photo-uploaded",
        }
    }
}

/// `GET /staff/cases/{ref}/photo` (S04)
pub async fn show_photo(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let v = FormView::default();
    let desk = (&frame, &app, &staff);
    render(desk, (&reference, &query), StatusCode::OK, v).await
}

async fn render(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    (reference, query): (&str, &CaseQuery),
    status: StatusCode,
    v: FormView,
) -> Result<HttpResponse, AppError> {
    let (open, facts, around) = open_page(app, staff, reference, Around::read).await?;
    let page = page((frame, staff), (&open, &facts, &around), (v, query))?;
    let s = Shell::load(frame, app, staff).await?;
    frame.page(status, &PhotoPage { s, ..page })
}

fn page<'a>(
    (frame, staff): (&'a Frame, &Staff),
    (open, facts, around): (&OpenCase, &HeadFacts, &Around),
    (v, query): (FormView, &CaseQuery),
) -> Result<PhotoPage<'a>, AppError> {
    let here = |page: &str| frame.to(path(open.application.reference, page, None));
    let ways = offered(open, staff, around.is_pending);
    let lines = match &around.judgement {
        Some(findings) => {
            let judgement: Judgement =
                serde_json::from_str(findings).map_err(AppError::unexpected)?;
            lines_of(frame, &judgement)
        }
        None => Vec::new(),
    };
    let about_photo = |code: &&DefectCode| code.is_about_photo() && **code != DefectCode::D06;
    Ok(PhotoPage {
        f: frame,
        s: Shell::without_links(frame, staff),
        c: Head::new(frame, (open, facts), staff, ("photo", query)),
        action: here("photo"),
        key: Token::generate()
            .map_err(AppError::unexpected)?
            .as_str()
            .to_owned(),
        is_newer: around.is_newer && around.has_picture,
        picture: around.has_picture.then(|| here("photo.jpg")),
        kind: around.kind_key(),
        lines,
        codes: DefectCode::ALL
            .iter()
            .filter(about_photo)
            .filter(|_| ways.contains(&Way::Correct))
            .map(|code| code_choice(frame, *code, box_of(*code)))
            .collect(),
        may_decide: !ways.is_empty() && may_look(open.application.status),
        found_good: around.check.as_ref().map(|check| {
            let who = around.people.name(frame, &check.checked_by, &open.office);
            let at = OfficeClock::of(frame, &open.office).at(check.checked_at);
            frame.t2("case-photo-good-by", ("who", &who), ("at", &at))
        }),
        saved: query.saved == "1",
        v,
    })
}

/// Whether the photo is still a matter of the desk.
const fn may_look(status: Status) -> bool {
    matches!(status, Status::Received | Status::AtHonseki)
}

/// `GET /staff/cases/{ref}/photo.jpg`: the picture of the form in force, as it is printed.
pub async fn show_picture(
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let now = app.clock.now();
    let (id, photo) = app
        .write(move |db| {
            let open = scope::open_case(db, &staff, &reference)?;
            let (revision, _) = form_in_force(db, &open)?;
            let photo = picture_in_force(db, &open, &revision)?.ok_or(StoreError::NotFound)?;
            let entry = NewEntry {
                chain: &Chain::of_case(open.application.reference),
                actor: &staff.actor(),
                action: "case.photo_shown",
                detail: "",
            };
            audit::append(db, &entry, now)?;
            Ok::<_, StoreError>((open.application.id, photo))
        })
        .await?;
    let jpeg = picture_of(&app, id, photo, Rendering::Print).await?;
    Ok(HttpResponse::Ok()
        .content_type("image/jpeg")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(jpeg))
}

/// The desk's word about a picture.
enum Word {
    Good {
        print_seen: bool,
    },
    Return {
        codes: Vec<DefectCode>,
        text: String,
    },
}

impl Word {
    fn read(answers: &Answers, is_pasted: bool) -> Result<Self, Problem> {
        if answers.is("go", "good") {
            let print_seen = answers.is("print_seen", "yes");
            return if is_pasted && !print_seen {
                Err(Problem::new("print_seen", "error-print-seen"))
            } else {
                Ok(Self::Good { print_seen })
            };
        }
        let codes: Vec<DefectCode> = DefectCode::ALL
            .iter()
            .copied()
            .filter(|code| code.is_about_photo() && answers.is(&box_of(*code), "yes"))
            .collect();
        let text = match read_text(answers, "text") {
            Ok(text) => text,
            Err(problem) if problem.kind == "error-note-empty" => String::new(),
            Err(problem) => return Err(problem),
        };
        match (codes.is_empty(), text.is_empty()) {
            // Words without a code are the photo's general defect.
            (true, false) => Ok(Self::Return {
                codes: vec![DefectCode::D06],
                text,
            }),
            (true, true) => Err(Problem::new("codes", "error-photo-codes-empty")),
            (false, _) => Ok(Self::Return { codes, text }),
        }
    }
}

/// `POST /staff/cases/{ref}/photo`: it will do, or it comes back.
pub async fn judge_photo(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let opened = form.open(&frame);
    let (answers, is_old) = match opened {
        Ok(answers) => (answers, false),
        Err(OldPage(answers)) => (answers, true),
    };
    let query = CaseQuery::of_form(&answers);
    let (desk, place) = ((&frame, &app, &staff), (reference.as_str(), &query));
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return render(desk, place, unprocessable, v).await;
    }
    let (asking, number) = (staff.clone(), reference.to_string());
    let is_pasted = app
        .read(move |db| {
            let open = scope::open_case(db, &asking, &number)?;
            Ok(form_in_force(db, &open)?.1.photo == Chosen::Pasted)
        })
        .await?;
    let word = match Word::read(&answers, is_pasted) {
        Ok(word) => word,
        Err(problem) => {
            let v = FormView::of(answers).with_problems(&frame, &[problem]);
            return render(desk, place, unprocessable, v).await;
        }
    };
    let key = Token::parse(answers.get("key")).ok_or(AppError::Malformed)?;
    match write(&app, &staff, (&reference, &answers), (word, key)).await {
        Ok(location) => Ok(frame.see_other(&location)),
        Err(AppError::Stale) => {
            let v = FormView::of(answers).with_note(frame.t("note-stale"));
            render(desk, place, StatusCode::CONFLICT, v).await
        }
        Err(error) => Err(error),
    }
}

async fn write(
    app: &web::Data<App>,
    staff: &Staff,
    (reference, answers): (&str, &Answers),
    (word, key): (Word, Token),
) -> Result<String, AppError> {
    let (staff, reference, answers) = (staff.clone(), reference.to_owned(), answers.clone());
    let (letterhead, now) = (app.letterhead(), app.clock.now());
    let done = app
        .write(move |db| {
            idempotency::once(db, "case-photo", key.hash().as_bytes(), now, |db| {
                let open = take_case(db, &staff, &reference, answers.get("version"))?;
                let (id, number) = (open.application.id, open.application.reference);
                let is_pending = decisions::find_pending(db, id)?.is_some();
                let ways = offered(&open, &staff, is_pending);
                let by = staff.actor();
                let queue = CaseQuery::of_form(&answers);
                match &word {
                    Word::Good { print_seen } => {
                        if ways.is_empty() || !may_look(open.application.status) {
                            return Err(AppError::Stale);
                        }
                        let form = form_in_force(db, &open)?.0.number;
                        photo_checks::write_photo_check(db, id, (form, *print_seen), &by, now)?;
                        let entry = NewEntry {
                            chain: &Chain::of_case(number),
                            actor: &by,
                            action: "case.photo_found_good",
                            detail: &format!("revision {form}"),
                        };
                        audit::append(db, &entry, now)?;
                    }
                    Word::Return { codes, text } => {
                        if !ways.contains(&Way::Correct) {
                            return Err(AppError::Stale);
                        }
                        let office = open.office.as_str();
                        for (nth, code) in codes.iter().enumerate() {
                            let text = if nth == 0 { text.as_str() } else { "" };
                            defects::insert_defect(db, id, (*code, text), (office, &by), now)?;
                        }
                        let step = Step {
                            application: id,
                            expected: open.application.status,
                            to: Status::Defect,
                            doer: &staff.doer(open.part),
                            office: Some(&open.office),
                            circumstances: &Circumstances::default(),
                            facts: Facts::default(),
                            terms: crate::domain::deadline::Terms::default(),
                        };
                        advance(db, &letterhead, &step, now).map_err(refusal)?;
                    }
                }
                let page = path(number, "photo", queue.queue());
                let mark = if page.contains('?') { '&' } else { '?' };
                Ok::<_, AppError>(format!("{page}{mark}saved=1"))
            })
        })
        .await?;
    Ok(done.location().to_owned())
}
