DROP TABLE card_transfers;
