//! The tables, as both databases have them. Kept by hand; a test selects every column of every table on both.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

pub use super::case_schema::{
    case_checks, case_search_keys, case_views, cases, decisions, defects, email_changes,
    expected_windows, inquiries, photo_checks, staff_notes, tasks,
};
pub use super::exchange_schema::{
    api_keys, batch_items, batch_schedules, batches, partner_keys, result_files, result_rows,
};
pub use super::office_schema::{master_imports, masters, office_versions, offices};
pub use super::operation_schema::{
    audit_seals, audit_verifications, destruction_records, notice_texts, operation_records,
};
pub use super::shipment_schema::{
    bag_items, bags, card_disposals, card_returns, card_transfers, shipment_items, shipments,
};

table! {
    /// Proven addresses of applicants.
    mailboxes (id) {
        id -> BigInt,
        email -> Text,
        email_key -> Text,
        language -> Text,
        created_at -> BigInt,
        verified_at -> BigInt,
    }
}

table! {
    /// Codes and links sent to prove an address.
    email_challenges (id) {
        id -> BigInt,
        purpose -> Text,
        email -> Text,
        email_key -> Text,
        language -> Text,
        kind -> Nullable<Text>,
        code_hash -> Binary,
        link_hash -> Binary,
        browser_hash -> Binary,
        attempts -> Integer,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

table! {
    /// Attempts and sends per address and per source.
    throttle_counters (scope, key_hash, window_start) {
        scope -> Text,
        key_hash -> Binary,
        window_start -> BigInt,
        count -> Integer,
    }
}

table! {
    /// Signed-in browsers.
    sessions (id) {
        id -> BigInt,
        token_hash -> Binary,
        mailbox_id -> BigInt,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

table! {
    /// Applications whose answers a session may see.
    session_grants (session_id, application_id) {
        session_id -> BigInt,
        application_id -> BigInt,
        granted_at -> BigInt,
    }
}

table! {
    /// One person's application.
    applications (id) {
        id -> BigInt,
        reference -> Text,
        mailbox_id -> BigInt,
        status -> Text,
        version -> BigInt,
        language -> Text,
        filing -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        last_activity_at -> BigInt,
        expires_at -> BigInt,
        current_revision -> Nullable<Integer>,
        birth_tries -> Integer,
        birth_tries_since -> Nullable<BigInt>,
        desk -> Nullable<Text>,
        due_on -> Text,
        entered_at -> BigInt,
        claimed_by -> Nullable<BigInt>,
        claimed_at -> Nullable<BigInt>,
        is_prepared -> Bool,
        is_collected_here -> Bool,
    }
}

table! {
    /// Answers as typed, one row for each section.
    application_sections (application_id, section) {
        application_id -> BigInt,
        section -> Text,
        answers -> Text,
        is_complete -> Bool,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    /// Sealed photos.
    photos (id) {
        id -> Text,
        application_id -> BigInt,
        state -> Text,
        key_id -> Text,
        sealed -> Binary,
        width -> Integer,
        height -> Integer,
        crop -> Text,
        findings -> Text,
        taken_on -> Nullable<Text>,
        created_at -> BigInt,
    }
}

table! {
    /// Forms as they were printed.
    revisions (application_id, number) {
        application_id -> BigInt,
        number -> Integer,
        content -> Text,
        photo_id -> Nullable<Text>,
        made_at -> BigInt,
        deadline -> Text,
        superseded_at -> Nullable<BigInt>,
    }
}

table! {
    /// What the applicant says about posting the form.
    postings (application_id) {
        application_id -> BigInt,
        sent_on -> Text,
        carrier -> Text,
        tracking -> Text,
        created_at -> BigInt,
    }
}

table! {
    /// Each change of status.
    status_history (id) {
        id -> BigInt,
        application_id -> BigInt,
        from_status -> Nullable<Text>,
        to_status -> Text,
        actor_kind -> Text,
        actor -> Text,
        rule -> Text,
        at -> BigInt,
        desk -> Nullable<Text>,
        left_desk -> Nullable<Text>,
        step_took -> Nullable<BigInt>,
    }
}

table! {
    /// A form posted after its session had ended, sealed.
    pending_posts (token_hash) {
        token_hash -> Binary,
        application_id -> BigInt,
        section -> Text,
        key_id -> Text,
        sealed -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    /// Who did what, chained by hashes.
    audit_entries (id) {
        id -> BigInt,
        chain -> Text,
        seq -> BigInt,
        at -> BigInt,
        actor -> Text,
        action -> Text,
        detail -> Text,
        previous_hash -> Binary,
        hash -> Binary,
    }
}

table! {
    /// The last link of each chain.
    audit_heads (chain) {
        chain -> Text,
        seq -> BigInt,
        hash -> Binary,
    }
}

table! {
    /// Work to be done outside a request.
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Text,
        dedupe_key -> Nullable<Text>,
        state -> Text,
        due_at -> BigInt,
        attempts -> Integer,
        lease_until -> Nullable<BigInt>,
        lease_owner -> Nullable<Text>,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

table! {
    /// Mails, written with the fact they announce.
    outbox (id) {
        id -> BigInt,
        message_id -> Text,
        notice -> Text,
        application_id -> Nullable<BigInt>,
        recipient -> Text,
        language -> Text,
        subject -> Text,
        text_body -> Text,
        html_body -> Text,
        reply_to -> Nullable<Text>,
        is_secret -> Bool,
        state -> Text,
        attempts -> Integer,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
        sent_at -> Nullable<BigInt>,
    }
}

table! {
    /// Forms that created something, so that a second copy answers the same.
    idempotency_keys (scope, key_hash) {
        scope -> Text,
        key_hash -> Binary,
        location -> Text,
        created_at -> BigInt,
    }
}

table! {
    /// People who work with cases.
    staff (id) {
        id -> BigInt,
        user_id -> Text,
        name -> Text,
        email -> Text,
        office_code -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        password_set_at -> Nullable<BigInt>,
        totp_key_id -> Nullable<Text>,
        totp_sealed -> Nullable<Binary>,
        totp_enrolled_at -> Nullable<BigInt>,
        totp_last_step -> BigInt,
        trained_on -> Nullable<Text>,
        version -> BigInt,
        created_at -> BigInt,
        deactivated_at -> Nullable<BigInt>,
    }
}

table! {
    /// What each of them may do.
    staff_roles (staff_id, role) {
        staff_id -> BigInt,
        role -> Text,
    }
}

table! {
    /// Their signed-in browsers.
    staff_sessions (id) {
        id -> BigInt,
        token_hash -> Binary,
        staff_id -> BigInt,
        stage -> Text,
        source -> Text,
        device -> Text,
        confirmed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

table! {
    /// Codes for the day a second factor is lost.
    staff_recovery_codes (staff_id, code_hash) {
        staff_id -> BigInt,
        code_hash -> Binary,
    }
}

table! {
    /// Links by which a password is chosen.
    staff_invitations (staff_id) {
        staff_id -> BigInt,
        token_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

joinable!(sessions -> mailboxes (mailbox_id));
joinable!(session_grants -> sessions (session_id));
joinable!(session_grants -> applications (application_id));
joinable!(applications -> mailboxes (mailbox_id));
joinable!(application_sections -> applications (application_id));
joinable!(photos -> applications (application_id));
joinable!(revisions -> applications (application_id));
joinable!(revisions -> photos (photo_id));
joinable!(postings -> applications (application_id));
joinable!(status_history -> applications (application_id));
joinable!(pending_posts -> applications (application_id));
joinable!(outbox -> applications (application_id));
joinable!(cases -> applications (application_id));
joinable!(case_search_keys -> applications (application_id));
joinable!(defects -> applications (application_id));
joinable!(inquiries -> applications (application_id));
joinable!(staff_notes -> applications (application_id));
joinable!(case_views -> applications (application_id));
joinable!(tasks -> applications (application_id));
joinable!(decisions -> applications (application_id));
joinable!(email_changes -> applications (application_id));
joinable!(case_checks -> applications (application_id));
joinable!(photo_checks -> applications (application_id));
joinable!(staff_roles -> staff (staff_id));
joinable!(staff_sessions -> staff (staff_id));
joinable!(staff_recovery_codes -> staff (staff_id));
joinable!(staff_invitations -> staff (staff_id));

allow_tables_to_appear_in_same_query!(
    mailboxes,
    sessions,
    session_grants,
    applications,
    application_sections,
    photos,
    revisions,
    postings,
    status_history,
    pending_posts,
    outbox,
    jobs,
    cases,
    case_search_keys,
    defects,
    inquiries,
    staff_notes,
    case_views,
    tasks,
    decisions,
    email_changes,
    shipments,
    shipment_items,
    bags,
    bag_items,
    case_checks,
    photo_checks,
);

allow_tables_to_appear_in_same_query!(
    staff,
    staff_roles,
    staff_sessions,
    staff_recovery_codes,
    staff_invitations,
);

allow_tables_to_appear_in_same_query!(audit_entries, audit_heads);
