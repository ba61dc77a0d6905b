-- Excursions that were found afterwards, with the names that a list shows.

CREATE VIEW excursion_list WITH (security_invoker = true) AS
SELECT e.organization_id, e.id AS excursion_id, e.from_at, e.to_at, e.last_at,
	e.is_high, e.confirmed, e.temp_limit, e.worst, e.mean,
	e.reading_count, e.found_at, e.corrected_at,
	e.unit_id, u.name AS unit_name, r.temp_unit, r.timezone,
	s.name AS site_name, a.name AS area_name
  FROM excursions e
  JOIN units u ON u.organization_id = e.organization_id AND u.id = e.unit_id
  JOIN unit_rules r ON r.organization_id = e.organization_id
	AND r.unit_id = e.unit_id
  JOIN areas a ON a.organization_id = u.organization_id AND a.id = u.area_id
  JOIN sites s ON s.organization_id = a.organization_id AND s.id = a.site_id
 WHERE e.withdrawn_at IS NULL;
