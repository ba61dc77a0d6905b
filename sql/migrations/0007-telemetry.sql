-- What was measured: readings by the month, manual logs, door events, and
-- the sums made of them.
--
-- Why:  one unique btree is at once the access path and the de-duplication
--       of sensor_readings; no foreign key, ingest holds the unit's state row
--       while it writes. Columns stand so that nothing is padded.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

CREATE TABLE sensor_readings (
	organization_id	uuid NOT NULL,
	unit_id		uuid NOT NULL,
	device_id	uuid,
	recorded_at	timestamptz(3) NOT NULL,
	received_at	timestamptz(3) NOT NULL DEFAULT now(),
	f_cnt		integer,
	signal_strength	smallint,
	battery		smallint,
	doubts		smallint,
	source		"char",
	anomaly		boolean NOT NULL DEFAULT false,
	temperature	numeric(7,2) NOT NULL,
	humidity	numeric(5,2),
	door_open	boolean,
	raw_temperature	numeric(7,2),
	raw_payload	bytea
) PARTITION BY RANGE (recorded_at);
COMMENT ON TABLE sensor_readings IS
	'one temperature each; what has none (a door, a join) makes no row';
COMMENT ON COLUMN sensor_readings.f_cnt IS
	'the frame counter''s low 31 bits';
COMMENT ON COLUMN sensor_readings.source IS
	't The Things Network, c ChirpStack, b BLE hub, m MQTT, a API, s simulator, '
	'h a person with a hand-held sensor, f a file of another logger; one '
	'byte, and unchecked, for this is written with every reading';
COMMENT ON COLUMN sensor_readings.signal_strength IS 'dBm, best gateway';
COMMENT ON COLUMN sensor_readings.battery IS 'percent';
COMMENT ON COLUMN sensor_readings.doubts IS
	'what speaks against it: 1 it jumped, 2 it stands still, 4 the sensor''s '
	'clock is wrong and recorded_at corrected; null: nothing';
COMMENT ON COLUMN sensor_readings.anomaly IS
	'outside the limits that were in force';
COMMENT ON COLUMN sensor_readings.raw_temperature IS
	'as the sensor said it, before its calibration; null: the same';
COMMENT ON COLUMN sensor_readings.raw_payload IS
	'the frame as sent, kept only where somebody asked for it';
-- As readings travel in, many in one argument; instants as epoch milliseconds.
CREATE TYPE new_reading AS (
	unit_id		uuid,
	device_id	uuid,
	recorded_at	bigint,
	received_at	bigint,
	f_cnt		integer,
	signal_strength	smallint,
	battery		smallint,
	source		"char",
	anomaly		boolean,
	temperature	numeric,
	humidity	numeric,
	door_open	boolean,
	doubts		smallint,
	raw_temperature	numeric
);
CREATE UNIQUE INDEX sensor_readings_key ON sensor_readings
	(organization_id, unit_id, recorded_at, device_id) NULLS NOT DISTINCT;
CREATE INDEX sensor_readings_recorded_brin ON sensor_readings
	USING brin (recorded_at);
CREATE TABLE sensor_readings_default PARTITION OF sensor_readings DEFAULT;
CALL protect_tenant('sensor_readings');
ALTER TABLE sensor_readings_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensor_readings_default FORCE ROW LEVEL SECURITY;

CREATE POLICY all_tenants ON sensor_readings_default TO fg_owner USING (true);

CREATE TABLE manual_temperature_logs (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	unit_id		uuid NOT NULL,
	profile_id	uuid,
	temperature	numeric(7,2) NOT NULL,
	humidity	numeric(5,2) CHECK (humidity BETWEEN 0 AND 100),
	is_in_range	boolean,
	notes		text,
	photo_url	text,
	recorded_at	timestamptz(3) NOT NULL,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE,
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE SET NULL (profile_id)
);
COMMENT ON COLUMN manual_temperature_logs.id IS
	'made by the client: a log kept offline and sent twice is one row';
COMMENT ON COLUMN manual_temperature_logs.is_in_range IS
	'by the limits in force at recorded_at; null: unknown then';
CREATE INDEX manual_temperature_logs_unit_idx ON manual_temperature_logs
	(organization_id, unit_id, recorded_at);
CREATE INDEX manual_temperature_logs_recorded_idx ON manual_temperature_logs
	(organization_id, recorded_at);
CALL protect_tenant('manual_temperature_logs');

CREATE TABLE door_events (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	unit_id		uuid NOT NULL,
	device_id	uuid,
	state		door_state NOT NULL CHECK (state <> 'unknown'),
	"timestamp"	timestamptz(3) NOT NULL,
	duration_seconds	integer CHECK (duration_seconds >= 0),
	is_initial	boolean NOT NULL DEFAULT false,
	source		"char",
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE,
	FOREIGN KEY (organization_id, device_id)
		REFERENCES devices ON DELETE SET NULL (device_id)
);
COMMENT ON TABLE door_events IS 'changes only, and the first known state';
COMMENT ON COLUMN door_events.duration_seconds IS
	'time spent in the state before; null where is_initial';
CREATE UNIQUE INDEX door_events_unit_key ON door_events
	(organization_id, unit_id, "timestamp", device_id) NULLS NOT DISTINCT;
CALL protect_tenant('door_events');

CREATE TABLE reading_metrics (
	organization_id	uuid NOT NULL,
	unit_id		uuid NOT NULL,
	granularity	varchar(16) NOT NULL CHECK (granularity IN
			('hourly', 'daily', 'weekly', 'monthly')),
	period_start	timestamptz(3) NOT NULL,
	period_end	timestamptz(3) NOT NULL,
	temp_min	numeric(7,2) NOT NULL,
	temp_max	numeric(7,2) NOT NULL,
	temp_avg	numeric(7,2) GENERATED ALWAYS AS
			(CASE WHEN reading_count > 0
			 THEN temp_sum / reading_count
			 ELSE temp_min END) STORED,
	temp_sum	numeric(14,2) NOT NULL,
	humidity_min	numeric(5,2),
	humidity_max	numeric(5,2),
	humidity_avg	numeric(5,2) GENERATED ALWAYS AS
			(CASE WHEN humidity_count > 0
			 THEN humidity_sum / humidity_count END) STORED,
	humidity_sum	numeric(14,2) NOT NULL DEFAULT 0,
	humidity_count	integer NOT NULL DEFAULT 0,
	reading_count	integer NOT NULL DEFAULT 0,
	anomaly_count	integer NOT NULL DEFAULT 0,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, unit_id, granularity, period_start),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
) WITH (fillfactor = 80);
COMMENT ON TABLE reading_metrics IS
	'sums, so that a late reading is one more addition';
CALL protect_tenant('reading_metrics');

-- Late data is replayed through the engine from the newest one before it.
CREATE TABLE ingest_checkpoints (
	organization_id	uuid NOT NULL,
	unit_id		uuid NOT NULL,
	at		timestamptz(3) NOT NULL,
	state		text NOT NULL,
	PRIMARY KEY (organization_id, unit_id, at),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
);
COMMENT ON COLUMN ingest_checkpoints.state IS
	'of a replay, after everything before then; its own text';
CALL protect_tenant('ingest_checkpoints');

CREATE TABLE entity_dashboard_layouts (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	entity_type	varchar(64) NOT NULL
			CHECK (entity_type IN ('site', 'area', 'unit')),
	entity_id	uuid NOT NULL,
	profile_id	uuid NOT NULL,
	slot_number	integer NOT NULL CHECK (slot_number BETWEEN 1 AND 3),
	name		varchar(256) NOT NULL,
	is_user_default	boolean NOT NULL DEFAULT false,
	layout_json	jsonb NOT NULL,
	widget_prefs_json	jsonb NOT NULL DEFAULT '{}',
	timeline_state_json	jsonb,
	layout_version	integer NOT NULL DEFAULT 1,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, profile_id, entity_type, entity_id,
		slot_number),
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE CASCADE
);
CREATE UNIQUE INDEX entity_dashboard_layouts_default_key
	ON entity_dashboard_layouts
	(organization_id, profile_id, entity_type, entity_id)
	WHERE is_user_default;
CALL protect_tenant('entity_dashboard_layouts');
