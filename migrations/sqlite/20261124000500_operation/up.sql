-- The operation: the words of notices in versions, seals over the audit and its verifications, what was destroyed, and what operators did.
CREATE TABLE notice_texts (
    notice TEXT NOT NULL,
    version BIGINT NOT NULL,
    subject_ja TEXT NOT NULL,
    body_ja TEXT NOT NULL,
    subject_en TEXT NOT NULL,
    body_en TEXT NOT NULL,
    is_built_in BOOLEAN NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (notice, version)
);

-- A seal covers every entry of the audit up to `last_entry`, with a key that is not in the database.
CREATE TABLE audit_seals (
    number BIGINT PRIMARY KEY NOT NULL,
    last_entry BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    digest BLOB NOT NULL,
    key_id TEXT NOT NULL,
    seal BLOB NOT NULL,
    sealed_at BIGINT NOT NULL
);

CREATE TABLE audit_verifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    finished_at BIGINT,
    entries BIGINT NOT NULL DEFAULT 0,
    chains BIGINT NOT NULL DEFAULT 0,
    seals BIGINT NOT NULL DEFAULT 0,
    damages BIGINT NOT NULL DEFAULT 0,
    findings TEXT NOT NULL DEFAULT ''
);

-- No foreign keys: the record outlives what it speaks of. A case is named by the digest of its receipt number.
CREATE TABLE destruction_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    destroyed BIGINT NOT NULL,
    case_digest BLOB,
    destroyed_by TEXT NOT NULL,
    destroyed_at BIGINT NOT NULL
);
CREATE INDEX destruction_records_by_case ON destruction_records (case_digest);

CREATE TABLE operation_records (
    kind TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (kind, recorded_at)
);

-- What the pages of the audit ask for, the latest first.
CREATE INDEX audit_entries_by_time ON audit_entries (at, id);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor, at, id);
CREATE INDEX audit_entries_by_action ON audit_entries (action, at, id);
CREATE INDEX audit_entries_by_chain ON audit_entries (chain, at, id);

-- Which keys are still needed, and what the retention finds.
CREATE INDEX photos_by_key ON photos (key_id, id);
CREATE INDEX pending_posts_by_key ON pending_posts (key_id);
CREATE INDEX staff_by_key ON staff (totp_key_id, id);
CREATE INDEX staff_roles_by_role ON staff_roles (role, staff_id);
CREATE INDEX applications_by_end ON applications (status, updated_at, id);

CREATE TRIGGER audit_seals_are_not_changed BEFORE UPDATE ON audit_seals
BEGIN
    SELECT RAISE(ABORT, 'seals of the audit are written once');
END;

CREATE TRIGGER audit_seals_are_not_removed BEFORE DELETE ON audit_seals
BEGIN
    SELECT RAISE(ABORT, 'seals of the audit are written once');
END;
