//! Section "agent" (A14): who acts for her. A person under 15 acts through a legal representative; an adult ward through the guardian; anybody may ask
//! another person to hand the form in.
//!
//! Fields: `agent_kind` (`parent`, `guardian`, `proxy`, or empty), `agent_name`, `agent_relation` (`father`, `mother`, `other`), `agent_address`, `agent_tel`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::contact;
use super::person::AGE_OF_ACTING;
use super::reading::{Page, TextField, text_field};
use crate::domain::address::ForeignAddress;
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::calendar;
use crate::domain::free_text;
use crate::domain::phone::PhoneNumber;

const NAME_MAX: usize = 100;

/// By which right somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgentKind {
    /// 親権者: holds parental authority.
    Parent,
    /// 後見人: guardian of an adult ward, or of a minor without parents.
    Guardian,
    /// 任意代理人: was asked to hand the form in. Cannot collect the card but for unavoidable reasons.
    Proxy,
}

impl AgentKind {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "parent" => Some(Self::Parent),
            "guardian" => Some(Self::Guardian),
            "proxy" => Some(Self::Proxy),
            _ => None,
        }
    }

    /// The value in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Guardian => "guardian",
            Self::Proxy => "proxy",
        }
    }

    /// Whether the law itself gives the right (法定代理人): comes to the pickup together with the applicant.
    pub const fn is_legal_representative(self) -> bool {
        matches!(self, Self::Parent | Self::Guardian)
    }
}

/// What the agent is to the applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// 父.
    Father,
    /// 母.
    Mother,
    /// Anybody else.
    Other,
}

impl Relation {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "father" => Some(Self::Father),
            "mother" => Some(Self::Mother),
            "other" => Some(Self::Other),
            _ => None,
        }
    }

    /// The value in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Father => "father",
            Self::Mother => "mother",
            Self::Other => "other",
        }
    }
}

/// Who acts for the applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// By which right.
    pub kind: AgentKind,
    /// Name in any script.
    pub name: String,
    /// Relation to the applicant.
    pub relation: Relation,
    /// Address, in Japan or abroad.
    pub address: ForeignAddress,
    /// Telephone.
    pub tel: PhoneNumber,
}

const NAME: TextField = text_field!("agent_name");

/// Whether somebody born on `birth` needs a legal representative when the form is made on `today`.
pub fn is_needed(birth: Date, today: Date) -> bool {
    calendar::age_on(birth, today) < AGE_OF_ACTING
}

/// Reads the section; `Some(None)` is "nobody acts for her", which only persons of 15 and more can say. `birth` is the birth date when it is known.
pub fn read(answers: &Answers, birth: Option<Date>, today: Date) -> Checked<Option<Agent>> {
    let mut page = Page::of(answers);
    let is_child = birth.is_some_and(|birth| is_needed(birth, today));
    if !is_child && page.is_blank("agent_kind") {
        return page.finish(|| Some(None));
    }
    let kind = page.choice(
        "agent_kind",
        if is_child {
            "error-agent_kind-under-15"
        } else {
            "error-agent_kind-empty"
        },
        AgentKind::parse,
    );
    if is_child && kind == Some(AgentKind::Proxy) {
        page.refuse(Problem::new("agent_kind", "error-agent_kind-not-legal"));
    }
    let name = page.required(NAME, |typed| free_text::one_line(typed, NAME_MAX));
    let relation = page.choice(
        "agent_relation",
        "error-agent_relation-empty",
        Relation::parse,
    );
    let address = contact::read_address(&mut page, contact::AGENT_ADDRESS);
    let tel = contact::read_phone(&mut page, contact::AGENT_TEL);
    page.finish(|| {
        Some(Some(Agent {
            kind: kind?,
            name: name?,
            relation: relation?,
            address: address?,
            tel: tel?,
        }))
    })
}
