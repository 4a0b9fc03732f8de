//! The queues of the desks, their files, and the search.

use super::{Access, Right, get, post};
use crate::domain::staff::Role;

/// Who belongs to an office. Which of its queues are theirs is decided by the queue, and the rest is 404.
const OF_AN_OFFICE: &[Role] = &[
    Role::Consular,
    Role::Municipal,
    Role::Approver,
    Role::OfficeManager,
];

pub(super) const RIGHTS: &[Right] = &[
    get("/staff/queues/{queue}", Access::Roles(OF_AN_OFFICE)),
    post("/staff/queues/{queue}", Access::Roles(OF_AN_OFFICE)),
    get("/staff/queues/{queue}.csv", Access::Fresh(OF_AN_OFFICE)),
    get("/staff/search", Access::Roles(OF_AN_OFFICE)),
];
