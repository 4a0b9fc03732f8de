//! The facts that mails about a filed case mention (N04–N24), and their templates. Never the wrong value, a question, a birth date or a number.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::words::Frame;
use crate::domain::notice::NoticeCode;
use crate::i18n::Lang;

/// A last day, written out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Without its year, for the subject: 「1月12日」, "12 January".
    pub day: String,
    /// With year and weekday.
    pub date: String,
    /// Whose calendar: 「ロンドン時間」, "London time".
    pub zone: String,
}

/// An office as a mail names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its name in the mail's language.
    pub name: String,
    /// Its address, line by line; empty when it is not known.
    pub address: Vec<String>,
    /// Its telephone.
    pub phone: Option<String>,
}

/// Received (N05, N05b).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The office.
    pub office: String,
    /// The day, there.
    pub on: String,
}

/// One thing to be corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionItem {
    /// What is wrong, in the catalogue's words.
    pub what: String,
    /// How it is set right.
    pub fix: String,
}

/// To be corrected (N06, N06r).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// What, in the order it was found.
    pub items: Vec<CorrectionItem>,
    /// Until when.
    pub deadline: Deadline,
}

/// Not accepted (N07).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotAccepted {
    /// Why, in the catalogue's words.
    pub reason: String,
    /// What she can do.
    pub next: String,
    /// Whom to ask.
    pub office: Place,
}

/// Forwarded (N08).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// The municipality that keeps the register.
    pub municipality: String,
    /// The day it left.
    pub on: String,
}

/// A question waits on the site (N09), or still does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Until when.
    pub deadline: Deadline,
    /// Whether she was told before.
    pub is_reminder: bool,
}

/// The card is being made (N10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeingMade {
    /// Where it will be collected, unless she changes that now.
    pub place: String,
}

/// The card is on its way (N11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnTheWay {
    /// To where.
    pub place: Place,
}

/// Ready to collect (N12), in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyFacts {
    /// Until when.
    pub deadline: Deadline,
    /// Where.
    pub place: Place,
}

/// The card waits (N13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickupReminder {
    /// Days left, today not counted.
    pub days: i32,
    /// Until when.
    pub deadline: Deadline,
    /// Where.
    pub place: Place,
}

/// Facts of a mail that speaks both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InBoth<T> {
    /// In Japanese.
    pub ja: T,
    /// In English.
    pub en: T,
}

/// A visit is booked (N14), in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitFacts {
    /// Day and time as the subject has it, with the zone.
    pub subject: String,
    /// Day and time with year, weekday and zone.
    pub at: String,
    /// The same in Japan, when that differs from the place.
    pub in_japan: Option<String>,
    /// Where.
    pub place: Place,
}

/// Why a booked visit does not take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum VisitEnd {
    /// Cancelled by the applicant or for her.
    #[serde(rename = "#cancelled")]
    Cancelled,
    /// She did not come.
    #[serde(rename = "#missed")]
    Missed,
    /// The office cannot keep it.
    #[serde(rename = "#moved")]
    Moved,
}

/// A visit that does not take place (N15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitEnded {
    /// Why.
    pub end: VisitEnd,
    /// The collection deadline, which has not moved.
    pub deadline: Deadline,
}

/// Handed over (N16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// The day, there.
    pub on: String,
    /// Where.
    pub place: Place,
}

/// The first deadline passed (N17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// The second one.
    pub deadline: Deadline,
    /// Where the card is.
    pub place: Place,
}

/// Destroyed (N18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposed {
    /// The day.
    pub on: String,
}

/// Withdrawn (N19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The day.
    pub on: String,
    /// Who has the papers.
    pub office: Place,
}

/// How an application ended that nobody withdrew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CaseEnd {
    /// She registered in Japan.
    #[serde(rename = "#returned-home")]
    ReturnedHome,
    /// Something else; the mail does not say what.
    #[serde(rename = "#other")]
    Other,
}

/// Ended (N20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedCase {
    /// How.
    pub end: CaseEnd,
    /// Whom to ask.
    pub office: Place,
}

/// The mail address changed (N21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailChanged {
    /// The new one, most of it hidden.
    pub masked: String,
    /// Whom to tell if it was somebody else.
    pub office: Place,
}

/// The pickup place changed (N22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickupChanged {
    /// The new one.
    pub place: Place,
    /// Whether the card was on its way already and travels on.
    pub is_moved: bool,
}

/// A posted form has not arrived (N04).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotArrived {
    /// The day she posted it, as she said.
    pub posted_on: String,
    /// Where to.
    pub office: Place,
}

/// The office replied (N24); the reply is read on the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replied {
    /// Which office.
    pub office: String,
}

/// Defines the notices of a case: their facts, codes and templates, one for each language with the facts under the same name.
macro_rules! case_notices {
    ($($(#[$doc:meta])* $name:ident($facts:ty) $code:ident $ja:ident $ja_path:literal $en:ident $en_path:literal;)+) => {
        /// A notice about a filed case, with its facts.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum CaseNotice {
            $($(#[$doc])* $name($facts),)+
        }

        $(
            #[derive(Template)]
            #[template(path = $ja_path)]
            struct $ja<'a> {
                frame: &'a Frame,
                facts: &'a $facts,
            }

            #[derive(Template)]
            #[template(path = $en_path)]
            struct $en<'a> {
                frame: &'a Frame,
                facts: &'a $facts,
            }
        )+

        impl CaseNotice {
            /// Its code.
            pub const fn code(&self) -> NoticeCode {
                match self { $(Self::$name(_) => NoticeCode::$code,)+ }
            }

            /// The words: the subject line, an empty line, the body.
            pub(super) fn write(&self, frame: &Frame, lang: Lang) -> askama::Result<String> {
                match (self, lang) {
                    $(
                        (Self::$name(facts), Lang::Ja) => $ja { frame, facts }.render(),
                        (Self::$name(facts), Lang::En) => $en { frame, facts }.render(),
                    )+
                }
            }
        }
    };
}

case_notices! {
    /// N04: the form has not arrived.
    NotArrived(NotArrived) N04 NotArrivedJa "mail/n04.ja.txt" NotArrivedEn "mail/n04.en.txt";
    /// N05: the form was received.
    Received(Received) N05 ReceivedJa "mail/n05.ja.txt" ReceivedEn "mail/n05.en.txt";
    /// N05b: the correction was received.
    CorrectionReceived(Received) N05b CorrectionReceivedJa "mail/n05b.ja.txt" CorrectionReceivedEn "mail/n05b.en.txt";
    /// N06: please correct.
    Correction(Correction) N06 CorrectionJa "mail/n06.ja.txt" CorrectionEn "mail/n06.en.txt";
    /// N06r: please correct, half of the time has passed.
    CorrectionReminder(Correction) N06r CorrectionReminderJa "mail/n06r.ja.txt" CorrectionReminderEn "mail/n06r.en.txt";
    /// N07: not accepted.
    NotAccepted(NotAccepted) N07 NotAcceptedJa "mail/n07.ja.txt" NotAcceptedEn "mail/n07.en.txt";
    /// N08: sent to the honseki municipality.
    Forwarded(Forwarded) N08 ForwardedJa "mail/n08.ja.txt" ForwardedEn "mail/n08.en.txt";
    /// N09: a question waits.
    Question(Question) N09 QuestionJa "mail/n09.ja.txt" QuestionEn "mail/n09.en.txt";
    /// N10: the card is being made.
    BeingMade(BeingMade) N10 BeingMadeJa "mail/n10.ja.txt" BeingMadeEn "mail/n10.en.txt";
    /// N11: the card is on its way.
    OnTheWay(OnTheWay) N11 OnTheWayJa "mail/n11.ja.txt" OnTheWayEn "mail/n11.en.txt";
    /// N12: ready to collect, in both languages.
    Ready(InBoth<ReadyFacts>) N12 ReadyJa "mail/n12.ja.txt" ReadyEn "mail/n12.en.txt";
    /// N13: days left to collect.
    PickupReminder(PickupReminder) N13 PickupReminderJa "mail/n13.ja.txt" PickupReminderEn "mail/n13.en.txt";
    /// N14: a visit is booked, in both languages.
    Visit(InBoth<VisitFacts>) N14 VisitJa "mail/n14.ja.txt" VisitEn "mail/n14.en.txt";
    /// N15: a visit does not take place.
    VisitEnded(VisitEnded) N15 VisitEndedJa "mail/n15.ja.txt" VisitEndedEn "mail/n15.en.txt";
    /// N16: handed over.
    HandedOver(HandedOver) N16 HandedOverJa "mail/n16.ja.txt" HandedOverEn "mail/n16.en.txt";
    /// N17: the first deadline passed.
    Overdue(Overdue) N17 OverdueJa "mail/n17.ja.txt" OverdueEn "mail/n17.en.txt";
    /// N18: destroyed.
    Disposed(Disposed) N18 DisposedJa "mail/n18.ja.txt" DisposedEn "mail/n18.en.txt";
    /// N19: withdrawn.
    Withdrawn(Withdrawn) N19 WithdrawnJa "mail/n19.ja.txt" WithdrawnEn "mail/n19.en.txt";
    /// N20: ended.
    Ended(EndedCase) N20 EndedJa "mail/n20.ja.txt" EndedEn "mail/n20.en.txt";
    /// N21: the mail address changed.
    EmailChanged(EmailChanged) N21 EmailChangedJa "mail/n21.ja.txt" EmailChangedEn "mail/n21.en.txt";
    /// N22: the pickup place changed.
    PickupChanged(PickupChanged) N22 PickupChangedJa "mail/n22.ja.txt" PickupChangedEn "mail/n22.en.txt";
    /// N24: the office replied.
    Replied(Replied) N24 RepliedJa "mail/n24.ja.txt" RepliedEn "mail/n24.en.txt";
}
