//! Offices as rows: where they come from, what an office says about itself, and what a newer table leaves alone.

use jiff::civil::date;
use tsubame::domain::office::settings::{Booking, Terms};
use tsubame::domain::office::table::OfficeTable;
use tsubame::domain::office::{OfficeEntry, OfficeSettings};
use tsubame::domain::office_code::OfficeCode;
use tsubame::reference::office_table;
use tsubame::storage::masters::{self, MasterImportId, NewMasterImport};
use tsubame::storage::offices::{self, Office, SaveSettings};
use tsubame::storage::{Store, StoreError, audit};

use super::cast::now;
use crate::on_each_database;

const STAFF: &str = "staff:7";

fn london() -> OfficeCode {
    OfficeCode::parse("emb-gb").unwrap()
}

fn office(store: &Store, code: &OfficeCode) -> Office {
    store
        .read(|db| offices::find_office(db, code))
        .unwrap()
        .unwrap()
}

fn by_appointment() -> OfficeSettings {
    OfficeSettings {
        booking: Booking::Required,
        ..OfficeSettings::default()
    }
}

fn save(
    store: &Store,
    expected_version: i64,
    settings: &OfficeSettings,
) -> Result<i64, StoreError> {
    let code = london();
    store.write(|db| {
        let save = SaveSettings {
            office: &code,
            expected_version,
            settings,
            actor: STAFF,
        };
        offices::save_settings(db, &save, now())
    })
}

fn actions(store: &Store) -> Vec<(String, String)> {
    let entries = store
        .read(|db| audit::list_entries(db, &audit::Chain::system()))
        .unwrap();
    entries
        .into_iter()
        .map(|entry| (entry.action, entry.detail))
        .collect()
}

/// Uploads the missions as `change` leaves them.
fn upload(store: &Store, change: impl FnOnce(&mut Vec<OfficeEntry>)) -> MasterImportId {
    store
        .write(|db| {
            let mut entries = masters::list_entries(db, OfficeTable::Missions)?;
            change(&mut entries);
            let content = String::from_utf8(office_table::write(&entries).unwrap()).unwrap();
            let new = NewMasterImport {
                table: OfficeTable::Missions,
                label: "2027-01",
                source: "test",
                content: &content,
                actor: STAFF,
            };
            masters::insert_import(db, &new, now())
        })
        .unwrap()
}

on_each_database! {
    fn every_mission_and_municipality_of_the_tables_is_an_office(db: TestDatabase) {
        for table in OfficeTable::ALL {
            let mut expected = table.built_in();
            expected.sort_by(|one, other| one.code.cmp(&other.code));
            let rows = db.store.read(|db| masters::list_entries(db, table)).unwrap();
            assert_eq!(rows, expected);
        }
        let masters = db.store.read(masters::list_masters).unwrap();
        assert_eq!(masters.iter().map(|master| (master.name.as_str(), master.imported_by.is_none())).collect::<Vec<_>>(), [("missions", true), ("municipalities", true)]);
        let office = office(&db.store, &london());
        assert_eq!((office.version, office.checked_on, office.settings), (0, None, OfficeSettings::default()));
    }

    fn offices_are_listed_by_country_and_by_prefecture(db: TestDatabase) {
        let (british, kanagawa, named) = db.store.read(|db| {
            Ok::<_, StoreError>((offices::list_in_country(db, "GB")?, offices::list_in_prefecture(db, "14")?, offices::list_named(db, &["141046", "emb-gb", "emb-xx"])?))
        }).unwrap();
        assert!(british.iter().all(|one| one.code().is_mission() && one.entry.country == "GB") && british.len() >= 2);
        assert!(kanagawa.iter().any(|one| one.entry.name_ja == "横浜市中区役所") && kanagawa.len() > 50);
        assert_eq!(named.len(), 2);
    }

    fn each_save_is_a_version_and_the_second_of_two_at_once_is_told(db: TestDatabase) {
        assert_eq!(save(&db.store, 0, &by_appointment()).unwrap(), 1);
        assert_eq!(save(&db.store, 1, &by_appointment()).unwrap(), 1, "nothing changed");
        assert!(matches!(save(&db.store, 0, &OfficeSettings::default()), Err(StoreError::Conflict)));
        let later = OfficeSettings { terms: Terms { first_days: 60, ..Terms::default() }, ..by_appointment() };
        assert_eq!(save(&db.store, 1, &later).unwrap(), 2);
        let office = office(&db.store, &london());
        assert_eq!((office.version, &office.settings), (2, &later));
        let versions = db.store.read(|db| offices::list_versions(db, &london(), 10)).unwrap();
        assert_eq!(versions.iter().map(|one| (one.version, one.changed.as_str(), one.saved_by.as_str())).collect::<Vec<_>>(), [(2, "terms", STAFF), (1, "booking", STAFF)]);
        assert_eq!(actions(&db.store), [("office.changed".to_owned(), "emb-gb version 1: booking".to_owned()), ("office.changed".to_owned(), "emb-gb version 2: terms".to_owned())]);
    }

    fn terms_are_the_offices_own_or_the_house_rule(db: TestDatabase) {
        let own = OfficeSettings { terms: Terms { first_days: 60, ..Terms::default() }, ..OfficeSettings::default() };
        save(&db.store, 0, &own).unwrap();
        for (code, expected) in [("emb-gb", own.terms), ("131016", Terms::default()), ("emb-xx", Terms::default())] {
            let code = OfficeCode::parse(code).unwrap();
            assert_eq!(db.store.read(|db| offices::terms_of(db, &code)).unwrap(), expected, "{code}");
        }
    }

    fn checking_is_recorded_for_the_version_that_was_seen(db: TestDatabase) {
        let check = |version| db.store.write(|db| offices::set_checked(db, &london(), version, STAFF, date(2026, 11, 24), now()));
        assert!(matches!(check(1), Err(StoreError::Conflict)));
        check(0).unwrap();
        let office = office(&db.store, &london());
        assert_eq!((office.checked_on, office.checked_by.as_deref(), office.version), (Some(date(2026, 11, 24)), Some(STAFF), 0));
        assert_eq!(actions(&db.store).len(), 1);
    }

    fn a_start_changes_nothing_and_takes_back_no_import(db: TestDatabase) {
        save(&db.store, 0, &by_appointment()).unwrap();
        let id = upload(&db.store, |entries| entries.retain(|entry| entry.code != london()));
        db.store.write(|db| masters::apply_import(db, id, STAFF, now())).unwrap();
        assert_eq!(db.store.migrate().unwrap(), Vec::<String>::new());
        let office = office(&db.store, &london());
        assert!(!office.is_open, "closed by the import, and kept");
        assert_eq!(office.settings, by_appointment());
        let missions = db.store.read(masters::list_masters).unwrap().remove(0);
        assert_eq!((missions.version.as_str(), missions.imported_by.as_deref()), ("2027-01", Some(STAFF)));
    }

    fn an_import_changes_entries_alone_once(db: TestDatabase) {
        save(&db.store, 0, &by_appointment()).unwrap();
        let id = upload(&db.store, |entries| {
            let london = entries.iter_mut().find(|entry| entry.code == london()).unwrap();
            "Embassy of Japan".clone_into(&mut london.name_latin);
            let mut new = london.clone();
            new.code = OfficeCode::parse("emb-zz").unwrap();
            entries.push(new);
        });
        let import = db.store.read(|db| masters::find_import(db, id)).unwrap().unwrap();
        let diff = db.store.read(|db| masters::diff_of(db, &import)).unwrap();
        assert_eq!((diff.added.len(), diff.changed.len(), diff.gone.len()), (1, 1, 0));
        assert_eq!(db.store.write(|db| masters::apply_import(db, id, STAFF, now())).unwrap(), diff);
        let office = office(&db.store, &london());
        assert_eq!((office.entry.name_latin.as_str(), office.version, &office.settings), ("Embassy of Japan", 1, &by_appointment()));
        assert!(matches!(db.store.write(|db| masters::apply_import(db, id, STAFF, now())), Err(StoreError::Conflict)), "not twice");
        assert_eq!(actions(&db.store).last().unwrap(), &("master.imported".to_owned(), "missions +1 ~1 -0".to_owned()));
    }

    fn a_later_upload_takes_the_place_of_an_earlier_one(db: TestDatabase) {
        let early = upload(&db.store, |entries| entries[0].phone = Some("+1 555 0100".to_owned()));
        let late = upload(&db.store, |entries| entries[1].phone = Some("+1 555 0101".to_owned()));
        assert!(db.store.read(|db| masters::find_import(db, early)).unwrap().is_none());
        assert!(matches!(db.store.write(|db| masters::apply_import(db, early, STAFF, now())), Err(StoreError::Conflict)));
        let diff = db.store.write(|db| masters::apply_import(db, late, STAFF, now())).unwrap();
        assert_eq!((diff.added.len(), diff.changed.len(), diff.gone.len()), (0, 1, 0));
    }
}
