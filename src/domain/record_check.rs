//! 措置① item by item (番号法 17条1項1号, 番号法施行令 13条の2): what the municipality compares with the 戸籍の附票 and the erased 住民票, and what follows.
//!
//! Each item agrees or differs; where it differs, what the register says is noted. The My Number is compared on the paper: it has a result and never a
//! value. Nothing is confirmed while one item is open or differs, and whoever compared does not confirm alone.

use super::answers::{Answers, Problem};
use super::free_text::{self, TextError};
use super::handover::RecordCheck;

/// Characters of what the register says.
pub const SEEN_MAX: usize = 100;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckItem {
    /// 氏名.
    Name,
    /// 生年月日.
    BirthDate,
    /// 性別.
    Sex,
    /// 国外転出の日.
    LeftOn,
    /// 個人番号, on paper.
    MyNumber,
}

/// How one item turned out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// Which.
    pub item: CheckItem,
    /// Whether form and register say the same.
    pub agrees: bool,
    /// What the register says where they do not; always empty for the My Number.
    pub seen: String,
}

impl CheckItem {
    /// Every item, in the order of the page.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::BirthDate,
        Self::Sex,
        Self::LeftOn,
        Self::MyNumber,
    ];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
            Self::LeftOn => "left_on",
            Self::MyNumber => "my_number",
        }
    }

    /// The field of its result in the form.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name => "check_name",
            Self::BirthDate => "check_birth_date",
            Self::Sex => "check_sex",
            Self::LeftOn => "check_left_on",
            Self::MyNumber => "check_my_number",
        }
    }

    /// The field of what the register says; none for the My Number.
    pub const fn seen_field(self) -> Option<&'static str> {
        match self {
            Self::Name => Some("seen_name"),
            Self::BirthDate => Some("seen_birth_date"),
            Self::Sex => Some("seen_sex"),
            Self::LeftOn => Some("seen_left_on"),
            Self::MyNumber => None,
        }
    }

    /// The catalogue key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "check-item-name",
            Self::BirthDate => "check-item-birth-date",
            Self::Sex => "check-item-sex",
            Self::LeftOn => "check-item-left-on",
            Self::MyNumber => "check-item-my-number",
        }
    }

    /// The catalogue key of "choose a result".
    pub const fn open_key(self) -> &'static str {
        match self {
            Self::Name => "error-check_name-empty",
            Self::BirthDate => "error-check_birth_date-empty",
            Self::Sex => "error-check_sex-empty",
            Self::LeftOn => "error-check_left_on-empty",
            Self::MyNumber => "error-check_my_number-empty",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.as_str() == word)
    }
}

/// The results that were chosen so far, and what stops them from being kept. An item without a choice is open, and no problem yet.
pub fn read(answers: &Answers) -> (Vec<CheckResult>, Vec<Problem>) {
    let mut problems = Vec::new();
    let results = CheckItem::ALL
        .into_iter()
        .filter_map(|item| read_item(answers, item, &mut problems))
        .collect();
    (results, problems)
}

fn read_item(
    answers: &Answers,
    item: CheckItem,
    problems: &mut Vec<Problem>,
) -> Option<CheckResult> {
    let agrees = match answers.get(item.field()) {
        "agrees" => true,
        "differs" => false,
        _ => return None,
    };
    let seen = match item.seen_field().filter(|_| !agrees) {
        None => String::new(),
        Some(field) => match free_text::one_line(answers.get(field), SEEN_MAX) {
            Ok(seen) => seen,
            Err(TextError::Empty) => String::new(),
            Err(error) => {
                problems.push(refusal(field, &error));
                String::new()
            }
        },
    };
    Some(CheckResult { item, agrees, seen })
}

fn refusal(field: &'static str, error: &TextError) -> Problem {
    match error {
        TextError::MyNumber => Problem::new(field, "error-message-my-number"),
        _ => Problem::new(field, "error-message-form").with("n", SEEN_MAX.to_string()),
    }
}

/// What the results say together.
pub fn verdict(results: &[CheckResult]) -> RecordCheck {
    if results.iter().any(|result| !result.agrees) {
        return RecordCheck::Mismatch;
    }
    let is_whole = CheckItem::ALL
        .iter()
        .all(|item| results.iter().any(|result| result.item == *item));
    if is_whole {
        RecordCheck::Done
    } else {
        RecordCheck::Open
    }
}

/// What stops the confirmation: items without a result, or one that differs.
pub fn confirmation_problems(results: &[CheckResult]) -> Vec<Problem> {
    let open: Vec<Problem> = CheckItem::ALL
        .into_iter()
        .filter(|item| !results.iter().any(|result| result.item == *item))
        .map(|item| Problem::new(item.field(), item.open_key()))
        .collect();
    if !open.is_empty() {
        return open;
    }
    match verdict(results) {
        RecordCheck::Done => Vec::new(),
        RecordCheck::Open | RecordCheck::Mismatch => {
            vec![Problem::new("decision", "error-confirm-differs")]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(agrees: &str) -> Answers {
        CheckItem::ALL
            .into_iter()
            .map(|item| (item.field(), agrees))
            .collect()
    }

    #[test]
    fn only_a_whole_check_without_a_difference_is_done() {
        let (results, _) = read(&all("agrees"));
        assert_eq!(verdict(&results), RecordCheck::Done);
        assert_eq!(confirmation_problems(&results), []);
        for item in CheckItem::ALL {
            let mut open = all("agrees");
            open.set(item.field(), "");
            let (results, _) = read(&open);
            assert_eq!(verdict(&results), RecordCheck::Open, "{item:?}");
            assert_eq!(confirmation_problems(&results)[0].field, item.field());
            let mut differs = all("agrees");
            differs.set(item.field(), "differs");
            let (results, _) = read(&differs);
            assert_eq!(verdict(&results), RecordCheck::Mismatch, "{item:?}");
            assert_eq!(
                confirmation_problems(&results)[0].kind,
                "error-confirm-differs"
            );
        }
    }

    #[test]
    fn what_the_register_says_is_kept_only_for_what_differs_and_never_for_the_number() {
        let mut answers = all("agrees");
        answers.set("seen_name", "齊藤 花子");
        answers.set("check_left_on", "differs");
        answers.set("seen_left_on", " 2019-06-29 ");
        answers.set("check_my_number", "differs");
        answers.set("seen_my_number", "1234 5678 9018");
        let (results, problems) = read(&answers);
        let seen = |item| {
            let found = results.iter().find(|result| result.item == item);
            found.map(|result| result.seen.as_str())
        };
        assert_eq!(seen(CheckItem::Name), Some(""));
        assert_eq!(seen(CheckItem::LeftOn), Some("2019-06-29"));
        assert_eq!(seen(CheckItem::MyNumber), Some(""));
        assert_eq!(problems, []);
    }

    #[test]
    fn a_number_typed_as_what_the_register_says_is_refused() {
        let mut answers = all("differs");
        answers.set("seen_birth_date", "1234 5678 9018");
        let (_, problems) = read(&answers);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind, "error-message-my-number");
        answers.set("seen_birth_date", "a\u{202e}b");
        assert_eq!(read(&answers).1[0].kind, "error-message-form");
    }

    #[test]
    fn every_item_is_read_by_its_word() {
        for item in CheckItem::ALL {
            assert_eq!(CheckItem::parse(item.as_str()), Some(item));
        }
        assert_eq!(CheckItem::parse("pin"), None);
    }
}
