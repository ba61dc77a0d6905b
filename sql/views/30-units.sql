-- Units as people look at them. Temperatures in °C, times as they are; how old
-- something is and how it is worded is for the reader to say.

-- The page Now: active units; urgency 0 is worst. Order by urgency,
-- status_since, then by name.
CREATE VIEW now_units WITH (security_invoker = true) AS
SELECT u.organization_id, u.id AS unit_id, u.name, u.unit_type,
	r.temp_unit, u.area_id, a.name AS area_name, a.site_id,
	s.name AS site_name, r.timezone, u.sort_order,
	t.status, t.status_since, t.last_checkin_at IS NOT NULL AS seen,
	t.last_temperature, t.temperature_at, t.last_humidity,
	t.last_reading_at, t.last_checkin_at, t.last_manual_log_at,
	t.door_state, t.door_changed_at, t.excursion_since, t.state_version,
	t.trend, ds.battery_percent,
	r.temp_limit_high, r.temp_limit_low, r.checkin_interval_seconds,
	coalesce(l.alerts, 0) AS alerts,
	coalesce(l.unacknowledged, 0) AS unacknowledged,
	l.severity AS alert_severity, l.since AS alert_since,
	CASE WHEN t.status = 'alarm_active' THEN 0
	     WHEN l.severity = 'critical' THEN 1
	     WHEN t.status = 'excursion' THEN 2
	     WHEN t.status = 'manual_required' THEN 3
	     WHEN t.status = 'monitoring_interrupted' THEN 4
	     WHEN l.severity = 'warning' THEN 5
	     WHEN t.status = 'offline' THEN 6
	     WHEN t.status = 'restoring' THEN 7
	     WHEN l.severity = 'info' THEN 8
	     ELSE 9 END AS urgency
  FROM units u
  JOIN unit_state t ON t.organization_id = u.organization_id
	AND t.unit_id = u.id
  JOIN LATERAL (	-- by its key: two tables that have one row for each
			-- unit seem to have few units in common
	SELECT * FROM unit_rules x
	 WHERE x.organization_id = u.organization_id AND x.unit_id = u.id
	   AND x.is_active OFFSET 0) r ON true
  JOIN areas a ON a.organization_id = u.organization_id AND a.id = u.area_id
  JOIN sites s ON s.organization_id = u.organization_id AND s.id = a.site_id
  LEFT JOIN device_state ds ON ds.organization_id = u.organization_id
	AND ds.device_id = u.primary_device_id
  LEFT JOIN (	-- once for all units: few have any
	SELECT organization_id, unit_id, count(*)::integer AS alerts,
		count(*) FILTER (WHERE status <> 'acknowledged')::integer
		    AS unacknowledged,
		max(severity) AS severity, min(triggered_at) AS since
	  FROM alerts
	 WHERE status <> 'resolved'
	 GROUP BY organization_id, unit_id) l
	ON l.organization_id = u.organization_id AND l.unit_id = u.id;

-- One unit, active or not, with its primary sensor.
CREATE VIEW unit_detail WITH (security_invoker = true) AS
SELECT u.organization_id, u.id AS unit_id, u.name, u.unit_type,
	r.temp_unit, u.area_id, a.name AS area_name, a.site_id,
	s.name AS site_name, r.timezone, r.is_active, u.deleted_at, u.notes,
	t.status, t.status_since, t.last_checkin_at IS NOT NULL AS seen,
	t.last_temperature, t.temperature_at, t.last_humidity,
	t.last_reading_at, t.last_checkin_at, t.last_manual_log_at,
	t.door_state, t.door_changed_at, t.excursion_since, t.confirmed,
	t.state_version, t.trend,
	r.temp_limit_high, r.temp_limit_low, r.temp_hysteresis,
	r.checkin_interval_seconds, r.manual_monitoring_required,
	r.manual_logging_enabled, r.manual_interval_minutes, r.has_sensor,
	d.id AS device_id, coalesce(d.name, d.device_eui) AS device_name,
	d.device_eui, ds.battery_percent, ds.battery_voltage, ds.rssi, ds.snr,
	ds.gateway_count, ds.last_seen_at AS device_seen_at,
	(SELECT max(severity) FROM alerts l
	  WHERE l.organization_id = u.organization_id AND l.unit_id = u.id
	    AND l.status <> 'resolved') AS alert_severity
  FROM units u
  JOIN unit_state t ON t.organization_id = u.organization_id
	AND t.unit_id = u.id
  JOIN unit_rules r ON r.organization_id = u.organization_id
	AND r.unit_id = u.id
  JOIN areas a ON a.organization_id = u.organization_id AND a.id = u.area_id
  JOIN sites s ON s.organization_id = u.organization_id AND s.id = a.site_id
  LEFT JOIN devices d ON d.organization_id = u.organization_id
	AND d.id = u.primary_device_id
  LEFT JOIN device_state ds ON ds.organization_id = d.organization_id
	AND ds.device_id = d.id;
