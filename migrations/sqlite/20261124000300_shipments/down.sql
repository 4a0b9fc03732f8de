DROP TABLE bag_items;
DROP TABLE bags;
DROP TABLE shipment_items;
DROP TABLE shipments;
