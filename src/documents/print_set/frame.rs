//! What the sheets share: corner marks, head with symbol and receipt number, foot, and the cells of a form.

use super::{Content, PrintError, Sheet};
use crate::documents::fonts::Fonts;
use crate::documents::pdf::{Ink, Page, QUIET_ZONE, Role, SYMBOL, qr};
use crate::i18n::Lang;

/// Left edge of the print: a two-hole punch reaches 12 mm in.
pub(super) const LEFT: f32 = 20.0;
/// Right edge.
pub(super) const RIGHT: f32 = 195.0;
/// Hair line, in points.
pub(super) const HAIR: Ink = Ink::Line(0.4);
/// Frame line, in points.
pub(super) const FRAME: Ink = Ink::Line(0.8);
/// The only tint: a scan threshold drops it.
pub(super) const TINT: Ink = Ink::Fill(0.92);

/// Corner marks, title, symbol and receipt number.
pub(super) fn head(
    page: &mut Page<'_>,
    content: &Content,
    sheet: Sheet,
    title: [&str; 2],
    english: &str,
) -> Result<(), PrintError> {
    page.artifact(|page| {
        for (x, y) in [(7.0, 7.0), (198.0, 7.0), (7.0, 285.0)] {
            page.area(x, y, 5.0, 5.0, Ink::Fill(0.0));
        }
    });
    let [first, second] = title;
    page.element(Role::Title, |page| {
        page.text(LEFT, 20.5, 14.0, first);
        page.text(LEFT, 26.5, 12.0, second);
    });
    page.element(Role::Paragraph, |page| {
        let made = content.made_on.strftime("%Y年%-m月%-d日");
        page.text(
            LEFT,
            14.0,
            7.0,
            &format!(
                "様式{}　　{}/4　　{made} 作成　　第{}版",
                sheet.number(),
                sheet.number(),
                content.receipt.revision
            ),
        );
        if content.language == Lang::En || sheet == Sheet::Checklist {
            page.text(LEFT, 31.0, 7.5, english);
        }
    });
    symbol(page, content, sheet)
}

/// The QR symbol at 25 mm with the receipt number under it; on the checklist the number alone.
fn symbol(page: &mut Page<'_>, content: &Content, sheet: Sheet) -> Result<(), PrintError> {
    let mut drawn = Ok(());
    let Some(payload) = sheet.payload(&content.receipt) else {
        page.element(Role::Paragraph, |page| {
            page.text_centred(178.5, 14.0, 7.0, "受付番号");
            page.receipt_number(178.5, 19.5, 12.0, &content.receipt.text);
        });
        return Ok(());
    };
    page.figure(
        &format!(
            "QRコード：受付番号 {} の様式{}。機械で読みます。",
            content.receipt.text,
            sheet.number()
        ),
        |page| {
            let [x, y, size] = SYMBOL;
            let with_quiet = size + 2.0 * QUIET_ZONE;
            page.area(
                x - QUIET_ZONE,
                y - QUIET_ZONE,
                with_quiet,
                with_quiet,
                Ink::Fill(1.0),
            );
            drawn = qr(page, &payload);
        },
    );
    drawn?;
    page.element(Role::Paragraph, |page| {
        page.receipt_number(178.5, 47.2, 12.0, &content.receipt.text);
    });
    Ok(())
}

/// Receipt number, page, and the line that tells invented data.
pub(super) fn foot(page: &mut Page<'_>, content: &Content, sheet: Sheet) {
    page.element(Role::Paragraph, |page| {
        page.text(
            LEFT,
            288.5,
            8.0,
            &format!("{}　p{}/4", content.receipt.text, sheet.number()),
        );
        if content.demo {
            page.text_right(
                RIGHT,
                288.5,
                8.0,
                "見本：実在しない人のデータです。提出できません。 DEMO – not a real person.",
            );
        }
    });
}

/// Whether the name has something that is not printed, and is written by hand as well.
pub(super) fn is_name_by_hand(fonts: &Fonts, content: &Content) -> bool {
    let person = &content.person;
    let is_drawn = |name: &str| fonts.missing(name).is_empty();
    person.untypable || !is_drawn(&person.family) || !is_drawn(&person.given)
}

/// Ticks at the left edge where the sheet is folded: thirds for long envelopes, half for C5.
pub(super) fn fold_ticks(page: &mut Page<'_>) {
    page.artifact(|page| {
        for (y, length) in [(99.0, 5.0), (148.5, 3.0), (198.0, 5.0)] {
            page.stroke((3.0, y), (3.0 + length, y), HAIR);
        }
    });
}

/// A heading over a part of the sheet.
pub(super) fn heading(page: &mut Page<'_>, x: f32, baseline: f32, text: &str) {
    page.element(Role::Heading, |page| page.text(x, baseline, 9.0, text));
}
