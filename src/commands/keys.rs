//! Keys from the command line: a new ring, a new key in front of the present ones, what each is needed for, and the rotation.
//!
//! To change the key: `tsubame keys add` prints the ring with a new key in front; put it into `TSUBAME_KEYS` of every process and start them again; then
//! `tsubame keys rotate`. `tsubame keys list` and `tsubame check` say when the old key can go.

use anyhow::Context;
use clap::Subcommand;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::{database_url, key_ring, say, settings_from_environment};
use crate::config::{ConfigError, Settings, Source};
use crate::jobs::resealing;
use crate::security::keys::{KeyRing, KeyRingError};
use crate::storage::sealed_values::{self, KeyUse};
use crate::storage::{Store, StoreError};

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Print the ring of `TSUBAME_KEYS` with a new key in front of it
    Add,
    /// Say what each key is needed for
    List,
    /// Seal anew, with the current key, what older keys sealed; can be stopped and begun again
    Rotate,
}

/// Does it; without a command a new ring is printed.
pub(super) fn run(what: Option<&KeysCommand>) -> anyhow::Result<()> {
    match what {
        None => {
            say(KeyRing::generate()?.to_text().as_str());
            Ok(())
        }
        Some(KeysCommand::Add) => add(),
        Some(KeysCommand::List) => list(&settings_from_environment()?),
        Some(KeysCommand::Rotate) => rotate(&settings_from_environment()?),
    }
}

fn add() -> anyhow::Result<()> {
    let source = Source::from_environment()?;
    let text = source.get("TSUBAME_KEYS").ok_or_else(|| {
        ConfigError::invalid(
            "TSUBAME_KEYS",
            "set the present ring, or make one with tsubame keys",
        )
    })?;
    let ring: KeyRing = text
        .parse()
        .map_err(|error: KeyRingError| ConfigError::invalid("TSUBAME_KEYS", error.to_string()))?;
    say(with_new_key(&ring)?.as_str());
    Ok(())
}

/// The ring with a new key in front, under the first number that is free.
fn with_new_key(ring: &KeyRing) -> anyhow::Result<Zeroizing<String>> {
    let fresh = KeyRing::generate()?.to_text();
    let (_, secret) = fresh.split_once(':').context("a key without an id")?;
    let number = (1..=999)
        .map(|number| format!("k{number}"))
        .find(|id| ring.find(id).is_none())
        .context("there is no free number for a key")?;
    Ok(Zeroizing::new(format!(
        "{number}:{secret},{}",
        ring.to_text().as_str()
    )))
}

fn uses_of(settings: &Settings) -> anyhow::Result<(KeyRing, Vec<(String, KeyUse)>)> {
    let ring: KeyRing = settings.keys.expose_secret().parse()?;
    let uses = Store::open(&database_url(settings)?)
        .read(|db| -> Result<_, StoreError> { sealed_values::count_by_key(db) })?;
    Ok((ring, uses.into_iter().collect()))
}

fn list(settings: &Settings) -> anyhow::Result<()> {
    let (ring, uses) = uses_of(settings)?;
    for key in ring.iter() {
        let needs = uses.iter().find(|(id, _)| id == key.id());
        let needs = needs.map(|(_, needs)| *needs).unwrap_or_default();
        let state = if key.id() == ring.current().id() {
            "current"
        } else if needs.is_unused() {
            "can go"
        } else {
            "needed"
        };
        say(format_args!("{}\t{state}\t{}", key.id(), described(needs)));
    }
    for (id, needs) in uses.iter().filter(|(id, _)| ring.find(id).is_none()) {
        say(format_args!("{id}\tMISSING\t{}", described(*needs)));
    }
    Ok(())
}

fn described(needs: KeyUse) -> String {
    format!(
        "photos={} second_factors={} kept_posts={} audit_seals={}",
        needs.photos, needs.second_factors, needs.kept_posts, needs.audit_seals
    )
}

fn rotate(settings: &Settings) -> anyhow::Result<()> {
    let ring = key_ring(settings)?;
    let store = Store::open(&database_url(settings)?);
    let older = store.read(|db| resealing::older_keys(db, &ring))?;
    let all: i64 = older.values().map(KeyUse::to_reseal).sum();
    let mut done = 0;
    loop {
        let count = resealing::reseal_batch(&store, &ring)?;
        if count == 0 {
            break;
        }
        done += count;
        say(format_args!("{done} of {all} values are sealed anew"));
    }
    say(format_args!(
        "everything is sealed with the key {}",
        ring.current().id()
    ));
    Ok(())
}

/// What `tsubame check` says about keys: an error when one is missing, a line for each older one.
pub(super) fn check(settings: &Settings) -> anyhow::Result<()> {
    let (ring, uses) = uses_of(settings)?;
    for (id, needs) in &uses {
        anyhow::ensure!(
            ring.find(id).is_some(),
            "TSUBAME_KEYS lacks the key {id}, which is needed ({})",
            described(*needs)
        );
    }
    for key in ring.iter().skip(1) {
        let needs = uses.iter().find(|(id, _)| id == key.id());
        match needs.map(|(_, needs)| *needs) {
            None => say(format_args!(
                "the key {} can go: nothing needs it",
                key.id()
            )),
            Some(needs) if needs.to_reseal() > 0 => say(format_args!(
                "the key {} is still needed ({}): run tsubame keys rotate",
                key.id(),
                described(needs)
            )),
            Some(needs) => say(format_args!(
                "the key {} is still needed ({})",
                key.id(),
                described(needs)
            )),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_stands_in_front_under_a_number_of_its_own() {
        let ring = KeyRing::generate().unwrap();
        let longer: KeyRing = with_new_key(&ring).unwrap().parse().unwrap();
        let ids: Vec<&str> = longer.iter().map(crate::security::keys::Key::id).collect();
        assert_eq!(ids, ["k2", "k1"]);
        let longest: KeyRing = with_new_key(&longer).unwrap().parse().unwrap();
        assert_eq!(longest.current().id(), "k3");
        assert!(longest.to_text().ends_with(longer.to_text().as_str()));
    }
}
