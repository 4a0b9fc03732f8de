//! Tsubame (燕, the swallow: it leaves, and it always comes back): the portal through which Japanese people abroad apply for the My Number Card, follow
//! the application and collect the card.
//!
//! This page is the architecture. What a module owns and refuses stands at its top; why it is built so stands there too, where the decision governs.
//!
//! # Who may import whom
//!
//! ```text
//!                              main ── commands, demo, seed    the ends: they may name everything
//!                                        │
//!                     ┌──────────────────┴─────────────┐
//!                     ▼                                ▼
//!                    web                             jobs       neither names the other: they meet in the database
//!                     │                                │
//!          ┌──────────┴───────────┬────────────────────┘
//!          ▼                      ▼
//!       notices ───────────► documents                          words for people, bytes for people
//!          │                      │
//!          ▼                      ▼
//!       storage               security                          the database; the secrets
//!          │                      │
//!          ▼                      ▼
//!       domain ◄─► reference   config, clock, i18n, metrics     rules and the tables they read; leaves
//! ```
//!
//! `tests/architecture` reads the sources and fails on a breach of the table, on diesel outside [`storage`], on actix outside [`web`], on a lock, a clock
//! or a file in [`domain`], and on a template that writes a word of its own.
//!
//! # The modules
//!
//! | Module | Owns |
//! |---|---|
//! | [`domain`] | the rules: pure, synchronous; a value that exists is valid |
//! | [`reference`](mod@reference) | the tables the rules read: municipalities, missions, countries, holidays, eras, characters; each with source and version |
//! | [`storage`] | SQLite and PostgreSQL through one set of queries; the only place that knows diesel |
//! | [`security`] | keys and what is derived from them: sealing, tokens, codes, form tokens |
//! | [`documents`] | the photo, the print set, the photo sheet, and the proof that a sheet can be read |
//! | [`notices`] | a fact and a language become a mail; the mailer carries it |
//! | [`exchange`] | what leaves for the card issuer and what comes back: batches, results, their formats, the issuer's simulator |
//! | [`jobs`] | work that outlives a request: mail, reminders, expiry, retention |
//! | [`web`] | HTTP: one folder for each audience and the frame they share |
//! | [`i18n`] | Japanese and English: the catalogue of words, dates as each language writes them |
//! | [`config`] | settings, checked once at the start |
//! | [`clock`] | the time, as a parameter |
//! | [`metrics`] | counters of this process, for Prometheus |
//! | [`commands`], [`demo`], [`seed`] | what the program can be told to do; the demonstration; a database full of invented cases to measure on |
//!
//! `src/web/<audience>`, `templates/<audience>` and `tests/web/<audience>*.rs` carry the same names.
//!
//! # Life of a request
//!
//! 1. [`web::server`] accepts it within limits of time and size ([`web::limits`]), and puts an error page around whatever fails ([`web::errors`]).
//! 2. [`web::routes`] is the only place a path is bound. The same pages stand under `/` (Japanese) and `/en/`.
//! 3. A handler takes its [`web::frame::Frame`]: language, session, form token. A posted form comes in through [`web::form::ProtectedForm`], which
//!    refuses other sites and keeps what was typed on an old page.
//! 4. It loads with [`web::app::App::read`], off the asynchronous threads, in one consistent transaction.
//! 5. It asks [`domain`], which answers with a typed value, or with problems and advice, each with a kind and its facts.
//! 6. It writes once with [`web::app::App::write`]: compare-and-set on a version or a status. A second copy of a creating form is answered like the first
//!    ([`storage::idempotency`]); a change that came too late is a page that says so.
//! 7. It answers: a page (200), the form again with what is wrong (422), or on to the next page (303).
//!
//! # An application, from the check to the printed form
//!
//! 1. `web/applicant/check` asks [`domain::eligibility`], a table of eighteen rows. The result's address carries the row's number; the answers are
//!    stored nowhere.
//! 2. `web/applicant/sign_in` sends a code to an e-mail address and makes the application when the code comes back ([`storage::challenges`],
//!    [`storage::mailboxes`], [`storage::sessions`]). There is no password: people apply once in ten years.
//! 3. Each section is posted to `web/applicant/sections`. [`domain::application`] reads it in the light of the others; [`storage::sections`] keeps what
//!    was typed, finished or not, under a version, so that a second window is told instead of overwriting.
//! 4. `web/applicant/review` shows every answer as it was understood, and names each character that no font here can print.
//! 5. "Make the form" freezes a revision ([`domain::application::frozen`]), draws the print set on A4 and Letter ([`documents::print_set`]) and reads
//!    the QR symbol of each sheet back from pixels ([`documents::proof`]). Only then one transaction writes revision, status, history, audit and mail.
//!    A sheet that cannot be read is an alarm and no form.
//! 6. The PDF is drawn from the frozen revision whenever it is asked for. It has twelve empty boxes for the My Number; the number is written by hand or
//!    in the reader's own PDF viewer, and never reaches this program.
//!
//! # A mail, from the event to the inbox
//!
//! 1. The code that changes something calls [`notices::post`] inside the same transaction. The words come from `templates/mail`, in the language the
//!    applicant chose. The finished mail is built once, so that what cannot be a mail is refused before anything is written.
//! 2. The row of the [`storage::outbox`] and a job are committed with the fact they announce, or not at all.
//! 3. A worker ([`jobs`]) claims the job under a lease and gives the mail to the [`notices::mailer`]. Failure is tried again with growing pauses; what the
//!    server refuses for good is given up and stays visible. The Message-ID is in the row: a second copy is recognisable as one.
//! 4. A mail that carried a code is blanked when it has been sent.
//!
//! # A photo, from the phone to the sheet
//!
//! 1. `web/applicant/photo` takes at most 8 MB. [`documents::photo`] decides by content what it is, decodes it in bounded memory, two at a time, turns it
//!    upright and encodes it again: place, camera and everything else that was not a pixel is gone.
//! 2. The face is found and measured; findings are advice (pass, attention, unusable). Whether a face will do, people decide.
//! 3. The picture is sealed with the row's id as associated data ([`security::sealing`]) and stored ([`storage::photos`]).
//! 4. Crop and turn are saved as numbers, moved by buttons or by dragging; the stored picture stays as it is.
//! 5. When the form is made, the revision names the photo. [`documents::photo_sheet`] renders the crop at 35 × 45 mm.

pub mod clock;
pub mod commands;
pub mod config;
pub mod demo;
pub mod documents;
pub mod domain;
pub mod exchange;
pub mod i18n;
pub mod jobs;
pub mod metrics;
pub mod notices;
pub mod reference;
pub mod security;
pub mod seed;
pub mod storage;
pub mod web;
