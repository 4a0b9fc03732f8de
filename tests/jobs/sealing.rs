//! The audit is sealed every day: what somebody rewrites who owns the database and can compute hashes is noticed all the same.

use diesel::prelude::*;
use jiff::SignedDuration;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::security::audit_seal;
use tsubame::security::keys::KeyRing;
use tsubame::storage::audit::{self, Chain, NewEntry};
use tsubame::storage::audit_seals::{self, AuditSeal};
use tsubame::storage::audit_verification::{self, Damage, Report};
use tsubame::storage::schema::{audit_entries, audit_heads, audit_seals as seals};
use tsubame::storage::{Db, StoreError};

use super::workshop::Workshop;
use crate::on_each_database;
use crate::storage::audit::take_the_guard_away;
use crate::storage::cast::days;

fn chain(number: u64) -> Chain {
    Chain::of_case(ReceiptNumber::from_random(number))
}

fn append(workshop: &Workshop, number: u64) {
    let chain = chain(number);
    let entry = NewEntry {
        chain: &chain,
        actor: "staff:1",
        action: "case.moved",
        detail: "",
    };
    let now = tsubame::clock::Clock::now(workshop.clock.as_ref());
    workshop
        .db
        .store
        .write(|db| audit::append(db, &entry, now))
        .unwrap();
}

fn verify(db: &mut Db, keys: &KeyRing) -> Result<(Report, i64), StoreError> {
    let mut report = audit_verification::verify(db)?;
    let is_authentic = |seal: &AuditSeal| {
        audit_seal::is_authentic(keys, &seal.key_id, &seal.message(), &seal.seal)
    };
    let seals = audit_seals::verify_seals(db, is_authentic, &mut report)?;
    Ok((report, seals))
}

/// Tampers past the program, verifies, and takes it back.
fn after(
    workshop: &Workshop,
    tamper: impl FnOnce(&mut Db) -> QueryResult<usize>,
) -> Vec<(String, Damage)> {
    let mut found = Vec::new();
    let undone: Result<(), StoreError> = workshop.db.store.write(|db| {
        take_the_guard_away(db)?;
        assert!(tamper(db)? > 0, "nothing was tampered with");
        let (report, _) = verify(db, &workshop.context.keys)?;
        found = report
            .findings
            .into_iter()
            .map(|finding| (finding.chain, finding.damage))
            .collect();
        Err(StoreError::Conflict)
    });
    assert!(matches!(undone, Err(StoreError::Conflict)), "{undone:?}");
    found
}

/// Two days with a seal each: six entries of three chains.
fn sealed_days(db: crate::support::database::TestDatabase) -> Workshop {
    let workshop = Workshop::new(db);
    for _ in 0..2 {
        for number in 1..=3 {
            append(&workshop, number);
        }
        workshop.advance(days(1));
        workshop.drain_with_schedule();
    }
    workshop
}

fn in_seals(damage: Damage) -> (String, Damage) {
    ("seals".to_owned(), damage)
}

on_each_database! {
    fn each_day_is_sealed_once_and_what_is_new_waits(db: TestDatabase) {
        let workshop = sealed_days(db);
        workshop.drain_with_schedule();
        append(&workshop, 1);
        let (report, seals) = workshop.db.store.read(|db| verify(db, &workshop.context.keys)).unwrap();
        assert!(report.is_whole() && seals == 2, "{seals} seals, {report:?}");
        workshop.advance(SignedDuration::from_hours(24));
        workshop.drain_with_schedule();
        let latest = workshop.db.store.read(audit_seals::find_latest).unwrap().unwrap();
        assert_eq!((latest.number, latest.entries), (3, 2), "the entry of the day, and the one about the seal before");
        workshop.advance(SignedDuration::from_hours(24));
        workshop.drain_with_schedule();
        let latest = workshop.db.store.read(audit_seals::find_latest).unwrap().unwrap();
        assert_eq!((latest.number, latest.entries), (4, 1), "a day on which nothing happened");
    }

    fn what_the_chains_cannot_show_the_seals_do(db: TestDatabase) {
        let workshop = sealed_days(db);
        let victim = chain(2).as_str().to_owned();
        let cut_off = after(&workshop, |db| {
            let first: Vec<u8> = audit_entries::table.filter(audit_entries::chain.eq(&victim)).filter(audit_entries::seq.eq(1_i64)).select(audit_entries::hash).get_result(db)?;
            diesel::delete(audit_entries::table.filter(audit_entries::chain.eq(&victim)).filter(audit_entries::seq.gt(1_i64))).execute(db)?;
            diesel::update(audit_heads::table.find(&victim)).set((audit_heads::seq.eq(1_i64), audit_heads::hash.eq(first))).execute(db)
        });
        assert_eq!(cut_off, [in_seals(Damage::NotAsSealed)], "a chain cut off together with its head");
        let removed = after(&workshop, |db| {
            diesel::delete(audit_entries::table.filter(audit_entries::chain.eq(&victim))).execute(db)?;
            diesel::delete(audit_heads::table.find(&victim)).execute(db)
        });
        assert_eq!(removed, [in_seals(Damage::NotAsSealed), in_seals(Damage::NotAsSealed)], "a chain that is gone as if it had never been");
    }

    fn seals_that_are_forged_removed_or_exchanged_are_noticed(db: TestDatabase) {
        let workshop = sealed_days(db);
        let removed = after(&workshop, |db| diesel::delete(seals::table.find(2_i64)).execute(db));
        assert_eq!(removed, [in_seals(Damage::SealMissing)], "the last one");
        let gap = after(&workshop, |db| diesel::delete(seals::table.find(1_i64)).execute(db));
        assert!(gap.contains(&in_seals(Damage::SealMissing)), "the first one: {gap:?}");
        let forged = after(&workshop, |db| diesel::update(seals::table.find(2_i64)).set(seals::seal.eq(vec![7_u8; 32])).execute(db));
        assert_eq!(forged, [in_seals(Damage::SealForged)]);
        let redrawn = after(&workshop, |db| diesel::update(seals::table.find(2_i64)).set(seals::entries.eq(9_i64)).execute(db));
        assert_eq!(redrawn, [in_seals(Damage::SealForged), in_seals(Damage::NotAsSealed)]);
        let strangers = KeyRing::generate().unwrap();
        let (report, _) = workshop.db.store.read(|db| verify(db, &strangers)).unwrap();
        assert_eq!(report.damages, 2, "another installation's keys made neither");
    }

    fn a_seal_is_written_once(db: TestDatabase) {
        let workshop = sealed_days(db);
        let store = &workshop.db.store;
        let changed = store.write(|db| -> Result<usize, StoreError> { Ok(diesel::update(seals::table).set(seals::entries.eq(0_i64)).execute(db)?) });
        let removed = store.write(|db| -> Result<usize, StoreError> { Ok(diesel::delete(seals::table).execute(db)?) });
        assert!(changed.is_err() && removed.is_err());
    }
}
