//! The second factor of staff: six digits from a telephone, every thirty seconds others (RFC 6238), and codes for the day the telephone is lost.
//!
//! A secret is 160 random bits, shown once as a QR symbol and as text, and kept sealed. A code of the step before or after counts too, for clocks that
//! differ. The step that matched is the caller's to remember: no code may be used twice. SHA-1 and six digits are what every authenticator app knows;
//! HMAC does not depend on what is broken about SHA-1.

use data_encoding::BASE32_NOPAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::random::{self, NoRandomness};

const SECRET_LENGTH: usize = 20;
const RECOVERY_CODES: usize = 10;
/// Letters and digits that nobody takes for one another.
const RECOVERY_ALPHABET: &str = "23456789abcdefghjkmnpqrstuvwxyz";
const RECOVERY_LENGTH: usize = 16;

/// The secret that a telephone and the service share.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret([u8; SECRET_LENGTH]);

impl TotpSecret {
    /// A new secret.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self(random::bytes()?))
    }

    /// The secret from the bytes that were sealed.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The secret from its text.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::from_bytes(&BASE32_NOPAD.decode(text.as_bytes()).ok()?)
    }

    /// The bytes, for sealing.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text to type into an app that cannot read the symbol: 32 letters and digits.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
    }

    /// What the symbol says: the address that apps open.
    pub fn to_uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (issuer, account) = (encoded(issuer), encoded(account));
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            &*self.to_text()
        ))
    }

    /// The step whose code `digits` are at `unix_seconds`, if any. The caller refuses a step that was used before.
    pub fn step_of(&self, digits: &str, unix_seconds: i64) -> Option<i64> {
        let step = self
            .generator()?
            .check(digits, u64::try_from(unix_seconds).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The code at `unix_seconds`: what the telephone shows.
    pub fn code_at(&self, unix_seconds: i64) -> Option<String> {
        let time = u64::try_from(unix_seconds).ok()?;
        Some(self.generator()?.generate(time).to_string())
    }

    fn generator(&self) -> Option<Totp> {
        Builder::new()
            .with_secret(Secret::new_stack(self.0))
            .build()
            .ok()
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

/// A code that stands for the telephone once: 16 characters, nearly 80 random bits.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// A sheet of ten new codes.
    pub fn sheet() -> Result<Vec<Self>, NoRandomness> {
        (0..RECOVERY_CODES).map(|_| Self::generate()).collect()
    }

    fn generate() -> Result<Self, NoRandomness> {
        let alphabet = u32::try_from(RECOVERY_ALPHABET.len()).unwrap_or(u32::MAX);
        let letter = || {
            let place = random::below(alphabet)?;
            let letter = RECOVERY_ALPHABET
                .chars()
                .nth(usize::try_from(place).unwrap_or_default());
            Ok(letter.unwrap_or_default())
        };
        (0..RECOVERY_LENGTH)
            .map(|_| letter())
            .collect::<Result<String, _>>()
            .map(Self)
    }

    /// Reads a code as typed: capitals, hyphens and blanks do not matter.
    pub fn parse(typed: &str) -> Option<Self> {
        let code: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let is_code =
            code.len() == RECOVERY_LENGTH && code.chars().all(|c| RECOVERY_ALPHABET.contains(c));
        is_code.then_some(Self(code))
    }

    /// In groups of four, as it is written down.
    pub fn grouped(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|group| group.iter().collect())
            .collect();
        groups.join("-")
    }

    /// What the database keeps: SHA-256 over the account and the code. With 79 random bits it leads back to no code.
    pub fn hash(&self, account: i64) -> [u8; 32] {
        Sha256::new()
            .chain_update(account.to_be_bytes())
            .chain_update(self.0.as_bytes())
            .finalize()
            .into()
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_the_standard() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1, the last six of eight digits.
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(
                of_the_standard().code_at(time).as_deref(),
                Some(code),
                "{time}"
            );
            assert_eq!(
                of_the_standard().step_of(code, time),
                Some(time / 30),
                "{time}"
            );
        }
    }

    #[test]
    fn a_clock_may_be_half_a_minute_off_and_no_more() {
        let code = of_the_standard().code_at(1_234_567_890).unwrap();
        let step = 1_234_567_890 / 30;
        for (off, expected) in [
            (-60, None),
            (-30, Some(step)),
            (0, Some(step)),
            (30, Some(step)),
            (60, None),
        ] {
            assert_eq!(
                of_the_standard().step_of(&code, 1_234_567_890 + off),
                expected,
                "{off} s"
            );
        }
    }

    #[test]
    fn what_is_no_code_matches_nothing() {
        for digits in [
            "",
            "28708",
            "2870821",
            "+28708",
            "２８７０８２",
            "28708a",
            " 287082",
        ] {
            assert_eq!(of_the_standard().step_of(digits, 59), None, "{digits:?}");
        }
    }

    #[test]
    fn a_secret_comes_back_from_its_text_and_stands_in_the_symbol() {
        let secret = TotpSecret::generate().unwrap();
        assert_eq!(TotpSecret::from_text(&secret.to_text()).unwrap(), secret);
        assert_eq!(secret.to_text().len(), 32);
        assert_eq!(
            &*of_the_standard().to_uri("燕 Tsubame", "hanako"),
            "otpauth://totp/%E7%87%95%20Tsubame:hanako?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E7%87%95%20Tsubame&algorithm=SHA1&digits=6&period=30"
        );
        assert!(TotpSecret::from_text("GEZDGNBV").is_none());
    }

    #[test]
    fn a_recovery_code_is_read_as_people_type_it() {
        let code = RecoveryCode::sheet().unwrap().swap_remove(0);
        let written = code.grouped();
        assert_eq!(written.len(), 19);
        for typed in [
            written.clone(),
            written.to_uppercase(),
            written.replace('-', " "),
            written.replace('-', ""),
        ] {
            assert_eq!(RecoveryCode::parse(&typed), Some(code.clone()), "{typed}");
        }
        assert_ne!(code.hash(7), code.hash(8));
        for typed in [
            "",
            "1234-5678-9012-3456",
            "abcd-efgh-jkmn",
            &"a".repeat(1000),
        ] {
            assert_eq!(RecoveryCode::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_codes_of_a_sheet_differ() {
        let mut sheet: Vec<String> = RecoveryCode::sheet()
            .unwrap()
            .iter()
            .map(RecoveryCode::grouped)
            .collect();
        sheet.sort();
        sheet.dedup();
        assert_eq!(sheet.len(), 10);
    }

    #[test]
    fn secrets_are_never_printed() {
        let code = RecoveryCode::sheet().unwrap().swap_remove(0);
        assert_eq!(
            format!("{:?} {code:?}", of_the_standard()),
            "TotpSecret(..) RecoveryCode(..)"
        );
    }
}
