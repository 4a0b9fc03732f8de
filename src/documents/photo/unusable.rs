//! Why an uploaded file will not do, in terms a person can act on.

use thiserror::Error;

use super::gate::Busy;

/// Why a file cannot be used as a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unusable {
    /// No byte arrived.
    #[error("the file is empty")]
    Empty,
    /// The file is larger than [`LIMITS`](super::LIMITS) allow.
    #[error("the file has {bytes} bytes")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// The format newer iPhones store photos in. The text says how to make a JPEG of it.
    #[error("the file is a HEIC picture")]
    Heic,
    /// A picture, but neither JPEG nor PNG.
    #[error("the file is a picture of another kind")]
    OtherPicture,
    /// Not a picture at all.
    #[error("the file is not a picture")]
    NotAPicture,
    /// A side is shorter than [`LIMITS`](super::LIMITS) allow.
    #[error("the picture has {width} × {height} pixels")]
    TooSmall {
        /// Pixels across, upright.
        width: u32,
        /// Pixels down, upright.
        height: u32,
    },
    /// A side is longer, or decoding needs more memory, than [`LIMITS`](super::LIMITS) allow.
    #[error("the picture has {width} × {height} pixels, more than can be read")]
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The file is cut off, broken, or has another file hidden behind the picture.
    #[error("the file is damaged")]
    Damaged,
}

impl Unusable {
    /// The catalogue key of the sentence beside the field.
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty | Self::Damaged => "error-photo-damaged",
            Self::TooLarge { .. } => "error-photo-too-large",
            Self::Heic => "error-photo-heic",
            Self::OtherPicture | Self::NotAPicture => "error-photo-kind",
            Self::TooSmall { .. } => "error-photo-too-small",
            Self::TooManyPixels { .. } => "error-photo-too-many-pixels",
        }
    }

    /// What the sentence mentions: `megabytes` (with one decimal), `width` and `height`.
    pub fn facts(self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes } => vec![("megabytes", megabytes(bytes))],
            Self::TooSmall { width, height } | Self::TooManyPixels { width, height } => {
                vec![("width", width.to_string()), ("height", height.to_string())]
            }
            Self::Empty | Self::Heic | Self::OtherPicture | Self::NotAPicture | Self::Damaged => {
                Vec::new()
            }
        }
    }
}

/// Why no picture came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhotoError {
    /// The file will not do; another one may.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// The same file may do in a minute.
    #[error(transparent)]
    Busy(#[from] Busy),
}

/// Bytes as megabytes with one decimal, the way telephones show them.
pub(super) fn megabytes(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{}", tenths / 10, tenths % 10)
}
