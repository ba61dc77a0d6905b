-- A unit's sensors: what each is, how it was heard last, what is expected of
-- it.

CREATE VIEW unit_sensors WITH (security_invoker = true) AS
SELECT d.organization_id, d.unit_id, d.id AS device_id,
	coalesce(d.name, d.device_eui, d.serial_number) AS name,
	d.device_eui, d.manufacturer, d.model, d.kind,
	d.id = u.primary_device_id AS is_primary,
	coalesce(l.status, 'active') AS lora_status,
	coalesce(l.provisioning_state = 'provisioned', false) AS registered,
	c.uplink_interval_seconds, g.default_interval_seconds,
	t.last_seen_at, t.battery_percent, t.rssi, t.snr
  FROM devices d
  JOIN units u ON u.organization_id = d.organization_id AND u.id = d.unit_id
  LEFT JOIN lora_sensors l ON l.organization_id = d.organization_id
	AND l.device_id = d.id
  LEFT JOIN sensor_configurations c ON c.organization_id = d.organization_id
	AND c.device_id = d.id
  LEFT JOIN sensor_catalog g ON g.manufacturer = d.manufacturer
	AND g.model = d.model
  LEFT JOIN device_state t ON t.organization_id = d.organization_id
	AND t.device_id = d.id
 WHERE d.deleted_at IS NULL;
