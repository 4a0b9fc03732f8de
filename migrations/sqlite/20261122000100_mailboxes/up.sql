-- Proven addresses, the challenges that prove them, and the counters that limit both.
CREATE TABLE mailboxes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    created_at BIGINT NOT NULL,
    verified_at BIGINT NOT NULL
);

CREATE INDEX mailboxes_by_proof ON mailboxes (verified_at);

CREATE TABLE email_challenges (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('apply', 'track')),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    kind TEXT CHECK (kind IN ('new', 'renewal', 'reissue')),
    code_hash BLOB NOT NULL,
    link_hash BLOB NOT NULL UNIQUE,
    browser_hash BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX email_challenges_by_browser ON email_challenges (browser_hash, created_at);
CREATE INDEX email_challenges_by_address ON email_challenges (email_key, created_at);
CREATE INDEX email_challenges_by_expiry ON email_challenges (expires_at);

CREATE TABLE throttle_counters (
    scope TEXT NOT NULL,
    key_hash BLOB NOT NULL,
    window_start BIGINT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (scope, key_hash, window_start)
);
CREATE INDEX throttle_counters_by_window ON throttle_counters (window_start);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    mailbox_id BIGINT NOT NULL REFERENCES mailboxes (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sessions_by_mailbox ON sessions (mailbox_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
