//! The tables of cases, beside those of [`super::schema`], which passes them on.

use diesel::table;

table! {
    /// What a case is from the moment its form is made.
    cases (application_id) {
        application_id -> BigInt,
        filing_office -> Text,
        register_office -> Text,
        pickup_office -> Text,
        paper_office -> Nullable<Text>,
        kind -> Text,
        family -> Text,
        given -> Text,
        kana -> Text,
        roman -> Nullable<Text>,
        phone -> Text,
        second_email -> Nullable<Text>,
        second_contact -> Nullable<Text>,
        channel -> Nullable<Text>,
        received_at -> Nullable<BigInt>,
        received_revision -> Nullable<Integer>,
        record_check -> Text,
        record_check_at -> Nullable<BigInt>,
        record_check_by -> Nullable<Text>,
        record_check_notice_at -> Nullable<BigInt>,
        document_check -> Text,
        document_check_at -> Nullable<BigInt>,
        document_check_by -> Nullable<Text>,
        made_on -> Nullable<Text>,
        card_expires_on -> Nullable<Text>,
        shelf -> Nullable<Text>,
        pickup_deadline -> Nullable<Text>,
        second_pickup_deadline -> Nullable<Text>,
        step_began_at -> BigInt,
    }
}

table! {
    /// Beginnings under which an office finds a case.
    case_search_keys (office, key, application_id) {
        office -> Text,
        key -> Text,
        application_id -> BigInt,
    }
}

table! {
    /// What is to be corrected.
    defects (id) {
        id -> BigInt,
        application_id -> BigInt,
        code -> Text,
        note -> Text,
        office -> Text,
        set_by -> Text,
        set_at -> BigInt,
        answered_at -> Nullable<BigInt>,
        reply -> Nullable<Text>,
        cleared_by -> Nullable<Text>,
        cleared_at -> Nullable<BigInt>,
    }
}

table! {
    /// Questions to the applicant.
    inquiries (id) {
        id -> BigInt,
        application_id -> BigInt,
        office -> Text,
        question -> Text,
        asked_by -> Text,
        asked_at -> BigInt,
        reply -> Nullable<Text>,
        replied_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
    }
}

table! {
    /// What staff write to each other about a case.
    staff_notes (id) {
        id -> BigInt,
        application_id -> BigInt,
        office -> Text,
        author -> Text,
        text -> Text,
        at -> BigInt,
    }
}

table! {
    /// Who looked at a case.
    case_views (id) {
        id -> BigInt,
        application_id -> BigInt,
        actor -> Text,
        role -> Text,
        office -> Nullable<Text>,
        at -> BigInt,
    }
}

table! {
    /// Work of an office that no status shows.
    tasks (id) {
        id -> BigInt,
        kind -> Text,
        office -> Text,
        application_id -> Nullable<BigInt>,
        detail -> Text,
        dedupe_key -> Nullable<Text>,
        state -> Text,
        opened_at -> BigInt,
        done_by -> Nullable<Text>,
        done_at -> Nullable<BigInt>,
    }
}

table! {
    /// Decisions that wait, or waited, for a second person.
    decisions (id) {
        id -> BigInt,
        application_id -> BigInt,
        from_status -> Text,
        to_status -> Text,
        office -> Text,
        reason -> Text,
        decided_by -> Text,
        decided_at -> BigInt,
        state -> Text,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<BigInt>,
    }
}

table! {
    /// Addresses to be proven in place of a mailbox's.
    email_changes (application_id) {
        application_id -> BigInt,
        email -> Text,
        email_key -> Text,
        code_hash -> Binary,
        attempts -> Integer,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    /// How long each public step took lately.
    expected_windows (office, step) {
        office -> Text,
        step -> Text,
        low_days -> Integer,
        high_days -> Integer,
        cases -> Integer,
        computed_on -> Text,
    }
}

table! {
    /// The record check, item by item.
    case_checks (application_id, item) {
        application_id -> BigInt,
        item -> Text,
        agrees -> Bool,
        seen -> Text,
        checked_by -> Text,
        checked_at -> BigInt,
    }
}

table! {
    /// That the picture of a form was looked at.
    photo_checks (application_id) {
        application_id -> BigInt,
        revision -> Integer,
        print_seen -> Bool,
        checked_by -> Text,
        checked_at -> BigInt,
    }
}
