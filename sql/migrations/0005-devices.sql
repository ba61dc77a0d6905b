-- Sensors: the catalogue of models, the devices, how each is configured,
-- paired, calibrated and downlinked.
--
-- Why:  devices hold configuration; what every uplink changes is in
--       device_state. DevEUIs are unique over all tenants, so they stand in
--       device_directory, kept by trigger.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

-- How a chemistry empties. Not a tenant's; battery.c holds the curve's
-- arithmetic, this its display thresholds and the life estimate's constants.
CREATE TABLE battery_profiles (
	chemistry	varchar(32) PRIMARY KEY,
	ok_mv		integer NOT NULL,
	warning_mv	integer NOT NULL,
	low_mv		integer NOT NULL,
	critical_mv	integer NOT NULL,
	nominal_mah	integer NOT NULL,
	uah_per_uplink	integer NOT NULL,
	sleep_ua	integer NOT NULL,
	usable_percent	smallint NOT NULL,
	replace_percent	smallint NOT NULL,
	CHECK (ok_mv > warning_mv AND warning_mv > low_mv
	    AND low_mv > critical_mv)
);

CREATE TABLE sensor_catalog (
	manufacturer	varchar(64) NOT NULL,
	model		varchar(64) NOT NULL,
	name		varchar(128) NOT NULL,
	kind		varchar(32) NOT NULL CHECK (kind IN
			('temperature', 'temperature_humidity', 'door',
			 'contact', 'leak', 'motion', 'air_quality', 'other')),
	chemistry	varchar(32) REFERENCES battery_profiles,
	low_battery_mv	integer NOT NULL,
	default_interval_seconds	integer NOT NULL,
	default_f_port	smallint NOT NULL DEFAULT 2
			CHECK (default_f_port BETWEEN 1 AND 223),
	downlink_family	varchar(32),
	PRIMARY KEY (manufacturer, model)
);
COMMENT ON COLUMN sensor_catalog.manufacturer IS
	'as the LoRaWAN device repository spells it, and the model too';
COMMENT ON COLUMN sensor_catalog.chemistry IS
	'null: 3.6 V lithium thionyl chloride, or a device that tells percent';
COMMENT ON COLUMN sensor_catalog.downlink_family IS
	'whose command bytes it understands; null: none known';

CREATE TABLE devices (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	unit_id		uuid,
	attached_at	timestamptz(3),
	hub_id		uuid,
	device_eui	varchar(32)
			CHECK (device_eui = lower(device_eui)),
	ttn_device_id	varchar(36),
	serial_number	varchar(50),
	name		varchar(256),
	device_type	varchar(64),
	status		device_status NOT NULL DEFAULT 'inactive',
	manufacturer	varchar(64),
	model		varchar(64),
	kind		varchar(32) CHECK (kind IN
			('temperature', 'temperature_humidity', 'door',
			 'contact', 'leak', 'motion', 'air_quality', 'other')),
	chemistry	varchar(32) REFERENCES battery_profiles,
	low_battery_mv	integer,
	probe_field	varchar(64),
	firmware_version	varchar(32),
	labels		text[] NOT NULL DEFAULT '{}',
	calibrations	bigint[],
	notes		varchar(1000),
	is_active	boolean NOT NULL DEFAULT true,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	deleted_by	uuid,
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, device_eui),
	UNIQUE (organization_id, ttn_device_id),
	UNIQUE (organization_id, serial_number),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE SET NULL (unit_id),
	FOREIGN KEY (organization_id, hub_id)
		REFERENCES hubs ON DELETE SET NULL (hub_id)
);
COMMENT ON COLUMN devices.device_eui IS
	'lower case; a LoRaWAN DevEUI is 16 hex digits; null: has none';
COMMENT ON COLUMN devices.attached_at IS 'to its unit; null: to none';
COMMENT ON COLUMN devices.device_type IS 'lora, ble, wifi, mqtt, api';
COMMENT ON COLUMN devices.kind IS
	'filled from the catalogue; null: unknown, taken for a temperature''s';
COMMENT ON COLUMN devices.chemistry IS
	'filled from the catalogue; null: 3.0 V empty to 3.6 V full';
COMMENT ON COLUMN devices.low_battery_mv IS
	'filled from the catalogue, else 2500';
COMMENT ON COLUMN devices.probe_field IS
	'which temperature of several is the unit''s; null: the main one';
COMMENT ON COLUMN devices.calibrations IS
	'derived from calibration_records: from, until (epoch milliseconds) and '
	'hundredths of a kelvin, for each that can still matter; null: none';
CREATE INDEX devices_unit_idx ON devices (organization_id, unit_id)
	WHERE unit_id IS NOT NULL;
CREATE INDEX devices_hub_idx ON devices (organization_id, hub_id)
	WHERE hub_id IS NOT NULL;
CALL protect_tenant('devices');

ALTER TABLE units ADD FOREIGN KEY (organization_id, primary_device_id)
	REFERENCES devices ON DELETE SET NULL (primary_device_id);

CREATE TABLE device_directory (
	dev_eui		varchar(32) PRIMARY KEY,
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	device_id	uuid NOT NULL
);
CALL protect_tenant('device_directory');

-- What every uplink changes: no index but the key, so each update stays in
-- its page (HOT). The row is made with the device. No CHECK, as in unit_state.
CREATE TABLE device_state (
	organization_id	uuid NOT NULL,
	device_id	uuid NOT NULL,
	last_seen_at	timestamptz(3),
	last_join_at	timestamptz(3),
	last_f_cnt	bigint,
	gateway_count	smallint,
	rssi		smallint,
	snr		numeric(5,2),
	battery_percent	smallint,
	battery_voltage	numeric(5,3),
	battery_at	timestamptz(3),
	last_session_key_id	varchar(63),
	best_gateway_id	varchar(36),
	doubts		smallint,
	clock_wrong	boolean,
	clock_ahead_ms	bigint,
	clock_since	timestamptz(3),
	value		numeric(7,2),
	value_at	timestamptz(3),
	value_since	timestamptz(3),
	value_count	smallint,
	PRIMARY KEY (organization_id, device_id),
	FOREIGN KEY (organization_id, device_id)
		REFERENCES devices ON DELETE CASCADE
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
COMMENT ON COLUMN device_state.rssi IS 'dBm at the gateway that heard best';
COMMENT ON COLUMN device_state.doubts IS
	'about its newest reading, as in sensor_readings; 0: none';
COMMENT ON COLUMN device_state.clock_ahead_ms IS
	'of the network''s; clock_wrong: that is proved';
COMMENT ON COLUMN device_state.value IS
	'°C before any calibration: the last that was no jump, and since when '
	'it has not moved';
CALL protect_tenant('device_state');

-- How a device is asked for, by what is known of it; and what a message of it
-- changes. Many travel in one argument; instants as epoch milliseconds.
CREATE TYPE device_name AS (
	n		integer,
	device_eui	text,
	ttn_device_id	text,
	device_id	uuid,
	unit_id		uuid
);
CREATE TYPE device_news AS (
	device_id	uuid,
	seen_at		bigint,
	f_cnt		bigint,
	session_key_id	text,
	gateways	smallint,
	rssi		smallint,
	snr		numeric,
	gateway_id	text,
	battery_percent	smallint,
	battery_mv	integer,
	doubts		smallint,
	clock_wrong	boolean,
	clock_ahead_ms	bigint,
	clock_since	bigint,
	value		numeric,
	value_at	bigint,
	value_since	bigint,
	value_count	smallint
);

CREATE TABLE lora_sensors (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	device_id	uuid NOT NULL,
	app_eui		varchar(32),
	dev_eui		varchar(32) NOT NULL CHECK (dev_eui ~ '^[0-9a-f]{16}$'),
	app_key_encrypted	bytea,
	join_eui	varchar(32),
	network_server_id	varchar(128),
	activation_type	varchar(16) NOT NULL DEFAULT 'OTAA'
			CHECK (activation_type IN ('OTAA', 'ABP')),
	status		lora_status NOT NULL DEFAULT 'pending',
	provisioning_state	varchar(32) NOT NULL DEFAULT 'unknown',
	provisioning_error	text,
	last_join_at	timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, device_id),
	UNIQUE (organization_id, dev_eui),
	FOREIGN KEY (organization_id, device_id)
		REFERENCES devices ON DELETE CASCADE
);
CALL protect_tenant('lora_sensors');

-- Credentials of devices that speak to us themselves (MQTT, HTTP).
CREATE TABLE device_tokens (
	token_hash	bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	device_id	uuid NOT NULL,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	expires_at	timestamptz(3),
	revoked_at	timestamptz(3)
);
CREATE INDEX device_tokens_device_idx
	ON device_tokens (organization_id, device_id);
CALL protect_directory('device_tokens', 'fg_ingest');

-- What is added to what a sensor says: for what arrives once the calibration is
-- entered and was measured while it holds. Never changed, only withdrawn.
CREATE TABLE calibration_records (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	device_id	uuid NOT NULL,
	calibrated_at	timestamptz(3) NOT NULL,
	calibrated_by	uuid,
	temperature_offset	numeric(7,2)
			CHECK (abs(temperature_offset) <= 10),
	humidity_offset		numeric(5,2),
	reference_temperature	numeric(7,2),
	certificate	varchar(256),
	certificate_url	text,
	notes		text,
	expires_at	timestamptz(3),
	withdrawn_at	timestamptz(3),
	entered_by	varchar(256),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	CHECK (expires_at > calibrated_at),
	FOREIGN KEY (organization_id, device_id)
		REFERENCES devices ON DELETE CASCADE,
	FOREIGN KEY (organization_id, calibrated_by)
		REFERENCES profiles ON DELETE SET NULL (calibrated_by)
);
COMMENT ON COLUMN calibration_records.calibrated_at IS
	'it holds from here on, and before expires_at; no two of a device overlap';
COMMENT ON COLUMN calibration_records.temperature_offset IS
	'K, added to what the sensor says';
COMMENT ON COLUMN calibration_records.withdrawn_at IS
	'since then it is added to nothing any more';
COMMENT ON COLUMN calibration_records.entered_by IS
	'who has no profile: the operating system''s user';
CREATE INDEX calibration_records_device_idx
	ON calibration_records (organization_id, device_id, calibrated_at);
CREATE INDEX calibration_records_expires_idx
	ON calibration_records (expires_at) WHERE expires_at IS NOT NULL;
CALL protect_tenant('calibration_records');

CREATE TABLE pairing_sessions (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	device_id	uuid,
	status		pairing_status NOT NULL DEFAULT 'pending',
	pairing_code	varchar(16),
	started_at	timestamptz(3) NOT NULL DEFAULT now(),
	completed_at	timestamptz(3),
	expires_at	timestamptz(3) NOT NULL
			DEFAULT now() + interval '1 hour',
	metadata	jsonb,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, device_id)
		REFERENCES devices ON DELETE CASCADE
);
CREATE UNIQUE INDEX pairing_sessions_code_key
	ON pairing_sessions (organization_id, pairing_code)
	WHERE status IN ('pending', 'in_progress');
CALL protect_tenant('pairing_sessions');

-- What a sensor has been told and has confirmed.
CREATE TABLE sensor_configurations (
	organization_id	uuid NOT NULL,
	device_id	uuid NOT NULL,
	uplink_interval_seconds	integer
		CHECK (uplink_interval_seconds BETWEEN 1 AND 16777215),
	ext_mode	smallint,
	alarm_enabled	boolean,
	alarm_low	numeric(7,2),
	alarm_high	numeric(7,2),
	alarm_check_minutes	integer,
	time_sync_enabled	boolean,
	time_sync_days	smallint,
	f_port		smallint NOT NULL DEFAULT 2
			CHECK (f_port BETWEEN 1 AND 223),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, device_id),
	FOREIGN KEY (organization_id, device_id)
		REFERENCES devices ON DELETE CASCADE
);
CALL protect_tenant('sensor_configurations');

-- One downlink each.
CREATE TABLE sensor_pending_changes (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	device_id	uuid NOT NULL,
	command_type	varchar(32) NOT NULL,
	command_params	jsonb NOT NULL,
	payload		bytea NOT NULL CHECK (length(payload) BETWEEN 1 AND 242),
	f_port		smallint NOT NULL CHECK (f_port BETWEEN 1 AND 223),
	status		varchar(16) NOT NULL DEFAULT 'queued' CHECK (status IN
			('queued', 'sent', 'applied', 'failed', 'timeout')),
	requested_by	uuid,
	error		text,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	sent_at		timestamptz(3),
	applied_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, device_id)
		REFERENCES devices ON DELETE CASCADE,
	FOREIGN KEY (organization_id, requested_by)
		REFERENCES profiles ON DELETE SET NULL (requested_by)
);
CREATE INDEX sensor_pending_changes_device_idx
	ON sensor_pending_changes (organization_id, device_id, created_at);
CREATE INDEX sensor_pending_changes_open_idx
	ON sensor_pending_changes (created_at)
	WHERE status IN ('queued', 'sent');
CALL protect_tenant('sensor_pending_changes');
