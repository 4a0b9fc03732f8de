//! Sheet 3: the checklist, which stays with the applicant. Japanese first, English small under each line, for whoever helps her.

use super::cell;
use super::frame::{self, FRAME, LEFT, RIGHT};
use super::{Content, Kind, Posting, PrintError, Sheet};
use crate::documents::fonts::Fonts;
use crate::documents::pdf::{Page, Role};

/// Width of running text.
const WIDTH: f32 = RIGHT - LEFT;

/// For whom a line of the checklist is.
#[derive(Debug, Clone, Copy)]
enum For {
    Everybody,
    UntypableName,
    Photo,
    NoPhoto,
    OldCard,
    PerhapsOldCard,
    Loss,
    Representative,
}

impl For {
    fn includes(self, fonts: &Fonts, content: &Content) -> bool {
        let person = &content.person;
        match self {
            Self::Everybody => true,
            Self::UntypableName => frame::is_name_by_hand(fonts, content),
            Self::Photo => !person.under_one,
            Self::NoPhoto => person.under_one,
            Self::OldCard => content.kind != Kind::New,
            Self::PerhapsOldCard => content.kind == Kind::New,
            Self::Loss => content.kind == Kind::Reissue,
            Self::Representative => person.under_fifteen || content.agent.is_some(),
        }
    }
}

/// The lines to tick off, in the order in which one packs the envelope.
const ITEMS: [(For, &str, &str); 13] = [
    (
        For::Everybody,
        "様式1：マイナンバー12けたを書いた",
        "Form 1: My Number (12 digits) written",
    ),
    (
        For::Everybody,
        "様式1：申請日を書いた",
        "Form 1: date of application written",
    ),
    (
        For::Everybody,
        "様式1：氏名を書いた（自署）",
        "Form 1: name written by hand",
    ),
    (
        For::UntypableName,
        "様式1：氏名を、戸籍のとおりに手で書いた（印刷できない文字があるため）",
        "Form 1: name written by hand exactly as in the family register",
    ),
    (
        For::Photo,
        "様式1：写真を貼った（裏に氏名・生年月日）",
        "Form 1: photo glued on (name and birth date on its back)",
    ),
    (
        For::NoPhoto,
        "写真はいりません（申請する日に1歳未満の方）",
        "No photo needed (under one year old on the day of application)",
    ),
    (
        For::Everybody,
        "様式2：暗証番号を書き、封筒に入れて封をした",
        "Form 2: PINs written, sealed in its own envelope",
    ),
    (
        For::OldCard,
        "いま持っている（古い）マイナンバーカードを用意した",
        "Old My Number Card ready",
    ),
    (
        For::PerhapsOldCard,
        "古いマイナンバーカードがあれば用意した",
        "Old My Number Card ready, if you have one",
    ),
    (
        For::Loss,
        "なくした・焼けたなどのときは、それを示す書類（届出の証明など）を入れた",
        "If lost or burnt: proof of loss, such as a police report",
    ),
    (
        For::Representative,
        "代理人の書類を入れた（提出先が求めるとき。戸籍謄本・登記事項証明書など）",
        "Papers of the representative, if the office asks for them",
    ),
    (
        For::Everybody,
        "提出先が求める本人確認書類（旅券など）を用意した",
        "Identity document (passport etc.) as the office asks",
    ),
    (
        For::Everybody,
        "送付状（様式4）を入れ、郵送するときは封筒に宛名ラベルを貼った",
        "Covering letter (form 4) enclosed; label on the envelope if you post it",
    ),
];

pub(super) fn draw(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    let title = [
        "出す前のチェックリスト",
        "本人控え（このシートは出しません）",
    ];
    frame::head(
        page,
        content,
        Sheet::Checklist,
        title,
        "Checklist – keep this sheet, do not send it",
    )?;
    deadline(page, content)?;
    let bottom = items(page, content, 61.0);
    let bottom = posting(page, content, bottom + 3.0);
    afterwards(page, content, bottom + 5.0);
    keep(page);
    Ok(())
}

/// Until when, and where.
fn deadline(page: &mut Page<'_>, content: &Content) -> Result<(), PrintError> {
    page.artifact(|page| page.area(LEFT, 36.0, WIDTH, 20.0, FRAME));
    page.element(Role::Paragraph, |page| {
        page.text(LEFT + 3.0, 43.0, 7.0, "提出期限 / Hand in by");
        page.text(LEFT + 32.0, 43.2, 12.0, &content.deadline);
        page.text(LEFT + 90.0, 43.2, 8.0, &content.deadline_en);
    });
    let place = if content.filing.name_en.is_empty() {
        content.filing.name.clone()
    } else {
        format!("{}　{}", content.filing.name, content.filing.name_en)
    };
    let label = ("提出先 / Where", LEFT + 3.0, LEFT + 32.0);
    cell::line(page, label, 51.6, (138.0, 11.0), ("filing", &place))
}

/// The lines of this person; the bottom they reach.
fn items(page: &mut Page<'_>, content: &Content, top: f32) -> f32 {
    page.group(Role::List, |page| {
        let mut baseline = top + 5.0;
        for (_, line, english) in ITEMS
            .iter()
            .filter(|(whom, ..)| whom.includes(page.fonts, content))
        {
            page.list_item(|page| {
                page.check_box(LEFT + 1.0, baseline - 4.0, 5.0, false);
                page.text(LEFT + 9.0, baseline - 0.2, 10.0, line);
                page.text(LEFT + 9.0, baseline + 3.4, 7.0, english);
            });
            baseline += 11.0;
        }
        baseline - 5.0
    })
}

/// Whether and how it may be sent; the bottom this reaches.
fn posting(page: &mut Page<'_>, content: &Content, top: f32) -> f32 {
    let (answer, english) = match &content.filing.posting {
        Posting::Accepted => (
            "できます。追跡できる方法（書留・EMS・DHLなど）で送ってください。",
            "Post is accepted. Use a tracked service.",
        ),
        Posting::Refused => (
            "できません。窓口へ持って行ってください。",
            "Post is not accepted. Bring the papers to the counter.",
        ),
        Posting::Conditional(condition) => (
            condition.as_str(),
            "Under conditions: ask the office if in doubt.",
        ),
        Posting::Unknown => (
            "確認できていません。送る前に問い合わせてください。",
            "Not known. Ask the office before you send anything.",
        ),
    };
    frame::heading(page, LEFT, top + 4.0, "郵送できますか　By post?");
    let answer = format!("{} → {answer}", content.filing.name);
    let envelope = "折らずに、角形2号またはC4の封筒で送るのがおすすめです。折るときは左端の印で折ってください。";
    let bottom = bilingual(page, top + 6.0, &answer, english);
    let english = "Best sent unfolded (C4). If you fold, fold at the marks on the left edge.";
    bilingual(page, bottom + 1.0, envelope, english)
}

/// What happens once the papers are on their way.
fn afterwards(page: &mut Page<'_>, content: &Content, top: f32) {
    frame::heading(page, LEFT, top + 4.0, "出したあと　Afterwards");
    let tracking = "郵送したら、送った日と追跡番号をこのサイトに登録してください。";
    let bottom = bilingual(
        page,
        top + 6.0,
        tracking,
        "If you post it, enter the date and the tracking number on this site.",
    );
    let notices = format!("お知らせは、すべてメールで届きます：{}", content.email);
    let bottom = bilingual(
        page,
        bottom + 1.0,
        &notices,
        "All notices come by e-mail to this address.",
    );
    let pickup = format!(
        "カードの受取場所：{}（受け取りには本人が行きます）",
        content.pickup
    );
    bilingual(
        page,
        bottom + 1.0,
        &pickup,
        "Collect the card there in person.",
    );
}

/// A paragraph with its English under it; the bottom it reaches.
fn bilingual(page: &mut Page<'_>, top: f32, japanese: &str, english: &str) -> f32 {
    page.element(Role::Paragraph, |page| {
        let bottom = page.prose(LEFT, top, WIDTH, 9.0, japanese);
        page.prose(LEFT, bottom, WIDTH, 7.0, english)
    })
}

/// What is kept at home.
fn keep(page: &mut Page<'_>) {
    page.artifact(|page| page.area(LEFT, 268.0, WIDTH, 12.0, FRAME));
    page.element(Role::Paragraph, |page| {
        page.text(
            LEFT + 3.0,
            273.3,
            9.0,
            "なくさないように：このチェックリストと、暗証番号の控えは、送らずに保管してください。",
        );
        page.text(
            LEFT + 3.0,
            277.4,
            7.0,
            "Keep this checklist and your note of the PINs. Do not send them.",
        );
    });
}
