-- The role the service runs as on PostgreSQL. It reads and writes rows, owns nothing, and cannot change or remove what the audit says.
--
-- Run by the owner of the tables after each `tsubame migrate` (psql -f migrations/application-role.sql). Give the role its password apart from this
-- file (\password tsubame_application), and name it in DATABASE_URL of `tsubame serve` and `tsubame work`; `tsubame migrate` keeps the owner's.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tsubame_application') THEN
        CREATE ROLE tsubame_application LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO tsubame_application;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tsubame_application;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tsubame_application;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries FROM tsubame_application;
REVOKE DELETE, TRUNCATE ON audit_heads FROM tsubame_application;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_seals FROM tsubame_application;
REVOKE UPDATE, DELETE, TRUNCATE ON destruction_records FROM tsubame_application;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON __diesel_schema_migrations FROM tsubame_application;
