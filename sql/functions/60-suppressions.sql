-- Which alerts are kept quiet, and until when the first of the reasons holds.

CREATE OR REPLACE FUNCTION alert_type_bit(t alert_type) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 1 << (array_position(enum_range(NULL::alert_type), t) - 1);

-- One row (a table, so that it is inlined): a bit per alert type, in the enum's order, and null or the time
-- when the first of the suppressions in force ends.
CREATE OR REPLACE FUNCTION suppressed_at(org uuid, site uuid, unit uuid,
	at timestamptz) RETURNS TABLE (types integer, until timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
SELECT coalesce(bit_or(CASE WHEN s.alert_types = '{}'
	    THEN (1 << cardinality(enum_range(NULL::alert_type))) - 1
	    ELSE (SELECT bit_or(alert_type_bit(t))
		    FROM unnest(s.alert_types) t) END), 0),
	min(s.ends_at)
  FROM alert_suppressions s
 WHERE s.organization_id = org AND s.ends_at > at AND s.starts_at <= at
   AND (s.unit_id = unit OR s.site_id = site
	OR s.unit_id IS NULL AND s.site_id IS NULL);
END;

-- A suppression that begins, changes or ends makes its units due.
CREATE OR REPLACE FUNCTION suppression_makes_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	s	alert_suppressions := coalesce(NEW, OLD);
BEGIN
	PERFORM make_due(s.organization_id,
	    units_of(s.organization_id, s.site_id, s.unit_id));
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER suppression_makes_due
	AFTER INSERT OR UPDATE OR DELETE ON alert_suppressions
	FOR EACH ROW EXECUTE FUNCTION suppression_makes_due();
