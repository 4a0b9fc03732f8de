//! Where the expectation of `tests/data/sample-applicants.csv` and the rules of the procedure differ: the rules win.

/// Whom the rules judge otherwise than the file, how, and by which rule.
#[rustfmt::skip]
pub(super) const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("TEST-051", "accept", "a passport may write a long vowel with H: no advice"),
    ("TEST-053", "accept", "a passport may write a long vowel with H: no advice"),
    ("TEST-061", "accept", "that two people look alike is seen where all applications are, not in one form"),
    ("TEST-062", "accept", "as TEST-061"),
    ("TEST-066", "accept", "as TEST-061"),
    ("TEST-067", "accept", "as TEST-061"),
    ("TEST-079", "accept", "under 15 the signing certificate is not issued and cannot be asked for; nothing to refuse"),
    ("TEST-106", "accept", "a proxy may hand the form in; that she collects it herself stands on the page"),
    ("TEST-107", "accept", "the number is never asked: everybody writes it by hand"),
    ("TEST-123", "reject", "an address has at most 200 characters (ux.md A09)"),
    ("TEST-128", "accept", "signs of formulas are defused where tables are written, not where names are typed"),
    ("TEST-140", "reject", "a telephone number is needed, on Antarctica too (ux.md A09)"),
    ("TEST-144", "accept", "a long name is printed smaller, and nothing is wrong with it"),
    ("TEST-151", "accept", "somebody may be called 外務太郎"),
    ("TEST-158", "reject", "the card has eleven braille cells"),
    ("TEST-159", "accept", "PINs are never asked"),
    ("TEST-160", "accept", "PINs are never asked"),
];
