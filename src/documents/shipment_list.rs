//! The list that travels in the bag (送付一覧): what is in it, counted by two, with a symbol that opens the bag at the other end.
//!
//! With cards from an office it is also the notice of the record check to the handing place (番号法 17条4項). Names stand as the register has them; a character that no
//! font draws becomes an empty square, to be written by hand. No birth date, no address, no number of the person.

use jiff::civil::Date;

use super::fonts::Fonts;
use super::pdf::{self, Description, Ink, Page, Paper, QUIET_ZONE, Role, SYMBOL, qr};
use super::print_set::PrintError;
use super::text::Space;
use crate::domain::shipment::ShipmentKind;

/// Lines on a page.
pub const LINES: usize = 22;
const LEFT: f32 = 20.0;
const RIGHT: f32 = 195.0;
/// Top of the table, and the height of a line.
const TABLE: f32 = 96.0;
const LINE: f32 = 8.0;
/// Left edges of the columns: number, receipt number, name, kind, sent, received.
const COLUMNS: [f32; 6] = [LEFT, 30.0, 68.0, 140.0, 167.0, 181.0];
const HAIR: Ink = Ink::Line(0.4);

/// What a list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShipmentList {
    /// What is in the bag.
    pub kind: ShipmentKind,
    /// Its number as people read it.
    pub number: String,
    /// What its symbol says.
    pub payload: String,
    /// Who sends it.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// The day of the list, where the sender is.
    pub made_on: Date,
    /// Carrier and tracking number, may be empty.
    pub carriage: String,
    /// Whether the bag is sealed.
    pub is_sealed: bool,
    /// Whether it is also the notice of the record check: cards that an office sends to the place that hands them over.
    pub is_notice: bool,
    /// Who put it together.
    pub made_by: String,
    /// Who counted it; empty on a draft.
    pub counted_by: String,
    /// The lines.
    pub lines: Vec<ListedCase>,
    /// Whether invented data is shown.
    pub demo: bool,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCase {
    /// The receipt number as people read it.
    pub receipt: String,
    /// The name as the register has it.
    pub name: String,
    /// Its reading.
    pub kana: String,
    /// 申請区分.
    pub kind: &'static str,
}

impl ShipmentList {
    fn pages(&self) -> usize {
        self.lines.len().div_ceil(LINES).max(1)
    }

    /// What the symbol of each page says: what [`super::proof::prove`] expects.
    pub fn payloads(&self) -> Vec<Option<String>> {
        vec![Some(self.payload.clone()); self.pages()]
    }

    fn title(&self) -> [&'static str; 2] {
        match self.kind {
            ShipmentKind::Form => ["送付一覧（交付申請書）", "List of application forms"],
            ShipmentKind::Card if !self.is_notice => ["送付一覧（カード）", "List of cards"],
            ShipmentKind::Card => [
                "送付一覧（カード）　兼　附票との照合ずみの通知",
                "List of cards, and notice of the record check",
            ],
        }
    }
}

/// Draws the list as one A4 PDF; the same list gives the same bytes.
///
/// # Errors
/// [`PrintError::TooLong`] for a name or an office that fits at no readable size; the others are faults of the program.
pub fn draw(fonts: &Fonts, list: &ShipmentList) -> Result<Vec<u8>, PrintError> {
    let count = list.pages();
    let mut chunks = list.lines.chunks(LINES);
    let mut pages = Vec::with_capacity(count);
    for number in 1..=count {
        let mut page = Page::new(fonts);
        head(&mut page, list)?;
        table(
            &mut page,
            (number - 1) * LINES,
            chunks.next().unwrap_or_default(),
        )?;
        foot(&mut page, list, (number, count));
        pages.push(page);
    }
    let description = Description {
        title: format!("{} {}", list.title()[0], list.number),
        made_on: list.made_on,
        identity: format!("{} {} {}", list.payload, list.lines.len(), list.counted_by),
    };
    Ok(pdf::assemble(fonts, Paper::A4, &pages, &description)?)
}

fn head(page: &mut Page<'_>, list: &ShipmentList) -> Result<(), PrintError> {
    let [title, english] = list.title();
    page.element(Role::Title, |page| {
        page.text(LEFT, 22.0, 14.0, title);
    });
    page.element(Role::Paragraph, |page| {
        page.text(LEFT, 28.0, 7.5, english);
    });
    symbol(page, list)?;
    let made = list.made_on.strftime("%Y年%-m月%-d日").to_string();
    let sealed = if list.is_sealed {
        "封かんあり"
    } else {
        "封かんなし"
    };
    let second = if list.counted_by.is_empty() {
        "（まだ数えていません）"
    } else {
        &list.counted_by
    };
    let rows = [
        ("送る側", list.from.clone()),
        ("宛先", list.to.clone()),
        ("件数", format!("{}件　　{made}", list.lines.len())),
        ("送り方", format!("{}　{sealed}", list.carriage)),
        ("作った人", list.made_by.clone()),
        ("数えた人（2人目）", second.to_owned()),
    ];
    let mut y = 36.0;
    for (label, value) in rows {
        let space = Space {
            width: 104.0,
            height: 8.0,
            largest: 10.5,
            wrap_at: 7.0,
        };
        let fitted = page
            .fit(value.trim(), space)
            .ok_or(PrintError::TooLong { field: "head" })?;
        page.element(Role::Paragraph, |page| {
            page.text(LEFT, y + 4.6, 7.5, label);
            page.lines(LEFT + 28.0, y + 0.8, fitted);
        });
        y += 7.6;
    }
    if list.is_notice {
        page.element(Role::Paragraph, |page| {
            page.prose(LEFT, 82.6, RIGHT - LEFT, 8.0, "下の全員について、番号法第17条第1項第1号の附票との照合がすんでいることを、同条第4項により通知します。");
        });
    }
    Ok(())
}

fn symbol(page: &mut Page<'_>, list: &ShipmentList) -> Result<(), PrintError> {
    let mut drawn = Ok(());
    let alternative = format!(
        "QRコード：送付番号 {}。届いたところで読みます。",
        list.number
    );
    page.figure(&alternative, |page| {
        let [x, y, size] = SYMBOL;
        let whole = size + 2.0 * QUIET_ZONE;
        page.area(x - QUIET_ZONE, y - QUIET_ZONE, whole, whole, Ink::Fill(1.0));
        drawn = qr(page, &list.payload);
    });
    drawn?;
    page.element(Role::Paragraph, |page| {
        page.receipt_number(178.5, 47.2, 10.5, &list.number);
    });
    Ok(())
}

fn table(page: &mut Page<'_>, before: usize, lines: &[ListedCase]) -> Result<(), PrintError> {
    page.artifact(|page| {
        page.area(LEFT, TABLE - 7.0, RIGHT - LEFT, 7.0, Ink::Fill(0.92));
    });
    page.element(Role::Paragraph, |page| {
        let titles = ["番号", "受付番号", "氏名", "区分", "送付", "受領"];
        for (x, title) in COLUMNS.into_iter().zip(titles) {
            page.text(x + 1.0, TABLE - 2.2, 8.0, title);
        }
    });
    let mut y = TABLE;
    for (number, line) in (before + 1..).zip(lines) {
        row(page, y, number, line)?;
        y += LINE;
    }
    page.artifact(|page| page.stroke((LEFT, y), (RIGHT, y), HAIR));
    Ok(())
}

fn row(page: &mut Page<'_>, y: f32, number: usize, line: &ListedCase) -> Result<(), PrintError> {
    let [_, receipt, name, kind, sent, received] = COLUMNS;
    let space = Space {
        width: kind - name - 3.0,
        height: LINE - 3.6,
        largest: 10.5,
        wrap_at: 6.0,
    };
    let fitted = page
        .fit(&line.name, space)
        .ok_or(PrintError::TooLong { field: "name" })?;
    page.artifact(|page| {
        page.stroke((LEFT, y), (RIGHT, y), HAIR);
        page.check_box(sent + 3.0, y + 1.8, 4.4, false);
        page.check_box(received + 3.0, y + 1.8, 4.4, false);
    });
    page.element(Role::Paragraph, |page| {
        page.text(LEFT + 1.0, y + 5.2, 8.0, &number.to_string());
        page.receipt_number(receipt + 18.0, y + 5.2, 9.5, &line.receipt);
        page.lines(name + 1.0, y + 2.6, fitted);
        page.text(name + 1.0, y + 2.4, 5.0, &line.kana);
        page.text(kind + 1.0, y + 5.2, 8.0, line.kind);
    });
    Ok(())
}

fn foot(page: &mut Page<'_>, list: &ShipmentList, (number, count): (usize, usize)) {
    let is_missing = list
        .lines
        .iter()
        .any(|line| !page.fonts.missing(&line.name).is_empty());
    page.element(Role::Paragraph, |page| {
        if is_missing {
            page.text(
                LEFT,
                280.0,
                7.5,
                "□のところは、印字できない字です。戸籍のとおりに手で書いてください。",
            );
        }
        page.text(
            LEFT,
            288.5,
            8.0,
            &format!("{}　{number}/{count}", list.number),
        );
        if list.demo {
            page.text_right(
                RIGHT,
                288.5,
                8.0,
                "見本：実在しない人のデータです。 DEMO – not real people.",
            );
        }
    });
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::documents::fonts::{FontSettings, IpamjMincho};
    use crate::documents::proof;
    use crate::domain::shipment::ShipmentNumber;

    fn list(kind: ShipmentKind, count: usize) -> ShipmentList {
        let number = ShipmentNumber::from_random(7);
        let line = |n: usize| ListedCase {
            receipt: "K7M4-2PQX-9T".to_owned(),
            name: if n == 1 {
                "𠮷田　花子".to_owned()
            } else {
                format!("見本　花子{}", "の".repeat(n % 40))
            },
            kana: "ヨシダ　ハナコ".to_owned(),
            kind: "新規",
        };
        ShipmentList {
            kind,
            number: number.to_string(),
            payload: number.payload(),
            from: "在英国日本国大使館".to_owned(),
            to: "神奈川県横浜市中区役所".to_owned(),
            made_on: date(2026, 11, 24),
            carriage: "EMS EE123456789GB".to_owned(),
            is_sealed: true,
            is_notice: kind == ShipmentKind::Card,
            made_by: "見本 太郎".to_owned(),
            counted_by: String::new(),
            lines: (1..=count).map(line).collect(),
            demo: true,
        }
    }

    #[test]
    fn every_page_of_a_list_carries_the_symbol_that_opens_its_bag() {
        let fonts = Fonts::load(&FontSettings {
            ipamj_mincho: IpamjMincho::Never,
        })
        .unwrap();
        for (kind, count, pages) in [
            (ShipmentKind::Form, 1, 1),
            (ShipmentKind::Form, LINES, 1),
            (ShipmentKind::Card, LINES + 1, 2),
            (ShipmentKind::Card, 500, 23),
        ] {
            let list = list(kind, count);
            let file = draw(&fonts, &list).unwrap();
            assert_eq!(list.payloads().len(), pages);
            assert_eq!(
                proof::prove(&file, &list.payloads()),
                Ok(()),
                "{kind:?} {count}"
            );
            assert_eq!(file, draw(&fonts, &list).unwrap());
        }
    }
}
