-- The audit is written once. A head moves with its chain and is never removed. Whoever owns the tables may delete entries whose time is over, and says
-- so for the transaction: SET LOCAL tsubame.audit_retention = 'on'. The application's role (migrations/application-role.sql) owns nothing.
CREATE FUNCTION audit_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        AND current_setting('tsubame.audit_retention', true) = 'on'
        AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit entries are written once' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_is_written_once();

CREATE TRIGGER audit_entries_are_not_emptied BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_written_once();

CREATE TRIGGER audit_heads_are_not_removed BEFORE DELETE ON audit_heads
    FOR EACH ROW EXECUTE FUNCTION audit_is_written_once();

CREATE TRIGGER audit_heads_are_not_emptied BEFORE TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_written_once();
