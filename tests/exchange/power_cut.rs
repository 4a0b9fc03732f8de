//! Power cuts while results are taken in: nothing is lost, nothing is done twice.

use std::time::{Duration, Instant};

use tsubame::clock::{Clock, SystemClock};
use tsubame::domain::status::Status;
use tsubame::exchange::card::RowFormat;
use tsubame::exchange::introduction;
use tsubame::exchange::package::results_package;
use tsubame::exchange::result::ResultRecord;
use tsubame::security::signing::Signer;
use tsubame::storage::batches::BatchId;
use tsubame::storage::{
    DatabaseUrl, Store, StoreError, applications, audit, audit_verification, batch_items, batches,
    history, outbox,
};

use super::cast::{NAME, defect, made_on, released_many};
use super::interface::Client;
use crate::support::program::House;

const CARDS: u64 = 400;

#[test]
fn a_power_cut_during_an_import_loses_nothing_and_does_nothing_twice() {
    let house = House::new();
    let mut program = house.demo("error");
    let store = Store::open(&DatabaseUrl::file(&house.path("tsubame.db")));
    let cases = released_many(&store, CARDS);
    let (present, today) = (SystemClock.now(), SystemClock.today_in_japan().to_string());
    let partner = store
        .write(|db| introduction::introduce(db, NAME, "test", present))
        .unwrap();
    let client = Client::at(&house.base_url(), &partner.api_key);
    assert_eq!(client.post("/exchange/v1/batches", b"").status, 201);
    let batch = store
        .read(|db| batches::list_batches(db, None, 1))
        .map_err(|error: StoreError| error)
        .unwrap()
        .remove(0);
    let items = store
        .read(|db| batch_items::list_items(db, batch.id, 0, 1_000))
        .map_err(|error: StoreError| error)
        .unwrap();
    let ours: Vec<_> = items
        .iter()
        .filter(|item| cases.iter().any(|case| case.id == item.application_id))
        .collect();
    let rows: Vec<ResultRecord> = ours
        .iter()
        .enumerate()
        .map(|(index, item)| {
            if index % 10 == 0 {
                defect(item, "PH07")
            } else {
                made_on(item, &today)
            }
        })
        .collect();
    let signer = Signer::from_seed(NAME, &partner.seed).unwrap();
    let package = results_package("R-1", &rows, RowFormat::JsonLines, &signer, present).unwrap();
    let mut cuts = 0;
    let deadline = Instant::now() + Duration::from_secs(120);
    let done = loop {
        assert!(Instant::now() < deadline, "it never ends: {}", house.log());
        // Sent again after each cut, as a program does that was not answered.
        let answer = client.try_post("/exchange/v1/results", &package).ok();
        if let Some(done) = answer.filter(|answer| answer.status == 200) {
            break done.json();
        }
        std::thread::sleep(Duration::from_millis(40 + 60 * cuts));
        if cuts < 8 {
            cuts += 1;
            program.kill();
            program = house.demo("error");
        }
    };
    assert!(cuts >= 2, "{cuts} cuts: too fast to be cut");
    let defects = ours.len().div_ceil(10);
    assert_eq!(
        (done["accepted"].as_u64(), done["refused"].as_u64()),
        (Some(CARDS), Some(0)),
        "{done}"
    );
    store
        .read(|db| {
            let batch = batches::get_batch(db, BatchId(batch.id.0))?;
            assert_eq!(
                (usize::try_from(batch.defects), batch.made + batch.defects),
                (Ok(defects), i32::try_from(CARDS).unwrap())
            );
            for (index, item) in ours.iter().enumerate() {
                let status = applications::get_application(db, item.application_id)?.status;
                assert_eq!(
                    status,
                    if index % 10 == 0 {
                        Status::IssuerDefect
                    } else {
                        Status::Made
                    }
                );
                let steps = history::list_history(db, item.application_id)?;
                assert_eq!(
                    steps.iter().filter(|step| step.to == status).count(),
                    1,
                    "one step for each result"
                );
                let mails = outbox::list_of_application(db, item.application_id)?;
                assert_eq!(
                    mails.len(),
                    usize::from(index % 10 == 0),
                    "one mail for each photo"
                );
            }
            let report = audit_verification::verify(db)?;
            assert!(report.is_whole());
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let noted = store
        .read(|db| audit::list_entries(db, &audit::Chain::system()))
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(
        noted
            .iter()
            .filter(|entry| entry.action == "exchange.results_applied")
            .count(),
        1
    );
    drop(program);
    eprintln!("{CARDS} results over {cuts} power cuts");
}
