//! The sections of the form, in the order of the journey, and what the task list says about each.

use serde::{Deserialize, Serialize};

/// A section of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// 申請する人.
    Person,
    /// 本籍と国外転出.
    Register,
    /// 連絡先.
    Contact,
    /// 顔写真.
    Photo,
    /// 提出するところ・受け取るところ.
    Offices,
    /// 電子証明書・点字.
    Certs,
    /// 代理人.
    Agent,
}

impl Section {
    /// Every section in the order of the journey.
    pub const ALL: [Self; 7] = [
        Self::Person,
        Self::Register,
        Self::Contact,
        Self::Photo,
        Self::Offices,
        Self::Certs,
        Self::Agent,
    ];

    /// The word in addresses (`/a/{ref}/person`), in the database and in catalogue keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Register => "register",
            Self::Contact => "contact",
            Self::Photo => "photo",
            Self::Offices => "offices",
            Self::Certs => "certs",
            Self::Agent => "agent",
        }
    }

    /// The section that `text` names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|section| section.as_str() == text)
    }

    /// Every field that belongs to the section: what a page may send and storage keeps. Anything else that is posted is dropped.
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Person => &[
                "family",
                "given",
                "family_kana",
                "given_kana",
                "gaiji",
                "gaiji_note",
                "dob_y",
                "dob_m",
                "dob_d",
                "sex",
                "roman",
            ],
            Self::Register => &[
                "kind",
                "reissue_reason",
                "honseki_pref",
                "honseki_city",
                "honseki_code",
                "left_y",
                "left_m",
                "left_d",
                "last_city",
                "return_plan",
            ],
            Self::Contact => &["tel", "country", "address", "email2", "contact2"],
            Self::Photo => &["photo_how"],
            Self::Offices => &[
                "file_at",
                "file_country",
                "file_mission",
                "file_pref",
                "file_city",
                "file_code",
                "pickup_at",
                "pickup_country",
                "pickup_mission",
                "pickup_pref",
                "pickup_city",
                "pickup_code",
            ],
            Self::Certs => &["no_sign", "no_auth", "braille", "braille_kana", "insurance"],
            Self::Agent => &[
                "agent_kind",
                "agent_name",
                "agent_relation",
                "agent_address",
                "agent_tel",
            ],
        }
    }

    /// The sections a second form of the same mailbox starts with (a family): how to reach them, where to go, who acts.
    pub const COPIED_WITHIN_A_FAMILY: [Self; 3] = [Self::Contact, Self::Offices, Self::Agent];
}

/// What the task list says about a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SectionState {
    /// 完了.
    Completed,
    /// 入力中: begun, something is still empty.
    InProgress,
    /// 未入力.
    NotStarted,
    /// 不要: this person does not need it.
    NotNeeded,
    /// まだ始められません: depends on a section that is not complete.
    CannotStartYet,
    /// 直すところがあります: something typed cannot stay, or a rule has come to apply since.
    Problem,
}

impl SectionState {
    /// The catalogue key of its word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Completed => "section-completed",
            Self::InProgress => "section-in-progress",
            Self::NotStarted => "section-not-started",
            Self::NotNeeded => "section-not-needed",
            Self::CannotStartYet => "section-cannot-start-yet",
            Self::Problem => "section-problem",
        }
    }

    /// Whether nothing is left to do in the section.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Completed | Self::NotNeeded)
    }
}
