//! The one table of how a case moves: from where to where, by whom, under which guard, telling whom, until when, and by which rule.
//!
//! Storage applies a row with "update … where status = from", so that two clerks cannot both win. What a row asks for is proven by the caller in
//! [`Circumstances`]; a fact nobody proved counts as missing. Changes that leave the status alone (pickup place, e-mail address, honseki, name) are not here.

use thiserror::Error;

use super::deadline;
use super::handover::{self, HandoverBlock, HandoverFacts};
use super::notice::NoticeCode;
use super::status::Status;

pub use super::transition_table::TRANSITIONS;

/// Who acts on a case: the role in this case, not the job title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The person who applies, or her representative on the portal.
    Applicant,
    /// An embassy's or consulate's clerk.
    ConsularClerk,
    /// A clerk of a municipality other than the one that keeps the register.
    MunicipalClerk,
    /// A clerk of the municipality that keeps the register (附票管理市町村).
    HonsekiClerk,
    /// Who is responsible for the pickup place.
    PlaceManager,
    /// The card issuer (J-LIS).
    Issuer,
    /// The portal's own timer.
    System,
}

impl Actor {
    /// The word for logs and the history.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::ConsularClerk => "consular_clerk",
            Self::MunicipalClerk => "municipal_clerk",
            Self::HonsekiClerk => "honseki_clerk",
            Self::PlaceManager => "place_manager",
            Self::Issuer => "issuer",
            Self::System => "system",
        }
    }
}

/// What must be true before a row applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guard {
    /// Every section is complete and the applicant said that it is right.
    FormComplete,
    /// The printed sheets were read back before they are offered.
    SheetsProven,
    /// The deadline of the status left behind has passed.
    DeadlinePassed,
    /// Applications of people abroad may be filed online, and this one is (architecture decision 3).
    FiledOnline,
    /// The day of posting is known.
    PostingDeclared,
    /// The paper was identified by its QR or receipt number.
    PaperIdentified,
    /// At least one defect code is named.
    DefectNamed,
    /// A second person agreed, another than the one who decided.
    SecondPerson,
    /// The case is in a closed shipment whose count a second person made.
    ShipmentClosed,
    /// The shipment's content agrees with its list.
    ShipmentCounted,
    /// The paper is at the municipality that keeps the register.
    PaperAtHonseki,
    /// The question to the applicant is written down.
    QuestionWritten,
    /// 措置① is done and everything agrees.
    RecordChecked,
    /// The day the card was made and its expiry are recorded (番号カード命令 26条).
    MakingDayRecorded,
    /// The notice of 措置① goes out with the card (番号法 17条4項).
    RecordCheckNoticeSent,
    /// The pickup place is the municipality that keeps the register.
    PickupAtHonseki,
    /// Another pickup place was decided for a card that lies at its place; the card goes there.
    TransferDecided,
    /// No other pickup place was decided: the card stays where it is.
    CardStays,
    /// A seat is held for the visit.
    SeatHeld,
    /// Everything [`handover`] asks for, and the old card was collected if there is one.
    HandoverAllowed,
    /// Consul → honseki (番号法 17条5項) and honseki → issuer (番号カード命令 36条) are both reported.
    BothReportsMade,
    /// Both periods of [`deadline::may_dispose`] have passed, or the card has expired.
    DisposalDue,
    /// The withdrawal is signed (申請取消申出).
    RequestSigned,
    /// The moving-in to Japan is known.
    MovedToJapan,
    /// Death, loss of nationality or another end is known.
    EndKnown,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// Nobody; the status page shows it.
    Nobody,
    /// The applicant.
    Applicant(NoticeCode),
    /// The applicant, when she has to act; otherwise only staff.
    ApplicantToAct(NoticeCode),
    /// A contact the applicant named, if there is one.
    NamedContact(NoticeCode),
}

impl Telling {
    /// The notice, whoever gets it.
    pub const fn notice(self) -> Option<NoticeCode> {
        match self {
            Self::Nobody => None,
            Self::Applicant(notice) | Self::ApplicantToAct(notice) | Self::NamedContact(notice) => {
                Some(notice)
            }
        }
    }
}

/// What runs from the moment the new status begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Nothing.
    None,
    /// Days, after which the timer moves the case on or staff are alerted.
    Days(i32),
    /// The form's 90 days or the photo's six months ([`deadline::form_deadline`]).
    Form,
    /// The first collection deadline of the pickup place (default [`deadline::PICKUP_DAYS`]); it keeps running through bookings.
    Pickup,
    /// The second one (default [`deadline::SECOND_PICKUP_DAYS`]).
    SecondPickup,
    /// Working days of the place.
    WorkingDays(i32),
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The statuses it leaves; empty for the row that starts a case.
    pub from: &'static [Status],
    /// The status it enters.
    pub to: Status,
    /// Who may do it.
    pub actors: &'static [Actor],
    /// What must be true.
    pub guards: &'static [Guard],
    /// Who is told.
    pub telling: Telling,
    /// What begins to run.
    pub period: Period,
    /// The law or the house rule behind it, for the history and the audit.
    pub rule: &'static str,
}

/// Why a case does not move.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No row leads there.
    #[error("a case in {} cannot go to {}", from.code(), to.code())]
    WrongState {
        /// Where the case is.
        from: Status,
        /// Where it was to go.
        to: Status,
    },
    /// A row leads there, for somebody else.
    #[error("{} may not take a case from {} to {}", actor.as_str(), from.code(), to.code())]
    WrongActor {
        /// Where the case is.
        from: Status,
        /// Where it was to go.
        to: Status,
        /// Who tried.
        actor: Actor,
    },
    /// The row's guards are not met.
    #[error("not yet proven: {missing:?}")]
    GuardMissing {
        /// The guards, in the order of the row.
        missing: Vec<Guard>,
        /// What the handover lacks, when that is the guard.
        handover: Vec<HandoverBlock>,
    },
}

/// What the caller has proven about a case. The default is: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    proven: Vec<Guard>,
    handover: HandoverFacts,
    old_card_settled: bool,
}

impl Circumstances {
    /// Adds a fact. [`Guard::HandoverAllowed`] is not taken on anybody's word: it is computed from [`Self::with_handover`].
    #[must_use]
    pub fn with(mut self, guard: Guard) -> Self {
        if guard != Guard::HandoverAllowed {
            self.proven.push(guard);
        }
        self
    }

    /// Adds the facts of the handover; `old_card_settled`: an old card was collected, or there is none (番号カード命令 29条2項).
    #[must_use]
    pub fn with_handover(mut self, facts: HandoverFacts, old_card_settled: bool) -> Self {
        self.handover = facts;
        self.old_card_settled = old_card_settled;
        self
    }

    /// Puts what is on record in place of anybody's word.
    #[must_use]
    pub fn with_known(mut self, guard: Guard, holds: bool) -> Self {
        self.proven.retain(|proven| *proven != guard);
        if holds { self.with(guard) } else { self }
    }

    /// Puts the facts of the handover that are on record in place of anybody's word; whether an old card was collected stays.
    #[must_use]
    pub fn with_known_handover(mut self, facts: HandoverFacts) -> Self {
        self.handover = facts;
        self
    }

    fn prove(&self, guard: Guard) -> bool {
        match guard {
            Guard::HandoverAllowed => {
                self.old_card_settled && handover::may_hand_over(self.handover)
            }
            other => self.proven.contains(&other),
        }
    }
}

impl Transition {
    /// The row that starts a case.
    pub fn start() -> Option<&'static Self> {
        TRANSITIONS.iter().find(|row| row.from.is_empty())
    }

    /// The row that takes a case from `from` to `to` by the hand of `actor`.
    pub fn find(from: Status, to: Status, actor: Actor) -> Result<&'static Self, Refusal> {
        let mut leads_there = false;
        for row in TRANSITIONS
            .iter()
            .filter(|row| row.to == to && row.from.contains(&from))
        {
            if row.actors.contains(&actor) {
                return Ok(row);
            }
            leads_there = true;
        }
        Err(if leads_there {
            Refusal::WrongActor { from, to, actor }
        } else {
            Refusal::WrongState { from, to }
        })
    }

    /// Whether the guards of the row are met.
    pub fn permit(&self, circumstances: &Circumstances) -> Result<(), Refusal> {
        let missing: Vec<Guard> = self
            .guards
            .iter()
            .copied()
            .filter(|guard| !circumstances.prove(*guard))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let handover = if missing.contains(&Guard::HandoverAllowed) {
            handover::blocks(circumstances.handover)
        } else {
            Vec::new()
        };
        Err(Refusal::GuardMissing { missing, handover })
    }

    /// What `actor` may do with a case in `from`, whatever the guards say: the acts a page can offer.
    pub fn offered(from: Status, actor: Actor) -> impl Iterator<Item = &'static Self> {
        TRANSITIONS
            .iter()
            .filter(move |row| row.from.contains(&from) && row.actors.contains(&actor))
    }
}

/// The number of days a period has before an office's own setting; none for periods that are not counted in days.
pub const fn default_days(period: Period) -> Option<i32> {
    match period {
        Period::Days(days) => Some(days),
        Period::Form => Some(deadline::FORM_VALID_DAYS),
        Period::Pickup => Some(deadline::PICKUP_DAYS),
        Period::SecondPickup => Some(deadline::SECOND_PICKUP_DAYS),
        Period::None | Period::WorkingDays(_) => None,
    }
}
