//! The manifest of a package: what it is, how many rows, the hash of each file, and whose signature stands beside it.
//!
//! The signature is over the exact bytes of `manifest.json`; nobody has to agree on how JSON is written.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::card::RowFormat;
use super::package::FileRefusal;

/// The word by which a manifest of ours is known.
pub const FORMAT: &str = "tsubame-exchange";
/// The version of the format this program writes, and the newest it reads.
pub const SCHEMA: u32 = 1;
/// The files of rows of a batch: the same cards twice.
pub const FILES_OF_A_BATCH: [(&str, RowFormat); 2] = [
    ("cards.csv", RowFormat::Csv),
    ("cards.jsonl", RowFormat::JsonLines),
];

/// What a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageKind {
    /// Cards to be made.
    Batch,
    /// What became of them.
    Results,
}

/// One file of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name in the package.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: String,
}

impl FileEntry {
    /// The entry of a file with this content.
    pub fn of(name: &str, content: &[u8]) -> Self {
        let mut digest = FileDigest::default();
        digest.add(content);
        digest.entry(name)
    }
}

/// A manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`SCHEMA`].
    pub schema: u32,
    /// What the package is.
    pub kind: PackageKind,
    /// The batch's number, or what the sender calls its results.
    pub name: String,
    /// When it was written.
    pub issued_at: Timestamp,
    /// How many rows each file of rows has.
    pub rows: i32,
    /// How many photos go with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos: Option<i32>,
    /// The files of rows; photos have their hashes in the rows.
    pub files: Vec<FileEntry>,
    /// The name of the key that signs.
    pub key_id: String,
}

/// What of a manifest every version has.
#[derive(Debug, Deserialize)]
struct Head {
    format: String,
    schema: u32,
}

impl Manifest {
    /// Reads a manifest; one of a newer version is told apart from one that cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<Self, FileRefusal> {
        let head: Head =
            serde_json::from_slice(bytes).map_err(|_unreadable| FileRefusal::Manifest)?;
        if head.format != FORMAT {
            return Err(FileRefusal::Manifest);
        }
        if head.schema > SCHEMA {
            return Err(FileRefusal::NewerSchema);
        }
        serde_json::from_slice(bytes).map_err(|_unreadable| FileRefusal::Manifest)
    }

    /// The bytes that are signed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Counts and hashes a file piece by piece.
#[derive(Clone, Default)]
pub struct FileDigest {
    sha256: Sha256,
    bytes: u64,
}

impl std::fmt::Debug for FileDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileDigest({} bytes)", self.bytes)
    }
}

impl FileDigest {
    /// Adds a piece.
    pub fn add(&mut self, piece: &[u8]) {
        self.sha256.update(piece);
        self.bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
    }

    /// The entry of the file so far.
    pub fn entry(self, name: &str) -> FileEntry {
        FileEntry {
            name: name.to_owned(),
            bytes: self.bytes,
            sha256: HEXLOWER.encode(&self.sha256.finalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            format: FORMAT.to_owned(),
            schema: SCHEMA,
            kind: PackageKind::Results,
            name: "R-1".to_owned(),
            issued_at: "2026-11-24T00:00:00Z".parse().unwrap(),
            rows: 1,
            photos: None,
            files: vec![FileEntry::of("results.csv", b"abc")],
            key_id: "sim".to_owned(),
        }
    }

    #[test]
    fn a_manifest_reads_back() {
        let bytes = manifest().to_bytes().unwrap();
        assert_eq!(Manifest::parse(&bytes), Ok(manifest()));
        assert_eq!(
            manifest().files[0].sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_newer_version_is_told_apart_from_what_cannot_be_read() {
        let text = String::from_utf8(manifest().to_bytes().unwrap()).unwrap();
        for (from, to, expected) in [
            (
                "\"schema\": 1",
                "\"schema\": 2, \"new\": {}",
                FileRefusal::NewerSchema,
            ),
            (FORMAT, "another", FileRefusal::Manifest),
            ("\"results\"", "\"letters\"", FileRefusal::Manifest),
            ("\"rows\": 1", "\"rows\": \"one\"", FileRefusal::Manifest),
            ("{", "", FileRefusal::Manifest),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            assert_eq!(Manifest::parse(changed.as_bytes()), Err(expected), "{to}");
        }
    }
}
