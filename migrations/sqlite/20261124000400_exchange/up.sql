-- What leaves for the card issuer and what comes back: batches of cards to be made, files of results, and the keys of the other side.

-- A batch collects released cases (S45) chunk by chunk while it is gathering. Ready, it never changes again but for what became of its cards.
CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('gathering', 'ready')),
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ready_at BIGINT,
    cards INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL DEFAULT 0,
    defects INTEGER NOT NULL DEFAULT 0,
    manifest TEXT,
    signature TEXT
);
CREATE INDEX batches_by_state ON batches (state, id);

CREATE TABLE batch_items (
    batch_id BIGINT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    receipt TEXT NOT NULL,
    office TEXT NOT NULL,
    content TEXT NOT NULL,
    photo TEXT,
    glyphs TEXT,
    glyph_decision TEXT CHECK (glyph_decision IN ('substitute', 'engraving')),
    glyph_decided_by TEXT,
    inspection TEXT CHECK (inspection IN ('ok', 'photo', 'glyph', 'other')),
    inspected_by TEXT,
    outcome TEXT CHECK (outcome IN ('made', 'defect')),
    outcome_at BIGINT,
    made_on TEXT,
    defect_code TEXT,
    shipped_on TEXT,
    carrier TEXT,
    tracking TEXT,
    -- The file that reported it as shipped, until its bag has become a shipment, and then the shipment's number.
    dispatch_file BIGINT,
    shipment TEXT,
    PRIMARY KEY (batch_id, line)
);
CREATE UNIQUE INDEX batch_items_by_receipt ON batch_items (receipt, batch_id);
-- A case waits for one result at a time.
CREATE UNIQUE INDEX batch_items_one_open ON batch_items (application_id) WHERE outcome IS NULL;
CREATE INDEX batch_items_by_application ON batch_items (application_id);
CREATE INDEX batch_items_to_ship ON batch_items (office, batch_id, line) WHERE made_on IS NOT NULL AND shipped_on IS NULL;
CREATE INDEX batch_items_to_dispatch ON batch_items (dispatch_file, office, carrier, tracking) WHERE dispatch_file IS NOT NULL;
CREATE INDEX batch_items_with_glyphs ON batch_items (batch_id, line) WHERE glyphs IS NOT NULL AND outcome IS NULL;

-- A file of results: staged row by row, then applied row by row, each row answered in the transaction that applies it.
CREATE TABLE result_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    content_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staging', 'applying', 'done')),
    received_by TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    done_at BIGINT,
    total_rows INTEGER NOT NULL,
    staged_rows INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 0,
    already_known INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX result_files_by_state ON result_files (state, id);

CREATE TABLE result_rows (
    file_id BIGINT NOT NULL REFERENCES result_files (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    receipt TEXT NOT NULL,
    content TEXT NOT NULL,
    answer TEXT CHECK (answer IN ('accepted', 'already_known', 'refused')),
    reason TEXT,
    PRIMARY KEY (file_id, line)
);
CREATE INDEX result_rows_unanswered ON result_rows (file_id, line) WHERE answer IS NULL;

-- Keys of the other side's programs; only their hashes are here.
CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    key_hash BLOB NOT NULL UNIQUE,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);

-- Public keys (Ed25519) whose signature under a file of results counts.
CREATE TABLE partner_keys (
    name TEXT PRIMARY KEY NOT NULL,
    public_key TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    retired_at BIGINT
);
