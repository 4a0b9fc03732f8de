-- The audit is written once. A head moves with its chain and is never removed.
CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are written once');
END;

CREATE TRIGGER audit_entries_are_not_removed BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are written once');
END;

CREATE TRIGGER audit_heads_are_not_removed BEFORE DELETE ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'heads of the audit are never removed');
END;
