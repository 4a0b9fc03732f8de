//! One application from the made form to the place of pickup, wholly through the pages, as each role reads them; between the hand-overs the applicant's
//! own page and her mails are read.

use jiff::SignedDuration;
use tsubame::documents::photo::sample::Portrait;
use tsubame::domain::receipt_number::ReceiptNumber;
use tsubame::domain::staff::Role;

use super::applicant::EMAIL;
use super::desk_cast::{LONDON, NAKA, agree, approver, clerk};
use super::finish::{at_review, reference};
use super::legs_desk::{scan, scan_card, sheet_one};
use super::photo_files::jpeg;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::{Person, Upload};

const DECIDE: &str = "決定して次の申請へ";

/// The applicant's side of one case.
struct Hanako<'a> {
    app: &'a TestApp,
    browser: Person,
    home: String,
    number: ReceiptNumber,
    mails_read: usize,
}

impl<'a> Hanako<'a> {
    /// Her form is made; `london`: she files there and collects there, otherwise both at the municipality of her register.
    fn with_form(app: &'a TestApp, london: bool) -> Self {
        let (mut browser, home) = at_review(app);
        if london {
            browser
                .open(&format!("{home}/offices?back=review"))
                .choose("申請書を提出するところ", "在外公館")
                .choose("カードを受け取るところ", "提出するところと同じ")
                .fill("公館のある国・地域", "英国")
                .press("この国の公館を表示")
                .expect(200)
                .choose("在外公館", "在英国日本国大使館")
                .press("保存して次へ")
                .expect(200)
                .sees("入力内容を確認してください");
        }
        browser
            .tick("上の内容は戸籍のとおり")
            .press("申請書を作る")
            .expect(200)
            .sees("申請書ができました");
        let mut hanako = Self {
            app,
            browser,
            number: reference(&home),
            home,
            mails_read: 0,
        };
        hanako.mails_read = app.mails_to(EMAIL).len();
        app.later(SignedDuration::from_secs(1));
        hanako
    }

    /// What came since the last look: these notices and no others, each about this case and with nothing that a mail must not hold.
    fn is_told(&mut self, notices: &[&str]) -> &mut Self {
        let mails = self.app.mails_to(EMAIL);
        let new = mails.get(self.mails_read..).unwrap_or_default();
        let codes: Vec<&str> = new.iter().map(|mail| mail.notice.as_str()).collect();
        assert_eq!(codes, notices);
        for mail in new {
            let text = &mail.text;
            assert!(text.contains(&self.number.to_string()), "{text}");
            assert!(text.contains(&self.home), "a way to her page: {text}");
            let longest = text.split(|c: char| !c.is_ascii_digit()).map(str::len);
            assert!(
                longest.max() < Some(12),
                "no number of twelve digits: {text}"
            );
            for private in ["1988", "昭和63", "7946", "Sample Street"] {
                assert!(!text.contains(private), "{private} in {text}");
            }
        }
        self.mails_read = mails.len();
        self.app.later(SignedDuration::from_secs(1));
        self
    }

    /// Her page stands at this step, and says that it is her turn or does not.
    fn reads(&mut self, step: &str, is_her_turn: bool) -> &mut Self {
        let page = format!("{}/status", self.home);
        self.browser.open(&page).expect(200).sees("申請の状況");
        assert_eq!(self.browser.page.current_step(), step);
        let text = self.browser.page.text();
        assert_eq!(
            text.contains("あなたの対応が必要です"),
            is_her_turn,
            "{text}"
        );
        self
    }

    /// The page of corrections and questions, from the link of her status page.
    fn opens_the_fix(&mut self) -> &mut Person {
        self.browser.follow_link("くわしく見る・直す").expect(200)
    }

    fn takes_a_new_photo(&mut self) {
        let bytes = jpeg(&Portrait::of_person(2));
        let upload = Upload {
            file_name: "me.jpg",
            content_type: "image/jpeg",
            bytes: &bytes,
        };
        self.browser
            .follow_link("新しい写真を選ぶ")
            .expect(200)
            .upload("写真を調べる", &upload)
            .expect(200);
        self.browser
            .tick("6か月以内に撮った、本人の写真です")
            .press("この写真を使う")
            .expect(200);
    }

    /// The case before a clerk, from a queue of her desk.
    fn before<'p>(&self, clerk: &'p mut Person, queue: &str) -> &'p mut Person {
        clerk.open(&format!("/staff/queues/{queue}")).expect(200);
        clerk.follow_link(&self.number.to_string()).expect(200)
    }
}

/// The people of 横浜市中区 and the issuer.
struct Naka {
    clerk: Person,
    colleague: Person,
    approver: Person,
    issuer: Person,
}

impl Naka {
    fn new(app: &TestApp) -> Self {
        Self {
            clerk: clerk(app, "naka", NAKA),
            colleague: clerk(app, "minato", NAKA),
            approver: approver(app, "second", NAKA),
            issuer: app.staff("issuer", &[Role::Issuer], ""),
        }
    }

    /// Two people agree that everything stands in the register.
    fn confirm(&mut self, hanako: &Hanako<'_>) {
        hanako.before(&mut self.clerk, "match");
        agree(&mut self.clerk)
            .choose("審査の結果", "確認ずみ")
            .press(DECIDE)
            .expect(200);
        self.approver
            .open("/staff/approvals")
            .follow_link(&hanako.number.to_string())
            .press("承認する")
            .expect(200);
        assert!(
            self.approver.page.text().contains("承認しました"),
            "{}",
            self.approver.page.text()
        );
    }

    fn release(&mut self) {
        self.clerk
            .open("/staff")
            .follow_link("まとめて発行機関へ送る")
            .press("選んだ申請を発行機関へ送る")
            .expect(200);
        assert!(self.clerk.page.text().contains("1件を発行機関へ送りました"));
    }

    /// The issuer makes a batch of what was released and enters what the inspector found.
    fn inspect(&mut self, hanako: &Hanako<'_>, finding: &str) {
        self.issuer
            .open("/issuer/batches")
            .press("新しいバッチを作る（1件）")
            .expect(200)
            .choose(&format!("{} の検査の結果", hanako.number), finding)
            .press("作成済にする")
            .expect(200);
        hanako.app.do_jobs();
        self.issuer.follow_link("最新の状態を見る").expect(200);
    }

    /// The made card travels from the issuer to the municipality, and is set up there.
    fn fetch_the_card(&mut self, hanako: &Hanako<'_>) {
        self.issuer
            .open("/issuer/shipments")
            .follow_link("横浜市中区")
            .fill("数えたカードの枚数", "1")
            .press("発送を記録する")
            .expect(200);
        hanako.app.do_jobs();
        self.clerk
            .open("/staff/shipments?view=expected")
            .expect(200);
        let list = self.clerk.page.first_ref();
        open_the_bag(&mut self.clerk, &list)
            .fill("受付番号またはQR", &sheet_one(hanako.number))
            .press("登録")
            .expect(200);
        close_the_bag(&mut self.clerk);
    }
}

/// The one who receives opens the shipment and its bag.
fn open_the_bag<'p>(receiver: &'p mut Person, list: &str) -> &'p mut Person {
    receiver
        .open("/staff/shipments?view=expected")
        .follow_link(list)
        .expect(200)
        .press("届いた。袋をあける")
        .expect(200)
}

fn close_the_bag(receiver: &mut Person) {
    receiver
        .fill("袋の中の件数", "1")
        .press("この袋を閉じる")
        .expect(200);
    assert!(receiver.page.text().contains("袋を閉じました：1件"));
}

/// One makes the list, another counts it and sends it; its number.
fn send(maker: &mut Person, counter: &mut Person, to: &str) -> String {
    maker
        .open("/staff/shipments")
        .follow_link(&format!("{to}（1件）"))
        .expect(200)
        .fill("追跡番号", "EE123456789GB")
        .press("準備する")
        .expect(200);
    let page = maker.page.path.clone();
    counter
        .open(&page)
        .expect(200)
        .fill("数えた数", "1")
        .press("数を確かめて送る")
        .expect(200);
    page.rsplit('/').next().unwrap().to_owned()
}

/// The embassy receives the posted form, has it corrected, and receives it again.
fn received_and_corrected(hanako: &mut Hanako<'_>, taro: &mut Person) {
    let page = format!("{}/sent", hanako.home);
    hanako
        .browser
        .open(&page)
        .fill("追跡番号", "EE123456789GB")
        .press("登録する")
        .expect(200);
    scan(taro, &sheet_one(hanako.number)).expect(200);
    hanako.is_told(&["N05"]).reads("受け付けました", false);
    hanako
        .before(taro, "received")
        .choose("審査の結果", "直してもらう")
        .tick("D09")
        .fill("申請者に送る文", "日付の欄です")
        .press(DECIDE)
        .expect(200);
    hanako.is_told(&["N06"]).reads("受け付けました", true);
    let fix = hanako.opens_the_fix();
    assert!(fix.page.text().contains("日付の欄です"));
    fix.tick("D09")
        .fill("担当への返事", "EMSで送りました")
        .press("直したものを送る")
        .expect(200);
    hanako.is_told(&[]).reads("受け付けました", false);
    hanako.before(taro, "reply");
    assert!(taro.page.text().contains("EMSで送りました"));
    scan(taro, &sheet_one(hanako.number)).expect(200);
    hanako.is_told(&["N05b"]).reads("受け付けました", false);
}

/// The municipality asks, she answers on the site.
fn asked_and_answered(hanako: &mut Hanako<'_>, naka: &mut Naka) {
    hanako
        .before(&mut naka.clerk, "match")
        .choose("審査の結果", "照会する")
        .fill("申請者に送る文", "転出届はどこに出しましたか")
        .press(DECIDE)
        .expect(200);
    hanako
        .is_told(&["N09"])
        .reads("本籍地が確認しています", true);
    hanako
        .opens_the_fix()
        .sees("確認したいことがあります")
        .fill("返事", "横浜市中区です")
        .press("返事を送る")
        .expect(200);
    hanako.is_told(&[]).reads("本籍地が確認しています", false);
    hanako.before(&mut naka.clerk, "match");
    assert!(naka.clerk.page.text().contains("横浜市中区です"));
}

/// The issuer finds a fault of the photo; she takes another and the card is made.
fn photo_taken_again(hanako: &mut Hanako<'_>, naka: &mut Naka) {
    naka.inspect(hanako, "写真不良");
    hanako.is_told(&["N06"]).reads("カードを作っています", true);
    hanako.opens_the_fix();
    hanako.takes_a_new_photo();
    hanako.is_told(&[]).reads("カードを作っています", false);
    hanako
        .before(&mut naka.clerk, "issuer-defect")
        .choose("審査の結果", "直ったので")
        .press(DECIDE)
        .expect(200);
    naka.inspect(hanako, "合格");
    hanako.is_told(&[]).reads("カードを作っています", false);
}

on_each_database! {
    fn a_form_posted_to_london_becomes_a_card_on_the_shelf_there(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = Hanako::with_form(&app, true);
        let (mut taro, mut hana, mut naka) = (clerk(&app, "taro", LONDON), clerk(&app, "hana", LONDON), Naka::new(&app));
        received_and_corrected(&mut hanako, &mut taro);
        let list = send(&mut taro, &mut hana, "神奈川県横浜市中区");
        hanako.is_told(&["N08"]).reads("本籍地に送っています", false);
        open_the_bag(&mut naka.clerk, &list);
        naka.clerk.fill("受付番号またはQR", &sheet_one(hanako.number)).press("登録").expect(200);
        close_the_bag(&mut naka.clerk);
        hanako.is_told(&[]).reads("本籍地が確認しています", false);
        asked_and_answered(&mut hanako, &mut naka);
        naka.confirm(&hanako);
        hanako.is_told(&[]).reads("本籍地が確認しています", false);
        naka.release();
        hanako.is_told(&["N10"]).reads("カードを作っています", false);
        photo_taken_again(&mut hanako, &mut naka);
        naka.fetch_the_card(&hanako);
        hanako.is_told(&[]).reads("カードを作っています", false);
        let list = send(&mut naka.clerk, &mut naka.colleague, "在英国日本国大使館");
        hanako.is_told(&["N11"]).reads("受取場所に送っています", false);
        open_the_bag(&mut taro, &list);
        scan_card(&mut taro, &hanako.number.to_string(), "B-12").expect(200);
        close_the_bag(&mut taro);
        hanako.is_told(&[]).reads("受取場所に送っています", false);
        hanako.before(&mut taro, "ready").choose("審査の結果", "受け取りの案内を送る").press(DECIDE).expect(200);
        hanako.is_told(&["N12"]).reads("受け取りの準備ができました", true);
        hanako.browser.open(&format!("{}/notices", hanako.home)).expect(200);
        for subject in ["申請書を受け付けました", "申請を直してください", "受け取り準備ができました"] {
            assert!(hanako.browser.page.text().contains(subject), "{subject}: {}", hanako.browser.page.text());
        }
    }

    fn a_form_brought_to_the_keeper_of_the_register_is_collected_there(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = Hanako::with_form(&app, false);
        let mut naka = Naka::new(&app);
        naka.clerk.open("/staff/intake").choose("届き方", "窓口").fill("受付番号またはQR", &sheet_one(hanako.number)).press("登録").expect(200);
        hanako.is_told(&["N05"]).reads("本籍地が確認しています", false);
        hanako.before(&mut naka.clerk, "match").choose("審査の結果", "直してもらう").tick("D04").press(DECIDE).expect(200);
        hanako.is_told(&["N06"]).reads("受け付けました", true);
        app.later(SignedDuration::from_mins(1));
        hanako.opens_the_fix().follow_link("答えを直して、申請書を作り直す").expect(200).fill("名 ", "華子").press("保存して次へ").expect(200);
        hanako.browser.tick("上の内容は戸籍のとおり").press("申請書を作り直す").expect(200).sees("直してほしいところがあります");
        hanako.browser.tick("D04").press("直したものを送る").expect(200);
        scan(&mut naka.clerk, &sheet_one(hanako.number)).expect(422);
        naka.clerk.press("第2版（いま有効）").expect(200);
        hanako.is_told(&["N05b"]).reads("本籍地が確認しています", false);
        naka.confirm(&hanako);
        naka.release();
        hanako.is_told(&["N10"]).reads("カードを作っています", false);
        naka.inspect(&hanako, "合格");
        naka.fetch_the_card(&hanako);
        hanako.is_told(&[]).reads("カードを作っています", false);
        hanako.before(&mut naka.clerk, "setup").choose("審査の結果", "受け取りの案内を送る").press(DECIDE).expect(200);
        hanako.is_told(&["N12"]).reads("受け取りの準備ができました", true);
        assert!(hanako.browser.page.text().contains("この申請では、この段階はありません"));
    }
}
