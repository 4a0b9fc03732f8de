-- Until when a wish is decided, and a card that is to travel on is sent: the last day where the card lies.

ALTER TABLE card_transfers ADD COLUMN due_on TEXT NOT NULL DEFAULT '9999-12-31';
UPDATE card_transfers SET due_on = to_char(to_timestamp((CASE state WHEN 'accepted' THEN decided_at ELSE asked_at END) / 1000000) AT TIME ZONE 'UTC' + interval '14 days', 'YYYY-MM-DD')
    WHERE state IN ('asked', 'accepted');
CREATE INDEX card_transfers_by_last_day ON card_transfers (state, due_on, id);
