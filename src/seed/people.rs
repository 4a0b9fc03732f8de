//! Names of invented people, common ones and a few with rare characters. Each case's second contact says that nobody in it exists.

use anyhow::Context;

use super::dice::Dice;
use crate::domain::kana::Kana;
use crate::domain::person_name::RegisterName;

/// 氏 with their readings.
const FAMILIES: &[(&str, &str)] = &[
    ("佐藤", "サトウ"),
    ("鈴木", "スズキ"),
    ("高橋", "タカハシ"),
    ("田中", "タナカ"),
    ("伊藤", "イトウ"),
    ("渡辺", "ワタナベ"),
    ("渡邊", "ワタナベ"),
    ("山本", "ヤマモト"),
    ("中村", "ナカムラ"),
    ("小林", "コバヤシ"),
    ("加藤", "カトウ"),
    ("吉田", "ヨシダ"),
    ("山田", "ヤマダ"),
    ("佐々木", "ササキ"),
    ("山口", "ヤマグチ"),
    ("松本", "マツモト"),
    ("井上", "イノウエ"),
    ("木村", "キムラ"),
    ("林", "ハヤシ"),
    ("斎藤", "サイトウ"),
    ("齋藤", "サイトウ"),
    ("清水", "シミズ"),
    ("山崎", "ヤマザキ"),
    ("森", "モリ"),
    ("池田", "イケダ"),
    ("橋本", "ハシモト"),
    ("阿部", "アベ"),
    ("石川", "イシカワ"),
    ("前田", "マエダ"),
    ("藤田", "フジタ"),
    ("小川", "オガワ"),
    ("後藤", "ゴトウ"),
    ("岡田", "オカダ"),
    ("長谷川", "ハセガワ"),
    ("村上", "ムラカミ"),
    ("近藤", "コンドウ"),
    ("石井", "イシイ"),
    ("坂本", "サカモト"),
    ("遠藤", "エンドウ"),
    ("青木", "アオキ"),
    ("藤井", "フジイ"),
    ("西村", "ニシムラ"),
    ("福田", "フクダ"),
    ("太田", "オオタ"),
    ("三浦", "ミウラ"),
    ("岡本", "オカモト"),
    ("松田", "マツダ"),
    ("中川", "ナカガワ"),
    ("髙橋", "タカハシ"),
    ("原田", "ハラダ"),
    ("小野", "オノ"),
    ("竹内", "タケウチ"),
    ("金子", "カネコ"),
    ("中山", "ナカヤマ"),
    ("石田", "イシダ"),
    ("上田", "ウエダ"),
    ("見本", "ミホン"),
    ("濵田", "ハマダ"),
    ("𠮷野", "ヨシノ"),
    ("邉見", "ヘンミ"),
];

/// 名 with their readings.
const GIVENS: &[(&str, &str)] = &[
    ("花子", "ハナコ"),
    ("太郎", "タロウ"),
    ("陽子", "ヨウコ"),
    ("健一", "ケンイチ"),
    ("美咲", "ミサキ"),
    ("翔太", "ショウタ"),
    ("結衣", "ユイ"),
    ("大輔", "ダイスケ"),
    ("さくら", "サクラ"),
    ("拓也", "タクヤ"),
    ("恵子", "ケイコ"),
    ("誠", "マコト"),
    ("由美", "ユミ"),
    ("直樹", "ナオキ"),
    ("愛", "アイ"),
    ("隆", "タカシ"),
    ("真由美", "マユミ"),
    ("浩二", "コウジ"),
    ("千尋", "チヒロ"),
    ("蓮", "レン"),
    ("葵", "アオイ"),
    ("悠真", "ユウマ"),
    ("凛", "リン"),
    ("湊", "ミナト"),
    ("智子", "トモコ"),
    ("和也", "カズヤ"),
    ("久美子", "クミコ"),
    ("修", "オサム"),
    ("明美", "アケミ"),
    ("徹", "トオル"),
    ("裕子", "ユウコ"),
    ("亮", "リョウ"),
    ("順子", "ジュンコ"),
    ("学", "マナブ"),
    ("麻衣", "マイ"),
    ("龍之介", "リュウノスケ"),
    ("京子", "キョウコ"),
    ("竜", "リュウ"),
    ("瑞穂", "ミズホ"),
    ("一", "ハジメ"),
];

/// A name and how it is read.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) name: RegisterName,
    pub(super) kana: Kana,
}

/// The names, read once.
#[derive(Debug)]
pub(super) struct Names {
    families: Vec<Named>,
    givens: Vec<Named>,
}

impl Names {
    pub(super) fn read() -> anyhow::Result<Self> {
        let read = |list: &[(&str, &str)]| -> anyhow::Result<Vec<Named>> {
            list.iter()
                .map(|(name, kana)| {
                    Ok(Named {
                        name: RegisterName::parse(name)
                            .ok()
                            .with_context(|| format!("{name} is no name"))?,
                        kana: Kana::parse(kana)
                            .ok()
                            .with_context(|| format!("{kana} is no reading"))?,
                    })
                })
                .collect()
        };
        Ok(Self {
            families: read(FAMILIES)?,
            givens: read(GIVENS)?,
        })
    }

    /// 氏 and 名 of somebody: the names at the front of the list are the common ones.
    pub(super) fn of(&self, dice: &mut Dice) -> Option<(&Named, &Named)> {
        let common = dice.happens(40);
        let families = if common {
            self.families.get(..12)?
        } else {
            &self.families
        };
        Some((dice.one_of(families)?, dice.one_of(&self.givens)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one() {
        let names = Names::read().unwrap();
        assert!(names.of(&mut Dice::of(1, 1)).is_some());
    }
}
