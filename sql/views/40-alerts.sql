-- Alerts with the names that a list shows.

CREATE VIEW alert_list WITH (security_invoker = true) AS
SELECT l.organization_id, l.id AS alert_id, l.alert_type, l.severity,
	l.status, l.title, l.message, l.triggered_at, l.first_active_at,
	l.trigger_temperature, l.threshold_violated, l.temp_limit,
	l.acknowledged_at, l.acknowledged_by,
	coalesce(ack.full_name, ack.email) AS acknowledged_by_name,
	l.acknowledgment_notes,
	l.resolved_at, l.resolved_by,
	coalesce(res.full_name, res.email) AS resolved_by_name,
	l.resolution_type, l.resolution_notes,
	l.escalation_level, l.escalated_at, l.escalation_exhausted,
	l.last_notified_at, l.correlated_with_alert_id, l.metadata,
	l.device_id, coalesce(d.name, d.device_eui) AS device_name,
	l.unit_id, u.name AS unit_name, u.unit_type,
	r.temp_unit,
	l.area_id, a.name AS area_name, l.site_id, s.name AS site_name,
	s.timezone
  FROM alerts l
  JOIN units u ON u.organization_id = l.organization_id AND u.id = l.unit_id
  JOIN unit_rules r ON r.organization_id = l.organization_id
	AND r.unit_id = l.unit_id
  LEFT JOIN areas a ON a.organization_id = l.organization_id
	AND a.id = l.area_id
  LEFT JOIN sites s ON s.organization_id = l.organization_id
	AND s.id = l.site_id
  LEFT JOIN devices d ON d.organization_id = l.organization_id
	AND d.id = l.device_id
  LEFT JOIN profiles ack ON ack.organization_id = l.organization_id
	AND ack.id = l.acknowledged_by
  LEFT JOIN profiles res ON res.organization_id = l.organization_id
	AND res.id = l.resolved_by;
