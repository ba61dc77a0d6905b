-- What is wrong with the schema, a line each; nothing when it is sound. Reads
-- the catalogue alone. t/db-schema.sh runs it, and also on schemas that it
-- spoiled on purpose.

SET search_path = public;	-- so that names of frostguard come in full

-- Not a tenant's: the installation's own tables.
CREATE TEMP TABLE platform (tab name);
INSERT INTO platform VALUES ('battery_profiles'), ('job_runs'),
	('login_failures'), ('message_opt_outs'),
	('partition_retention_overrides'), ('platform_roles'),
	('schema_migrations'), ('sensor_catalog'), ('stripe_events'),
	('super_admin_audit_log'), ('telnyx_webhook_events'),
	('user_sync_log');
-- A tenant's, found by a key that is unique over all tenants.
CREATE TEMP TABLE directory (tab name);
INSERT INTO directory VALUES ('api_key_directory'), ('device_directory'),
	('device_tokens'), ('gateway_directory'), ('inspector_tokens'),
	('invite_tokens'), ('login_directory'), ('message_directory'),
	('one_time_tokens'), ('qr_tokens'), ('sessions'),
	('stripe_customers'), ('user_directory'), ('webhook_secrets');
-- What the schema must hold whatever else it does.
CREATE TEMP TABLE asked_for (tab name);
INSERT INTO asked_for VALUES ('organizations'), ('subscriptions'),
	('ttn_connections'), ('sms_configs'), ('notification_settings'),
	('profiles'), ('user_roles'), ('escalation_contacts'),
	('platform_roles'), ('user_sync_log'), ('sites'), ('areas'),
	('units'), ('hubs'), ('gateways'), ('devices'), ('lora_sensors'),
	('calibration_records'), ('pairing_sessions'), ('sensor_readings'),
	('manual_temperature_logs'), ('door_events'),
	('entity_dashboard_layouts'), ('reading_metrics'), ('alert_rules'),
	('alert_rules_history'), ('alerts'), ('corrective_actions'),
	('notification_deliveries'), ('event_logs'), ('stripe_events'),
	('pilot_feedback'), ('partition_retention_overrides');
CREATE TEMP TABLE asked_for_enum (enum name, labels text[]);
INSERT INTO asked_for_enum VALUES
	('unit_type', '{fridge,freezer,display_case,walk_in_cooler,'
	    'walk_in_freezer,blast_chiller}'),
	('unit_status', '{ok,excursion,alarm_active,monitoring_interrupted,'
	    'manual_required,restoring,offline}'),
	('temp_unit', '{F,C}'),
	('alert_type', '{alarm_active,monitoring_interrupted,'
	    'missed_manual_entry,low_battery,sensor_fault,door_open,'
	    'calibration_due}'),
	('alert_severity', '{info,warning,critical}'),
	('alert_status', '{active,acknowledged,resolved,escalated}'),
	('app_role', '{owner,admin,manager,staff,viewer}'),
	('subscription_plan', '{starter,pro,haccp,enterprise}'),
	('subscription_status', '{trial,active,past_due,canceled,paused}'),
	('notification_channel', '{push,email,sms}'),
	('notification_status', '{pending,sent,delivered,failed}'),
	('device_status', '{active,inactive,pairing,error}'),
	('compliance_mode', '{standard,haccp}'),
	('pairing_status', '{pending,completed,failed,expired}'),
	('gateway_status', '{online,offline,disconnected,unknown}');

-- Every table, and which of the three it is; partitions apart.
CREATE TEMP VIEW tables AS
SELECT oid, relname, relrowsecurity, relforcerowsecurity, relispartition,
	CASE WHEN relname IN (SELECT tab FROM platform) THEN 'platform'
	     WHEN relname IN (SELECT tab FROM directory) THEN 'directory'
	     WHEN relispartition THEN 'partition'
	     ELSE 'tenant' END AS kind,
	CASE WHEN relname = 'organizations' THEN 'id'
	     ELSE 'organization_id' END AS tenant_column
  FROM pg_class
 WHERE relnamespace = 'frostguard'::regnamespace AND relkind IN ('r', 'p');

-- Columns by position; NULL for an expression.
CREATE FUNCTION pg_temp.columns_of(tab oid, positions int2[]) RETURNS name[]
LANGUAGE sql STABLE RETURN ARRAY(
	SELECT attname FROM unnest(positions) WITH ORDINALITY p(attnum, at)
	  LEFT JOIN pg_attribute a ON attrelid = tab AND a.attnum = p.attnum
	 ORDER BY at);
CREATE TEMP VIEW indexes AS
SELECT i.indexrelid::regclass AS index, t.relname, t.kind, t.tenant_column,
	t.relispartition, i.indisunique, i.indisprimary, am.amname,
	pg_temp.columns_of(t.oid, i.indkey::int2[]) AS columns,
	i.indkey::text AS keys, i.indclass::text AS classes,
	i.indoption::text AS options,
	pg_get_expr(i.indexprs, i.indrelid) AS expressions,
	coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate
  FROM pg_index i
  JOIN tables t ON t.oid = i.indrelid
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_am am ON am.oid = c.relam;
CREATE TEMP VIEW foreign_keys AS
SELECT c.conname, t.relname, t.kind, f.relname AS target, f.kind AS target_kind,
	pg_temp.columns_of(c.conrelid, c.conkey) AS columns,
	pg_temp.columns_of(c.confrelid, c.confkey) AS target_columns
  FROM pg_constraint c
  JOIN tables t ON t.oid = c.conrelid
  JOIN tables f ON f.oid = c.confrelid
 WHERE c.contype = 'f';
CREATE TEMP VIEW columns AS
SELECT t.relname, t.kind, a.attname, a.attnotnull,
	format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_attribute a
  JOIN tables t ON t.oid = a.attrelid
 WHERE a.attnum > 0 AND NOT a.attisdropped;

-- Tenants: the organization stands first in every key.
SELECT relname || ': no organization_id uuid NOT NULL'
  FROM tables t
 WHERE kind <> 'platform' AND NOT EXISTS (SELECT FROM columns c
	WHERE c.relname = t.relname AND c.attname = t.tenant_column
	  AND c.type = 'uuid' AND c.attnotnull);
SELECT relname || ': no unique key'
  FROM tables t
 WHERE NOT EXISTS (SELECT FROM indexes i
	WHERE i.relname = t.relname AND i.indisunique AND i.predicate = '');
SELECT relname || ': unique index ' || index || ' forgets the tenant'
  FROM indexes
 WHERE kind = 'tenant' AND relname <> 'organizations'
   AND indisunique AND columns[1] IS DISTINCT FROM 'organization_id';
SELECT relname || ': foreign key ' || conname || ' crosses tenants'
  FROM foreign_keys
 WHERE kind = 'tenant' AND target_kind = 'tenant'
   AND (columns[1] <> 'organization_id'
	OR target_columns[1] <> CASE WHEN target = 'organizations'
		THEN 'id' ELSE 'organization_id' END);
-- Distributed by tenant, a directory is a reference table: it cannot refer to
-- a tenant's rows, nor they to it.
SELECT relname || ': foreign key ' || conname || ' of or to a directory'
  FROM foreign_keys
 WHERE kind = 'directory' AND target <> 'organizations'
    OR target_kind = 'directory';
SELECT relname || ': listed, but not there'
  FROM (SELECT tab FROM platform UNION SELECT tab FROM directory
	UNION SELECT tab FROM asked_for) l(relname)
 WHERE relname NOT IN (SELECT relname FROM tables);

-- Row-level security: forced, the tenant's own rows, and nothing else.
SELECT relname || ': row-level security is not forced'
  FROM tables
 WHERE kind <> 'platform' AND NOT (relrowsecurity AND relforcerowsecurity);
SELECT relname || ': no policy own_tenant'
  FROM tables t
 WHERE kind IN ('tenant', 'directory') AND NOT EXISTS (SELECT FROM pg_policies
	WHERE schemaname = 'frostguard' AND tablename = t.relname
	  AND policyname = 'own_tenant' AND cmd = 'ALL' AND with_check IS NULL
	  AND permissive = 'PERMISSIVE' AND roles = '{public}'
	  AND qual = format('(%s = frostguard.current_org())', tenant_column));
SELECT tablename || ': policy ' || policyname || ' shows all tenants to '
	|| array_to_string(roles, ', ')
  FROM pg_policies
  JOIN tables ON relname = tablename
 WHERE schemaname = 'frostguard' AND permissive = 'PERMISSIVE'
   AND policyname <> 'own_tenant'
   AND NOT (policyname = 'all_tenants'
	AND roles <@ '{fg_owner,fg_jobs,fg_platform}')
   AND NOT (kind = 'directory' AND cmd = 'SELECT'
	AND 'public' <> ALL (roles));

-- Roles and ownership.
SELECT rolname || ': a role that can too much'
  FROM pg_roles
 WHERE rolname LIKE 'fg\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole
	OR rolcreatedb OR rolreplication OR NOT rolcanlogin);
SELECT m.roleid::regrole || ': has a member, ' || m.member::regrole
  FROM pg_auth_members m
 WHERE 'fg_' = ANY (ARRAY[left(m.roleid::regrole::text, 3),
	left(m.member::regrole::text, 3)]);
SELECT relname || ': belongs to ' || relowner::regrole
  FROM pg_class
 WHERE relnamespace = 'frostguard'::regnamespace
   AND relowner <> 'fg_owner'::regrole;
SELECT oid::regprocedure || ': belongs to ' || proowner::regrole
  FROM pg_proc
 WHERE pronamespace = 'frostguard'::regnamespace
   AND proowner <> 'fg_owner'::regrole;
SELECT oid::regprocedure || ': runs as its owner without a search_path'
  FROM pg_proc
 WHERE pronamespace = 'frostguard'::regnamespace AND prosecdef
   AND 'search_path=frostguard, pg_temp' <> ALL (coalesce(proconfig, '{}'));
SELECT relname || ': a view with its owner''s rights'
  FROM pg_class
 WHERE relnamespace = 'frostguard'::regnamespace AND relkind = 'v'
   AND 'security_invoker=true' <> ALL (coalesce(reloptions, '{}'));
-- What is appended to is not changed, whatever the role.
SELECT relname || ': ' || grantee::regrole || ' may ' || privilege_type
  FROM pg_class, aclexplode(relacl)
 WHERE relnamespace = 'frostguard'::regnamespace
   AND relname IN ('event_logs', 'alert_events', 'alert_rules_history',
	'unit_settings_history', 'super_admin_audit_log', 'message_consents')
   AND grantee <> 'fg_owner'::regrole
   AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE');
SELECT a.relname || ': ' || grantee::regrole || ' reaches a partition'
  FROM tables t, pg_class a, aclexplode(a.relacl)
 WHERE a.oid = t.oid AND t.kind = 'partition'
   AND grantee <> 'fg_owner'::regrole;

-- Indexes: none that another one makes superfluous; what every reading writes
-- has none in its way.
SELECT a.relname || ': index ' || a.index || ' is the beginning of ' || b.index
  FROM indexes a
  JOIN indexes b ON b.relname = a.relname AND b.index <> a.index
	AND b.amname = a.amname AND b.predicate = a.predicate
	AND b.keys || ' ' LIKE a.keys || ' %'
	AND b.classes || ' ' LIKE a.classes || ' %'
	AND b.options || ' ' LIKE a.options || ' %'
 WHERE a.expressions IS NULL AND NOT a.relispartition
   AND (NOT a.indisunique OR b.keys = a.keys AND NOT a.indisprimary
	AND b.indisunique AND a.index::oid > b.index::oid);
SELECT relname || ': index ' || index || ' is in the way of HOT updates'
  FROM indexes
 WHERE relname IN ('unit_state', 'device_state') AND NOT indisprimary
   AND columns <> '{due_at}';

-- Types: instants to the millisecond with a zone, JSON that can be searched,
-- no binary fractions, temperatures in hundredths of a degree.
SELECT relname || '.' || attname || ': is ' || type
  FROM columns
 WHERE kind <> 'partition'
   AND (type IN ('json', 'real', 'double precision', 'money')
	OR type LIKE 'timestamp%' AND type <> 'timestamp(3) with time zone'
	OR type LIKE 'character(%'
	OR attname ~ '(^|_)(temperature|temp_(min|max|avg|limit|hysteresis))'
	   AND type LIKE 'numeric%' AND type <> 'numeric(7,2)');
SELECT enum || ': not with the labels asked for, in their order'
  FROM asked_for_enum
 WHERE labels IS DISTINCT FROM (
	SELECT array_agg(enumlabel::text ORDER BY enumsortorder)
	  FROM pg_enum
	 WHERE enumtypid = to_regtype('frostguard.' || enum)
	   AND enumlabel::text = ANY (labels));
