-- An application and everything that is deleted with it.
CREATE TABLE applications (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    reference TEXT NOT NULL UNIQUE CHECK (length(reference) = 10),
    mailbox_id BIGINT NOT NULL REFERENCES mailboxes (id),
    status TEXT NOT NULL CHECK (status IN (
        'S00', 'S10', 'S15', 'S20', 'S25', 'S28', 'S30', 'S35', 'S38', 'S40', 'S45', 'S48', 'S50',
        'S55', 'S60', 'S65', 'S70', 'S72', 'S75', 'S80', 'S90', 'S95', 'S96', 'S97', 'S98', 'S99'
    )),
    version BIGINT NOT NULL DEFAULT 1,
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    filing TEXT NOT NULL CHECK (filing IN ('paper', 'online')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_activity_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    current_revision INTEGER,
    birth_tries INTEGER NOT NULL DEFAULT 0,
    birth_tries_since BIGINT
);
CREATE INDEX applications_by_mailbox ON applications (mailbox_id, created_at);
CREATE INDEX applications_by_expiry ON applications (status, expires_at);

CREATE TABLE session_grants (
    session_id BIGINT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, application_id)
);
CREATE INDEX session_grants_by_application ON session_grants (application_id);

CREATE TABLE application_sections (
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    section TEXT NOT NULL,
    answers TEXT NOT NULL,
    is_complete BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (application_id, section)
);

CREATE TABLE photos (
    id TEXT PRIMARY KEY NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('checking', 'chosen', 'replaced')),
    key_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    crop TEXT NOT NULL,
    findings TEXT NOT NULL,
    taken_on TEXT,
    created_at BIGINT NOT NULL
);
-- One photo on the desk and one chosen; a replaced one stays only as long as a printed form shows it.
CREATE UNIQUE INDEX photos_one_per_state ON photos (application_id, state) WHERE state IN ('checking', 'chosen');
CREATE INDEX photos_by_application ON photos (application_id);

CREATE TABLE revisions (
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number > 0),
    content TEXT NOT NULL,
    photo_id TEXT REFERENCES photos (id) ON DELETE SET NULL,
    made_at BIGINT NOT NULL,
    deadline TEXT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (application_id, number)
);
CREATE INDEX revisions_by_photo ON revisions (photo_id);

CREATE TABLE postings (
    application_id INTEGER PRIMARY KEY NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    sent_on TEXT NOT NULL,
    carrier TEXT NOT NULL,
    tracking TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE status_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    from_status TEXT,
    to_status TEXT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN (
        'applicant', 'consular_clerk', 'municipal_clerk', 'honseki_clerk', 'place_manager', 'issuer', 'system'
    )),
    actor TEXT NOT NULL,
    rule TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX status_history_by_application ON status_history (application_id, id);

CREATE TABLE pending_posts (
    token_hash BLOB PRIMARY KEY NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    section TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pending_posts_by_application ON pending_posts (application_id);
CREATE INDEX pending_posts_by_expiry ON pending_posts (expires_at);
