UPDATE card_returns SET state = 'sent_again' WHERE state = 'destroyed';
CREATE TABLE card_returns_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    shipment_id BIGINT NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('open', 'sent_again')),
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
DELETE FROM tasks WHERE kind = 'destroy-card';
DROP TABLE card_disposals;
