//! What belongs to the administration.

use super::{Access, Right, get, post};
use crate::domain::staff::Role;

/// Who accounts, offices and tables belong to.
const ADMINISTRATION: &[Role] = &[Role::Administrator];

pub(super) const RIGHTS: &[Right] = &[
    // Offices and the tables they come from.
    get("/admin/offices", Access::Roles(ADMINISTRATION)),
    get("/admin/offices/{code}", Access::Roles(ADMINISTRATION)),
    post("/admin/offices/{code}", Access::Roles(ADMINISTRATION)),
    get("/admin/masters", Access::Roles(ADMINISTRATION)),
    get("/admin/masters/{table}", Access::Roles(ADMINISTRATION)),
    post("/admin/masters/{table}", Access::Roles(ADMINISTRATION)),
    get("/admin/masters/{table}/file", Access::Roles(ADMINISTRATION)),
    get(
        "/admin/masters/{table}/diff/{id}",
        Access::Fresh(ADMINISTRATION),
    ),
    post(
        "/admin/masters/{table}/diff/{id}",
        Access::Fresh(ADMINISTRATION),
    ),
    // Accounts.
    get("/admin/users", Access::Roles(ADMINISTRATION)),
    get("/admin/users/new", Access::Fresh(ADMINISTRATION)),
    post("/admin/users/new", Access::Fresh(ADMINISTRATION)),
    get("/admin/users/{id}", Access::Fresh(ADMINISTRATION)),
    post("/admin/users/{id}", Access::Fresh(ADMINISTRATION)),
    get(
        "/admin/users/{id}/deactivation",
        Access::Fresh(ADMINISTRATION),
    ),
    post(
        "/admin/users/{id}/deactivation",
        Access::Fresh(ADMINISTRATION),
    ),
    get(
        "/admin/users/{id}/reactivation",
        Access::Fresh(ADMINISTRATION),
    ),
    post(
        "/admin/users/{id}/reactivation",
        Access::Fresh(ADMINISTRATION),
    ),
    get(
        "/admin/users/{id}/second-factor",
        Access::Fresh(ADMINISTRATION),
    ),
    post(
        "/admin/users/{id}/second-factor",
        Access::Fresh(ADMINISTRATION),
    ),
    get(
        "/admin/users/{id}/invitation",
        Access::Fresh(ADMINISTRATION),
    ),
    post(
        "/admin/users/{id}/invitation",
        Access::Fresh(ADMINISTRATION),
    ),
];
