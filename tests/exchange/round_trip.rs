//! Cards leave, results come back: what the package says, what each result does to its case, and that nothing happens twice.

use std::collections::BTreeMap;
use std::io::Read;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tsubame::domain::status::Status;
use tsubame::exchange::card::{Card, RowFormat};
use tsubame::exchange::export;
use tsubame::exchange::manifest::Manifest;
use tsubame::security::signing::Signer;
use tsubame::storage::audit::{self, Chain};
use tsubame::storage::batches;
use tsubame::storage::{StoreError, cases, defects, outbox};

use super::cast::{Partners, card_of, defect, made_on, named, released, released_many, shipped};
use crate::notices::desk::{put, try_step};
use crate::on_each_database;
use crate::storage::cast::form;
use tsubame::domain::transition::{Actor, Circumstances};
use tsubame::storage::applications;

fn members(package: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(package);
    archive
        .entries()
        .unwrap()
        .map(|entry| {
            let mut entry = entry.unwrap();
            let name = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}

fn accepted(count: usize) -> Vec<(String, String)> {
    vec![("accepted".to_owned(), String::new()); count]
}

on_each_database! {
    fn a_batch_carries_what_is_printed_and_nothing_else(db: TestDatabase) {
        // 葛 with a variation selector (the register's form), and a character of extension B.
        let form_of_register = named("葛\u{E0100}城\u{20BB7}");
        released(&db.store, 1, &form_of_register);
        released(&db.store, 2, &form("emb-gb", "emb-fr"));
        let partners = Partners::meet(&db.store);
        let batch = partners.collect();
        assert_eq!((batch.number().to_string().as_str(), batch.cards, batch.waiting()), ("B-000001", 2, 2));
        let package = export::write_batch(&db.store, &partners.keys, batch.id, Vec::new()).unwrap();
        let members = members(&package);
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["manifest.json", "manifest.sig", "cards.csv", "cards.jsonl"]);
        let by_name: BTreeMap<&str, &[u8]> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let manifest = Manifest::parse(by_name["manifest.json"]).unwrap();
        let ours = Signer::of(partners.keys.current()).unwrap().public_key();
        ours.verify(by_name["manifest.json"], std::str::from_utf8(by_name["manifest.sig"]).unwrap()).unwrap();
        assert_eq!((manifest.name.as_str(), manifest.rows, manifest.photos, manifest.files.len()), ("B-000001", 2, Some(0), 2));
        for entry in &manifest.files {
            assert_eq!(entry.sha256, HEXLOWER.encode(&Sha256::digest(by_name[entry.name.as_str()])));
            assert_eq!(usize::try_from(entry.bytes), Ok(by_name[entry.name.as_str()].len()));
        }
        let lines: Vec<Card> = std::str::from_utf8(by_name["cards.jsonl"]).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let rows: Vec<Card> = csv::Reader::from_reader(by_name["cards.csv"]).into_deserialize().map(Result::unwrap).collect();
        assert_eq!(lines, rows, "the same cards twice");
        assert_eq!(lines[0].family, "葛\u{E0100}城\u{20BB7}", "as the register has it");
        assert_eq!((lines[0].address.as_str(), lines[0].register_office.as_str()), ("国外転出 2020年4月1日", "141046"));
        let text = String::from_utf8_lossy(&package);
        for forbidden in ["example.com", "+44", "7946", "英国", "second", "emb-fr", "Hanako"] {
            assert!(!text.contains(forbidden), "{forbidden} left the house");
        }
        assert_eq!(export::write_batch(&db.store, &partners.keys, batch.id, Vec::new()).unwrap(), package, "the same bytes each time");
    }

    fn a_case_waits_in_one_batch_at_a_time(db: TestDatabase) {
        let partners = Partners::meet(&db.store);
        assert!(partners.try_collect().is_none(), "nothing is released, nothing is made");
        released_many(&db.store, 3);
        assert_eq!(partners.collect().cards, 3);
        assert!(partners.try_collect().is_none(), "they wait already");
        released(&db.store, 9, &form("emb-gb", "emb-gb"));
        let second = partners.collect();
        assert_eq!((second.number().to_string().as_str(), second.cards), ("B-000002", 1));
    }

    fn each_result_does_to_its_case_what_it_means(db: TestDatabase) {
        let cases_there = released_many(&db.store, 3);
        let partners = Partners::meet(&db.store);
        let items = partners.items(&partners.collect());
        let rows = [
            made_on(&items[0], "2026-11-23"),
            defect(&items[1], "PH07"),
            defect(&items[2], "D99"),
            shipped(&items[0], "2026-11-23", "T-1"),
        ];
        assert_eq!(partners.report(&rows), accepted(4));
        assert_eq!(cases_there.iter().map(|one| partners.status(one.id)).collect::<Vec<_>>(), [Status::Made, Status::IssuerDefect, Status::IssuerDefect]);
        db.store.read(|db| {
            let card = cases::get_case(db, cases_there[0].id)?;
            // Born on 1988-04-27: the tenth birthday after that day.
            assert_eq!((card.made_on, card.card_expires_on), ("2026-11-23".parse().ok(), "2036-04-27".parse().ok()));
            let found = defects::list_open_defects(db, cases_there[1].id)?;
            assert_eq!((found[0].code.as_str(), found[0].note.as_str(), found[0].office.as_str()), ("PH07", "ぼけています", "issuer"));
            let told = |db: &mut _, index: usize| -> Result<Vec<String>, StoreError> {
                Ok(outbox::list_of_application(db, cases_there[index].id)?.into_iter().map(|mail| mail.notice.as_str().to_owned()).collect())
            };
            assert_eq!(told(db, 0)?, Vec::<String>::new(), "a card that was made is on the status page");
            assert_eq!(told(db, 1)?, ["N06"], "her photo is hers to set right");
            assert_eq!(told(db, 2)?, Vec::<String>::new(), "the rest is the municipality's");
            let noted = audit::list_entries(db, &Chain::of_case(cases_there[0].reference))?;
            assert!(noted.iter().any(|entry| entry.action == "case.card_shipped" && entry.actor == "api-key:1"));
            let batch = batches::get_batch(db, items[0].batch_id)?;
            assert_eq!((batch.made, batch.defects, batch.waiting()), (1, 2, 0));
            Ok::<_, StoreError>(())
        }).unwrap();
    }

    fn the_same_file_again_is_the_same_file_and_does_nothing(db: TestDatabase) {
        let cases_there = released_many(&db.store, 2);
        let partners = Partners::meet(&db.store);
        let items = partners.items(&partners.collect());
        let rows = [made_on(&items[0], "2026-11-23"), defect(&items[1], "PH01")];
        for format in [RowFormat::Csv, RowFormat::JsonLines] {
            let package = partners.package(&rows, format);
            let first = partners.apply(&partners.take(&package).unwrap());
            let again = partners.take(&package).unwrap();
            assert_eq!((again.id, again.answered()), (first.id, 2));
            assert_eq!(partners.answers(&again), partners.answers(&first));
        }
        // The other format is another file; its rows were applied before.
        let other = partners.take(&partners.package(&rows, RowFormat::JsonLines)).unwrap();
        assert_eq!((other.accepted, other.already_known, other.refused), (0, 2, 0));
        let mails = db.store.read(|db| outbox::list_of_application(db, cases_there[1].id)).map_err(|error: StoreError| error).unwrap();
        assert_eq!(mails.len(), 1, "told once");
        assert_eq!(defects_of(&db, cases_there[1].id), 1);
    }

    fn what_was_set_right_goes_into_a_later_batch(db: TestDatabase) {
        let one = released_many(&db.store, 1).remove(0);
        let partners = Partners::meet(&db.store);
        let first = partners.items(&partners.collect()).remove(0);
        assert_eq!(partners.report(&[defect(&first, "PH05")]), accepted(1));
        db.store.write(|db| {
            let at = applications::get_application(db, one.id)?;
            Ok::<_, StoreError>(try_step(db, &at, Status::AtIssuer, Actor::HonsekiClerk, &Circumstances::default()).unwrap())
        }).unwrap();
        let second = partners.items(&partners.collect()).remove(0);
        assert_eq!((second.batch_id.0, second.receipt.as_str()), (2, first.receipt.as_str()));
        let answers = partners.report(&[made_on(&first, "2026-11-23"), made_on(&second, "2026-11-23")]);
        assert_eq!(answers, [("refused".to_owned(), "other_result".to_owned()), ("accepted".to_owned(), String::new())]);
        assert_eq!(partners.status(one.id), Status::Made);
    }

    fn a_name_that_no_font_can_print_is_reported(db: TestDatabase) {
        // 𱍊 (extension G) is in no font here; 齋 is.
        released(&db.store, 1, &named("\u{3134A}"));
        released(&db.store, 2, &form("emb-gb", "emb-gb"));
        let partners = Partners::meet(&db.store);
        let items = partners.items(&partners.collect());
        assert_eq!(items.iter().map(|item| item.glyphs.as_deref()).collect::<Vec<_>>(), [Some("\u{3134A}"), None]);
        assert_eq!(card_of(&items[0]).family, "\u{3134A}", "it leaves as it is");
    }

    fn a_case_that_was_withdrawn_meanwhile_is_not_made(db: TestDatabase) {
        let one = released_many(&db.store, 1).remove(0);
        let partners = Partners::meet(&db.store);
        let items = partners.items(&partners.collect());
        db.store.write(|db| put(db, &one, Status::Withdrawn, Actor::HonsekiClerk, None)).unwrap();
        assert_eq!(partners.report(&[made_on(&items[0], "2026-11-23")]), [("refused".to_owned(), "wrong_state".to_owned())]);
        assert_eq!(partners.status(one.id), Status::Withdrawn);
        let case = db.store.read(|db| cases::get_case(db, one.id)).unwrap();
        assert_eq!(case.made_on, None, "nothing is half done");
    }
}

fn defects_of(
    db: &crate::support::database::TestDatabase,
    id: applications::ApplicationId,
) -> usize {
    db.store
        .read(|db| defects::list_defects(db, id))
        .unwrap()
        .len()
}
