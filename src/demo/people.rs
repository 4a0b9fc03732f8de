//! The invented people of the demo: at least one for each state a case can be in. None of them exists, and their names say so (見本 sample, 架空 fictional,
//! 仮名 pseudonym, 例 example, 試 trial, 雛形 template).

use crate::domain::application::section::Section;
use crate::domain::status::Status::{
    self, Arrived, AtHonseki, AtIssuer, Booked, Completed, Confirmed, Defect, Disposed, Ended,
    Expired, FormReady, Forwarded, HandedOver, Inquiry, IssuerDefect, Made, Mailed, NotAccepted,
    Overdue, Ready, Received, ReturnedHome, Setup, Shipped, Withdrawn,
};
use crate::i18n::Lang::{self, En, Ja};

/// How far an invented person has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Only the first section is filled in.
    Begun,
    /// Everything is filled in, the form is not made.
    Filled,
    /// The form is made, and the case came to this status so many days ago.
    At(Status, i32),
    /// Her card is ready, and so many days ago she asked for it at the other mission.
    Asked(i32),
    /// She asked, it was decided, and so many days ago her card left for the other mission.
    SentOn(i32),
}

impl Progress {
    /// The last status on her way that is of the usual way; none before the form is made.
    pub(super) const fn status(self) -> Option<Status> {
        match self {
            Self::At(status, _) => Some(status),
            Self::Asked(_) | Self::SentOn(_) => Some(Ready),
            Self::Begun | Self::Filled => None,
        }
    }
}

/// Where a person hands in and collects; and so, which offices her papers and her card pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// Handed in and collected in London; the register is kept in Yokohama.
    London,
    /// Handed in and collected in New York; the register is kept in Chiyoda.
    NewYork,
    /// Posted to the register's municipality, Yokohama; collected in London.
    PostHome,
    /// Handed in in London, collected on a visit home where the register is kept, in Chiyoda.
    VisitHome,
}

/// One invented person: address before `@example.com`, family and given name with their readings, birth date, sex.
#[derive(Debug)]
pub(super) struct Invented {
    pub(super) mailbox: &'static str,
    pub(super) lang: Lang,
    names: [&'static str; 4],
    born: [&'static str; 3],
    sex: &'static str,
    pub(super) route: Route,
    pub(super) progress: Progress,
}

macro_rules! people {
    ($($mailbox:literal $lang:ident [$($name:literal)*] [$($born:literal)*] $sex:literal $route:ident $progress:expr;)*) => {
        &[$(Invented {
            mailbox: $mailbox,
            lang: $lang,
            names: [$($name),*],
            born: [$($born),*],
            sex: $sex,
            route: Route::$route,
            progress: $progress,
        }),*]
    };
}

/// When a case came to a status.
const fn at(status: Status, days_ago: i32) -> Progress {
    Progress::At(status, days_ago)
}

/// Everybody.
#[rustfmt::skip]
pub(super) const INVENTED: &[Invented] = people![
    "hanako.mihon" Ja ["見本" "花子" "ミホン" "ハナコ"] ["1988" "4" "27"] "f" PostHome Progress::Begun;
    "taro.rei" En ["例" "太郎" "レイ" "タロウ"] ["1975" "11" "3"] "m" PostHome Progress::Filled;
    "midori.kakuu" Ja ["架空" "翠" "カクウ" "ミドリ"] ["1999" "1" "8"] "f" PostHome at(FormReady, 0);
    "makoto.tameshi" En ["試" "誠" "タメシ" "マコト"] ["1962" "6" "6"] "m" PostHome at(Mailed, 0);
    "sakurako.mihon" Ja ["見本" "桜子" "ミホン" "サクラコ"] ["1991" "3" "30"] "f" London at(FormReady, 2);
    "jun.kamei" En ["仮名" "純" "カメイ" "ジュン"] ["1984" "12" "12"] "m" NewYork at(FormReady, 6);
    "kaoru.hinagata" Ja ["雛形" "薫" "ヒナガタ" "カオル"] ["1970" "9" "1"] "f" London at(Mailed, 5);
    "yu.yoshimi" En ["𠮷見" "優" "ヨシミ" "ユウ"] ["2001" "2" "28"] "f" London at(Mailed, 8);
    "shigeru.rei" Ja ["例" "茂" "レイ" "シゲル"] ["1950" "5" "17"] "m" London at(Mailed, 50);
    "aoi.mihon" Ja ["見本" "葵" "ミホン" "アオイ"] ["1996" "2" "29"] "f" London at(Received, 1);
    "ken.kakuu" En ["架空" "健" "カクウ" "ケン"] ["1979" "8" "8"] "m" London at(Received, 3);
    "naomi.tameshi" Ja ["試" "直美" "タメシ" "ナオミ"] ["1966" "10" "10"] "f" VisitHome at(Received, 6);
    "emi.kamei" En ["仮名" "恵美" "カメイ" "エミ"] ["1993" "7" "7"] "f" NewYork at(Received, 2);
    "daichi.hinagata" Ja ["雛形" "大地" "ヒナガタ" "ダイチ"] ["1987" "1" "5"] "m" London at(Defect, 12);
    "rin.rei" En ["例" "凛" "レイ" "リン"] ["2003" "6" "21"] "f" London at(Defect, 35);
    "osamu.kakuu" Ja ["架空" "修" "カクウ" "オサム"] ["1958" "4" "4"] "m" London at(NotAccepted, 20);
    "fumi.mihon" Ja ["見本" "文" "ミホン" "フミ"] ["1945" "9" "9"] "f" London at(Forwarded, 4);
    "sota.yoshimi" En ["𠮷見" "颯太" "ヨシミ" "ソウタ"] ["2000" "11" "23"] "m" London at(Forwarded, 5);
    "mei.tameshi" Ja ["試" "芽衣" "タメシ" "メイ"] ["1998" "8" "30"] "f" NewYork at(Forwarded, 33);
    "hiroshi.kamei" Ja ["仮名" "寛" "カメイ" "ヒロシ"] ["1972" "2" "2"] "m" London at(AtHonseki, 2);
    "yoko.hinagata" En ["雛形" "陽子" "ヒナガタ" "ヨウコ"] ["1969" "12" "24"] "f" London at(AtHonseki, 9);
    "nozomi.rei" Ja ["例" "希" "レイ" "ノゾミ"] ["1990" "5" "5"] "f" PostHome at(AtHonseki, 16);
    "tsubasa.kakuu" En ["架空" "翼" "カクウ" "ツバサ"] ["1995" "3" "3"] "m" NewYork at(AtHonseki, 4);
    "chie.mihon" Ja ["見本" "千恵" "ミホン" "チエ"] ["1981" "6" "15"] "f" London at(Inquiry, 18);
    "akira.tameshi" Ja ["試" "明" "タメシ" "アキラ"] ["1964" "7" "19"] "m" London at(Confirmed, 1);
    "haru.kamei" En ["仮名" "春" "カメイ" "ハル"] ["1997" "4" "1"] "f" NewYork at(Confirmed, 2);
    "ryo.hinagata" Ja ["雛形" "涼" "ヒナガタ" "リョウ"] ["1989" "9" "29"] "m" London at(AtIssuer, 6);
    "miki.rei" En ["例" "美樹" "レイ" "ミキ"] ["1994" "10" "18"] "f" NewYork at(AtIssuer, 8);
    "wataru.kakuu" Ja ["架空" "渡" "カクウ" "ワタル"] ["1986" "1" "31"] "m" London at(IssuerDefect, 3);
    "sachi.mihon" Ja ["見本" "幸" "ミホン" "サチ"] ["1977" "5" "25"] "f" London at(Made, 3);
    "kei.yoshimi" En ["𠮷見" "慶" "ヨシミ" "ケイ"] ["1992" "8" "14"] "m" London at(Setup, 2);
    "asami.tameshi" Ja ["試" "麻美" "タメシ" "アサミ"] ["1983" "3" "12"] "f" VisitHome at(Setup, 1);
    "yui.kamei" En ["仮名" "結衣" "カメイ" "ユイ"] ["2002" "7" "2"] "f" London at(Shipped, 7);
    "takumi.hinagata" Ja ["雛形" "匠" "ヒナガタ" "タクミ"] ["1985" "11" "11"] "m" London at(Shipped, 7);
    "izumi.rei" Ja ["例" "泉" "レイ" "イズミ"] ["1968" "6" "1"] "f" London at(Arrived, 1);
    "noboru.kakuu" En ["架空" "昇" "カクウ" "ノボル"] ["1974" "4" "20"] "m" London at(Ready, 9);
    "kotone.mihon" Ja ["見本" "琴音" "ミホン" "コトネ"] ["2004" "1" "19"] "f" NewYork at(Ready, 62);
    "tamaki.rei" Ja ["例" "環" "レイ" "タマキ"] ["1982" "7" "30"] "f" London Progress::Asked(3);
    "subaru.kamei" En ["仮名" "昴" "カメイ" "スバル"] ["1995" "12" "8"] "m" NewYork Progress::SentOn(4);
    "satoru.tameshi" En ["試" "悟" "タメシ" "サトル"] ["1980" "10" "9"] "m" London at(Booked, 4);
    "maki.kamei" Ja ["仮名" "真紀" "カメイ" "マキ"] ["1976" "2" "14"] "f" London at(Overdue, 20);
    "isamu.hinagata" Ja ["雛形" "勇" "ヒナガタ" "イサム"] ["1955" "8" "6"] "m" London at(HandedOver, 1);
    "hikari.rei" En ["例" "光" "レイ" "ヒカリ"] ["1999" "9" "19"] "f" NewYork at(Completed, 30);
    "minoru.kakuu" Ja ["架空" "実" "カクウ" "ミノル"] ["1948" "12" "1"] "m" London at(Disposed, 5);
    "ayame.mihon" En ["見本" "菖蒲" "ミホン" "アヤメ"] ["1990" "5" "31"] "f" London at(Withdrawn, 14);
    "tadashi.yoshimi" Ja ["𠮷見" "正" "ヨシミ" "タダシ"] ["1961" "3" "8"] "m" London at(ReturnedHome, 11);
    "sumire.tameshi" Ja ["試" "菫" "タメシ" "スミレ"] ["1939" "5" "2"] "f" London at(Ended, 25);
    "go.kamei" En ["仮名" "剛" "カメイ" "ゴウ"] ["1988" "8" "18"] "m" London at(Expired, 3);
];

impl Invented {
    /// Her address.
    pub(super) fn email(&self) -> String {
        format!("{}@example.com", self.mailbox)
    }

    /// What she answers, section by section.
    pub(super) fn answers(&self) -> Vec<(Section, Vec<(&'static str, &'static str)>)> {
        let mut sections = vec![(Section::Person, self.person())];
        if self.progress != Progress::Begun {
            sections.extend([
                (Section::Register, self.route.register()),
                (Section::Contact, self.route.contact()),
                (Section::Photo, vec![("photo_how", "paste")]),
                (Section::Offices, self.route.offices()),
                (Section::Certs, vec![("insurance", "no")]),
            ]);
        }
        sections
    }

    fn person(&self) -> Vec<(&'static str, &'static str)> {
        let [family, given, family_kana, given_kana] = self.names;
        let [year, month, day] = self.born;
        vec![
            ("family", family),
            ("given", given),
            ("family_kana", family_kana),
            ("given_kana", given_kana),
            ("dob_y", year),
            ("dob_m", month),
            ("dob_d", day),
            ("sex", self.sex),
        ]
    }
}

impl Route {
    /// The other mission of the demo: where a card that has arrived can travel on to.
    pub(super) const fn other_mission(self) -> &'static str {
        match self {
            Self::NewYork => "emb-gb",
            Self::London | Self::PostHome | Self::VisitHome => "cg-us-new-york",
        }
    }

    fn register(self) -> Vec<(&'static str, &'static str)> {
        let (prefecture, city, last) = match self {
            Self::London | Self::PostHome => ("14", "横浜市中区", "神奈川県横浜市"),
            Self::NewYork | Self::VisitHome => ("13", "千代田区", "東京都千代田区"),
        };
        vec![
            ("kind", "new"),
            ("honseki_pref", prefecture),
            ("honseki_city", city),
            ("left_y", "2020"),
            ("left_m", "4"),
            ("left_d", "1"),
            ("last_city", last),
            ("return_plan", "no"),
        ]
    }

    fn contact(self) -> Vec<(&'static str, &'static str)> {
        let (tel, country, address) = match self {
            Self::NewYork => (
                "+1 212 555 0123",
                "アメリカ合衆国",
                "1 Sample Avenue\nNew York, NY 10171",
            ),
            _ => (
                "+44 20 7946 0000",
                "英国",
                "1 Sample Street\nLondon W1J 7JT",
            ),
        };
        vec![("tel", tel), ("country", country), ("address", address)]
    }

    fn offices(self) -> Vec<(&'static str, &'static str)> {
        let mission = |code| vec![("file_at", "mission"), ("file_mission", code)];
        let (mut filing, pickup) = match self {
            Self::London => (mission("emb-gb"), vec![("pickup_at", "same")]),
            Self::NewYork => (mission("cg-us-new-york"), vec![("pickup_at", "same")]),
            Self::PostHome => (
                vec![("file_at", "honseki")],
                vec![("pickup_at", "mission"), ("pickup_mission", "emb-gb")],
            ),
            Self::VisitHome => (mission("emb-gb"), vec![("pickup_at", "honseki")]),
        };
        filing.extend(pickup);
        filing
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_status_has_an_invented_person() {
        let seen: BTreeSet<Status> = INVENTED
            .iter()
            .map(|invented| invented.progress.status().unwrap_or(Status::Draft))
            .collect();
        let missing: Vec<Status> = Status::ALL
            .into_iter()
            .filter(|status| !seen.contains(status))
            .collect();
        assert_eq!(missing, []);
    }

    #[test]
    fn nobody_is_invented_twice() {
        let mailboxes: BTreeSet<&str> = INVENTED.iter().map(|invented| invented.mailbox).collect();
        assert_eq!(mailboxes.len(), INVENTED.len());
    }
}
