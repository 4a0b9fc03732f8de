-- When the clock makes a batch for the issuer, in versions; the newest counts. The id counts them without a gap, so that two who save at once collide.

CREATE TABLE batch_schedules (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    is_on BOOLEAN NOT NULL,
    days TEXT NOT NULL,
    hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
    least INTEGER NOT NULL,
    most INTEGER NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL
);
