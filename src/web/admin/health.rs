//! How the operation does (M05): what waits and since when, what was given up, room on the disk, the last backup and the last test of a restore, the
//! audit's last seal, what expires soon, and the cases that are overdue, by office. Plain numbers; a word beside those that somebody must look at.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::{SignedDuration, Timestamp};

use super::audit::stamp;
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::training;
use crate::i18n;
use crate::storage::disk;
use crate::storage::health::{self, Health};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, language_within, office_name};

/// Work that is due waits a minute at most when a worker runs; a quarter of an hour means that none does.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// A backup is made every day.
const LONGEST_WITHOUT_BACKUP: SignedDuration = SignedDuration::from_hours(26);
/// A restore is tested every month.
const LONGEST_WITHOUT_TEST: SignedDuration = SignedDuration::from_hours(31 * 24);
/// Below this the database may soon be unable to write.
const LEAST_FREE: u64 = 1024 * 1024 * 1024;
/// Trainings that end within so many days are counted.
const TRAININGS_AHEAD: i8 = 30;

/// A program's key that nobody used for so long is probably needed no more.
const LONGEST_UNUSED: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Keys of the exchange are renewed every year.
const LONGEST_IN_USE: SignedDuration = SignedDuration::from_hours(365 * 24);

/// One number with its name.
struct Line {
    name: String,
    value: String,
    needs_attention: bool,
}

/// An office and its overdue cases.
struct Overdue {
    office: String,
    lang: Option<&'static str>,
    count: i64,
}

#[derive(Template)]
#[template(path = "admin/health.html")]
struct HealthPage<'a> {
    f: &'a Frame,
    s: Shell,
    at: String,
    lines: Vec<Line>,
    overdue: Vec<Overdue>,
}

struct Writer<'a> {
    frame: &'a Frame,
    now: Timestamp,
    lines: Vec<Line>,
}

impl Writer<'_> {
    fn line(&mut self, key: &str, value: String, needs_attention: bool) {
        self.lines.push(Line {
            name: self.frame.t(key).into_owned(),
            value,
            needs_attention,
        });
    }

    fn number(&mut self, key: &str, count: i64, is_bad: bool) {
        self.line(key, count.to_string(), is_bad && count > 0);
    }

    /// An instant and how long ago it is; `longest`: beyond that somebody must look. Never is too long ago for what must happen.
    fn since(&mut self, key: &str, at: Option<Timestamp>, longest: SignedDuration, must: bool) {
        let value = match at {
            Some(at) => {
                let hours = self.now.duration_since(at).as_hours();
                let minutes = self.now.duration_since(at).as_mins() % 60;
                let facts = [
                    ("at", stamp(at)),
                    ("hours", hours.to_string()),
                    ("minutes", minutes.to_string()),
                ];
                i18n::text_with(self.frame.lang, "health-since", &facts)
            }
            None => self.frame.t("health-never").into_owned(),
        };
        let is_late = at.map_or(must, |at| self.now.duration_since(at) > longest);
        self.line(key, value, is_late);
    }
}

fn lines_of(frame: &Frame, health: &Health, free: Option<u64>, now: Timestamp) -> Vec<Line> {
    let mut w = Writer {
        frame,
        now,
        lines: Vec::new(),
    };
    let (queued, dead, held) = health.mails;
    w.number("health-jobs-waiting", health.jobs_waiting, false);
    w.since("health-oldest-due", health.oldest_due, LONGEST_WAIT, false);
    w.number("health-jobs-dead", health.jobs_dead, true);
    w.number("health-mails-queued", queued, false);
    w.since(
        "health-oldest-mail",
        health.oldest_mail,
        LONGEST_WAIT,
        false,
    );
    w.number("health-mails-dead", dead, true);
    w.number("health-mails-held", held, true);
    let room = free.map_or_else(
        || frame.t("health-unknown").into_owned(),
        |bytes| frame.t1("health-megabytes", "n", (bytes / 1_048_576).to_string()),
    );
    w.line(
        "health-disk",
        room,
        free.is_some_and(|bytes| bytes < LEAST_FREE),
    );
    w.since("health-backup", health.backup, LONGEST_WITHOUT_BACKUP, true);
    w.since(
        "health-restore-test",
        health.restore_test,
        LONGEST_WITHOUT_TEST,
        true,
    );
    w.since("health-sealed", health.sealed, LONGEST_WITHOUT_BACKUP, true);
    let verified = health.verified.as_ref();
    let is_damaged = verified.is_some_and(|check| check.finished_at.is_some() && !check.is_whole());
    w.since(
        "health-verified",
        verified.and_then(|check| check.finished_at),
        LONGEST_WITHOUT_TEST,
        true,
    );
    if let Some(line) = w.lines.last_mut().filter(|_| is_damaged) {
        line.needs_attention = true;
        line.value = frame.t("health-damaged").into_owned();
    }
    w.number("health-trainings", health.trainings_ending, false);
    let (unused, old, old_partners) = health.stale_keys;
    w.number("health-keys-unused", unused, true);
    w.number("health-keys-old", old, true);
    w.number("health-partner-keys-old", old_partners, true);
    w.lines
}

/// `GET /admin/health` (M05)
pub async fn show_health(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
) -> Result<HttpResponse, AppError> {
    let (now, today) = (app.clock.now(), app.clock.today_in_japan());
    // A training counts for twelve months: the ones that end by then were given so long before.
    let ahead = jiff::Span::new().days(TRAININGS_AHEAD);
    let ends_by = today.checked_add(ahead).unwrap_or(today);
    let trained_before = training::given_before(ends_by);
    let ago = |period| now.checked_sub(period).unwrap_or(Timestamp::MIN);
    let keys_before = (ago(LONGEST_UNUSED), ago(LONGEST_IN_USE));
    let health = app
        .read(move |db| health::read_health(db, (today, trained_before), keys_before, now))
        .await?;
    let free = disk::free_bytes(app.store.url());
    let overdue = health
        .overdue
        .iter()
        .map(|(desk, count)| {
            let office = OfficeCode::parse(desk)
                .map_or_else(|_none| desk.clone(), |code| office_name(frame.lang, &code));
            Overdue {
                lang: language_within(frame.lang, &office),
                office,
                count: *count,
            }
        })
        .collect();
    frame.ok(&HealthPage {
        f: &frame,
        s: Shell::load(&frame, &app, &staff).await?,
        at: stamp(now),
        lines: lines_of(&frame, &health, free, now),
        overdue,
    })
}
