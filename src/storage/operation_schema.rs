//! The tables of the operation, as both databases have them; a part of [`schema`](super::schema).

use diesel::table;

table! {
    /// The words of notices that were written over the built-in ones, in versions.
    notice_texts (notice, version) {
        notice -> Text,
        version -> BigInt,
        subject_ja -> Text,
        body_ja -> Text,
        subject_en -> Text,
        body_en -> Text,
        is_built_in -> Bool,
        saved_by -> Text,
        saved_at -> BigInt,
    }
}

table! {
    /// Seals over the audit.
    audit_seals (number) {
        number -> BigInt,
        last_entry -> BigInt,
        entries -> BigInt,
        digest -> Binary,
        key_id -> Text,
        seal -> Binary,
        sealed_at -> BigInt,
    }
}

table! {
    /// Verifications of the audit that somebody asked for.
    audit_verifications (id) {
        id -> BigInt,
        asked_by -> Text,
        asked_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        entries -> BigInt,
        chains -> BigInt,
        seals -> BigInt,
        damages -> BigInt,
        findings -> Text,
    }
}

table! {
    /// What was destroyed, by which rule.
    destruction_records (id) {
        id -> BigInt,
        kind -> Text,
        rule -> Text,
        destroyed -> BigInt,
        case_digest -> Nullable<Binary>,
        destroyed_by -> Text,
        destroyed_at -> BigInt,
    }
}

table! {
    /// What operators did outside the pages: backups, restore tests.
    operation_records (kind, recorded_at) {
        kind -> Text,
        recorded_at -> BigInt,
        detail -> Text,
    }
}
