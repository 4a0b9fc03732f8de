//! Section "register" (A08): why the card is asked for, where the family register is kept, and the departure from Japan.
//!
//! Fields: `kind` (`new`, `renewal`, `reissue`), `reissue_reason` (`lost`, `stolen`, `damaged`, `fault`; only for a reissue), `honseki_pref` (prefecture
//! code `01`–`47`), `honseki_city` (typed name), `honseki_code` (a candidate chosen among those offered), `left_y`, `left_m`, `left_d`, `last_city`,
//! `return_plan` (`no`, `within6m`, `unknown`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::dates::{DateField, date_field};
use super::kind::{ApplicationKind, ReissueReason};
use super::municipality::{self, HONSEKI};
use super::reading::{Page, TextField, text_field};
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::free_text;
use crate::reference::municipalities::Municipality;

/// Numbers began on this day, and are made only from a resident record of this day or later (番号法 2条5項).
pub const NUMBERS_BEGAN: Date = Date::constant(2015, 10, 5);

const LAST_CITY_MAX: usize = 60;

/// Whether she plans to live in Japan again: moving in before the card is collected ends the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReturnPlan {
    /// Not now.
    No,
    /// Within six months.
    Within6m,
    /// Not known.
    Unknown,
}

impl ReturnPlan {
    /// The plan that the form's value names.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "no" => Some(Self::No),
            "within6m" => Some(Self::Within6m),
            "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }

    /// The value in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Within6m => "within6m",
            Self::Unknown => "unknown",
        }
    }
}

/// What is applied for, and where the register is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// 申請区分.
    pub kind: ApplicationKind,
    /// What happened to the old card; present exactly for a reissue.
    pub reissue_reason: Option<ReissueReason>,
    /// The municipality that keeps the register (附票管理市町村), down to the ward in designated cities.
    pub honseki: &'static Municipality,
    /// 転出の予定年月日, as on the moving-abroad notification; it is printed on the card.
    pub left_on: Option<Date>,
    /// Where she was registered last, as she typed it.
    pub last_city: Option<String>,
    /// Plan to return.
    pub return_plan: ReturnPlan,
}

const LEFT: DateField = date_field!("left");
const LAST_CITY: TextField = text_field!("last_city");

/// Reads the section. `birth` is the birth date when it is known already; `today` is the date in Japan.
pub fn read(answers: &Answers, birth: Option<Date>, today: Date) -> Checked<Register> {
    let mut page = Page::of(answers);
    let kind = page.choice("kind", "error-kind-empty", ApplicationKind::parse);
    let reissue_reason = match kind {
        Some(ApplicationKind::Reissue) => page.choice(
            "reissue_reason",
            "error-reissue_reason-empty",
            ReissueReason::parse,
        ),
        _ => None,
    };
    let honseki = municipality::read(&mut page, HONSEKI);
    let left_on = read_departure(&mut page, birth, today);
    let last_city = page.optional(LAST_CITY, |typed| free_text::one_line(typed, LAST_CITY_MAX));
    let return_plan = page.choice("return_plan", "error-return_plan-empty", ReturnPlan::parse);
    if return_plan == Some(ReturnPlan::Within6m) {
        page.advise(Problem::new("return_plan", "advice-return_plan-soon"));
    }
    page.finish(|| {
        Some(Register {
            kind: kind?,
            reissue_reason,
            honseki: honseki?,
            left_on,
            last_city,
            return_plan: return_plan?,
        })
    })
}

/// The honseki alone, for the offices section while this one is unfinished.
pub fn honseki_of(answers: &Answers) -> Option<&'static Municipality> {
    municipality::read(&mut Page::of(answers), HONSEKI)
}

/// The departure: never before the birth, and never before the numbers began, because somebody who left for good before that day has no number. On the day
/// of birth it is unlikely; in the future the resident record still exists.
fn read_departure(page: &mut Page<'_>, birth: Option<Date>, today: Date) -> Option<Date> {
    let left = LEFT.read(page)?;
    if birth.is_some_and(|birth| left < birth) {
        page.refuse(Problem::new(LEFT.stem, "error-left-before-birth"));
        return None;
    }
    if left < NUMBERS_BEGAN {
        page.refuse(Problem::new(LEFT.stem, "error-left-before-numbers"));
        return None;
    }
    if birth == Some(left) {
        page.advise(Problem::new(LEFT.stem, "advice-left-on-birthday"));
    }
    if left > today {
        page.advise(Problem::new(LEFT.stem, "advice-left-future"));
    }
    Some(left)
}
