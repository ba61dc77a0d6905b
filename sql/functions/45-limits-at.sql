-- The rules a unit had at an instant, for what is said about it later: what
-- they are made from today, with every change since then undone. Of several
-- changes of a field the earliest says what it was. Its place in the
-- organization is left out, but for its primary sensor.
CREATE OR REPLACE FUNCTION rules_at(org uuid, unit uuid, at timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
WITH u AS (
	SELECT a.site_id, jsonb_populate_record(NULL::units, to_jsonb(x)
	    || coalesce((
		SELECT jsonb_object_agg(k, h.old_values->k
			ORDER BY h.changed_at DESC)
		  FROM unit_settings_history h,
			jsonb_object_keys(h.old_values) k
		 WHERE h.organization_id = org AND h.unit_id = unit
		   AND h.changed_at > at), '{}')) AS was
	  FROM units x
	  JOIN areas a ON a.organization_id = org AND a.id = x.area_id
	 WHERE x.organization_id = org AND x.id = unit),
changed AS (
	SELECT h.alert_rule_id AS id, jsonb_object_agg(k, h.old_values->k
		ORDER BY h.changed_at DESC) AS fields
	  FROM alert_rules_history h,
		jsonb_object_keys(h.old_values || h.new_values) k
	 WHERE h.organization_id = org AND h.changed_at > at
	 GROUP BY h.alert_rule_id),
rules AS (
	SELECT jsonb_populate_record(NULL::alert_rules,
	    coalesce(to_jsonb(n), '{}') || coalesce(c.fields, '{}')) AS was
	  FROM (SELECT * FROM alert_rules WHERE organization_id = org) n
	  FULL JOIN changed c USING (id)),
layers AS (
	SELECT 0 AS level, built_in_rules((was).unit_type) AS fields FROM u
	UNION ALL
	SELECT 3, rules_of(was) FROM u
	UNION ALL
	SELECT CASE WHEN (r.was).unit_id IS NOT NULL THEN 4
		WHEN (r.was).site_id IS NOT NULL THEN 2 ELSE 1 END,
	    rules_of(r.was)
	  FROM rules r JOIN u ON (r.was).unit_id = unit
		OR (r.was).unit_id IS NULL
		AND coalesce((r.was).site_id, u.site_id) = u.site_id)
SELECT jsonb_object_agg(e.key, e.value ORDER BY l.level)
	|| (SELECT jsonb_build_object('primary_device_id',
		(was).primary_device_id) FROM u)
  FROM layers l, jsonb_each(l.fields) e
$$;

CREATE OR REPLACE FUNCTION limits_at(org uuid, unit uuid, at timestamptz,
    OUT low numeric, OUT high numeric)
LANGUAGE sql STABLE AS $$
	SELECT (r->>'temp_limit_low')::numeric,
		(r->>'temp_limit_high')::numeric
	  FROM rules_at(org, unit, at) r
$$;
