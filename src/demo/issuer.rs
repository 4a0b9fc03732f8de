//! The demo's card issuer: its keys in the demo's folder, so that the simulator can be started beside it. It does not run by itself: the cases that wait for
//! a card are there to be looked at.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;

use crate::clock::{Clock, SystemClock};
use crate::commands::Service;
use crate::exchange::introduction;

/// The name of both keys.
const NAME: &str = "demo-issuer";

/// Makes and registers the keys, once for each folder.
pub(super) fn settle(service: &Service, folder: &Path) -> anyhow::Result<()> {
    let (key, seed) = (folder.join("issuer.key"), folder.join("issuer.seed"));
    if key.exists() && seed.exists() {
        return Ok(());
    }
    let made = service
        .store
        .write(|db| introduction::introduce(db, NAME, "demo", SystemClock.now()))
        .context("the demo's issuer cannot be registered")?;
    for (path, secret) in [(key, made.api_key), (seed, made.seed)] {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)?;
        file.write_all(secret.as_bytes())?;
    }
    Ok(())
}

/// The command that plays the issuer once.
pub(super) fn command(base_url: &str, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "tsubame simulate issuer --base-url {base_url} --key {folder}/issuer.key --signing-key {folder}/issuer.seed --name {NAME} --once"
    )
}
