//! What stands on the sheets: plain, checked values, ready to print.

use jiff::civil::Date;

use crate::documents::pdf::Paper;
use crate::i18n::Lang;

/// Everything a print set says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The paper to print on.
    pub paper: Paper,
    /// The reader's language: in English every label has its English under it. The forms themselves are Japanese.
    pub language: Lang,
    /// Whether invented data is shown; every sheet says so.
    pub demo: bool,
    /// The day the set was made, in the applicant's zone.
    pub made_on: Date,
    /// The receipt number.
    pub receipt: Receipt,
    /// What is applied for.
    pub kind: Kind,
    /// Why a card is replaced (事由), such as 紛失; empty unless it is.
    pub reissue_reason: String,
    /// The applicant, as in the family register.
    pub person: Person,
    /// Prefecture, municipality and ward of the register, such as 兵庫県神戸市中央区.
    pub honseki: String,
    /// The (planned) date of moving abroad, written out in both calendars; empty when not known.
    pub departure: String,
    /// The address abroad, line by line, Latin and native script; may be empty, for the law does not ask for it.
    pub address: Vec<String>,
    /// The telephone number; may be empty.
    pub phone: String,
    /// The e-mail address, to which all notices go.
    pub email: String,
    /// Where the card is collected.
    pub pickup: String,
    /// No signing certificate is wanted (or, below fifteen, none is issued).
    pub without_signing: bool,
    /// No user authentication certificate is wanted.
    pub without_authentication: bool,
    /// The name in braille as kana; empty when no braille is wanted.
    pub braille: String,
    /// Who acts for the applicant.
    pub agent: Option<Agent>,
    /// Where the papers go.
    pub filing: FilingPlace,
    /// The last day for handing in, as text, such as 2027年2月19日（金）.
    pub deadline: String,
    /// The same in English, such as Friday 19 February 2027.
    pub deadline_en: String,
}

/// The receipt number in its two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// As people read it: `K7M4-2PQX-9T`.
    pub text: String,
    /// As machines read it: `K7M42PQX9T`.
    pub compact: String,
    /// The revision of the answers, counted from one.
    pub revision: u32,
}

/// What is applied for (申請区分).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 新規.
    New,
    /// 更新.
    Renewal,
    /// 再交付.
    Reissue,
}

/// Sex as in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// 男.
    Male,
    /// 女.
    Female,
}

/// The applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// 氏, never normalised.
    pub family: String,
    /// 名, never normalised; empty for a name without the division.
    pub given: String,
    /// Reading of 氏.
    pub family_kana: String,
    /// Reading of 名.
    pub given_kana: String,
    /// As in the passport; empty when not given.
    pub roman: String,
    /// The birth date in both calendars, such as 平成3年（1991年）5月4日.
    pub birth: String,
    /// As in the register.
    pub sex: Sex,
    /// Under one year on the day of application: no photo.
    pub under_one: bool,
    /// Under fifteen: the legal representative acts.
    pub under_fifteen: bool,
    /// The name has a character that cannot be typed: room to write the whole name by hand.
    pub untypable: bool,
    /// Which character that is, in the applicant's words; may be empty.
    pub untypable_note: String,
}

/// Who acts for the applicant (代理人).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Name.
    pub name: String,
    /// Relation to the applicant, such as 母（法定代理人）.
    pub relation: String,
    /// Address in one line.
    pub address: String,
    /// Telephone number.
    pub phone: String,
}

/// What kind of office the papers go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// A municipality in Japan.
    Municipality,
    /// An embassy or consulate.
    Mission,
}

/// Whether the office takes applications by post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posting {
    /// Yes.
    Accepted,
    /// No: the papers are brought to the counter.
    Refused,
    /// Under these conditions, in the reader's language.
    Conditional(String),
    /// Not known: ask first.
    Unknown,
}

/// Where the papers go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingPlace {
    /// Municipality or mission.
    pub kind: PlaceKind,
    /// Its Japanese name, such as 神戸市中央区役所 or 在英国日本国大使館.
    pub name: String,
    /// Its English name; empty when not known.
    pub name_en: String,
    /// To whose attention, such as 市民課 マイナンバーカード担当 御中.
    pub attention: String,
    /// The Japanese postcode with its mark, such as 〒650-8570; empty for a mission.
    pub postcode: String,
    /// The address in Japanese; empty for a mission.
    pub address: Vec<String>,
    /// The address in Latin letters as the foreign post office needs it, country last in capitals; it may begin with the name.
    pub address_latin: Vec<String>,
    /// Whether the address is complete; otherwise the label has lines to write it on, and says so.
    pub address_known: bool,
    /// Whether it takes post.
    pub posting: Posting,
}
