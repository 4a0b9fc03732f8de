UPDATE card_returns SET state = 'sent_again' WHERE state = 'destroyed';
ALTER TABLE card_returns DROP CONSTRAINT card_returns_state_check;
ALTER TABLE card_returns ADD CONSTRAINT card_returns_state_check CHECK (state IN ('open', 'sent_again'));
DELETE FROM tasks WHERE kind = 'destroy-card';
DROP TABLE card_disposals;
