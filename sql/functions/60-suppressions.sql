-- Suppressions: which alerts are kept quiet.

-- The alert type's bit in masks such as unit_state.withheld.
CREATE OR REPLACE FUNCTION alert_type_bit(t alert_type) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 1 << (array_position(enum_range(NULL::alert_type), t) - 1);

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
