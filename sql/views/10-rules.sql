-- Where a unit's rules come from, and what they come to.

CREATE VIEW unit_rule_layers WITH (security_invoker = true) AS
SELECT u.organization_id, u.id AS unit_id,
	built_in_rules(u.unit_type) AS at_default,
	coalesce(rules_of(ro), '{}') AS at_organization,
	rules_of(s) || coalesce(rules_of(rs), '{}') AS at_site,
	rules_of(u) || coalesce(rules_of(ru), '{}') AS at_unit,
	jsonb_build_object(
	    'organization_id', u.organization_id, 'unit_id', u.id,
	    'site_id', s.id, 'area_id', a.id,
	    'created_at', u.created_at, 'timezone', s.timezone,
	    'temp_unit', coalesce(u.temp_unit, o.temp_unit),
	    'unit_type', u.unit_type,
	    'suppressions', suppressions_of(u.organization_id, s.id, u.id),
	    'primary_device_id', u.primary_device_id,
	    'is_active', u.is_active AND a.is_active AND s.is_active
		AND coalesce(u.deleted_at, a.deleted_at, s.deleted_at) IS NULL,
	    'has_sensor', EXISTS (SELECT FROM devices d
		WHERE d.organization_id = u.organization_id
		  AND d.unit_id = u.id AND d.is_active
		  AND d.deleted_at IS NULL AND measures_temperature(d.kind))
	) AS place
  FROM units u
  JOIN areas a ON a.organization_id = u.organization_id AND a.id = u.area_id
  JOIN sites s ON s.organization_id = u.organization_id AND s.id = a.site_id
  JOIN organizations o ON o.id = u.organization_id
  LEFT JOIN alert_rules ru
	ON ru.organization_id = u.organization_id AND ru.unit_id = u.id
  LEFT JOIN alert_rules rs
	ON rs.organization_id = u.organization_id AND rs.site_id = s.id
  LEFT JOIN alert_rules ro
	ON ro.organization_id = u.organization_id
	AND ro.site_id IS NULL AND ro.unit_id IS NULL;

CREATE VIEW computed_unit_rules WITH (security_invoker = true) AS
SELECT r.*
  FROM unit_rule_layers l
 CROSS JOIN LATERAL jsonb_populate_record(NULL::unit_rules, l.at_default
	|| l.at_organization || l.at_site || l.at_unit || l.place) r;

-- The effective-rules page: one row per unit and field. OFFSET 0: the layers are
-- made once for each unit, not for each field.
CREATE VIEW unit_rule_sources WITH (security_invoker = true) AS
SELECT l.organization_id, l.unit_id, f.field,
	j.at_default->>f.field AS at_default,
	j.at_organization->>f.field AS at_organization,
	j.at_site->>f.field AS at_site,
	j.at_unit->>f.field AS at_unit,
	j.rules->>f.field AS value,
	CASE WHEN j.at_unit ? f.field THEN 'unit'
	     WHEN j.at_site ? f.field THEN 'site'
	     WHEN j.at_organization ? f.field THEN 'organization'
	     ELSE 'default' END AS source
  FROM unit_rule_layers l
 CROSS JOIN LATERAL (SELECT l.at_default, l.at_organization, l.at_site,
	l.at_unit,
	l.at_default || l.at_organization || l.at_site || l.at_unit AS rules
	OFFSET 0) j
 CROSS JOIN LATERAL jsonb_object_keys(j.at_default) AS f(field);
