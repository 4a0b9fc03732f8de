-- Missions and municipalities as offices: what the tables say about them (entry), and what they say about themselves (settings).
CREATE TABLE offices (
    code TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('mission', 'municipality')),
    name_ja TEXT NOT NULL,
    name_latin TEXT NOT NULL,
    country TEXT NOT NULL CHECK (length(country) = 2),
    prefecture TEXT,
    entry TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    settings TEXT NOT NULL,
    checked_on TEXT,
    checked_by TEXT
);
CREATE INDEX offices_by_country ON offices (country, kind, code);
CREATE INDEX offices_by_prefecture ON offices (prefecture, code);
CREATE INDEX offices_by_kind ON offices (kind, code);

-- Every version of an office's settings, the one in force included.
CREATE TABLE office_versions (
    office TEXT NOT NULL REFERENCES offices (code),
    version BIGINT NOT NULL,
    settings TEXT NOT NULL,
    changed TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (office, version)
);

-- The tables the offices come from. built_in: the digest of the table this program last brought along and applied.
CREATE TABLE masters (
    name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('missions', 'municipalities')),
    version TEXT NOT NULL,
    source TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    digest TEXT NOT NULL,
    built_in TEXT NOT NULL,
    imported_by TEXT,
    imported_at BIGINT
);

-- A file that was uploaded and read, and waits for somebody to confirm what it changes.
CREATE TABLE master_imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    master TEXT NOT NULL REFERENCES masters (name),
    base_digest TEXT NOT NULL,
    label TEXT NOT NULL,
    source TEXT NOT NULL,
    content TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL
);
CREATE INDEX master_imports_by_master ON master_imports (master);
