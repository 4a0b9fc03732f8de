//! Who may ask for what: one row for each page and each act of the staff's side, denied unless it stands here.
//!
//! `office::guard` stands before everything under `/staff`, `/issuer` and `/admin` and asks this table with the pattern the router matched, so that no
//! handler there is reached without a decision. A test reads the routes and fails for one without a row; another asks every row as every role over HTTP
//! and compares with `tests/web/rights.csv`. What a role sees within a page (its own office's cases and no others) is the query's matter: another
//! office's case is 404.

use actix_web::http::Method;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::domain::staff::{Assignment, Role, training};
use crate::storage::staff_sessions::Stage;

mod administration;
mod cases;
mod issuer;
mod legs;
mod operation;
mod queues;
mod staff;

/// Password and code, once given, count as fresh for so long.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// What a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: the way in.
    Open,
    /// The right password, given a moment ago: the second factor's pages.
    Begun,
    /// To be signed in, whatever the role, also when the training is over: one's own account.
    SignedIn,
    /// One of these roles.
    Roles(&'static [Role]),
    /// One of these roles, and password and code given again within [`FRESH`]: exports, changes of roles, disposal.
    Fresh(&'static [Role]),
}

/// One decision: this method on this pattern needs that.
#[derive(Debug)]
pub struct Right {
    /// GET or POST.
    pub method: Method,
    /// The pattern as bound in `routes`, without the language.
    pub pattern: &'static str,
    /// What it needs.
    pub access: Access,
}

const fn get(pattern: &'static str, access: Access) -> Right {
    Right {
        method: Method::GET,
        pattern,
        access,
    }
}

const fn post(pattern: &'static str, access: Access) -> Right {
    Right {
        method: Method::POST,
        pattern,
        access,
    }
}

/// Every decision: one list for each area of the staff's side.
pub fn all() -> impl Iterator<Item = &'static Right> {
    [
        staff::RIGHTS,
        queues::RIGHTS,
        cases::RIGHTS,
        issuer::RIGHTS,
        legs::RIGHTS,
        administration::RIGHTS,
        operation::RIGHTS,
    ]
    .into_iter()
    .flatten()
}

/// The decision for a method and the pattern the router matched; without one the answer is no.
pub fn find(method: &Method, pattern: &str) -> Option<&'static Right> {
    all().find(|right| right.method == *method && right.pattern == pattern)
}

/// Whether somebody with this assignment may open the page with this pattern: for navigation, which shows what opens and nothing else.
pub fn may_open(assignment: &Assignment, pattern: &str) -> bool {
    match find(&Method::GET, pattern).map(|right| right.access) {
        Some(Access::Roles(roles) | Access::Fresh(roles)) => assignment.has_any(roles),
        Some(Access::Open | Access::Begun | Access::SignedIn) => true,
        None => false,
    }
}

/// How far somebody has come, as the decision sees it.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// How far the sign-in has come.
    pub stage: Stage,
    /// The roles.
    pub assignment: &'a Assignment,
    /// The day of the last training.
    pub trained_on: Option<Date>,
    /// When password and code were last given.
    pub confirmed_at: Option<Timestamp>,
}

/// What a request is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The handler.
    Pass,
    /// The page to sign in.
    SignIn,
    /// The page that asks for the second factor.
    SecondFactor,
    /// The page that says the training is over.
    Train,
    /// No.
    Forbidden,
    /// The page that asks for password and code again.
    Confirm,
}

/// Decides. `today` is the date in Japan.
pub fn decide(
    access: Access,
    standing: Option<&Standing<'_>>,
    now: Timestamp,
    today: Date,
) -> Decision {
    let roles = match access {
        Access::Open => return Decision::Pass,
        Access::Begun | Access::SignedIn => None,
        Access::Roles(roles) | Access::Fresh(roles) => Some(roles),
    };
    let Some(standing) = standing else {
        return Decision::SignIn;
    };
    if access == Access::Begun {
        return Decision::Pass;
    }
    if standing.stage != Stage::Full {
        return Decision::SecondFactor;
    }
    let Some(roles) = roles else {
        return Decision::Pass;
    };
    if !training::is_current(standing.trained_on, today) {
        return Decision::Train;
    }
    if !standing.assignment.has_any(roles) {
        return Decision::Forbidden;
    }
    let is_fresh = standing
        .confirmed_at
        .is_some_and(|at| now.duration_since(at) <= FRESH);
    if matches!(access, Access::Fresh(_)) && !is_fresh {
        return Decision::Confirm;
    }
    Decision::Pass
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::staff::Role::{Administrator, Auditor, Consular, Municipal};

    fn assignment(role: Role) -> Assignment {
        Assignment::new([role], None).unwrap()
    }

    #[test]
    fn no_page_has_two_decisions() {
        for (index, right) in all().enumerate() {
            let again = all()
                .skip(index + 1)
                .find(|other| other.method == right.method && other.pattern == right.pattern);
            assert!(again.is_none(), "{} {}", right.method, right.pattern);
        }
    }

    #[test]
    fn what_has_no_row_is_denied() {
        assert!(find(&Method::GET, "/staff/nothing").is_none());
        assert!(find(&Method::DELETE, "/staff").is_none());
        assert!(!may_open(&assignment(Administrator), "/staff/nothing"));
    }

    #[test]
    fn each_missing_thing_is_asked_for_in_its_order() {
        let now: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        let today = jiff::civil::date(2026, 11, 24);
        let administrator = assignment(Administrator);
        let full = Standing {
            stage: Stage::Full,
            assignment: &administrator,
            trained_on: Some(today),
            confirmed_at: Some(now),
        };
        let begun = Standing {
            stage: Stage::Password,
            ..full
        };
        let untrained = Standing {
            trained_on: None,
            ..full
        };
        let stale = Standing {
            confirmed_at: Some(now - SignedDuration::from_secs(601)),
            ..full
        };
        let mine = Access::Roles(&[Administrator]);
        let foreign = Access::Roles(&[Consular, Municipal]);
        let fresh = Access::Fresh(&[Administrator]);
        for (access, standing, expected) in [
            (Access::Open, None, Decision::Pass),
            (Access::Begun, None, Decision::SignIn),
            (Access::Begun, Some(begun), Decision::Pass),
            (Access::SignedIn, None, Decision::SignIn),
            (Access::SignedIn, Some(begun), Decision::SecondFactor),
            (Access::SignedIn, Some(untrained), Decision::Pass),
            (mine, None, Decision::SignIn),
            (mine, Some(begun), Decision::SecondFactor),
            (mine, Some(untrained), Decision::Train),
            (mine, Some(full), Decision::Pass),
            (mine, Some(stale), Decision::Pass),
            (foreign, Some(full), Decision::Forbidden),
            (fresh, Some(full), Decision::Pass),
            (fresh, Some(stale), Decision::Confirm),
            (Access::Fresh(&[Auditor]), Some(stale), Decision::Forbidden),
        ] {
            assert_eq!(
                decide(access, standing.as_ref(), now, today),
                expected,
                "{access:?} {standing:?}"
            );
        }
    }
}
