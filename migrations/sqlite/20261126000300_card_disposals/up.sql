-- Cards that nobody may hand over any more: where each lies, who destroyed it and who confirmed that.

CREATE TABLE card_disposals (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL UNIQUE REFERENCES applications (id) ON DELETE CASCADE,
    holder TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('due', 'destroyed', 'confirmed')),
    opened_at BIGINT NOT NULL,
    destroyed_by TEXT,
    destroyed_at BIGINT,
    confirmed_by TEXT,
    confirmed_at BIGINT,
    CHECK (confirmed_by IS NULL OR confirmed_by <> destroyed_by)
);
CREATE INDEX card_disposals_by_holder ON card_disposals (holder, state, id);

-- What came back to the issuer, and whose case has ended, waits there.
INSERT INTO card_disposals (application_id, holder, reason, state, opened_at)
    SELECT r.application_id, 'issuer', CASE a.status WHEN 'S96' THEN 'withdrawn' WHEN 'S97' THEN 'returned_home' ELSE 'ended' END, 'due', MAX(r.noted_at)
    FROM card_returns r JOIN applications a ON a.id = r.application_id
    WHERE r.state = 'open' AND a.status IN ('S96', 'S97', 'S98')
    GROUP BY r.application_id, a.status;
INSERT INTO tasks (kind, office, application_id, detail, state, opened_at)
    SELECT 'destroy-card', holder, application_id, reason, 'open', opened_at FROM card_disposals;

-- SQLite cannot change a check: the table is written anew. Nothing refers to it.
CREATE TABLE card_returns_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    shipment_id BIGINT NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('open', 'sent_again', 'destroyed')),
    reason TEXT NOT NULL,
    noted_by TEXT NOT NULL,
    noted_at BIGINT NOT NULL,
    again TEXT,
    again_at BIGINT
);
INSERT INTO card_returns_new (id, shipment_id, application_id, state, reason, noted_by, noted_at, again, again_at)
    SELECT id, shipment_id, application_id, state, reason, noted_by, noted_at, again, again_at FROM card_returns;
DROP TABLE card_returns;
ALTER TABLE card_returns_new RENAME TO card_returns;
CREATE INDEX card_returns_by_state ON card_returns (state, id);
CREATE INDEX card_returns_by_shipment ON card_returns (shipment_id, id);
CREATE INDEX card_returns_by_application ON card_returns (application_id, id);
