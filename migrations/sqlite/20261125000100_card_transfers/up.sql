-- A card that has left is to travel again: asked for by the applicant, decided by the office that holds it, then sent like any other card.

CREATE TABLE card_transfers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    from_office TEXT NOT NULL,
    to_office TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'stopped', 'sent')),
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    reason TEXT,
    sent_at BIGINT
);
-- A card has one other place to go to at a time.
CREATE UNIQUE INDEX card_transfers_one_open ON card_transfers (application_id) WHERE state IN ('asked', 'accepted');
CREATE INDEX card_transfers_by_application ON card_transfers (application_id, id);
CREATE INDEX card_transfers_by_holder ON card_transfers (from_office, state, to_office);
