//! The tables of shipments and bags, beside those of [`super::schema`], which passes them on.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

use super::case_schema::cases;
use super::schema::applications;

table! {
    /// What travels together from one desk to an office.
    shipments (id) {
        id -> BigInt,
        number -> Text,
        kind -> Text,
        from_desk -> Text,
        to_office -> Text,
        state -> Text,
        version -> BigInt,
        carrier -> Text,
        tracking -> Text,
        is_sealed -> Bool,
        item_count -> Integer,
        made_by -> Text,
        made_at -> BigInt,
        counted_by -> Nullable<Text>,
        closed_at -> Nullable<BigInt>,
        received_by -> Nullable<Text>,
        received_at -> Nullable<BigInt>,
    }
}

table! {
    /// The lines of a shipment's list.
    shipment_items (id) {
        id -> BigInt,
        shipment_id -> BigInt,
        application_id -> BigInt,
        position -> Integer,
        state -> Text,
        arrived_at -> Nullable<BigInt>,
    }
}

table! {
    /// Counted sessions of intake.
    bags (id) {
        id -> BigInt,
        office -> Text,
        kind -> Text,
        shipment_id -> Nullable<BigInt>,
        channel -> Nullable<Text>,
        state -> Text,
        opened_by -> Text,
        opened_at -> BigInt,
        counted -> Nullable<Integer>,
        closed_by -> Nullable<Text>,
        closed_at -> Nullable<BigInt>,
    }
}

table! {
    /// What was in a bag, and what became of it.
    bag_items (id) {
        id -> BigInt,
        bag_id -> BigInt,
        application_id -> BigInt,
        answer -> Text,
        taken_by -> Text,
        taken_at -> BigInt,
    }
}

table! {
    /// Cards that travel on from one pickup place to another.
    card_transfers (id) {
        id -> BigInt,
        application_id -> BigInt,
        from_office -> Text,
        to_office -> Text,
        state -> Text,
        asked_by -> Text,
        asked_at -> BigInt,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        sent_at -> Nullable<BigInt>,
        due_on -> Text,
    }
}

table! {
    /// Cards that came back to the issuer.
    card_returns (id) {
        id -> BigInt,
        shipment_id -> BigInt,
        application_id -> BigInt,
        state -> Text,
        reason -> Text,
        noted_by -> Text,
        noted_at -> BigInt,
        again -> Nullable<Text>,
        again_at -> Nullable<BigInt>,
    }
}

table! {
    /// Cards that nobody may hand over any more.
    card_disposals (id) {
        id -> BigInt,
        application_id -> BigInt,
        holder -> Text,
        reason -> Text,
        state -> Text,
        opened_at -> BigInt,
        destroyed_by -> Nullable<Text>,
        destroyed_at -> Nullable<BigInt>,
        confirmed_by -> Nullable<Text>,
        confirmed_at -> Nullable<BigInt>,
    }
}

joinable!(shipment_items -> shipments (shipment_id));
joinable!(shipment_items -> applications (application_id));
joinable!(bags -> shipments (shipment_id));
joinable!(bag_items -> bags (bag_id));
joinable!(bag_items -> applications (application_id));
joinable!(card_transfers -> applications (application_id));
allow_tables_to_appear_in_same_query!(card_transfers, applications);
allow_tables_to_appear_in_same_query!(card_transfers, cases);
allow_tables_to_appear_in_same_query!(card_transfers, shipment_items);
joinable!(card_returns -> shipments (shipment_id));
joinable!(card_returns -> applications (application_id));
allow_tables_to_appear_in_same_query!(card_returns, applications);
allow_tables_to_appear_in_same_query!(card_returns, cases);
allow_tables_to_appear_in_same_query!(card_returns, shipments);
joinable!(card_disposals -> applications (application_id));
allow_tables_to_appear_in_same_query!(card_disposals, applications);
