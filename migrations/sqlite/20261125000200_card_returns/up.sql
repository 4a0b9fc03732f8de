-- Cards that the post brought back to the issuer: the lines of their shipments, why, and with what they left again.

-- SQLite cannot change a check: the table is written anew. Nothing refers to it.
CREATE TABLE shipment_items_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    shipment_id BIGINT NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('listed', 'missing', 'arrived', 'returned')),
    arrived_at BIGINT,
    UNIQUE (shipment_id, application_id)
);
INSERT INTO shipment_items_new (id, shipment_id, application_id, position, state, arrived_at)
    SELECT id, shipment_id, application_id, position, state, arrived_at FROM shipment_items;
DROP TABLE shipment_items;
ALTER TABLE shipment_items_new RENAME TO shipment_items;
CREATE UNIQUE INDEX shipment_items_one_way ON shipment_items (application_id) WHERE state IN ('listed', 'missing');
CREATE INDEX shipment_items_by_application ON shipment_items (application_id, id);
CREATE INDEX shipment_items_by_shipment ON shipment_items (shipment_id, position);

CREATE TABLE card_returns (
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
CREATE INDEX card_returns_by_state ON card_returns (state, id);
CREATE INDEX card_returns_by_shipment ON card_returns (shipment_id, id);
CREATE INDEX card_returns_by_application ON card_returns (application_id, id);

-- What is on its way, for the clock that looks for what is late.
CREATE INDEX shipments_by_state ON shipments (state, id);
