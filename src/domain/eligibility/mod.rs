//! "Can I apply?": the decision table of the procedure, all eighteen rows, from five questions and the few that only some people are asked.
//!
//! The result is provisional (仮判定): only the municipality that keeps the register can decide. Answers are never stored and never tied to a person;
//! what travels to the result page is the number of the row, nothing else.
//!
//! Questions, their field names and values (the first five are asked of everybody, the others under the answer that makes them matter):
//!
//! | Field | Question | Values |
//! |---|---|---|
//! | `nat` | Japanese nationality? | `yes` `no` |
//! | `juminhyo` | in a resident register now? | `yes` `no` `unknown` |
//! | `tenshutsu` | filed the moving-abroad notification? | `yes` `no` `unknown` |
//! | `since2015` | in a resident register at any time since 2015-10-05? | `yes` `no` `unknown` |
//! | `card` | a card now? | `none` `overseas` (face shows 国外転出) `domestic` (it does not) `lost` (lost or broken) |
//! | `nat_lost` | (`nat=no`) had it once? | `yes` `no`, optional |
//! | `moving` | (`juminhyo=yes`) about to move abroad? | `yes` `no`, optional |
//! | `declared_missing` | 附票 erased after a declaration of disappearance (失踪宣告)? | `yes` `no`, optional |
//! | `rest` | (`card=overseas`) how long is it still valid? | `over1y` `3to12m` `under3m` `expired`, required |
//! | `stamp` | (`card=overseas` or `domestic`) stamped 国外転出により返納? | `yes` `no`, optional |
//! | `lost_kind` | (`card=lost`) which card was it? | `overseas` `domestic`, optional |
//! | `age` | (no card) age of the applicant? | `under15` `15to17` `adult`, optional |
//! | `moved_twice` | (no card) first left before 2015-10-05, registered in Japan again, left again? | `yes` `no`, optional |
//! | `return_soon` | (no card) back to live in Japan within three or four months? | `yes` `no` `unknown`, optional |
//!
//! A value that is not in the list counts as no answer. A question that an earlier answer has already decided may stay empty.

mod row;

pub use row::{Outcome, ROWS, Verdict};

use super::answers::{Answers, Checked, Problem};

/// Every kind of [`Problem`] the check can report, with the facts its text may mention (none).
pub const KINDS: &[&str] = &[
    "error-nat-empty",
    "error-juminhyo-empty",
    "error-tenshutsu-empty",
    "error-since2015-empty",
    "error-card-empty",
    "error-rest-empty",
];

/// An answer to a question that can be answered with "I do not know".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Yes,
    No,
    Unknown,
}

fn said(answers: &Answers, field: &str) -> Option<Said> {
    match answers.get(field) {
        "yes" => Some(Said::Yes),
        "no" => Some(Said::No),
        "unknown" => Some(Said::Unknown),
        _ => None,
    }
}

/// Decides: one row, or the questions that must be answered first.
pub fn check(answers: &Answers) -> Checked<Outcome> {
    match decide(answers) {
        Ok(row) => Checked {
            value: Outcome::of(row),
            problems: Vec::new(),
            advice: Vec::new(),
        },
        Err(problems) => Checked {
            value: None,
            problems,
            advice: Vec::new(),
        },
    }
}

/// The questions in the order of the table; the first "no" decides. When several questions are open, all of them are named at once.
fn decide(answers: &Answers) -> Result<u8, Vec<Problem>> {
    let mut open = Vec::new();
    match said(answers, "nat") {
        Some(Said::No) if answers.is("nat_lost", "yes") => return Ok(14),
        Some(Said::No) => return Ok(13),
        Some(Said::Yes) => {}
        Some(Said::Unknown) | None => open.push(Problem::new("nat", "error-nat-empty")),
    }
    let row = match by_register(answers) {
        Ok(Some(row)) => Some(row),
        Ok(None) => by_card(answers).map_err(|problem| open.push(problem)).ok(),
        Err(problems) => {
            open.extend(problems);
            if card_may_matter(answers) {
                open.extend(by_card(answers).err());
            }
            None
        }
    };
    row.filter(|_| open.is_empty()).ok_or(open)
}

/// Whether the open questions about the registers can still be answered so that the card decides.
fn card_may_matter(answers: &Answers) -> bool {
    [
        ("juminhyo", Said::No),
        ("tenshutsu", Said::Yes),
        ("since2015", Said::Yes),
    ]
    .into_iter()
    .all(|(field, needed)| said(answers, field).is_none_or(|answer| answer == needed))
}

/// Rows that the registers decide (8–10, 12, 16, 18); `None` when they leave the way open.
fn by_register(answers: &Answers) -> Result<Option<u8>, Vec<Problem>> {
    if answers.is("declared_missing", "yes") {
        return Ok(Some(18));
    }
    let juminhyo = said(answers, "juminhyo");
    if juminhyo == Some(Said::Yes) {
        return resident(answers).map(Some);
    }
    let tenshutsu = said(answers, "tenshutsu");
    let since2015 = said(answers, "since2015");
    let open: Vec<Problem> = [
        (juminhyo, "juminhyo", "error-juminhyo-empty"),
        (tenshutsu, "tenshutsu", "error-tenshutsu-empty"),
        (since2015, "since2015", "error-since2015-empty"),
    ]
    .into_iter()
    .filter(|(answer, ..)| answer.is_none())
    .map(|(_, field, kind)| Problem::new(field, kind))
    .collect();
    if !open.is_empty() {
        return Err(open);
    }
    // Without a resident record since that day there is no number, whatever else is unknown.
    Ok(match (juminhyo, tenshutsu, since2015) {
        (_, Some(Said::No), Some(Said::No)) => Some(12),
        (_, _, Some(Said::No)) => Some(10),
        (Some(Said::No), Some(Said::Yes), Some(Said::Yes)) => None,
        // Erased ex officio, or something she does not know: in both cases the municipality that keeps the register is the one to ask.
        _ => Some(9),
    })
}

/// Somebody in a resident register applies there; if she is about to leave with a card, she keeps using it (国外継続利用).
fn resident(answers: &Answers) -> Result<u8, Vec<Problem>> {
    match (answers.is("moving", "yes"), answers.get("card")) {
        (true, "domestic") => Ok(16),
        (true, "none" | "overseas" | "lost") | (false, _) => Ok(8),
        (true, _) => Err(vec![Problem::new("card", "error-card-empty")]),
    }
}

/// Rows that the card in hand decides (1–7, 11, 15, 17).
fn by_card(answers: &Answers) -> Result<u8, Problem> {
    let stamped = answers.is("stamp", "yes");
    match answers.get("card") {
        "none" => Ok(without_card(answers)),
        "overseas" | "domestic" if stamped => Ok(6),
        "domestic" => Ok(5),
        // A domestic card that was lost had lapsed on departure: there is nothing to reissue.
        "lost" if answers.is("lost_kind", "domestic") => Ok(5),
        "lost" => Ok(7),
        "overseas" => match answers.get("rest") {
            "over1y" => Ok(2),
            "3to12m" => Ok(3),
            "under3m" => Ok(4),
            // An expired card is no valid card: a new one is applied for, and the old one is returned.
            "expired" => Ok(without_card(answers)),
            _ => Err(Problem::new("rest", "error-rest-empty")),
        },
        _ => Err(Problem::new("card", "error-card-empty")),
    }
}

/// A first card. The warning about moving back is worth more than the child's row, and that more than the history.
fn without_card(answers: &Answers) -> u8 {
    if answers.is("return_soon", "yes") {
        17
    } else if matches!(answers.get("age"), "under15" | "15to17") {
        15
    } else if answers.is("moved_twice", "yes") {
        11
    } else {
        1
    }
}

#[cfg(test)]
mod tests;
