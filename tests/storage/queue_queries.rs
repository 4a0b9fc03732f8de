//! What the queues ask of the database: every queue, every filter, every order.

use jiff::tz::TimeZone;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::queue::Queue;
use tsubame::storage::applications::ApplicationId;
use tsubame::storage::cases::Channel;
use tsubame::storage::queue_counts::{self, Counted};
use tsubame::storage::queues::{self, Order, Owner, Place, QueueView, SortKey};
use tsubame::storage::staff::StaffId;
use tsubame::storage::{Db, StoreError, case_search, cases, queue_rows};

use super::cast::now;

pub(super) fn ask_about_queues(db: &mut Db, office: &OfficeCode) -> Result<(), StoreError> {
    case_search::find_cases(db, &["n山田".to_owned()], office, 25)?;
    case_search::find_by_number(db, "K7M4", office, 25)?;
    // The case is a draft: what is asked counts, not what is found.
    match cases::set_pickup_office(db, ApplicationId(1), office) {
        Ok(()) | Err(StoreError::NotFound) => {}
        Err(error) => return Err(error),
    }
    let today = now().to_zoned(TimeZone::UTC).date();
    let place = Place {
        due_on: Some(today),
        entered: 7,
        id: ApplicationId(7),
    };
    for queue in Queue::ALL {
        for (owner, channel) in [
            (None, None),
            (Some(Owner::Nobody), Some(Channel::Post)),
            (Some(Owner::Staff(StaffId(1))), None),
        ] {
            let view = QueueView {
                desk: office,
                queue,
                reader: StaffId(1),
                today,
                due_from: Some(today),
                due_until: Some(today),
                channel,
                owner,
                found: None,
            };
            for by in [SortKey::Due, SortKey::Entered] {
                for is_ascending in [true, false] {
                    let order = Order { by, is_ascending };
                    queues::list_places(db, &view, order, Some(&place), 26)?;
                    queues::list_places(db, &view, order, None, 26)?;
                }
            }
            queues::count_places(db, &view, 100)?;
        }
    }
    queue_rows::list_rows(db, &[ApplicationId(1), ApplicationId(2)])?;
    for since in [None, Some(now())] {
        let counted = Counted {
            desk: office,
            reader: StaffId(1),
            today,
            since,
            most: 100,
        };
        queue_counts::count_queues(db, &Queue::ALL, &counted)?;
    }
    Ok(())
}
