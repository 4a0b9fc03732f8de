-- People who work at an office, the issuer or the administration: accounts, what each may do, and their signed-in browsers.
CREATE TABLE staff (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    office_code TEXT,
    password_hash TEXT,
    password_set_at BIGINT,
    totp_key_id TEXT,
    totp_sealed BLOB,
    totp_enrolled_at BIGINT,
    totp_last_step BIGINT NOT NULL DEFAULT 0,
    trained_on TEXT,
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    deactivated_at BIGINT
);
CREATE INDEX staff_by_office ON staff (office_code, user_id);

CREATE TABLE staff_roles (
    staff_id BIGINT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('consular', 'municipal', 'issuer', 'approver', 'office_manager', 'administrator', 'auditor')),
    PRIMARY KEY (staff_id, role)
);

CREATE TABLE staff_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    staff_id BIGINT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    stage TEXT NOT NULL CHECK (stage IN ('password', 'full')),
    source TEXT NOT NULL,
    device TEXT NOT NULL,
    confirmed_at BIGINT,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id, created_at);
CREATE INDEX staff_sessions_by_expiry ON staff_sessions (expires_at);

-- Codes for the day the second factor is lost. Used up by being deleted.
CREATE TABLE staff_recovery_codes (
    staff_id BIGINT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    PRIMARY KEY (staff_id, code_hash)
);

-- Links by which a new or returning member of staff chooses a password. One at a time for each person.
CREATE TABLE staff_invitations (
    staff_id BIGINT PRIMARY KEY NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
