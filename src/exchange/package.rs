//! Packages: a tar archive with `manifest.json`, `manifest.sig` and the files of rows, in this order.
//!
//! A package is proven before a row of it is believed: readable, of a version we know, signed by a key we know, every byte as the manifest says. The proof
//! reads the file once in pieces; it is never in memory as a whole.

use std::fs::File;
use std::io::{BufReader, Read, Seek, Write};

use super::card::RowFormat;
use super::manifest::{FileDigest, FileEntry, Manifest, PackageKind};
use super::result::{ResultRecord, Unreadable, records};
use crate::security::signing::{PublicKey, Signer};

/// The member that says what a package is.
pub const MANIFEST: &str = "manifest.json";
/// The member with its signature.
pub const SIGNATURE: &str = "manifest.sig";
const LONGEST_MANIFEST: u64 = 64 * 1024;
const LONGEST_SIGNATURE: u64 = 1024;
/// A package of results is not larger.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// And has not more rows.
pub const MOST_ROWS: i32 = 200_000;

/// Why a package is refused as a whole: nothing of it was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileRefusal {
    /// No tar archive, or not in the order of the format.
    #[error(
        "the file is no package: a tar archive with manifest.json, manifest.sig and the file of rows, in this order"
    )]
    Package,
    /// The manifest cannot be read.
    #[error("manifest.json cannot be read")]
    Manifest,
    /// A version of the format this program does not know.
    #[error("the package is of a newer version of the format than this program reads")]
    NewerSchema,
    /// Something else than results.
    #[error("the package holds no results")]
    Kind,
    /// Nobody we know has this key.
    #[error("no key with the manifest's key_id is registered")]
    UnknownKey,
    /// The signature is not of this manifest by that key.
    #[error("the signature does not belong to the manifest")]
    Signature,
    /// The file of rows ends early.
    #[error("the file of rows is shorter than the manifest says: it was cut off")]
    Truncated,
    /// The file of rows is another one.
    #[error("the file of rows is not the one the manifest names: its SHA-256 differs")]
    Hash,
    /// Rows are missing, or there are too many.
    #[error("the file has another number of rows than the manifest says")]
    RowCount,
    /// More than [`MOST_ROWS`] rows or [`MOST_BYTES`] bytes.
    #[error("the package is too large: at most 200,000 rows and 64 MiB")]
    TooLarge,
}

impl FileRefusal {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Package,
        Self::Manifest,
        Self::NewerSchema,
        Self::Kind,
        Self::UnknownKey,
        Self::Signature,
        Self::Truncated,
        Self::Hash,
        Self::RowCount,
        Self::TooLarge,
    ];

    /// The word for programs and for the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Manifest => "manifest",
            Self::NewerSchema => "newer_schema",
            Self::Kind => "kind",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
            Self::Truncated => "truncated",
            Self::Hash => "hash",
            Self::RowCount => "row_count",
            Self::TooLarge => "too_large",
        }
    }
}

/// A file to be read from its beginning, more than once.
#[derive(Debug)]
pub struct Package {
    file: File,
}

/// What was proven about a package of results.
#[derive(Debug, Clone)]
pub struct Proven {
    /// The manifest.
    pub manifest: Manifest,
    /// Its exact bytes: what the package is known by.
    pub manifest_bytes: Vec<u8>,
    format: RowFormat,
}

impl Package {
    /// A package in a file.
    pub fn new(file: File) -> Self {
        Self { file }
    }

    /// The manifest and its signature, nothing proven yet.
    pub fn manifest(&mut self) -> Result<(Vec<u8>, String), FileRefusal> {
        self.open(|_, manifest, signature| Ok((manifest, signature)))
    }

    /// Proves the package with the key its manifest names.
    pub fn prove(&mut self, key: PublicKey) -> Result<Proven, FileRefusal> {
        self.open(|rest, manifest_bytes, signature| {
            let manifest = Manifest::parse(&manifest_bytes)?;
            key.verify(&manifest_bytes, &signature)
                .map_err(|_not_theirs| FileRefusal::Signature)?;
            let (entry, format) = entry_of_rows(&manifest)?;
            let mut rows = next_entry(rest)?;
            let digest = digest_rows(&mut rows, &entry.name, manifest.rows, format)?;
            compare(entry, &digest)?;
            Ok(Proven {
                manifest,
                manifest_bytes,
                format,
            })
        })
    }

    /// Hands each row of a proven package to `take`, in order.
    pub fn each_row<E>(
        &mut self,
        proven: &Proven,
        mut take: impl FnMut(Result<ResultRecord, Unreadable>) -> Result<(), E>,
    ) -> Result<Result<(), E>, FileRefusal> {
        self.open(|rest, _, _| {
            let rows = next_entry(rest)?;
            for record in records(rows, proven.format) {
                if let Err(stop) = take(record.map_err(|_cut| FileRefusal::Truncated)?) {
                    return Ok(Err(stop));
                }
            }
            Ok(Ok(()))
        })
    }

    fn open<T>(
        &mut self,
        read: impl FnOnce(
            &mut tar::Entries<'_, BufReader<&File>>,
            Vec<u8>,
            String,
        ) -> Result<T, FileRefusal>,
    ) -> Result<T, FileRefusal> {
        self.file
            .rewind()
            .map_err(|_unreadable| FileRefusal::Package)?;
        let mut archive = tar::Archive::new(BufReader::new(&self.file));
        let mut entries = archive
            .entries()
            .map_err(|_unreadable| FileRefusal::Package)?;
        let manifest = small_member(&mut entries, MANIFEST, LONGEST_MANIFEST)?;
        let signature = small_member(&mut entries, SIGNATURE, LONGEST_SIGNATURE)?;
        let signature = String::from_utf8(signature).map_err(|_binary| FileRefusal::Signature)?;
        read(&mut entries, manifest, signature)
    }
}

fn next_entry<'a, R: Read>(
    entries: &mut tar::Entries<'a, R>,
) -> Result<tar::Entry<'a, R>, FileRefusal> {
    entries
        .next()
        .and_then(Result::ok)
        .ok_or(FileRefusal::Package)
}

fn small_member<R: Read>(
    entries: &mut tar::Entries<'_, R>,
    name: &str,
    longest: u64,
) -> Result<Vec<u8>, FileRefusal> {
    let mut entry = next_entry(entries)?;
    let is_it = entry.path().is_ok_and(|path| path.as_os_str() == name);
    if !is_it || entry.size() > longest {
        return Err(FileRefusal::Package);
    }
    let mut bytes = Vec::new();
    let read = entry.read_to_end(&mut bytes);
    match read {
        Ok(length) if u64::try_from(length) == Ok(entry.size()) => Ok(bytes),
        _ => Err(FileRefusal::Package),
    }
}

/// The one file of rows that a manifest of results names.
fn entry_of_rows(manifest: &Manifest) -> Result<(&FileEntry, RowFormat), FileRefusal> {
    if manifest.kind != PackageKind::Results {
        return Err(FileRefusal::Kind);
    }
    let [entry] = manifest.files.as_slice() else {
        return Err(FileRefusal::Manifest);
    };
    let format = match entry.name.as_str() {
        "results.csv" => RowFormat::Csv,
        "results.jsonl" => RowFormat::JsonLines,
        _ => return Err(FileRefusal::Manifest),
    };
    let is_possible = (0..=MOST_ROWS).contains(&manifest.rows) && entry.bytes <= MOST_BYTES;
    if is_possible {
        Ok((entry, format))
    } else {
        Err(FileRefusal::TooLarge)
    }
}

fn digest_rows<R: Read>(
    rows: &mut tar::Entry<'_, R>,
    name: &str,
    expected: i32,
    format: RowFormat,
) -> Result<FileEntry, FileRefusal> {
    if rows.path().is_ok_and(|path| path.as_os_str() != name) {
        return Err(FileRefusal::Package);
    }
    if rows.size() > MOST_BYTES {
        return Err(FileRefusal::TooLarge);
    }
    let size = rows.size();
    let mut hashed = Hashed {
        source: rows,
        digest: FileDigest::default(),
    };
    let mut count = 0;
    for record in records(&mut hashed, format) {
        record.map_err(|_cut| FileRefusal::Truncated)?.ok();
        count += 1;
    }
    let entry = hashed.digest.entry(name);
    if count == expected {
        Ok(entry)
    } else {
        // What is cut off has fewer rows as well; which of the two it is, the length says.
        Err(if size > entry.bytes {
            FileRefusal::Truncated
        } else {
            FileRefusal::RowCount
        })
    }
}

fn compare(said: &FileEntry, found: &FileEntry) -> Result<(), FileRefusal> {
    if found.bytes < said.bytes {
        Err(FileRefusal::Truncated)
    } else if found == said {
        Ok(())
    } else {
        Err(FileRefusal::Hash)
    }
}

/// Hashes what passes through.
struct Hashed<R> {
    source: R,
    digest: FileDigest,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.digest.add(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}

/// Writes a signed package: manifest, signature, then `files` in the order of the manifest.
pub fn write_package<'a, W: Write>(
    out: W,
    manifest: &'a [u8],
    signature: &'a str,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    issued_at: jiff::Timestamp,
) -> std::io::Result<tar::Builder<W>> {
    let mut archive = tar::Builder::new(out);
    let members = [(MANIFEST, manifest), (SIGNATURE, signature.as_bytes())];
    for (name, content) in members.into_iter().chain(files) {
        append(&mut archive, name, content, issued_at)?;
    }
    Ok(archive)
}

/// Adds a file to a package.
pub fn append<W: Write>(
    archive: &mut tar::Builder<W>,
    name: &str,
    content: &[u8],
    at: jiff::Timestamp,
) -> std::io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(u64::try_from(content.len()).unwrap_or(u64::MAX));
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(at.as_second()).unwrap_or_default());
    archive.append_data(&mut header, name, content)
}

/// The package of `rows`, signed: what the other side sends, and its simulator.
pub fn results_package(
    name: &str,
    rows: &[ResultRecord],
    format: RowFormat,
    signer: &Signer,
    issued_at: jiff::Timestamp,
) -> Result<Vec<u8>, super::card::RowError> {
    let file = match format {
        RowFormat::Csv => "results.csv",
        RowFormat::JsonLines => "results.jsonl",
    };
    let content = super::card::rows_as(rows, format, true)?;
    let manifest = Manifest {
        format: super::manifest::FORMAT.to_owned(),
        schema: super::manifest::SCHEMA,
        kind: PackageKind::Results,
        name: name.to_owned(),
        issued_at,
        rows: i32::try_from(rows.len()).unwrap_or(i32::MAX),
        photos: None,
        files: vec![FileEntry::of(file, &content)],
        key_id: signer.key_id().to_owned(),
    };
    let manifest = manifest.to_bytes()?;
    let signature = signer.sign(&manifest);
    let files = [(file, content.as_slice())];
    let archive = write_package(Vec::new(), &manifest, &signature, files, issued_at)?;
    Ok(archive.into_inner()?)
}
