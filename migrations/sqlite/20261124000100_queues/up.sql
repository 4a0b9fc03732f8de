-- The queues of the desks: one index for each order and filter of a page, and a search that reads one office's keys only.

-- The desk's own work in this status is done, and what is left is to send the case on: checked papers wait for a bag, a card that is set up for its
-- shipment. Every change of status takes the mark off.
ALTER TABLE applications ADD COLUMN is_prepared BOOLEAN NOT NULL DEFAULT FALSE;
-- Of a prepared case: its card is collected at this desk. What the case says, repeated here, so that cards to hand out and cards to send are counted
-- from an index.
ALTER TABLE applications ADD COLUMN is_collected_here BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX applications_by_desk_and_entry;
DROP INDEX applications_by_claim;
CREATE INDEX applications_by_lane ON applications (desk, status, is_prepared, due_on, id, is_collected_here);
CREATE INDEX applications_by_lane_and_entry ON applications (desk, status, is_prepared, entered_at, id, is_collected_here);
CREATE INDEX applications_by_desk_and_due ON applications (desk, due_on, id);
CREATE INDEX applications_by_claim ON applications (claimed_by, desk, status, is_prepared, due_on, id);

-- A key stands once for each office that has a part in its case: a common name is read within one office, however many cases there are elsewhere.
DROP INDEX case_search_keys_by_application;
ALTER TABLE case_search_keys RENAME TO case_search_keys_before;
CREATE TABLE case_search_keys (
    office TEXT NOT NULL,
    key TEXT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    PRIMARY KEY (office, key, application_id)
) WITHOUT ROWID;
INSERT INTO case_search_keys (office, key, application_id)
SELECT cases.filing_office, old.key, old.application_id FROM case_search_keys_before AS old JOIN cases ON cases.application_id = old.application_id
UNION SELECT cases.register_office, old.key, old.application_id FROM case_search_keys_before AS old JOIN cases ON cases.application_id = old.application_id
UNION SELECT cases.pickup_office, old.key, old.application_id FROM case_search_keys_before AS old JOIN cases ON cases.application_id = old.application_id
UNION SELECT cases.paper_office, old.key, old.application_id FROM case_search_keys_before AS old JOIN cases ON cases.application_id = old.application_id WHERE cases.paper_office IS NOT NULL;
DROP TABLE case_search_keys_before;
CREATE INDEX case_search_keys_by_application ON case_search_keys (application_id);
