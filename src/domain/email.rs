//! E-mail addresses: what can be written to, in one spelling.
//!
//! The part before the @ keeps its case; the domain is lower-case ASCII, international domains as A-labels. Local parts beyond ASCII are refused with their
//! own reason: too many mail servers on the way cannot carry them (SMTPUTF8), and the notices are the only thread that holds a case together.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text;

/// The longest address SMTP can carry (RFC 5321 §4.5.3.1.3).
pub const MAX: usize = 254;
/// The longest part before the @ (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;

/// Domains people mean when they mistype.
const COMMON: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "yahoo.co.jp",
    "yahoo.com",
    "ymail.ne.jp",
    "hotmail.com",
    "hotmail.co.jp",
    "outlook.com",
    "outlook.jp",
    "outlook.co.jp",
    "live.com",
    "live.jp",
    "icloud.com",
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "softbank.ne.jp",
    "i.softbank.jp",
    "nifty.com",
    "biglobe.ne.jp",
    "protonmail.com",
    "proton.me",
    "gmx.de",
    "gmx.net",
    "yahoo.co.uk",
    "hotmail.co.uk",
    "hotmail.fr",
    "yahoo.fr",
    "orange.fr",
    "naver.com",
    "foxmail.com",
    "comcast.net",
    "bigpond.com",
    "uol.com.br",
];
/// Real domains that look like a mistyped common one.
const LOOKALIKES: &[&str] = &[
    "mail.com",
    "email.com",
    "ymail.com",
    "fmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.us",
    "gmx.fr",
    "live.de",
    "live.fr",
    "live.nl",
    "live.it",
    "live.ca",
    "live.se",
    "live.no",
    "live.dk",
    "live.be",
    "live.cl",
    "outlook.de",
    "outlook.fr",
    "outlook.es",
    "outlook.it",
    "outlook.be",
    "outlook.at",
    "outlook.sg",
    "outlook.kr",
    "outlook.in",
    "hotmail.it",
    "hotmail.es",
    "hotmail.de",
    "hotmail.ch",
    "hotmail.be",
    "hotmail.se",
    "yahoo.de",
    "yahoo.es",
    "yahoo.it",
    "yahoo.ca",
    "yahoo.in",
    "yahoo.co.in",
    "yahoo.co.id",
    "yahoo.co.nz",
    "yahoo.co.kr",
    "yahoo.co.th",
    "rocketmail.com",
];

/// An address mail can be sent to, lower-case domain in ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is no address mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EmailError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// No @, or more than one.
    #[error("there must be exactly one @")]
    AtSign,
    /// The part before the @ is empty, too long, or has a character or a dot where none may be.
    #[error("the part before the @ is not valid")]
    Local,
    /// The part before the @ has characters beyond ASCII.
    #[error("the part before the @ must be in Latin letters")]
    InternationalLocal,
    /// The part after the @ is no domain.
    #[error("the part after the @ is not valid")]
    Domain,
    /// Longer than [`MAX`].
    #[error("{length} characters, at most {MAX}")]
    TooLong {
        /// How many there were.
        length: usize,
    },
    /// A control character, a space or an invisible mark stands inside.
    #[error("{} cannot be used", text::shown(*.0))]
    Character(char),
}

impl EmailAddress {
    /// Reads a typed address; full-width letters and signs are taken as ASCII.
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let typed = text::ascii_folded(typed);
        if typed.is_empty() {
            return Err(EmailError::Empty);
        }
        let length = typed.chars().count();
        if length > MAX {
            return Err(EmailError::TooLong { length });
        }
        let is_refused = |c: char| {
            c.is_control()
                || c.is_whitespace()
                || text::is_trimmable(c)
                || text::is_bidi_control(c)
                || text::is_direction_mark(c)
        };
        if let Some(c) = typed.chars().find(|c| is_refused(*c)) {
            return Err(EmailError::Character(c));
        }
        let (local, domain) = typed
            .split_once('@')
            .filter(|(_, domain)| !domain.contains('@'))
            .ok_or(EmailError::AtSign)?;
        check_local(local)?;
        let address = format!("{local}@{}", ascii_domain(domain)?);
        let length = address.len();
        if length > MAX {
            Err(EmailError::TooLong { length })
        } else {
            Ok(Self(address))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain, in A-labels.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// The key under which addresses are compared: case does not count.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The address for a screen others may see: `h***o@example.com`. Short local parts keep their first letter alone.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or_default();
        let first = local.chars().take(1);
        let last = local.chars().skip(2).last();
        let mask: String = first.chain("***".chars()).chain(last).collect();
        format!("{mask}@{domain}")
    }

    /// The address with the common domain that was probably meant (`gmial.com` → `gmail.com`); `None` when nothing looks mistyped.
    pub fn suggestion(&self) -> Option<String> {
        let (local, domain) = self.0.split_once('@')?;
        if COMMON.contains(&domain) || LOOKALIKES.contains(&domain) {
            return None;
        }
        let meant = COMMON
            .iter()
            .find(|common| text::distance(domain, common) == 1)?;
        Some(format!("{local}@{meant}"))
    }
}

/// Dot-atoms of RFC 5322 only: quoted local parts are unknown among people, and half of the mail servers refuse them.
fn check_local(local: &str) -> Result<(), EmailError> {
    if !local.is_ascii() {
        return Err(EmailError::InternationalLocal);
    }
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
    };
    if local.len() <= MAX_LOCAL && local.split('.').all(is_atom) {
        Ok(())
    } else {
        Err(EmailError::Local)
    }
}

fn ascii_domain(domain: &str) -> Result<String, EmailError> {
    let ascii = idna::domain_to_ascii_strict(domain).or(Err(EmailError::Domain))?;
    let labels: Vec<&str> = ascii.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    let has_top = labels
        .last()
        .is_some_and(|top| top.len() >= 2 && !top.chars().all(|c| c.is_ascii_digit()));
    if labels.len() >= 2 && labels.iter().all(is_label) && has_top && ascii.len() <= 253 {
        Ok(ascii)
    } else {
        Err(EmailError::Domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_get_one_spelling() {
        for (typed, expected) in [
            (" Hanako.Yamada@Example.COM ", "Hanako.Yamada@example.com"),
            ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "hanako@example.com"),
            (
                "hanako+card@例え.テスト",
                "hanako+card@xn--r8jz45g.xn--zckzah",
            ),
            ("o'brien@bücher.example", "o'brien@xn--bcher-kva.example"),
        ] {
            assert_eq!(
                EmailAddress::parse(typed).unwrap().as_str(),
                expected,
                "{typed}"
            );
        }
    }

    #[test]
    fn each_reason_for_refusal_is_named() {
        for (typed, expected) in [
            ("", EmailError::Empty),
            ("hanako", EmailError::AtSign),
            ("a@b@example.com", EmailError::AtSign),
            ("@example.com", EmailError::Local),
            (".a@example.com", EmailError::Local),
            ("a..b@example.com", EmailError::Local),
            ("\"a b\"@example.com", EmailError::Character(' ')),
            ("<a>@example.com", EmailError::Local),
            ("テスト@例え.テスト", EmailError::InternationalLocal),
            ("a@localhost", EmailError::Domain),
            ("a@[127.0.0.1]", EmailError::Domain),
            ("a@127.0.0.1", EmailError::Domain),
            ("a@-x.com", EmailError::Domain),
            ("a@x..com", EmailError::Domain),
            ("a@x.c", EmailError::Domain),
            ("a@example.com.", EmailError::Domain),
            ("a@x_y.com", EmailError::Domain),
            (
                "a@example.com\r\nBcc: b@example.com",
                EmailError::Character('\r'),
            ),
            ("a\0@example.com", EmailError::Character('\0')),
            ("a\u{202E}@example.com", EmailError::Character('\u{202E}')),
        ] {
            assert_eq!(EmailAddress::parse(typed), Err(expected), "{typed:?}");
        }
        let long = format!("a@{}.com", "x.".repeat(124) + "x");
        assert!(
            matches!(
                EmailAddress::parse(&long),
                Err(EmailError::TooLong { length: 255 })
            ),
            "{}",
            long.len()
        );
    }

    #[test]
    fn comparison_ignores_case_and_the_mask_hides_the_middle() {
        let address = |typed: &str| EmailAddress::parse(typed).unwrap();
        assert_eq!(
            address("Hanako@example.com").key(),
            address("hanako@EXAMPLE.com").key()
        );
        assert_eq!(address("hanako@example.com").masked(), "h***o@example.com");
        assert_eq!(address("ab@example.com").masked(), "a***@example.com");
        assert_eq!(address("a@example.com").masked(), "a***@example.com");
    }

    #[test]
    fn mistyped_domains_are_pointed_out_and_real_ones_are_not() {
        for (domain, expected) in [
            ("gmial.com", Some("a@gmail.com")),
            ("gmail.con", Some("a@gmail.com")),
            ("gmail.co", Some("a@gmail.com")),
            ("gmaill.com", Some("a@gmail.com")),
            ("yahoo.co.jo", Some("a@yahoo.co.jp")),
            ("docomo.me.jp", Some("a@docomo.ne.jp")),
            ("gmail.com", None),
            ("mail.com", None),
            ("ymail.com", None),
            ("example.com", None),
            ("u-tokyo.ac.jp", None),
        ] {
            let address = EmailAddress::parse(&format!("a@{domain}")).unwrap();
            assert_eq!(address.suggestion().as_deref(), expected, "{domain}");
        }
    }
}
