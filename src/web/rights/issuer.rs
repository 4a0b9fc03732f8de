//! What belongs to the card issuer's people, and the release of cases to them.

use super::{Access, Right, get, post};
use crate::domain::staff::Role;

/// Who works at the card issuer.
const ISSUER: &[Role] = &[Role::Issuer];
/// Who says when the clock makes batches.
const SCHEDULERS: &[Role] = &[Role::Issuer, Role::Administrator];
/// Who releases confirmed cases of her own register.
const MUNICIPAL: &[Role] = &[Role::Municipal];

pub(super) const RIGHTS: &[Right] = &[
    get("/staff/release", Access::Roles(MUNICIPAL)),
    post("/staff/release", Access::Roles(MUNICIPAL)),
    get("/issuer/batches", Access::Roles(ISSUER)),
    post("/issuer/batches", Access::Roles(ISSUER)),
    get("/issuer/batches/{id}", Access::Roles(ISSUER)),
    post("/issuer/batches/{id}", Access::Roles(ISSUER)),
    get("/issuer/batches/{id}.csv", Access::Fresh(ISSUER)),
    get("/issuer/batches/{id}/photos/{line}", Access::Roles(ISSUER)),
    get("/issuer/results", Access::Roles(ISSUER)),
    post("/issuer/results", Access::Roles(ISSUER)),
    get("/issuer/results/{id}", Access::Roles(ISSUER)),
    get("/issuer/results/{id}/answers.csv", Access::Roles(ISSUER)),
    get("/issuer/shipments", Access::Roles(ISSUER)),
    post("/issuer/shipments", Access::Roles(ISSUER)),
    get("/issuer/shipments/{number}.pdf", Access::Roles(ISSUER)),
    get("/issuer/shipments/{number}", Access::Roles(ISSUER)),
    post("/issuer/shipments/{number}", Access::Roles(ISSUER)),
    get("/issuer/returns", Access::Roles(ISSUER)),
    post("/issuer/returns", Access::Roles(ISSUER)),
    get("/issuer/schedule", Access::Roles(SCHEDULERS)),
    post("/issuer/schedule", Access::Roles(SCHEDULERS)),
    get("/issuer/tasks", Access::Roles(ISSUER)),
    post("/issuer/tasks/{id}", Access::Roles(ISSUER)),
    get("/issuer/disposals", Access::Roles(ISSUER)),
    get("/issuer/disposals/{reference}", Access::Roles(ISSUER)),
    post("/issuer/disposals/{reference}", Access::Fresh(ISSUER)),
    get("/issuer/glyphs", Access::Roles(ISSUER)),
    post("/issuer/glyphs", Access::Roles(ISSUER)),
    get("/issuer/keys", Access::Fresh(ISSUER)),
    post("/issuer/keys", Access::Fresh(ISSUER)),
];
