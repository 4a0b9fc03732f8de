//! Cards of the demo that are to be collected elsewhere: asked for by their owners, decided and sent by the mission they lie at.

use jiff::Timestamp;

use super::moves;
use super::people::Progress;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::notices::{Letterhead, transfers};
use crate::storage::Db;
use crate::storage::applications::{Application, Doer};

/// One act about such a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// She asks.
    Ask,
    /// The mission decides that it travels on.
    Accept,
    /// It leaves.
    Send,
}

/// What happens after the card is ready, with the days before each.
pub(super) fn acts(progress: Progress) -> impl Iterator<Item = (Act, i32)> {
    let acts: &[(Act, i32)] = match progress {
        Progress::Asked(_) => &[(Act::Ask, 6)],
        Progress::SentOn(_) => &[(Act::Ask, 3), (Act::Accept, 2), (Act::Send, 1)],
        Progress::At(..) | Progress::Begun | Progress::Filled => &[],
    };
    acts.iter().copied()
}

/// Does one of them: the card goes to `to`.
pub(super) fn carry_out(
    db: &mut Db,
    letterhead: &Letterhead,
    application: &Application,
    (act, to): (Act, &str),
    now: Timestamp,
) -> anyhow::Result<()> {
    let to = OfficeCode::parse(to)?;
    match act {
        Act::Ask => {
            let hers = Doer::applicant(application.mailbox_id);
            transfers::ask(db, application, (&to, &hers), now)?;
            Ok(())
        }
        Act::Accept => moves::send_on(db, letterhead, application, &to, now),
        Act::Send => moves::step(db, letterhead, application.id, Status::Shipped, now),
    }
}
