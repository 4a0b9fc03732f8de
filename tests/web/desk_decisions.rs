//! What a desk decides, over HTTP: every choice, every refusal, the second person, the stale page, the double click.

use jiff::SignedDuration;
use tsubame::domain::defect::DefectCode;
use tsubame::domain::handover::RecordCheck;
use tsubame::domain::status::Status;
use tsubame::storage::tasks::TaskKind;
use tsubame::storage::{case_facts, cases, decisions, defects, inquiries, staff, tasks};

use super::applicant::EMAIL;
use super::desk_cast::{Filed, LONDON, NAKA, agree, approver, body_of, clerk, code};
use crate::on_each_database;
use crate::support::app::TestApp;

const DECIDE: &str = "決定して次の申請へ";

fn notices(app: &TestApp) -> Vec<String> {
    let mails = app.mails_to(EMAIL);
    // The next mail is later than these, also on a clock that stands still.
    app.later(SignedDuration::from_secs(1));
    mails.into_iter().map(|mail| mail.notice).collect()
}

on_each_database! {
    fn a_correction_names_its_codes_and_comes_back_as_paper(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut filed = Filed::new(&app);
        filed.put(&app, Status::Received, LONDON);
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("")).expect(200);
        assert!(sato.page.heading().contains("山田"), "{}", sato.page.heading());
        assert_eq!(sato.page.answers("審査の結果"), ["直してもらう（不備）", "受理しない2人目の承認に回ります"]);
        sato.press(DECIDE).expect(422);
        assert_eq!(sato.page.errors(), ["審査の結果を選んでください"]);
        sato.choose("審査の結果", "直してもらう").press(DECIDE).expect(422);
        assert_eq!(sato.page.errors(), ["不備の理由を1つ以上選んでください"]);
        sato.choose("審査の結果", "直してもらう").tick("D09").fill("申請者に送る文", "番号 1234 5678 9018 を").press(DECIDE).expect(422);
        assert_eq!(sato.page.errors(), ["文に12けたの数字があります。個人番号は書かないでください"]);
        assert_eq!(sato.page.value("申請者に送る文"), "番号 1234 5678 9018 を", "what was typed is kept");
        sato.choose("審査の結果", "直してもらう").tick("D09").tick("D12").fill("申請者に送る文", "日付の欄です").press(DECIDE).expect(200);
        assert_eq!(filed.status(&app), "S25");
        assert!(sato.page.text().contains("を登録しました。"));
        assert_eq!(notices(&app).last().map(String::as_str), Some("N06"));
        let id = filed.application(&app).id;
        let open = app.store.read(|db| defects::list_open_defects(db, id)).unwrap();
        let said: Vec<(&str, &str)> = open.iter().map(|one| (one.code.as_str(), one.note.as_str())).collect();
        assert_eq!(said, [("D09", "日付の欄です"), ("D12", "")]);
        filed.hanako.open(&format!("{}/fix", filed.home)).expect(200).sees("直してほしいところがあります");
        assert!(filed.hanako.page.text().contains("日付の欄です"));
        filed.hanako.tick("D09").tick("D12").fill("担当への返事", "EMSで送りました").press("直したものを送る").expect(200);
        sato.open(&filed.desk("")).expect(200);
        assert!(sato.page.text().contains("申請者から：EMSで送りました"), "{}", sato.page.text());
        sato.choose("審査の結果", "直した書類を受け付ける").press(DECIDE).expect(422);
        assert_eq!(sato.page.errors(), ["届いた方法を選んでください"]);
        sato.choose("審査の結果", "直した書類を受け付ける").choose("届いた方法", "郵送").press(DECIDE).expect(200);
        assert_eq!(filed.status(&app), "S20");
        assert_eq!(notices(&app).last().map(String::as_str), Some("N05b"));
        let left = app.store.read(|db| tasks::count_open_tasks(db, LONDON, TaskKind::CorrectionAnswered, 9)).unwrap();
        assert_eq!(left, 0);
    }

    fn the_record_is_compared_item_by_item_and_two_people_confirm(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        let id = filed.put(&app, Status::AtHonseki, NAKA).id;
        let mut naka = clerk(&app, "naka", NAKA);
        naka.open(&filed.desk("")).expect(200);
        assert!(naka.page.text().contains("画面には出ません"));
        naka.choose("審査の結果", "確認ずみ").press(DECIDE).expect(422);
        assert_eq!(naka.page.errors().len(), 5, "{:?}", naka.page.errors());
        assert_eq!(naka.page.errors()[1], "生年月日の結果を選んでください");
        agree(&mut naka).choose("国外転出の日", "相違").fill("国外転出の日：附票の記載", "");
        naka.choose("審査の結果", "確認ずみ").press(DECIDE).expect(422);
        assert_eq!(naka.page.errors(), ["「確認ずみ」にするには、すべての項目を「一致」にしてください"]);
        agree(&mut naka).choose("国外転出の日", "相違").press("保存").expect(200);
        let check = || app.store.read(|db| cases::get_case(db, id)).unwrap().record_check;
        assert_eq!((filed.status(&app), check()), ("S35", RecordCheck::Mismatch));
        assert!(naka.page.text().contains("保存しました。"));
        agree(&mut naka).choose("審査の結果", "確認ずみ").press(DECIDE).expect(200);
        assert_eq!((filed.status(&app), check()), ("S35", RecordCheck::Open), "one person confirms nothing");
        assert!(naka.page.text().contains("2人目の承認を待っています"));
        assert!(naka.page.answers("審査の結果").is_empty());
        let mut second = approver(&app, "second", NAKA);
        second.open("/staff/approvals").expect(200).sees("2人目の承認");
        second.follow_link(filed.home.rsplit('/').next().unwrap()).expect(200);
        assert!(second.page.text().contains("S40"), "{}", second.page.text());
        second.press("承認する").expect(200).sees("2人目の承認");
        assert_eq!((filed.status(&app), check()), ("S40", RecordCheck::Done));
        assert!(second.page.text().contains("承認を待っているものはありません"));
        naka.open(&filed.desk("")).expect(200);
        assert_eq!(naka.page.answers("審査の結果"), ["もう一度照合する（附票か申請の内容が変わったとき）"]);
        for action in ["case.record_compared", "case.decided", "case.decision_approved"] {
            assert!(filed.audited(&app).contains(&action.to_owned()), "{action}");
        }
    }

    fn nobody_approves_what_they_decided_and_what_is_sent_back_stays(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        let id = filed.put(&app, Status::Received, LONDON).id;
        let both = [tsubame::domain::staff::Role::Consular, tsubame::domain::staff::Role::Approver];
        let mut sato = app.staff("sato", &both, LONDON);
        sato.open(&filed.desk("")).choose("審査の結果", "受理しない").press(DECIDE).expect(422);
        assert_eq!(sato.page.errors(), ["受理しない理由を選んでください"]);
        sato.choose("審査の結果", "受理しない").pick("受理しない理由", "D02 戸籍の附票に、国外転出の記載がありません");
        sato.fill("申請者に送る文", "附票を見ました").press(DECIDE).expect(200);
        assert_eq!(filed.status(&app), "S20");
        let pending = app.store.read(|db| decisions::find_pending(db, id)).unwrap().unwrap();
        assert_eq!(pending.reason, "D02 附票を見ました");
        sato.open("/staff/approvals").expect(200);
        assert!(sato.page.text().contains("承認を待っているものはありません"), "{}", sato.page.text());
        let page = format!("/staff/approvals/{}", pending.id);
        sato.open(&page);
        assert_eq!(sato.page.status, 404);
        let mut suzuki = approver(&app, "suzuki", LONDON);
        suzuki.open(&page).expect(200);
        assert!(suzuki.page.text().contains("D02 附票を見ました"));
        let approval = suzuki.form_of("承認する");
        // The same act by her who decided, with her own session.
        sato.open(&filed.desk(""));
        let csrf = sato.page.shown("csrf");
        sato.post(&approval.0, &format!("csrf={csrf}&go=approve"));
        assert_eq!((sato.page.status, filed.status(&app)), (404, "S20"));
        suzuki.open(&page).press("戻す").expect(422);
        assert_eq!(suzuki.page.errors(), ["文を入力してください"]);
        suzuki.fill("戻す理由", "附票は2020年です").press("戻す").expect(200);
        assert!(suzuki.page.text().contains("戻しました。"));
        assert_eq!(filed.status(&app), "S20");
        sato.open(&filed.desk("")).expect(200);
        assert!(sato.page.text().contains("附票は2020年です"), "the reason is a note");
        sato.choose("審査の結果", "受理しない").pick("受理しない理由", "D02 戸籍の附票に、国外転出の記載がありません").press(DECIDE).expect(200);
        suzuki.open("/staff/approvals").follow_link(filed.home.rsplit('/').next().unwrap()).press("承認する").expect(200);
        assert_eq!(filed.status(&app), "S28");
        assert_eq!(notices(&app).last().map(String::as_str), Some("N07"));
    }

    fn a_question_goes_out_in_her_language_and_the_clerk_can_close_it(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        let id = filed.put(&app, Status::AtHonseki, NAKA).id;
        let mut naka = clerk(&app, "naka", NAKA);
        naka.open(&filed.desk("")).choose("審査の結果", "照会する").press(DECIDE).expect(422);
        assert_eq!(naka.page.errors(), ["質問を書くか、定型の質問を選んでください"]);
        naka.choose("審査の結果", "照会する").pick("定型の質問", "国外転出の日について").press(DECIDE).expect(200);
        assert_eq!(filed.status(&app), "S38");
        let asked = app.store.read(|db| inquiries::list_inquiries(db, id)).unwrap();
        assert!(asked[0].question.contains("転出届を出した市区町村"), "{}", asked[0].question);
        assert_eq!(notices(&app).last().map(String::as_str), Some("N09"));
        naka.choose("審査の結果", "照会を終えて").press(DECIDE).expect(200);
        assert_eq!(filed.status(&app), "S35");
    }

    fn each_desk_moves_on_what_has_no_page_of_its_own(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        let mut naka = clerk(&app, "naka", NAKA);
        let mut sato = clerk(&app, "sato", LONDON);
        let id = filed.application(&app).id;
        for (from, person, paper, choice, to) in [
            (Status::Confirmed, 0, NAKA, "もう一度照合する", "S35"),
            (Status::Arrived, 1, LONDON, "受け取りの案内を送る", "S70"),
        ] {
            filed.put(&app, from, paper);
            let person = if person == 0 { &mut naka } else { &mut sato };
            person.open(&filed.desk("")).expect(200).choose("審査の結果", choice).press(DECIDE).expect(200);
            assert_eq!(filed.status(&app), to);
        }
        assert_eq!(notices(&app).last().map(String::as_str), Some("N12"));
        app.store.write(|db| {
            let now = "2026-11-24T00:00:00Z".parse().unwrap();
            case_facts::set_record_check(db, id, RecordCheck::Done, "staff:7", now)?;
            defects::insert_defect(db, id, (DefectCode::D18, ""), ("issuer", "staff:9"), now)
        }).unwrap();
        filed.put(&app, Status::IssuerDefect, NAKA);
        naka.open(&filed.desk("")).expect(200).choose("審査の結果", "直ったので").press(DECIDE).expect(200);
        assert_eq!(filed.status(&app), "S45");
        // Filed at the keeper of the register: the check begins without a shipment, and the card needs none either.
        app.store.write(|db| {
            cases::set_filing_office(db, id, &code(NAKA))?;
            cases::set_pickup_office(db, id, &code(NAKA))
        }).unwrap();
        for (from, choice, to) in [(Status::Received, "附票の照合を始める", "S35"), (Status::Setup, "受け取りの案内を送る", "S70")] {
            filed.put(&app, from, NAKA);
            naka.open(&filed.desk("")).expect(200).choose("審査の結果", choice).press(DECIDE).expect(200);
            assert_eq!(filed.status(&app), to);
        }
    }

    fn what_is_not_offered_is_not_done_whoever_sends_it(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        filed.put(&app, Status::AtHonseki, NAKA);
        let mut sato = clerk(&app, "sato", LONDON);
        let mut naka = clerk(&app, "naka", NAKA);
        naka.open(&filed.desk("")).choose("審査の結果", "照会する").fill("申請者に送る文", "？");
        let (action, mut fields) = naka.form_of(DECIDE);
        // Her office has a part in the case, but it is not its turn: she sees it, and decides nothing.
        sato.open(&filed.desk("")).expect(200);
        assert!(sato.page.answers("審査の結果").is_empty());
        let csrf = sato.page.shown("csrf");
        for (name, value) in &mut fields {
            if name == "csrf" {
                value.clone_from(&csrf);
            }
        }
        sato.post(&action, &body_of(&fields));
        sato.expect(422);
        assert_eq!(filed.status(&app), "S35");
        for (name, value) in &mut fields {
            if name == "decision" {
                "take-in".clone_into(value);
            }
        }
        naka.open(&filed.desk(""));
        let csrf = naka.page.shown("csrf");
        for (name, value) in &mut fields {
            if name == "csrf" {
                value.clone_from(&csrf);
            }
        }
        naka.post(&action, &body_of(&fields));
        naka.expect(422);
        assert_eq!(filed.status(&app), "S35");
    }

    fn who_comes_second_is_told_who_was_first_and_keeps_her_words(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        filed.put(&app, Status::AtHonseki, NAKA);
        let mut first = clerk(&app, "first", NAKA);
        let mut second = clerk(&app, "second", NAKA);
        second.open(&filed.desk("")).expect(200);
        first.open(&filed.desk("")).expect(200);
        assert!(first.page.text().contains("この30分に開いた人：見本 second"), "{}", first.page.text());
        first.choose("審査の結果", "照会する").fill("申請者に送る文", "一つ目").press(DECIDE).expect(200);
        second.choose("審査の結果", "照会する").fill("申請者に送る文", "二つ目の質問").press_once(DECIDE);
        second.expect(409);
        let text = second.page.text();
        assert!(text.contains("見本 firstさんが") && text.contains("に更新しました"), "{text}");
        assert!(text.contains("二つ目の質問"), "what was typed is kept: {text}");
        assert!(text.contains("S38"), "the latest state is shown");
        // Two who compare at the same time do not overwrite each other either.
        filed.put(&app, Status::AtHonseki, NAKA);
        first.open(&filed.desk(""));
        second.open(&filed.desk(""));
        first.choose("氏名", "一致").press("保存").expect(200);
        second.choose("氏名", "相違").press_once("保存");
        second.expect(409);
    }

    fn a_double_click_decides_once(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        let id = filed.put(&app, Status::Received, LONDON).id;
        let mut sato = clerk(&app, "sato", LONDON);
        sato.open(&filed.desk("")).choose("審査の結果", "直してもらう").tick("D09");
        let (action, fields) = sato.form_of(DECIDE);
        let body = body_of(&fields);
        sato.post(&action, &body);
        let first = sato.page.headers["location"].clone();
        sato.post(&action, &body);
        assert_eq!((sato.page.status, &sato.page.headers["location"]), (303, &first));
        let open = app.store.read(|db| defects::list_open_defects(db, id)).unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!(notices(&app).iter().filter(|notice| *notice == "N06").count(), 1);
        sato.open(&filed.desk("")).fill("メモ", "電話しました");
        let (action, fields) = sato.form_of("残す");
        for _ in 0..2 {
            sato.post(&action, &body_of(&fields));
            sato.expect(303);
        }
        let notes = app.store.read(|db| tsubame::storage::staff_notes::list_notes(db, id)).unwrap();
        assert_eq!(notes.len(), 1);
    }

    fn the_next_case_of_the_queue_opens(database: TestDatabase) {
        let app = TestApp::start(database);
        let due = |day: &str| Some(day.parse().unwrap());
        let cases: Vec<Filed> = ["2026-12-02", "2026-12-01", "2026-12-02"]
            .into_iter()
            .zip(1..)
            .map(|(day, number)| {
                let filed = Filed::another(&app, number);
                filed.put_until(&app, Status::Received, LONDON, due(day));
                filed
            })
            .collect();
        let mut sato = clerk(&app, "sato", LONDON);
        let order = [1_usize, 0, 2];
        for pair in order.windows(2) {
            sato.open(&format!("{}?from=received", cases[pair[0]].desk("")));
            assert!(sato.page.has_link("受付済・確認待ちへ戻る"));
            sato.choose("審査の結果", "直してもらう").tick("D09").press_once(DECIDE);
            let next = cases[pair[1]].desk("?from=received&done=");
            assert!(sato.page.headers["location"].starts_with(&next), "{}", sato.page.headers["location"]);
        }
        sato.open(&format!("{}?from=received", cases[2].desk(""))).choose("審査の結果", "直してもらう").tick("D09").press_once(DECIDE);
        assert_eq!(sato.page.headers["location"], "/staff/queues/received");
    }

    fn a_role_lost_a_second_ago_is_lost(database: TestDatabase) {
        let app = TestApp::start(database);
        let filed = Filed::new(&app);
        filed.put(&app, Status::Received, LONDON);
        let account = app.account("sato", &[tsubame::domain::staff::Role::Consular], LONDON);
        let mut sato = app.signed_in_as(&account);
        sato.open(&filed.desk("")).choose("審査の結果", "直してもらう").tick("D09");
        let (action, fields) = sato.form_of(DECIDE);
        app.later(SignedDuration::from_secs(1));
        let member = app.store.read(|db| staff::get_staff(db, account.id)).unwrap();
        let details = staff::StaffDetails {
            name: member.name,
            email: member.email,
            assignment: tsubame::domain::staff::Assignment::new([tsubame::domain::staff::Role::OfficeManager], Some(code(LONDON))).unwrap(),
            trained_on: member.trained_on,
        };
        app.store.write(|db| staff::set_details(db, account.id, member.version, &details)).unwrap();
        sato.post(&action, &body_of(&fields));
        assert_eq!((sato.page.status, filed.status(&app)), (403, "S20"));
    }
}
