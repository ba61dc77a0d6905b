-- Sums follow what they were made of: another sensor decides which readings
-- are a unit's, another time zone where its days begin.

CREATE OR REPLACE FUNCTION mark_rollups(org uuid, units uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = frostguard, pg_temp
BEGIN ATOMIC
	INSERT INTO reading_rollup_marks (organization_id, unit_id, from_at,
	    to_at)
	SELECT u.organization_id, u.id, '1970-01-01Z', '2200-01-01Z'
	  FROM units u WHERE u.organization_id = org AND u.id = ANY (units);
END;

CREATE OR REPLACE FUNCTION rollups_follow_device() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	PERFORM mark_rollups(OLD.organization_id,
	    ARRAY[OLD.unit_id, NEW.unit_id]);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER rollups_follow_device
	AFTER UPDATE OF unit_id ON devices FOR EACH ROW
	WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id)
	EXECUTE FUNCTION rollups_follow_device();
CREATE OR REPLACE TRIGGER rollups_follow_deletion
	AFTER DELETE ON devices FOR EACH ROW WHEN (OLD.unit_id IS NOT NULL)
	EXECUTE FUNCTION rollups_follow_device();

CREATE OR REPLACE FUNCTION rollups_follow_unit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	PERFORM mark_rollups(NEW.organization_id, ARRAY[NEW.id]);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER rollups_follow_unit
	AFTER UPDATE OF primary_device_id ON units FOR EACH ROW
	WHEN (OLD.primary_device_id IS DISTINCT FROM NEW.primary_device_id)
	EXECUTE FUNCTION rollups_follow_unit();

CREATE OR REPLACE FUNCTION rollups_follow_zone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	PERFORM mark_rollups(NEW.organization_id,
	    units_of(NEW.organization_id, NEW.id, NULL));
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER rollups_follow_zone
	AFTER UPDATE OF timezone ON sites FOR EACH ROW
	WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone)
	EXECUTE FUNCTION rollups_follow_zone();

CREATE OR REPLACE FUNCTION rollups_follow_area() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	PERFORM mark_rollups(NEW.organization_id, ARRAY(
	    SELECT id FROM units WHERE organization_id = NEW.organization_id
	       AND area_id = NEW.id));
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER rollups_follow_area
	AFTER UPDATE OF site_id ON areas FOR EACH ROW
	WHEN (OLD.site_id IS DISTINCT FROM NEW.site_id)
	EXECUTE FUNCTION rollups_follow_area();
CREATE OR REPLACE TRIGGER rollups_follow_move
	AFTER UPDATE OF area_id ON units FOR EACH ROW
	WHEN (OLD.area_id IS DISTINCT FROM NEW.area_id)
	EXECUTE FUNCTION rollups_follow_unit();
