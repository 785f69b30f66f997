-- Two roles: one that owns the tables and takes steps, one that serves and can do to the
-- rows what the product does, and nothing else (docs/operations/many-machines.md).
--
-- Run it as a superuser in the database, once before `quietline init` and again after
-- every `quietline migrate`; it may be run any number of times:
--
--     psql --dbname quietline --file postgres-roles.sql
--
-- The one who serves cannot change or remove a line of the audit trail, its seals or
-- the receipts of erasure, cannot drop or disable a trigger, and makes no table.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'quietline_owner') THEN
    CREATE ROLE quietline_owner LOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'quietline_serve') THEN
    CREATE ROLE quietline_serve LOGIN;
  END IF;
  IF pg_has_role('quietline_serve', 'quietline_owner', 'MEMBER') THEN
    REVOKE quietline_owner FROM quietline_serve;
  END IF;
  EXECUTE format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO quietline_owner',
    current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO quietline_serve', current_database());
  EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC',
    current_database());
END $$;

ALTER ROLE quietline_serve NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION;
ALTER ROLE quietline_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO quietline_owner;
REVOKE ALL ON SCHEMA public FROM quietline_serve;
GRANT USAGE ON SCHEMA public TO quietline_serve;

-- Everything that rows go through: reading, writing, and their numbers.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO quietline_serve;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO quietline_serve;
REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM quietline_serve;

-- After an erasure dead rows are swept. Servers before 17 leave that to autovacuum.
DO $$
BEGIN
  IF current_setting('server_version_num')::integer >= 170000 THEN
    GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO quietline_serve;
  END IF;
END $$;

-- What only grows, and what stays for good.
DO $$
DECLARE
  each text;
BEGIN
  FOREACH each IN ARRAY ARRAY['audit', 'audit_cut', 'audit_seal', 'erasure', 'legal_hold', 'blocked_number'] LOOP
    IF to_regclass('public.' || each) IS NOT NULL THEN
      EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM quietline_serve', each);
    END IF;
  END LOOP;
  IF to_regclass('public.audit_cut') IS NOT NULL THEN
    REVOKE INSERT, UPDATE, DELETE ON audit_cut FROM quietline_serve;
  END IF;
  IF to_regclass('public.alembic_version') IS NOT NULL THEN
    REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM quietline_serve;
  END IF;
  -- The clients' keys: one that was destroyed stays so.
  IF to_regnamespace('quietline_keys') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA quietline_keys TO quietline_serve;
    GRANT SELECT, INSERT, UPDATE, DELETE ON quietline_keys.data_key TO quietline_serve;
    GRANT SELECT, INSERT ON quietline_keys.destroyed_key TO quietline_serve;
  END IF;
END $$;
