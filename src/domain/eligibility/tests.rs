//! The eligibility table: every row by its answers, and everything anybody can answer.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::domain::application::kind::ApplicationKind;

fn row_of(pairs: &[(&str, &str)]) -> Result<u8, Vec<&'static str>> {
    let checked = check(&pairs.iter().copied().collect());
    match checked.value {
        Some(outcome) => {
            assert!(checked.problems.is_empty());
            Ok(outcome.row)
        }
        None => Err(checked
            .problems
            .iter()
            .map(|problem| problem.field)
            .collect()),
    }
}

const ABROAD: [(&str, &str); 4] = [
    ("nat", "yes"),
    ("juminhyo", "no"),
    ("tenshutsu", "yes"),
    ("since2015", "yes"),
];

fn abroad_with(more: &[(&str, &str)]) -> Result<u8, Vec<&'static str>> {
    row_of(&[&ABROAD, more].concat())
}

type Case = (u8, &'static [(&'static str, &'static str)], &'static str);

/// Rows for people abroad with a number; what they say about their card.
#[rustfmt::skip]
const BY_CARD: &[Case] = &[
    (1, &[("card", "none")], "never had one"),
    (1, &[("card", "overseas"), ("rest", "expired")], "an expired card is no valid card"),
    (2, &[("card", "overseas"), ("rest", "over1y")], "no duplicate"),
    (3, &[("card", "overseas"), ("rest", "3to12m")], "renewal"),
    (4, &[("card", "overseas"), ("rest", "under3m")], "renewal with the longer validity"),
    (5, &[("card", "domestic")], "lapsed on departure"),
    (5, &[("card", "lost"), ("lost_kind", "domestic")], "what lapsed cannot be reissued"),
    (6, &[("card", "domestic"), ("stamp", "yes")], "returned on departure"),
    (6, &[("card", "overseas"), ("stamp", "yes")], "the stamp has the words 国外転出 too"),
    (7, &[("card", "lost")], "reissue"),
    (11, &[("card", "none"), ("moved_twice", "yes")], "the register since 2015 counts, not the first departure"),
    (15, &[("card", "none"), ("age", "under15")], "a child"),
    (15, &[("card", "none"), ("age", "15to17")], "a minor"),
    (1, &[("card", "none"), ("age", "adult")], "an adult"),
    (17, &[("card", "none"), ("return_soon", "yes"), ("age", "under15")], "moving back voids the application"),
    (1, &[("card", "none"), ("return_soon", "unknown")], "not known is not soon"),
];

/// Rows that nationality and the registers decide.
#[rustfmt::skip]
const BY_REGISTER: &[Case] = &[
    (8, &[("nat", "yes"), ("juminhyo", "yes")], "still a resident; nothing else is asked"),
    (8, &[("nat", "yes"), ("juminhyo", "yes"), ("moving", "yes"), ("card", "none")], "leaving without a card"),
    (16, &[("nat", "yes"), ("juminhyo", "yes"), ("moving", "yes"), ("card", "domestic")], "continued use"),
    (9, &[("nat", "yes"), ("juminhyo", "no"), ("tenshutsu", "no"), ("since2015", "yes"), ("card", "none")], "erased ex officio"),
    (9, &[("nat", "yes"), ("juminhyo", "unknown"), ("tenshutsu", "yes"), ("since2015", "yes")], "she does not know"),
    (9, &[("nat", "yes"), ("juminhyo", "no"), ("tenshutsu", "yes"), ("since2015", "unknown")], "she does not know"),
    (10, &[("nat", "yes"), ("juminhyo", "no"), ("tenshutsu", "yes"), ("since2015", "no")], "left before the numbers began"),
    (10, &[("nat", "yes"), ("juminhyo", "unknown"), ("tenshutsu", "unknown"), ("since2015", "no")], "no number in any case"),
    (12, &[("nat", "yes"), ("juminhyo", "no"), ("tenshutsu", "no"), ("since2015", "no")], "never registered"),
    (13, &[("nat", "no")], "nothing else is asked"),
    (13, &[("nat", "no"), ("nat_lost", "no"), ("juminhyo", "yes")], "never Japanese"),
    (14, &[("nat", "no"), ("nat_lost", "yes")], "lost it: the card is returned"),
    (18, &[("nat", "yes"), ("declared_missing", "yes")], "the 附票 is erased"),
];

#[test]
fn each_case_of_the_table_gets_its_row() {
    for (row, more, why) in BY_CARD {
        assert_eq!(abroad_with(more), Ok(*row), "{why}");
    }
    for (row, answers, why) in BY_REGISTER {
        assert_eq!(row_of(answers), Ok(*row), "{why}");
    }
}

#[test]
fn what_is_still_open_is_named_all_at_once_and_nothing_else() {
    for (answers, open) in [
        (
            &[][..],
            &["nat", "juminhyo", "tenshutsu", "since2015", "card"][..],
        ),
        (&[("juminhyo", "yes")], &["nat"]),
        (
            &[("nat", "yes")],
            &["juminhyo", "tenshutsu", "since2015", "card"],
        ),
        (&[("nat", "unknown"), ("juminhyo", "yes")], &["nat"]),
        (
            &[("nat", "yes"), ("juminhyo", "yes"), ("moving", "yes")],
            &["card"],
        ),
        (
            &[
                ("nat", "yes"),
                ("juminhyo", "no"),
                ("tenshutsu", "yes"),
                ("since2015", "maybe"),
                ("card", "none"),
            ],
            &["since2015"],
        ),
        (
            &[
                ("nat", "yes"),
                ("juminhyo", "no"),
                ("tenshutsu", "yes"),
                ("since2015", "yes"),
                ("card", "overseas"),
            ],
            &["rest"],
        ),
        (
            &[("nat", "yes"), ("juminhyo", "no"), ("since2015", "no")],
            &["tenshutsu"],
        ),
    ] {
        assert_eq!(row_of(answers), Err(open.to_vec()), "{answers:?}");
    }
}

/// Visits every combination of the given values. Questions that never meet are varied in two groups: together they would be millions.
fn every_combination(fields: &[Question], visit: &mut impl FnMut(&Answers)) {
    fn go(fields: &[Question], answers: &mut Answers, visit: &mut impl FnMut(&Answers)) {
        let Some(((field, values), rest)) = fields.split_first() else {
            return visit(answers);
        };
        for value in *values {
            answers.set(*field, *value);
            go(rest, answers, visit);
        }
    }
    go(fields, &mut Answers::default(), visit);
}

type Question = (&'static str, &'static [&'static str]);

const CARD: Question = ("card", &["", "none", "overseas", "domestic", "lost", "x"]);

#[rustfmt::skip]
const REGISTERS: &[Question] = &[
    ("nat", &["", "yes", "no"]),
    ("juminhyo", &["", "yes", "no", "unknown"]),
    ("tenshutsu", &["", "yes", "no", "unknown"]),
    ("since2015", &["", "yes", "no", "unknown"]),
    CARD,
    ("nat_lost", &["", "yes"]),
    ("moving", &["", "yes"]),
    ("declared_missing", &["", "yes"]),
];

#[rustfmt::skip]
const CARDS: &[Question] = &[
    ("nat", &["yes"]),
    ("juminhyo", &["no"]),
    ("tenshutsu", &["yes"]),
    ("since2015", &["yes", ""]),
    CARD,
    ("rest", &["", "over1y", "3to12m", "under3m", "expired"]),
    ("stamp", &["", "yes"]),
    ("lost_kind", &["", "overseas", "domestic"]),
    ("age", &["", "under15", "15to17", "adult"]),
    ("moved_twice", &["", "yes"]),
    ("return_soon", &["", "yes", "no", "unknown"]),
];

#[test]
fn every_combination_of_answers_gets_one_row_or_the_questions_that_are_open() {
    let mut rows: BTreeMap<u8, usize> = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    let mut visit = |answers: &Answers| {
        let checked = check(answers);
        assert_ne!(
            checked.value.is_some(),
            !checked.problems.is_empty(),
            "{answers:?}"
        );
        if let Some(outcome) = checked.value {
            *rows.entry(outcome.row).or_default() += 1;
        }
        let fields: BTreeSet<&str> = checked
            .problems
            .iter()
            .map(|problem| problem.field)
            .collect();
        assert_eq!(
            fields.len(),
            checked.problems.len(),
            "a question is named once: {answers:?}"
        );
        for problem in checked.problems {
            assert!(
                ["", "x", "unknown"].contains(&answers.get(problem.field)),
                "an answered question is open: {answers:?}"
            );
            kinds.insert(problem.kind);
        }
    };
    every_combination(REGISTERS, &mut visit);
    every_combination(CARDS, &mut visit);
    assert_eq!(
        rows.keys().copied().collect::<Vec<u8>>(),
        (1..=18).collect::<Vec<u8>>(),
        "each row is reached"
    );
    assert_eq!(kinds, KINDS.iter().copied().collect());
}

#[test]
fn the_row_alone_tells_what_is_applied_for() {
    for (row, kind) in [
        (1, Some(ApplicationKind::New)),
        (3, Some(ApplicationKind::Renewal)),
        (7, Some(ApplicationKind::Reissue)),
        (9, Some(ApplicationKind::New)),
        (2, None),
        (18, None),
    ] {
        assert_eq!(Outcome::of(row).map(|outcome| outcome.kind), Some(kind));
    }
    assert_eq!((Outcome::of(0), Outcome::of(19)), (None, None));
    for (index, outcome) in ROWS.iter().enumerate() {
        assert_eq!(usize::from(outcome.row), index + 1);
    }
}
