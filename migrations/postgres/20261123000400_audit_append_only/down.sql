DROP TRIGGER audit_heads_are_not_emptied ON audit_heads;
DROP TRIGGER audit_heads_are_not_removed ON audit_heads;
DROP TRIGGER audit_entries_are_not_emptied ON audit_entries;
DROP TRIGGER audit_entries_are_not_changed ON audit_entries;
DROP FUNCTION audit_is_written_once;
