//! Everything that can be wrong with a file of results: each has its own answer, and nothing is half done.

use tsubame::domain::status::Status;
use tsubame::exchange::card::RowFormat;
use tsubame::exchange::introduction;
use tsubame::exchange::manifest::{FileEntry, Manifest};
use tsubame::exchange::package::{FileRefusal, write_package};
use tsubame::exchange::result::ResultRecord;
use tsubame::exchange::staging::TakeError;
use tsubame::security::signing::Signer;
use tsubame::storage::StoreError;
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::batch_items::BatchItem;
use tsubame::storage::results;

use super::cast::{NAME, Partners, defect, made_on, released_many, shipped};
use crate::on_each_database;
use crate::storage::cast::{days, now};

fn refusal(partners: &Partners, package: &[u8]) -> FileRefusal {
    match partners.take(package) {
        Err(TakeError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// A package of one file of rows, its manifest changed by `change` before it is signed.
fn changed(partners: &Partners, content: &[u8], change: impl FnOnce(&mut Manifest)) -> Vec<u8> {
    changed_by(&partners.signer, content, change)
}

fn changed_by(signer: &Signer, content: &[u8], change: impl FnOnce(&mut Manifest)) -> Vec<u8> {
    let mut manifest = Manifest {
        format: "tsubame-exchange".to_owned(),
        schema: 1,
        kind: tsubame::exchange::manifest::PackageKind::Results,
        name: "R-2".to_owned(),
        issued_at: now(),
        rows: 1,
        photos: None,
        files: vec![FileEntry::of("results.jsonl", content)],
        key_id: NAME.to_owned(),
    };
    change(&mut manifest);
    signed(&manifest.to_bytes().unwrap(), content, signer)
}

fn signed(manifest: &[u8], content: &[u8], signer: &Signer) -> Vec<u8> {
    let signature = signer.sign(manifest);
    write_package(
        Vec::new(),
        manifest,
        &signature,
        [("results.jsonl", content)],
        now(),
    )
    .unwrap()
    .into_inner()
    .unwrap()
}

fn line(item: &BatchItem) -> Vec<u8> {
    let mut line = serde_json::to_vec(&made_on(item, "2026-11-23")).unwrap();
    line.push(b'\n');
    line
}

on_each_database! {
    fn a_package_that_proves_nothing_is_refused_as_a_whole_with_its_reason(db: TestDatabase) {
        let one = released_many(&db.store, 1).remove(0);
        let partners = Partners::meet(&db.store);
        let item = partners.items(&partners.collect()).remove(0);
        let content = line(&item);
        let good = changed(&partners, &content, |_| {});
        let stranger = Signer::from_seed(NAME, &introduction::new_seed().unwrap()).unwrap();
        let text = String::from_utf8(good.clone()).unwrap();
        let two: Vec<u8> = [content.clone(), content.clone()].concat();
        let other_rows = text.replace("\"made_on\":\"2026-11-23\"", "\"made_on\":\"2026-11-22\"").into_bytes();
        let manifest_bytes = br#"{"format":"tsubame-exchange","schema":2,"anything":"else"}"#;
        for (what, package, expected) in [
            ("no archive", b"not a package".to_vec(), FileRefusal::Package),
            ("nothing", Vec::new(), FileRefusal::Package),
            ("other members", {
                let mut archive = tar::Builder::new(Vec::new());
                tsubame::exchange::package::append(&mut archive, "readme.txt", b"x", now()).unwrap();
                archive.into_inner().unwrap()
            }, FileRefusal::Package),
            ("a newer version", signed(manifest_bytes, &content, &partners.signer), FileRefusal::NewerSchema),
            ("a manifest of another format", changed(&partners, &content, |m| "x".clone_into(&mut m.format)), FileRefusal::Manifest),
            ("a batch instead of results", changed(&partners, &content, |m| m.kind = tsubame::exchange::manifest::PackageKind::Batch), FileRefusal::Kind),
            ("an unknown key", changed(&partners, &content, |m| "nobody".clone_into(&mut m.key_id)), FileRefusal::UnknownKey),
            ("somebody else's signature", changed_by(&stranger, &content, |_| {}), FileRefusal::Signature),
            ("a manifest that was changed after it was signed", text.replacen("\"rows\": 1", "\"rows\": 2", 1).into_bytes(), FileRefusal::Signature),
            ("rows that were changed", other_rows, FileRefusal::Hash),
            ("a cut in the middle of the rows", good[..good.len() - 1024 - 512 + 100].to_vec(), FileRefusal::Truncated),
            ("a missing row", changed(&partners, &content, |m| m.rows = 2), FileRefusal::RowCount),
            ("a row too many", changed(&partners, &two, |m| m.rows = 1), FileRefusal::RowCount),
            ("a file that no manifest names", changed(&partners, &content, |m| "rows.xlsx".clone_into(&mut m.files[0].name)), FileRefusal::Manifest),
            ("more rows than are taken", changed(&partners, &content, |m| m.rows = 200_001), FileRefusal::TooLarge),
        ] {
            assert_eq!(refusal(&partners, &package), expected, "{what}");
        }
        db.store.write(|db| introduction::distrust(db, NAME, "test", now())).unwrap();
        assert_eq!(refusal(&partners, &good), FileRefusal::UnknownKey, "a retired key");
        assert_eq!(partners.status(one.id), Status::AtIssuer);
        let (files, noted) = db.store.read(|db| Ok::<_, StoreError>((results::list_files(db, None, 10)?, audit::list_entries(db, &Chain::system())?))).unwrap();
        assert!(files.is_empty(), "nothing was kept");
        assert_eq!(noted.iter().filter(|entry| entry.action == "exchange.results_refused").count(), 16);
    }

    fn a_row_that_cannot_be_applied_says_why_and_stops_no_other(db: TestDatabase) {
        let cases_there = released_many(&db.store, 4);
        let partners = Partners::meet(&db.store);
        let items = partners.items(&partners.collect());
        let nobody = tsubame::domain::receipt_number::ReceiptNumber::from_random(5).to_string();
        let stranger = ResultRecord { receipt: nobody, ..made_on(&items[0], "2026-11-23") };
        let elsewhere = ResultRecord { batch: "B-000077".to_owned(), ..made_on(&items[0], "2026-11-23") };
        let my_number = ResultRecord { note: Some("個人番号 1234 5678 9018".to_owned()), ..defect(&items[1], "D99") };
        let rows = [
            (stranger, "refused", "unknown_card"),
            (elsewhere, "refused", "unknown_card"),
            (made_on(&items[0], "2026-11-24"), "refused", "future_date"),
            (ResultRecord { result: "made ".to_owned(), ..made_on(&items[0], "2026-11-22") }, "refused", "malformed"),
            (defect(&items[1], "D77"), "refused", "unknown_defect"),
            (shipped(&items[2], "2026-11-23", "T-1"), "refused", "not_made"),
            (made_on(&items[2], "2026-11-23"), "accepted", ""),
            (made_on(&items[2], "2026-11-23"), "refused", "duplicate_row"),
            (made_on(&items[3], "2026-11-22"), "refused", "date_before_batch"),
        ];
        let sent: Vec<ResultRecord> = rows.iter().map(|(row, ..)| row.clone()).collect();
        let expected: Vec<(String, String)> = rows.iter().map(|(_, answer, reason)| ((*answer).to_owned(), (*reason).to_owned())).collect();
        assert_eq!(partners.report(&sent), expected);
        assert_eq!(partners.report(&[my_number]), [("refused".to_owned(), "my_number".to_owned())]);
        let later = [made_on(&items[2], "2026-11-22"), defect(&items[2], "PH01"), made_on(&items[2], "2026-11-23")];
        let reasons: Vec<String> = partners.report(&later).into_iter().map(|(_, reason)| reason).collect();
        assert_eq!(reasons, ["other_result", "other_result", "duplicate_row"]);
        assert_eq!(cases_there.iter().map(|one| partners.status(one.id)).collect::<Vec<_>>(), [Status::AtIssuer, Status::AtIssuer, Status::Made, Status::AtIssuer]);
    }

    fn a_note_with_a_my_number_is_stored_nowhere(db: TestDatabase) {
        released_many(&db.store, 1);
        let partners = Partners::meet(&db.store);
        let items = partners.items(&partners.collect());
        let row = ResultRecord { note: Some("123456789018".to_owned()), ..defect(&items[0], "PH07") };
        let file = partners.take(&partners.package(&[row], RowFormat::Csv)).unwrap();
        let rows = db.store.read(|db| results::list_rows(db, file.id, 0, 10)).map_err(|error: StoreError| error).unwrap();
        assert_eq!((rows[0].content.as_str(), rows[0].reason.as_deref()), ("", Some("my_number")));
    }

    fn an_import_that_was_interrupted_goes_on_with_the_same_file(db: TestDatabase) {
        released_many(&db.store, 1);
        let partners = Partners::meet(&db.store);
        let items = partners.items(&partners.collect());
        let mut rows = vec![made_on(&items[0], "2026-11-23")];
        for number in 0..1_200 {
            let receipt = tsubame::domain::receipt_number::ReceiptNumber::from_random(90_000 + number).to_string();
            rows.push(ResultRecord { receipt, ..made_on(&items[0], "2026-11-23") });
        }
        let package = partners.package(&rows, RowFormat::Csv);
        // Half of it is written down, as a cut after the second piece leaves it.
        let file = partners.take(&package).unwrap();
        db.store.write(|db| {
            use diesel::prelude::*;
            use tsubame::storage::schema::{result_files, result_rows};
            diesel::delete(result_rows::table.filter(result_rows::line.gt(500))).execute(db)?;
            diesel::update(result_files::table).set((result_files::state.eq("staging"), result_files::staged_rows.eq(500))).execute(db)?;
            Ok::<_, StoreError>(())
        }).unwrap();
        let again = partners.take(&package).unwrap();
        assert_eq!((again.id, again.staged_rows, again.total_rows), (file.id, 1_201, 1_201));
        let done = partners.apply(&again);
        assert_eq!((done.accepted, done.refused), (1, 1_200));
        assert_eq!(partners.answers(&done).len(), 1_201);
        let later = db.store.read(|db| results::get_file(db, done.id)).map_err(|error: StoreError| error).unwrap();
        assert_eq!(later.done_at, Some(now()));
        assert!(later.received_at < now() + days(1));
    }
}
