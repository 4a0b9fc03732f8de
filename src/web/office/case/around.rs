//! What stands around a case on its first page, as it is read and as it is shown: the form's values to compare, what is open, tasks and notes.

use super::content::form_in_force;
use super::decide::is_clerk;
use super::facts::OfficeClock;
use super::head::{is_on_desk, status_words};
use super::path;
use super::people::People;
use crate::domain::application::frozen::FrozenForm;
use crate::domain::decision::Choice as Way;
use crate::domain::handover::RecordCheck;
use crate::domain::record_check::CheckItem;
use crate::domain::status::Status;
use crate::domain::transition::Actor;
use crate::i18n::{self, Lang};
use crate::storage::card_transfers::CardTransfer;
use crate::storage::case_checks::{self, StoredCheck};
use crate::storage::decisions::{self, Decision};
use crate::storage::defects::{self, Defect};
use crate::storage::inquiries::{self, Inquiry};
use crate::storage::staff_notes::{self, StaffNote};
use crate::storage::tasks::{self, Task, TaskKind, TaskState};
use crate::storage::{Db, StoreError};
use crate::web::applicant::review::date_with_era;
use crate::web::frame::Frame;
use crate::web::office::scope::OpenCase;
use crate::web::office::session::Staff;
use crate::web::office::shell::language_within;

/// What the page reads besides the case.
#[derive(Debug)]
pub struct Around {
    form: Option<FrozenForm>,
    /// The record check so far.
    pub checks: Vec<StoredCheck>,
    defects: Vec<Defect>,
    inquiries: Vec<Inquiry>,
    /// The decision that waits for a second person.
    pub pending: Option<Decision>,
    tasks: Vec<Task>,
    notes: Vec<StaffNote>,
    /// Who is named on the page.
    pub people: People,
}

impl Around {
    /// Reads it.
    pub fn read(db: &mut Db, open: &OpenCase) -> Result<Self, StoreError> {
        let id = open.application.id;
        let form = match form_in_force(db, open) {
            Ok((_, form)) => Some(form),
            Err(StoreError::NotFound) => None,
            Err(error) => return Err(error),
        };
        let (checks, notes) = (
            case_checks::list_checks(db, id)?,
            staff_notes::list_notes(db, id)?,
        );
        let pending = decisions::find_pending(db, id)?;
        let case = &open.case;
        let actors = checks
            .iter()
            .map(|check| check.by.as_str())
            .chain(notes.iter().map(|note| note.author.as_str()))
            .chain(pending.iter().map(|pending| pending.decided_by.as_str()))
            .chain(case.record_check_by.as_deref())
            .chain(case.document_check_by.as_deref());
        let people = People::read(db, actors)?;
        Ok(Self {
            form,
            defects: defects::list_open_defects(db, id)?,
            inquiries: inquiries::list_inquiries(db, id)?,
            tasks: tasks::list_tasks_of(db, id)?,
            checks,
            pending,
            notes,
            people,
        })
    }

    /// When the check was last written, for the comparison with what a form showed.
    pub fn checks_token(checks: &[StoredCheck]) -> String {
        let latest = checks.iter().map(|check| check.at.as_microsecond()).max();
        format!("{}-{}", checks.len(), latest.unwrap_or_default())
    }
}

/// One line of the record check.
pub struct CheckLine {
    /// What is compared.
    pub label: String,
    /// What the form says; nothing for the My Number.
    pub said: String,
    /// Its language, where it is not the page's.
    pub said_lang: Option<&'static str>,
    /// The field of the result.
    pub field: &'static str,
    /// The field of what the register says.
    pub seen_field: Option<&'static str>,
    /// Who found it, and when.
    pub who: Option<String>,
}

/// A defect or a question as it stands.
pub struct OpenMatter {
    /// What it is.
    pub title: String,
    /// The office's words.
    pub note: String,
    /// Whether she did her part.
    pub is_answered: bool,
    /// Her words.
    pub reply: Option<String>,
}

/// A task or a note.
pub struct Item {
    /// The address its button posts to.
    pub action: String,
    /// What it is.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Whether the reader's office can close it.
    pub is_ours: bool,
    /// Where the reader's office does it, when that is a page of its own.
    pub page: Option<String>,
}

/// What the reader can decide now: nothing while it is not her office's turn, she is no clerk, or a second person has it.
pub fn offered(open: &OpenCase, staff: &Staff, is_pending: bool) -> Vec<Way> {
    let is_about_to_travel = open
        .transfer
        .as_ref()
        .is_some_and(CardTransfer::is_accepted);
    if is_pending || is_about_to_travel || !is_on_desk(open) || !is_clerk(staff) {
        return Vec::new();
    }
    let card_is_here = open.case.pickup_office == open.case.register_office;
    let is_checked = open.case.record_check == RecordCheck::Done;
    let mut ways = Way::offered(open.application.status, open.part, card_is_here);
    // Answers that changed since are compared with the register before the issuer gets them.
    ways.retain(|way| *way != Way::SendBack || is_checked);
    ways
}

/// Whether the reader compares form and register now.
pub fn may_check(open: &OpenCase, staff: &Staff, is_pending: bool) -> bool {
    open.part == Actor::HonsekiClerk
        && open.application.status == Status::AtHonseki
        && !offered(open, staff, is_pending).is_empty()
}

/// That a second person has it.
pub fn pending_words(
    frame: &Frame,
    pending: &Decision,
    around: &Around,
    open: &OpenCase,
) -> String {
    let who = around.people.name(frame, &pending.decided_by, &open.office);
    let to = status_words(frame, pending.to_status);
    frame.t2("case-pending", ("who", &who), ("status", &to))
}

/// The open defects, and the last question.
pub fn opens(frame: &Frame, open: &OpenCase, around: &Around) -> Vec<OpenMatter> {
    let defects = around.defects.iter().map(|defect| OpenMatter {
        title: format!("{} {}", defect.code.as_str(), frame.t(defect.code.key())),
        note: defect.note.clone(),
        is_answered: defect.answered_at.is_some(),
        reply: defect.reply.clone(),
    });
    // The last question stays in sight after its reply: the check goes on with it.
    let is_near = matches!(open.application.status, Status::Inquiry | Status::AtHonseki);
    let asked = around.inquiries.last().filter(|_| is_near);
    let questions = asked.map(|inquiry| OpenMatter {
        title: frame.t("case-question").into_owned(),
        note: inquiry.question.clone(),
        is_answered: inquiry.replied_at.is_some(),
        reply: inquiry.reply.clone(),
    });
    defects.chain(questions).collect()
}

/// The lines of the record check.
pub fn check_lines(
    frame: &Frame,
    open: &OpenCase,
    around: &Around,
    clock: &OfficeClock,
) -> Vec<CheckLine> {
    let Some(form) = &around.form else {
        return Vec::new();
    };
    let line = |item: CheckItem| {
        let found = around.checks.iter().find(|check| check.result.item == item);
        let said = said(frame, form, item);
        CheckLine {
            label: frame.t(item.key()).into_owned(),
            said_lang: language_within(frame.lang, &said),
            said,
            field: item.field(),
            seen_field: item.seen_field(),
            who: found.map(|check| {
                let who = around.people.name(frame, &check.by, &open.office);
                format!("{who} {}", clock.at(check.at))
            }),
        }
    };
    CheckItem::ALL.into_iter().map(line).collect()
}

/// What the form says; dates as the register writes them beside the western year.
fn said(frame: &Frame, form: &FrozenForm, item: CheckItem) -> String {
    match item {
        CheckItem::Name => form.person.full_name(),
        CheckItem::BirthDate => date_with_era(frame.lang, form.person.birth_date),
        CheckItem::Sex => {
            let key = format!("person-sex-{}", form.person.sex.as_str());
            frame.t(&key).into_owned()
        }
        CheckItem::LeftOn => form.left_on.map_or_else(
            || frame.t("review-not-given").into_owned(),
            |day| date_with_era(frame.lang, day),
        ),
        CheckItem::MyNumber => frame.t("case-check-on-paper").into_owned(),
    }
}

/// The open tasks.
pub fn task_items(frame: &Frame, open: &OpenCase, around: &Around) -> Vec<Item> {
    let reference = open.application.reference;
    around
        .tasks
        .iter()
        .filter(|task| task.state == TaskState::Open)
        .map(|task| Item {
            action: frame.to(path(reference, &format!("tasks/{}", task.id), None)),
            title: frame
                .t(&format!("task-{}", task.kind.as_str()))
                .into_owned(),
            text: task_text(frame, open, task),
            is_ours: task.office == open.office.as_str() && task.kind != TaskKind::DestroyCard,
            page: (task.office == open.office.as_str() && task.kind == TaskKind::DestroyCard)
                .then(|| frame.to(format!("/staff/disposals/{reference}"))),
        })
        .collect()
}

/// Where to turn to when mails fail; since when for the others.
fn task_text(frame: &Frame, open: &OpenCase, task: &Task) -> String {
    let clock = OfficeClock::of(frame, &open.office);
    let since = frame.t1("case-task-since", "at", clock.at(task.opened_at));
    if task.kind == TaskKind::TransferAsked {
        let until = open.transfer.as_ref().and_then(|transfer| transfer.due_on);
        let until = until.map(|day| frame.t1("case-task-until", "date", frame.day(&day)));
        return [Some(since), until]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n");
    }
    if task.kind != TaskKind::Unreachable {
        return since;
    }
    let case = &open.case;
    let ways = [
        Some(case.phone.as_str()),
        case.second_email.as_deref(),
        case.second_contact.as_deref(),
    ];
    let ways: Vec<&str> = ways.into_iter().flatten().collect();
    format!("{since}\n{}", ways.join("\n"))
}

/// The notes, latest first.
pub fn note_items(
    frame: &Frame,
    open: &OpenCase,
    around: &Around,
    clock: &OfficeClock,
) -> Vec<Item> {
    around
        .notes
        .iter()
        .map(|note| Item {
            action: String::new(),
            title: format!(
                "{} {}",
                clock.at(note.at),
                around.people.name(frame, &note.author, &open.office)
            ),
            text: note.text.clone(),
            is_ours: note.office == open.office,
            page: None,
        })
        .collect()
}

/// The words of a standing question in one language.
pub fn phrase(lang: Lang, name: &str) -> String {
    i18n::text(lang, &format!("inquiry-phrase-{name}")).into_owned()
}

/// The words of a standing question in both languages, for the desk to read before it sends one.
pub fn phrase_in_both(name: &str) -> (String, String) {
    (phrase(Lang::Ja, name), phrase(Lang::En, name))
}
