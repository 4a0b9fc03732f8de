DROP INDEX shipments_by_state;
DROP TABLE card_returns;
UPDATE shipment_items SET state = 'arrived' WHERE state = 'returned';
CREATE TABLE shipment_items_old (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    shipment_id BIGINT NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('listed', 'missing', 'arrived')),
    arrived_at BIGINT,
    UNIQUE (shipment_id, application_id)
);
INSERT INTO shipment_items_old (id, shipment_id, application_id, position, state, arrived_at)
    SELECT id, shipment_id, application_id, position, state, arrived_at FROM shipment_items;
DROP TABLE shipment_items;
ALTER TABLE shipment_items_old RENAME TO shipment_items;
CREATE UNIQUE INDEX shipment_items_one_way ON shipment_items (application_id) WHERE state IN ('listed', 'missing');
CREATE INDEX shipment_items_by_application ON shipment_items (application_id, id);
CREATE INDEX shipment_items_by_shipment ON shipment_items (shipment_id, position);
