//! Section "person" (A07): the name exactly as in the family register, its reading, the birth date and the sex of the register.
//!
//! Fields: `family`, `given`, `family_kana`, `given_kana`, `gaiji` (ticked: a character cannot be typed), `gaiji_note`, `dob_y`, `dob_m`, `dob_d`,
//! `sex` (`m`, `f`), `roman`. A former surname (旧氏) is not asked: it is not on this card (番号法施行令 1条).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::dates::{DateField, date_field};
use super::reading::{Page, TextField, text_field};
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::calendar;
use crate::domain::characters::certificate_substitutes;
use crate::domain::free_text;
use crate::domain::kana::Kana;
use crate::domain::person_name::RegisterName;
use crate::domain::romaji::{self, Fit, PassportName};

/// From this age a person acts for herself and may have a signing certificate (handling rules of the ministry).
pub const AGE_OF_ACTING: i16 = 15;
/// Below this age the card is made without a photo (番号カード命令 16条).
pub const AGE_OF_PHOTO: i16 = 1;
/// From this age a card is valid for ten years instead of five (番号カード命令 26条).
pub const AGE_OF_LONG_VALIDITY: i16 = 18;

const GAIJI_NOTE_MAX: usize = 100;
const EARLIEST_BIRTH: Date = Date::constant(1900, 1, 1);
/// Older people exist; a mistyped year is likelier.
const ASK_ABOVE_AGE: i16 = 110;
/// A reading has at least as many kana as the name has characters, and rarely more than this many for each.
const KANA_PER_CHARACTER: usize = 6;

/// Sex as recorded in the 戸籍の附票; it is printed on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// 男.
    #[serde(rename = "m")]
    Male,
    /// 女.
    #[serde(rename = "f")]
    Female,
}

impl Sex {
    /// The sex that the form's value names.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "m" => Some(Self::Male),
            "f" => Some(Self::Female),
            _ => None,
        }
    }

    /// The value in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "m",
            Self::Female => "f",
        }
    }
}

/// A name with a character that cannot be typed: the nearest one is printed, and she writes the right one by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandwrittenCharacter {
    /// Which character, in her words.
    pub note: Option<String>,
}

/// Who applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// 氏.
    pub family: RegisterName,
    /// 名.
    pub given: RegisterName,
    /// Reading of the 氏.
    pub family_kana: Kana,
    /// Reading of the 名.
    pub given_kana: Kana,
    /// The name in the passport: envelope and appointment list, never the card.
    pub roman: Option<PassportName>,
    /// Present when a character cannot be typed.
    pub handwritten: Option<HandwrittenCharacter>,
    /// Birth date of the register.
    pub birth_date: Date,
    /// Sex of the register.
    pub sex: Sex,
}

impl Person {
    /// Age in completed years.
    pub fn age_on(&self, day: Date) -> i16 {
        calendar::age_on(self.birth_date, day)
    }

    /// The ages that change a rule (1: photo; 15: representative and signing certificate; 18: validity) and are reached within six months, with the day.
    pub fn turns_soon(&self, today: Date) -> Vec<(i16, Date)> {
        [AGE_OF_PHOTO, AGE_OF_ACTING, AGE_OF_LONG_VALIDITY]
            .into_iter()
            .filter_map(|age| {
                calendar::turns_within_six_months(self.birth_date, today, age).map(|day| (age, day))
            })
            .collect()
    }
}

const FAMILY: TextField = text_field!("family");
const GIVEN: TextField = text_field!("given");
const FAMILY_KANA: TextField = text_field!("family_kana");
const GIVEN_KANA: TextField = text_field!("given_kana");
const GAIJI_NOTE: TextField = text_field!("gaiji_note");
const ROMAN: TextField = text_field!("roman");
const BIRTH: DateField = date_field!("dob");

/// Reads the section as of `today` in Japan, where the register is kept.
pub fn read(answers: &Answers, today: Date) -> Checked<Person> {
    let mut page = Page::of(answers);
    let family = page.required(FAMILY, RegisterName::parse);
    let given = page.required(GIVEN, RegisterName::parse);
    let family_kana = page.required(FAMILY_KANA, Kana::parse);
    let given_kana = page.required(GIVEN_KANA, Kana::parse);
    let handwritten = read_handwritten(&mut page);
    let birth_date = read_birth(&mut page, today);
    let sex = page.choice("sex", "error-sex-empty", Sex::parse);
    let roman = page.optional(ROMAN, PassportName::parse);
    advise_on_name(
        &mut page,
        [
            "family",
            "advice-family-substitute",
            "advice-family-no-substitute",
        ],
        family.as_ref(),
    );
    advise_on_name(
        &mut page,
        [
            "given",
            "advice-given-substitute",
            "advice-given-no-substitute",
        ],
        given.as_ref(),
    );
    advise_on_reading(
        &mut page,
        ["family_kana", "advice-family_kana-length"],
        family.as_ref(),
        family_kana.as_ref(),
    );
    advise_on_reading(
        &mut page,
        ["given_kana", "advice-given_kana-length"],
        given.as_ref(),
        given_kana.as_ref(),
    );
    if let (Some(roman), Some(family_kana), Some(given_kana)) = (&roman, &family_kana, &given_kana)
    {
        advise_on_roman(&mut page, roman, family_kana, given_kana);
    }
    page.finish(|| {
        Some(Person {
            family: family?,
            given: given?,
            family_kana: family_kana?,
            given_kana: given_kana?,
            roman,
            handwritten,
            birth_date: birth_date?,
            sex: sex?,
        })
    })
}

/// The birth date alone, for rules of other sections while this one is unfinished.
pub fn birth_date_of(answers: &Answers, today: Date) -> Option<Date> {
    read_birth(&mut Page::of(answers), today)
}

fn read_handwritten(page: &mut Page<'_>) -> Option<HandwrittenCharacter> {
    let note = page.optional(GAIJI_NOTE, |typed| {
        free_text::one_line(typed, GAIJI_NOTE_MAX)
    });
    // A note without the tick still says that a character is missing.
    (page.ticked("gaiji") || note.is_some()).then_some(HandwrittenCharacter { note })
}

fn read_birth(page: &mut Page<'_>, today: Date) -> Option<Date> {
    if BIRTH.is_blank(page) {
        page.refuse(Problem::new(BIRTH.stem, BIRTH.empty));
        return None;
    }
    let birth = BIRTH.read(page)?;
    if birth > today {
        page.refuse(Problem::new(BIRTH.stem, BIRTH.future));
        return None;
    }
    if birth < EARLIEST_BIRTH {
        page.refuse(Problem::new(BIRTH.stem, "error-dob-too-early"));
        return None;
    }
    let age = calendar::age_on(birth, today);
    if age > ASK_ABOVE_AGE {
        page.advise(Problem::new(BIRTH.stem, "advice-dob-age").with("n", age.to_string()));
    }
    Some(birth)
}

/// The certificate may carry another character (JIS X 0208 and 0212 only); the card prints the one of the register.
fn advise_on_name(
    page: &mut Page<'_>,
    [field, substituted, unknown]: [&'static str; 3],
    name: Option<&RegisterName>,
) {
    let Some(name) = name else { return };
    for substitution in certificate_substitutes(name) {
        page.advise(match substitution.substitute {
            Some(substitute) => Problem::new(field, substituted)
                .with("c", substitution.character)
                .with("d", substitute.to_string()),
            None => Problem::new(field, unknown).with("c", substitution.character),
        });
    }
    if field == "family" && name.as_str().starts_with('々') {
        page.advise(Problem::new(field, "advice-family-iteration-mark"));
    }
}

fn advise_on_reading(
    page: &mut Page<'_>,
    [field, kind]: [&'static str; 2],
    name: Option<&RegisterName>,
    reading: Option<&Kana>,
) {
    let (Some(name), Some(reading)) = (name, reading) else {
        return;
    };
    let kana = reading
        .as_str()
        .chars()
        .filter(|c| *c != '\u{3000}')
        .count();
    let characters = name.len();
    if kana < characters || kana > characters.saturating_mul(KANA_PER_CHARACTER) {
        page.advise(Problem::new(field, kind));
    }
}

/// A passport may spell otherwise; the usual spelling is offered, never forced.
fn advise_on_roman(
    page: &mut Page<'_>,
    roman: &PassportName,
    family_kana: &Kana,
    given_kana: &Kana,
) {
    if romaji::fit(roman, family_kana, given_kana) == Fit::Different {
        page.advise(
            Problem::new(ROMAN.name, "advice-roman-differs")
                .with("d", usual_roman(family_kana, given_kana)),
        );
    }
}

/// The usual passport spelling of a name, family name first.
pub fn usual_roman(family_kana: &Kana, given_kana: &Kana) -> String {
    format!(
        "{} {}",
        romaji::hepburn(family_kana),
        romaji::hepburn(given_kana)
    )
}
