-- What a case is from the moment its form is made: whose turn it is, the facts beside the status, and what the desks write about it.

-- One index serves each queue: desk and status are equal, the pages go by date. No date is the last date of the calendar, so that every row has a
-- place in the order and a page can begin after any row, the same on both databases.
ALTER TABLE applications ADD COLUMN desk TEXT;
ALTER TABLE applications ADD COLUMN due_on TEXT NOT NULL DEFAULT '9999-12-31';
ALTER TABLE applications ADD COLUMN entered_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN claimed_by BIGINT;
ALTER TABLE applications ADD COLUMN claimed_at BIGINT;
UPDATE applications SET entered_at = updated_at;
CREATE INDEX applications_by_desk ON applications (desk, status, due_on, id);
CREATE INDEX applications_by_desk_and_entry ON applications (desk, status, entered_at, id);
CREATE INDEX applications_by_due ON applications (status, due_on, id);
CREATE INDEX applications_by_claim ON applications (claimed_by, desk);

-- A line of history knows whose turn it became and whose it was and, when it leaves one of the eight public steps, how long that step took.
ALTER TABLE status_history ADD COLUMN desk TEXT;
ALTER TABLE status_history ADD COLUMN left_desk TEXT;
ALTER TABLE status_history ADD COLUMN step_took BIGINT;
CREATE INDEX status_history_by_time ON status_history (at) WHERE step_took IS NOT NULL;

CREATE TABLE cases (
    application_id INTEGER PRIMARY KEY NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    filing_office TEXT NOT NULL,
    register_office TEXT NOT NULL,
    pickup_office TEXT NOT NULL,
    paper_office TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('new', 'renewal', 'reissue')),
    family TEXT NOT NULL,
    given TEXT NOT NULL,
    kana TEXT NOT NULL,
    roman TEXT,
    phone TEXT NOT NULL,
    second_email TEXT,
    second_contact TEXT,
    channel TEXT CHECK (channel IN ('counter', 'post')),
    received_at BIGINT,
    received_revision INTEGER,
    record_check TEXT NOT NULL DEFAULT 'open' CHECK (record_check IN ('open', 'done', 'mismatch')),
    record_check_at BIGINT,
    record_check_by TEXT,
    record_check_notice_at BIGINT,
    document_check TEXT NOT NULL DEFAULT 'open' CHECK (document_check IN ('open', 'at_application', 'at_handover')),
    document_check_at BIGINT,
    document_check_by TEXT,
    made_on TEXT,
    card_expires_on TEXT,
    shelf TEXT,
    pickup_deadline TEXT,
    second_pickup_deadline TEXT,
    step_began_at BIGINT NOT NULL
);
CREATE INDEX cases_by_filing_office ON cases (filing_office, application_id);
CREATE INDEX cases_by_register_office ON cases (register_office, application_id);
CREATE INDEX cases_by_pickup_office ON cases (pickup_office, application_id);

-- Beginnings under which a case is found; see src/domain/search_key.rs.
CREATE TABLE case_search_keys (
    key TEXT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    PRIMARY KEY (key, application_id)
) WITHOUT ROWID;
CREATE INDEX case_search_keys_by_application ON case_search_keys (application_id);

CREATE TABLE defects (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    note TEXT NOT NULL,
    office TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    answered_at BIGINT,
    reply TEXT,
    cleared_by TEXT,
    cleared_at BIGINT
);
CREATE INDEX defects_by_application ON defects (application_id, id);

CREATE TABLE inquiries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    office TEXT NOT NULL,
    question TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    reply TEXT,
    replied_at BIGINT,
    closed_at BIGINT
);
CREATE INDEX inquiries_by_application ON inquiries (application_id, id);

CREATE TABLE staff_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    office TEXT NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX staff_notes_by_application ON staff_notes (application_id, id);

CREATE TABLE case_views (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    office TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX case_views_by_application ON case_views (application_id, at);

CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    office TEXT NOT NULL,
    application_id BIGINT REFERENCES applications (id) ON DELETE CASCADE,
    detail TEXT NOT NULL,
    dedupe_key TEXT UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('open', 'done')),
    opened_at BIGINT NOT NULL,
    done_by TEXT,
    done_at BIGINT
);
CREATE INDEX tasks_by_office ON tasks (office, state, kind, id);
CREATE INDEX tasks_by_application ON tasks (application_id, id);

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    from_status TEXT NOT NULL,
    to_status TEXT NOT NULL,
    office TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'returned', 'overtaken')),
    settled_by TEXT,
    settled_at BIGINT
);
-- A case waits for one second person at a time.
CREATE UNIQUE INDEX decisions_one_pending ON decisions (application_id) WHERE state = 'pending';
CREATE INDEX decisions_by_application ON decisions (application_id, id);
CREATE INDEX decisions_by_office ON decisions (office, state, id);

-- An address that is to take the place of the mailbox's, until its code is typed.
CREATE TABLE email_changes (
    application_id INTEGER PRIMARY KEY NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX email_changes_by_expiry ON email_changes (expires_at);

-- How long each public step took at an office in the last 90 days; computed every night.
CREATE TABLE expected_windows (
    office TEXT NOT NULL,
    step TEXT NOT NULL,
    low_days INTEGER NOT NULL,
    high_days INTEGER NOT NULL,
    cases INTEGER NOT NULL,
    computed_on TEXT NOT NULL,
    PRIMARY KEY (office, step)
);
