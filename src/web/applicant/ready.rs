//! The form is ready (A16): what to do next, in order, until which day and where. Nothing has been applied for yet, and the page says so first.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::form_in_force::{self, FormInForce, Sheets, kilobytes};
use super::review::office_name;
use super::session::{self, Case};
use crate::documents::Paper;
use crate::documents::print_set;
use crate::domain::application::kind::ApplicationKind;
use crate::domain::application::office::{AddressBasis, FrozenOffice, MailPolicy, OfficeKind};
use crate::domain::application::photo::Photo;
use crate::domain::application::posting::Carrier;
use crate::domain::office::settings::OfficeForm;
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::status::Status;
use crate::i18n::{self, Lang};
use crate::storage::StoreError;
use crate::storage::applications::Filing;
use crate::storage::offices::{self, Office};
use crate::storage::postings::{self, Posting};
use crate::storage::staff_sessions::Stage;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;
use crate::web::office::{scope, session as office_session};
use crate::web::office_facts::{self, Words};

/// What the page says besides.
#[derive(Debug, Deserialize)]
pub struct ReadyQuery {
    /// `1` after a posting was registered.
    #[serde(default)]
    posted: String,
}

#[derive(Template)]
#[template(path = "applicant/ready.html")]
struct ReadyPage<'a> {
    f: &'a Frame,
    case: Case,
    made: FormInForce,
    /// What she said about posting it, while that is the form in force.
    posting: Option<Posting>,
    /// The name has a character that cannot be typed or printed.
    has_gap_in_name: bool,
    /// Why this form should be made again.
    remake: Vec<String>,
    /// What she just said about posting is confirmed once.
    was_posted_now: bool,
    file: FileSize,
    office_name: (String, Option<&'static str>),
    /// What the office says now; none when no table has it any more.
    said: Option<OfficeSaid>,
}

/// What the filing office says about the way a form reaches it, as of now: what the form was printed with may be older.
struct OfficeSaid {
    code: String,
    policy: MailPolicy,
    lines: Vec<Words>,
    checked: String,
    is_stale: bool,
}

impl OfficeSaid {
    fn of(frame: &Frame, office: &Office, form: OfficeForm, now: Timestamp) -> Self {
        let today = office_facts::today_at(office, now);
        Self {
            code: office.code().to_string(),
            policy: office.settings.mail_rule(form).policy,
            lines: office_facts::before_you_go(frame, office, form),
            checked: office_facts::checked(frame, office, today),
            is_stale: office_facts::is_stale(office, today),
        }
    }
}

/// A file as its link describes it.
struct FileSize {
    pages: String,
    kilobytes: String,
}

impl ReadyPage<'_> {
    fn office(&self) -> &FrozenOffice {
        &self.made.form.filing
    }

    fn address(&self) -> Vec<String> {
        address_lines(self.f.lang, self.office())
    }

    /// How far the address may be relied on.
    fn address_note(&self) -> &'static str {
        match self.office().address_basis {
            AddressBasis::Own => "ready-address-check",
            AddressBasis::ParentCity => "ready-address-parent",
            AddressBasis::GeneralPostcode | AddressBasis::NameOnly => "ready-address-partial",
            AddressBasis::Unknown => "ready-address-unknown",
        }
    }

    fn post_note(&self) -> &'static str {
        let frozen = self.office().mail_policy;
        match self.said.as_ref().map_or(frozen, |said| said.policy) {
            MailPolicy::Accepted => "ready-post-accepted",
            MailPolicy::Refused => "ready-post-refused",
            MailPolicy::Conditional | MailPolicy::Unknown => "ready-post-ask",
        }
    }

    fn print_label(&self) -> String {
        self.f.t2(
            "ready-print",
            ("pages", &self.file.pages),
            ("kb", &self.file.kilobytes),
        )
    }

    fn hand_in(&self) -> String {
        self.f.t2(
            "ready-hand-in",
            ("office", &self.office_name.0),
            ("date", &self.deadline()),
        )
    }

    fn deadline(&self) -> String {
        i18n::date_with_weekday(self.f.lang, self.made.form.deadline)
    }

    fn needs_photo(&self) -> bool {
        self.made.form.photo != Photo::NotNeeded
    }

    fn asks_for_old_card(&self) -> bool {
        self.made.form.kind != ApplicationKind::New
    }

    fn carrier(&self, posting: &Posting) -> Option<String> {
        Carrier::parse(&posting.carrier).map(|carrier| {
            self.f
                .t(&format!("sent-carrier-{}", carrier.as_str()))
                .into_owned()
        })
    }

    fn sent_on(&self, posting: &Posting) -> String {
        i18n::date_with_weekday(self.f.lang, posting.sent_on)
    }
}

/// The address as its own country writes it, after the Japanese postcode if there is one.
fn address_lines(lang: Lang, office: &FrozenOffice) -> Vec<String> {
    if lang == Lang::En && office.kind != OfficeKind::Mission {
        return office.address_latin.clone();
    }
    let postcode = office
        .postcode
        .as_deref()
        .and_then(|code| Some(format!("〒{}-{}", code.get(..3)?, code.get(3..)?)));
    postcode.into_iter().chain(office.address.clone()).collect()
}

#[derive(Template)]
#[template(path = "applicant/ended.html")]
struct EndedPage<'a> {
    f: &'a Frame,
    case: Case,
}

#[derive(Template)]
#[template(path = "applicant/filed.html")]
struct FiledPage<'a> {
    f: &'a Frame,
    case: Case,
}

/// `GET /a/{ref}/ready`
pub async fn show_ready(
    frame: Frame,
    app: web::Data<App>,
    reference: web::Path<String>,
    query: web::Query<ReadyQuery>,
) -> Result<HttpResponse, AppError> {
    let case = session::answers_of(&frame, &app, &reference).await?;
    match case.application.status {
        Status::Draft => return Ok(frame.see_other(&case.home())),
        Status::FormReady | Status::Mailed => {}
        Status::Received if case.application.filing == Filing::Online => {
            return frame.ok(&FiledPage { f: &frame, case });
        }
        Status::Expired => return frame.ok(&EndedPage { f: &frame, case }),
        _ => return Ok(frame.see_other(&case.page("status"))),
    }
    let known = case.clone();
    let (made, photo, posting, office) = app
        .read(move |db| {
            let posting = postings::find_posting(db, known.application.id)?;
            let made = FormInForce::find(db, &known)?;
            let code = made
                .as_ref()
                .and_then(|made| OfficeCode::parse(&made.form.filing.id).ok());
            let office = code
                .map(|code| offices::find_office(db, &code))
                .transpose()?;
            Ok((
                made,
                form_in_force::chosen_photo(db, &known)?,
                posting,
                office.flatten(),
            ))
        })
        .await?;
    let made = made.ok_or(AppError::NotFound)?;
    let file = Sheets::of(&made, &case)
        .drawn(&app, Paper::A4, frame.lang)
        .await?;
    let page = ReadyPage {
        f: &frame,
        posting: posting.filter(|_| case.application.status == Status::Mailed),
        has_gap_in_name: made.form.person.handwritten.is_some()
            || !app.fonts.missing(&made.form.person.full_name()).is_empty(),
        remake: reasons_to_remake(
            &frame,
            &made,
            made.agrees_with(&case, photo.as_deref()),
            app.clock.today_in_japan(),
        ),
        was_posted_now: query.posted == "1",
        file: FileSize {
            pages: print_set::payloads(&made.receipt(&case)).len().to_string(),
            kilobytes: kilobytes(&file),
        },
        office_name: office_name(frame.lang, &made.form.filing),
        said: office.map(|office| {
            let form = OfficeForm::of(made.form.kind);
            OfficeSaid::of(&frame, &office, form, app.clock.now())
        }),
        case,
        made,
    };
    frame.ok(&page)
}

/// Answers that moved on, or a last day that has passed while the form was not taken back yet.
fn reasons_to_remake(
    frame: &Frame,
    made: &FormInForce,
    says_the_same: bool,
    today: Date,
) -> Vec<String> {
    let changed = (!says_the_same).then(|| frame.t("ready-changed").into_owned());
    let is_over = today > made.form.deadline;
    let overdue = is_over.then(|| {
        frame.t1(
            "ready-overdue",
            "date",
            i18n::date_with_weekday(frame.lang, made.form.deadline),
        )
    });
    changed.into_iter().chain(overdue).collect()
}

/// `GET /q/{ref}`: what a receipt number typed after our address opens, in the language chosen with the switch. Staff whose office has a part in the case
/// come to its page; everybody else, and everybody with a number that is none, to the page that asks for the mail address.
pub async fn follow_short_link(
    frame: Frame,
    app: web::Data<App>,
    request: HttpRequest,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let lang = frame.chosen_language().unwrap_or(frame.lang);
    let frame = frame.in_language(lang);
    let Ok(reference) = reference.parse::<ReceiptNumber>() else {
        return Ok(frame.see_other("/track"));
    };
    let staff = office_session::find(&request, &app).await?;
    if let Some(staff) = staff.filter(|staff| staff.stage == Stage::Full) {
        let text = reference.to_string();
        let opened = app
            .read(move |db| match scope::open_case(db, &staff, &text) {
                Ok(_case) => Ok(true),
                Err(StoreError::NotFound) => Ok(false),
                Err(error) => Err(error),
            })
            .await?;
        if opened {
            return Ok(frame.see_other(&format!("/staff/cases/{reference}")));
        }
    }
    Ok(frame.see_other(&format!("/track?ref={reference}")))
}
