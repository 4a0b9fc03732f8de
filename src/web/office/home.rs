//! The first page after signing in: what waits, what came today, what is late.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::queues::counts;
use super::session::Staff;
use super::shell::{Counts, Shell};
use crate::domain::queue::Queue;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "office/home.html")]
struct HomePage<'a> {
    f: &'a Frame,
    s: Shell,
    new_today: Counts,
    /// For who has queues: how much is late, how much is new, and the first queue in which something waits.
    summary: Option<Summary>,
}

struct Summary {
    late: String,
    new: String,
    first: Option<(String, String)>,
}

impl HomePage<'_> {
    /// What came into a queue today, in words; nothing where nothing did.
    fn new_in(&self, key: &str) -> Option<String> {
        let count = count_of(&self.new_today, key);
        (count > 0).then(|| {
            self.f
                .t1("queue-new-in", "count", Shell::count_words(self.f, count))
        })
    }
}

fn count_of(counts: &Counts, queue: &str) -> i64 {
    counts
        .iter()
        .find(|(name, _)| *name == queue)
        .map_or(0, |(_, count)| *count)
}

/// `GET /staff`
pub async fn show_home(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    let (asking, now) = (staff.clone(), app.clock.now());
    let (waiting, new_today) = app
        .read(move |db| {
            let waiting = counts::waiting(db, &asking, now)?;
            Ok((waiting, counts::new_today(db, &asking, now)?))
        })
        .await?;
    let summary = (!waiting.is_empty()).then(|| summary(&frame, &waiting, &new_today));
    frame.ok(&HomePage {
        s: Shell::new(&frame, &staff, &waiting),
        new_today,
        summary,
        f: &frame,
    })
}

fn summary(frame: &Frame, waiting: &Counts, new_today: &Counts) -> Summary {
    // What is late waits in another queue as well.
    let late = Queue::Overdue.as_str();
    let first = waiting
        .iter()
        .find(|(name, count)| *count > 0 && *name != late)
        .map(|(name, _)| {
            let word = frame.t(&format!("office-link-{name}"));
            let href = frame.to(format!("/staff/queues/{name}"));
            (word.into_owned(), href)
        });
    let new = new_today
        .iter()
        .filter(|(name, _)| *name != late)
        .map(|(_, count)| *count)
        .sum();
    Summary {
        late: Shell::count_words(frame, count_of(waiting, late)),
        new: Shell::count_words(frame, new),
        first,
    }
}
