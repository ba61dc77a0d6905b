-- unit_rules: the outcome of inheritance, one row per unit.
--
-- Each level is one JSON object with the fields it sets; their concatenation,
-- nearest level last, is the inheritance. View unit_rule_layers collects the
-- levels, computed_unit_rules joins them, unit_rule_sources says where each
-- value comes from, and refresh_unit_rules() stores the outcome whenever
-- something changes that it is made from.

-- What holds where nobody said anything. temp_limit_low: none.
CREATE OR REPLACE FUNCTION built_in_rules(t unit_type) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN jsonb_build_object(
    'temp_limit_high', default_limit_high(t),
    'temp_limit_low', NULL,
    'temp_hysteresis', 0.56,
    'checkin_interval_seconds', 300,
    'expected_reading_interval_seconds', 60,
    'offline_trigger_multiplier', 2.0,
    'offline_trigger_additional_minutes', 2,
    'offline_warning_missed_checkins', 1,
    'offline_critical_missed_checkins', 5,
    'manual_log_missed_checkins_threshold', 5,
    'manual_interval_minutes', 240,
    'manual_grace_minutes', 0,
    'manual_monitoring_required', false,
    'manual_logging_enabled', true,
    'excursion_confirm_minutes_door_closed', 10,
    'excursion_confirm_minutes_door_open', 20,
    'max_excursion_minutes', 60,
    'door_open_grace_minutes', 20,
    'door_open_warning_minutes', 3,
    'door_open_critical_minutes', 10,
    'door_open_max_mask_minutes_per_day', 60);

-- The fields that a row of alert_rules sets, under the names of unit_rules.
CREATE OR REPLACE FUNCTION rules_of(r alert_rules) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN (r).is_enabled THEN jsonb_strip_nulls(
    to_jsonb(r) - ARRAY['organization_id', 'id', 'site_id', 'unit_id',
	'created_at', 'temp_min', 'temp_max']
    || jsonb_build_object('temp_limit_low', (r).temp_min,
	'temp_limit_high', (r).temp_max)) ELSE '{}' END;

CREATE OR REPLACE FUNCTION rules_of(u units) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
RETURN jsonb_strip_nulls(jsonb_build_object(
    'temp_limit_high', (u).temp_limit_high,
    'temp_limit_low', (u).temp_limit_low,
    'temp_hysteresis', (u).temp_hysteresis,
    'checkin_interval_seconds', (u).checkin_interval_seconds,
    'door_open_grace_minutes', (u).door_open_grace_minutes,
    'manual_interval_minutes', (u).manual_monitoring_interval,
    'manual_monitoring_required', (u).manual_monitoring_required,
    'manual_logging_enabled', (u).manual_logging_enabled));

CREATE OR REPLACE FUNCTION rules_of(s sites) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
RETURN jsonb_strip_nulls(jsonb_build_object('manual_interval_minutes',
    ceil((s).manual_log_cadence_seconds / 60.0)));

-- Of one unit, of the units of a site, or (both null) of the organization.
-- The organization's row serialises this: each refresh then sees what the one
-- before it was made from. What changed is due at once.
CREATE OR REPLACE FUNCTION refresh_unit_rules(org uuid, site uuid, unit uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	changed	uuid[];
BEGIN
	PERFORM FROM organizations WHERE id = org FOR NO KEY UPDATE;
	WITH stale AS (
		DELETE FROM unit_rules r USING computed_unit_rules c
		 WHERE r.organization_id = org AND c.organization_id = org
		   AND c.unit_id = r.unit_id
		   AND (unit IS NULL OR r.unit_id = unit)
		   AND (site IS NULL OR site IN (r.site_id, c.site_id))
		   AND r.* IS DISTINCT FROM c.*
		RETURNING r.unit_id)
	SELECT array_agg(unit_id ORDER BY unit_id) INTO changed FROM stale;
	INSERT INTO unit_rules
	SELECT c.* FROM computed_unit_rules c
	 WHERE c.organization_id = org
	   AND c.unit_id = ANY (changed || unit)
	    ON CONFLICT DO NOTHING;
	PERFORM FROM unit_state
	  WHERE organization_id = org AND unit_id = ANY (changed)
	  ORDER BY unit_id FOR NO KEY UPDATE;
	UPDATE unit_state SET due_at = now()
	 WHERE organization_id = org AND unit_id = ANY (changed);
END $$;

CREATE OR REPLACE FUNCTION enter_unit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	INSERT INTO unit_state (organization_id, unit_id)
	VALUES (NEW.organization_id, NEW.id);
	PERFORM refresh_unit_rules(NEW.organization_id, NULL, NEW.id);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER enter_unit
	AFTER INSERT ON units FOR EACH ROW EXECUTE FUNCTION enter_unit();

-- A row concerns the units of its scope, before and after the change.
CREATE OR REPLACE FUNCTION unit_rules_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	version	jsonb;
	site	text := CASE TG_TABLE_NAME WHEN 'sites' THEN 'id'
		    ELSE 'site_id' END;
	unit	text := CASE TG_TABLE_NAME WHEN 'units' THEN 'id'
		    ELSE 'unit_id' END;
	done	text[];
	scope	text[];
BEGIN
	FOREACH version IN ARRAY ARRAY[to_jsonb(NEW), to_jsonb(OLD)] LOOP
		scope := ARRAY[version->>site, version->>unit];
		CONTINUE WHEN version IS NULL OR scope = done
		    OR TG_TABLE_NAME = 'devices' AND scope[2] IS NULL;
		PERFORM refresh_unit_rules((version->>'organization_id')::uuid,
		    scope[1]::uuid, scope[2]::uuid);
		done := scope;
	END LOOP;
	RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER unit_rules_follow
	AFTER INSERT OR UPDATE OR DELETE ON alert_rules
	FOR EACH ROW EXECUTE FUNCTION unit_rules_follow();
CREATE OR REPLACE TRIGGER unit_rules_follow
	AFTER UPDATE ON units
	FOR EACH ROW EXECUTE FUNCTION unit_rules_follow();
CREATE OR REPLACE TRIGGER unit_rules_follow
	AFTER UPDATE OF site_id, is_active, deleted_at ON areas
	FOR EACH ROW EXECUTE FUNCTION unit_rules_follow();
CREATE OR REPLACE TRIGGER unit_rules_follow
	AFTER UPDATE OF timezone, manual_log_cadence_seconds, is_active,
	    deleted_at ON sites
	FOR EACH ROW EXECUTE FUNCTION unit_rules_follow();
CREATE OR REPLACE TRIGGER unit_rules_follow
	AFTER INSERT OR DELETE OR UPDATE OF unit_id, kind, is_active, deleted_at
	ON devices
	FOR EACH ROW EXECUTE FUNCTION unit_rules_follow();
