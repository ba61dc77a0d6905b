-- What a row gets that its maker left open: a unit its type's limits, a
-- device its model's battery, a unit its first sensor as the primary one.

CREATE OR REPLACE FUNCTION is_freezing(t unit_type) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN t IN ('freezer', 'walk_in_freezer', 'blast_chiller');

-- 41 °F for what keeps cool; 0 °F and -20 °F for what keeps frozen.
CREATE OR REPLACE FUNCTION default_limit_high(t unit_type) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN is_freezing(t) THEN -17.78 ELSE 5.00 END;

CREATE OR REPLACE FUNCTION default_limit_low(t unit_type) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN is_freezing(t) THEN -28.89 END;

-- A type's low limit that lies above a high limit somebody entered is not
-- taken: a deep freezer at -40 °C is not refused for it.
CREATE OR REPLACE FUNCTION fill_unit_limits() RETURNS trigger
LANGUAGE plpgsql SET search_path = frostguard, pg_temp AS $$
BEGIN
	NEW.temp_limit_high := coalesce(NEW.temp_limit_high,
	    default_limit_high(NEW.unit_type));
	IF default_limit_low(NEW.unit_type) < NEW.temp_limit_high THEN
		NEW.temp_limit_low := coalesce(NEW.temp_limit_low,
		    default_limit_low(NEW.unit_type));
	END IF;
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER fill_unit_limits
	BEFORE INSERT ON units
	FOR EACH ROW EXECUTE FUNCTION fill_unit_limits();

CREATE OR REPLACE FUNCTION fill_device_model() RETURNS trigger
LANGUAGE plpgsql SET search_path = frostguard, pg_temp AS $$
DECLARE
	known	sensor_catalog;
BEGIN
	SELECT * INTO known FROM sensor_catalog
	 WHERE manufacturer = NEW.manufacturer AND model = NEW.model;
	NEW.kind := coalesce(NEW.kind, known.kind);
	NEW.chemistry := coalesce(NEW.chemistry, known.chemistry);
	NEW.low_battery_mv := coalesce(NEW.low_battery_mv,
	    known.low_battery_mv, 2500);
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER fill_device_model
	BEFORE INSERT OR UPDATE OF manufacturer, model ON devices
	FOR EACH ROW EXECUTE FUNCTION fill_device_model();

-- An unknown kind counts as a temperature sensor: better to wait for a
-- temperature in vain, and say so, than not to wait.
CREATE OR REPLACE FUNCTION measures_temperature(kind varchar) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(kind, 'temperature') IN
    ('temperature', 'temperature_humidity', 'air_quality', 'other');

CREATE OR REPLACE FUNCTION enter_device_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	INSERT INTO device_state (organization_id, device_id)
	VALUES (NEW.organization_id, NEW.id);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER enter_device_state
	AFTER INSERT ON devices
	FOR EACH ROW EXECUTE FUNCTION enter_device_state();

CREATE OR REPLACE FUNCTION note_attachment() RETURNS trigger
LANGUAGE plpgsql SET search_path = frostguard, pg_temp AS $$
BEGIN
	IF NEW.unit_id IS NULL THEN
		NEW.attached_at := NULL;
	ELSIF TG_OP = 'INSERT' THEN
		NEW.attached_at := coalesce(NEW.attached_at, now());
	ELSIF NEW.unit_id IS DISTINCT FROM OLD.unit_id THEN
		NEW.attached_at := now();
	END IF;
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER note_attachment
	BEFORE INSERT OR UPDATE OF unit_id ON devices
	FOR EACH ROW EXECUTE FUNCTION note_attachment();

-- On another unit a sensor measures something else: against what it said last,
-- nothing is a jump, and nothing stands still.
CREATE OR REPLACE FUNCTION forget_device_value() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	UPDATE device_state SET doubts = 0, value = NULL, value_at = NULL,
		value_since = NULL, value_count = NULL
	 WHERE organization_id = NEW.organization_id AND device_id = NEW.id;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER forget_device_value
	AFTER UPDATE OF unit_id ON devices FOR EACH ROW
	WHEN (NEW.unit_id IS DISTINCT FROM OLD.unit_id)
	EXECUTE FUNCTION forget_device_value();

-- A unit's primary sensor is the first one attached; when that one leaves,
-- the oldest that stays.
CREATE OR REPLACE FUNCTION choose_primary_devices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	orgs	uuid[] := '{}';
	at	uuid[] := '{}';
BEGIN
	IF TG_OP <> 'DELETE' THEN
		SELECT array_agg(organization_id), array_agg(unit_id)
		  INTO orgs, at FROM new_rows WHERE unit_id IS NOT NULL;
	END IF;
	IF TG_OP <> 'INSERT' THEN
		SELECT orgs || array_agg(organization_id),
		    at || array_agg(unit_id)
		  INTO orgs, at FROM old_rows WHERE unit_id IS NOT NULL;
	END IF;
	UPDATE units u SET primary_device_id = fit.best
	  FROM (SELECT w.organization_id, w.id,
			(array_agg(d.id ORDER BY d.id <> w.primary_device_id,
			    d.created_at, d.id))[1] AS best
		  FROM units w
		  LEFT JOIN devices d ON d.organization_id = w.organization_id
			AND d.unit_id = w.id AND d.deleted_at IS NULL
			AND measures_temperature(d.kind)
		 WHERE w.organization_id = ANY (orgs) AND w.id = ANY (at)
		 GROUP BY w.organization_id, w.id) fit
	 WHERE u.organization_id = fit.organization_id AND u.id = fit.id
	   AND u.primary_device_id IS DISTINCT FROM fit.best;
	RETURN NULL;
END $$;
CALL follow_by_statement('devices', 'choose_primary_devices');
