//! The audit on screen (M04), for administrators and auditors: filtered, page by page, with the hash of each entry; its verification, which runs as a job;
//! and its export. It shows no personal data, because the audit holds none: who acted is an account's number, what it was about a receipt number.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::clock::japan;
use crate::domain::answers::{Answers, Problem};
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::staff::user_id::UserId;
use crate::storage::audit::{AuditEntry, AuditEntryId, Chain};
use crate::storage::audit_checks::{self, AuditCheck};
use crate::storage::audit_search::{self, AuditFilter, AuditPlace};
use crate::storage::{Db, StoreError, staff};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::session::{self, Staff};
use crate::web::office::shell::Shell;

const PER_PAGE: i64 = 50;
const CHECKS_SHOWN: i64 = 3;
const LONGEST_WORD: usize = 60;

/// What is looked for, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct AuditQuery {
    /// `staff:7`, `system`, or a user id.
    #[serde(default)]
    who: String,
    /// A receipt number.
    #[serde(default)]
    case: String,
    /// An action: `case.moved`.
    #[serde(default)]
    action: String,
    /// The first day, in Japan.
    #[serde(default)]
    from: String,
    /// The last day, in Japan.
    #[serde(default)]
    until: String,
    /// The place after which the page begins: microseconds and id.
    #[serde(default)]
    before: String,
}

impl AuditQuery {
    fn fields(&self) -> [(&'static str, &str); 5] {
        [
            ("who", self.who.as_str()),
            ("case", &self.case),
            ("action", &self.action),
            ("from", &self.from),
            ("until", &self.until),
        ]
    }

    /// The filter it stands for, or what cannot be read.
    pub(super) fn read(&self) -> Result<AuditFilter, Vec<Problem>> {
        let mut problems = Vec::new();
        let chain = match self.case.trim() {
            "" => None,
            typed => match typed.parse::<ReceiptNumber>() {
                Ok(reference) => Some(Chain::of_case(reference)),
                Err(_unreadable) => {
                    problems.push(Problem::new("case", "error-audit-case"));
                    None
                }
            },
        };
        let mut day = |field: &'static str, typed: &str| match typed.trim() {
            "" => None,
            typed => match typed.parse::<Date>() {
                Ok(day) => Some(day),
                Err(_unreadable) => {
                    problems.push(Problem::new(field, "error-audit-day"));
                    None
                }
            },
        };
        let (from, until) = (day("from", &self.from), day("until", &self.until));
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(AuditFilter {
            actor: word(&self.who),
            action: word(&self.action),
            chain,
            from: from.and_then(begin_of),
            until: until.and_then(|day| day.tomorrow().ok()).and_then(begin_of),
        })
    }

    /// The same question as an address, after `before`.
    fn address(&self, frame: &Frame, path: &str, before: Option<AuditPlace>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self
            .fields()
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
        {
            query.append_pair(name, value);
        }
        if let Some(place) = before {
            let place = format!("{}.{}", place.at.as_microsecond(), place.id);
            query.append_pair("before", &place);
        }
        let query = query.finish();
        let path = frame.to(path);
        if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        }
    }

    /// What is no place comes from no link of ours: the list begins anew.
    fn place(&self) -> Option<AuditPlace> {
        let (at, id) = self.before.split_once('.')?;
        Some(AuditPlace {
            at: Timestamp::from_microsecond(at.parse().ok()?).ok()?,
            id: AuditEntryId(id.parse().ok()?),
        })
    }
}

fn word(typed: &str) -> Option<String> {
    // A control character stands in no entry, and PostgreSQL refuses one of them in any text.
    let plain = typed.trim().chars().filter(|c| !c.is_control());
    let word: String = plain.take(LONGEST_WORD).collect();
    (!word.is_empty()).then_some(word)
}

fn begin_of(day: Date) -> Option<Timestamp> {
    day.to_zoned(japan()).ok().map(|begin| begin.timestamp())
}

/// A user id stands for its account: `staff:7`.
pub(super) fn with_actor(db: &mut Db, mut filter: AuditFilter) -> Result<AuditFilter, StoreError> {
    let user_id = filter
        .actor
        .as_deref()
        .and_then(|who| UserId::parse(who).ok());
    if let Some(user_id) = user_id
        && let Some(member) = staff::find_by_user_id(db, &user_id)?
    {
        filter.actor = Some(member.id.actor());
    }
    Ok(filter)
}

/// The instant of an entry, in Japan's time.
pub(super) fn stamp(at: Timestamp) -> String {
    at.to_zoned(japan())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// What a chain is about: a receipt number, or the system.
pub(super) fn about(chain: &str) -> String {
    let reference = chain
        .strip_prefix("case:")
        .and_then(|text| text.parse().ok());
    reference.map_or_else(
        || chain.to_owned(),
        |reference: ReceiptNumber| reference.to_string(),
    )
}

pub(super) fn hash_text(entry: &AuditEntry) -> String {
    data_encoding::HEXLOWER.encode(&entry.hash)
}

struct Row {
    at: String,
    actor: String,
    action: String,
    about: String,
    detail: String,
    hash: String,
}

impl Row {
    fn of(entry: &AuditEntry) -> Self {
        Self {
            at: stamp(entry.at),
            actor: entry.actor.clone(),
            action: entry.action.clone(),
            about: about(&entry.chain),
            detail: entry.detail.clone(),
            hash: hash_text(entry).chars().take(16).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    rows: Vec<Row>,
    next: Option<String>,
    export: String,
    checks: Vec<AuditCheck>,
}

impl AuditPage<'_> {
    /// One verification in one sentence.
    fn outcome(&self, check: &AuditCheck) -> String {
        let asked = stamp(check.asked_at);
        if check.finished_at.is_none() {
            return self.f.t1("audit-check-runs", "at", asked);
        }
        let key = if check.is_whole() {
            "audit-check-whole"
        } else {
            "audit-check-damaged"
        };
        let facts = [
            ("at", asked),
            ("entries", check.entries.to_string()),
            ("chains", check.chains.to_string()),
            ("seals", check.seals.to_string()),
            ("count", check.damages.to_string()),
        ];
        crate::i18n::text_with(self.f.lang, key, &facts)
    }

    fn is_running(&self) -> bool {
        self.checks.iter().any(|check| check.finished_at.is_none())
    }
}

/// `GET /admin/audit?who=&case=&action=&from=&until=&before=` (M04)
pub async fn show_audit(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    query: web::Query<AuditQuery>,
) -> Result<HttpResponse, AppError> {
    let answers: Answers = query.fields().into_iter().collect();
    let v = FormView::of(answers);
    let (status, v, filter) = match query.read() {
        Ok(filter) => (StatusCode::OK, v, Some(filter)),
        Err(problems) => {
            let v = v.with_problems(&frame, &problems);
            (StatusCode::UNPROCESSABLE_ENTITY, v, None)
        }
    };
    let place = query.place();
    let (found, checks) = app
        .read(move |db| {
            let found = match filter {
                Some(filter) => {
                    let filter = with_actor(db, filter)?;
                    audit_search::search_entries(db, &filter, place, PER_PAGE + 1)?
                }
                None => Vec::new(),
            };
            Ok((found, audit_checks::latest_checks(db, CHECKS_SHOWN)?))
        })
        .await?;
    let shown = usize::try_from(PER_PAGE).unwrap_or_default();
    let last = found.iter().take(shown).next_back();
    let next = last
        .filter(|_| found.len() > shown)
        .map(|last| query.address(&frame, "/admin/audit", Some(AuditPlace::of(last))));
    let page = AuditPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        v,
        rows: found.iter().take(shown).map(Row::of).collect(),
        next,
        export: query.address(&frame, "/admin/audit/export", None),
        checks,
    };
    frame.page(status, &page)
}

/// `POST /admin/audit/verification`: a job verifies every chain and every seal.
pub async fn ask_verification(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    if form.open(&frame).is_ok() {
        let (actor, now) = (staff.actor(), app.clock.now());
        app.write(move |db| -> Result<(), StoreError> {
            // The entry first: it is among what is verified.
            if audit_checks::ask_for_check(db, &actor, now)? {
                session::note(db, &actor, "audit.verification-asked", "", now)?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(frame.see_other("/admin/audit"))
}
