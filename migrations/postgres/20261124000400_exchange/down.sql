DROP TABLE partner_keys;
DROP TABLE api_keys;
DROP TABLE result_rows;
DROP TABLE result_files;
DROP TABLE batch_items;
DROP TABLE batches;
