-- Suppressions: which alerts are kept quiet.

-- The alert type's bit in masks such as unit_state.withheld.
CREATE OR REPLACE FUNCTION alert_type_bit(t alert_type) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 1 << (array_position(enum_range(NULL::alert_type), t) - 1);

-- What concerns a unit in a period: its own, its site's and everybody's.
CREATE OR REPLACE FUNCTION suppressions_over(org uuid, site uuid, unit uuid,
    since timestamptz, until timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE
BEGIN ATOMIC
SELECT coalesce(jsonb_agg(jsonb_build_array(
	    CASE WHEN s.alert_types = '{}'
	    THEN (1 << cardinality(enum_range(NULL::alert_type))) - 1
	    ELSE (SELECT bit_or(alert_type_bit(t))
		    FROM unnest(s.alert_types) t) END,
	    epoch_ms(s.starts_at), epoch_ms(s.ends_at)) ORDER BY s.id), '[]')
  FROM alert_suppressions s
 WHERE s.organization_id = org AND s.ends_at > since AND s.starts_at < until
   AND (s.unit_id = unit OR s.site_id = site
	OR s.unit_id IS NULL AND s.site_id IS NULL);
END;

-- What may still concern it.
CREATE OR REPLACE FUNCTION suppressions_of(org uuid, site uuid, unit uuid)
RETURNS jsonb
LANGUAGE sql STABLE
RETURN suppressions_over(org, site, unit, now(), 'infinity');

-- A suppression that comes, changes or goes is a change of its units' rules,
-- and makes them due.
CALL follow_by_statement('alert_suppressions', 'unit_rules_follow');
