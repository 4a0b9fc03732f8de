//! What belongs to the operation: the audit, which auditors read too, and what only administrators see.

use super::{Access, Right, get, post};
use crate::domain::staff::Role;

const ADMINISTRATION: &[Role] = &[Role::Administrator];
/// Who reads the audit.
const READERS: &[Role] = &[Role::Administrator, Role::Auditor];

pub(super) const RIGHTS: &[Right] = &[
    get("/admin/audit", Access::Roles(READERS)),
    get("/admin/audit/export", Access::Fresh(READERS)),
    post("/admin/audit/verification", Access::Roles(READERS)),
    get("/admin/notices", Access::Roles(ADMINISTRATION)),
    get("/admin/notices/{key}", Access::Roles(ADMINISTRATION)),
    post("/admin/notices/{key}", Access::Roles(ADMINISTRATION)),
    get("/admin/health", Access::Roles(ADMINISTRATION)),
    get("/admin/retention", Access::Roles(READERS)),
    get("/admin/outbox", Access::Roles(ADMINISTRATION)),
    post("/admin/outbox/{id}/sending", Access::Roles(ADMINISTRATION)),
    post("/admin/outbox/jobs/{id}", Access::Roles(ADMINISTRATION)),
];
