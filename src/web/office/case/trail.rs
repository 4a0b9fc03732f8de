//! What happened to a case (経過) and who looked at it (閲覧の記録).

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use super::facts::OfficeClock;
use super::head::{Head, status_words};
use super::people::People;
use super::{CaseQuery, open_page};
use crate::domain::card_transfer::StopReason;
use crate::domain::desk::Desk;
use crate::storage::card_disposals::{self, CardDisposal};
use crate::storage::card_transfers::{self, CardTransfer};
use crate::storage::decisions::{self, Decision, DecisionState};
use crate::storage::defects::{self, Defect};
use crate::storage::history::{self, HistoryLine};
use crate::storage::inquiries::{self, Inquiry};
use crate::storage::views::{self, CaseView};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;
use crate::web::office::scope::OpenCase;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, office_name};

/// More looks than this are not listed.
const MOST_LOOKS: i64 = 200;

/// One thing that happened, or one look.
struct Line {
    at: String,
    what: String,
    who: String,
    more: String,
}

/// Lines under a heading.
struct Part {
    title: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "office/case_trail.html")]
struct TrailPage<'a> {
    f: &'a Frame,
    s: Shell,
    c: Head,
    title: String,
    intro: String,
    parts: Vec<Part>,
}

struct Past {
    lines: Vec<HistoryLine>,
    defects: Vec<Defect>,
    inquiries: Vec<Inquiry>,
    decisions: Vec<Decision>,
    transfers: Vec<CardTransfer>,
    disposal: Option<CardDisposal>,
    people: People,
}

/// What the lines of this page are written with.
struct Pen<'a> {
    frame: &'a Frame,
    open: &'a OpenCase,
    people: &'a People,
    clock: OfficeClock,
}

impl Pen<'_> {
    fn who(&self, actor: &str) -> String {
        self.people.name(self.frame, actor, &self.open.office)
    }

    fn history(&self, line: &HistoryLine) -> Line {
        Line {
            at: self.clock.at(line.at),
            what: status_words(self.frame, line.to),
            who: self.who(&line.actor),
            more: line.rule.clone(),
        }
    }

    fn decision(&self, decision: &Decision) -> Line {
        let key = match decision.state {
            DecisionState::Pending => "case-decision-pending",
            DecisionState::Approved => "case-decision-approved",
            DecisionState::Returned => "case-decision-returned",
            DecisionState::Overtaken => "case-decision-overtaken",
        };
        let settled = decision.settled_by.as_deref().map(|actor| self.who(actor));
        let state = self.frame.t(key).into_owned();
        Line {
            at: self.clock.at(decision.decided_at),
            what: status_words(self.frame, decision.to_status),
            who: self.who(&decision.decided_by),
            more: [Some(state), settled, Some(decision.reason.clone())]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    fn defect(&self, defect: &Defect) -> Line {
        let state = match (defect.cleared_at, defect.answered_at) {
            (Some(at), _) => self
                .frame
                .t1("case-defect-cleared", "at", self.clock.at(at)),
            (None, Some(at)) => self
                .frame
                .t1("case-defect-answered", "at", self.clock.at(at)),
            (None, None) => self.frame.t("case-defect-open").into_owned(),
        };
        let reply = defect.reply.as_deref().unwrap_or_default();
        Line {
            at: self.clock.at(defect.set_at),
            what: format!(
                "{} {}",
                defect.code.as_str(),
                self.frame.t(defect.code.key())
            ),
            who: self.who(&defect.set_by),
            more: format!("{}\n{state}\n{reply}", defect.note)
                .trim()
                .to_owned(),
        }
    }

    fn inquiry(&self, inquiry: &Inquiry) -> Line {
        let reply = match (&inquiry.reply, inquiry.replied_at) {
            (Some(reply), Some(at)) => format!("{}\n{reply}", self.clock.at(at)),
            _ => self.frame.t("case-no-reply").into_owned(),
        };
        Line {
            at: self.clock.at(inquiry.asked_at),
            what: inquiry.question.clone(),
            who: self.who(&inquiry.asked_by),
            more: reply,
        }
    }

    /// A card that was wanted elsewhere: from where to where, who asked, and what became of it.
    fn transfer(&self, transfer: &CardTransfer) -> Line {
        let state = self
            .frame
            .t(&format!("transfer-state-{}", transfer.state.as_str()));
        let reason = transfer.reason.as_deref().and_then(StopReason::parse);
        let reason = reason.map(|reason| {
            let key = format!("transfer-reason-{}", reason.as_str());
            self.frame.t(&key).into_owned()
        });
        let place = |office| office_name(self.frame.lang, office);
        let decided = self.who_and_when(transfer.decided_by.as_deref(), transfer.decided_at);
        Line {
            at: self.clock.at(transfer.asked_at),
            what: format!(
                "{} → {}",
                place(&transfer.from_office),
                place(&transfer.to_office)
            ),
            who: self.who(&transfer.asked_by),
            more: joined([Some(state.into_owned()), decided, reason]),
        }
    }

    /// A card that nobody may hand over any more: why, who destroyed it, who confirmed that.
    fn disposal(&self, card: &CardDisposal) -> Line {
        let reason = self.frame.t(&format!("disposal-reason-{}", card.reason));
        let destroyed = self.who_and_when(card.destroyed_by.as_deref(), card.destroyed_at);
        let confirmed = self.who_and_when(card.confirmed_by.as_deref(), card.confirmed_at);
        let said = |key: &str, who: String| format!("{} {who}", self.frame.t(key));
        Line {
            at: self.clock.at(card.opened_at),
            what: self.frame.t("disposal-title").into_owned(),
            who: match Desk::parse(&card.holder) {
                Ok(Desk::Office(office)) => office_name(self.frame.lang, &office),
                Ok(Desk::Issuer) | Err(_) => self.frame.t("case-desk-issuer").into_owned(),
            },
            more: joined([
                Some(reason.into_owned()),
                destroyed.map(|who| said("disposal-first", who)),
                confirmed.map(|who| said("disposal-second", who)),
            ]),
        }
    }

    fn who_and_when(&self, actor: Option<&str>, at: Option<Timestamp>) -> Option<String> {
        Some(format!("{} {}", self.who(actor?), self.clock.at(at?)))
    }

    fn look(&self, view: &CaseView) -> Line {
        let role = self.frame.t(&format!("role-{}", view.role)).into_owned();
        let office = view.office.as_ref();
        Line {
            at: self.clock.at(view.at),
            what: office.map_or_else(String::new, |office| office_name(self.frame.lang, office)),
            who: self.who(&view.actor),
            more: role,
        }
    }
}

fn joined(parts: [Option<String>; 3]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

impl Past {
    fn read(db: &mut Db, open: &OpenCase) -> Result<Self, StoreError> {
        let id = open.application.id;
        let lines = history::list_history(db, id)?;
        let (found, asked) = (
            defects::list_defects(db, id)?,
            inquiries::list_inquiries(db, id)?,
        );
        let decided = decisions::list_decisions(db, id)?;
        let transfers = card_transfers::list_transfers(db, id)?;
        let disposal = card_disposals::find_of_case(db, id)?;
        let actors = lines
            .iter()
            .map(|line| line.actor.as_str())
            .chain(found.iter().map(|defect| defect.set_by.as_str()))
            .chain(asked.iter().map(|inquiry| inquiry.asked_by.as_str()))
            .chain(decided.iter().map(|one| one.decided_by.as_str()))
            .chain(decided.iter().filter_map(|one| one.settled_by.as_deref()))
            .chain(transfers.iter().map(|one| one.asked_by.as_str()))
            .chain(transfers.iter().filter_map(|one| one.decided_by.as_deref()))
            .chain(
                disposal
                    .iter()
                    .filter_map(|one| one.destroyed_by.as_deref()),
            )
            .chain(
                disposal
                    .iter()
                    .filter_map(|one| one.confirmed_by.as_deref()),
            );
        Ok(Self {
            people: People::read(db, actors)?,
            lines,
            defects: found,
            inquiries: asked,
            decisions: decided,
            transfers,
            disposal,
        })
    }

    /// Everything, the latest first; a heading without lines is left out.
    fn parts(&self, pen: &Pen<'_>) -> Vec<Part> {
        let part = |key: &str, lines: Vec<Line>| Part {
            title: pen.frame.t(key).into_owned(),
            lines,
        };
        let steps = self.lines.iter().rev().map(|line| pen.history(line));
        let decided = self.decisions.iter().rev().map(|one| pen.decision(one));
        let found = self.defects.iter().rev().map(|one| pen.defect(one));
        let asked = self.inquiries.iter().rev().map(|one| pen.inquiry(one));
        let disposal = self.disposal.iter().map(|one| pen.disposal(one));
        let onward = self.transfers.iter().rev().map(|one| pen.transfer(one));
        [
            part("case-trail-status", steps.collect()),
            part("case-trail-decisions", decided.collect()),
            part("case-trail-defects", found.collect()),
            part("case-trail-inquiries", asked.collect()),
            part("case-trail-card", disposal.chain(onward).collect()),
        ]
        .into_iter()
        .filter(|part| !part.lines.is_empty())
        .collect()
    }
}

/// `GET /staff/cases/{ref}/history`
pub async fn show_history(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let (open, facts, past) = open_page(&app, &staff, &reference, Past::read).await?;
    let pen = Pen {
        frame: &frame,
        open: &open,
        people: &past.people,
        clock: OfficeClock::of(&frame, &open.office),
    };
    frame.ok(&TrailPage {
        s: Shell::load(&frame, &app, &staff).await?,
        c: Head::new(&frame, (&open, &facts), &staff, ("history", &query)),
        title: frame.t("case-tab-history").into_owned(),
        intro: String::new(),
        parts: past.parts(&pen),
        f: &frame,
    })
}

/// `GET /staff/cases/{ref}/log`
pub async fn show_log(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let (open, facts, (looks, people)) = open_page(&app, &staff, &reference, |db, open| {
        let looks = views::list_views(db, open.application.id, MOST_LOOKS)?;
        let people = People::read(db, looks.iter().map(|view| view.actor.as_str()))?;
        Ok((looks, people))
    })
    .await?;
    let pen = Pen {
        frame: &frame,
        open: &open,
        people: &people,
        clock: OfficeClock::of(&frame, &open.office),
    };
    let title = frame.t("case-tab-log").into_owned();
    frame.ok(&TrailPage {
        s: Shell::load(&frame, &app, &staff).await?,
        c: Head::new(&frame, (&open, &facts), &staff, ("log", &query)),
        intro: frame.t("case-log-intro").into_owned(),
        parts: vec![Part {
            title: title.clone(),
            lines: looks.iter().map(|view| pen.look(view)).collect(),
        }],
        title,
        f: &frame,
    })
}
