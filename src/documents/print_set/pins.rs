//! Sheet 2: the setting of the PINs (暗証番号設定依頼書). Printed blank: a PIN is written by hand and never known to the portal.
//!
//! Folded in three with the middle part covered: the symbol ends up outside, the PINs inside.

use super::cell;
use super::frame::{self, FRAME, HAIR, LEFT, RIGHT};
use super::{Content, PrintError, Sheet};
use crate::documents::pdf::{Ink, Page, Role};
use crate::i18n::Lang;

/// A PIN to choose: Japanese name, rule, English, boxes.
const PINS: [(&str, &str, &str, u8); 4] = [
    (
        "1　署名用電子証明書",
        "英字（大文字）と数字をまぜて6〜16文字",
        "Signing certificate: 6–16 capital letters and digits, at least one of each",
        16,
    ),
    (
        "2　利用者証明用電子証明書",
        "数字4けた",
        "User authentication certificate: 4 digits",
        4,
    ),
    (
        "3　住民基本台帳用",
        "数字4けた",
        "Resident register: 4 digits",
        4,
    ),
    (
        "4　券面事項入力補助用",
        "数字4けた",
        "Text-entry aid: 4 digits",
        4,
    ),
];

pub(super) fn draw(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let title = [
        "暗証番号設定依頼書",
        "個人番号カード・電子証明書（国外転出者用）",
    ];
    frame::head(
        page,
        content,
        Sheet::Pins,
        title,
        "Request to set PINs for the card and its certificates (people abroad)",
    )?;
    frame::fold_ticks(page);
    sender(page, content)?;
    boxes(page, content);
    rules(page, content);
    Ok(())
}

/// Whose PINs these are, and what is done with the sheet.
fn sender(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let name = format!("{}　{}", content.person.family, content.person.given);
    cell::line(
        page,
        ("氏名", LEFT, 32.0),
        42.0,
        (118.0, 11.0),
        ("name", name.trim()),
    )?;
    page.element(Role::Paragraph, |page| {
        page.text(LEFT, 55.5, 9.5, "このシートは三つに折って封筒に入れ、のりで封をしてください。窓口の人も開けません。");
        if content.language == Lang::En {
            page.text(LEFT, 59.5, 6.5, "Fold this sheet in three, put it in an envelope and glue it shut. The clerk will not open it either.");
        }
    });
    page.group(Role::List, |page| {
        let steps = [
            (
                "① 下の線（3分の2）で手前に折り、暗証番号をかくす。",
                "Fold the lower third up over the PINs.",
            ),
            (
                "② 上の線（3分の1）でうしろに折り、QRコードを外側にする。",
                "Fold the upper third backwards, so that the QR code stays outside.",
            ),
            (
                "③ 封筒に入れて封をし、ほかの書類といっしょに出す。",
                "Put it in an envelope, glue it shut, and hand it in with the other sheets.",
            ),
        ];
        for (baseline, (step, english)) in [67.0, 75.0, 83.0].into_iter().zip(steps) {
            page.list_item(|page| {
                page.text(LEFT, baseline, 9.0, step);
                if content.language == Lang::En {
                    page.text(LEFT + 4.4, baseline + 3.2, 6.5, english);
                }
            });
        }
    });
    folding(page);
    Ok(())
}

/// The sheet from the side: lower third forward, upper third back.
fn folding(page: &mut Page<'_>) {
    page.figure(
        "折り方の図：下の3分の1を手前に、上の3分の1をうしろに折る。",
        |page| {
            let (x, y, height) = (168.0, 58.0, 10.0);
            let [top, fold, lower, bottom] = [y, y + height, y + 2.0 * height, y + 3.0 * height];
            page.stroke((x, fold), (x, lower), Ink::Line(1.6));
            page.stroke((x, fold), (x + 7.0, top + 3.0), Ink::Line(1.2));
            page.stroke((x, lower), (x - 7.0, bottom - 3.0), Ink::Line(1.2));
            page.text(x + 8.5, top + 4.5, 7.0, "QR（外側）");
            page.text(x + 2.5, fold + 6.0, 7.0, "暗証番号");
            page.text(x - 5.0, bottom + 0.5, 7.0, "手前に折る");
        },
    );
}

/// The boxes to write in, in the middle third.
fn boxes(page: &mut Page<'_>, content: &Content) {
    page.artifact(|page| {
        for y in [99.0, 198.0] {
            page.stroke((12.0, y), (RIGHT, y), Ink::Dashed(0.3));
        }
    });
    page.element(Role::Paragraph, |page| {
        page.text_right(RIGHT, 96.5, 6.5, "② ここでうしろに折る　fold back");
        page.text_right(RIGHT, 202.5, 6.5, "① ここで手前に折る　fold forward");
    });
    frame::heading(page, LEFT, 108.0, "暗証番号（黒いペンで、1マスに1文字）");
    let mut top = 112.5;
    // English needs a line between the name of a PIN and its boxes.
    let below = if content.language == Lang::En {
        7.5
    } else {
        5.0
    };
    for (name, rule, english, count) in PINS {
        page.element(Role::Paragraph, |page| {
            page.text(LEFT, top + 3.0, 9.0, name);
            page.text(68.0, top + 3.0, 8.0, rule);
            if content.language == Lang::En {
                page.text(LEFT, top + 6.2, 6.0, english);
            }
        });
        page.artifact(|page| {
            for index in 0..count {
                let gap = f32::from(index / 4) * 2.0;
                page.area(
                    LEFT + f32::from(index) * 9.0 + gap,
                    top + below,
                    9.0,
                    10.0,
                    if count > 4 { HAIR } else { FRAME },
                );
            }
        });
        top += 21.0;
    }
}

/// What the numbers are for, in the last third.
fn rules(page: &mut Page<'_>, content: &Content) {
    let under_fifteen =
        "15歳未満の方には、ふつう署名用電子証明書は発行されません。1は書かないでください。";
    let lines = [
        (
            "2・3・4は同じ番号でもかまいません。生年月日や同じ数字の並びなど、人に知られやすい番号は避けてください。",
            "2, 3 and 4 may be the same. Avoid your birth date, repeated digits and the like.",
        ),
        (
            "電子証明書を申し込まない方も、3と4は書いてください。",
            "Fill in 3 and 4 even if you do not want the certificates.",
        ),
        (
            "暗証番号の控えを取り、送らずに手もとに保管してください。窓口で番号を聞かれることはありません。",
            "Keep a note of the PINs at home. Nobody at the counter will ask for them.",
        ),
        (
            if content.person.under_fifteen {
                under_fifteen
            } else {
                ""
            },
            if content.person.under_fifteen {
                "Under 15: leave 1 empty, no signing certificate is issued."
            } else {
                ""
            },
        ),
    ];
    frame::heading(page, LEFT, 209.0, "書くときの注意");
    page.group(Role::List, |page| {
        let mut top = 213.0;
        for (line, english) in lines.into_iter().filter(|(line, _)| !line.is_empty()) {
            top = page.list_item(|page| {
                let bottom = page.prose(LEFT, top, RIGHT - LEFT, 8.5, &format!("・{line}"));
                if content.language == Lang::En {
                    page.prose(LEFT + 3.0, bottom, RIGHT - LEFT, 6.5, english)
                } else {
                    bottom
                }
            }) + 2.0;
        }
    });
}
