//! Section "contact" (A09): how to reach her. Notices go to the address she proved; this is for what mail cannot do.
//!
//! Fields: `tel`, `country` (ISO 3166-1 alpha-2), `address` (lines), `email2`, `contact2`. Nothing here is printed on the card.

use super::reading::{Page, TextField, text_field};
use crate::domain::address::{self, AddressError, ForeignAddress};
use crate::domain::answers::{Answers, Checked, Problem};
use crate::domain::email::{EmailAddress, EmailError};
use crate::domain::free_text::TextError;
use crate::domain::phone::{PhoneError, PhoneNumber};
use crate::domain::{free_text, text};
use crate::reference::countries::{self, Country};

const CONTACT_MAX: usize = 100;

/// How to reach the applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// For urgent contact only.
    pub tel: PhoneNumber,
    /// Where she lives.
    pub country: &'static Country,
    /// Where papers can be posted back.
    pub address: Option<ForeignAddress>,
    /// A second mail address, of the family for instance.
    pub email2: Option<EmailAddress>,
    /// A second contact in her words.
    pub contact2: Option<String>,
}

const CONTACT2: TextField = text_field!("contact2");

/// A telephone field and the keys of what can be wrong with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct PhoneField {
    name: &'static str,
    empty: &'static str,
    country_code: &'static str,
    too_short: &'static str,
    too_long: &'static str,
    character: &'static str,
}

macro_rules! phone_field {
    ($name:literal) => {
        PhoneField {
            name: $name,
            empty: concat!("error-", $name, "-empty"),
            country_code: concat!("error-", $name, "-country-code"),
            too_short: concat!("error-", $name, "-too-short"),
            too_long: concat!("error-", $name, "-too-long"),
            character: concat!("error-", $name, "-character"),
        }
    };
}

const TEL: PhoneField = phone_field!("tel");
/// The agent's telephone.
pub(super) const AGENT_TEL: PhoneField = phone_field!("agent_tel");

/// An address field and the keys of what can be wrong with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct AddressField {
    text: TextField,
    too_many_lines: &'static str,
}

const ADDRESS: AddressField = AddressField {
    text: text_field!("address"),
    too_many_lines: "error-address-too-many-lines",
};
/// The agent's address.
pub(super) const AGENT_ADDRESS: AddressField = AddressField {
    text: text_field!("agent_address"),
    too_many_lines: "error-agent_address-too-many-lines",
};

/// Reads the section.
pub fn read(answers: &Answers) -> Checked<Contact> {
    let mut page = Page::of(answers);
    let tel = read_phone(&mut page, TEL);
    let country = read_country(&mut page);
    if country.is_some_and(|country| country.alpha2 == "JP") {
        page.advise(Problem::new("country", "advice-country-japan"));
    }
    let address = match ForeignAddress::parse(answers.get(ADDRESS.text.name)) {
        Err(AddressError::Text(TextError::Empty)) => None,
        _ => read_address(&mut page, ADDRESS),
    };
    if let (Some(address), Some(country)) = (&address, country)
        && let Some(example) = address.missing_postcode(&country.alpha2)
    {
        page.advise(Problem::new("address", "advice-address-postcode").with("d", example));
    }
    let email2 = read_second_email(&mut page);
    let contact2 = page.optional(CONTACT2, |typed| free_text::one_line(typed, CONTACT_MAX));
    page.finish(|| {
        Some(Contact {
            tel: tel?,
            country: country?,
            address,
            email2,
            contact2,
        })
    })
}

/// Reads the second contact alone, with the fields of the section: mail address and words, each as far as given.
pub fn read_second(answers: &Answers) -> Checked<(Option<EmailAddress>, Option<String>)> {
    let mut page = Page::of(answers);
    let email = read_second_email(&mut page);
    let words = page.optional(CONTACT2, |typed| free_text::one_line(typed, CONTACT_MAX));
    page.finish(|| Some((email, words)))
}

/// A country by any of its names; a list of 250 would weigh more than the rest of the page.
fn read_country(page: &mut Page<'_>) -> Option<&'static Country> {
    let typed = text::trimmed(page.answers.get("country"));
    if typed.is_empty() {
        page.refuse(Problem::new("country", "error-country-empty"));
        return None;
    }
    let country = countries::named(typed);
    if country.is_none() {
        page.refuse(
            Problem::new("country", "error-country-unknown")
                .with("x", typed.chars().take(60).collect::<String>()),
        );
    }
    country
}

/// The country alone, for advice of the offices section while this one is unfinished.
pub fn country_of(answers: &Answers) -> Option<&'static Country> {
    countries::named(answers.get("country"))
}

pub(super) fn read_phone(page: &mut Page<'_>, field: PhoneField) -> Option<PhoneNumber> {
    let error = match PhoneNumber::parse(page.answers.get(field.name)) {
        Ok(number) => return Some(number),
        Err(error) => error,
    };
    page.refuse(match error {
        PhoneError::Empty => Problem::new(field.name, field.empty),
        PhoneError::CountryCode => Problem::new(field.name, field.country_code),
        PhoneError::TooShort { digits } => {
            Problem::new(field.name, field.too_short).with("m", digits.to_string())
        }
        PhoneError::TooLong { digits } => {
            Problem::new(field.name, field.too_long).with("m", digits.to_string())
        }
        PhoneError::Character(c) => {
            Problem::new(field.name, field.character).with("c", text::shown(c))
        }
    });
    None
}

pub(super) fn read_address(page: &mut Page<'_>, field: AddressField) -> Option<ForeignAddress> {
    match ForeignAddress::parse(page.answers.get(field.text.name)) {
        Ok(address) => Some(address),
        Err(AddressError::Text(error)) => page.refuse_text(field.text, error),
        Err(AddressError::TooManyLines { lines }) => {
            page.refuse(
                Problem::new(field.text.name, field.too_many_lines)
                    .with("n", address::MAX_LINES.to_string())
                    .with("m", lines.to_string()),
            );
            None
        }
    }
}

/// The second address is not proven by a code, so a typing error in it stays unnoticed: the suggestion is worth more here.
fn read_second_email(page: &mut Page<'_>) -> Option<EmailAddress> {
    if page.is_blank("email2") {
        return None;
    }
    match EmailAddress::parse(page.answers.get("email2")) {
        Ok(email) => {
            if let Some(suggestion) = email.suggestion() {
                page.advise(Problem::new("email2", "advice-email2-domain").with("x", suggestion));
            }
            Some(email)
        }
        Err(EmailError::InternationalLocal) => {
            page.refuse(Problem::new("email2", "error-email2-latin"));
            None
        }
        Err(_) => {
            page.refuse(Problem::new("email2", "error-email2-form"));
            None
        }
    }
}
