DROP INDEX shipments_by_state;
DROP TABLE card_returns;
UPDATE shipment_items SET state = 'arrived' WHERE state = 'returned';
ALTER TABLE shipment_items DROP CONSTRAINT shipment_items_state_check;
ALTER TABLE shipment_items ADD CONSTRAINT shipment_items_state_check CHECK (state IN ('listed', 'missing', 'arrived'));
