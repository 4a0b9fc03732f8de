//! What kind of file it is, and where it ends: told from its bytes, never from its name or from what the browser says.
//!
//! JPEG and PNG are walked segment by segment, without decoding: a file that is cut off is noticed, what a decode will cost is known before it is
//! paid, and what hangs behind the picture is looked at. Telephones hang harmless things there (a second picture, a film); a document or a
//! program there means that somebody tries something.

/// The kinds of file that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Jpeg,
    Png,
    Heic,
    Avif,
    Gif,
    Webp,
    /// Tiff, bmp, ico, jpeg xl, jpeg 2000, psd: pictures, but none we read.
    OtherPicture,
    Pdf,
    /// HTML, SVG, XML, a script.
    Markup,
    Archive,
    Program,
    Unknown,
}

impl FileKind {
    /// Tells the kind of a file by how it begins.
    pub(super) fn of(bytes: &[u8]) -> Self {
        if let Some(brands) = bytes
            .get(4..32.min(bytes.len()))
            .filter(|rest| rest.starts_with(b"ftyp"))
        {
            return Self::of_brands(brands);
        }
        let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
        let beginnings: [(&[&[u8]], Self); 8] = [
            (&[b"\xFF\xD8\xFF"], Self::Jpeg),
            (&[b"\x89PNG\r\n\x1A\n"], Self::Png),
            (&[b"GIF87a", b"GIF89a"], Self::Gif),
            (
                &[
                    b"II*\0",
                    b"MM\0*",
                    b"BM",
                    b"\0\0\x01\0",
                    b"\xFF\x0A",
                    b"\0\0\0\x0CJXL ",
                    b"\0\0\0\x0CjP  ",
                    b"8BPS",
                ],
                Self::OtherPicture,
            ),
            (&[b"%PDF-"], Self::Pdf),
            (
                &[
                    b"PK\x03\x04",
                    b"PK\x05\x06",
                    b"Rar!",
                    b"7z\xBC\xAF",
                    b"\x1F\x8B",
                ],
                Self::Archive,
            ),
            (
                &[
                    b"MZ",
                    b"\x7FELF",
                    b"\xCA\xFE\xBA\xBE",
                    b"\xCF\xFA\xED\xFE",
                    b"#!",
                ],
                Self::Program,
            ),
            (&[b"\xEF\xBB\xBF<", b"<"], Self::Markup),
        ];
        let found = beginnings
            .iter()
            .find(|(starts, _)| starts.iter().any(|start| bytes.starts_with(start)));
        match found {
            Some((_, kind)) => *kind,
            None if webp => Self::Webp,
            None if bytes.trim_ascii_start().starts_with(b"<") => Self::Markup,
            None => Self::Unknown,
        }
    }

    /// The brands of an ISO media file; telephones name `heic` or a relative first or further on.
    fn of_brands(brands: &[u8]) -> Self {
        let names = |wanted: &[&[u8]]| brands.windows(4).any(|brand| wanted.contains(&brand));
        match () {
            () if names(&[b"avif", b"avis"]) => Self::Avif,
            () if names(&[
                b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1",
            ]) =>
            {
                Self::Heic
            }
            () => Self::Unknown,
        }
    }

    /// Whether this, hanging behind a picture, makes the file two files in one.
    fn is_disguise(self) -> bool {
        matches!(
            self,
            Self::Pdf | Self::Markup | Self::Archive | Self::Program
        )
    }
}

/// A picture file that is whole, and nothing but a picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Container {
    /// Bytes that a decoder needs per pixel at its peak.
    pub(super) bytes_per_pixel: u64,
    /// Width and height as the file says, before it is turned.
    pub(super) size: (u32, u32),
    /// The file without what hangs behind it, and for PNG without the chunks that no pixel depends on, which may unpack to hundreds of megabytes.
    pub(super) bytes: Vec<u8>,
}

/// Walks through a JPEG file; `None` when it is broken, cut off, or a disguise.
pub(super) fn walk_jpeg(bytes: &[u8]) -> Option<Container> {
    let (mut at, mut frame) = (2, None);
    loop {
        let (marker, next) = next_marker(bytes, at)?;
        match marker {
            0xD9 => return finish(bytes, next, frame?),
            0x01 | 0xD0..=0xD7 => at = next,
            _ => {
                let length = usize::from(big_endian_16(bytes, next)?);
                let segment = bytes.get(next..next.checked_add(length)?)?;
                if matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
                    frame = frame.or(read_frame(marker, segment));
                }
                at = next + length;
            }
        }
    }
}

/// The next marker from `at` on, and where it ends. Entropy-coded data are skipped: in them, FF is followed by 00.
fn next_marker(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = bytes.get(at..)?;
    let offset = rest
        .windows(2)
        .position(|pair| matches!(pair, [0xFF, marker] if !matches!(marker, 0x00 | 0xFF)))?;
    Some((*rest.get(offset + 1)?, at + offset + 2))
}

/// Size and cost from a start-of-frame segment. A progressive picture is kept as 16-bit coefficients of three or four components until its end.
fn read_frame(marker: u8, segment: &[u8]) -> Option<((u32, u32), u64)> {
    let (height, width) = (big_endian_16(segment, 3)?, big_endian_16(segment, 5)?);
    let components = u64::from(*segment.get(7)?);
    let coefficients = if matches!(marker, 0xC2 | 0xC6 | 0xCA | 0xCE) {
        2 * components
    } else {
        0
    };
    Some((
        (u32::from(width), u32::from(height)),
        components.max(3) + coefficients,
    ))
}

/// Walks through a PNG file; `None` when it is broken, cut off, or a disguise.
pub(super) fn walk_png(bytes: &[u8]) -> Option<Container> {
    let mut kept = bytes.get(..8)?.to_vec();
    let (mut at, mut frame) = (8, None);
    loop {
        let length = usize::try_from(big_endian_32(bytes, at)?).ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let chunk = bytes.get(at..end)?;
        let kind = chunk.get(4..8)?;
        if kind == b"IHDR" {
            frame = read_header(chunk);
        }
        // A lower-case first letter marks what a decoder may skip. Transparency and the camera's orientation are wanted.
        if kind.first()?.is_ascii_uppercase() || kind == b"tRNS" || kind == b"eXIf" {
            kept.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return finish(bytes, end, frame?).map(|whole| Container {
                bytes: kept,
                ..whole
            });
        }
        at = end;
    }
}

/// Size and cost from the header chunk.
fn read_header(chunk: &[u8]) -> Option<((u32, u32), u64)> {
    let (width, height) = (big_endian_32(chunk, 8)?, big_endian_32(chunk, 12)?);
    let channels = match chunk.get(17)? {
        0 => 1,
        4 => 2,
        // A palette is unpacked to four channels when it has transparency.
        3 | 6 => 4,
        _ => 3,
    };
    let depth = if *chunk.get(16)? == 16 { 2 } else { 1 };
    Some(((width, height), channels * depth))
}

fn finish(
    bytes: &[u8],
    end: usize,
    (size, bytes_per_pixel): ((u32, u32), u64),
) -> Option<Container> {
    let behind = bytes.get(end..)?;
    let padding = behind
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace() || **byte == 0)
        .count();
    if FileKind::of(behind.get(padding..)?).is_disguise() {
        return None;
    }
    Some(Container {
        bytes_per_pixel,
        size,
        bytes: bytes.get(..end)?.to_vec(),
    })
}

fn big_endian_16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..)?
        .first_chunk()
        .copied()
        .map(u16::from_be_bytes)
}

fn big_endian_32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .copied()
        .map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_begins_with() {
        for (bytes, expected) in [
            (b"\xFF\xD8\xFF\xE0".as_slice(), FileKind::Jpeg),
            (b"\x89PNG\r\n\x1A\n", FileKind::Png),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", FileKind::Heic),
            (b"\0\0\0\x1Cftypmif1\0\0\0\0mif1heic", FileKind::Heic),
            (b"\0\0\0\x1Cftypmif1\0\0\0\0mif1avif", FileKind::Avif),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", FileKind::Unknown),
            (b"GIF89a\x01\0", FileKind::Gif),
            (b"RIFF\x10\0\0\0WEBPVP8 ", FileKind::Webp),
            (b"RIFF\x10\0\0\0WAVEfmt ", FileKind::Unknown),
            (b"II*\0\x08\0", FileKind::OtherPicture),
            (b"%PDF-1.7", FileKind::Pdf),
            (b"<!DOCTYPE html>", FileKind::Markup),
            (b"\n\n  <svg xmlns=", FileKind::Markup),
            (b"PK\x03\x04", FileKind::Archive),
            (b"MZ\x90\0", FileKind::Program),
            (b"", FileKind::Unknown),
            (b"photo", FileKind::Unknown),
        ] {
            assert_eq!(FileKind::of(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn broken_files_of_any_kind_are_refused_without_a_panic() {
        for bytes in [
            b"".as_slice(),
            b"\xFF\xD8",
            b"\xFF\xD8\xFF",
            b"\xFF\xD8\xFF\xD9",
            b"\xFF\xD8\xFF\xC0\xFF\xFF",
            b"\x89PNG\r\n\x1A\n\xFF\xFF\xFF\xFFIHDR",
        ] {
            assert_eq!(walk_jpeg(bytes), None, "{bytes:?}");
            assert_eq!(walk_png(bytes), None, "{bytes:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_a_walk_panic(bytes: Vec<u8>) {
            walk_jpeg(&[b"\xFF\xD8\xFF".as_slice(), &bytes].concat());
            walk_png(&[b"\x89PNG\r\n\x1A\n".as_slice(), &bytes].concat());
            FileKind::of(&bytes);
        }
    }
}
