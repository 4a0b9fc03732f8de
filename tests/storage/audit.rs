//! The audit's chains: whole when nobody touched them, and every way of touching them is noticed.

use std::sync::Barrier;

use diesel::prelude::*;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::storage::audit::{self, Chain, NewEntry};
use tsubame::storage::audit_verification::{self, Damage, Report};
use tsubame::storage::schema::{audit_entries, audit_heads};
use tsubame::storage::{Db, StoreError};

use super::cast::now;
use crate::on_each_database;
use crate::support::database::TestDatabase;

/// Three chains of four entries.
fn fill(db: &TestDatabase) {
    for number in 1..=3 {
        let chain = Chain::of_case(ReceiptNumber::from_random(number));
        for nth in 1..=4 {
            append(db, &chain, &format!("step={nth}"));
        }
    }
}

fn append(db: &TestDatabase, chain: &Chain, detail: &str) {
    let entry = NewEntry {
        chain,
        actor: "staff:1",
        action: "case.moved",
        detail,
    };
    db.store
        .write(|db| audit::append(db, &entry, now()))
        .unwrap();
}

fn first_chain() -> String {
    Chain::of_case(ReceiptNumber::from_random(1))
        .as_str()
        .to_owned()
}

fn verify(db: &TestDatabase) -> Report {
    db.store.read(audit_verification::verify).unwrap()
}

/// Takes away what keeps the audit from being changed, as somebody who owns the database could.
pub(crate) fn take_the_guard_away(db: &mut Db) -> Result<(), StoreError> {
    let statements: &[&str] = match db {
        Db::Sqlite(_) => &[
            "DROP TRIGGER IF EXISTS audit_entries_are_not_changed",
            "DROP TRIGGER IF EXISTS audit_entries_are_not_removed",
            "DROP TRIGGER IF EXISTS audit_heads_are_not_removed",
            "DROP TRIGGER IF EXISTS audit_seals_are_not_changed",
            "DROP TRIGGER IF EXISTS audit_seals_are_not_removed",
        ],
        Db::Postgres(_) => &[
            "ALTER TABLE audit_entries DISABLE TRIGGER USER",
            "ALTER TABLE audit_heads DISABLE TRIGGER USER",
            "ALTER TABLE audit_seals DISABLE TRIGGER USER",
        ],
    };
    for statement in statements {
        diesel::sql_query(*statement).execute(db)?;
    }
    Ok(())
}

/// Tampers past the program, and answers what is found.
fn after(
    db: &TestDatabase,
    tamper: impl FnOnce(&mut Db) -> QueryResult<usize>,
) -> Vec<(i64, Damage)> {
    let changed: usize = db
        .store
        .write(|db| {
            take_the_guard_away(db)?;
            tamper(db).map_err(StoreError::from)
        })
        .unwrap();
    assert!(changed > 0, "nothing was tampered with");
    let report = verify(db);
    assert_eq!(
        report.damages,
        u64::try_from(report.findings.len()).unwrap()
    );
    report
        .findings
        .into_iter()
        .map(|finding| (finding.seq, finding.damage))
        .collect()
}

/// The entry `seq` of the first chain.
macro_rules! entry {
    ($seq:expr) => {
        audit_entries::table
            .filter(audit_entries::chain.eq(first_chain()))
            .filter(audit_entries::seq.eq($seq))
    };
}

on_each_database! {
    fn untouched_chains_are_whole(db: TestDatabase) {
        assert!(verify(&db).is_whole(), "an empty audit is whole");
        fill(&db);
        let report = verify(&db);
        assert!(report.is_whole(), "{report:?}");
        assert_eq!((report.chains, report.entries), (3, 12));
    }

    fn every_altered_field_is_noticed(db: TestDatabase) {
        fill(&db);
        let altered = [(2, Damage::Altered)];
        assert_eq!(after(&db, |db| diesel::update(entry!(2_i64)).set(audit_entries::detail.eq("x")).execute(db)), altered);
        let restored = after_restoring(&db);
        assert!(restored.is_whole());
        assert_eq!(after(&db, |db| diesel::update(entry!(2_i64)).set(audit_entries::actor.eq("staff:2")).execute(db)), altered);
    }

    fn an_altered_time_and_a_rewritten_hash_are_noticed(db: TestDatabase) {
        fill(&db);
        let found = after(&db, |db| diesel::sql_query("UPDATE audit_entries SET at = at + 1 WHERE seq = 3").execute(db));
        assert_eq!(found, [(3, Damage::Altered), (3, Damage::Altered), (3, Damage::Altered)]);
    }

    fn a_rewritten_hash_breaks_the_next_link(db: TestDatabase) {
        fill(&db);
        let found = after(&db, |db| diesel::update(entry!(2_i64)).set(audit_entries::hash.eq([7_u8; 32].as_slice())).execute(db));
        assert_eq!(found, [(2, Damage::Altered), (3, Damage::Unlinked)]);
    }

    fn a_removed_entry_is_noticed(db: TestDatabase) {
        fill(&db);
        assert_eq!(after(&db, |db| diesel::delete(entry!(2_i64)).execute(db)), [(3, Damage::Gap)]);
    }

    fn a_removed_first_entry_is_noticed(db: TestDatabase) {
        fill(&db);
        assert_eq!(after(&db, |db| diesel::delete(entry!(1_i64)).execute(db)), [(2, Damage::Gap)]);
    }

    fn removed_and_renumbered_entries_are_noticed(db: TestDatabase) {
        fill(&db);
        let found = after(&db, |db| {
            diesel::delete(entry!(2_i64)).execute(db)?;
            diesel::update(entry!(3_i64)).set(audit_entries::seq.eq(2_i64)).execute(db)?;
            diesel::update(entry!(4_i64)).set(audit_entries::seq.eq(3_i64)).execute(db)
        });
        assert!(found.contains(&(2, Damage::Unlinked)) && found.contains(&(2, Damage::Altered)), "{found:?}");
    }

    fn swapped_entries_are_noticed(db: TestDatabase) {
        fill(&db);
        let found = after(&db, |db| {
            diesel::update(entry!(2_i64)).set(audit_entries::seq.eq(99_i64)).execute(db)?;
            diesel::update(entry!(3_i64)).set(audit_entries::seq.eq(2_i64)).execute(db)?;
            diesel::update(entry!(99_i64)).set(audit_entries::seq.eq(3_i64)).execute(db)
        });
        assert!(found.contains(&(2, Damage::Unlinked)) && found.contains(&(3, Damage::Unlinked)), "{found:?}");
    }

    fn a_cut_off_end_is_noticed(db: TestDatabase) {
        fill(&db);
        assert_eq!(after(&db, |db| diesel::delete(entry!(4_i64)).execute(db)), [(3, Damage::CutOff)]);
    }

    fn a_removed_chain_is_noticed(db: TestDatabase) {
        fill(&db);
        let all = audit_entries::table.filter(audit_entries::chain.eq(first_chain()));
        assert_eq!(after(&db, |db| diesel::delete(all).execute(db)), [(0, Damage::CutOff)]);
    }

    fn a_removed_head_is_noticed(db: TestDatabase) {
        fill(&db);
        assert_eq!(after(&db, |db| diesel::delete(audit_heads::table.find(first_chain())).execute(db)), [(4, Damage::NoHead)]);
    }

    fn an_entry_moved_to_another_chain_is_noticed(db: TestDatabase) {
        fill(&db);
        let other = Chain::system();
        append(&db, &other, "x");
        let found = after(&db, |db| diesel::update(entry!(4_i64)).set((audit_entries::chain.eq("system"), audit_entries::seq.eq(2_i64))).execute(db));
        assert!(found.contains(&(3, Damage::CutOff)) && found.contains(&(2, Damage::Altered)), "{found:?}");
    }

    fn a_forged_entry_without_the_heads_is_noticed(db: TestDatabase) {
        fill(&db);
        let found = after(&db, |db| diesel::sql_query(
            "INSERT INTO audit_entries (chain, seq, at, actor, action, detail, previous_hash, hash) \
             SELECT chain, 5, at, actor, action, detail, hash, hash FROM audit_entries WHERE seq = 4",
        ).execute(db));
        assert_eq!(found.iter().filter(|(_, damage)| *damage == Damage::CutOff).count(), 3, "{found:?}");
    }

    fn writers_of_one_chain_wait_for_each_other(db: TestDatabase) {
        let together = Barrier::new(6);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    together.wait();
                    for nth in 0..5 {
                        append(&db, &Chain::system(), &nth.to_string());
                    }
                });
            }
        });
        let report = verify(&db);
        assert!(report.is_whole(), "{report:?}");
        assert_eq!((report.chains, report.entries), (1, 30));
    }

    fn chains_longer_than_a_batch_are_walked_whole(db: TestDatabase) {
        let chain = Chain::system();
        db.store.write(|db| {
            for nth in 0..2100 {
                audit::append(db, &NewEntry { chain: &chain, actor: "system", action: "test", detail: &nth.to_string() }, now())?;
            }
            Ok::<_, StoreError>(())
        }).unwrap();
        fill(&db);
        let report = verify(&db);
        assert!(report.is_whole(), "{report:?}");
        assert_eq!((report.chains, report.entries), (4, 2112));
    }
}

/// Undoes the alteration of the second entry's detail.
fn after_restoring(db: &TestDatabase) -> Report {
    db.store
        .write(|db| {
            diesel::update(entry!(2_i64))
                .set(audit_entries::detail.eq("step=2"))
                .execute(db)
                .map_err(StoreError::from)
        })
        .unwrap();
    verify(db)
}
