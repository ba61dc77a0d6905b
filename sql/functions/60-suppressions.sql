-- Which alerts are kept quiet, and until when the first of the reasons holds.

CREATE OR REPLACE FUNCTION alert_type_bit(t alert_type) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 1 << (array_position(enum_range(NULL::alert_type), t) - 1);

-- One row: a bit per alert type, in the enum's order, and null or the time
-- when the first of the suppressions in force ends.
CREATE OR REPLACE FUNCTION suppressed_at(org uuid, site uuid, unit uuid,
	at timestamptz, OUT types integer, OUT until timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
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
	units	uuid[] := ARRAY(SELECT unit_id FROM unit_rules
		 WHERE organization_id = s.organization_id
		   AND (s.unit_id IS NULL OR unit_id = s.unit_id)
		   AND (s.site_id IS NULL OR site_id = s.site_id)
		 ORDER BY unit_id);
BEGIN
	PERFORM FROM unit_state
	  WHERE organization_id = s.organization_id AND unit_id = ANY (units)
	  ORDER BY unit_id FOR NO KEY UPDATE;
	UPDATE unit_state SET due_at = now()
	 WHERE organization_id = s.organization_id AND unit_id = ANY (units);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER suppression_makes_due
	AFTER INSERT OR UPDATE OR DELETE ON alert_suppressions
	FOR EACH ROW EXECUTE FUNCTION suppression_makes_due();
