//! One case: who of an office reads it, who decides, who agrees. Which office, [`scope`](crate::web::office::scope) says.

use super::{Access, Right, get, post};
use crate::domain::staff::Role;

/// Who reads the cases of an office.
const READERS: Access = Access::Roles(&[
    Role::Consular,
    Role::Municipal,
    Role::Approver,
    Role::OfficeManager,
]);
/// Who works on them.
const CLERKS: Access = Access::Roles(&[Role::Consular, Role::Municipal]);
/// The second person.
const APPROVERS: Access = Access::Roles(&[Role::Approver]);

pub(super) const RIGHTS: &[Right] = &[
    get("/staff/cases/{reference}", READERS),
    post("/staff/cases/{reference}", CLERKS),
    post("/staff/cases/{reference}/claim", CLERKS),
    get("/staff/cases/{reference}/form", READERS),
    get("/staff/cases/{reference}/photo", READERS),
    post("/staff/cases/{reference}/photo", CLERKS),
    get("/staff/cases/{reference}/photo.jpg", READERS),
    get("/staff/cases/{reference}/mails", READERS),
    post("/staff/cases/{reference}/mails/{id}", CLERKS),
    get("/staff/cases/{reference}/history", READERS),
    get("/staff/cases/{reference}/log", READERS),
    post("/staff/cases/{reference}/notes", READERS),
    post("/staff/cases/{reference}/tasks/{id}", CLERKS),
    get("/staff/cases/{reference}/changes", CLERKS),
    get("/staff/cases/{reference}/changes/{change}", CLERKS),
    post("/staff/cases/{reference}/changes/{change}", CLERKS),
    get("/staff/approvals", APPROVERS),
    get("/staff/approvals/{id}", APPROVERS),
    post("/staff/approvals/{id}", APPROVERS),
];
