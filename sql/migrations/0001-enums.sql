-- The schema, its closed vocabularies and what makes a table a tenant's.
--
-- Why:  every later migration needs these names. Enum values stand in the
--       order of lib/domain/kinds.h and role.h; t/db-kinds compares them.
-- Lock: none, nothing exists yet.
-- Undo: DROP SCHEMA frostguard CASCADE.

DO $$
BEGIN
	IF current_user <> 'fg_owner' THEN
		RAISE 'migrations run as fg_owner (roles.sql, then SET ROLE)';
	END IF;
END $$;

CREATE SCHEMA IF NOT EXISTS frostguard;
SET LOCAL search_path = frostguard;

CREATE TYPE unit_type AS ENUM (
	'fridge', 'freezer', 'display_case', 'walk_in_cooler',
	'walk_in_freezer', 'blast_chiller');
CREATE TYPE unit_status AS ENUM (
	'ok', 'excursion', 'alarm_active', 'monitoring_interrupted',
	'manual_required', 'restoring', 'offline');
CREATE TYPE temp_unit AS ENUM ('F', 'C');
CREATE TYPE alert_type AS ENUM (
	'alarm_active', 'monitoring_interrupted', 'missed_manual_entry',
	'low_battery', 'sensor_fault', 'door_open', 'calibration_due',
	'temp_excursion', 'suspected_cooling_failure');
CREATE TYPE alert_severity AS ENUM ('info', 'warning', 'critical');
CREATE TYPE alert_status AS ENUM (
	'active', 'acknowledged', 'resolved', 'escalated');
CREATE TYPE app_role AS ENUM (
	'owner', 'admin', 'manager', 'staff', 'viewer', 'inspector');
CREATE TYPE subscription_plan AS ENUM (
	'starter', 'pro', 'haccp', 'enterprise');
CREATE TYPE subscription_status AS ENUM (
	'trial', 'active', 'past_due', 'canceled', 'paused');
CREATE TYPE notification_channel AS ENUM ('push', 'email', 'sms', 'in_app');
CREATE TYPE notification_status AS ENUM (
	'pending', 'sent', 'delivered', 'failed', 'skipped');
CREATE TYPE device_status AS ENUM ('active', 'inactive', 'pairing', 'error');
CREATE TYPE compliance_mode AS ENUM ('standard', 'haccp');
CREATE TYPE pairing_status AS ENUM (
	'pending', 'completed', 'failed', 'expired', 'in_progress');
CREATE TYPE gateway_status AS ENUM (
	'online', 'offline', 'disconnected', 'unknown', 'pending', 'degraded',
	'maintenance');

-- Beyond the fifteen above.
CREATE TYPE resolution_type AS ENUM ('auto', 'manual');
CREATE TYPE door_state AS ENUM ('unknown', 'closed', 'open');
CREATE TYPE lora_status AS ENUM (
	'pending', 'joining', 'active', 'offline', 'fault');

-- The tenant of this transaction: SET LOCAL frostguard.org_id. After a
-- transaction that set it, the setting is empty and not NULL.
CREATE FUNCTION current_org() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('frostguard.org_id', true), '')::uuid;

CREATE FUNCTION current_profile() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('frostguard.user_id', true), '')::uuid;

-- Every table that holds a tenant's rows is handed to this once, by the
-- migration that creates it. Whoever is not named sees nothing; the roles
-- that work across tenants still name the organization in every statement.
CREATE PROCEDURE protect_tenant(tab regclass, tenant name = 'organization_id')
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tab);
	EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tab);
	EXECUTE format('CREATE POLICY own_tenant ON %s'
	    ' USING (%I = frostguard.current_org())', tab, tenant);
	EXECUTE format('CREATE POLICY all_tenants ON %s'
	    ' TO fg_owner, fg_jobs, fg_platform USING (true)', tab);
END $$;

-- A directory is a tenant's too, but its key is global and it is read before
-- the tenant is known: by the roles named, and only read.
CREATE PROCEDURE protect_directory(tab regclass, VARIADIC readers name[])
LANGUAGE plpgsql AS $$
DECLARE
	reader	name;
BEGIN
	CALL protect_tenant(tab);
	FOREACH reader IN ARRAY readers LOOP
		EXECUTE format('CREATE POLICY lookup_%s ON %s FOR SELECT'
		    ' TO %I USING (true)', reader, tab, reader);
	END LOOP;
END $$;
