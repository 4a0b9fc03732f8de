//! A font that stays in its file: in memory are the tables that say which glyph draws a character and how wide it is; the outlines (45 MB of
//! `IPAmj` Mincho) are read when a sheet needs one, shared by the sheets that are drawn at that moment, and let go.
//!
//! A file that was exchanged under the running process numbers its glyphs anew. It is refused: better no sheet than another character.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use ttf_parser::{Face, FaceParsingError, RawFace, RawFaceTables, Tag};

use super::FontError;

/// The file begins with this much before its table of tables.
const HEADER: usize = 12;
/// One line of the table of tables.
const RECORD: usize = 16;
/// None of the tables read is larger in any font; a damaged length must not take the memory.
const LARGEST_TABLE: u32 = 16 * 1024 * 1024;

/// The file and what identifies it.
pub(super) struct OnDisk {
    path: PathBuf,
    /// The table of tables, with the length and the check sum of each.
    directory: &'static [u8],
    in_use: Mutex<Weak<Vec<u8>>>,
}

impl OnDisk {
    /// Opens the font, with the tables of its face in memory.
    pub(super) fn open(
        path: &Path,
        name: &'static str,
    ) -> Result<(Self, Face<'static>), FontError> {
        let unreadable = |source| FontError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let damaged = |source| FontError::Damaged { name, source };
        let file = File::open(path).map_err(unreadable)?;
        let directory = directory_of(&file).map_err(unreadable)?.leak();
        let tables = RawFace::parse(directory, 0).map_err(damaged)?;
        let table = |tag: &[u8; 4]| -> Result<Option<&'static [u8]>, FontError> {
            let record = tables
                .table_records
                .into_iter()
                .find(|record| record.tag == Tag::from_bytes(tag));
            let Some(record) = record else {
                return Ok(None);
            };
            if record.length > LARGEST_TABLE {
                return Err(damaged(FaceParsingError::MalformedFont));
            }
            read_at(&file, u64::from(record.offset), record.length)
                .map(|bytes| Some(&*bytes.leak()))
                .map_err(unreadable)
        };
        let face = Face::from_raw_tables(RawFaceTables {
            head: table(b"head")?.unwrap_or_default(),
            hhea: table(b"hhea")?.unwrap_or_default(),
            maxp: table(b"maxp")?.unwrap_or_default(),
            cmap: table(b"cmap")?,
            hmtx: table(b"hmtx")?,
            os2: table(b"OS/2")?,
            ..RawFaceTables::default()
        })
        .map_err(damaged)?;
        let font = Self {
            path: path.to_owned(),
            directory,
            in_use: Mutex::default(),
        };
        Ok((font, face))
    }

    /// The whole file: the copy somebody is using, or a new one.
    pub(super) fn read(&self) -> io::Result<Arc<Vec<u8>>> {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = in_use.upgrade() {
            return Ok(bytes);
        }
        let bytes = Arc::new(std::fs::read(&self.path)?);
        if !bytes.starts_with(self.directory) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the font's file was exchanged; a restart reads the new one",
            ));
        }
        *in_use = Arc::downgrade(&bytes);
        Ok(bytes)
    }
}

fn directory_of(file: &File) -> io::Result<Vec<u8>> {
    let mut header = [0; HEADER];
    file.read_exact_at(&mut header, 0)?;
    let [_, _, _, _, high, low, ..] = header;
    let tables = usize::from(u16::from_be_bytes([high, low]));
    let mut directory = vec![0; HEADER + RECORD * tables];
    file.read_exact_at(&mut directory, 0)?;
    Ok(directory)
}

fn read_at(file: &File, offset: u64, length: u32) -> io::Result<Vec<u8>> {
    let length = usize::try_from(length).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes)
}
