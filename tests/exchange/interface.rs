//! The HTTP interface against its own description: every address exists, every answer is as described, nobody without a key gets anything.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::Value;
use tsubame::clock::Clock;
use tsubame::exchange::card::RowFormat;
use tsubame::exchange::introduction::{self, Introduced};
use tsubame::exchange::package::results_package;
use tsubame::exchange::{DOCUMENTATION, OPENAPI};
use tsubame::security::signing::Signer;
use tsubame::storage::{StoreError, batch_items, exchange_keys};

use super::cast::{NAME, made_on, released_many};
use super::schema::breaches;
use crate::on_each_database;
use crate::support::app::TestApp;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    fn code(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// A program of the issuer.
pub(crate) struct Client {
    agent: ureq::Agent,
    base_url: String,
    key: String,
}

impl Client {
    pub(crate) fn at(base_url: &str, key: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        Self {
            agent,
            base_url: base_url.to_owned(),
            key: key.to_owned(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let request = self
            .agent
            .get(format!("{}{path}", self.base_url))
            .header("authorization", format!("Bearer {}", self.key));
        read(request.call().unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &[u8]) -> Answer {
        self.try_post(path, body).unwrap()
    }

    pub(crate) fn try_post(&self, path: &str, body: &[u8]) -> Result<Answer, ureq::Error> {
        let request = self
            .agent
            .post(format!("{}{path}", self.base_url))
            .header("authorization", format!("Bearer {}", self.key));
        Ok(read(
            request
                .header("content-type", "application/x-tar")
                .send(body)?,
        ))
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let kind = response
        .headers()
        .get("content-type")
        .map(|kind| kind.to_str().unwrap().to_owned())
        .unwrap_or_default();
    Answer {
        status: response.status().as_u16(),
        kind,
        body: response
            .body_mut()
            .with_config()
            .limit(100_000_000)
            .read_to_vec()
            .unwrap(),
    }
}

fn introduced(app: &TestApp) -> Introduced {
    app.store
        .write(|db| introduction::introduce(db, NAME, "test", app.clock.now()))
        .unwrap()
}

fn document() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

/// Compares an answer with what the document says about this address.
fn described(path: &str, method: &str, answer: &Answer) {
    let document = document();
    let operation = &document["paths"][path][method];
    assert!(operation.is_object(), "{method} {path} is not described");
    let mut said = &operation["responses"][answer.status.to_string()];
    if let Some(reference) = said["$ref"].as_str() {
        said = document.pointer(reference.trim_start_matches('#')).unwrap();
    }
    assert!(
        said.is_object(),
        "{method} {path}: {} is not described: {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    let kind = answer.kind.split(';').next().unwrap();
    let Some(content) = said.get("content") else {
        assert!(answer.body.is_empty(), "{method} {path}");
        return;
    };
    let schema = &content[kind]["schema"];
    assert!(
        schema.is_object(),
        "{method} {path}: {kind} is not described"
    );
    let values: Vec<Value> = match kind {
        "application/json" => vec![answer.json()],
        "application/jsonl" if schema.get("$ref").is_some() => answer
            .body
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect(),
        _ => return,
    };
    for value in values {
        assert_eq!(
            breaches(&document, schema, &value),
            Vec::<String>::new(),
            "{method} {path}: {value}"
        );
    }
}

#[test]
fn the_description_and_the_routes_name_the_same_addresses() {
    let source = include_str!("../../src/web/routes/exchange.rs");
    let resource =
        Regex::new(r#"resource\("([^"]+)"\)((?:\s*\.route\((?:get|post)\(\)\.to\([\w:]+\)\))+)"#)
            .unwrap();
    let method = Regex::new(r"\.route\((get|post)").unwrap();
    let mut bound = BTreeMap::new();
    for found in resource.captures_iter(source) {
        let methods: BTreeSet<String> = method
            .captures_iter(&found[2])
            .map(|one| one[1].to_owned())
            .collect();
        bound.insert(format!("/exchange/v1{}", &found[1]), methods);
    }
    assert_eq!(source.matches("resource(\"").count(), bound.len());
    let described: BTreeMap<String, BTreeSet<String>> = document()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, methods)| {
            (
                path.clone(),
                methods.as_object().unwrap().keys().cloned().collect(),
            )
        })
        .collect();
    assert_eq!(bound, described);
}

#[test]
fn the_document_names_every_column_and_every_word() {
    use tsubame::exchange::apply::Reason;
    use tsubame::exchange::package::FileRefusal;
    let document = document();
    let codes = document
        .pointer("/components/schemas/Error/properties/error/properties/code/enum")
        .unwrap()
        .as_array()
        .unwrap();
    for refusal in FileRefusal::ALL {
        assert!(codes.contains(&Value::from(refusal.as_str())), "{refusal}");
        assert!(
            DOCUMENTATION.contains(&format!("`{}`", refusal.as_str())),
            "{refusal}"
        );
    }
    let reasons = document
        .pointer("/components/schemas/Answer/properties/reason/enum")
        .unwrap()
        .as_array()
        .unwrap();
    assert_eq!(reasons.len(), Reason::ALL.len() + 1);
    for reason in Reason::ALL {
        assert!(reasons.contains(&Value::from(reason.as_str())), "{reason}");
        assert!(
            DOCUMENTATION.contains(&format!("`{}`", reason.as_str())),
            "{reason}"
        );
    }
    for column in document
        .pointer("/components/schemas/Card/properties")
        .unwrap()
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(DOCUMENTATION.contains(&format!("`{column}`")), "{column}");
    }
}

on_each_database! {
    fn every_answer_is_as_the_description_says(database: TestDatabase) {
        let app = TestApp::start(database);
        released_many(&app.store, 3);
        let partner = introduced(&app);
        let client = Client::at(&app.base_url, &partner.api_key);
        for path in ["/exchange/v1/openapi.json", "/exchange/v1/docs", "/exchange/v1/keys"] {
            let answer = Client::at(&app.base_url, "").get(path);
            assert_eq!(answer.status, 200);
            described(path, "get", &answer);
        }
        let made = client.post("/exchange/v1/batches", b"");
        described("/exchange/v1/batches", "post", &made);
        assert_eq!((made.status, made.json()["cards"].as_i64()), (201, Some(3)));
        let nothing = client.post("/exchange/v1/batches", b"");
        described("/exchange/v1/batches", "post", &nothing);
        assert_eq!(nothing.status, 204);
        let list = client.get("/exchange/v1/batches");
        described("/exchange/v1/batches", "get", &list);
        assert_eq!(list.json()["batches"][0]["batch"], "B-000001");
        assert_eq!(client.get("/exchange/v1/batches?after=B-000001").json()["batches"], Value::Array(vec![]));
        described("/exchange/v1/batches/{batch}", "get", &client.get("/exchange/v1/batches/B-000001"));
        let mut cards = String::new();
        for file in ["manifest.json", "manifest.sig", "cards.csv", "cards.jsonl"] {
            let answer = client.get(&format!("/exchange/v1/batches/B-000001/files/{file}"));
            assert_eq!(answer.status, 200, "{file}");
            if file == "cards.jsonl" {
                cards = String::from_utf8(answer.body).unwrap();
            } else {
                described("/exchange/v1/batches/{batch}/files/{file}", "get", &answer);
            }
        }
        let card_schema = serde_json::json!({"$ref": "#/components/schemas/Card"});
        for line in cards.lines() {
            assert_eq!(breaches(&document(), &card_schema, &serde_json::from_str(line).unwrap()), Vec::<String>::new());
        }
        let items = app.store.read(|db| batch_items::list_items(db, tsubame::storage::batches::BatchId(1), 0, 10)).map_err(|error: StoreError| error).unwrap();
        let signer = Signer::from_seed(NAME, &partner.seed).unwrap();
        let rows = [made_on(&items[0], "2026-11-24"), made_on(&items[1], "2026-11-30")];
        let package = results_package("R-1", &rows, RowFormat::Csv, &signer, app.clock.now()).unwrap();
        let sent = client.post("/exchange/v1/results", &package);
        described("/exchange/v1/results", "post", &sent);
        assert_eq!((sent.status, sent.json()["state"].as_str()), (202, Some("applying")));
        app.do_jobs();
        let again = client.post("/exchange/v1/results", &package);
        described("/exchange/v1/results", "post", &again);
        assert_eq!((again.status, again.json()["accepted"].as_i64(), again.json()["refused"].as_i64()), (200, Some(1), Some(1)));
        let id = again.json()["results"].as_str().unwrap().to_owned();
        for (path, ending) in [("/exchange/v1/results/{results}", ""), ("/exchange/v1/results/{results}/answers.csv", "/answers.csv"), ("/exchange/v1/results/{results}/answers.jsonl", "/answers.jsonl")] {
            let answer = client.get(&format!("/exchange/v1/results/{id}{ending}"));
            assert_eq!(answer.status, 200);
            described(path, "get", &answer);
        }
        let answers = client.get(&format!("/exchange/v1/results/{id}/answers.csv"));
        let expected = format!("line,receipt,answer,reason\n1,{},accepted,\n2,{},refused,future_date\n", items[0].receipt, items[1].receipt);
        assert_eq!(String::from_utf8(answers.body).unwrap(), expected);
        let broken = client.post("/exchange/v1/results", &package[..700]);
        described("/exchange/v1/results", "post", &broken);
        assert_eq!((broken.status, broken.code().as_str()), (422, "package"));
    }

    fn nobody_without_a_valid_key_gets_anything(database: TestDatabase) {
        let app = TestApp::start(database);
        released_many(&app.store, 1);
        let partner = introduced(&app);
        let client = Client::at(&app.base_url, &partner.api_key);
        assert_eq!(client.post("/exchange/v1/batches", b"").status, 201);
        let guarded = ["/exchange/v1/batches", "/exchange/v1/batches/B-000001", "/exchange/v1/batches/B-000001/files/cards.csv", "/exchange/v1/results/1", "/exchange/v1/results/1/answers.csv"];
        for key in ["", "nonsense", &partner.seed, &partner.api_key[1..]] {
            for path in guarded.iter().take(4) {
                let answer = Client::at(&app.base_url, key).get(path);
                assert_eq!((answer.status, answer.code().as_str()), (401, "unauthorized"), "{path} {key}");
            }
        }
        // After twenty mistakes in a minute the source waits, and a valid key still works.
        for _ in 0..8 {
            Client::at(&app.base_url, "guess").get(guarded[0]);
        }
        assert_eq!(Client::at(&app.base_url, "guess").get(guarded[0]).code(), "too_many_requests");
        assert_eq!(client.get(guarded[0]).status, 200);
        let keys = app.store.read(|db| exchange_keys::list_api_keys(db, 10)).map_err(|error: StoreError| error).unwrap();
        assert!(keys[0].last_used_at.is_some());
        app.store.write(|db| introduction::revoke(db, keys[0].id, "test", app.clock.now())).unwrap();
        app.later(jiff::SignedDuration::from_mins(3));
        assert_eq!(client.get(guarded[0]).status, 401, "revoked: at once");
    }

    fn what_is_not_there_is_json_too(database: TestDatabase) {
        let app = TestApp::start(database);
        let client = Client::at(&app.base_url, &introduced(&app).api_key);
        for path in [
            "/exchange/v1/batches/B-000001", "/exchange/v1/batches/1", "/exchange/v1/batches/B-000001/files/cards.csv", "/exchange/v1/batches/B-000001/files/x",
            "/exchange/v1/batches/B-000001/photos/K7M4-2PQX-9T.jpg", "/exchange/v1/results/1", "/exchange/v1/results/x", "/exchange/v1/results/9999999999999999999999", "/exchange/v1/nothing", "/exchange/v1",
        ] {
            let answer = client.get(path);
            assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{path}");
        }
        assert_eq!(client.get("/exchange/v1/results").code(), "method_not_allowed");
        assert_eq!(client.post("/exchange/v1/keys", b"").code(), "method_not_allowed");
        assert_eq!(client.get("/exchange/v1/batches?after=x").code(), "malformed");
    }
}
