//! `tsubame demo`: the whole service on one machine, with invented people and a mailbox of its own. Needs nothing installed.
//!
//! A fresh folder holds its database, its keys and its mail, and goes away at the end; with `--data` it stays, and a second start goes on with it.
//! `DATABASE_URL` and `TSUBAME_LISTEN` are honoured. What was made is printed and written to `demo.json`, for people and for tests.

mod filing;
mod issuer;
mod moves;
mod onward;
mod people;
mod staff;
mod travel;
mod ways;

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use crate::commands::{Service, say, start_log};
use crate::config::{ConfigError, Settings, Source};
use crate::documents::photo::sample;
use crate::security::keys::KeyRing;

const DEFAULT_ADDRESS: &str = "127.0.0.1:8080";

/// What `demo.json` says.
#[derive(Debug, Serialize)]
struct Description {
    base_url: String,
    /// Where every mail the demo sent can be read.
    smtp_captured: String,
    /// Staff accounts, by role.
    accounts: Vec<staff::Account>,
    cases: Vec<DemoCase>,
}

/// An invented person's case.
#[derive(Debug, Clone, Serialize)]
pub struct DemoCase {
    #[serde(rename = "ref")]
    reference: String,
    status: String,
    email: String,
}

/// Runs the demo until SIGTERM or Ctrl-C.
pub fn run(data: Option<PathBuf>) -> anyhow::Result<()> {
    let temporary = match &data {
        Some(_) => None,
        None => Some(
            tempfile::Builder::new()
                .prefix("tsubame-demo-")
                .tempdir()
                .context("no temporary folder can be made")?,
        ),
    };
    let folder = data
        .or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned()))
        .context("no folder for the demo")?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let settings = settings_in(&folder)?;
    start_log(&settings)?;
    let service = Service::open(settings)?;
    // Also where the operator of a cluster would migrate by hand: a demo is one command.
    service
        .store
        .migrate()
        .context("the database cannot be brought up to date")?;
    // The offices' people first: cases are moved by them.
    let accounts = staff::settle(&service, &folder)?;
    let cases = filing::settle(&service)?;
    issuer::settle(&service, &folder)?;
    let portrait = sample::Portrait::of_person(1).draw();
    portrait
        .save(folder.join("portrait.jpg"))
        .context("the invented portrait cannot be written")?;
    let description = Description {
        base_url: service.settings.base_url.as_str().to_owned(),
        smtp_captured: format!("{}/dev/mail.json", service.settings.base_url.as_str()),
        accounts,
        cases,
    };
    std::fs::write(
        folder.join("demo.json"),
        serde_json::to_vec_pretty(&description)?,
    )
    .context("demo.json cannot be written")?;
    announce(&description, &folder);
    service.serve()
}

fn settings_in(folder: &Path) -> anyhow::Result<Settings> {
    let source = Source::from_environment()?;
    let address = source
        .get("TSUBAME_LISTEN")
        .unwrap_or(DEFAULT_ADDRESS)
        .to_owned();
    let source = source
        .or("TSUBAME_BASE_URL", format!("http://{address}"))
        .or(
            "DATABASE_URL",
            format!("sqlite:{}", folder.join("tsubame.db").display()),
        )
        .or("TSUBAME_KEYS", keys_in(folder)?)
        .or(
            "TSUBAME_MAIL",
            format!("mailbox:{}", folder.join("mail").display()),
        )
        .or("TSUBAME_MAIL_FROM", "no-reply@card.example.jp")
        .or("TSUBAME_LOG", "warn");
    let settings = Settings::check(&source)?;
    match settings.mail {
        crate::config::MailRoute::Mailbox(_) => Ok(settings),
        _ => Err(ConfigError::invalid(
            "TSUBAME_MAIL",
            "the demo has a mailbox of its own; leave it unset",
        )
        .into()),
    }
}

/// The demo's keys, made once for each folder: what was sealed before can still be opened.
fn keys_in(folder: &Path) -> anyhow::Result<String> {
    let path = folder.join("keys");
    if let Ok(keys) = std::fs::read_to_string(&path) {
        return Ok(keys);
    }
    let keys = KeyRing::generate()?.to_text().to_string();
    std::fs::write(&path, &keys).context("the demo's keys cannot be written")?;
    Ok(keys)
}

fn announce(description: &Description, folder: &Path) {
    say("Tsubame – demonstration. Everybody in it is invented; nothing leaves this machine.");
    say(format_args!(
        "  Start:    {}/    (English: {0}/en/)",
        description.base_url
    ));
    say(format_args!(
        "  Mailbox:  {}/dev/mail",
        description.base_url
    ));
    say(format_args!(
        "  Folder:   {} (demo.json, portrait.jpg to upload)",
        folder.display()
    ));
    for case in &description.cases {
        say(format_args!(
            "  Case:     {}  {}  {}",
            case.reference, case.status, case.email
        ));
    }
    say(format_args!("  Staff:    {}/staff", description.base_url));
    for account in &description.accounts {
        say(format_args!(
            "    {:<20} {:<18} {:<15} {}  TOTP {}",
            account.user, account.role, account.office, account.password, account.totp_secret
        ));
    }
    say(format_args!(
        "  Issuer:   {}",
        issuer::command(&description.base_url, folder)
    ));
    say("Stop with Ctrl-C.");
}
