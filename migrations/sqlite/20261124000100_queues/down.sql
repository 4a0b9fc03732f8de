DROP INDEX case_search_keys_by_application;
ALTER TABLE case_search_keys RENAME TO case_search_keys_after;
CREATE TABLE case_search_keys (
    key TEXT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    PRIMARY KEY (key, application_id)
) WITHOUT ROWID;
INSERT INTO case_search_keys (key, application_id) SELECT DISTINCT key, application_id FROM case_search_keys_after;
DROP TABLE case_search_keys_after;
CREATE INDEX case_search_keys_by_application ON case_search_keys (application_id);
DROP INDEX applications_by_claim;
DROP INDEX applications_by_desk_and_due;
DROP INDEX applications_by_lane_and_entry;
DROP INDEX applications_by_lane;
CREATE INDEX applications_by_desk_and_entry ON applications (desk, status, entered_at, id);
CREATE INDEX applications_by_claim ON applications (claimed_by, desk);
ALTER TABLE applications DROP COLUMN is_collected_here;
ALTER TABLE applications DROP COLUMN is_prepared;
