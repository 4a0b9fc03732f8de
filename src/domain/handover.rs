//! The guard of the handover: a card leaves the counter only when three facts are on record (番号法 17条).
//!
//! The mayor who keeps the register checks the record (措置①) and tells the handing place; somebody checks identity documents (措置②). Nothing else
//! opens this gate, and no role can pass it by.

use serde::{Deserialize, Serialize};

/// 措置①: the names, the birth date and the number compared with the 戸籍の附票 and the erased 住民票, by the municipality that keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordCheck {
    /// Not done.
    #[default]
    Open,
    /// Done, everything agrees.
    Done,
    /// Done, something differs.
    Mismatch,
}

impl RecordCheck {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Mismatch => "mismatch",
        }
    }

    /// Reads the word of the database.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Done, Self::Mismatch]
            .into_iter()
            .find(|check| check.as_str() == text)
    }
}

/// 措置②: identity documents seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentCheck {
    /// Not done.
    #[default]
    Open,
    /// Done when the application was handed in, and told to the handing place (番号法 17条1項2号).
    AtApplication,
    /// Done at the counter, now.
    AtHandover,
}

impl DocumentCheck {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::AtApplication => "at_application",
            Self::AtHandover => "at_handover",
        }
    }

    /// Reads the word of the database.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::AtApplication, Self::AtHandover]
            .into_iter()
            .find(|check| check.as_str() == text)
    }
}

/// Who hands the card over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandingPlace {
    /// The municipality that keeps the register: it made the record check itself and needs no notice of it.
    Honseki,
    /// An embassy or consulate, or another municipality.
    #[default]
    Other,
}

/// The three facts, and who hands over. The default is that nothing is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HandoverFacts {
    /// 措置①.
    pub record_check: RecordCheck,
    /// Whether the notice "record check done" has reached the handing place.
    pub record_check_notice: bool,
    /// 措置②.
    pub document_check: DocumentCheck,
    /// Who hands over.
    pub place: HandingPlace,
}

/// Why a card must stay where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HandoverBlock {
    /// The record check is not done.
    RecordNotChecked,
    /// The record check found a difference.
    RecordDiffers,
    /// The notice of the record check has not arrived (番号法 17条4項).
    NoticeMissing,
    /// No identity documents were checked.
    DocumentsNotChecked,
}

/// What still blocks the handover, in the order of the staff page; an empty list means the card may be handed over.
pub fn blocks(facts: HandoverFacts) -> Vec<HandoverBlock> {
    let record = match facts.record_check {
        RecordCheck::Open => Some(HandoverBlock::RecordNotChecked),
        RecordCheck::Mismatch => Some(HandoverBlock::RecordDiffers),
        RecordCheck::Done => None,
    };
    let notice = (facts.place == HandingPlace::Other && !facts.record_check_notice)
        .then_some(HandoverBlock::NoticeMissing);
    let documents =
        (facts.document_check == DocumentCheck::Open).then_some(HandoverBlock::DocumentsNotChecked);
    [record, notice, documents].into_iter().flatten().collect()
}

/// Whether the card may be handed over.
pub fn may_hand_over(facts: HandoverFacts) -> bool {
    blocks(facts).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_all_combinations_only_the_complete_ones_open_the_gate() {
        let mut open = Vec::new();
        for record_check in [RecordCheck::Open, RecordCheck::Done, RecordCheck::Mismatch] {
            for record_check_notice in [false, true] {
                for document_check in [
                    DocumentCheck::Open,
                    DocumentCheck::AtApplication,
                    DocumentCheck::AtHandover,
                ] {
                    for place in [HandingPlace::Honseki, HandingPlace::Other] {
                        let facts = HandoverFacts {
                            record_check,
                            record_check_notice,
                            document_check,
                            place,
                        };
                        if may_hand_over(facts) {
                            open.push(facts);
                        }
                    }
                }
            }
        }
        assert_eq!(open.len(), 6);
        for facts in open {
            assert_eq!(facts.record_check, RecordCheck::Done);
            assert_ne!(facts.document_check, DocumentCheck::Open);
            assert!(facts.record_check_notice || facts.place == HandingPlace::Honseki);
        }
    }

    #[test]
    fn a_handover_with_nothing_on_record_names_everything_that_is_missing() {
        assert_eq!(
            blocks(HandoverFacts::default()),
            [
                HandoverBlock::RecordNotChecked,
                HandoverBlock::NoticeMissing,
                HandoverBlock::DocumentsNotChecked
            ]
        );
    }
}
