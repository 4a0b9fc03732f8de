-- The physical legs: shipments with their lists, and the bags of intake in which what arrives is counted.

CREATE TABLE shipments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('form', 'card')),
    from_desk TEXT NOT NULL,
    to_office TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'sent', 'received', 'cancelled')),
    version BIGINT NOT NULL,
    carrier TEXT NOT NULL,
    tracking TEXT NOT NULL,
    is_sealed BOOLEAN NOT NULL,
    item_count INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    counted_by TEXT,
    closed_at BIGINT,
    received_by TEXT,
    received_at BIGINT
);
CREATE INDEX shipments_by_sender ON shipments (from_desk, id);
CREATE INDEX shipments_by_receiver ON shipments (to_office, state, id);

CREATE TABLE shipment_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    shipment_id BIGINT NOT NULL REFERENCES shipments (id) ON DELETE CASCADE,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('listed', 'missing', 'arrived')),
    arrived_at BIGINT,
    UNIQUE (shipment_id, application_id)
);
-- A paper or a card is on its way in one shipment at a time.
CREATE UNIQUE INDEX shipment_items_one_way ON shipment_items (application_id) WHERE state IN ('listed', 'missing');
CREATE INDEX shipment_items_by_application ON shipment_items (application_id, id);
CREATE INDEX shipment_items_by_shipment ON shipment_items (shipment_id, position);

CREATE TABLE bags (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    office TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('form', 'card')),
    shipment_id BIGINT REFERENCES shipments (id) ON DELETE CASCADE,
    channel TEXT CHECK (channel IN ('counter', 'post')),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    opened_by TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    counted INTEGER,
    closed_by TEXT,
    closed_at BIGINT
);
CREATE INDEX bags_by_office ON bags (office, state, kind, opened_by, id);
CREATE INDEX bags_by_shipment ON bags (shipment_id, id);

CREATE TABLE bag_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    bag_id BIGINT NOT NULL REFERENCES bags (id) ON DELETE CASCADE,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    answer TEXT NOT NULL CHECK (answer IN ('registered', 'registered_with_defect', 'already', 'ended', 'elsewhere')),
    taken_by TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    UNIQUE (bag_id, application_id)
);
CREATE INDEX bag_items_by_bag ON bag_items (bag_id, id);
CREATE INDEX bag_items_by_application ON bag_items (application_id, id);
