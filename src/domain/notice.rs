//! Which mail is which: the codes N00–N33. The words live in the catalogue and in `templates/mail`; the engine that composes them is `notices`.
//!
//! Notices that a change of status writes are named by the transition table; [`NoticeCode::cause`] says what writes each of the others.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What makes a notice be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A code or link was asked for (start a form, find an application, staff sign-in).
    CodeAskedFor,
    /// The applicant saved and left.
    DraftSaved,
    /// A change of status; [`super::transition`] says which.
    Transition,
    /// A date came near or passed; [`super::deadline`] has the number of days.
    Deadline,
    /// The applicant or an office changed something that leaves the status alone.
    Change,
    /// The daily round of an office, or an alarm of the operators.
    Round,
}

macro_rules! notices {
    ($($name:ident $code:literal $key:literal $cause:ident $doc:literal;)+) => {
        /// The code of a notice.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(into = "&'static str", try_from = "String")]
        pub enum NoticeCode {
            $(#[doc = $doc] $name,)+
        }

        impl NoticeCode {
            /// Every notice in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code, such as `N02a`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The catalogue key of its subject, such as `mail-n02a-subject`.
            pub const fn subject_key(self) -> &'static str {
                match self { $(Self::$name => concat!("mail-", $key, "-subject"),)+ }
            }

            /// What makes it be written.
            pub const fn cause(self) -> Cause {
                match self { $(Self::$name => Cause::$cause,)+ }
            }
        }
    };
}

notices! {
    N00 "N00" "n00" CodeAskedFor "A code or link to continue.";
    N01 "N01" "n01" CodeAskedFor "The first code to an address: confirms it, in both languages.";
    N02a "N02a" "n02a" DraftSaved "Your answers are saved.";
    N02b "N02b" "n02b" Deadline "Saved answers will be deleted: 7 days and 1 day before.";
    N02 "N02" "n02" Transition "Your form is ready; you have not applied yet.";
    N03 "N03" "n03" Deadline "Have you sent your form? 30 and 75 days after it was made.";
    N04 "N04" "n04" Deadline "Your form has not arrived: 45 days after posting.";
    N05 "N05" "n05" Transition "We have received your form.";
    N05b "N05b" "n05b" Transition "We have received your correction.";
    N06 "N06" "n06" Transition "Please correct your application.";
    N06r "N06r" "n06r" Deadline "Corrections are due: half of the time has passed.";
    N07 "N07" "n07" Transition "We could not accept your application.";
    N08 "N08" "n08" Transition "Sent to your honseki municipality.";
    N09 "N09" "n09" Transition "We have a question.";
    N10 "N10" "n10" Transition "Your card is being made.";
    N11 "N11" "n11" Transition "Your card is on its way.";
    N12 "N12" "n12" Transition "Your card is ready to collect (交付準備完了).";
    N13 "N13" "n13" Deadline "Days left to collect: 60, 30 and 10 days before the deadline.";
    N14 "N14" "n14" Transition "Your appointment.";
    N14r "N14r" "n14r" Deadline "Your appointment comes near: 3 days and 1 day before.";
    N15 "N15" "n15" Transition "Appointment cancelled, missed or changed.";
    N16 "N16" "n16" Transition "Your card was handed over.";
    N17 "N17" "n17" Transition "The collection deadline has passed.";
    N18 "N18" "n18" Transition "Your card was destroyed.";
    N19 "N19" "n19" Transition "Application withdrawn.";
    N20 "N20" "n20" Transition "The application ended.";
    N21 "N21" "n21" Change "The e-mail address was changed (to the old and the new one).";
    N22 "N22" "n22" Change "The pickup place was changed.";
    N23 "N23" "n23" Change "A slot has opened.";
    N24 "N24" "n24" Change "The office replied.";
    N31 "N31" "n31" Round "Desk: today's work, counts and links only.";
    N32 "N32" "n32" Round "Desk: cases past a deadline, receipt numbers only.";
    Account "account" "account" Change "Staff: something about the way into one's own account was changed.";
    N33 "N33" "n33" Round "Operations: mails that failed, a backup that failed.";
}

/// A text that is no notice code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{0}\" is not a notice code")]
pub struct UnknownNotice(pub String);

impl NoticeCode {
    /// The notice with this code.
    pub fn parse(code: &str) -> Result<Self, UnknownNotice> {
        Self::ALL
            .iter()
            .copied()
            .find(|notice| notice.as_str() == code)
            .ok_or_else(|| UnknownNotice(code.to_owned()))
    }
}

impl From<NoticeCode> for &'static str {
    fn from(notice: NoticeCode) -> Self {
        notice.as_str()
    }
}

impl TryFrom<String> for NoticeCode {
    type Error = UnknownNotice;

    fn try_from(code: String) -> Result<Self, UnknownNotice> {
        Self::parse(&code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::transition::TRANSITIONS;
    use super::*;

    #[test]
    fn every_code_reads_back_and_its_subject_key_is_built_from_it() {
        for notice in NoticeCode::ALL {
            assert_eq!(NoticeCode::parse(notice.as_str()), Ok(*notice));
            assert_eq!(
                notice.subject_key(),
                format!("mail-{}-subject", notice.as_str().to_lowercase())
            );
        }
    }

    #[test]
    fn notices_of_transitions_are_exactly_those_the_table_writes() {
        let written: BTreeSet<&str> = TRANSITIONS
            .iter()
            .filter_map(|row| row.telling.notice())
            .map(NoticeCode::as_str)
            .collect();
        let listed: BTreeSet<&str> = NoticeCode::ALL
            .iter()
            .filter(|notice| {
                notice.cause() == Cause::Transition || matches!(notice, NoticeCode::N01)
            })
            .map(|notice| notice.as_str())
            .collect();
        assert_eq!(written, listed);
    }
}
