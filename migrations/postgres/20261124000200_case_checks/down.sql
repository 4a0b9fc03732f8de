DROP TABLE photo_checks;
DROP TABLE case_checks;
