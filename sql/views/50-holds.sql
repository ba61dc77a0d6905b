-- Every hold there is or was, on whatever, for whoever has to know.

CREATE VIEW hold_list WITH (security_invoker = true) AS
SELECT h.id, h.organization_id, o.slug AS organization,
	CASE WHEN h.unit_id IS NOT NULL THEN 'unit'
	     WHEN h.site_id IS NOT NULL THEN 'site'
	     ELSE 'organization' END AS scope,
	coalesce(u.name, s.name, o.name) AS name,
	h.from_at, h.until_at, h.reason, h.placed_by, h.created_at,
	h.expires_at, h.lifted_at, h.lifted_by_name AS lifted_by,
	h.lift_reason
  FROM retention_holds h
  JOIN organizations o ON o.id = h.organization_id
  LEFT JOIN sites s ON s.organization_id = h.organization_id
   AND s.id = h.site_id
  LEFT JOIN units u ON u.organization_id = h.organization_id
   AND u.id = h.unit_id
UNION ALL
SELECT id, NULL, NULL, 'month', translate(right(partition_name, 7), 'm', '-'),
	NULL, NULL, reason, created_by, created_at, expires_at, lifted_at, lifted_by, lift_reason
  FROM partition_retention_overrides;
