DROP TABLE batch_schedules;
