-- The rules of a unit over a period: those at its beginning (from_at is null),
-- and each time that they changed, or that a suppression began or ended.
CREATE OR REPLACE FUNCTION rules_over(org uuid, unit uuid, since timestamptz,
    until timestamptz)
RETURNS TABLE (from_at timestamptz, rules unit_rules)
LANGUAGE sql STABLE AS $$
WITH now AS (
	SELECT r AS rules, suppressions_over(org, r.site_id, unit, since,
		until) AS quiet
	  FROM unit_rules r WHERE organization_id = org AND unit_id = unit),
moments AS (
	SELECT changed_at AS at FROM unit_settings_history
	 WHERE organization_id = org AND unit_id = unit
	UNION SELECT h.changed_at
	  FROM now, alert_rules_history h
	  LEFT JOIN alert_rules a ON a.organization_id = org
		AND a.id = h.alert_rule_id
	  LEFT JOIN alert_rules_history d ON d.organization_id = org
		AND d.alert_rule_id = h.alert_rule_id
		AND d.change_type = 'deleted'
	 WHERE h.organization_id = org
	   AND coalesce(a.unit_id, (d.old_values->>'unit_id')::uuid, unit)
		= unit
	   AND coalesce(a.site_id, (d.old_values->>'site_id')::uuid,
		(rules).site_id) = (rules).site_id
	UNION SELECT from_epoch_ms(q.at::bigint)
	  FROM now, jsonb_array_elements(quiet) s,
		jsonb_array_elements_text(s - 0) q(at))
SELECT m.at, p
  FROM now
 CROSS JOIN (SELECT at FROM moments WHERE at >= since AND at < until
	UNION ALL SELECT NULL) m
 CROSS JOIN LATERAL jsonb_populate_record(rules, rules_at(org, unit,
	coalesce(m.at, since)) || jsonb_build_object('suppressions', quiet)) p
 ORDER BY m.at NULLS FIRST
$$;
