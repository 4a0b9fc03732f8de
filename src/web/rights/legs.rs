//! Intake and shipments: the clerks of an office.

use super::{Access, Right, get, post};
use crate::domain::staff::Role;

/// Who has papers and cards in hand.
const CLERKS: &[Role] = &[Role::Consular, Role::Municipal];

pub(super) const RIGHTS: &[Right] = &[
    get("/staff/intake", Access::Roles(CLERKS)),
    post("/staff/intake", Access::Roles(CLERKS)),
    post("/staff/intake/close", Access::Roles(CLERKS)),
    post("/staff/intake/search", Access::Roles(CLERKS)),
    get("/staff/tasks", Access::Roles(CLERKS)),
    post("/staff/tasks/{id}", Access::Roles(CLERKS)),
    get("/staff/shipments", Access::Roles(CLERKS)),
    get("/staff/shipments/new", Access::Roles(CLERKS)),
    post("/staff/shipments/new", Access::Roles(CLERKS)),
    get("/staff/shipments/{number}.pdf", Access::Roles(CLERKS)),
    get("/staff/shipments/{number}", Access::Roles(CLERKS)),
    post("/staff/shipments/{number}", Access::Roles(CLERKS)),
];
