//! What a desk decides about a case: the choices its status offers, read from the form with what each needs.
//!
//! A choice stands for one row of the transition table, so that nothing is offered that the table refuses. Choices that refuse or confirm wait for a
//! second person ([`Guard::SecondPerson`]). Shipments, bookings, the handover and what the issuer does have pages of their own; the ends of a case too.

use super::answers::{Answers, Problem};
use super::defect::{DefectCode, Remedy};
use super::free_text::{self, TextError};
use super::status::Status;
use super::transition::{Actor, Guard, Transition};

/// Characters of a text to the applicant, or of a reason for the second person.
pub const TEXT_MAX: usize = 500;

/// Questions that are asked again and again: `inquiry-phrase-<name>` in the catalogue.
pub const PHRASES: [&str; 5] = ["honseki", "left", "name", "papers", "card"];

/// One way on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// S35 → S40, by a second person.
    Confirm,
    /// → S25: something is to be corrected.
    Correct,
    /// S35 → S38: a question to the applicant.
    Ask,
    /// → S28, by a second person.
    Refuse,
    /// S25 → S20: the corrected paper is in hand.
    TakeIn,
    /// S20 → S35 at the municipality that keeps the register: the check begins.
    Examine,
    /// S38 → S35: nothing more is asked.
    CloseInquiry,
    /// S40 or S48 → S35: the register or the answers changed, check again.
    CheckAgain,
    /// S48 → S45: what the issuer missed is there.
    SendBack,
    /// S65 or S55 → S70: the notice that the card can be collected.
    CallToCollect,
}

impl Choice {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 10] = [
        Self::Confirm,
        Self::Examine,
        Self::TakeIn,
        Self::CloseInquiry,
        Self::SendBack,
        Self::CallToCollect,
        Self::Correct,
        Self::Ask,
        Self::Refuse,
        Self::CheckAgain,
    ];

    /// The value in the form, and the end of its catalogue keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Correct => "correct",
            Self::Ask => "ask",
            Self::Refuse => "refuse",
            Self::TakeIn => "take-in",
            Self::Examine => "examine",
            Self::CloseInquiry => "close-inquiry",
            Self::CheckAgain => "check-again",
            Self::SendBack => "send-back",
            Self::CallToCollect => "call",
        }
    }

    const fn of(from: Status, to: Status) -> Option<Self> {
        Some(match (from, to) {
            (Status::AtHonseki, Status::Confirmed) => Self::Confirm,
            (Status::Received | Status::AtHonseki, Status::Defect) => Self::Correct,
            (Status::AtHonseki, Status::Inquiry) => Self::Ask,
            (Status::Received | Status::AtHonseki | Status::Defect, Status::NotAccepted) => {
                Self::Refuse
            }
            (Status::Defect, Status::Received) => Self::TakeIn,
            (Status::Received, Status::AtHonseki) => Self::Examine,
            (Status::Inquiry, Status::AtHonseki) => Self::CloseInquiry,
            (Status::Confirmed | Status::IssuerDefect, Status::AtHonseki) => Self::CheckAgain,
            (Status::IssuerDefect, Status::AtIssuer) => Self::SendBack,
            (Status::Arrived | Status::Setup, Status::Ready) => Self::CallToCollect,
            _ => return None,
        })
    }

    /// Where it leads.
    pub const fn to(self) -> Status {
        match self {
            Self::Confirm => Status::Confirmed,
            Self::Correct => Status::Defect,
            Self::Ask => Status::Inquiry,
            Self::Refuse => Status::NotAccepted,
            Self::TakeIn => Status::Received,
            Self::Examine | Self::CloseInquiry | Self::CheckAgain => Status::AtHonseki,
            Self::SendBack => Status::AtIssuer,
            Self::CallToCollect => Status::Ready,
        }
    }

    /// Whether another person than who decided has to agree.
    pub fn needs_second_person(self, from: Status, actor: Actor) -> bool {
        Transition::find(from, self.to(), actor)
            .is_ok_and(|row| row.guards.contains(&Guard::SecondPerson))
    }

    /// What `actor` may choose for a case in `from`; `card_is_here`: the card is collected where the register is kept.
    pub fn offered(from: Status, actor: Actor, card_is_here: bool) -> Vec<Self> {
        let ways: Vec<Self> = Transition::offered(from, actor)
            .filter(|row| !row.guards.contains(&Guard::PickupAtHonseki) || card_is_here)
            .filter_map(|row| Self::of(from, row.to))
            .collect();
        Self::ALL
            .into_iter()
            .filter(|choice| ways.contains(choice))
            .collect()
    }
}

/// A choice with what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which way on.
    pub choice: Choice,
    /// What is to be corrected.
    pub codes: Vec<DefectCode>,
    /// Why the application is refused.
    pub reason: Option<DefectCode>,
    /// To the applicant: about the correction, or the question. To the second person: why.
    pub text: String,
    /// How the corrected paper came: by post rather than over the counter.
    pub by_post: bool,
}

impl Decision {
    /// The reason as it is kept with the decision: the code and the words.
    pub fn reason_text(&self) -> String {
        let code = self.reason.map_or("", DefectCode::as_str);
        format!("{code} {}", self.text).trim().to_owned()
    }
}

/// The code at the beginning of a reason that was kept.
pub fn code_of(reason: &str) -> Option<DefectCode> {
    let word = reason.split_whitespace().next()?;
    DefectCode::ALL
        .iter()
        .copied()
        .find(|code| code.as_str() == word)
}

/// Codes for which an application is refused: nothing can be done about them now, or the office says so in its own words.
pub fn refusal_codes() -> impl Iterator<Item = DefectCode> {
    DefectCode::ALL
        .iter()
        .copied()
        .filter(|code| code.remedy() == Remedy::Nothing || *code == DefectCode::D99)
}

/// The field of a defect's box: its code in small letters.
pub fn box_of(code: DefectCode) -> String {
    code.as_str().to_lowercase()
}

/// Reads a decision among `offered`; `phrase` words a standing question in the applicant's language.
pub fn read(
    answers: &Answers,
    offered: &[Choice],
    phrase: impl Fn(&str) -> String,
) -> Result<Decision, Vec<Problem>> {
    let chosen = offered
        .iter()
        .copied()
        .find(|choice| answers.is("decision", choice.as_str()));
    let Some(choice) = chosen else {
        return Err(vec![Problem::new("decision", "error-decision-empty")]);
    };
    let mut problems = Vec::new();
    let codes = codes_in(answers, choice, &mut problems);
    let reason = reason_in(answers, choice, &mut problems);
    let text = text_in(answers, choice, phrase, &mut problems);
    let by_post = answers.is("channel", "post");
    if choice == Choice::TakeIn && !by_post && !answers.is("channel", "counter") {
        problems.push(Problem::new("channel", "error-channel-empty"));
    }
    let needs_words = codes.contains(&DefectCode::D99) || reason == Some(DefectCode::D99);
    if needs_words && text.is_empty() && problems.is_empty() {
        problems.push(Problem::new("text", "error-text-d99"));
    }
    if problems.is_empty() {
        Ok(Decision {
            choice,
            codes,
            reason,
            text,
            by_post,
        })
    } else {
        Err(problems)
    }
}

fn codes_in(answers: &Answers, choice: Choice, problems: &mut Vec<Problem>) -> Vec<DefectCode> {
    if choice != Choice::Correct {
        return Vec::new();
    }
    let codes: Vec<DefectCode> = DefectCode::ALL
        .iter()
        .copied()
        .filter(|code| answers.is(&box_of(*code), "yes"))
        .collect();
    if codes.is_empty() {
        problems.push(Problem::new("codes", "error-codes-empty"));
    }
    codes
}

fn reason_in(answers: &Answers, choice: Choice, problems: &mut Vec<Problem>) -> Option<DefectCode> {
    if choice != Choice::Refuse {
        return None;
    }
    let reason = refusal_codes().find(|code| answers.is("reason", code.as_str()));
    if reason.is_none() {
        problems.push(Problem::new("reason", "error-reason-empty"));
    }
    reason
}

fn text_in(
    answers: &Answers,
    choice: Choice,
    phrase: impl Fn(&str) -> String,
    problems: &mut Vec<Problem>,
) -> String {
    match free_text::lines(answers.get("text"), TEXT_MAX) {
        Ok(text) => text,
        Err(TextError::Empty) => {
            let standing = PHRASES
                .into_iter()
                .find(|name| choice == Choice::Ask && answers.is("phrase", name));
            if choice == Choice::Ask && standing.is_none() {
                problems.push(Problem::new("text", "error-question-empty"));
            }
            standing.map(phrase).unwrap_or_default()
        }
        Err(TextError::MyNumber) => {
            problems.push(Problem::new("text", "error-message-my-number"));
            String::new()
        }
        Err(_) => {
            problems
                .push(Problem::new("text", "error-message-form").with("n", TEXT_MAX.to_string()));
            String::new()
        }
    }
}

/// Whether `reader` may settle what `decided_by` decided: two persons, never one.
pub fn may_settle(decided_by: &str, reader: &str) -> bool {
    decided_by != reader
}

#[cfg(test)]
mod tests;
