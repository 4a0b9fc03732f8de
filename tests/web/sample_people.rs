//! The invented people of `tests/data/sample-applicants.csv`, all of them, from "may I apply" to the printed form, as they would do it themselves.
//!
//! The file has its own expectation of each. Where the rules of the procedure say otherwise the rules win; every such difference is listed here with
//! its rule, and the test fails when the list is not exact.

use std::collections::BTreeMap;

use tsubame::reference::missions;
use tsubame::reference::municipalities::prefecture;

use super::printed;
use super::sample_differences::DIFFERENCES;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Person;

type Row = BTreeMap<String, String>;

fn people() -> Vec<Row> {
    let mut reader =
        csv::Reader::from_reader(include_str!("../data/sample-applicants.csv").as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// What became of a person, with the sentences she read on the way.
struct Outcome {
    verdict: &'static str,
    sentences: Vec<String>,
    /// The path of her form, if she got one.
    home: Option<String>,
}

struct Applicant<'a> {
    app: &'a TestApp,
    row: &'a Row,
    browser: Person,
    warnings: Vec<String>,
}

/// Why a page could not be passed: its sentences.
struct Refused(Vec<String>);

impl Applicant<'_> {
    fn of(&self, column: &str) -> &str {
        self.row[column].as_str()
    }

    fn fill(&mut self, label: &str, column: &str) {
        let text = self.of(column).to_owned();
        self.browser.fill(label, &text);
    }

    fn fill_date(&mut self, legend: &str, column: &str) {
        let date = self.of(column).to_owned();
        let parts: Vec<&str> = date.split('-').collect();
        if let [year, month, day] = parts[..] {
            self.browser.fill_date(legend, [year, month, day]);
        }
    }

    /// Presses "next"; advice is noted and passed over, a place of several is chosen, an error is the end.
    fn next(&mut self) -> Result<(), Refused> {
        self.browser.press("保存して次へ");
        if self.browser.page.status == 422 && !self.browser.page.answers("もしかして").is_empty()
        {
            self.warnings.extend(self.browser.page.errors());
            let first = self.browser.page.answers("もしかして")[0].clone();
            self.browser
                .choose("もしかして", &first)
                .press("保存して次へ");
        }
        if self.browser.page.status == 422 && self.browser.page.errors().is_empty() {
            self.warnings.extend(self.browser.page.advice());
            self.browser.press("このまま進む");
        }
        match self.browser.page.status {
            200 => Ok(()),
            422 => Err(Refused(self.browser.page.errors())),
            other => panic!(
                "{other} at {}: {}",
                self.browser.page.path,
                self.browser.page.text()
            ),
        }
    }

    /// The check: only people who may apply come to the form.
    fn check(&mut self) -> Result<(), Refused> {
        let lost_nationality = self.of("case") == "lost-nationality";
        let card = match self.of("application_type") {
            "renewal" => "「国外転出」と書かれたカードがある",
            "reissue" => "なくした・壊れた",
            _ => "持っていない",
        };
        self.browser.open("/check");
        if lost_nationality {
            self.browser.choose("日本国籍がありますか", "いいえ");
        } else {
            self.browser
                .choose("日本国籍がありますか", "はい")
                .choose("いま、日本に住民票", "いいえ")
                .choose("日本を出るとき", "はい");
            self.browser
                .choose("2015年", "はい")
                .choose("いま、マイナンバーカードを", card);
            self.browser
                .pick("そのカードの有効期限", "3か月以上1年未満");
        }
        self.browser.press("結果を見る").expect(200);
        if self.browser.page.has_link("申請書を作り始める") {
            self.browser.follow_link("申請書を作り始める").expect(200);
            Ok(())
        } else {
            Err(Refused(vec![self.browser.page.heading()]))
        }
    }

    fn sign_in(&mut self) -> String {
        let mut email = self.of("email").to_owned();
        self.browser
            .fill("メールアドレス", &email)
            .tick("個人情報の取扱いに同意します")
            .press("確認コードを送る");
        if self.browser.page.status == 422 {
            // An address that mail cannot reach is said so; she takes another one.
            self.warnings.extend(self.browser.page.errors());
            email = format!("{}@example.com", self.of("id").to_lowercase());
            self.browser
                .fill("メールアドレス", &email)
                .tick("個人情報の取扱いに同意します")
                .press("確認コードを送る");
        }
        let code = self.app.code_for(&email);
        self.browser
            .expect(200)
            .fill("確認コード", &code)
            .press("次へ")
            .expect(200);
        self.browser.page.path.clone()
    }

    fn fill_in(&mut self, home: &str) -> Result<(), Refused> {
        self.person(home)?;
        self.register(home)?;
        self.contact(home)?;
        self.browser.open(&format!("{home}/photo")).expect(200);
        if !self
            .browser
            .page
            .text()
            .contains("1歳未満の方は、写真がいりません")
        {
            self.browser.press("写真は申請書に貼る").expect(200);
        }
        self.offices(home)?;
        self.certificates(home)?;
        if self.of("representative_kind").is_empty() {
            Ok(())
        } else {
            self.representative(home)
        }
    }

    fn person(&mut self, home: &str) -> Result<(), Refused> {
        self.browser.open(&format!("{home}/person")).expect(200);
        for (label, column) in [
            ("氏（姓）", "surname_kanji"),
            ("名 ", "given_kanji"),
            ("氏のフリガナ", "surname_kana"),
            ("名のフリガナ", "given_kana"),
        ] {
            self.fill(label, column);
        }
        self.fill_date("生年月日", "birth_date");
        let sex = if self.of("sex") == "M" { "男" } else { "女" };
        let roman = format!("{} {}", self.of("surname_romaji"), self.of("given_romaji"));
        self.browser
            .choose("性別", sex)
            .fill("パスポートのローマ字氏名", &roman);
        self.next()
    }

    fn register(&mut self, home: &str) -> Result<(), Refused> {
        let pref = prefecture(&self.of("honseki_code")[..2])
            .unwrap()
            .name
            .clone();
        self.browser
            .open(&format!("{home}/register"))
            .expect(200)
            .pick("本籍地の都道府県", &pref);
        self.fill("本籍地の市区町村", "honseki_name");
        self.fill("最後に住んでいた市区町村", "last_municipality_name");
        self.fill_date("国外転出の予定日", "departure_date");
        let kind = match self.of("application_type") {
            "renewal" => "更新する",
            "reissue" => "再交付を受ける",
            _ => "はじめて作る",
        };
        self.browser
            .choose("日本に戻る予定", "いまはない")
            .choose("申請の種類", kind);
        let reason = match self.of("reissue_reason") {
            "" => None,
            "lost" => Some("なくした・焼けた"),
            "stolen" => Some("盗まれた"),
            "damaged" => Some("壊れた・汚れた"),
            _ => Some("ICチップが読めない"),
        };
        if let Some(reason) = reason {
            self.browser.choose("再交付の理由", reason);
        }
        self.next()
    }

    fn address(&self) -> String {
        let columns = [
            "address_line1",
            "address_line2",
            "address_city",
            "address_state",
            "address_postal_code",
        ];
        columns
            .map(|column| self.of(column))
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn contact(&mut self, home: &str) -> Result<(), Refused> {
        self.browser.open(&format!("{home}/contact")).expect(200);
        let address = self.address();
        self.fill("電話番号", "phone");
        self.fill("住んでいる国・地域", "residence_country_ja");
        self.browser.fill("国外の住所", &address);
        self.next()
    }

    fn offices(&mut self, home: &str) -> Result<(), Refused> {
        self.browser.open(&format!("{home}/offices")).expect(200);
        if self.of("receive_at") == "mission" {
            self.browser
                .choose("申請書を提出するところ", "在外公館")
                .choose("カードを受け取るところ", "提出するところと同じ");
            if let Some(mission) = missions::mission(self.of("mission_id")) {
                self.browser
                    .fill("公館のある国・地域", &mission.country)
                    .press("この国の公館を表示")
                    .expect(200);
                self.browser.choose("在外公館", &mission.name_ja);
            }
        } else {
            self.browser
                .choose("申請書を提出するところ", "本籍地")
                .choose("カードを受け取るところ", "提出するところと同じ");
        }
        self.next()
    }

    fn certificates(&mut self, home: &str) -> Result<(), Refused> {
        self.browser.open(&format!("{home}/certs")).expect(200);
        if self.of("sign_certificate") == "0"
            && !self
                .browser
                .page
                .text()
                .contains("15歳未満の方には、署名用電子証明書は発行されません")
        {
            self.browser.tick("署名用電子証明書はいらない");
        }
        if self.of("auth_certificate") == "0" {
            self.browser.tick("利用者証明用電子証明書はいらない");
        }
        if self.of("braille") == "1" {
            self.browser.tick("カードに氏名の点字をつける");
            self.fill("点字のカナ", "braille_text");
        }
        self.next()
    }

    fn representative(&mut self, home: &str) -> Result<(), Refused> {
        let (kind, relation) = match (
            self.of("representative_kind"),
            self.of("representative_relation"),
        ) {
            ("parent", relation) if relation.starts_with('父') => ("親権者", "父"),
            ("parent", _) => ("親権者", "母"),
            _ => ("頼まれた人", "その他"),
        };
        self.browser
            .open(&format!("{home}/agent"))
            .expect(200)
            .choose("代理人の種類", kind)
            .choose("本人との関係", relation);
        let address = self.address();
        self.fill("代理人の氏名", "representative_name");
        self.fill("代理人の電話番号", "representative_phone");
        self.browser.fill("代理人の住所", &address);
        self.next()
    }

    fn make_form(&mut self, home: &str) -> Result<(), Refused> {
        self.browser
            .open(&format!("{home}/review"))
            .expect(200)
            .tick("上の内容は戸籍のとおりで、正しいです")
            .press("申請書を作る");
        match self.browser.page.status {
            200 => {
                self.browser.sees("申請書ができました");
                assert!(
                    self.browser
                        .page
                        .text()
                        .contains("まだ提出は終わっていません")
                );
                Ok(())
            }
            _ => Err(Refused(self.browser.page.errors())),
        }
    }

    fn apply(mut self) -> (Outcome, Person) {
        if let Err(Refused(sentences)) = self.check() {
            return (
                Outcome {
                    verdict: "reject",
                    sentences,
                    home: None,
                },
                self.browser,
            );
        }
        let home = self.sign_in();
        let outcome = match self.fill_in(&home).and_then(|()| self.make_form(&home)) {
            Err(Refused(sentences)) => {
                assert!(
                    sentences.iter().all(|sentence| !sentence.is_empty()) && !sentences.is_empty(),
                    "a refusal without words"
                );
                Outcome {
                    verdict: "reject",
                    sentences,
                    home: None,
                }
            }
            Ok(()) if self.warnings.is_empty() => Outcome {
                verdict: "accept",
                sentences: Vec::new(),
                home: Some(home),
            },
            Ok(()) => Outcome {
                verdict: "accept_with_warning",
                sentences: std::mem::take(&mut self.warnings),
                home: Some(home),
            },
        };
        (outcome, self.browser)
    }
}

on_each_database! {
    fn everybody_is_judged_by_the_rules_and_gets_a_form_that_can_be_read(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut different = Vec::new();
        let mut forms = 0;
        for row in &people() {
            // The next person comes a minute later: one source may not ask for many codes at once.
            app.later(jiff::SignedDuration::from_mins(1));
            let applicant = Applicant { app: &app, row, browser: app.person(), warnings: Vec::new() };
            let (outcome, mut browser) = applicant.apply();
            if outcome.verdict != row["expected"] {
                different.push((row["id"].clone(), outcome.verdict, outcome.sentences.join(" / ")));
            }
            if let Some(home) = outcome.home {
                browser.open(&format!("{home}/form.pdf?paper={}", if forms % 5 == 4 { "letter" } else { "a4" })).expect(200);
                printed::check(row, &browser.page.body);
                forms += 1;
            }
        }
        let listed: Vec<(&str, &str)> = DIFFERENCES.iter().map(|(id, verdict, _)| (*id, *verdict)).collect();
        let found: Vec<(&str, &str)> = different.iter().map(|(id, verdict, _)| (id.as_str(), *verdict)).collect();
        assert_eq!(found, listed, "{different:#?}");
        assert!(forms > 90, "{forms}");
    }
}
