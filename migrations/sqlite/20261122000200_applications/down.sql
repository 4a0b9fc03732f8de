DROP TABLE pending_posts;
DROP TABLE status_history;
DROP TABLE postings;
DROP TABLE revisions;
DROP TABLE photos;
DROP TABLE application_sections;
DROP TABLE session_grants;
DROP TABLE applications;
