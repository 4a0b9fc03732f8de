//! An uploaded photo on its way to the issuer: in the batch with its hash, over the interface, and before the inspector.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tsubame::clock::Clock;
use tsubame::documents::photo::sample::Portrait;
use tsubame::domain::desk::Desk;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::staff::Role;
use tsubame::domain::status::Status;
use tsubame::domain::transition::Actor;
use tsubame::exchange::card::{Card, PhotoSource};
use tsubame::exchange::introduction;
use tsubame::storage::applications::{self, Doer, Move, Turn};
use tsubame::storage::{StoreError, case_facts};

use super::finish::{at_review, reference};
use super::photo_files::jpeg;
use crate::exchange::interface::Client;
use crate::notices::desk::put;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Upload;

on_each_database! {
    fn an_uploaded_photo_goes_with_the_batch_and_is_proven_by_its_row(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = at_review(&app);
        let bytes = jpeg(&Portrait::of_person(2));
        hanako.open(&format!("{home}/photo")).upload("写真を調べる", &Upload { file_name: "me.jpg", content_type: "image/jpeg", bytes: &bytes }).expect(200);
        hanako.tick("6か月以内に撮った、本人の写真です").press("この写真を使う").expect(200);
        hanako.open(&format!("{home}/review")).tick("上の内容は戸籍のとおり").press("申請書を作る").expect(200);
        let now = app.clock.now();
        app.store.write(|db| {
            let application = applications::find_by_reference(db, reference(&home))?.ok_or(StoreError::NotFound)?;
            case_facts::set_record_check(db, application.id, RecordCheck::Done, "staff:1", now)?;
            let step = Move { application: application.id, from: Status::FormReady, to: Status::AtIssuer, doer: &Doer::system(), rule: "put there by a test" };
            applications::move_case(db, &step, &Turn { desk: Some(&Desk::Issuer), ..Turn::default() }, now)
        }).unwrap();
        let partner = app.store.write(|db| introduction::introduce(db, "sim", "test", now)).unwrap();
        let client = Client::at(&app.base_url, &partner.api_key);
        assert_eq!(client.post("/exchange/v1/batches", b"").status, 201);
        let rows = client.get("/exchange/v1/batches/B-000001/files/cards.jsonl");
        let card: Card = serde_json::from_slice(&rows.body).unwrap();
        assert_eq!(card.photo, PhotoSource::File);
        let photo = client.get(&format!("/exchange/v1/batches/B-000001/{}", card.photo_file.clone().unwrap()));
        assert_eq!((photo.status, photo.kind.as_str()), (200, "image/jpeg"));
        assert_eq!(card.photo_sha256, Some(HEXLOWER.encode(&Sha256::digest(&photo.body))));
        let crop: serde_json::Value = serde_json::from_str(card.photo_crop.as_deref().unwrap()).unwrap();
        assert!(crop["unit"].as_u64().is_some_and(|unit| unit >= 30), "{crop}");
        let manifest: serde_json::Value = client.get("/exchange/v1/batches/B-000001/files/manifest.json").json();
        assert_eq!((manifest["photos"].as_i64(), manifest["rows"].as_i64()), (Some(1), Some(1)));
        let mut issuer = app.staff("issuer", &[Role::Issuer], "");
        issuer.open("/issuer/batches/B-000001").expect(200);
        assert!(issuer.page.html().contains("/issuer/batches/B-000001/photos/1"));
        issuer.get_once("/issuer/batches/B-000001/photos/1");
        issuer.expect(200);
        assert_eq!(issuer.page.headers["content-type"], "image/jpeg");
        // It is found unusable; she takes another, and the next batch has that one.
        issuer.open("/issuer/batches/B-000001").choose(&format!("{} の検査の結果", card.receipt), "写真不良").press("作成済にする").expect(200);
        app.do_jobs();
        hanako.open(&format!("{home}/photo")).expect(200).upload("写真を調べる", &Upload { file_name: "again.jpg", content_type: "image/jpeg", bytes: &jpeg(&Portrait::of_person(3)) }).expect(200);
        hanako.tick("6か月以内に撮った、本人の写真です").press("この写真を使う").expect(200);
        app.store.write(|db| {
            let at = applications::find_by_reference(db, reference(&home))?.ok_or(StoreError::NotFound)?;
            assert_eq!(at.status, Status::IssuerDefect);
            put(db, &at, Status::AtIssuer, Actor::Issuer, None)
        }).unwrap();
        assert_eq!(client.post("/exchange/v1/batches", b"").status, 201);
        let again: Card = serde_json::from_slice(&client.get("/exchange/v1/batches/B-000002/files/cards.jsonl").body).unwrap();
        assert!(again.photo == PhotoSource::File && again.photo_sha256 != card.photo_sha256, "another photo");
        for path in ["/issuer/batches/B-000001/photos/2", "/issuer/batches/B-000003/photos/1"] {
            issuer.get_once(path);
            issuer.expect(404);
        }
    }
}
