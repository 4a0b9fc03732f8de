//! The rows of the transition table. How they are looked up and guarded: [`super::transition`].
//!
//! "House rule" marks what no law says; everything else names its source. Short names: the Act = 番号法, the Order = 番号法施行令,
//! the Card Order = 番号カード命令.

use super::deadline::{
    CORRECTION_DAYS, DRAFT_IDLE_DAYS, INQUIRY_DAYS, POSTED_NOT_RECEIVED_DAYS, REPORT_WORKING_DAYS,
    SHIPMENT_ALERT_DAYS,
};
use super::notice::NoticeCode as N;
use super::status::Status as S;
use super::transition::Actor::{
    Applicant, ConsularClerk, HonsekiClerk, Issuer, MunicipalClerk, PlaceManager, System,
};
use super::transition::{Actor, Guard, Period, Telling, Transition};

const CLERKS: &[Actor] = &[ConsularClerk, MunicipalClerk, HonsekiClerk];
const CLERKS_AND_APPLICANT: &[Actor] = &[Applicant, ConsularClerk, MunicipalClerk, HonsekiClerk];

/// Filed and not yet handed over: S20 to S75, the overdue ones included.
const FILED: &[S] = &[
    S::Received,
    S::Defect,
    S::Forwarded,
    S::AtHonseki,
    S::Inquiry,
    S::Confirmed,
    S::AtIssuer,
    S::IssuerDefect,
    S::Made,
    S::Setup,
    S::Shipped,
    S::Arrived,
    S::Ready,
    S::Overdue,
    S::Booked,
];

/// Everything before the handover that has not ended.
const BEFORE_HANDOVER: &[S] = &[
    S::Draft,
    S::FormReady,
    S::Mailed,
    S::Received,
    S::Defect,
    S::Forwarded,
    S::AtHonseki,
    S::Inquiry,
    S::Confirmed,
    S::AtIssuer,
    S::IssuerDefect,
    S::Made,
    S::Setup,
    S::Shipped,
    S::Arrived,
    S::Ready,
    S::Overdue,
    S::Booked,
];

/// Everything that has not ended.
const NOT_ENDED: &[S] = &[
    S::Draft,
    S::FormReady,
    S::Mailed,
    S::Received,
    S::Defect,
    S::Forwarded,
    S::AtHonseki,
    S::Inquiry,
    S::Confirmed,
    S::AtIssuer,
    S::IssuerDefect,
    S::Made,
    S::Setup,
    S::Shipped,
    S::Arrived,
    S::Ready,
    S::Overdue,
    S::Booked,
    S::HandedOver,
];

macro_rules! row {
    ($from:expr => $to:ident, $actors:expr, [$($guard:ident),*], $telling:expr, $period:expr, $rule:literal) => {
        Transition { from: $from, to: S::$to, actors: $actors, guards: &[$(Guard::$guard),*], telling: $telling, period: $period, rule: $rule }
    };
}

/// Every way a case can move.
#[rustfmt::skip]
pub static TRANSITIONS: &[Transition] = &[
    // The applicant's side.
    row!(&[] => Draft, &[Applicant], [], Telling::Applicant(N::N01), Period::Days(DRAFT_IDLE_DAYS),
        "House rule: a draft is kept 30 days from the last work on it"),
    row!(&[S::Draft] => FormReady, &[Applicant], [FormComplete, SheetsProven], Telling::Applicant(N::N02), Period::Form,
        "The Order, article 13; the Card Order, article 21 (photo of the last six months); house rule: 90 days"),
    row!(&[S::FormReady, S::Mailed] => FormReady, &[Applicant], [FormComplete, SheetsProven], Telling::Applicant(N::N02), Period::Form,
        "House rule: a changed answer makes a new revision, and the form made before it is void"),
    row!(&[S::FormReady] => Received, &[Applicant], [FiledOnline], Telling::Applicant(N::N05), Period::None,
        "The Act, article 16-2, paragraph 1: filed by the applicant; for the day this may be done online from abroad"),
    row!(&[S::FormReady] => Mailed, &[Applicant], [PostingDeclared], Telling::Nobody, Period::Days(POSTED_NOT_RECEIVED_DAYS),
        "House rule: the applicant's own word, nothing is filed by it"),
    row!(&[S::Draft, S::FormReady, S::Mailed] => Expired, &[System], [DeadlinePassed], Telling::Nobody, Period::None,
        "House rule: what was never received is not kept"),
    row!(&[S::Draft, S::FormReady, S::Mailed] => Withdrawn, &[Applicant], [], Telling::Nobody, Period::None,
        "House rule: nothing has been filed, so nothing needs a signature"),
    // Received, corrected, refused.
    row!(&[S::FormReady, S::Mailed] => Received, CLERKS, [PaperIdentified], Telling::Applicant(N::N05), Period::None,
        "The Act, article 16-2, paragraphs 1 and 2: the paper is the application"),
    row!(&[S::Received] => Defect, CLERKS, [DefectNamed], Telling::Applicant(N::N06), Period::Days(CORRECTION_DAYS),
        "House rule: reasons are codes, each with its fix"),
    row!(&[S::Defect] => Received, CLERKS, [PaperIdentified], Telling::Applicant(N::N05b), Period::None,
        "House rule: the corrected paper is in hand"),
    row!(&[S::Received] => NotAccepted, CLERKS, [SecondPerson], Telling::Applicant(N::N07), Period::None,
        "The Act, article 16-2: not eligible; house rule: two persons decide"),
    row!(&[S::AtHonseki] => NotAccepted, &[HonsekiClerk], [SecondPerson], Telling::Applicant(N::N07), Period::None,
        "The Act, article 16-2: not eligible by the register; house rule: two persons decide"),
    row!(&[S::Defect] => NotAccepted, &[System], [DeadlinePassed], Telling::Applicant(N::N07), Period::None,
        "House rule: no correction within 60 days"),
    row!(&[S::Defect] => NotAccepted, CLERKS, [SecondPerson], Telling::Applicant(N::N07), Period::None,
        "House rule: the correction cannot be made; two persons decide"),
    // To the municipality that keeps the register.
    row!(&[S::Received] => Forwarded, &[ConsularClerk, MunicipalClerk], [ShipmentClosed], Telling::Applicant(N::N08), Period::Days(SHIPMENT_ALERT_DAYS),
        "The Act, article 16-2, paragraph 2: received by way of a consul or another mayor"),
    row!(&[S::Forwarded] => AtHonseki, &[HonsekiClerk], [ShipmentCounted], Telling::Nobody, Period::None,
        "House rule: a shipment is opened against its list"),
    row!(&[S::Received] => AtHonseki, &[HonsekiClerk], [PaperAtHonseki], Telling::Nobody, Period::None,
        "The Act, article 16-2, paragraph 1: filed with the mayor who keeps the register"),
    row!(&[S::AtHonseki] => Inquiry, &[HonsekiClerk], [QuestionWritten], Telling::Applicant(N::N09), Period::Days(INQUIRY_DAYS),
        "House rule: the question is read on the site, never in the mail"),
    row!(&[S::Inquiry] => AtHonseki, &[Applicant, HonsekiClerk], [], Telling::Nobody, Period::None,
        "House rule: answered, or closed by the clerk"),
    row!(&[S::AtHonseki] => Defect, &[HonsekiClerk], [DefectNamed], Telling::Applicant(N::N06), Period::Days(CORRECTION_DAYS),
        "The Act, article 17, paragraph 1, item 1: what was written differs from the register"),
    row!(&[S::AtHonseki] => Confirmed, &[HonsekiClerk], [RecordChecked, SecondPerson], Telling::Nobody, Period::None,
        "The Act, article 17, paragraph 1, item 1; the Order, article 13-2: checked against the register"),
    row!(&[S::Confirmed, S::IssuerDefect] => AtHonseki, &[HonsekiClerk], [], Telling::Nobody, Period::None,
        "The Act, article 17, paragraph 1, item 1: the register or the answers changed after the check, so it is checked again"),
    // The issuer.
    row!(&[S::Confirmed] => AtIssuer, &[HonsekiClerk], [RecordChecked], Telling::Applicant(N::N10), Period::None,
        "The Card Order, article 23-3: the issuer receives the application"),
    row!(&[S::AtIssuer] => IssuerDefect, &[Issuer], [DefectNamed], Telling::ApplicantToAct(N::N06), Period::None,
        "The Card Order, article 23-3: a card is made when nothing is missing"),
    row!(&[S::IssuerDefect] => AtIssuer, &[HonsekiClerk], [RecordChecked], Telling::Nobody, Period::None,
        "House rule: what was missing is there"),
    row!(&[S::AtIssuer] => Made, &[Issuer], [MakingDayRecorded], Telling::Nobody, Period::None,
        "The Card Order, article 26: validity counts from the day of making"),
    row!(&[S::Made] => Setup, &[HonsekiClerk], [], Telling::Nobody, Period::None,
        "The Card Order, article 33, paragraph 6: the mayor sets the PINs that were filed"),
    // To the pickup place.
    row!(&[S::Setup] => Shipped, &[HonsekiClerk], [ShipmentClosed, RecordCheckNoticeSent], Telling::Applicant(N::N11), Period::Days(SHIPMENT_ALERT_DAYS),
        "The Act, article 16-2, paragraph 7; article 17, paragraph 4: the notice of the record check goes with the card"),
    row!(&[S::Shipped] => Arrived, CLERKS, [ShipmentCounted], Telling::Nobody, Period::None,
        "House rule: a shipment is opened against its list"),
    row!(&[S::Arrived, S::Ready, S::Overdue] => Shipped, CLERKS, [TransferDecided, ShipmentClosed, RecordCheckNoticeSent], Telling::Applicant(N::N11), Period::Days(SHIPMENT_ALERT_DAYS),
        "The Order, article 13, paragraph 10: called to the place the consul names, which may change; the Act, article 17, paragraph 4: the notice of the record check goes with the card"),
    row!(&[S::Arrived] => Ready, CLERKS, [CardStays], Telling::Applicant(N::N12), Period::Pickup,
        "The Order, article 13, paragraph 10: called to the place the consul names"),
    row!(&[S::Setup] => Ready, &[HonsekiClerk], [PickupAtHonseki], Telling::Applicant(N::N12), Period::Pickup,
        "The Order, article 13, paragraph 6: called by the mayor who keeps the register"),
    row!(&[S::Ready, S::Overdue] => Booked, CLERKS_AND_APPLICANT, [SeatHeld, CardStays], Telling::Applicant(N::N14), Period::None,
        "House rule: one seat for one visit"),
    row!(&[S::Booked] => Ready, CLERKS_AND_APPLICANT, [], Telling::Applicant(N::N15), Period::None,
        "House rule: cancelled or missed; the deadline keeps running"),
    row!(&[S::Ready, S::Booked] => Overdue, &[System], [DeadlinePassed, CardStays], Telling::Applicant(N::N17), Period::SecondPickup,
        "Practice in Japan: a second notice, then a second period"),
    row!(&[S::Ready, S::Booked, S::Overdue] => HandedOver, CLERKS, [HandoverAllowed, CardStays], Telling::Applicant(N::N16), Period::WorkingDays(REPORT_WORKING_DAYS),
        "The Act, article 17, paragraphs 1 and 4; the Order, article 13, paragraph 12"),
    row!(&[S::HandedOver] => Completed, &[System], [BothReportsMade], Telling::Nobody, Period::None,
        "The Act, article 17, paragraph 5; the Card Order, article 36, paragraph 2, item 5"),
    // Ends.
    row!(&[S::Overdue] => Disposed, &[PlaceManager], [DisposalDue, CardStays, SecondPerson], Telling::Applicant(N::N18), Period::None,
        "Practice in Japan: both periods and a year have passed, or the card has expired; two persons decide"),
    row!(FILED => Withdrawn, CLERKS_AND_APPLICANT, [RequestSigned], Telling::Applicant(N::N19), Period::None,
        "Withdrawal of the application (申請取消申出), before the handover only"),
    row!(BEFORE_HANDOVER => ReturnedHome, &[Applicant, HonsekiClerk], [MovedToJapan], Telling::Applicant(N::N20), Period::None,
        "The Act, article 16-2: no longer a person who has moved abroad; she applies as a resident"),
    row!(NOT_ENDED => Ended, CLERKS, [EndKnown], Telling::NamedContact(N::N20), Period::None,
        "The Order, article 14, items 11 and 12: death, loss of nationality"),
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::super::handover::{
        DocumentCheck, HandingPlace, HandoverBlock, HandoverFacts, RecordCheck,
    };
    use super::super::transition::{Circumstances, Refusal};
    use super::*;

    #[rustfmt::skip]
    const ACTORS: [Actor; 7] = [Applicant, ConsularClerk, MunicipalClerk, HonsekiClerk, PlaceManager, Issuer, System];

    #[test]
    fn one_actor_has_at_most_one_way_between_two_statuses() {
        let mut seen = HashSet::new();
        for row in TRANSITIONS {
            for from in row.from {
                for actor in row.actors {
                    assert!(
                        seen.insert((from.code(), row.to.code(), *actor)),
                        "{} → {} {actor:?} twice",
                        from.code(),
                        row.to.code()
                    );
                }
            }
        }
    }

    #[test]
    fn nothing_leaves_a_case_that_has_ended_and_every_other_status_is_left() {
        for status in S::ALL {
            let left = TRANSITIONS.iter().any(|row| row.from.contains(&status));
            assert_eq!(left, !status.has_ended(), "{}", status.code());
        }
    }

    #[test]
    fn every_status_is_reached_from_the_start() {
        let mut reached: BTreeSet<S> = Transition::start().into_iter().map(|row| row.to).collect();
        loop {
            let next: BTreeSet<S> = TRANSITIONS
                .iter()
                .filter(|row| row.from.iter().any(|from| reached.contains(from)))
                .map(|row| row.to)
                .collect();
            if next.is_subset(&reached) {
                break;
            }
            reached.extend(next);
        }
        assert_eq!(reached.len(), S::ALL.len());
    }

    #[test]
    fn the_table_of_the_procedure_is_here_row_by_row() {
        for (from, to, actor, notice) in [
            ("S00", "S10", Applicant, Some("N02")),
            ("S10", "S15", Applicant, None),
            ("S10", "S20", ConsularClerk, Some("N05")),
            ("S15", "S20", HonsekiClerk, Some("N05")),
            ("S20", "S25", MunicipalClerk, Some("N06")),
            ("S25", "S20", ConsularClerk, Some("N05b")),
            ("S20", "S28", ConsularClerk, Some("N07")),
            ("S25", "S28", System, Some("N07")),
            ("S20", "S30", ConsularClerk, Some("N08")),
            ("S30", "S35", HonsekiClerk, None),
            ("S20", "S35", HonsekiClerk, None),
            ("S35", "S38", HonsekiClerk, Some("N09")),
            ("S38", "S35", Applicant, None),
            ("S35", "S25", HonsekiClerk, Some("N06")),
            ("S35", "S28", HonsekiClerk, Some("N07")),
            ("S35", "S40", HonsekiClerk, None),
            ("S40", "S35", HonsekiClerk, None),
            ("S40", "S45", HonsekiClerk, Some("N10")),
            ("S45", "S48", Issuer, Some("N06")),
            ("S48", "S45", HonsekiClerk, None),
            ("S45", "S50", Issuer, None),
            ("S50", "S55", HonsekiClerk, None),
            ("S55", "S60", HonsekiClerk, Some("N11")),
            ("S60", "S65", ConsularClerk, None),
            ("S65", "S60", ConsularClerk, Some("N11")),
            ("S70", "S60", MunicipalClerk, Some("N11")),
            ("S72", "S60", HonsekiClerk, Some("N11")),
            ("S65", "S70", ConsularClerk, Some("N12")),
            ("S55", "S70", HonsekiClerk, Some("N12")),
            ("S70", "S75", Applicant, Some("N14")),
            ("S75", "S70", Applicant, Some("N15")),
            ("S70", "S80", ConsularClerk, Some("N16")),
            ("S75", "S80", MunicipalClerk, Some("N16")),
            ("S80", "S90", System, None),
            ("S70", "S72", System, Some("N17")),
            ("S75", "S72", System, Some("N17")),
            ("S72", "S75", Applicant, Some("N14")),
            ("S72", "S80", ConsularClerk, Some("N16")),
            ("S72", "S95", PlaceManager, Some("N18")),
            ("S20", "S96", Applicant, Some("N19")),
            ("S75", "S96", ConsularClerk, Some("N19")),
            ("S60", "S97", HonsekiClerk, Some("N20")),
            ("S35", "S98", HonsekiClerk, Some("N20")),
            ("S00", "S99", System, None),
        ] {
            let (from, to) = (S::from_code(from).unwrap(), S::from_code(to).unwrap());
            let row = Transition::find(from, to, actor).unwrap();
            assert_eq!(
                row.telling.notice().map(N::as_str),
                notice,
                "{} → {}",
                from.code(),
                to.code()
            );
            assert!(!row.rule.is_empty());
        }
    }

    #[test]
    fn a_way_that_is_not_in_the_table_is_refused_with_its_reason() {
        assert_eq!(
            Transition::find(S::FormReady, S::HandedOver, ConsularClerk),
            Err(Refusal::WrongState {
                from: S::FormReady,
                to: S::HandedOver
            })
        );
        assert_eq!(
            Transition::find(S::AtHonseki, S::Confirmed, ConsularClerk),
            Err(Refusal::WrongActor {
                from: S::AtHonseki,
                to: S::Confirmed,
                actor: ConsularClerk
            })
        );
        assert_eq!(
            Transition::find(S::HandedOver, S::Withdrawn, Applicant),
            Err(Refusal::WrongState {
                from: S::HandedOver,
                to: S::Withdrawn
            }),
            "withdrawal ends with the handover"
        );
    }

    #[test]
    fn every_guard_of_every_row_blocks_when_nobody_proved_it() {
        for row in TRANSITIONS.iter().filter(|row| !row.guards.is_empty()) {
            let Err(Refusal::GuardMissing { missing, .. }) = row.permit(&Circumstances::default())
            else {
                panic!("{} has guards and let an unproven case pass", row.rule);
            };
            assert_eq!(missing, row.guards);
        }
    }

    #[test]
    fn the_handover_is_never_taken_on_anybodys_word() {
        let complete = HandoverFacts {
            record_check: RecordCheck::Done,
            record_check_notice: true,
            document_check: DocumentCheck::AtHandover,
            place: HandingPlace::Other,
        };
        for from in [S::Ready, S::Booked, S::Overdue] {
            for row in ACTORS
                .iter()
                .filter_map(|actor| Transition::find(from, S::HandedOver, *actor).ok())
            {
                let stays = || Circumstances::default().with(Guard::CardStays);
                assert!(row.permit(&stays().with(Guard::HandoverAllowed)).is_err());
                let without_notice = HandoverFacts {
                    record_check_notice: false,
                    ..complete
                };
                assert_eq!(
                    row.permit(&stays().with_handover(without_notice, true)),
                    Err(Refusal::GuardMissing {
                        missing: vec![Guard::HandoverAllowed],
                        handover: vec![HandoverBlock::NoticeMissing]
                    })
                );
                assert!(
                    row.permit(&stays().with_handover(complete, false)).is_err(),
                    "the old card is still out"
                );
                assert_eq!(row.permit(&stays().with_handover(complete, true)), Ok(()));
                let about_to_travel = Circumstances::default().with_handover(complete, true);
                assert!(
                    row.permit(&about_to_travel).is_err(),
                    "the card is about to travel"
                );
            }
        }
        let ways: Vec<S> = TRANSITIONS
            .iter()
            .filter(|row| row.to == S::HandedOver)
            .flat_map(|row| row.from.iter().copied())
            .collect();
        assert_eq!(
            ways,
            [S::Ready, S::Booked, S::Overdue],
            "no other way leads to the handover"
        );
    }

    #[test]
    fn decisions_that_destroy_or_refuse_need_a_second_person_unless_a_deadline_made_them() {
        for row in TRANSITIONS
            .iter()
            .filter(|row| matches!(row.to, S::NotAccepted | S::Disposed | S::Confirmed))
        {
            assert!(
                row.guards.contains(&Guard::SecondPerson) || row.actors == [System],
                "{}",
                row.rule
            );
        }
    }
}
