//! What can be wrong with an application (不備): the codes D01–D99 and PH01–PH13, and what sets each right.
//!
//! The words for the applicant are in the catalogue (`defect-d01` names it, `defect-d01-fix` says what to do). A code never carries the wrong value.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::application::section::Section;

/// What the applicant can do about a defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Change the answers of one section; the form is printed and sent again.
    Edit(Section),
    /// Take another photo.
    Photo,
    /// Print the form again, complete it by hand and send it.
    Paper,
    /// Send, bring or settle something else; she says that she did.
    Enclose,
    /// Confirm the mail address.
    Email,
    /// Nothing: the rules do not allow the card now.
    Nothing,
}

macro_rules! defects {
    ($($name:ident $code:literal $key:literal $remedy:expr, $doc:literal;)+) => {
        /// The code of a defect.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(into = "&'static str", try_from = "String")]
        pub enum DefectCode {
            $(#[doc = $doc] $name,)+
        }

        impl DefectCode {
            /// Every code in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code, such as `D06`: the value in forms, in the database and in the exchange with the issuer.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The catalogue key of its name, such as `defect-d06`.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => concat!("defect-", $key),)+ }
            }

            /// The catalogue key of what to do about it, such as `defect-d06-fix`.
            pub const fn fix_key(self) -> &'static str {
                match self { $(Self::$name => concat!("defect-", $key, "-fix"),)+ }
            }

            /// What sets it right.
            pub const fn remedy(self) -> Remedy {
                match self { $(Self::$name => $remedy,)+ }
            }
        }
    };
}

defects! {
    D01 "D01" "d01" Remedy::Edit(Section::Register), "本籍地不明・誤り.";
    D02 "D02" "d02" Remedy::Nothing, "戸籍の附票に国外転出の記載なし（住民票あり等） (住民基本台帳法 17条).";
    D03 "D03" "d03" Remedy::Nothing, "個人番号未付番 (no resident record since 2015-10-05).";
    D04 "D04" "d04" Remedy::Edit(Section::Person), "氏名・生年月日が附票と相違 (番号法 17条1項1号).";
    D05 "D05" "d05" Remedy::Paper, "個人番号の誤り・未記入 (番号カード命令 20条).";
    D06 "D06" "d06" Remedy::Photo, "顔写真不備, when no PH code says more (番号カード命令 21条).";
    D07 "D07" "d07" Remedy::Paper, "暗証番号設定依頼書なし・未封かん・開封済み.";
    D08 "D08" "d08" Remedy::Paper, "暗証番号の文字種・桁数の誤り.";
    D09 "D09" "d09" Remedy::Paper, "申請日・氏名欄の記入漏れ (公的個人認証法施行令 1条).";
    D10 "D10" "d10" Remedy::Email, "メールアドレス判読不能・不達.";
    D11 "D11" "d11" Remedy::Edit(Section::Offices), "受取場所の指定なし・誤り (番号法 16条の2第4項).";
    D12 "D12" "d12" Remedy::Enclose, "本人確認書類の不足・期限切れ (番号法施行規則 4条).";
    D13 "D13" "d13" Remedy::Enclose, "代理権の確認書類なし (番号法施行規則 14条).";
    D14 "D14" "d14" Remedy::Nothing, "有効なカードを所持（重複） (番号カード命令 24条, 29条).";
    D15 "D15" "d15" Remedy::Enclose, "旧カードの返納なし (番号カード命令 28条2項).";
    D16 "D16" "d16" Remedy::Enclose, "紛失の疎明資料なし (番号カード命令 28条3項).";
    D17 "D17" "d17" Remedy::Paper, "様式違い（国内用様式）.";
    D18 "D18" "d18" Remedy::Paper, "印字不良・用紙サイズ.";
    D19 "D19" "d19" Remedy::Enclose, "手数料未納.";
    D20 "D20" "d20" Remedy::Nothing, "国内転入済み.";
    D21 "D21" "d21" Remedy::Paper, "郵送不可の手続・公館.";
    D99 "D99" "d99" Remedy::Enclose, "その他: the office's own words say what.";
    PH01 "PH01" "ph01" Remedy::Photo, "寸法・規格が合わない.";
    PH02 "PH02" "ph02" Remedy::Photo, "6か月を超えている.";
    PH03 "PH03" "ph03" Remedy::Photo, "顔の位置が片寄っている.";
    PH04 "PH04" "ph04" Remedy::Photo, "顔が横向き・左右に傾き.";
    PH05 "PH05" "ph05" Remedy::Photo, "椅子・物・柄のある背景.";
    PH06 "PH06" "ph06" Remedy::Photo, "背景や顔に影.";
    PH07 "PH07" "ph07" Remedy::Photo, "ピンボケ・手ブレ・不鮮明.";
    PH08 "PH08" "ph08" Remedy::Photo, "眼鏡のフレームが目にかかる・太い・反射.";
    PH09 "PH09" "ph09" Remedy::Photo, "帽子・幅広のヘアバンド・サングラス.";
    PH10 "PH10" "ph10" Remedy::Photo, "平常の顔貌と著しく異なる・過度の加工.";
    PH11 "PH11" "ph11" Remedy::Photo, "髪・マスク等で目や輪郭が隠れる.";
    PH12 "PH12" "ph12" Remedy::Photo, "他人・手が写る（乳幼児）.";
    PH13 "PH13" "ph13" Remedy::Photo, "印刷の傷・汚れ・粗い.";
}

/// A text that is no defect code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{0}\" is not a defect code")]
pub struct UnknownDefect(pub String);

impl DefectCode {
    /// The defect with this code.
    pub fn parse(code: &str) -> Result<Self, UnknownDefect> {
        Self::ALL
            .iter()
            .copied()
            .find(|defect| defect.as_str() == code)
            .ok_or_else(|| UnknownDefect(code.chars().take(8).collect()))
    }

    /// Whether the applicant sets it right on the site, by another photo or by other answers. Of what the issuer finds this alone is hers to act on: the
    /// rest is the municipality's to settle, which has the paper.
    pub fn is_corrected_on_site(self) -> bool {
        matches!(self.remedy(), Remedy::Photo | Remedy::Edit(_))
    }

    /// Whether it is about the photo.
    pub fn is_about_photo(self) -> bool {
        self.remedy() == Remedy::Photo
    }
}

impl From<DefectCode> for &'static str {
    fn from(defect: DefectCode) -> Self {
        defect.as_str()
    }
}

impl TryFrom<String> for DefectCode {
    type Error = UnknownDefect;

    fn try_from(code: String) -> Result<Self, UnknownDefect> {
        Self::parse(&code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_its_keys_are_built_from_it() {
        for defect in DefectCode::ALL {
            assert_eq!(DefectCode::parse(defect.as_str()), Ok(*defect));
            let key = format!("defect-{}", defect.as_str().to_lowercase());
            assert_eq!(defect.key(), key);
            assert_eq!(defect.fix_key(), format!("{key}-fix"));
        }
        assert!(DefectCode::parse("D22").is_err() && DefectCode::parse("d06").is_err());
    }

    #[test]
    fn every_photo_code_asks_for_a_photo() {
        for defect in DefectCode::ALL {
            let is_photo = defect.as_str().starts_with("PH") || *defect == DefectCode::D06;
            assert_eq!(defect.is_about_photo(), is_photo, "{}", defect.as_str());
        }
    }
}
