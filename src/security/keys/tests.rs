//! Key rings as people write them, and what is derived from them.

use super::*;

const ONES: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const TWOS: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

#[test]
fn the_first_key_is_current_and_all_are_found() {
    let ring: KeyRing = format!("2027:{TWOS}, 2026:{ONES}").parse().unwrap();
    assert_eq!(ring.current().id(), "2027");
    assert_eq!(
        ring.iter().map(Key::id).collect::<Vec<_>>(),
        ["2027", "2026"]
    );
    assert!(ring.find("2026").is_some());
    assert!(ring.find("2025").is_none());
}

#[test]
fn what_is_not_a_key_ring_is_refused_with_its_reason() {
    let bad_key = |id: &str| KeyRingError::BadKey { id: id.to_owned() };
    for (text, expected) in [
        (String::new(), KeyRingError::Empty),
        (" , ".to_owned(), KeyRingError::Empty),
        (ONES.to_owned(), KeyRingError::NoId { position: 1 }),
        (
            format!("a:{ONES},{TWOS}"),
            KeyRingError::NoId { position: 2 },
        ),
        (format!(":{ONES}"), KeyRingError::BadId { position: 1 }),
        (format!("A:{ONES}"), KeyRingError::BadId { position: 1 }),
        (
            format!("a2345678901234567:{ONES}"),
            KeyRingError::BadId { position: 1 },
        ),
        ("a:".to_owned(), bad_key("a")),
        ("a:AQEB".to_owned(), bad_key("a")),
        (format!("a:AQEB{ONES}"), bad_key("a")),
        ("a:!!!".to_owned(), bad_key("a")),
        (
            format!("a:{ONES},a:{TWOS}"),
            KeyRingError::SameId { id: "a".to_owned() },
        ),
    ] {
        assert_eq!(text.parse::<KeyRing>().unwrap_err(), expected, "{text}");
    }
}

#[test]
fn both_base64_alphabets_and_missing_padding_give_the_same_key() {
    let standard = "a:+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8=";
    let url_safe = "a:-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_8";
    let [standard, url_safe] = [standard, url_safe].map(|text| text.parse::<KeyRing>().unwrap());
    assert_eq!(standard.to_text(), url_safe.to_text());
}

#[test]
fn a_ring_survives_being_written_and_read() {
    let text = format!("new:{TWOS},old:{ONES}");
    assert_eq!(text.parse::<KeyRing>().unwrap().to_text().as_str(), text);
    let generated = KeyRing::generate().unwrap();
    let again: KeyRing = generated.to_text().parse().unwrap();
    assert_eq!(
        again.subkey(Purpose::Csrf).0,
        generated.subkey(Purpose::Csrf).0
    );
    assert_ne!(KeyRing::generate().unwrap().to_text(), generated.to_text());
}

#[test]
fn subkeys_differ_by_purpose_and_by_key() {
    let ring: KeyRing = format!("new:{TWOS},old:{ONES}").parse().unwrap();
    let purposes = [
        Purpose::Sealing,
        Purpose::Csrf,
        Purpose::SignInCode,
        Purpose::Throttling,
        Purpose::AuditSeal,
        Purpose::Exchange,
    ];
    let mut subkeys: Vec<[u8; 32]> = ring
        .iter()
        .flat_map(|key| purposes.map(|purpose| key.subkey(purpose).0))
        .collect();
    subkeys.sort_unstable();
    subkeys.dedup();
    assert_eq!(subkeys.len(), 12);
}

#[test]
fn derivation_is_the_hmac_that_other_tools_compute() {
    // printf tsubame/sealing/1 | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101…01
    let ring: KeyRing = format!("a:{ONES}").parse().unwrap();
    let subkey = data_encoding::HEXLOWER.encode(ring.subkey(Purpose::Sealing).bytes());
    assert_eq!(
        subkey,
        "a73aadd90ada75e780aeb39422f65e04db2dd6f387b583680b2b53027c72f89c"
    );
}

#[test]
fn parts_cannot_be_shifted_from_one_to_the_next() {
    let subkey = KeyRing::generate().unwrap().subkey(Purpose::Throttling);
    assert_ne!(
        subkey.authenticate(&[b"ab", b"c"]),
        subkey.authenticate(&[b"a", b"bc"])
    );
    assert_ne!(
        subkey.authenticate(&[b"ab"]),
        subkey.authenticate(&[b"ab", b""])
    );
}

#[test]
fn no_key_is_ever_printed() {
    let ring: KeyRing = format!("a:{ONES}").parse().unwrap();
    for shown in [
        format!("{ring:?}"),
        format!("{:?}", ring.current()),
        format!("{:?}", ring.subkey(Purpose::Csrf)),
    ] {
        assert!(
            !shown.contains("AQEB") && !shown.contains("1, 1"),
            "{shown}"
        );
    }
    let complaint = "a:AQEBAQEB".parse::<KeyRing>().unwrap_err();
    assert!(!complaint.to_string().contains("AQEB"));
}
