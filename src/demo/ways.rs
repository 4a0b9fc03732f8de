//! The way of a case through the offices, with the days each step usually takes.

use super::people::Route;
use crate::domain::status::Status::{
    self, Arrived, AtHonseki, AtIssuer, Booked, Completed, Confirmed, Defect, Disposed, Ended,
    Expired, FormReady, Forwarded, HandedOver, Inquiry, IssuerDefect, Made, Mailed, NotAccepted,
    Overdue, Ready, Received, ReturnedHome, Setup, Shipped, Withdrawn,
};

/// One step: so many days after the one before.
pub(super) type Leg = (Status, i32);

/// The way from the form to the report, with the days before each step.
const WHOLE: [Leg; 13] = [
    (Received, 9),
    (Forwarded, 4),
    (AtHonseki, 9),
    (Confirmed, 8),
    (AtIssuer, 1),
    (Made, 14),
    (Setup, 6),
    (Shipped, 4),
    (Arrived, 9),
    (Ready, 1),
    (Booked, 5),
    (HandedOver, 12),
    (Completed, 3),
];

/// The steps that lead to `status` from S10, for somebody who goes this route; none for S10 itself.
pub(super) fn to(status: Status, route: Route) -> Vec<Leg> {
    let (branch, off): (Status, &[Leg]) = match status {
        Mailed => (FormReady, &[(Mailed, 1)]),
        Expired => (FormReady, &[(Expired, 92)]),
        Defect => (Received, &[(Defect, 2)]),
        NotAccepted => (Received, &[(NotAccepted, 5)]),
        Ended => (Received, &[(Ended, 3)]),
        Inquiry => (AtHonseki, &[(Inquiry, 3)]),
        ReturnedHome => (AtHonseki, &[(ReturnedHome, 4)]),
        Withdrawn => (AtHonseki, &[(Withdrawn, 2)]),
        IssuerDefect => (AtIssuer, &[(IssuerDefect, 7)]),
        Overdue => (Ready, &[(Overdue, 92)]),
        Disposed => (Ready, &[(Overdue, 92), (Disposed, 280)]),
        other => (other, &[]),
    };
    let end = WHOLE
        .iter()
        .position(|(step, _)| *step == branch)
        .map_or(0, |place| place + 1);
    WHOLE
        .iter()
        .take(end)
        .chain(off)
        .copied()
        .filter(|(step, _)| passes(route, *step))
        .collect()
}

/// Whether a case on this route is ever in this status.
fn passes(route: Route, status: Status) -> bool {
    match route {
        Route::London | Route::NewYork => true,
        Route::PostHome => status != Forwarded,
        Route::VisitHome => !matches!(status, Shipped | Arrived),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::transition::TRANSITIONS;

    #[test]
    fn every_way_ends_where_it_should_by_steps_of_the_table() {
        let filed = Status::ALL
            .into_iter()
            .filter(|status| !matches!(status, Status::Draft | FormReady));
        for status in filed {
            let mut at = FormReady;
            for (step, _) in to(status, Route::London) {
                let is_row = TRANSITIONS
                    .iter()
                    .any(|row| row.from.contains(&at) && row.to == step);
                assert!(is_row, "{at:?} → {step:?}");
                at = step;
            }
            assert_eq!(at, status);
        }
    }

    #[test]
    fn what_is_collected_at_home_is_not_shipped_and_what_is_posted_home_is_not_forwarded() {
        let steps = |status, route| to(status, route).into_iter().map(|(step, _)| step);
        assert!(!steps(Ready, Route::VisitHome).any(|step| matches!(step, Shipped | Arrived)));
        assert!(!steps(Ready, Route::PostHome).any(|step| step == Forwarded));
    }
}
