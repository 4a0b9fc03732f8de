//! Why a card is asked for: the first one, a renewal, or one in place of a card that is lost or unusable.
//!
//! The kind decides the fee, whether an old card is surrendered, and what must be enclosed. It is chosen by the eligibility check and can be changed
//! in the register section.

use serde::{Deserialize, Serialize};

/// 申請区分: why the card is asked for (overseas-card rules F1 and F3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationKind {
    /// The first card for a person abroad (番号法 16条の2).
    New,
    /// A card in exchange for one with less than a year left (番号カード命令 29条).
    Renewal,
    /// A card in place of one lost, stolen, damaged or faulty (番号カード命令 28条).
    Reissue,
}

impl ApplicationKind {
    /// Every kind, in the order of the page.
    pub const ALL: [Self; 3] = [Self::New, Self::Renewal, Self::Reissue];

    /// The value in the form and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Renewal => "renewal",
            Self::Reissue => "reissue",
        }
    }

    /// The kind that `text` names; nothing when it names none.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// 再交付の事由: what happened to the card that is to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReissueReason {
    /// Lost or burnt: evidence is enclosed (番号カード命令 28条3項).
    Lost,
    /// Stolen: a police report is the evidence.
    Stolen,
    /// Damaged: the card is surrendered with the application (28条2項).
    Damaged,
    /// The chip does not answer: the card is surrendered as well.
    Fault,
}

impl ReissueReason {
    /// Every reason, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Lost, Self::Stolen, Self::Damaged, Self::Fault];

    /// The value in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Damaged => "damaged",
            Self::Fault => "fault",
        }
    }

    /// The reason that `text` names; nothing when it names none.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// Whether evidence of the loss (疎明資料) goes into the envelope; otherwise the old card does.
    pub const fn needs_evidence(self) -> bool {
        matches!(self, Self::Lost | Self::Stolen)
    }
}
