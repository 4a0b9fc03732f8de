//! What of a form's answers is kept although it is wrong: all but what must not be stored by anybody, and what no answer can be.

use crate::domain::answers::Answers;
use crate::domain::my_number;

/// Longer than any answer may be; what is longer is shown again with its message, and never stored.
const LONGEST_STORED: usize = 4_000;

/// What of the answers may be stored even though it is wrong, and whether that is all of it. A My Number never is, nor what is absurdly long.
pub(super) fn storable(answers: &Answers) -> (Answers, bool) {
    let is_storable = |field: &str, text: &str| {
        let is_telephone = field == "tel" || field == "agent_tel";
        let is_number = !(is_telephone && text.trim_start().starts_with(['+', '＋']))
            && my_number::contains_my_number(text);
        text.len() <= LONGEST_STORED && !is_number
    };
    let stored: Answers = answers
        .iter()
        .filter(|(field, text)| is_storable(field, text))
        .collect();
    let is_whole = stored.iter().count() == answers.iter().count();
    (stored, is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_my_number_is_never_stored_not_even_in_an_unfinished_section() {
        let answers: Answers = [
            ("address", "1 Sample Street"),
            ("contact2", "母 1234-5678-9018"),
            ("tel", "+123456789018"),
        ]
        .into_iter()
        .collect();
        let (stored, is_whole) = storable(&answers);
        assert_eq!(
            (
                stored.get("address"),
                stored.get("contact2"),
                stored.get("tel")
            ),
            ("1 Sample Street", "", "+123456789018")
        );
        assert!(!is_whole);
    }
}
