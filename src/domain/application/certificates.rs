//! Section "certs" (A13): electronic certificates, braille, and whether she has Japanese health insurance. PINs are never asked.
//!
//! Fields: `no_sign`, `no_auth` (ticked: not wanted), `braille` (ticked), `braille_kana`, `insurance` (`yes`, `no`, `unknown`, may be left empty).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::person::AGE_OF_ACTING;
use super::reading::{Page, TextField, text_field};
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::braille::{BrailleError, BrailleName, MAX_CELLS};
use crate::domain::calendar;

/// What happens with the signing certificate (署名用電子証明書).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningCertificate {
    /// Issued.
    Issued,
    /// She does not want it.
    Declined,
    /// Not issued under 15 years of age, whatever was ticked.
    NotIssuedUnder15,
}

/// Whether she is in a Japanese health insurance: decides which advice about using the card as an insurance card she gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Insurance {
    /// In one.
    Yes,
    /// In none.
    No,
    /// She does not know.
    Unknown,
}

impl Insurance {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "yes" => Some(Self::Yes),
            "no" => Some(Self::No),
            "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// What goes on and into the card besides the register's items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificates {
    /// 署名用電子証明書.
    pub signing: SigningCertificate,
    /// Whether the 利用者証明用電子証明書 is issued.
    pub authentication: bool,
    /// The name in braille, at most eleven cells; cannot be added later.
    pub braille: Option<BrailleName>,
    /// Health insurance, if she said.
    pub insurance: Option<Insurance>,
}

const BRAILLE_KANA: TextField = text_field!("braille_kana");

/// Whether somebody born on `birth` gets a signing certificate when the form is made on `today`.
pub fn may_sign(birth: Date, today: Date) -> bool {
    calendar::age_on(birth, today) >= AGE_OF_ACTING
}

/// Reads the section. `birth` is the birth date when it is known.
pub fn read(answers: &Answers, birth: Option<Date>, today: Date) -> Checked<Certificates> {
    let mut page = Page::of(answers);
    let signing = if birth.is_some_and(|birth| !may_sign(birth, today)) {
        SigningCertificate::NotIssuedUnder15
    } else if page.ticked("no_sign") {
        SigningCertificate::Declined
    } else {
        SigningCertificate::Issued
    };
    let authentication = !page.ticked("no_auth");
    let braille = if page.ticked("braille") {
        read_braille(&mut page)
    } else {
        None
    };
    let insurance = Insurance::parse(answers.get("insurance"));
    page.finish(|| {
        Some(Certificates {
            signing,
            authentication,
            braille,
            insurance,
        })
    })
}

fn read_braille(page: &mut Page<'_>) -> Option<BrailleName> {
    match BrailleName::parse(page.answers.get(BRAILLE_KANA.name)) {
        Ok(name) => Some(name),
        Err(BrailleError::Kana(error)) => page.refuse_text(BRAILLE_KANA, error),
        Err(BrailleError::TooManyCells { cells }) => {
            page.refuse(
                Problem::new(BRAILLE_KANA.name, "error-braille_kana-cells")
                    .with("n", cells.to_string())
                    .with("max", MAX_CELLS.to_string()),
            );
            None
        }
    }
}
