//! Where a case stands. The codes are those of the procedure (S00–S99); pages and mails word them from the catalogue (`status-s20`).
//!
//! A status says nothing about who may leave it or how: that is one table in [`super::transition`].

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The status of one application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Status {
    /// S00 下書き: the form is being filled in.
    Draft,
    /// S10 申請書作成済（未提出）: the print set exists; nothing has been filed, because the paper is the application.
    FormReady,
    /// S15 郵送済（申告）: the applicant says she posted it.
    Mailed,
    /// S20 受付済: the paper is in hand.
    Received,
    /// S25 不備あり（補正待ち）: waiting for the applicant's correction.
    Defect,
    /// S28 受理できません: not eligible or refused; papers returned.
    NotAccepted,
    /// S30 本籍地へ送付中: in a shipment to the municipality that keeps the register.
    Forwarded,
    /// S35 本籍地で確認中: the register check is in progress.
    AtHonseki,
    /// S38 照会中: a question to the applicant is open.
    Inquiry,
    /// S40 確認済: the register check is done.
    Confirmed,
    /// S45 発行機関で作成中: sent to the issuer.
    AtIssuer,
    /// S48 発行機関で不備: the issuer found a defect.
    IssuerDefect,
    /// S50 カード作成済: made; the day it was made decides its validity.
    Made,
    /// S55 暗証番号・電子証明書の設定中: PINs and certificates are being set at the municipality.
    Setup,
    /// S60 受取場所へ輸送中: the card is on its way to the pickup place.
    Shipped,
    /// S65 受取場所に到着: checked in, with a shelf number.
    Arrived,
    /// S70 受取準備完了: the notice is sent and the first deadline runs.
    Ready,
    /// S72 受取期限超過（保管中）: the first deadline passed; kept until the second.
    Overdue,
    /// S75 受取予約済: a visit is booked.
    Booked,
    /// S80 受取済: handed over.
    HandedOver,
    /// S90 完了: both reports of the handover are made.
    Completed,
    /// S95 廃棄済: the card was destroyed uncollected.
    Disposed,
    /// S96 取下げ: the applicant withdrew.
    Withdrawn,
    /// S97 国内転入により終了: she registered in Japan before collecting.
    ReturnedHome,
    /// S98 終了（死亡・国籍喪失等).
    Ended,
    /// S99 期限切れ（未提出）: never received in time.
    Expired,
}

/// A text that is no status code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{0}\" is not a status code")]
pub struct UnknownStatus(pub String);

impl Status {
    /// Every status in the order of its code.
    pub const ALL: [Self; 26] = [
        Self::Draft,
        Self::FormReady,
        Self::Mailed,
        Self::Received,
        Self::Defect,
        Self::NotAccepted,
        Self::Forwarded,
        Self::AtHonseki,
        Self::Inquiry,
        Self::Confirmed,
        Self::AtIssuer,
        Self::IssuerDefect,
        Self::Made,
        Self::Setup,
        Self::Shipped,
        Self::Arrived,
        Self::Ready,
        Self::Overdue,
        Self::Booked,
        Self::HandedOver,
        Self::Completed,
        Self::Disposed,
        Self::Withdrawn,
        Self::ReturnedHome,
        Self::Ended,
        Self::Expired,
    ];

    /// The code, such as `S20`: the value in the database, in logs and on staff pages.
    pub const fn code(self) -> &'static str {
        self.code_and_key().0
    }

    /// The catalogue key of its name for the applicant, such as `status-s20`.
    pub const fn key(self) -> &'static str {
        self.code_and_key().1
    }

    const fn code_and_key(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("S00", "status-s00"),
            Self::FormReady => ("S10", "status-s10"),
            Self::Mailed => ("S15", "status-s15"),
            Self::Received => ("S20", "status-s20"),
            Self::Defect => ("S25", "status-s25"),
            Self::NotAccepted => ("S28", "status-s28"),
            Self::Forwarded => ("S30", "status-s30"),
            Self::AtHonseki => ("S35", "status-s35"),
            Self::Inquiry => ("S38", "status-s38"),
            Self::Confirmed => ("S40", "status-s40"),
            Self::AtIssuer => ("S45", "status-s45"),
            Self::IssuerDefect => ("S48", "status-s48"),
            Self::Made => ("S50", "status-s50"),
            Self::Setup => ("S55", "status-s55"),
            Self::Shipped => ("S60", "status-s60"),
            Self::Arrived => ("S65", "status-s65"),
            Self::Ready => ("S70", "status-s70"),
            Self::Overdue => ("S72", "status-s72"),
            Self::Booked => ("S75", "status-s75"),
            Self::HandedOver => ("S80", "status-s80"),
            Self::Completed => ("S90", "status-s90"),
            Self::Disposed => ("S95", "status-s95"),
            Self::Withdrawn => ("S96", "status-s96"),
            Self::ReturnedHome => ("S97", "status-s97"),
            Self::Ended => ("S98", "status-s98"),
            Self::Expired => ("S99", "status-s99"),
        }
    }

    /// The status with this code.
    pub fn from_code(code: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.code() == code)
            .ok_or_else(|| UnknownStatus(code.to_owned()))
    }

    /// Whether the case has ended: no transition leaves it.
    pub const fn has_ended(self) -> bool {
        matches!(
            self,
            Self::NotAccepted
                | Self::Completed
                | Self::Disposed
                | Self::Withdrawn
                | Self::ReturnedHome
                | Self::Ended
                | Self::Expired
        )
    }

    /// Whether nothing has been filed yet: the answers can still be changed by the applicant alone.
    pub const fn is_before_filing(self) -> bool {
        matches!(self, Self::Draft | Self::FormReady | Self::Mailed)
    }

    /// Whether it waits for a correction that an office (S25) or the issuer (S48) asked for: what was named can be changed by the applicant again.
    pub const fn is_to_correct(self) -> bool {
        matches!(self, Self::Defect | Self::IssuerDefect)
    }

    /// The step of the applicant's status page that this status belongs to; none for a draft and for cases that ended without a card.
    /// A correction (S25) counts as received, an overdue card (S72) as ready.
    pub const fn public_step(self) -> Option<PublicStep> {
        match self {
            Self::FormReady | Self::Mailed => Some(PublicStep::FormReady),
            Self::Received | Self::Defect => Some(PublicStep::Received),
            Self::Forwarded => Some(PublicStep::SentToHonseki),
            Self::AtHonseki | Self::Inquiry | Self::Confirmed => Some(PublicStep::BeingChecked),
            Self::AtIssuer | Self::IssuerDefect | Self::Made | Self::Setup => {
                Some(PublicStep::BeingMade)
            }
            Self::Shipped | Self::Arrived => Some(PublicStep::OnTheWay),
            Self::Ready | Self::Overdue | Self::Booked => Some(PublicStep::ReadyToCollect),
            Self::HandedOver | Self::Completed => Some(PublicStep::Collected),
            Self::Draft
            | Self::NotAccepted
            | Self::Disposed
            | Self::Withdrawn
            | Self::ReturnedHome
            | Self::Ended
            | Self::Expired => None,
        }
    }
}

impl From<Status> for &'static str {
    fn from(status: Status) -> Self {
        status.code()
    }
}

impl TryFrom<String> for Status {
    type Error = UnknownStatus;

    fn try_from(code: String) -> Result<Self, UnknownStatus> {
        Self::from_code(&code)
    }
}

/// The eight steps an applicant sees; the codes behind them are the offices' business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicStep {
    /// The form is ready and not yet received.
    FormReady,
    /// An office has the paper.
    Received,
    /// On the way to the honseki municipality.
    SentToHonseki,
    /// The register is being checked.
    BeingChecked,
    /// The card is being made and set up.
    BeingMade,
    /// On the way to the pickup place.
    OnTheWay,
    /// Ready to collect.
    ReadyToCollect,
    /// In its owner's hand.
    Collected,
}

impl PublicStep {
    /// The steps in order.
    pub const ALL: [Self; 8] = [
        Self::FormReady,
        Self::Received,
        Self::SentToHonseki,
        Self::BeingChecked,
        Self::BeingMade,
        Self::OnTheWay,
        Self::ReadyToCollect,
        Self::Collected,
    ];

    /// The word in the database and in catalogue keys (`step-received`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FormReady => "form-ready",
            Self::Received => "received",
            Self::SentToHonseki => "sent",
            Self::BeingChecked => "checked",
            Self::BeingMade => "made",
            Self::OnTheWay => "on-the-way",
            Self::ReadyToCollect => "ready",
            Self::Collected => "collected",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_as_the_same_status_and_the_list_is_in_order() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Ok(status));
            assert_eq!(
                status.key(),
                format!("status-{}", status.code().to_lowercase())
            );
        }
        assert!(
            Status::ALL
                .windows(2)
                .all(|pair| pair[0].code() < pair[1].code() && pair[0] < pair[1])
        );
    }

    #[test]
    fn a_text_that_is_no_code_is_refused_and_named() {
        for text in ["", "S01", "s20", "S20 ", "20"] {
            assert_eq!(Status::from_code(text), Err(UnknownStatus(text.to_owned())));
        }
    }

    #[test]
    fn serde_uses_the_code() {
        assert_eq!(serde_json::to_string(&Status::Received).unwrap(), "\"S20\"");
        assert_eq!(
            serde_json::from_str::<Status>("\"S72\"").unwrap(),
            Status::Overdue
        );
        assert!(serde_json::from_str::<Status>("\"S01\"").is_err());
    }

    #[test]
    fn the_public_steps_never_go_back_as_the_codes_go_on() {
        let steps: Vec<PublicStep> = Status::ALL
            .into_iter()
            .filter_map(Status::public_step)
            .collect();
        assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(steps.last(), Some(&PublicStep::Collected));
    }
}
