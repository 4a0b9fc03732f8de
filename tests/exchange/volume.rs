//! How long many take. Printed, not asserted: the figures that count come from a release build.

use std::time::Instant;

use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::exchange::card::RowFormat;
use tsubame::exchange::export;
use tsubame::exchange::result::ResultRecord;

use super::cast::{Partners, defect, made_on, released_many};
use crate::support::database::TestDatabase;

/// Exports and answers `cards` cards.
fn measure(name: &str, db: &TestDatabase, cards: u64) {
    let begun = Instant::now();
    released_many(&db.store, cards);
    let partners = Partners::meet(&db.store);
    let filed = begun.elapsed();
    let begun = Instant::now();
    let batch = partners.collect();
    let gathered = begun.elapsed();
    let package = export::write_batch(&db.store, &partners.keys, batch.id, Vec::new()).unwrap();
    let exported = begun.elapsed();
    let rows: Vec<ResultRecord> = partners
        .items(&batch)
        .iter()
        .map(|item| {
            if item.line % 50 == 0 {
                defect(item, "PH07")
            } else {
                made_on(item, "2026-11-23")
            }
        })
        .collect();
    let sent = partners.package(&rows, RowFormat::JsonLines);
    let begun = Instant::now();
    let file = partners.take(&sent).unwrap();
    let staged = begun.elapsed();
    let done = partners.apply(&file);
    let applied = begun.elapsed();
    assert_eq!((u64::try_from(done.accepted), done.refused), (Ok(cards), 0));
    eprintln!(
        "{name}: {cards} cards: filed {filed:.1?}; gathered {gathered:.1?}, exported {exported:.1?} ({} kB); staged {staged:.1?}, applied {applied:.1?}",
        package.len() / 1024
    );
}

fn each(cards: u64) {
    measure("SQLite", &TestDatabase::sqlite(), cards);
    if let Some(postgres) = TestDatabase::postgres() {
        measure("PostgreSQL", &postgres, cards);
    }
}

#[test]
fn three_hundred_cards_leave_and_come_back() {
    each(300);
}

#[test]
#[ignore = "a measurement: cargo test --release -- --ignored ten_thousand --nocapture"]
fn ten_thousand_cards_leave_and_come_back() {
    each(10_000);
}

#[test]
fn a_hundred_thousand_rows_are_answered_one_by_one() {
    let db = TestDatabase::sqlite();
    released_many(&db.store, 1);
    let partners = Partners::meet(&db.store);
    let item = partners.items(&partners.collect()).remove(0);
    let mut rows: Vec<ResultRecord> = (0..100_000)
        .map(|number| ResultRecord {
            receipt: ReceiptNumber::from_random(1_000_000 + number).to_string(),
            ..made_on(&item, "2026-11-23")
        })
        .collect();
    rows.push(made_on(&item, "2026-11-23"));
    let package = partners.package(&rows, RowFormat::Csv);
    let begun = Instant::now();
    let file = partners.take(&package).unwrap();
    let staged = begun.elapsed();
    let done = partners.apply(&file);
    eprintln!(
        "100,001 rows, {} kB: staged {staged:.1?}, answered {:.1?}",
        package.len() / 1024,
        begun.elapsed()
    );
    assert_eq!((done.accepted, done.refused), (1, 100_000));
}
