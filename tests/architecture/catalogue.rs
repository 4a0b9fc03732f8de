//! The words: every key is used, every problem a rule can report has words that mention only the facts it brings.

use std::collections::{BTreeMap, BTreeSet};

use tsubame::domain::application::municipality::KEEPER_KINDS;
use tsubame::domain::application::section::{Section, SectionState};
use tsubame::domain::application::{KINDS, posting};
use tsubame::domain::batch_schedule;
use tsubame::domain::defect::DefectCode;
use tsubame::domain::eligibility;
use tsubame::domain::office::settings_form;
use tsubame::domain::status::Status;
use tsubame::i18n::{self, Lang};
use tsubame::web::admin::{masters, notice_form};
use tsubame::web::issuer;
use tsubame::web::office::{intake, shipments};

use crate::sources::{files, none_of};

/// A pattern as the code writes it (`*` is a part), and every value of each part.
type Family = (&'static str, &'static [&'static [&'static str]]);

/// Keys that are put together while the program runs. The code that puts them together is named, so that whoever changes it finds this list.
#[rustfmt::skip]
const FAMILIES: &[Family] = &[
    // web/applicant/menu.rs, section_pages.rs
    ("section-*", &[SECTIONS]),
    ("person-sex-*", &[&["m", "f"]]),
    ("register-kind-*", &[&["new", "renewal", "reissue"]]),
    ("register-reason-*", &[&["lost", "stolen", "damaged", "fault"]]),
    ("register-return-*", &[&["no", "within6m", "unknown"]]),
    ("agent-kind-*", &[&["parent", "guardian", "proxy"]]),
    ("agent-relation-*", &[&["mother", "father", "other"]]),
    // web/applicant/sign_in.rs
    ("apply-lang-*", &[&["ja", "en"]]),
    // web/applicant/check.rs: answers with words of their own; the others say yes, no, unknown
    ("check-card-*", &[&["none", "overseas", "domestic", "lost"]]),
    ("check-rest-*", &[&["over1y", "3to12m", "under3m", "expired"]]),
    ("check-age-*", &[&["under15", "15to17", "adult"]]),
    ("check-lost_kind-*", &[&["overseas", "domestic"]]),
    // domain/eligibility/row.rs
    ("check-row-*-*", &[ROWS, &["reason", "next"]]),
    // documents/photo/judge.rs
    ("photo-*-*", &[
        &["file", "upright", "head", "gap", "middle", "resolution", "sharpness", "light", "background", "shadow"],
        &["pass", "attention"],
    ]),
    ("photo-faces-*", &[&["pass", "attention", "unusable"]]),
    // web/applicant/photo.rs
    ("photo-example-*", &[&["good", "shadow", "side", "hat", "glasses"]]),
    // web/applicant/status.rs
    ("step-*", &[STEPS]),
    ("step-*-*", &[STEPS, &["now", "done"]]),
    // domain/defect.rs
    ("defect-*", &[DEFECTS]),
    ("defect-*-fix", &[DEFECTS]),
    // web/applicant/sent.rs
    ("sent-carrier-*", &[&["ems", "registered", "dhl", "fedex", "other"]]),
    // web/office_facts.rs, web/office/settings.rs
    ("facts-day-*", &[&["1", "2", "3", "4", "5", "6", "7"]]),
    ("facts-form-*", &[&["new", "renewal", "reissue", "change", "withdrawal", "pin"]]),
    ("facts-booking-*", &[&["unknown", "required", "advised", "not_needed"]]),
    ("facts-proxy-*", &[&["unknown", "by_law", "never"]]),
    ("facts-pins-*", &[&["unknown", "as_filed", "at_counter"]]),
    ("settings-group-*", &[&["hours", "closing", "mail", "booking", "proxy", "pins", "ids", "terms", "place", "remarks"]]),
    // web/admin/masters.rs, reference/office_table.rs
    ("masters-*", &[&["missions", "municipalities"]]),
    ("masters-fault-*", &[&[
        "unreadable", "header", "code", "twice", "name", "country", "prefecture", "zone", "postcode", "basis", "website", "text", "empty",
    ]]),
    // web/errors.rs
    ("error-page-*-*", &[
        &["400", "403", "404", "405", "408", "409", "410", "413", "422", "429", "500", "503"],
        &["title", "text"],
    ]),
    // web/office/shell.rs
    ("office-group-*", &[&["queues", "desk", "issuer", "administration"]]),
    ("office-link-*", &[LINKS]),
    // web/issuer
    ("issuer-inspection-*", &[&["ok", "photo", "glyph", "other"]]),
    ("schedule-day-*", &[&["1", "2", "3", "4", "5", "6", "7"]]),
    ("issuer-return-*", &[&["address", "not-taken", "damaged", "other"]]),
    ("issuer-glyph-*", &[&["substitute", "engraving"]]),
    ("issuer-results-*", &[&["staging", "applying", "done"]]),
    ("issuer-reason-*", &[&[
        "malformed", "duplicate_row", "unknown_card", "wrong_state", "other_result", "future_date", "date_before_batch", "unknown_defect", "not_made",
        "my_number", "internal",
    ]]),
    ("issuer-refusal-*", &[&[
        "package", "manifest", "newer_schema", "kind", "unknown_key", "signature", "truncated", "hash", "row_count", "too_large",
    ]]),
    ("role-*", &[&["consular", "municipal", "issuer", "approver", "office_manager", "administrator", "auditor"]]),
    // web/office/queues/
    ("queue-due-*", &[&["overdue", "soon"]]),
    ("queue-owner-*", &[&["mine", "none"]]),
    ("queue-prepare-*", &[&["received", "setup"]]),
    // web/office/case: what is decided, asked, to be done, changed
    ("case-way-*", &[&[
        "confirm", "correct", "ask", "refuse", "take-in", "examine", "close-inquiry", "check-again", "send-back", "call",
    ]]),
    ("case-check-*", &[&["agrees", "differs"]]),
    ("inquiry-*-*", &[&["about", "phrase"], &["honseki", "left", "name", "papers", "card"]]),
    // web/office/case/trail.rs
    ("transfer-state-*", &[&["asked", "accepted", "stopped", "sent"]]),
    ("transfer-reason-*", &[&["withdrawn", "place", "other"]]),
    // web/office/disposals/mod.rs
    ("disposal-reason-*", &[&["withdrawn", "returned_home", "ended"]]),
    ("task-*", &[&[
        "unreachable", "missing-item", "surplus-item", "not-received", "correction-answered", "no-reply", "forward-paper", "remake", "withdrawal-asked", "transfer-asked", "transfer-undecided", "transfer-unsent", "late-shipment", "returned-shipment", "destroy-card",
    ]]),
    ("change-*-*", &[CHANGES, &["title", "text", "submit"]]),
    ("change-*-sure", &[&["withdrawal", "return-home", "end", "person", "email"]]),
    ("change-end-*", &[&["death", "nationality", "other"]]),
    // web/admin/users.rs, users_acts.rs
    ("role-*-hint", &[&["consular", "municipal", "issuer", "approver", "office_manager", "administrator", "auditor"]]),
    ("users-*-*", &[&["deactivation", "reactivation", "second-factor"], &["title", "text", "submit"]]),
    // web/admin/outbox.rs
    ("outbox-state-*", &[&["dead", "held", "queued", "sent"]]),
    // web/admin/retention.rs, domain/retention.rs
    ("retention-*", &[RULES]),
    // storage/destruction_records.rs: what people destroy, which no period rules
    ("retention-*", &[&["cards"]]),
    ("retention-*-why", &[RULES]),
    ("retention-since-*", &[&["last-activity", "form-made", "case-ended", "written", "expired", "finished", "proven"]]),
    // web/public/exchange.rs
    ("exchange-manifest-*", &[&["format", "schema", "kind", "name", "issued_at", "rows", "photos", "files", "key_id"]]),
    ("exchange-card-*", &[&[
        "batch", "line", "receipt", "kind", "family", "given", "birth_date", "sex", "address", "left_on", "braille", "handwritten", "register_office", "photo", "photo_file", "photo_sha256", "photo_crop",
    ]]),
    ("exchange-result-*", &[&["batch", "receipt", "result", "made_on", "replaces_until", "defect", "note", "shipped_on", "carrier", "tracking"]]),
    ("exchange-call-*", &[&[
        "getDescription", "getDocumentation", "listKeys", "listBatches", "makeBatch", "getBatch", "getFile", "getPhoto", "sendResults", "getResults", "getAnswersCsv", "getAnswersJsonl",
    ]]),
    ("exchange-code-*", &[&["200", "201", "202", "204", "401", "404", "409", "413", "422", "429"]]),
    ("exchange-answer-*", &[&["accepted", "already_known", "refused"]]),
    // web/public.rs
    ("*-title", &[&TEXT_PAGES]),
];

/// What the rules of retention are about.
#[rustfmt::skip]
const RULES: &[&str] = &[
    "drafts", "forms", "shells", "photos", "cases", "mailboxes", "mail-bodies", "mail-records", "codes", "sessions", "staff-sessions", "kept-posts",
    "keys", "counters", "jobs", "result-files", "exchange-keys", "audit",
];
const STEPS: &[&str] = &[
    "form-ready",
    "received",
    "sent",
    "checked",
    "made",
    "on-the-way",
    "ready",
    "collected",
];
const CHANGES: &[&str] = &[
    "withdrawal",
    "return-home",
    "end",
    "refile",
    "register",
    "person",
    "pickup",
    "transfer",
    "transfer-stop",
    "email",
    "contacts",
];
const SECTIONS: &[&str] = &[
    "person", "register", "contact", "photo", "offices", "certs", "agent",
];
/// Pages of the staff's side, as their navigation names them.
#[rustfmt::skip]
const LINKS: &[&str] = &[
    "received", "reply", "forward", "match", "inquiry", "approve", "issuer", "issuer-defect", "setup", "ship", "cards", "ready", "visits", "overdue",
    "unreachable", "intake", "search", "shipments", "approvals", "office", "batches", "issuer-shipments", "issuer-returns", "issuer-tasks", "issuer-schedule", "tasks", "issuer-results", "glyphs", "issuer-keys", "release", "users", "offices", "notices", "audit",
    "health", "outbox", "retention", "masters",
];
const DEFECTS: &[&str] = &[
    "d01", "d02", "d03", "d04", "d05", "d06", "d07", "d08", "d09", "d10", "d11", "d12", "d13",
    "d14", "d15", "d16", "d17", "d18", "d19", "d20", "d21", "d99", "ph01", "ph02", "ph03", "ph04",
    "ph05", "ph06", "ph07", "ph08", "ph09", "ph10", "ph11", "ph12", "ph13",
];
const ROWS: &[&str] = &[
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
    "18",
];

/// Text pages number their passages: `help-1-heading`, `help-1-text`, and so on without a gap.
const TEXT_PAGES: [&str; 4] = ["help", "a11y", "privacy", "cookies"];

fn put_together(pattern: &str, parts: &[&[&str]]) -> Vec<String> {
    parts
        .iter()
        .fold(vec![pattern.to_owned()], |patterns, values| {
            patterns
                .iter()
                .flat_map(|pattern| {
                    values
                        .iter()
                        .map(move |value| pattern.replacen('*', value, 1))
                })
                .collect()
        })
}

/// Kind → facts of every problem and advice the rules can report.
fn kinds() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let with_facts = KINDS
        .iter()
        .chain(posting::KINDS)
        .chain(KEEPER_KINDS)
        .chain(settings_form::KINDS)
        .chain(masters::KINDS)
        .chain(batch_schedule::KINDS)
        .chain(issuer::KINDS)
        .chain(intake::KINDS)
        .chain(shipments::KINDS)
        .chain(issuer::KINDS)
        .chain(notice_form::KINDS);
    with_facts
        .map(|(kind, facts)| (*kind, facts.iter().copied().collect()))
        .chain(
            eligibility::KINDS
                .iter()
                .map(|kind| (*kind, BTreeSet::new())),
        )
        .collect()
}

fn catalogue(lang: Lang) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    i18n::keys(lang)
        .map(|(key, facts)| (key, facts.iter().map(String::as_str).collect()))
        .collect()
}

#[test]
fn every_kind_of_problem_has_words_that_mention_only_its_facts() {
    let mut breaches = Vec::new();
    for lang in Lang::ALL {
        let catalogue = catalogue(lang);
        for (kind, facts) in kinds() {
            match catalogue.get(kind) {
                None => breaches.push(format!("{}: {kind} has no words", lang.as_str())),
                Some(mentioned) if !mentioned.is_subset(&facts) => breaches.push(format!(
                    "{}: {kind} mentions {mentioned:?}, its facts are {facts:?}",
                    lang.as_str()
                )),
                Some(_) => {}
            }
        }
    }
    none_of(&breaches);
}

#[test]
fn every_status_and_every_state_of_a_section_has_words() {
    let statuses = Status::ALL.iter().map(|status| status.key());
    let states = [
        SectionState::Completed,
        SectionState::InProgress,
        SectionState::NotStarted,
        SectionState::NotNeeded,
        SectionState::CannotStartYet,
        SectionState::Problem,
    ];
    let mut breaches = Vec::new();
    for key in statuses.chain(states.iter().map(|state| state.key())) {
        for lang in Lang::ALL.iter().filter(|lang| !i18n::has_text(**lang, key)) {
            breaches.push(format!("{}: {key} has no words", lang.as_str()));
        }
    }
    none_of(&breaches);
}

#[test]
fn every_key_that_is_put_together_exists() {
    let mut breaches = Vec::new();
    for (pattern, parts) in FAMILIES {
        for key in put_together(pattern, parts) {
            for lang in Lang::ALL
                .iter()
                .filter(|lang| !i18n::has_text(**lang, &key))
            {
                breaches.push(format!("{}: {key} ({pattern})", lang.as_str()));
            }
        }
    }
    none_of(&breaches);
}

/// Every literal key the sources mention, and every key they put together.
fn used() -> BTreeSet<String> {
    let mut used: BTreeSet<String> = FAMILIES
        .iter()
        .flat_map(|(pattern, parts)| put_together(pattern, parts))
        .collect();
    for page in TEXT_PAGES {
        for number in
            (1..).take_while(|number| i18n::has_text(Lang::Ja, &format!("{page}-{number}-heading")))
        {
            used.insert(format!("{page}-{number}-heading"));
            used.insert(format!("{page}-{number}-text"));
        }
    }
    let quoted = regex::Regex::new(r#""([a-z0-9_-]+)""#).unwrap();
    let rust = files("src", "rs")
        .into_iter()
        .filter(|file| !file.is_test());
    let rust = rust.flat_map(|file| file.product_lines().into_iter().map(|(_, line)| line));
    let html = files("templates", "html");
    let html = html
        .iter()
        .flat_map(|page| page.text.lines().map(str::to_owned));
    for line in rust.chain(html) {
        used.extend(quoted.captures_iter(&line).map(|found| found[1].to_owned()));
    }
    used
}

#[test]
fn every_key_is_used() {
    let used = used();
    let breaches: Vec<String> = catalogue(Lang::Ja)
        .into_keys()
        .filter(|key| !used.contains(*key))
        .map(|key| format!("{key} is used nowhere"))
        .collect();
    none_of(&breaches);
}

/// `f.t("…")` and its sisters name keys that exist: a typing error shows the key to a reader.
#[test]
fn every_key_a_page_names_exists() {
    let call =
        regex::Regex::new(r#"\b(?:f|frame|self)\.(?:t|t1|t2)\((?:[a-z_.]+, )?"([a-z0-9_-]+)""#)
            .unwrap();
    let mut breaches = Vec::new();
    let mut seen = 0;
    let sources = files("templates", "html")
        .into_iter()
        .chain(files("src/web", "rs"));
    for file in sources {
        for (number, line) in file.product_lines() {
            for found in call.captures_iter(&line) {
                seen += 1;
                if !i18n::has_text(Lang::Ja, &found[1]) {
                    breaches.push(format!("{}:{number}: {}", file.path, &found[1]));
                }
            }
        }
    }
    assert!(seen > 150, "{seen} calls");
    none_of(&breaches);
}

#[test]
fn both_languages_have_the_same_files() {
    let names = |folder: &str| -> Vec<String> {
        files(folder, "ftl")
            .iter()
            .filter_map(|file| file.path.rsplit('/').next().map(str::to_owned))
            .collect()
    };
    assert_eq!(names("templates/lang/ja"), names("templates/lang/en"));
}

#[test]
fn a_pattern_is_put_together_from_every_value_of_every_part() {
    assert_eq!(
        put_together("a-*-*", &[&["1", "2"], &["x"]]),
        ["a-1-x", "a-2-x"]
    );
}

#[test]
fn the_families_know_every_section_every_row_and_every_defect() {
    let sections: Vec<&str> = Section::ALL
        .iter()
        .map(|section| section.as_str())
        .collect();
    assert_eq!(SECTIONS, sections);
    assert_eq!(ROWS.len(), eligibility::ROWS.len());
    let defects: Vec<String> = DefectCode::ALL
        .iter()
        .map(|defect| defect.as_str().to_lowercase())
        .collect();
    assert_eq!(DEFECTS, defects);
    let rules = tsubame::domain::retention::RULES.map(|rule| rule.what);
    assert_eq!(RULES, rules);
}
