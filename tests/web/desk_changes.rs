//! The photo at the desk, changes and ends over HTTP, and what the applicant then finds.

use jiff::SignedDuration;
use tsubame::documents::photo::sample::Portrait;
use tsubame::domain::status::Status;
use tsubame::storage::tasks::TaskKind;
use tsubame::storage::{cases, defects, photo_checks, revisions, tasks};

use super::applicant::EMAIL;
use super::desk_cast::{Filed, LONDON, NAKA, body_of, clerk, code};
use super::photo_files::jpeg;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::{Person, Upload};

fn answered(app: &TestApp, office: &str) -> usize {
    app.store
        .read(|db| tasks::count_open_tasks(db, office, TaskKind::CorrectionAnswered, 9))
        .unwrap()
}

fn new_photo(hanako: &mut Person, home: &str, person: u32) {
    let bytes = jpeg(&Portrait::of_person(person));
    let upload = Upload {
        file_name: "me.jpg",
        content_type: "image/jpeg",
        bytes: &bytes,
    };
    hanako
        .open(&format!("{home}/photo"))
        .expect(200)
        .upload("写真を調べる", &upload)
        .expect(200);
    hanako
        .tick("6か月以内に撮った、本人の写真です")
        .press("この写真を使う")
        .expect(200);
}

on_each_database! {
    fn a_photo_goes_back_with_its_code_and_a_new_one_tells_the_desk(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = Filed::new(&app);
        let id = filed.put(&app, Status::Received, LONDON).id;
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("/photo")).expect(200).press("この写真でよい").expect(422);
        assert_eq!(sato.page.errors(), ["紙に貼られた写真を見て、チェックを入れてください"]);
        sato.tick("紙に貼られた写真").press("この写真でよい").expect(200);
        assert!(sato.page.text().contains("この写真でよいと確かめました"), "{}", sato.page.text());
        let check = app.store.read(|db| photo_checks::find_photo_check(db, id)).unwrap().unwrap();
        assert_eq!((check.revision, check.print_seen), (1, true));
        sato.press("写真の不備として返す").expect(422);
        assert_eq!(sato.page.errors(), ["写真の不備を1つ以上選ぶか、文を書いてください"]);
        sato.tick("PH06").tick("PH03").press("写真の不備として返す").expect(200);
        assert_eq!(filed.status(&app), "S25");
        let open = app.store.read(|db| defects::list_open_defects(db, id)).unwrap();
        let codes: Vec<&str> = open.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["PH03", "PH06"]);
        let home = filed.home.clone();
        filed.hanako.open(&format!("{home}/fix")).expect(200).sees("直してほしいところがあります");
        assert_eq!(answered(&app, LONDON), 0);
        new_photo(&mut filed.hanako, &home, 2);
        assert_eq!(answered(&app, LONDON), 1, "a new photo as the only defect tells the desk");
        assert!(filed.audited(&app).contains(&"case.correction_answered".to_owned()));
        sato.open(&filed.desk("/photo")).expect(200);
        sato.get_once(&filed.desk("/photo.jpg"));
        sato.expect(200);
        assert_eq!((sato.page.headers["content-type"].as_str(), sato.page.headers["cache-control"].as_str()), ("image/jpeg", "no-store"));
        assert!(filed.audited(&app).contains(&"case.photo_shown".to_owned()));
    }

    fn a_print_pasted_instead_of_a_photo_finishes_the_correction(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = Filed::new(&app);
        filed.put(&app, Status::Received, LONDON);
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("/photo")).tick("PH13").press("写真の不備として返す").expect(200);
        let home = filed.home.clone();
        filed.hanako.open(&format!("{home}/photo")).expect(200).press("写真は申請書に貼る");
        filed.hanako.open(&format!("{home}/fix")).expect(200);
        assert!(filed.hanako.page.text().contains("対応済み"), "{}", filed.hanako.page.text());
        assert_eq!(answered(&app, LONDON), 1);
    }

    fn a_wrong_answer_opens_its_section_and_the_form_is_made_again(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = Filed::new(&app);
        let id = filed.put(&app, Status::Received, LONDON).id;
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("")).choose("審査の結果", "直してもらう").tick("D04").press("決定して次の申請へ").expect(200);
        app.later(SignedDuration::from_mins(5));
        let home = filed.home.clone();
        let hanako = &mut filed.hanako;
        hanako.open(&format!("{home}/register"));
        assert_eq!(hanako.page.status, 409, "only what was named opens");
        hanako.open(&format!("{home}/fix")).expect(200).press("直したものを送る").expect(422);
        assert_eq!(hanako.page.errors(), ["直すところがあと1つ残っています。すべて直してから送ってください"]);
        hanako.follow_link("答えを直して、申請書を作り直す").expect(200).fill("名 ", "華子");
        hanako.press("保存して次へ").expect(200);
        hanako.tick("上の内容は戸籍のとおり").press("申請書を作り直す").expect(200).sees("直してほしいところがあります");
        let form = app.store.read(|db| revisions::find_current_revision(db, id)).unwrap().unwrap();
        assert_eq!((form.number, filed.status(&app)), (2, "S25"));
        assert!(form.content.contains("華子"));
        assert_eq!(app.store.read(|db| cases::get_case(db, id)).unwrap().given, "華子");
        let hanako = &mut filed.hanako;
        hanako.open(&format!("{home}/print")).expect(200);
        hanako.open(&format!("{home}/fix")).tick("D04").press("直したものを送る").expect(200);
        assert_eq!(answered(&app, LONDON), 1);
        sato.open(&filed.desk("/form")).expect(200);
        assert!(sato.page.text().contains("受け取った申請書は第1版です。"));
    }

    fn a_signed_request_ends_the_case_and_cannot_be_pressed_by_accident(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        filed.put(&app, Status::Received, LONDON);
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("/changes")).expect(200).follow_link("取下げ").expect(200);
        sato.press("取り下げる").expect(422);
        assert_eq!(sato.page.errors(), ["確かめてから、チェックを入れてください"]);
        sato.tick("署名された申出を見て");
        let (action, fields) = sato.form_of("取り下げる");
        for _ in 0..2 {
            sato.post(&action, &body_of(&fields));
            sato.expect(303);
        }
        assert_eq!(filed.status(&app), "S96");
        let mails = app.mails_to(EMAIL);
        assert_eq!(mails.iter().filter(|mail| mail.notice == "N19").count(), 1);
        // Moved home is the keeper of the register's to say.
        let other = Filed::another(&app, 9);
        other.put(&app, Status::Received, LONDON);
        sato.open(&other.desk("/changes/return-home"));
        assert_eq!(sato.page.status, 409);
        let mut naka = clerk(&app, "naka", NAKA);
        naka.open(&other.desk("/changes/return-home")).expect(200).tick("転入の記録").press("終了にする").expect(200);
        assert_eq!(other.status(&app), "S97");
    }

    fn register_pickup_contact_and_address_change_at_the_desk(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        let id = filed.put(&app, Status::Received, LONDON).id;
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("/changes/pickup")).expect(200).press("受取場所を変える").expect(422);
        sato.choose("新しい場所", "在外公館").pick("公館", "在フランス日本国大使館").press("受取場所を変える").expect(200);
        sato.open(&filed.desk("/changes/register")).expect(200).press("本籍地を変える").expect(422);
        assert_eq!(sato.page.errors(), ["新しい本籍地の都道府県を選んでください", "新しい本籍地の市区町村を入力してください"]);
        sato.pick("都道府県", "神奈川県").fill("市区町村", "横浜市").press("本籍地を変える").expect(422);
        assert_eq!(sato.page.errors(), ["「横浜市」は区まで入力してください。下の候補からも選べます"]);
        sato.choose("もしかして", "神奈川県横浜市西区").press("本籍地を変える").expect(200);
        sato.open(&filed.desk("/changes/contacts")).expect(200).fill("もう一つの連絡先（家族の名前と電話など）", "妹 見本桜").press("連絡先を変える").expect(200);
        sato.open(&filed.desk("/changes/email")).expect(200).fill("新しいメールアドレス", "not an address").press("アドレスを変える").expect(422);
        sato.fill("新しいメールアドレス", "new@example.com").press("アドレスを変える").expect(422);
        sato.tick("本人の届出").press("アドレスを変える").expect(200);
        let case = app.store.read(|db| cases::get_case(db, id)).unwrap();
        assert_eq!((case.pickup_office, case.register_office), (code("emb-fr"), code("141038")));
        assert_eq!(case.second_contact.as_deref(), Some("妹 見本桜"));
        for address in [EMAIL, "new@example.com"] {
            assert!(app.mails_to(address).iter().any(|mail| mail.notice == "N21"), "{address}");
        }
        for action in ["case.pickup_changed", "case.register_changed", "case.second_contact_changed", "case.email_changed"] {
            assert!(filed.audited(&app).contains(&action.to_owned()), "{action}");
        }
        let mut naka = clerk(&app, "naka", NAKA);
        naka.get_once(&filed.desk(""));
        assert_eq!(naka.page.status, 404, "the old keeper of the register has no part any more");
    }
}
