-- One database role per trust zone. Run by a superuser, in the database that
-- FrostGuard is to live in; running it again changes nothing.
--
-- The roles can sign in but have no password: peer authentication maps the
-- programs' unix users to them (or set passwords for SCRAM). None may bypass
-- row-level security; what each may touch is in grants.sql.

DO $$
DECLARE
	role	name;
BEGIN
	FOREACH role IN ARRAY ARRAY[
		'fg_owner',		-- migrations: owns the schema
		'fg_ingest',		-- readings in
		'fg_hooks',		-- callbacks of Stripe, Telnyx, Resend
		'fg_app',		-- pages and API, one organization
		'fg_inspector',		-- the same, read-only and by site
		'fg_stream',		-- server-sent events
		'fg_jobs',		-- cron, all organizations
		'fg_platform'		-- administrators of the installation
	] LOOP
		IF to_regrole(role) IS NULL THEN
			EXECUTE format('CREATE ROLE %I', role);
		END IF;
		EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB'
		    ' NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT', role);
		EXECUTE format('ALTER ROLE %I SET search_path = frostguard',
		    role);
		EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I',
		    current_database(), role);
	END LOOP;
	-- Ingest only ever looks up by key. Its plans are made once and kept:
	-- one made while a table was small must still be right years later.
	ALTER ROLE fg_ingest SET enable_seqscan = off;
	ALTER ROLE fg_ingest SET enable_hashjoin = off;
	ALTER ROLE fg_ingest SET enable_mergejoin = off;
	ALTER ROLE fg_ingest SET enable_bitmapscan = off;
	EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC',
	    current_database());
	EXECUTE format('GRANT CREATE, TEMPORARY ON DATABASE %I TO fg_owner',
	    current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
