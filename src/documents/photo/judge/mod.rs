//! What is said to the person about her photo, before a clerk sees it.
//!
//! A [`Judgement`] is made once, when the picture arrives, and kept beside it; moving the crop changes only where the head lies, which is computed
//! again from the head found then. Findings name a check and a level; the words are in the catalogue under `photo-<check>-<level>`. None of them
//! rejects anybody: "attention" may be passed over, and "unusable" means that the machine found no face, or more than one.

use image::DynamicImage;
use serde::{Deserialize, Serialize};

use super::LIMITS;
use super::crop::{self, Crop, Nudge, Placement};
use super::faces::{self, Faces, Head};
use super::measure::Measures;
use super::unusable::megabytes;
use super::upload::Upload;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Kind and size of the file. Facts: `kind`, `megabytes`, `width`, `height`.
    File,
    /// The number of faces. Fact: `count`.
    Faces,
    /// The face lies on its side, or upside down, in this crop.
    Upright,
    /// Length of the head. Fact: `millimetres`.
    Head,
    /// Gap above the head. Fact: `millimetres`, 0 when the crown is cut off.
    Gap,
    /// How far the head is from the middle. Fact: `millimetres`.
    Middle,
    /// Whether there are enough pixels for a print. Facts: `width`, `height`.
    Resolution,
    /// Whether the face is sharp.
    Sharpness,
    /// Light on the face. Fact: `light`, `dark` or `bright` when there is too little or too much.
    Light,
    /// Objects or patterns behind the person.
    Background,
    /// Shadow on the wall or on the face. Fact: `place`, `wall` or `face`.
    Shadow,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// As the rules want it.
    Pass,
    /// To be looked at; the person may go on.
    Attention,
    /// The picture cannot be used.
    Unusable,
}

/// One line of the check page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// What came of it.
    pub level: Level,
    /// What the sentence mentions, as the check says.
    pub facts: Vec<(String, String)>,
}

impl Finding {
    fn new(check: Check, level: Level) -> Self {
        Self {
            check,
            level,
            facts: Vec::new(),
        }
    }

    fn passes_if(check: Check, good: bool) -> Self {
        Self::new(check, if good { Level::Pass } else { Level::Attention })
    }

    fn with(mut self, name: &str, fact: impl Into<String>) -> Self {
        self.facts.push((name.to_owned(), fact.into()));
        self
    }

    /// The catalogue key of its sentence.
    pub fn key(&self) -> String {
        let check = match self.check {
            Check::File => "file",
            Check::Faces => "faces",
            Check::Upright => "upright",
            Check::Head => "head",
            Check::Gap => "gap",
            Check::Middle => "middle",
            Check::Resolution => "resolution",
            Check::Sharpness => "sharpness",
            Check::Light => "light",
            Check::Background => "background",
            Check::Shadow => "shadow",
        };
        let level = match self.level {
            Level::Pass => "pass",
            Level::Attention => "attention",
            Level::Unusable => "unusable",
        };
        format!("photo-{check}-{level}")
    }

    /// The reason code that clerks use for the same thing (overseas card, reasons why photos are sent back), when it is not a pass.
    pub fn code(&self) -> Option<&'static str> {
        if self.level == Level::Pass {
            return None;
        }
        match self.check {
            Check::File | Check::Head | Check::Gap => Some("PH01"),
            Check::Middle => Some("PH03"),
            Check::Upright => Some("PH04"),
            Check::Background => Some("PH05"),
            Check::Shadow => Some("PH06"),
            Check::Sharpness => Some("PH07"),
            Check::Faces => self
                .facts
                .iter()
                .any(|(name, count)| name == "count" && count != "0")
                .then_some("PH12"),
            Check::Resolution => Some("PH13"),
            Check::Light => None,
        }
    }
}

/// Everything known about a picture and its crop. Kept with the picture (as JSON).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    size: (u32, u32),
    crop: Crop,
    head: Option<Head>,
    about_picture: Vec<Finding>,
}

impl Judgement {
    /// The part of the picture that will be printed.
    pub fn crop(&self) -> Crop {
        self.crop
    }

    /// The judgement after a press of one of the buttons beside the picture.
    #[must_use]
    pub fn nudged(self, nudge: Nudge) -> Self {
        Self {
            crop: self.crop.nudged(nudge, self.size),
            ..self
        }
    }

    /// Whether the picture may be used; attention does not stand in the way.
    pub fn is_usable(&self) -> bool {
        self.about_picture
            .iter()
            .all(|finding| finding.level < Level::Unusable)
    }

    /// All findings in the order of the page: the file, the face and its place in the crop, then the picture.
    pub fn findings(&self) -> Vec<Finding> {
        let (before, after) = self.about_picture.split_at(self.about_picture.len().min(2));
        [before, &self.about_crop(), after].concat()
    }

    fn about_crop(&self) -> Vec<Finding> {
        let coarse = (self.crop.height() < LEAST_PRINTED_HEIGHT).then(|| {
            Finding::new(Check::Resolution, Level::Attention)
                .with("width", self.crop.width().to_string())
                .with("height", self.crop.height().to_string())
        });
        let Some(head) = self.head else {
            return coarse.into_iter().collect();
        };
        let Some(placement) = Placement::of(&head, &self.crop) else {
            return std::iter::once(Finding::new(Check::Upright, Level::Attention))
                .chain(coarse)
                .collect();
        };
        let near = |value: f32, wanted: f32| (value - wanted).abs() <= TOLERANCE_MM;
        let line = |check, good, value: f32| {
            Finding::passes_if(check, good).with("millimetres", super::whole(value).to_string())
        };
        [
            line(Check::Head, near(placement.head, 34.0), placement.head),
            line(Check::Gap, near(placement.gap, 4.0), placement.gap),
            line(
                Check::Middle,
                near(placement.off_middle, 0.0),
                placement.off_middle.abs(),
            ),
        ]
        .into_iter()
        .chain(coarse)
        .collect()
    }
}

/// The guide's tolerance for the head and the gap; the same is used for the middle.
const TOLERANCE_MM: f32 = 2.05;
/// 300 dots an inch: below this a print shows its pixels.
const LEAST_PRINTED_HEIGHT: u32 = 531;

/// Looks at an uploaded picture, once.
pub fn judge(upload: &Upload) -> Judgement {
    let size = (upload.image.width(), upload.image.height());
    // Everything below looks at brightness alone.
    let grey = DynamicImage::ImageLuma8(upload.image.to_luma8());
    let faces = faces::find(&grey);
    let head = if let Faces::One(head) = faces {
        Some(head)
    } else {
        None
    };
    let crop = head.map_or_else(|| Crop::middle_of(size), |head| Crop::around(&head, size));
    let mut about_picture = vec![about_file(upload), about_faces(faces)];
    if let Some(placement) = head.and_then(|head| Placement::of(&head, &crop)) {
        about_picture.extend(about_pixels(&Measures::of(
            &crop::cut(&grey, &crop),
            &placement,
        )));
    }
    Judgement {
        size,
        crop,
        head,
        about_picture,
    }
}

fn about_file(upload: &Upload) -> Finding {
    let original = upload.original;
    Finding::passes_if(Check::File, original.bytes >= LIMITS.few_bytes)
        .with("kind", original.kind)
        .with("megabytes", megabytes(original.bytes))
        .with("width", original.width.to_string())
        .with("height", original.height.to_string())
}

fn about_faces(faces: Faces) -> Finding {
    match faces {
        Faces::One(_) => Finding::new(Check::Faces, Level::Pass).with("count", "1"),
        Faces::None => Finding::new(Check::Faces, Level::Unusable).with("count", "0"),
        Faces::Several(count) => {
            Finding::new(Check::Faces, Level::Unusable).with("count", count.to_string())
        }
        Faces::NotLooked => Finding::new(Check::Faces, Level::Attention).with("count", "0"),
    }
}

/// Thresholds were chosen on drawn portraits, blurred, lit and placed in every way; they are meant to speak up late rather than early.
fn about_pixels(measures: &Measures) -> Vec<Finding> {
    let light = match () {
        () if measures.face_brightness < 75.0 => {
            Finding::new(Check::Light, Level::Attention).with("light", "dark")
        }
        () if measures.face_brightness > 235.0 || measures.face_white > 0.25 => {
            Finding::new(Check::Light, Level::Attention).with("light", "bright")
        }
        () => Finding::new(Check::Light, Level::Pass),
    };
    let mut findings = vec![
        Finding::passes_if(Check::Sharpness, measures.sharpness >= 15.0),
        light,
    ];
    let behind = [
        (measures.background_edges > 0.05)
            .then(|| Finding::new(Check::Background, Level::Attention)),
        (measures.background_edges <= 0.05 && measures.background_spread > 18.0)
            .then(|| Finding::new(Check::Shadow, Level::Attention).with("place", "wall")),
        (measures.face_halves > 45.0)
            .then(|| Finding::new(Check::Shadow, Level::Attention).with("place", "face")),
    ];
    findings.extend(behind.into_iter().flatten());
    if findings.len() == 2 {
        findings.push(Finding::new(Check::Background, Level::Pass));
    }
    findings
}

#[cfg(test)]
mod tests;
