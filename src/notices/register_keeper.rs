//! Another municipality keeps the register: the case goes to the new keeper's desk, and paper that lies with the old one follows as a task there.

use jiff::Timestamp;

use crate::domain::status::Status;
use crate::storage::applications::Application;
use crate::storage::cases::{self, CaseFile};
use crate::storage::tasks::{self, NewTask, TaskKind};
use crate::storage::{Db, StoreError, turns};

/// Lets the case follow its register. `before`: the case as it was; nothing happens when the keeper is the same. The paper follows from S35 on: before
/// that it is not at the register, and its own way leads to the new keeper.
pub fn follow(
    db: &mut Db,
    application: &Application,
    before: &CaseFile,
    now: Timestamp,
) -> Result<(), StoreError> {
    let case = cases::get_case(db, application.id)?;
    let keeper = &case.register_office;
    if *keeper == before.register_office {
        return Ok(());
    }
    let status = application.status;
    let desk = case.offices().desk(status);
    turns::set_turn(db, application.id, desk.as_ref(), application.due_on)?;
    let at_old_keeper = before.paper_office.as_ref() == Some(&before.register_office);
    if !at_old_keeper || status < Status::AtHonseki {
        return Ok(());
    }
    let key = format!("forward-paper:{}:{keeper}", application.id);
    let task = NewTask {
        kind: TaskKind::ForwardPaper,
        office: before.register_office.as_str(),
        application: Some(application.id),
        detail: keeper.as_str(),
        key: Some(&key),
    };
    tasks::open_task(db, &task, now)?;
    Ok(())
}
