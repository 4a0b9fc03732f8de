DROP INDEX card_transfers_by_last_day;
ALTER TABLE card_transfers DROP COLUMN due_on;
