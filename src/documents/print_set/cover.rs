//! Sheet 4: the covering letter for the receiving clerk, and the address label to cut out.
//!
//! Neither shows a birth date, a telephone number, or anything of the procedure beyond its name.

use super::cell;
use super::frame::{self, FRAME, HAIR, LEFT, RIGHT};
use super::{Content, FilingPlace, PlaceKind, Posting, PrintError, Sheet};
use crate::documents::pdf::{Ink, Page, Role};
use crate::documents::text::{self, Fitted, Space};
use crate::i18n::Lang;

/// The label: left, top, width, height.
const LABEL: [f32; 4] = [LEFT, 201.0, 120.0, 74.0];

/// Room for the address on the label, in mm.
const ADDRESS: f32 = 44.0;
/// The sizes at which the address is tried.
const SCALES: [f32; 4] = [1.0, 0.85, 0.7, 0.55];

pub(super) fn draw(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    frame::head(
        page,
        content,
        Sheet::Cover,
        ["送付状", "マイナンバーカード交付申請書類（国外転出者用）"],
        "Covering letter for the My Number Card application",
    )?;
    parties(page, content)?;
    contents(page, content);
    cut_line(page, content);
    label(page, content)
}

fn parties(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let to = format!("{}　{}", content.filing.name, content.filing.attention);
    let from = format!("{}　{}", content.person.family, content.person.given);
    cell::line(
        page,
        ("宛先", LEFT, 32.0),
        43.0,
        (126.0, 12.0),
        ("filing", to.trim()),
    )?;
    cell::line(
        page,
        ("申請者", LEFT, 32.0),
        57.0,
        (126.0, 12.0),
        ("name", from.trim()),
    )?;
    page.element(Role::Paragraph, |page| {
        page.text(LEFT, 70.0, 9.0, "国外転出者用のマイナンバーカード交付申請の書類を、次のとおりお送りします。よろしくお願いいたします。");
        if content.language == Lang::En {
            page.text(LEFT, 73.6, 6.5, "Please find enclosed my application for the My Number Card.");
        }
    });
    page.element(Role::Paragraph, |page| {
        page.text(
            LEFT,
            82.5,
            9.0,
            "送った日（手で書く）　　　　　　　　年　　　　　月　　　　　日",
        );
        page.text(132.0, 82.5, 9.0, "書類の枚数　　　　　　枚");
    });
    Ok(())
}

/// What is inside, with boxes for both sides.
fn contents(page: &mut Page<'_>, content: &Content) {
    let old_card = "マイナンバーカード（お持ちの方・返納する方）";
    let lines: [(&str, &str); 6] = [
        (
            "様式1　交付申請書（写真を貼ったもの）",
            "Form 1: application with photo",
        ),
        (
            "様式2　暗証番号設定依頼書（封をした封筒）",
            "Form 2: PINs in a sealed envelope",
        ),
        ("様式4　送付状（このシート）", "Form 4: this sheet"),
        (old_card, "Old card"),
        ("代理人の書類", "Papers of the representative"),
        ("その他（　　　　　　　　　　　　　　　）", "Other"),
    ];
    let columns = [LEFT, LEFT + 115.0, LEFT + 145.0];
    page.artifact(|page| {
        page.area(LEFT, 88.0, RIGHT - LEFT, 8.0, frame::TINT);
        page.area(LEFT, 88.0, RIGHT - LEFT, 62.0, FRAME);
        for x in columns.into_iter().skip(1) {
            page.stroke((x, 88.0), (x, 150.0), HAIR);
        }
        for row in 0..6_u8 {
            let y = 96.0 + f32::from(row) * 9.0;
            page.stroke((LEFT, y), (RIGHT, y), HAIR);
        }
    });
    page.element(Role::Paragraph, |page| {
        for (x, title) in columns
            .into_iter()
            .zip(["入っているもの", "申請者", "受付"])
        {
            page.text(x + 2.0, 93.2, 8.0, title);
        }
    });
    page.group(Role::List, |page| {
        let mut y = 96.0;
        for (line, english) in lines {
            page.list_item(|page| {
                if content.language == Lang::En {
                    page.text(LEFT + 2.0, y + 4.4, 9.0, line);
                    page.text(LEFT + 2.0, y + 7.4, 6.0, english);
                } else {
                    page.text(LEFT + 2.0, y + 5.8, 9.5, line);
                }
                page.check_box(LEFT + 120.0, y + 2.2, 4.6, false);
                page.check_box(LEFT + 150.0, y + 2.2, 4.6, false);
            });
            y += 9.0;
        }
    });
    page.element(Role::Paragraph, |page| {
        page.text(LEFT, 158.0, 7.0, "受付者使用欄（受付日・受付印・連絡事項）");
    });
    page.artifact(|page| page.area(LEFT, 160.0, RIGHT - LEFT, 30.0, HAIR));
}

fn cut_line(page: &mut Page<'_>, content: &Content) {
    let [x, y, width, height] = LABEL;
    page.artifact(|page| page.area(x, y, width, height, Ink::Dashed(0.5)));
    let (japanese, english) = match (&content.filing.posting, content.filing.address_known) {
        (Posting::Refused, _) => (
            "この提出先は郵送を受け付けていません。宛名ラベルは使わず、窓口へ持って行ってください。",
            "No post here: bring the papers to the counter.",
        ),
        (_, false) => (
            "宛名ラベル：住所を提出先に確かめて線の上に書き、点線で切り取って封筒に貼ってください。",
            "Ask the office for its address and write it on the lines.",
        ),
        (_, true) => (
            "宛名ラベル：点線で切り取り、封筒に貼ってください。",
            "Label: cut along the dashes and glue it on the envelope.",
        ),
    };
    page.element(Role::Paragraph, |page| {
        page.text(LEFT, 198.5, 7.0, japanese);
        if content.language == Lang::En {
            page.text_right(RIGHT, 198.5, 6.0, english);
        }
    });
}

/// The label: what is inside, the address as both post offices need it, and from whom.
fn label(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let [left, top, width, _] = LABEL;
    let (x, inner) = (left + 5.0, width - 10.0);
    page.artifact(|page| page.area(x, top + 4.0, inner, 12.0, FRAME));
    page.element(Role::Heading, |page| {
        let centre = left + width / 2.0;
        page.text_centred(centre, top + 9.6, 11.5, "マイナンバーカード申請書 在中");
        page.text_centred(centre, top + 14.2, 7.5, "MY NUMBER CARD APPLICATION");
    });
    let blocks = addresses(&content.filing);
    let fitted = SCALES
        .into_iter()
        .find_map(|scale| fitted(page, &blocks, inner, scale));
    let fitted = fitted.ok_or(PrintError::TooLong { field: "label" })?;
    page.element(Role::Paragraph, |page| {
        let mut y = top + 18.5;
        for part in fitted {
            let bottom = y + part.height();
            match part {
                Part::Lines(lines) => {
                    page.lines(x, y, lines);
                }
                Part::Blank => page.stroke((x, bottom - 0.5), (x + inner, bottom - 0.5), HAIR),
                Part::Gap => {}
            }
            y = bottom;
        }
    });
    sender(page, content)
}

/// What the address is made of, from top to bottom.
enum Part {
    Lines(Fitted),
    Blank,
    Gap,
}

impl Part {
    /// In mm.
    fn height(&self) -> f32 {
        match self {
            Self::Lines(fitted) => text::height(fitted.lines.len(), fitted.size) + 0.3,
            Self::Blank => 7.5,
            Self::Gap => 1.4,
        }
    }
}

/// The address at a scale, if the label has room for it.
fn fitted(
    page: &Page<'_>,
    blocks: &[(f32, Vec<Line>)],
    width: f32,
    scale: f32,
) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    for (largest, lines) in blocks {
        let space = Space {
            width,
            height: 14.0,
            largest: largest * scale,
            wrap_at: (largest * scale).min(8.0),
        };
        for line in lines {
            parts.push(match line {
                Line::Printed(line) => Part::Lines(page.fit(line, space)?),
                Line::Blank => Part::Blank,
            });
        }
        parts.push(Part::Gap);
    }
    let height: f32 = parts.iter().map(Part::height).sum();
    (height <= ADDRESS).then_some(parts)
}

/// A line of the label.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Printed(String),
    /// Left to write on, because the address is not known.
    Blank,
}

/// The lines that have something on them.
fn printed<'a>(lines: impl IntoIterator<Item = &'a String>) -> Vec<Line> {
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    lines.cloned().map(Line::Printed).collect()
}

/// The blocks of the address with their size: for Japan first what its post office reads, for a mission what that of its country reads.
fn addresses(filing: &FilingPlace) -> Vec<(f32, Vec<Line>)> {
    let recipient = [&filing.name, &filing.attention];
    let latin = latin_lines(filing);
    match filing.kind {
        PlaceKind::Municipality => {
            let mut japanese = printed(std::iter::once(&filing.postcode).chain(&filing.address));
            japanese.extend((!filing.address_known).then_some(Line::Blank));
            vec![(10.0, japanese), (12.0, printed(recipient)), (9.5, latin)]
        }
        PlaceKind::Mission => {
            let name = format!("{}　{}", filing.name, filing.attention);
            vec![(11.0, latin), (9.5, vec![Line::Printed(name)])]
        }
    }
}

/// Name, address and country in Latin letters, with lines to write on where a mission's address is not known.
fn latin_lines(filing: &FilingPlace) -> Vec<Line> {
    let mut address = filing.address_latin.as_slice();
    if let Some((first, rest)) = address.split_first()
        && *first == filing.name_en
    {
        address = rest;
    }
    let mut lines = printed([&filing.name_en]);
    if filing.kind == PlaceKind::Mission {
        lines.push(Line::Printed("Consular Section".to_owned()));
        if !filing.address_known {
            lines.extend([Line::Blank, Line::Blank]);
        }
    }
    lines.extend(printed(address));
    lines
}

/// Name and address of the sender, small, at the foot of the label.
fn sender(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let [left, top, width, height] = LABEL;
    let (address, _) = cell::printable(page.fonts, &content.address);
    let name = if content.person.roman.is_empty() {
        format!("{}　{}", content.person.family, content.person.given)
    } else {
        content.person.roman.clone()
    };
    let from = format!("差出人 / From:  {name}  {}", address.join(", "));
    let space = Space {
        width: width - 10.0,
        height: 9.5,
        largest: 7.5,
        wrap_at: 7.0,
    };
    let fitted = page
        .fit(from.trim(), space)
        .ok_or(PrintError::TooLong { field: "address" })?;
    page.artifact(|page| {
        page.stroke(
            (left + 5.0, top + height - 12.0),
            (left + width - 5.0, top + height - 12.0),
            HAIR,
        );
    });
    page.element(Role::Paragraph, |page| {
        page.lines(left + 5.0, top + height - 11.0, fitted)
    });
    Ok(())
}
