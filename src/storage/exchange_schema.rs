//! The tables of the exchange with the issuer, beside those of [`super::schema`], which passes them on.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

use super::schema::{applications, cases, revisions};

table! {
    /// Cards to be made, as one delivery.
    batches (id) {
        id -> BigInt,
        state -> Text,
        created_by -> Text,
        created_at -> BigInt,
        ready_at -> Nullable<BigInt>,
        cards -> Integer,
        made -> Integer,
        defects -> Integer,
        manifest -> Nullable<Text>,
        signature -> Nullable<Text>,
    }
}

table! {
    /// When the clock makes a batch, in versions.
    batch_schedules (id) {
        id -> BigInt,
        is_on -> Bool,
        days -> Text,
        hour -> Integer,
        least -> Integer,
        most -> Integer,
        saved_by -> Text,
        saved_at -> BigInt,
    }
}

table! {
    /// One card of a batch, and what became of it.
    batch_items (batch_id, line) {
        batch_id -> BigInt,
        line -> Integer,
        application_id -> BigInt,
        receipt -> Text,
        office -> Text,
        content -> Text,
        photo -> Nullable<Text>,
        glyphs -> Nullable<Text>,
        glyph_decision -> Nullable<Text>,
        glyph_decided_by -> Nullable<Text>,
        inspection -> Nullable<Text>,
        inspected_by -> Nullable<Text>,
        outcome -> Nullable<Text>,
        outcome_at -> Nullable<BigInt>,
        made_on -> Nullable<Text>,
        defect_code -> Nullable<Text>,
        shipped_on -> Nullable<Text>,
        carrier -> Nullable<Text>,
        tracking -> Nullable<Text>,
        dispatch_file -> Nullable<BigInt>,
        shipment -> Nullable<Text>,
    }
}

table! {
    /// Files of results.
    result_files (id) {
        id -> BigInt,
        content_hash -> Binary,
        name -> Text,
        state -> Text,
        received_by -> Text,
        received_at -> BigInt,
        done_at -> Nullable<BigInt>,
        total_rows -> Integer,
        staged_rows -> Integer,
        accepted -> Integer,
        already_known -> Integer,
        refused -> Integer,
    }
}

table! {
    /// Their rows, each with its answer.
    result_rows (file_id, line) {
        file_id -> BigInt,
        line -> Integer,
        receipt -> Text,
        content -> Text,
        answer -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

table! {
    /// Keys of the other side's programs.
    api_keys (id) {
        id -> BigInt,
        name -> Text,
        key_hash -> Binary,
        created_by -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

table! {
    /// The other side's public keys.
    partner_keys (name) {
        name -> Text,
        public_key -> Text,
        added_by -> Text,
        added_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

joinable!(batch_items -> batches (batch_id));
joinable!(batch_items -> applications (application_id));
joinable!(result_rows -> result_files (file_id));

allow_tables_to_appear_in_same_query!(applications, batches, batch_items);
allow_tables_to_appear_in_same_query!(batch_items, cases);
allow_tables_to_appear_in_same_query!(batch_items, revisions);
allow_tables_to_appear_in_same_query!(result_files, result_rows);
