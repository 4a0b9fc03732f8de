//! Sheet 1: the application itself (個人番号カード交付申請書 兼 電子証明書発行申請書).

use super::cell::{self, Cell, row};
use super::frame::{self, FRAME, HAIR, LEFT, RIGHT};
use super::{Agent, Content, Kind, PrintError, Sex, Sheet};
use crate::documents::pdf::{Ink, Page, Role};
use crate::documents::text::Space;
use crate::i18n::Lang;

/// Width of the upper table, which leaves the photo free.
const TABLE: f32 = 134.0;
/// Full width.
const FULL: f32 = RIGHT - LEFT;
/// Digits of a My Number.
const DIGITS: u8 = 12;
/// Width of the box of a digit.
const DIGIT: f32 = 8.0;

pub(super) fn draw(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let title = [
        "マイナンバーカード（個人番号カード）交付申請書",
        "兼 電子証明書発行申請書（国外転出者用）",
    ];
    let english =
        "Application for the My Number Card and its electronic certificates (people abroad)";
    frame::head(page, content, Sheet::Application, title, english)?;
    frame::fold_ticks(page);
    kind(page, content)?;
    person(page, content)?;
    photo(page, content);
    number(page, content.language);
    contact(page, content)?;
    choices(page, content)?;
    signature(page, content);
    name_by_hand(page, content)?;
    agent(page, content)?;
    office(page, content.language);
    Ok(())
}

/// What is applied for, and where.
fn kind(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    page.element(Role::Paragraph, |page| {
        page.text(LEFT, 38.4, 7.0, "申請区分");
        let kinds = [
            (38.0, Kind::New, "新規"),
            (58.0, Kind::Renewal, "更新"),
            (78.0, Kind::Reissue, "再交付"),
        ];
        for (x, kind, name) in kinds {
            page.check_box(x, 35.2, 3.6, content.kind == kind);
            page.text(x + 5.0, 38.5, 9.0, name);
        }
        if !content.reissue_reason.is_empty() {
            let reason = format!("（事由：{}）", content.reissue_reason);
            page.text(95.0, 38.5, 9.0, &reason);
        }
    });
    cell::line(
        page,
        ("提出先", LEFT, 38.0),
        45.2,
        (118.0, 9.0),
        ("filing", &content.filing.name),
    )
}

fn person(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let (person, language) = (&content.person, content.language);
    let half = TABLE / 2.0;
    let kana = [
        (
            "氏のフリガナ",
            "Surname kana",
            person.family_kana.as_str(),
            half,
        ),
        ("名のフリガナ", "Given kana", &person.given_kana, half),
    ];
    let name = [
        ("氏", "Surname", person.family.as_str(), half),
        ("名", "Given name", &person.given, half),
    ];
    let sex = match person.sex {
        Sex::Male => "男",
        Sex::Female => "女",
    };
    let birth = [
        ("生年月日", "Date of birth", person.birth.as_str(), 100.0),
        ("性別", "Sex", sex, 34.0),
    ];
    let roman = [(
        "ローマ字氏名",
        "Name in passport",
        person.roman.as_str(),
        TABLE,
    )];
    let honseki = [(
        "本籍地市区町村",
        "Family register in",
        content.honseki.as_str(),
        TABLE,
    )];
    let departure = [(
        "国外転出（予定）日",
        "Date moved abroad",
        content.departure.as_str(),
        TABLE,
    )];
    row(page, language, "kana", (50.0, 7.0), &kana)?;
    row(page, language, "name", (57.0, 10.0), &name)?;
    row(page, language, "roman", (67.0, 7.0), &roman)?;
    row(page, language, "birth", (74.0, 8.0), &birth)?;
    row(page, language, "honseki", (82.0, 8.0), &honseki)?;
    row(page, language, "departure", (90.0, 7.0), &departure)?;
    page.artifact(|page| page.area(LEFT, 50.0, TABLE, 47.0, FRAME));
    Ok(())
}

/// The frame for the photo, 35 × 45 mm, or the reason why there is none.
fn photo(page: &mut Page<'_>, content: &Content) {
    page.artifact(|page| page.area(158.0, 50.0, 35.0, 45.0, Ink::Dashed(0.8)));
    let lines: &[(f32, f32, &str)] = if content.person.under_one {
        &[
            (68.0, 9.0, "写真はいりません"),
            (73.5, 7.0, "（申請する日に1歳未満）"),
            (80.0, 6.0, "No photo"),
            (83.0, 6.0, "(under one year old)"),
        ]
    } else {
        &[
            (63.0, 9.0, "写真をはる"),
            (69.5, 7.5, "たて45mm×よこ35mm"),
            (74.0, 6.5, "6か月以内・無帽・正面・無背景"),
            (78.0, 6.5, "裏に氏名と生年月日を書く"),
            (84.0, 6.0, "Glue the photo here, name"),
            (87.0, 6.0, "and birth date on its back"),
        ]
    };
    page.element(Role::Paragraph, |page| {
        for (baseline, size, line) in lines {
            page.text_centred(175.5, *baseline, *size, line);
        }
    });
}

/// Twelve empty boxes, over which lies a field of the reader's viewer: the number reaches nobody else.
fn number(page: &mut Page<'_>, language: Lang) {
    let (x, y, height) = (47.0, 103.5, 9.0);
    let width = DIGIT * f32::from(DIGITS);
    page.element(Role::Paragraph, |page| {
        page.text(LEFT, y + 5.0, 9.0, "個人番号");
        let below = if language == Lang::En {
            "My Number"
        } else {
            "（マイナンバー）"
        };
        page.text(LEFT, y + 8.2, 6.0, below);
    });
    page.artifact(|page| {
        for index in 0..=DIGITS {
            let at = x + f32::from(index) * DIGIT;
            let ink = if index % 4 == 0 { Ink::Line(1.4) } else { HAIR };
            page.stroke((at, y), (at, y + height), ink);
        }
        for edge in [y, y + height] {
            page.stroke((x - 0.25, edge), (x + width + 0.25, edge), Ink::Line(1.4));
        }
    });
    let hint = "個人番号（マイナンバー）12けた。入力した番号はこのファイルの中だけに残り、どこにも送られません。";
    page.field("my_number", hint, i64::from(DIGITS), [x, y, width, height]);
    page.element(Role::Paragraph, |page| {
        let lines = match language {
            Lang::Ja => [
                "黒いペンで書くか、PDFの画面で",
                "入力して印刷します。入力した番号は",
                "どこにも送られません。",
            ],
            Lang::En => [
                "手で書くか、PDFの画面で入力して印刷",
                "Write it by hand, or type it here in your",
                "PDF viewer and print. It is sent nowhere.",
            ],
        };
        for (step, line) in (0_u8..).zip(lines) {
            page.text(x + width + 3.0, y + 3.0 + f32::from(step) * 2.8, 6.0, line);
        }
    });
}

fn contact(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let (lines, left_out) = cell::printable(page.fonts, &content.address);
    let address = lines.join("　");
    let height = if left_out { 9.8 } else { 12.0 };
    let email = [
        ("メールアドレス", "E-mail", content.email.as_str(), 110.0),
        ("電話", "Phone", &content.phone, 65.0),
    ];
    let cell = Cell {
        area: [LEFT, 115.0, FULL, 12.0],
        label: "国外の住所（任意）",
        english: "Address abroad",
        value: &address,
    };
    cell.draw_in(page, content.language, "address", height)?;
    if left_out {
        page.element(Role::Paragraph, |page| {
            let note = "印刷できない文字の行は省きました。必要なら手で書いてください。 Lines we cannot print are left out: add them by hand if needed.";
            page.text(46.5, 126.2, 5.5, note);
        });
    }
    row(page, content.language, "email", (127.0, 7.0), &email)
}

/// Where the card is collected, which certificates are not wanted, braille.
fn choices(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let language = content.language;
    let pickup = [(
        "受取場所",
        "Where to collect",
        content.pickup.as_str(),
        FULL,
    )];
    row(page, language, "pickup", (134.0, 6.5), &pickup)?;
    let certificates = Cell {
        area: [LEFT, 140.5, 115.0, 6.5],
        label: "電子証明書",
        english: "Certificates",
        value: "",
    };
    certificates.outline(page);
    page.element(Role::Paragraph, |page| {
        certificates.name(page, language);
        let boxes = [
            (47.0, "署名用：不要", content.without_signing),
            (76.0, "利用者証明用：不要", content.without_authentication),
        ];
        for (x, name, refused) in boxes {
            page.check_box(x, 142.2, 3.2, refused);
            page.text(x + 4.4, 144.9, 8.0, name);
        }
        if !content.without_signing && !content.without_authentication {
            page.text(110.0, 144.9, 7.0, "（両方とも発行）");
        }
    });
    let wanted = if content.braille.is_empty() {
        "希望しない"
    } else {
        &content.braille
    };
    let braille = Cell {
        area: [LEFT + 115.0, 140.5, 60.0, 6.5],
        label: "点字",
        english: "Braille",
        value: wanted,
    };
    braille.draw(page, language, "braille")?;
    page.artifact(|page| page.area(LEFT, 115.0, FULL, 32.0, FRAME));
    Ok(())
}

/// Statement, date and name, all by hand.
fn signature(page: &mut Page<'_>, content: &Content) {
    let english = content.language == Lang::En;
    page.element(Role::Paragraph, |page| {
        page.text(LEFT, 153.5, 8.5, "上のとおり、個人番号カードの交付と電子証明書の発行を申請し、上の受取場所での受け取りを希望します。");
        if english {
            page.text(LEFT, 156.4, 6.0, "I apply for the card and the certificates as stated above, and wish to collect the card at the place stated above.");
        }
    });
    page.artifact(|page| {
        page.area(LEFT, 158.0, 95.0, 10.0, HAIR);
        page.area(LEFT, 168.0, FULL, 17.0, FRAME);
    });
    page.element(Role::Paragraph, |page| {
        page.text(LEFT + 1.2, 162.6, 7.0, "申請日（手で書く）");
        if english {
            page.text(LEFT + 1.2, 165.8, 5.5, "Date of application (by hand)");
        }
        for (x, unit) in [(74.0, "年"), (90.0, "月"), (106.0, "日")] {
            page.text(x, 164.6, 9.0, unit);
        }
    });
    page.element(Role::Paragraph, |page| {
        page.text(
            LEFT + 1.2,
            171.5,
            7.0,
            "申請者の氏名（自分の手で書く。15歳未満のときは法定代理人が書く）",
        );
        if english {
            page.text(
                108.0,
                171.5,
                5.5,
                "Applicant's name, handwritten (under 15: by the legal representative)",
            );
        }
    });
}

/// Room for a name that cannot be printed, with what the applicant said about it.
fn name_by_hand(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    if !frame::is_name_by_hand(page.fonts, content) {
        return Ok(());
    }
    let note = &content.person.untypable_note;
    let space = Space {
        width: 84.0,
        height: 4.5,
        largest: 7.0,
        wrap_at: 6.0,
    };
    let field = "untypable_note";
    let note = page.fit(note, space).ok_or(PrintError::TooLong { field })?;
    page.artifact(|page| page.area(LEFT, 185.0, FULL, 11.0, FRAME));
    page.element(Role::Paragraph, |page| {
        let order = "印刷できない文字があります。戸籍のとおりの氏名をここに手で書いてください。";
        page.text(LEFT + 1.2, 188.2, 7.0, order);
        if content.language == Lang::En {
            let order = "Write the name here exactly as in the family register.";
            page.text(LEFT + 1.2, 190.6, 5.5, order);
        }
        page.lines(109.5, 185.9, note);
    });
    Ok(())
}

fn agent(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    frame::heading(
        page,
        LEFT,
        205.5,
        "代理人（15歳未満・成年被後見人のとき、ほかの人が提出するとき）",
    );
    let agent = content.agent.as_ref();
    let of = |read: fn(&Agent) -> &String| agent.map_or("", |agent| read(agent).as_str());
    let name = [
        (
            "代理人の氏名",
            "Representative",
            of(|agent| &agent.name),
            105.0,
        ),
        (
            "本人との関係",
            "Relation",
            of(|agent| &agent.relation),
            70.0,
        ),
    ];
    let address = [("住所", "Address", of(|agent| &agent.address), FULL)];
    let phone = [("電話", "Phone", of(|agent| &agent.phone), FULL)];
    row(page, content.language, "agent", (207.5, 10.0), &name)?;
    row(page, content.language, "agent", (217.5, 10.0), &address)?;
    row(page, content.language, "agent", (227.5, 9.0), &phone)?;
    page.artifact(|page| page.area(LEFT, 207.5, FULL, 29.0, FRAME));
    Ok(())
}

/// For the receiving office.
fn office(page: &mut Page<'_>, language: Lang) {
    page.element(Role::Heading, |page| {
        page.text(LEFT, 244.0, 9.0, "受付者使用欄（公館・市区町村）");
        if language == Lang::En {
            page.text(72.0, 244.0, 6.0, "For the office – leave blank");
        }
    });
    let columns = [
        (0.0, "受付日・受付印"),
        (45.0, "本人確認"),
        (90.0, "送付日"),
        (130.0, "備考"),
    ];
    page.artifact(|page| {
        page.area(LEFT, 246.0, FULL, 22.0, FRAME);
        for (x, _) in columns.into_iter().skip(1) {
            page.stroke((LEFT + x, 246.0), (LEFT + x, 268.0), HAIR);
        }
    });
    page.element(Role::Paragraph, |page| {
        for (x, label) in columns {
            page.text(LEFT + x + 1.2, 249.5, 7.0, label);
        }
    });
}
