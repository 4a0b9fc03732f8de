//! Intake and shipments: the clerks of an office.

use super::{Access, Right, get, post};
use crate::domain::staff::Role;

/// Who has papers and cards in hand.
const CLERKS: &[Role] = &[Role::Consular, Role::Municipal];

/// Who sees to it that a card is destroyed: the clerks who have it in hand, and as the second person whoever approves there.
const DISPOSERS: &[Role] = &[
    Role::Consular,
    Role::Municipal,
    Role::Approver,
    Role::OfficeManager,
];

pub(super) const RIGHTS: &[Right] = &[
    get("/staff/intake", Access::Roles(CLERKS)),
    post("/staff/intake", Access::Roles(CLERKS)),
    post("/staff/intake/close", Access::Roles(CLERKS)),
    post("/staff/intake/search", Access::Roles(CLERKS)),
    get("/staff/tasks", Access::Roles(CLERKS)),
    post("/staff/tasks/{id}", Access::Roles(CLERKS)),
    get("/staff/disposals", Access::Roles(DISPOSERS)),
    get("/staff/disposals/{reference}", Access::Roles(DISPOSERS)),
    post("/staff/disposals/{reference}", Access::Fresh(DISPOSERS)),
    get("/staff/shipments", Access::Roles(CLERKS)),
    get("/staff/shipments/new", Access::Roles(CLERKS)),
    post("/staff/shipments/new", Access::Roles(CLERKS)),
    get("/staff/shipments/{number}.pdf", Access::Roles(CLERKS)),
    get("/staff/shipments/{number}", Access::Roles(CLERKS)),
    post("/staff/shipments/{number}", Access::Roles(CLERKS)),
];
