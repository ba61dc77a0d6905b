-- A unit's sensors: what each is, how it was heard last, what is expected of
-- it, what speaks against it, and the newest calibration that has begun.

CREATE VIEW unit_sensors WITH (security_invoker = true) AS
SELECT d.organization_id, d.unit_id, d.id AS device_id,
	coalesce(d.name, d.device_eui, d.serial_number) AS name,
	d.device_eui, d.manufacturer, d.model, d.kind,
	d.id = u.primary_device_id AS is_primary,
	coalesce(l.status, 'active') AS lora_status,
	coalesce(l.provisioning_state = 'provisioned', false) AS registered,
	c.uplink_interval_seconds, g.default_interval_seconds,
	t.last_seen_at, t.battery_percent, t.rssi, t.snr,
	t.doubts, t.value_since, t.clock_wrong, t.clock_ahead_ms,
	k.temperature_offset, k.certificate, k.calibrated_at, k.expires_at,
	r.temp_unit
  FROM devices d
  JOIN units u ON u.organization_id = d.organization_id AND u.id = d.unit_id
  JOIN unit_rules r ON r.organization_id = d.organization_id
	AND r.unit_id = d.unit_id
  LEFT JOIN lora_sensors l ON l.organization_id = d.organization_id
	AND l.device_id = d.id
  LEFT JOIN sensor_configurations c ON c.organization_id = d.organization_id
	AND c.device_id = d.id
  LEFT JOIN sensor_catalog g ON g.manufacturer = d.manufacturer
	AND g.model = d.model
  LEFT JOIN device_state t ON t.organization_id = d.organization_id
	AND t.device_id = d.id
  LEFT JOIN LATERAL (SELECT * FROM calibration_records
	 WHERE organization_id = d.organization_id AND device_id = d.id
	   AND withdrawn_at IS NULL AND calibrated_at <= now()
	 ORDER BY calibrated_at DESC LIMIT 1) k ON true
 WHERE d.deleted_at IS NULL;
