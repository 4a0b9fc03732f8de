//! A batch of ten thousand cards: gathered, fetched over the interface, answered by the issuer's simulator, and every answer applied to its case.

use std::time::Instant;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use tsubame::storage::{Db, StoreError};

use crate::machine;
use crate::program::House;
use crate::report::Report;

/// Cards of the batch.
const CARDS: u32 = 10_000;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

pub(crate) fn measure(report: &mut Report, house: &House) {
    let cards = CARDS.to_string();
    house.fill(u64::from(CARDS), &["--crowd", &cards, "--crowd-at", "S45"]);
    let keys = house.folder().join("partner");
    std::fs::create_dir(&keys).unwrap();
    let folder = keys.to_str().unwrap();
    house.run(&["simulate", "introduce", "bench", "--to", folder]);
    let (program, _) = house.open();
    let begun = Instant::now();
    house.run(&["exchange", "collect"]);
    let gathered = begun.elapsed();
    house.run(&[
        "simulate",
        "issuer",
        "--once",
        "--base-url",
        &format!("http://{}", program.address),
        "--key",
        &format!("{folder}/bench.key"),
        "--signing-key",
        &format!("{folder}/bench.seed"),
        "--name",
        "bench",
        "--defects",
        "0",
    ]);
    let whole = begun.elapsed();
    assert_eq!(at_the_issuer(house), 0, "cards were left behind");
    let title = format!("{}, a batch of {CARDS} cards", house.engine());
    report.note(format!("{title}: gathered"), gathered.as_secs_f64(), "s");
    report.at_most(
        format!("{title}: gathered, fetched, answered and applied"),
        whole.as_secs_f64(),
        60.0,
        "s",
    );
    report.at_most(
        format!("{title}: resident memory of the service"),
        machine::resident(program.process()).0,
        256.0,
        "MiB",
    );
}

/// Cases that still wait for their card.
fn at_the_issuer(house: &House) -> i64 {
    let load = |db: &mut Db| {
        let query = "SELECT COUNT(*) AS number FROM applications WHERE status = 'S45'";
        let counts: Vec<Count> = diesel::sql_query(query).load(db)?;
        Ok::<_, StoreError>(counts)
    };
    house.store().read(load).unwrap()[0].number
}
