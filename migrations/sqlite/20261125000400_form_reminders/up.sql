-- Reminders look for forms that were made on a certain day and never posted.
CREATE INDEX revisions_in_force_by_made_at ON revisions (made_at, application_id) WHERE superseded_at IS NULL;
