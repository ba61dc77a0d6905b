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

-- Recomputes these units' rules. The organization's row serialises this: each
-- refresh then sees what the one before it was made from. Units whose rules
-- changed are due at once. Rows are locked in the order of their ids.
CREATE OR REPLACE FUNCTION refresh_unit_rules(org uuid, units uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	fresh	unit_rules[];
	changed	uuid[];
BEGIN
	PERFORM FROM organizations WHERE id = org FOR NO KEY UPDATE;
	-- OFFSET 0: unit by unit, for the planner cannot know how few they are.
	fresh := ARRAY(
		SELECT jsonb_populate_record(NULL::unit_rules, l.at_default
			|| l.at_organization || l.at_site || l.at_unit
			|| l.place)
		  FROM unnest(units) unit
		 CROSS JOIN LATERAL (SELECT * FROM unit_rule_layers
			 WHERE organization_id = org AND unit_id = unit
			OFFSET 0) l);
	WITH stale AS (
		DELETE FROM unit_rules r USING unnest(fresh) f
		 WHERE r.organization_id = org AND r.unit_id = f.unit_id
		   AND r.* IS DISTINCT FROM f.*
		RETURNING r.unit_id)
	SELECT array_agg(unit_id) INTO changed FROM stale;
	INSERT INTO unit_rules SELECT * FROM unnest(fresh)
	    ON CONFLICT DO NOTHING;
	PERFORM make_due(org, changed);
END $$;

CREATE OR REPLACE FUNCTION make_due(org uuid, units uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	PERFORM FROM unit_state
	  WHERE organization_id = org AND unit_id = ANY (units)
	  ORDER BY unit_id FOR NO KEY UPDATE;
	UPDATE unit_state SET due_at = now()
	 WHERE organization_id = org AND unit_id = ANY (units);
END $$;

-- The units of a scope: one, those of a site, or (both null) all.
CREATE OR REPLACE FUNCTION units_of(org uuid, site uuid, unit uuid)
RETURNS uuid[]
LANGUAGE sql STABLE
RETURN CASE
    WHEN unit IS NOT NULL THEN ARRAY[unit]
    WHEN site IS NOT NULL THEN ARRAY(
	SELECT u.id FROM areas a
	  JOIN units u ON u.organization_id = org AND u.area_id = a.id
	 WHERE a.organization_id = org AND a.site_id = site)
    ELSE ARRAY(SELECT id FROM units WHERE organization_id = org) END;

CREATE OR REPLACE FUNCTION enter_units() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	INSERT INTO unit_state (organization_id, unit_id)
	SELECT organization_id, id FROM new_rows;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER enter_units
	AFTER INSERT ON units REFERENCING NEW TABLE AS new_rows
	FOR EACH STATEMENT EXECUTE FUNCTION enter_units();

-- Changed rows concern the units of their scope, before and after the change.
-- By the statement, not by the row: thousands of units or sensors may come in
-- one.
CREATE OR REPLACE FUNCTION unit_rules_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	site	text := CASE TG_TABLE_NAME WHEN 'sites' THEN 'id'
		    ELSE 'site_id' END;
	unit	text := CASE TG_TABLE_NAME WHEN 'units' THEN 'id'
		    ELSE 'unit_id' END;
	rows	jsonb[] := '{}';
	org	uuid;
BEGIN
	IF TG_OP <> 'DELETE' THEN
		rows := ARRAY(SELECT to_jsonb(n) FROM new_rows n);
	END IF;
	IF TG_OP <> 'INSERT' THEN
		rows := rows || ARRAY(SELECT to_jsonb(o) FROM old_rows o);
	END IF;
	IF TG_TABLE_NAME = 'devices' THEN
		rows := ARRAY(SELECT r FROM unnest(rows) r
		    WHERE r->>'unit_id' IS NOT NULL);
	END IF;
	FOR org IN
		SELECT DISTINCT (r->>'organization_id')::uuid
		  FROM unnest(rows) r ORDER BY 1
	LOOP
		PERFORM refresh_unit_rules(org, ARRAY(
		    SELECT DISTINCT unnest(units_of(org, (r->>site)::uuid,
			(r->>unit)::uuid))
		      FROM unnest(rows) r
		     WHERE (r->>'organization_id')::uuid = org));
	END LOOP;
	RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION unit_rules_follow_organization() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	PERFORM refresh_unit_rules(NEW.id, units_of(NEW.id, NULL, NULL));
	RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER unit_rules_follow_organization
	AFTER UPDATE OF temp_unit ON organizations
	FOR EACH ROW EXECUTE FUNCTION unit_rules_follow_organization();
CALL follow_by_statement('alert_rules', 'unit_rules_follow');
CALL follow_by_statement('areas', 'unit_rules_follow');
CALL follow_by_statement('devices', 'unit_rules_follow');
CALL follow_by_statement('sites', 'unit_rules_follow');
CALL follow_by_statement('units', 'unit_rules_follow');
