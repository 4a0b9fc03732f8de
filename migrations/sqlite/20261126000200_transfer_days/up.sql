-- Until when a wish is decided, and a card that is to travel on is sent: the last day where the card lies.

ALTER TABLE card_transfers ADD COLUMN due_on TEXT NOT NULL DEFAULT '9999-12-31';
UPDATE card_transfers SET due_on = date((CASE state WHEN 'accepted' THEN decided_at ELSE asked_at END) / 1000000 + 14 * 86400, 'unixepoch')
    WHERE state IN ('asked', 'accepted');
CREATE INDEX card_transfers_by_last_day ON card_transfers (state, due_on, id);
