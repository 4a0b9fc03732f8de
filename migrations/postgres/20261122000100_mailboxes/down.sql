DROP TABLE sessions;
DROP TABLE throttle_counters;
DROP TABLE email_challenges;
DROP TABLE mailboxes;
