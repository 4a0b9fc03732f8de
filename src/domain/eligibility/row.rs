//! The rows of the decision table and what each of them means.

use crate::domain::application::kind::ApplicationKind;

/// The heading a row is answered with; its reason and next step are worded for each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Can probably apply.
    Eligible,
    /// Can apply, and should know what would make the application void.
    Warned,
    /// Only Japanese nationals can.
    NotJapanese,
    /// Applies where she is registered in Japan.
    Resident,
    /// Has no number yet.
    NoNumber,
    /// The 附票 is erased.
    NoRegister,
    /// The card in hand is valid for more than a year.
    TooEarly,
    /// Only the municipality that keeps the register can tell.
    Ask,
}

impl Verdict {
    /// The catalogue key of its heading, such as `check-eligible`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Eligible => "check-eligible",
            Self::Warned => "check-warned",
            Self::NotJapanese => "check-not-japanese",
            Self::Resident => "check-resident",
            Self::NoNumber => "check-no-number",
            Self::NoRegister => "check-no-register",
            Self::TooEarly => "check-too-early",
            Self::Ask => "check-ask",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The row, 1 to 18: the only thing the result page's address carries.
    pub row: u8,
    /// What it comes to.
    pub verdict: Verdict,
    /// What she would apply for; none when she cannot. "Ask" still lets her make a form, for a new card.
    pub kind: Option<ApplicationKind>,
    /// The catalogue key of the reason.
    pub reason_key: &'static str,
    /// The catalogue key of the next step.
    pub next_key: &'static str,
    /// The rule behind it.
    pub rule: &'static str,
}

macro_rules! outcome {
    ($row:literal, $verdict:ident, $kind:expr, $rule:literal) => {
        Outcome {
            row: $row,
            verdict: Verdict::$verdict,
            kind: $kind,
            reason_key: concat!("check-row-", $row, "-reason"),
            next_key: concat!("check-row-", $row, "-next"),
            rule: $rule,
        }
    };
}

const NEW: Option<ApplicationKind> = Some(ApplicationKind::New);
const RENEWAL: Option<ApplicationKind> = Some(ApplicationKind::Renewal);
const REISSUE: Option<ApplicationKind> = Some(ApplicationKind::Reissue);

/// The table, row 1 first.
#[rustfmt::skip]
pub static ROWS: [Outcome; 18] = [
    outcome!(1, Eligible, NEW, "番号法 16条の2、住民基本台帳法 17条三号"),
    outcome!(2, TooEarly, None, "番号カード命令 24条、29条"),
    outcome!(3, Eligible, RENEWAL, "番号カード命令 29条1項"),
    outcome!(4, Eligible, RENEWAL, "番号カード命令 29条3項"),
    outcome!(5, Eligible, NEW, "番号法施行令 14条一号、15条3項"),
    outcome!(6, Eligible, NEW, "番号法施行令 17条"),
    outcome!(7, Eligible, REISSUE, "番号カード命令 28条"),
    outcome!(8, Resident, None, "住民基本台帳法 17条三号"),
    outcome!(9, Ask, NEW, "住民基本台帳法 17条三号"),
    outcome!(10, NoNumber, None, "番号法 2条5項、17条1項一号"),
    outcome!(11, Eligible, NEW, "番号法 2条5項"),
    outcome!(12, NoNumber, None, "番号法 2条5項"),
    outcome!(13, NotJapanese, None, "番号法 16条の2第1項"),
    outcome!(14, NotJapanese, None, "番号法施行令 14条十二号、15条3項"),
    outcome!(15, Eligible, NEW, "番号法 16条の2"),
    outcome!(16, Resident, None, "番号法 17条6項、7項"),
    outcome!(17, Warned, NEW, "番号法 16条の2"),
    outcome!(18, NoRegister, None, "番号法施行令 14条九号"),
];

impl Outcome {
    /// The row with this number; none when there is no such row.
    pub fn of(row: u8) -> Option<Self> {
        ROWS.iter().copied().find(|outcome| outcome.row == row)
    }

    /// Whether the page offers to make a form.
    pub const fn may_make_form(&self) -> bool {
        self.kind.is_some()
    }
}
