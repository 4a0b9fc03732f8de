//! The way in, one's own account, and the desk.

use super::{Access, Right, get, post};
use crate::domain::staff::Role;

/// Everybody who works here.
const ALL: &[Role] = &Role::ALL;
/// Who answers for an office's settings.
const MANAGERS: &[Role] = &[Role::OfficeManager];

pub(super) const RIGHTS: &[Right] = &[
    // The way in.
    get("/staff/login", Access::Open),
    post("/staff/login", Access::Open),
    get("/staff/login/code", Access::Begun),
    post("/staff/login/code", Access::Begun),
    get("/staff/login/second-factor", Access::Begun),
    post("/staff/login/second-factor", Access::Begun),
    post("/staff/logout", Access::Open),
    get("/staff/invitation/{token}", Access::Open),
    post("/staff/invitation/{token}", Access::Open),
    // One's own account.
    get("/staff/account", Access::SignedIn),
    post("/staff/account", Access::SignedIn),
    get("/staff/account/password", Access::SignedIn),
    post("/staff/account/password", Access::SignedIn),
    get("/staff/account/recovery-codes", Access::Fresh(ALL)),
    post("/staff/account/recovery-codes", Access::Fresh(ALL)),
    get("/staff/confirm", Access::SignedIn),
    post("/staff/confirm", Access::SignedIn),
    // The desk.
    get("/staff", Access::Roles(ALL)),
    // What an office says about itself.
    get("/staff/office", Access::Roles(MANAGERS)),
    post("/staff/office", Access::Roles(MANAGERS)),
];
