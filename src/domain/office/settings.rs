//! What an office says about itself: hours, closing days, what may be posted, bookings, proxies, documents, deadlines, where it is.
//!
//! Everything may be unsaid. An unsaid deadline is the house rule of overseas-card.md §5.5; anything else unsaid is shown as unknown, with the advice to
//! ask. Stored as JSON: fields may be added with a default, never renamed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::closing::ClosingDay;
use super::hours::WeekHours;
use crate::domain::application::kind::ApplicationKind;
use crate::domain::application::office::MailPolicy;
use crate::domain::deadline;

/// Words in both languages; either may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bilingual {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

impl Bilingual {
    /// Words in both languages.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ja: ja.into(),
            en: en.into(),
        }
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.ja.is_empty() && self.en.is_empty()
    }

    /// The words for a reader of Japanese or of English: in her language if they were said in it, otherwise in the other one, and which one that is.
    pub fn for_reader(&self, in_japanese: bool) -> Option<(&str, &'static str)> {
        let (own, other) = if in_japanese {
            ((&self.ja, "ja"), (&self.en, "en"))
        } else {
            ((&self.en, "en"), (&self.ja, "ja"))
        };
        [own, other]
            .into_iter()
            .find(|(words, _)| !words.is_empty())
            .map(|(words, lang)| (words.as_str(), lang))
    }
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every one, in the order of the pages.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The value in forms and keys.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The one that `text` names.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

named! {
    /// What may be asked for on paper; whether it may be posted differs from form to form (overseas-card.md §4.3).
    OfficeForm {
        /// 新規申請.
        #[default]
        New = "new",
        /// 更新.
        Renewal = "renewal",
        /// 再交付.
        Reissue = "reissue",
        /// 記載事項変更.
        Change = "change",
        /// 申請取消申出.
        Withdrawal = "withdrawal",
        /// 暗証番号の変更・初期化.
        Pin = "pin",
    }
}

impl OfficeForm {
    /// The form of an application.
    pub const fn of(kind: ApplicationKind) -> Self {
        match kind {
            ApplicationKind::New => Self::New,
            ApplicationKind::Renewal => Self::Renewal,
            ApplicationKind::Reissue => Self::Reissue,
        }
    }
}

named! {
    /// Whether the counter is visited by appointment.
    Booking {
        /// The office has not said.
        #[default]
        Unknown = "unknown",
        /// Nobody is served without one.
        Required = "required",
        /// Better with one.
        Advised = "advised",
        /// Not needed.
        NotNeeded = "not_needed",
    }
}

named! {
    /// Whether somebody else may collect the card. The law allows it for illness, disability and other reasons that cannot be helped (番号法施行令 13条).
    Proxy {
        /// The office has not said.
        #[default]
        Unknown = "unknown",
        /// As the law has it, with proof of the reason.
        ByLaw = "by_law",
        /// Never, as some offices say.
        Never = "never",
    }
}

named! {
    /// How the PINs come onto the card (番号カード命令 33条).
    PinSetting {
        /// The office has not said.
        #[default]
        Unknown = "unknown",
        /// They are set before, as the sealed form asks.
        AsFiled = "as_filed",
        /// The applicant sets them on a terminal when she collects the card.
        AtCounter = "at_counter",
    }
}

/// Whether a form may be posted, and under which conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailRule {
    /// Taken, not taken, or under conditions.
    pub policy: MailPolicy,
    /// The conditions.
    pub conditions: Bilingual,
}

/// How long a card is kept, in days; and when its owner is reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// From the notice that the card is ready.
    pub first_days: i32,
    /// From the second notice.
    pub second_days: i32,
    /// From the application, before a card that nobody collected is destroyed.
    pub disposal_days: i32,
    /// Reminders so many days after the notice, in order.
    pub reminder_days: Vec<i32>,
    /// After so many days a shipment to this office that was not received is looked for.
    pub shipment_days: i32,
    /// Within so many days a wish to collect a card elsewhere is decided, and then again the card sent.
    pub transfer_days: i32,
}

impl Default for Terms {
    /// The house rule, which many municipalities follow for cards at home (overseas-card.md §5.5).
    fn default() -> Self {
        Self {
            first_days: deadline::PICKUP_DAYS,
            second_days: deadline::SECOND_PICKUP_DAYS,
            disposal_days: deadline::DISPOSAL_DAYS_AFTER_APPLICATION,
            reminder_days: deadline::PICKUP_REMINDER_DAYS_AFTER.to_vec(),
            shipment_days: deadline::SHIPMENT_ALERT_DAYS,
            transfer_days: deadline::TRANSFER_DAYS,
        }
    }
}

/// Where the office says it is; what it leaves out is as the table has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Whereabouts {
    /// The counter to ask for.
    pub counter: Bilingual,
    /// Japanese postcode, seven digits.
    pub postcode: Option<String>,
    /// Address in its own form, in one line.
    pub address: Option<String>,
    /// The address for the post office of another country, line by line.
    pub address_latin: Vec<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Web site.
    pub website: Option<String>,
}

/// What an office says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OfficeSettings {
    /// Hours of the week; `None`: not said.
    pub hours: Option<WeekHours>,
    /// Days it is closed besides, in order; empty: not said.
    pub closing_days: Vec<ClosingDay>,
    /// What may be posted. A form that is not here: not said.
    pub mail: Vec<(OfficeForm, MailRule)>,
    /// Appointments.
    pub booking: Booking,
    /// How to make one.
    pub booking_how: Bilingual,
    /// Collection by somebody else.
    pub proxy: Proxy,
    /// What that takes.
    pub proxy_how: Bilingual,
    /// How the PINs are set.
    pub pins: PinSetting,
    /// Documents that prove who hands the form in.
    pub ids_at_application: Bilingual,
    /// Documents that prove who collects the card.
    pub ids_at_pickup: Bilingual,
    /// Deadlines.
    pub terms: Terms,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// What else it wants to say.
    pub remarks: Bilingual,
}

impl OfficeSettings {
    /// Whether a form may be posted to the office.
    pub fn mail_rule(&self, form: OfficeForm) -> MailRule {
        let said = self.mail.iter().find(|(of, _)| *of == form);
        said.map(|(_, rule)| rule.clone()).unwrap_or_default()
    }

    /// The groups of settings in which `later` differs, by the names the pages have for them.
    pub fn changed(&self, later: &Self) -> Vec<&'static str> {
        let groups = [
            ("hours", self.hours == later.hours),
            ("closing", self.closing_days == later.closing_days),
            ("mail", self.mail == later.mail),
            (
                "booking",
                (self.booking, &self.booking_how) == (later.booking, &later.booking_how),
            ),
            (
                "proxy",
                (self.proxy, &self.proxy_how) == (later.proxy, &later.proxy_how),
            ),
            ("pins", self.pins == later.pins),
            (
                "ids",
                (&self.ids_at_application, &self.ids_at_pickup)
                    == (&later.ids_at_application, &later.ids_at_pickup),
            ),
            ("terms", self.terms == later.terms),
            ("place", self.whereabouts == later.whereabouts),
            ("remarks", self.remarks == later.remarks),
        ];
        groups
            .into_iter()
            .filter(|(_, is_same)| !is_same)
            .map(|(name, _)| name)
            .collect()
    }
}

/// After so many days, what an office said should be checked again (ux.md A12).
pub const STALE_AFTER_DAYS: i32 = 30;

/// Whether what was checked on a day may be out of date by `today`; what nobody ever checked may be.
pub fn may_be_stale(checked_on: Option<Date>, today: Date) -> bool {
    checked_on.is_none_or(|day| deadline::days_after(day, STALE_AFTER_DAYS) < today)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_was_never_said_is_unknown_and_deadlines_are_the_house_rule() {
        let fresh: OfficeSettings = serde_json::from_str("{}").unwrap();
        assert_eq!(fresh, OfficeSettings::default());
        assert_eq!(
            fresh.mail_rule(OfficeForm::Reissue).policy,
            MailPolicy::Unknown
        );
        let terms = &fresh.terms;
        assert_eq!(
            (terms.first_days, terms.second_days, terms.disposal_days),
            (90, 90, 365)
        );
        let before = r#"{"first_days":60,"second_days":90,"disposal_days":365,"reminder_days":[]}"#;
        let kept: Terms = serde_json::from_str(before).unwrap();
        assert_eq!(
            (kept.first_days, kept.shipment_days, kept.transfer_days),
            (60, 30, 14),
            "saved before these settings were"
        );
    }

    #[test]
    fn each_group_that_changed_is_named() {
        let before = OfficeSettings::default();
        assert!(before.changed(&before.clone()).is_empty());
        let mut later = before.clone();
        later.booking = Booking::Required;
        later.mail = vec![(
            OfficeForm::New,
            MailRule {
                policy: MailPolicy::Refused,
                ..MailRule::default()
            },
        )];
        assert_eq!(before.changed(&later), ["mail", "booking"]);
    }

    #[test]
    fn words_said_in_one_language_alone_are_shown_as_such() {
        let both = Bilingual::new("予約制", "By appointment");
        let one = Bilingual::new("予約制", "");
        for (words, in_japanese, expected) in [
            (&both, true, Some(("予約制", "ja"))),
            (&both, false, Some(("By appointment", "en"))),
            (&one, false, Some(("予約制", "ja"))),
            (&Bilingual::default(), true, None),
        ] {
            assert_eq!(words.for_reader(in_japanese), expected);
        }
    }

    #[test]
    fn what_was_checked_a_month_ago_may_be_out_of_date() {
        let today = date(2026, 12, 1);
        for (checked, expected) in [
            (None, true),
            (Some(date(2026, 12, 1)), false),
            (Some(date(2026, 11, 1)), false),
            (Some(date(2026, 10, 31)), true),
        ] {
            assert_eq!(may_be_stale(checked, today), expected, "{checked:?}");
        }
    }
}
