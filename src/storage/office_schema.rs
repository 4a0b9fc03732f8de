//! The tables of offices, beside those of [`super::schema`], which passes them on.

use diesel::table;

table! {
    /// Missions and municipalities as offices.
    offices (code) {
        code -> Text,
        kind -> Text,
        name_ja -> Text,
        name_latin -> Text,
        country -> Text,
        prefecture -> Nullable<Text>,
        entry -> Text,
        is_open -> Bool,
        version -> BigInt,
        settings -> Text,
        checked_on -> Nullable<Text>,
        checked_by -> Nullable<Text>,
    }
}

table! {
    /// Versions of an office's settings.
    office_versions (office, version) {
        office -> Text,
        version -> BigInt,
        settings -> Text,
        changed -> Text,
        saved_by -> Text,
        saved_at -> BigInt,
    }
}

table! {
    /// The tables offices come from.
    masters (name) {
        name -> Text,
        version -> Text,
        source -> Text,
        row_count -> Integer,
        digest -> Text,
        built_in -> Text,
        imported_by -> Nullable<Text>,
        imported_at -> Nullable<BigInt>,
    }
}

table! {
    /// Uploaded tables that wait to be confirmed.
    master_imports (id) {
        id -> BigInt,
        master -> Text,
        base_digest -> Text,
        label -> Text,
        source -> Text,
        content -> Text,
        uploaded_by -> Text,
        uploaded_at -> BigInt,
    }
}
