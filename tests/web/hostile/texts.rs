//! The texts that nobody meant, and the answers beside which they are sent.

use tsubame::domain::application::section::Section;

/// Invented, with the right check digit.
pub(super) const MY_NUMBERS: [&str; 4] = [
    "123456789018",
    "1234 5678 9018",
    "１２３４５６７８９０１８",
    "母の番号は1234-5678-9018です",
];

/// Somebody's language: the prefix of her pages and the word on the button that goes on.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub(super) prefix: &'static str,
    pub(super) saves: &'static str,
    pub(super) proves: &'static str,
}

pub(super) const JAPANESE: Reader = Reader {
    prefix: "",
    saves: "保存して次へ",
    proves: "次へ",
};
pub(super) const ENGLISH: Reader = Reader {
    prefix: "/en",
    saves: "Save and continue",
    proves: "Continue",
};

/// A text, and whether no field at all can take it.
pub(super) struct Hostile {
    pub(super) text: String,
    pub(super) is_refused_everywhere: bool,
}

pub(super) fn hostile_texts() -> Vec<Hostile> {
    let odd = [
        "",
        " \u{3000}\t ",
        "😀",
        "👨‍👩‍👧‍👦",
        "𠮷田",
        "葛\u{E0100}",
        "神\u{FA19}",
        "か\u{3099}",
        "Z\u{351}\u{36B}\u{343}\u{36A}\u{302}\u{36B}",
        "\u{E001}",
        "\u{FFFD}",
        "\u{1F}",
        "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
        "'; DROP TABLE applications; --",
        "=1+1",
        "@SUM(1+9)*cmd|' /C calc'!A0",
        "{{7*7}}${7*7}",
        "../../../../etc/passwd",
        "%00%0d%0aX: y",
        "99999",
        "-1",
        "1e308",
        "昭和64",
        "NaN",
        "null",
        "2月30日",
        "4FZ7-K2QX-93",
        "yes",
        "no",
    ];
    let never = ["a\u{7}b", "a\0b", "a\u{202E}gpj.exe", "a\u{7F}b"];
    let odd = odd.into_iter().map(|text| Hostile {
        text: text.to_owned(),
        is_refused_everywhere: false,
    });
    let never = never
        .into_iter()
        .chain(MY_NUMBERS)
        .map(str::to_owned)
        .chain(["花".repeat(34_000)]);
    odd.chain(never.map(|text| Hostile {
        text,
        is_refused_everywhere: true,
    }))
    .collect()
}

/// Answers that show a section's every field: one list for each way through the section.
pub(super) fn ways_through(section: Section) -> Vec<Vec<(&'static str, &'static str)>> {
    match section {
        Section::Person => vec![vec![
            ("family", "山田"),
            ("given", "花子"),
            ("family_kana", "ヤマダ"),
            ("given_kana", "ハナコ"),
            ("gaiji", "yes"),
            ("gaiji_note", "はしごだか"),
            ("dob_y", "1988"),
            ("dob_m", "4"),
            ("dob_d", "27"),
            ("sex", "f"),
            ("roman", "YAMADA HANAKO"),
        ]],
        Section::Register => vec![vec![
            ("kind", "reissue"),
            ("reissue_reason", "lost"),
            ("honseki_pref", "13"),
            ("honseki_city", "千代田区"),
            ("left_y", "2020"),
            ("left_m", "4"),
            ("left_d", "1"),
            ("last_city", "千代田区"),
            ("return_plan", "no"),
        ]],
        Section::Contact => vec![vec![
            ("tel", "+44 20 7946 0000"),
            ("country", "英国"),
            ("address", "1 Sample Street\nLondon W1J 7JT"),
            ("email2", "taro.mihon@example.com"),
            ("contact2", "母"),
        ]],
        Section::Photo => Vec::new(),
        Section::Offices => vec![
            vec![
                ("file_at", "mission"),
                ("file_country", "英国"),
                ("pickup_at", "mission"),
                ("pickup_country", "英国"),
            ],
            vec![
                ("file_at", "municipality"),
                ("file_pref", "13"),
                ("file_city", "千代田区"),
                ("pickup_at", "municipality"),
                ("pickup_pref", "13"),
                ("pickup_city", "千代田区"),
            ],
        ],
        Section::Certs => vec![vec![
            ("braille", "yes"),
            ("braille_kana", "やまだ はなこ"),
            ("insurance", "no"),
        ]],
        Section::Agent => vec![vec![
            ("agent_kind", "parent"),
            ("agent_name", "山田太郎"),
            ("agent_relation", "father"),
            ("agent_address", "1 Sample Street"),
            ("agent_tel", "+44 20 7946 0000"),
        ]],
    }
}
