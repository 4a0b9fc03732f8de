//! Which characters an electronic certificate can carry, and what stands there instead of the others.
//!
//! Certificates take JIS levels 1 and 2 and the supplementary kanji (JIS X 0208 and 0212; domain brief §2.2, [M-MIT]). The two sets are computed once from
//! the decoder of EUC-JP, limited to the rows of the standards (the decoder also knows vendors' rows 13 and 89–92, which are not in them). The card itself
//! prints the character of the register.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::EUC_JP;

use super::person_name::RegisterName;
use super::text;
use crate::reference::character_substitutes;

/// The part of the Japanese standards a character belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JisSet {
    /// JIS X 0208, rows 1–8: kana, letters, signs.
    Signs,
    /// JIS X 0208 level 1, rows 16–47.
    Level1,
    /// JIS X 0208 level 2, rows 48–84.
    Level2,
    /// JIS X 0212, supplementary characters.
    Supplementary,
}

/// A character of a name that a certificate cannot carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitution {
    /// The character, with its variation selector if it has one.
    pub character: String,
    /// What usually stands there instead; `None` when only the municipality can say.
    pub substitute: Option<char>,
}

static JIS: LazyLock<HashMap<char, JisSet>> = LazyLock::new(|| {
    let mut sets = HashMap::with_capacity(13_000);
    for row in 1..=84_u8 {
        for cell in 1..=94_u8 {
            let set = match row {
                1..=8 => JisSet::Signs,
                16..=47 => JisSet::Level1,
                48..=84 => JisSet::Level2,
                _ => continue,
            };
            if let Some(c) = decoded(&[row + 0xA0, cell + 0xA0]) {
                sets.insert(c, set);
            }
        }
    }
    for (row, cell) in (2..=77_u8).flat_map(|row| (1..=94_u8).map(move |cell| (row, cell))) {
        if let Some(c) = decoded(&[0x8F, row + 0xA0, cell + 0xA0]) {
            sets.entry(c).or_insert(JisSet::Supplementary);
        }
    }
    sets
});

fn decoded(bytes: &[u8]) -> Option<char> {
    let text = EUC_JP.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// The set a character belongs to; `None` when it is in neither standard.
pub fn jis_set(c: char) -> Option<JisSet> {
    JIS.get(&c).copied()
}

/// The characters of `name` that a certificate cannot carry, each once, with the usual substitute.
pub fn certificate_substitutes(name: &RegisterName) -> Vec<Substitution> {
    let mut found: Vec<Substitution> = Vec::new();
    for character in name.characters() {
        if let Some(substitution) = substitution(character).filter(|new| !found.contains(new)) {
            found.push(substitution);
        }
    }
    found
}

/// The name as a certificate would usually carry it, with 〓 where only the municipality can say.
pub fn certificate_form(name: &RegisterName) -> String {
    name.characters()
        .into_iter()
        .map(|character| match substitution(character) {
            Some(substitution) => substitution.substitute.unwrap_or('〓').to_string(),
            None => character.to_owned(),
        })
        .collect()
}

fn substitution(character: &str) -> Option<Substitution> {
    let base = character.chars().next()?;
    let has_selector = character.chars().any(text::is_variation_selector);
    let known = jis_set(base).is_some();
    if known && !has_selector {
        return None;
    }
    let substitute = if known {
        Some(base)
    } else {
        character_substitutes::substitute(base)
    };
    Some(Substitution {
        character: character.to_owned(),
        substitute,
    })
}

/// Old and variant forms of name characters inside the standards, each followed by the form they are searched by.
const SEARCH_FORMS: &str = "龍竜瀧滝澤沢濱浜濵浜廣広邊辺邉辺齋斎齊斉嶋島嶌島嵜崎櫻桜國国圓円榮栄惠恵壽寿實実眞真澁渋條条鐵鉄關関縣県驛駅鹽塩藏蔵豐豊龜亀瀨瀬灣湾舘館峯峰槇槙遙遥籠篭檜桧埜野淵渕會会寶宝彌弥禮礼與与餘余勞労劍剣劔剣圖図學学對対將将專専盡尽應応懷懐戀恋攝摂數数斷断晝昼曉暁樂楽樣様權権歐欧步歩殘残濟済燒焼爐炉獨独獸獣當当畫画疊畳發発盜盗祕秘禪禅稻稲穗穂穎頴竈竃粹粋絲糸經経繼継續続缺欠聲声聽聴腦脳臺台舊旧莊荘萬万蠶蚕裝装觀観覺覚觸触譽誉讀読變変讓譲豫予賣売轉転辯弁遞逓遲遅鄰隣醫医釋釈錢銭鑄鋳鎭鎮雙双靜静顯顕驗験體体鬪闘鷗鴎麴麹黨党齒歯齡齢鰺鯵凬風杦杉鶯鴬靏鶴鷄鶏雞鶏嚴厳薗園";

static SEARCH: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let characters: Vec<char> = SEARCH_FORMS.chars().collect();
    characters
        .chunks_exact(2)
        .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
        .collect()
});

/// The form under which a kanji is searched: old and variant forms as the common one (龍→竜, 澤→沢, 髙→高). Only for comparing, never shown.
pub fn search_form(c: char) -> char {
    let c = match jis_set(c) {
        Some(_) => c,
        None => character_substitutes::substitute(c).unwrap_or(c),
    };
    SEARCH.get(&c).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(set: JisSet) -> usize {
        JIS.values().filter(|found| **found == set).count()
    }

    #[test]
    fn the_sets_have_the_sizes_of_the_standards() {
        assert_eq!(count(JisSet::Signs), 524);
        assert_eq!(count(JisSet::Level1), 2965);
        assert_eq!(count(JisSet::Level2), 3390);
        // 6,067 characters, less those whose Unicode character is also in JIS X 0208.
        assert!(
            (6_060..=6_067).contains(&count(JisSet::Supplementary)),
            "{}",
            count(JisSet::Supplementary)
        );
    }

    #[test]
    fn characters_belong_where_the_standards_have_them() {
        for (c, expected) in [
            ('亜', Some(JisSet::Level1)),
            ('腕', Some(JisSet::Level1)),
            ('弌', Some(JisSet::Level2)),
            ('熙', Some(JisSet::Level2)),
            ('ア', Some(JisSet::Signs)),
            ('々', Some(JisSet::Signs)),
            ('桒', Some(JisSet::Supplementary)),
            ('髙', None),
            ('﨑', None),
            ('𠮷', None),
            ('①', None),
            ('😀', None),
        ] {
            assert_eq!(jis_set(c), expected, "{c}");
        }
    }

    #[test]
    fn every_substitute_is_in_the_standards_and_every_substituted_character_is_not() {
        for (character, substitute) in character_substitutes::all() {
            assert_eq!(jis_set(character), None, "{character}");
            assert!(jis_set(substitute).is_some(), "{character} → {substitute}");
        }
    }

    #[test]
    fn samples_get_the_certificate_form_they_expect() {
        let table = include_str!("../../tests/data/sample-applicants.csv");
        let mut substituted = 0;
        for row in csv::Reader::from_reader(table.as_bytes())
            .records()
            .map(Result::unwrap)
        {
            // The sample leaves compatibility ideographs open; Unicode itself names their counterparts.
            if row[1] == *"name-edge" && row[6].contains('\u{FA19}') {
                assert_eq!(
                    certificate_form(&RegisterName::parse(&row[7]).unwrap()),
                    "\u{798F}"
                );
                continue;
            }
            for (name, expected) in [(&row[6], &row[14]), (&row[7], &row[15])] {
                let name = RegisterName::parse(name).unwrap();
                assert_eq!(certificate_form(&name), expected, "{}", &row[0]);
                substituted += usize::from(!certificate_substitutes(&name).is_empty());
            }
        }
        assert_eq!(substituted, 14);
    }

    #[test]
    fn a_search_form_is_the_end_of_the_search() {
        assert_eq!(SEARCH_FORMS.chars().count(), SEARCH.len() * 2);
        for (character, form) in SEARCH.iter() {
            assert!(
                character != form && !SEARCH.contains_key(form),
                "{character} → {form}"
            );
        }
    }

    #[test]
    fn a_repeated_character_is_named_once() {
        let name = RegisterName::parse("髙髙𡚴").unwrap();
        let expected =
            [("髙", Some('高')), ("𡚴", None)].map(|(character, substitute)| Substitution {
                character: character.to_owned(),
                substitute,
            });
        assert_eq!(certificate_substitutes(&name), expected);
    }
}
