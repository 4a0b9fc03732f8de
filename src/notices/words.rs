//! The facts each mail mentions, and the templates that have its words (`templates/mail/<code>.<language>.txt`). The first line of a template is the
//! subject.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::case_words::{CaseNotice, InBoth};
use crate::domain::notice::NoticeCode;
use crate::i18n::Lang;

/// What every mail may mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Scheme and host of every link.
    pub base_url: String,
    /// The reader's name, once her address is proven.
    pub name: Option<String>,
    /// The receipt number as shown.
    pub reference: Option<String>,
    /// Whether this is a trial.
    pub is_demo: bool,
}

/// A code or link to continue (N00, N01).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedCode {
    /// Six digits.
    pub code: String,
    /// What is secret in the one-time link, if there is one.
    pub link_token: Option<String>,
    /// How long both work.
    pub minutes: u32,
}

/// Answers were saved (N02a).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftSaved {
    /// Until when they are kept: a date in Japan, written out.
    pub kept_until: String,
    /// The names of what is left, in the mail's language.
    pub remaining: Vec<String>,
}

/// Saved answers will be deleted (N02b).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftExpires {
    /// The day without its year, for the subject: 「12月21日」, "21 Dec".
    pub day: String,
    /// The date in Japan, written out.
    pub date: String,
}

/// Whether an office takes forms by post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ByPost {
    /// It does.
    #[serde(rename = "#accepted")]
    Accepted,
    /// It does not.
    #[serde(rename = "#refused")]
    Refused,
    /// Not known, or under conditions: ask it.
    #[serde(rename = "#ask")]
    Ask,
}

/// The form was made a while ago and has not arrived (N03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReminder {
    /// The receipt number as shown.
    pub reference: String,
    /// The last day to hand it in: a date in Japan, written out.
    pub deadline: String,
}

/// The form is ready (N02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReady {
    /// The receipt number as shown.
    pub reference: String,
    /// The last day to hand it in: a date in Japan, written out.
    pub deadline: String,
    /// The name of the office it goes to, in the mail's language.
    pub office: String,
    /// Whether that office takes it by post.
    pub by_post: ByPost,
}

/// What was changed about the way into an account of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountChange {
    /// Another password.
    Password,
    /// A second factor was set up.
    SecondFactorSet,
    /// The second factor was forgotten.
    SecondFactorReset,
    /// A new sheet of recovery codes.
    RecoveryCodes,
    /// Another mail address; this mail goes to the one before.
    Email,
}

/// The way into an account of staff was changed: told in both languages, because an account has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChanged {
    /// What.
    pub change: AccountChange,
    /// When, in Japan's time.
    pub at: InBoth<String>,
}

/// The morning's count of an office's desk (N31).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskToday {
    /// Cases whose last day is today or in the next days.
    pub due_soon: i64,
    /// Cases that came since yesterday.
    pub new: i64,
}

/// Cases of an office past their last day (N32).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskOverdue {
    /// How many.
    pub count: i64,
    /// The receipt numbers of the first of them, as shown.
    pub references: Vec<String>,
}

/// What the operators have to look at (N33).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operations {
    /// Mails given up.
    pub failed_mails: i64,
    /// Jobs given up.
    pub dead_jobs: i64,
}

/// A notice with its facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// N00: a code or link to continue.
    Code(AskedCode),
    /// N01: the first code to an address, in both languages.
    FirstCode(AskedCode),
    /// N02a: answers are saved.
    DraftSaved(DraftSaved),
    /// N02b: saved answers will be deleted.
    DraftExpires(DraftExpires),
    /// N02: the form is ready.
    FormReady(FormReady),
    /// N03: has the form been sent?
    FormReminder(FormReminder),
    /// The way into an account of staff was changed.
    Account(AccountChanged),
    /// N31: an office's morning count, in both languages, as accounts have none.
    DeskToday(DeskToday),
    /// N32: an office's cases past their last day, in both languages.
    DeskOverdue(DeskOverdue),
    /// N33: mails and jobs given up, in both languages.
    Operations(Operations),
    /// N04–N24: about a filed case.
    Case(Box<CaseNotice>),
}

impl Notice {
    /// Its code.
    pub const fn code(&self) -> NoticeCode {
        match self {
            Self::Code(_) => NoticeCode::N00,
            Self::FirstCode(_) => NoticeCode::N01,
            Self::DraftSaved(_) => NoticeCode::N02a,
            Self::DraftExpires(_) => NoticeCode::N02b,
            Self::FormReady(_) => NoticeCode::N02,
            Self::FormReminder(_) => NoticeCode::N03,
            Self::Account(_) => NoticeCode::Account,
            Self::DeskToday(_) => NoticeCode::N31,
            Self::DeskOverdue(_) => NoticeCode::N32,
            Self::Operations(_) => NoticeCode::N33,
            Self::Case(notice) => notice.code(),
        }
    }

    /// Whether its words let their reader in, so that no copy is kept once it is sent.
    pub const fn is_secret(&self) -> bool {
        matches!(self, Self::Code(_) | Self::FirstCode(_))
    }
}

/// One template for each language, with the facts under the same name in both.
macro_rules! templates {
    ($ja:ident: $ja_path:literal, $en:ident: $en_path:literal, $facts:ty) => {
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
    };
}

templates!(CodeJa: "mail/n00.ja.txt", CodeEn: "mail/n00.en.txt", AskedCode);
templates!(FirstCodeJa: "mail/n01.ja.txt", FirstCodeEn: "mail/n01.en.txt", AskedCode);
templates!(DraftSavedJa: "mail/n02a.ja.txt", DraftSavedEn: "mail/n02a.en.txt", DraftSaved);
templates!(DraftExpiresJa: "mail/n02b.ja.txt", DraftExpiresEn: "mail/n02b.en.txt", DraftExpires);
templates!(FormReadyJa: "mail/n02.ja.txt", FormReadyEn: "mail/n02.en.txt", FormReady);
templates!(
    FormReminderJa: "mail/n03.ja.txt",
    FormReminderEn: "mail/n03.en.txt",
    FormReminder
);
templates!(AccountJa: "mail/account.ja.txt", AccountEn: "mail/account.en.txt", AccountChanged);

templates!(DeskTodayJa: "mail/n31.ja.txt", DeskTodayEn: "mail/n31.en.txt", DeskToday);
templates!(DeskOverdueJa: "mail/n32.ja.txt", DeskOverdueEn: "mail/n32.en.txt", DeskOverdue);
templates!(OperationsJa: "mail/n33.ja.txt", OperationsEn: "mail/n33.en.txt", Operations);

/// The words of a notice: the subject line, an empty line, the body.
pub(super) fn write(frame: &Frame, lang: Lang, notice: &Notice) -> askama::Result<String> {
    match (notice, lang) {
        (Notice::Code(facts), Lang::Ja) => CodeJa { frame, facts }.render(),
        (Notice::Code(facts), Lang::En) => CodeEn { frame, facts }.render(),
        (Notice::FirstCode(facts), Lang::Ja) => FirstCodeJa { frame, facts }.render(),
        (Notice::FirstCode(facts), Lang::En) => FirstCodeEn { frame, facts }.render(),
        (Notice::DraftSaved(facts), Lang::Ja) => DraftSavedJa { frame, facts }.render(),
        (Notice::DraftSaved(facts), Lang::En) => DraftSavedEn { frame, facts }.render(),
        (Notice::DraftExpires(facts), Lang::Ja) => DraftExpiresJa { frame, facts }.render(),
        (Notice::DraftExpires(facts), Lang::En) => DraftExpiresEn { frame, facts }.render(),
        (Notice::FormReady(facts), Lang::Ja) => FormReadyJa { frame, facts }.render(),
        (Notice::FormReady(facts), Lang::En) => FormReadyEn { frame, facts }.render(),
        (Notice::FormReminder(facts), Lang::Ja) => FormReminderJa { frame, facts }.render(),
        (Notice::FormReminder(facts), Lang::En) => FormReminderEn { frame, facts }.render(),
        (Notice::Account(facts), Lang::Ja) => AccountJa { frame, facts }.render(),
        (Notice::Account(facts), Lang::En) => AccountEn { frame, facts }.render(),
        (Notice::DeskToday(facts), Lang::Ja) => DeskTodayJa { frame, facts }.render(),
        (Notice::DeskToday(facts), Lang::En) => DeskTodayEn { frame, facts }.render(),
        (Notice::DeskOverdue(facts), Lang::Ja) => DeskOverdueJa { frame, facts }.render(),
        (Notice::DeskOverdue(facts), Lang::En) => DeskOverdueEn { frame, facts }.render(),
        (Notice::Operations(facts), Lang::Ja) => OperationsJa { frame, facts }.render(),
        (Notice::Operations(facts), Lang::En) => OperationsEn { frame, facts }.render(),
        (Notice::Case(notice), lang) => notice.write(frame, lang),
    }
}
