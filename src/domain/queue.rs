//! The queues of a desk: which cases each shows, and who works in it (ux.md §2.2).
//!
//! A queue is a list of lanes, and a lane is a range of one index: a status, whether the desk's own work in it is done, sometimes where the card goes.
//! Two queues are no lanes: what waits for a second person, and people who cannot be reached. What a queue leaves out, an office does not have on its
//! desk: a case in the post, at the issuer, in her own hands.

use super::office_code::OfficeCode;
use super::staff::{Assignment, Role};
use super::status::Status;

/// A queue, by the name in its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Queue {
    /// 受付済・確認待ち: the paper is in hand and not looked through.
    Received,
    /// 申請者の返事待ち: a correction is awaited.
    Reply,
    /// 本籍地へ送る: looked through; it goes to the municipality that keeps the register.
    Forward,
    /// 附票の照合待ち.
    Match,
    /// 照会中: a question to the applicant is open.
    Inquiry,
    /// 承認待ち: waits for a second person.
    Approve,
    /// 発行機関へ送る.
    Issuer,
    /// 発行機関の不備.
    IssuerDefect,
    /// 暗証番号・証明書の設定.
    Setup,
    /// 受け取り場所へ送る.
    Ship,
    /// カードの到着登録: a card that is under way to this office.
    Cards,
    /// 受け取り案内を出す.
    Ready,
    /// 予約: visits that are booked.
    Visits,
    /// 期限が過ぎたもの.
    Overdue,
    /// 連絡がつかないもの.
    Unreachable,
}

/// Where the card of a case is collected, seen from the desk it lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pickup {
    /// At this office.
    Here,
    /// At another one.
    Elsewhere,
}

/// Whether the last day of what runs has passed, where the office is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Either way.
    Any,
    /// It has.
    Passed,
    /// It has not, or nothing runs.
    NotPassed,
}

/// A range of the cases on one desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// In which status; in any when none is named.
    pub status: Option<Status>,
    /// Whether the desk's own work in that status is done. Means nothing without a status.
    pub is_prepared: bool,
    /// Where the card goes, where that tells two queues apart.
    pub pickup: Option<Pickup>,
    /// Whether its last day has passed.
    pub due: Due,
}

/// What a queue is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// Cases on the desk.
    Lanes(&'static [Lane]),
    /// Decisions that wait for somebody else than who made them.
    Decisions,
    /// Open tasks about people who cannot be reached.
    Unreachable,
}

const fn lane(status: Status) -> Lane {
    Lane {
        status: Some(status),
        is_prepared: false,
        pickup: None,
        due: Due::Any,
    }
}

const fn prepared(status: Status, pickup: Option<Pickup>) -> Lane {
    Lane {
        is_prepared: true,
        pickup,
        ..lane(status)
    }
}

/// Everything whose day has passed, and cards whose first day to be collected has passed (S72) though the second has not.
const OVERDUE: [Lane; 2] = [
    Lane {
        status: None,
        due: Due::Passed,
        ..lane(Status::Overdue)
    },
    Lane {
        due: Due::NotPassed,
        ..lane(Status::Overdue)
    },
];

const CLERKS: &[Role] = &[Role::Consular, Role::Municipal, Role::OfficeManager];

impl Queue {
    /// Every queue, in the order of the work.
    pub const ALL: [Self; 15] = [
        Self::Received,
        Self::Reply,
        Self::Forward,
        Self::Match,
        Self::Inquiry,
        Self::Approve,
        Self::Issuer,
        Self::IssuerDefect,
        Self::Setup,
        Self::Ship,
        Self::Cards,
        Self::Ready,
        Self::Visits,
        Self::Overdue,
        Self::Unreachable,
    ];

    /// The name in its address and in catalogue keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Reply => "reply",
            Self::Forward => "forward",
            Self::Match => "match",
            Self::Inquiry => "inquiry",
            Self::Approve => "approve",
            Self::Issuer => "issuer",
            Self::IssuerDefect => "issuer-defect",
            Self::Setup => "setup",
            Self::Ship => "ship",
            Self::Cards => "cards",
            Self::Ready => "ready",
            Self::Visits => "visits",
            Self::Overdue => "overdue",
            Self::Unreachable => "unreachable",
        }
    }

    /// The queue with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == name)
    }

    /// What it is made of.
    pub const fn contents(self) -> Contents {
        const HERE: Option<Pickup> = Some(Pickup::Here);
        const ELSEWHERE: Option<Pickup> = Some(Pickup::Elsewhere);
        Contents::Lanes(match self {
            Self::Received => const { &[lane(Status::Received)] },
            Self::Reply => const { &[lane(Status::Defect)] },
            Self::Forward => const { &[prepared(Status::Received, None)] },
            Self::Match => const { &[lane(Status::AtHonseki)] },
            Self::Inquiry => const { &[lane(Status::Inquiry)] },
            Self::Issuer => const { &[lane(Status::Confirmed)] },
            Self::IssuerDefect => const { &[lane(Status::IssuerDefect)] },
            Self::Setup => const { &[lane(Status::Setup)] },
            // A card for which another place was decided leaves from where it lies.
            Self::Ship => {
                const {
                    &[
                        prepared(Status::Setup, ELSEWHERE),
                        prepared(Status::Arrived, None),
                        prepared(Status::Ready, None),
                        prepared(Status::Overdue, None),
                    ]
                }
            }
            Self::Cards => const { &[lane(Status::Made), lane(Status::Shipped)] },
            Self::Ready => const { &[lane(Status::Arrived), prepared(Status::Setup, HERE)] },
            Self::Visits => const { &[lane(Status::Booked)] },
            Self::Overdue => &OVERDUE,
            Self::Approve => return Contents::Decisions,
            Self::Unreachable => return Contents::Unreachable,
        })
    }

    /// Whether an office of this kind has it: only a municipality keeps a register.
    pub fn is_of(self, office: &OfficeCode) -> bool {
        !office.is_mission()
            || !matches!(
                self,
                Self::Match | Self::Inquiry | Self::Issuer | Self::IssuerDefect | Self::Setup
            )
    }

    /// Whether somebody with these roles works in it: clerks and their manager in all but one, which is the second person's.
    pub fn is_for(self, assignment: &Assignment) -> bool {
        let roles = if self == Self::Approve {
            &[Role::Approver][..]
        } else {
            CLERKS
        };
        assignment
            .office()
            .is_some_and(|office| self.is_of(office) && assignment.has_any(roles))
    }

    /// The queues of somebody with these roles, in the order of the work.
    pub fn of(assignment: &Assignment) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(|queue| queue.is_for(assignment))
    }

    /// Whether its cases can be marked as prepared here; then they go on to [`Queue::Forward`], [`Queue::Ship`] or [`Queue::Ready`].
    pub const fn prepares(self) -> bool {
        matches!(self, Self::Received | Self::Setup)
    }

    /// Whether its cases were marked as prepared, so that the mark can be taken off here.
    pub const fn is_prepared(self) -> bool {
        matches!(self, Self::Forward | Self::Ship)
    }
}

/// Whether a case can wait to be sent on by `office`, once the office's own work is done: papers whose register is kept elsewhere, cards that are set up.
pub fn may_be_prepared(status: Status, office: &OfficeCode, register: &OfficeCode) -> bool {
    match status {
        Status::Received => office != register,
        Status::Setup => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn assignment(roles: &[Role], office: &str) -> Assignment {
        let office = OfficeCode::parse(office).ok();
        Assignment::new(roles.iter().copied(), office).unwrap()
    }

    fn names(roles: &[Role], office: &str) -> Vec<&'static str> {
        Queue::of(&assignment(roles, office))
            .map(Queue::as_str)
            .collect()
    }

    #[test]
    fn each_role_has_its_queues() {
        let consular = [
            "received",
            "reply",
            "forward",
            "ship",
            "cards",
            "ready",
            "visits",
            "overdue",
            "unreachable",
        ];
        assert_eq!(names(&[Role::Consular], "emb-gb"), consular);
        assert_eq!(names(&[Role::OfficeManager], "emb-gb"), consular);
        assert_eq!(names(&[Role::Approver], "emb-gb"), ["approve"]);
        assert_eq!(names(&[Role::Municipal], "131016").len(), 14);
        assert_eq!(
            names(&[Role::Municipal, Role::Approver], "131016").len(),
            15
        );
        for role in [Role::Issuer, Role::Administrator, Role::Auditor] {
            assert_eq!(names(&[role], ""), Vec::<&str>::new());
        }
    }

    #[test]
    fn names_read_back() {
        for queue in Queue::ALL {
            assert_eq!(Queue::parse(queue.as_str()), Some(queue));
        }
        assert_eq!(Queue::parse("intake"), None);
    }

    #[test]
    fn no_case_waits_in_two_queues_but_the_overdue() {
        let mut seen = BTreeSet::new();
        for queue in Queue::ALL
            .into_iter()
            .filter(|queue| *queue != Queue::Overdue)
        {
            let Contents::Lanes(lanes) = queue.contents() else {
                continue;
            };
            for lane in lanes {
                let place = format!("{lane:?}");
                assert!(seen.insert(place.clone()), "{queue:?} shares {place}");
            }
        }
    }

    #[test]
    fn every_status_in_which_a_desk_has_to_act_is_in_a_queue() {
        let shown: BTreeSet<Status> = Queue::ALL
            .into_iter()
            .filter_map(|queue| match queue.contents() {
                Contents::Lanes(lanes) => Some(lanes),
                Contents::Decisions | Contents::Unreachable => None,
            })
            .flatten()
            .filter_map(|lane| lane.status)
            .collect();
        // In the post, at the issuer, or over: nobody's desk. S30 comes in at the intake, S80 waits for reports; S70 is the applicant's turn unless her
        // card is to travel on.
        for status in Status::ALL {
            let is_nobodys = status.has_ended()
                || status.is_before_filing()
                || matches!(
                    status,
                    Status::Forwarded | Status::AtIssuer | Status::HandedOver
                );
            assert_eq!(shown.contains(&status), !is_nobodys, "{}", status.code());
        }
    }

    #[test]
    fn only_what_is_to_be_sent_on_can_be_prepared() {
        let (london, yokohama) = (
            OfficeCode::parse("emb-gb").unwrap(),
            OfficeCode::parse("141046").unwrap(),
        );
        for (status, office, expected) in [
            (Status::Received, &london, true),
            (Status::Received, &yokohama, false),
            (Status::Setup, &yokohama, true),
            (Status::AtHonseki, &yokohama, false),
        ] {
            assert_eq!(may_be_prepared(status, office, &yokohama), expected);
        }
    }
}
