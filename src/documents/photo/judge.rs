//! What is said to the person about her photo, before a clerk sees it.
//!
//! A [`Judgement`] is made once, when the picture arrives, and kept beside it; moving the crop changes only where the head lies, which is computed
//! again from the head found then. Findings name a check and a level; the words are in the catalogue under `photo-<check>-<level>`. None of them
//! rejects anybody: "attention" may be passed over, and "unusable" means that the machine found no face, or more than one.

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
        Self { check, level, facts: Vec::new() }
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
            Check::Faces => self.facts.iter().any(|(name, count)| name == "count" && count != "0").then_some("PH12"),
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
        Self { crop: self.crop.nudged(nudge, self.size), ..self }
    }

    /// Whether the picture may be used; attention does not stand in the way.
    pub fn is_usable(&self) -> bool {
        self.about_picture.iter().all(|finding| finding.level < Level::Unusable)
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
        let Some(head) = self.head else { return coarse.into_iter().collect() };
        let Some(placement) = Placement::of(&head, &self.crop) else {
            return std::iter::once(Finding::new(Check::Upright, Level::Attention)).chain(coarse).collect();
        };
        let near = |value: f32, wanted: f32| (value - wanted).abs() <= TOLERANCE_MM;
        let line = |check, good, value: f32| Finding::passes_if(check, good).with("millimetres", super::whole(value).to_string());
        [
            line(Check::Head, near(placement.head, 34.0), placement.head),
            line(Check::Gap, near(placement.gap, 4.0), placement.gap),
            line(Check::Middle, near(placement.off_middle, 0.0), placement.off_middle.abs()),
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
    let faces = faces::find(&upload.image);
    let head = if let Faces::One(head) = faces { Some(head) } else { None };
    let crop = head.map_or_else(|| Crop::middle_of(size), |head| Crop::around(&head, size));
    let mut about_picture = vec![about_file(upload), about_faces(faces)];
    if let Some(placement) = head.and_then(|head| Placement::of(&head, &crop)) {
        about_picture.extend(about_pixels(&Measures::of(&crop::cut(&upload.image, &crop), &placement)));
    }
    Judgement { size, crop, head, about_picture }
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
        Faces::Several(count) => Finding::new(Check::Faces, Level::Unusable).with("count", count.to_string()),
        Faces::NotLooked => Finding::new(Check::Faces, Level::Attention).with("count", "0"),
    }
}

/// Thresholds were chosen on drawn portraits, blurred, lit and placed in every way; they are meant to speak up late rather than early.
fn about_pixels(measures: &Measures) -> Vec<Finding> {
    let light = match () {
        () if measures.face_brightness < 75.0 => Finding::new(Check::Light, Level::Attention).with("light", "dark"),
        () if measures.face_brightness > 235.0 || measures.face_white > 0.25 => Finding::new(Check::Light, Level::Attention).with("light", "bright"),
        () => Finding::new(Check::Light, Level::Pass),
    };
    let mut findings = vec![Finding::passes_if(Check::Sharpness, measures.sharpness >= 15.0), light];
    let behind = [
        (measures.background_edges > 0.05).then(|| Finding::new(Check::Background, Level::Attention)),
        (measures.background_edges <= 0.05 && measures.background_spread > 18.0)
            .then(|| Finding::new(Check::Shadow, Level::Attention).with("place", "wall")),
        (measures.face_halves > 45.0).then(|| Finding::new(Check::Shadow, Level::Attention).with("place", "face")),
    ];
    findings.extend(behind.into_iter().flatten());
    if findings.len() == 2 {
        findings.push(Finding::new(Check::Background, Level::Pass));
    }
    findings
}

#[cfg(test)]
mod tests {
    use image::imageops::FilterType;
    use image::{DynamicImage, RgbImage};

    use super::super::sample::{Background, Portrait, Sitter};
    use super::super::upload::{encode, read_upload};
    use super::*;
    use crate::i18n::{self, Lang};

    fn judged(image: &DynamicImage) -> Judgement {
        judge(&read_upload(&encode(image, 92).unwrap()).unwrap())
    }

    fn of_sitters(width: u16, sitters: Vec<Sitter>) -> DynamicImage {
        Portrait { width, sitters, ..Portrait::of_person(0) }.draw()
    }

    /// The keys of all findings that are not a pass.
    fn remarks(judgement: &Judgement) -> Vec<String> {
        judgement.findings().iter().filter(|finding| finding.level != Level::Pass).map(Finding::key).collect()
    }

    #[test]
    fn good_portraits_pass_every_check() {
        for number in [0, 1, 2, 3, 7, 14] {
            let judgement = judged(&Portrait::of_person(number).draw());
            assert_eq!(remarks(&judgement), [""; 0], "person {number}: {:?}", judgement.findings());
            assert!(judgement.is_usable());
        }
    }

    #[test]
    fn a_wall_and_a_field_of_noise_have_no_face() {
        let wall = RgbImage::from_pixel(600, 800, image::Rgb([220, 220, 225]));
        let noise = RgbImage::from_fn(600, 800, |x, y| image::Rgb([u8::try_from((x * 7 + y * 13 + x * y) % 256).unwrap(); 3]));
        for image in [wall, noise] {
            let judgement = judged(&DynamicImage::ImageRgb8(image));
            assert!(!judgement.is_usable());
            assert!(remarks(&judgement).contains(&"photo-faces-unusable".to_owned()), "{:?}", judgement.findings());
        }
    }

    #[test]
    fn two_people_are_noticed_and_counted() {
        let two =
            [Sitter { across: 280, crown: 200, head: 450, ..Sitter::number(1) }, Sitter { across: 720, crown: 230, head: 450, ..Sitter::number(3) }];
        let judgement = judged(&of_sitters(1_000, two.to_vec()));
        let faces = &judgement.findings()[1];
        assert_eq!((faces.level, faces.code()), (Level::Unusable, Some("PH12")));
        assert_eq!(faces.facts, [("count".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn a_face_far_away_is_found_and_framed() {
        let far = of_sitters(620, vec![Sitter { across: 400, crown: 300, head: 380, ..Sitter::number(1) }]);
        let judgement = judged(&far.resize_exact(1_550, 2_000, FilterType::Triangle));
        assert_eq!(remarks(&judgement), [""; 0], "{:?}", judgement.findings());
        assert!(judgement.crop().height() < 1_300, "{:?}", judgement.crop());
    }

    #[test]
    fn a_picture_on_its_side_is_turned() {
        let upright = Portrait::of_person(0).draw();
        for (lying, turns) in [(upright.rotate270(), 1), (upright.rotate90(), 3), (upright.rotate180(), 2)] {
            let judgement = judged(&lying);
            assert_eq!(judgement.crop().turns(), turns);
            assert_eq!(remarks(&judgement), [""; 0], "{:?}", judgement.findings());
        }
    }

    #[test]
    fn each_fault_is_named_and_no_other() {
        let person = Portrait::of_person(0);
        let good = person.draw();
        for (fault, image, expected) in [
            ("blurred", good.blur(4.0), "photo-sharpness-attention"),
            ("dark", Portrait { brightness: 0.35, ..person.clone() }.draw(), "photo-light-attention"),
            ("glaring", Portrait { brightness: 1.5, ..person.clone() }.draw(), "photo-light-attention"),
            (
                "shelves",
                Portrait { background: Background::Shelves, sitters: vec![Sitter { crown: 180, head: 580, ..Sitter::number(0) }], ..person.clone() }
                    .draw(),
                "photo-background-attention",
            ),
            ("shadow", Portrait { background: Background::Shadow, ..person.clone() }.draw(), "photo-shadow-attention"),
            ("no gap", of_sitters(620, vec![Sitter { crown: 10, head: 560, ..Sitter::number(0) }]), "photo-gap-attention"),
        ] {
            let judgement = judged(&image);
            assert_eq!(remarks(&judgement), [expected], "{fault}: {:?}", judgement.findings());
            assert!(judgement.is_usable(), "{fault}");
        }
    }

    #[test]
    fn moving_the_crop_changes_what_is_said_about_the_place_only() {
        let judgement =
            judged(&of_sitters(620, vec![Sitter { crown: 200, head: 420, ..Sitter::number(0) }]).resize_exact(1_240, 1_600, FilterType::Triangle));
        let up = (0..3).fold(judgement.clone(), |judgement, _| judgement.nudged(Nudge::Up));
        assert_eq!(remarks(&up), ["photo-gap-attention"]);
        let aside = (0..3).fold(judgement.clone(), |judgement, _| judgement.nudged(Nudge::Left));
        assert_eq!(remarks(&aside), ["photo-middle-attention"]);
        assert_eq!(remarks(&judgement.nudged(Nudge::Rotate)), ["photo-upright-attention"]);
    }

    #[test]
    fn a_judgement_survives_being_stored() {
        let judgement = judged(&Portrait::of_person(0).draw());
        let again: Judgement = serde_json::from_str(&serde_json::to_string(&judgement).unwrap()).unwrap();
        assert_eq!(again.findings(), judgement.findings());
        assert_eq!(again.crop(), judgement.crop());
    }

    #[test]
    fn every_finding_has_its_words_in_every_language() {
        use Check::{Background, Faces, File, Gap, Head, Light, Middle, Resolution, Shadow, Sharpness, Upright};
        let passing = [File, Faces, Head, Gap, Middle, Sharpness, Light, Background].map(|check| Finding::new(check, Level::Pass));
        let remarks = [File, Faces, Upright, Head, Gap, Middle, Resolution, Sharpness, Light, Background, Shadow];
        let remarks = remarks.map(|check| Finding::new(check, Level::Attention));
        let unusable = Finding::new(Faces, Level::Unusable);
        for finding in passing.iter().chain(&remarks).chain([&unusable]) {
            for lang in Lang::ALL {
                assert!(i18n::has_text(lang, &finding.key()), "{lang:?} {}", finding.key());
            }
        }
    }
}
