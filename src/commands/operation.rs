//! Commands of the operation: backups and their tests, which are written down for the health page, and the verification of the audit.

use std::path::Path;

use anyhow::Context;

use super::{Done, database_url, key_ring, say};
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::security::audit_seal;
use crate::security::keys::KeyRing;
use crate::storage::audit_seals::{self, AuditSeal};
use crate::storage::audit_verification::{self, Report};
use crate::storage::operation_records::{self, OperationKind};
use crate::storage::{DatabaseUrl, Db, Store, StoreError, backup};

/// Makes a backup, and writes down that it was made.
pub(super) fn make_backup(settings: &Settings, to: &Path) -> anyhow::Result<()> {
    let url = database_url(settings)?;
    backup::backup(&url, to)?;
    note(&url, OperationKind::Backup)
}

/// Restores a backup beside the database, looks at the copy, and writes down that the restore was tested.
pub(super) fn test_restore(settings: &Settings, from: &Path) -> anyhow::Result<()> {
    let url = database_url(settings)?;
    let folder = tempfile::tempdir().context("there is no room for the copy")?;
    let copy = DatabaseUrl::file(&folder.path().join("restored.db"));
    backup::restore(from, &copy, false, SystemClock.now())?;
    let report = Store::open(&copy).read(|db| verify(db, &key_ring_of(settings)?))?;
    tell(&report.0)?;
    note(&url, OperationKind::RestoreTest)?;
    say("the backup can be restored, and its audit is whole");
    Ok(())
}

/// Writes down what another tool did.
pub(super) fn record(settings: &Settings, what: Done) -> anyhow::Result<()> {
    let kind = match what {
        Done::Backup => OperationKind::Backup,
        Done::RestoreTest => OperationKind::RestoreTest,
    };
    note(&database_url(settings)?, kind)
}

fn note(url: &DatabaseUrl, kind: OperationKind) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let written: Result<(), StoreError> =
        Store::open(url).write(|db| operation_records::record(db, kind, "", now));
    written.context("it was done, but could not be written down")
}

/// Why an audit could not be verified.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
}

fn key_ring_of(settings: &Settings) -> Result<KeyRing, Failure> {
    Ok(key_ring(settings)?)
}

fn verify(db: &mut Db, keys: &KeyRing) -> Result<(Report, i64), Failure> {
    let mut report = audit_verification::verify(db)?;
    let is_authentic = |seal: &AuditSeal| {
        audit_seal::is_authentic(keys, &seal.key_id, &seal.message(), &seal.seal)
    };
    let seals = audit_seals::verify_seals(db, is_authentic, &mut report)?;
    Ok((report, seals))
}

/// Says what does not fit; it is an error if anything does not.
fn tell(report: &Report) -> anyhow::Result<()> {
    for finding in &report.findings {
        say(format_args!(
            "{} entry {}: {}",
            finding.chain, finding.seq, finding.damage
        ));
    }
    anyhow::ensure!(
        report.is_whole(),
        "the audit log was changed: {} findings in {} chains",
        report.damages,
        report.chains
    );
    Ok(())
}

/// Verifies chains and seals, and that a seal written down elsewhere is still there.
pub(super) fn verify_audit(settings: &Settings, expect: Option<&str>) -> anyhow::Result<()> {
    let expected = expect.map(read_expected).transpose()?;
    let keys = key_ring_of(settings)?;
    let (report, seals, found) =
        Store::open(&database_url(settings)?).read(|db| -> Result<_, Failure> {
            let (report, seals) = verify(db, &keys)?;
            let found = match &expected {
                Some((number, _)) => audit_seals::find_seal(db, *number)?,
                None => None,
            };
            Ok((report, seals, found))
        })?;
    tell(&report)?;
    if let Some((number, digest)) = expected {
        anyhow::ensure!(
            found.is_some_and(|seal| seal.digest == digest),
            "the audit log was changed: seal {number} is not the one that was written down"
        );
    }
    say(format_args!(
        "{} chains with {} entries are whole, {seals} seals hold",
        report.chains, report.entries
    ));
    Ok(())
}

fn read_expected(text: &str) -> anyhow::Result<(i64, Vec<u8>)> {
    let form = "a seal is written as NUMBER:DIGEST";
    let (number, digest) = text.split_once(':').context(form)?;
    let digest = data_encoding::HEXLOWER_PERMISSIVE
        .decode(digest.as_bytes())
        .context(form)?;
    Ok((number.parse().context(form)?, digest))
}
