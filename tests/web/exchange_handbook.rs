//! The interface with the card issuer as a page: everything the code knows of it stands there with words, in both languages.

use serde_json::Value;
use tsubame::domain::defect::DefectCode;
use tsubame::exchange::OPENAPI;
use tsubame::exchange::apply::Reason;
use tsubame::exchange::package::FileRefusal;

use crate::on_each_database;
use crate::support::app::TestApp;

/// 24 KB: the whole interface on one page.
const MOST_BYTES: usize = 24 * 1024;

fn names<'v>(root: &'v Value, pointer: &str) -> Vec<&'v str> {
    let object = root.pointer(pointer).and_then(Value::as_object).unwrap();
    object.keys().map(String::as_str).collect()
}

on_each_database! {
    fn whoever_writes_the_other_side_reads_columns_calls_and_answers_on_one_page(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut engineer = app.person();
        let root: Value = serde_json::from_str(OPENAPI).unwrap();
        for page in ["/exchange", "/en/exchange"] {
            engineer.open(page).expect(200);
            let text = engineer.page.text();
            let words = names(&root, "/paths")
                .into_iter()
                .chain(names(&root, "/components/schemas/Card/properties"))
                .chain(names(&root, "/components/schemas/Manifest/properties"))
                .chain(names(&root, "/components/schemas/Answer/properties"))
                .chain(names(&root, "/components/schemas/Results/properties"))
                .chain(Reason::ALL.map(Reason::as_str))
                .chain(FileRefusal::ALL.map(FileRefusal::as_str))
                .chain(DefectCode::ALL.iter().map(|defect| defect.as_str()));
            for word in words {
                assert!(text.contains(word), "{word} is not on {page}");
            }
            for key in ["exchange-", "issuer-reason-", "issuer-refusal-", "defect-"] {
                assert!(!text.replace("tsubame-exchange", "").contains(key), "a key without words, {key}…, on {page}");
            }
            for limit in ["10000", "200000", "64", "1200"] {
                assert!(text.contains(limit), "{limit} on {page}");
            }
            let bytes = engineer.page.body.len();
            assert!(bytes <= MOST_BYTES, "{page} has {bytes} bytes");
        }
    }
}
