-- Where things stand: sites, areas, units, and the hubs and gateways that
-- listen there.
--
-- Why:  units hold configuration only; what a reading changes is in
--       unit_state (0008), so that configuration is never locked by ingest.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

CREATE TABLE sites (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	name		varchar(256) NOT NULL,
	address		text,
	city		varchar(128),
	state		varchar(64),
	postal_code	varchar(20),
	country		varchar(64),
	timezone	varchar(100) NOT NULL DEFAULT 'UTC',
	compliance_mode	compliance_mode,
	manual_log_cadence_seconds	integer
		CHECK (manual_log_cadence_seconds > 0),
	corrective_action_required	boolean NOT NULL DEFAULT false,
	latitude	numeric(9,6) CHECK (latitude BETWEEN -90 AND 90),
	longitude	numeric(9,6) CHECK (longitude BETWEEN -180 AND 180),
	is_active	boolean NOT NULL DEFAULT true,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	deleted_by	uuid,
	PRIMARY KEY (organization_id, id)
);
COMMENT ON COLUMN sites.compliance_mode IS 'null: the organization''s';
CREATE UNIQUE INDEX sites_name_key ON sites (organization_id, lower(name))
	WHERE deleted_at IS NULL;
CALL protect_tenant('sites');

CREATE TABLE areas (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	site_id		uuid NOT NULL,
	name		varchar(256) NOT NULL,
	description	text,
	sort_order	integer NOT NULL DEFAULT 0,
	is_active	boolean NOT NULL DEFAULT true,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	deleted_by	uuid,
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, site_id)
		REFERENCES sites ON DELETE CASCADE
);
CREATE INDEX areas_site_idx ON areas (organization_id, site_id, sort_order);
CREATE UNIQUE INDEX areas_name_key
	ON areas (organization_id, site_id, lower(name))
	WHERE deleted_at IS NULL;
CALL protect_tenant('areas');

CREATE TABLE units (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	area_id		uuid NOT NULL,
	name		varchar(256) NOT NULL,
	unit_type	unit_type NOT NULL,
	temp_limit_high	numeric(7,2),
	temp_limit_low	numeric(7,2),
	temp_hysteresis	numeric(7,2) NOT NULL DEFAULT 0.56
		CHECK (temp_hysteresis BETWEEN 0 AND 10),
	temp_unit	temp_unit,
	checkin_interval_seconds	integer NOT NULL DEFAULT 300
		CHECK (checkin_interval_seconds BETWEEN 10 AND 604800),
	door_open_grace_minutes		integer NOT NULL DEFAULT 20
		CHECK (door_open_grace_minutes BETWEEN 0 AND 1440),
	manual_monitoring_required	boolean NOT NULL DEFAULT false,
	manual_monitoring_interval	integer
		CHECK (manual_monitoring_interval > 0),
	manual_logging_enabled		boolean NOT NULL DEFAULT true,
	primary_device_id	uuid,
	make		varchar(100),
	model		varchar(100),
	serial_number	varchar(100),
	notes		text,
	sort_order	integer NOT NULL DEFAULT 0,
	is_active	boolean NOT NULL DEFAULT true,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	deleted_by	uuid,
	PRIMARY KEY (organization_id, id),
	CHECK (temp_limit_low < temp_limit_high),
	FOREIGN KEY (organization_id, area_id)
		REFERENCES areas ON DELETE CASCADE
);
COMMENT ON COLUMN units.temp_limit_high IS
	'°C, in range itself; null when created becomes the unit type''s; '
	'null later: the rule of the site or organization, else the type''s';
COMMENT ON COLUMN units.temp_limit_low IS
	'°C; as above, but null later and without a rule means no low limit';
COMMENT ON COLUMN units.temp_hysteresis IS 'K; 0.56 is one degree F';
COMMENT ON COLUMN units.temp_unit IS 'null: the organization''s';
COMMENT ON COLUMN units.manual_monitoring_interval IS 'minutes';
COMMENT ON COLUMN units.primary_device_id IS
	'whose temperature is the unit''s; the first one attached';
CREATE INDEX units_area_idx ON units (organization_id, area_id, sort_order);
CREATE UNIQUE INDEX units_name_key
	ON units (organization_id, area_id, lower(name))
	WHERE deleted_at IS NULL;
CALL protect_tenant('units');

-- Who changed a unit's settings, from what to what. Kept by trigger.
CREATE TABLE unit_settings_history (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	unit_id		uuid NOT NULL,
	changed_by	uuid,
	old_values	jsonb NOT NULL,
	new_values	jsonb NOT NULL,
	note		text,
	changed_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
);
COMMENT ON TABLE unit_settings_history IS 'the changed fields only';
CREATE INDEX unit_settings_history_unit_idx ON unit_settings_history
	(organization_id, unit_id, changed_at);
CALL protect_tenant('unit_settings_history');

-- Notes that people pin to a unit's timeline: shift handoff, repairs.
CREATE TABLE annotations (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	unit_id		uuid NOT NULL,
	profile_id	uuid,
	body		varchar(2000) NOT NULL,
	at		timestamptz(3) NOT NULL DEFAULT now(),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE,
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE SET NULL (profile_id)
);
CREATE INDEX annotations_unit_idx
	ON annotations (organization_id, unit_id, at);
CALL protect_tenant('annotations');

CREATE TABLE hubs (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	site_id		uuid NOT NULL,
	name		varchar(256) NOT NULL,
	mac_address	varchar(17) CHECK (
			mac_address ~ '^([0-9A-F]{2}:){5}[0-9A-F]{2}$'),
	firmware_version	varchar(32),
	last_seen_at	timestamptz(3),
	is_online	boolean NOT NULL DEFAULT false,
	is_active	boolean NOT NULL DEFAULT true,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, mac_address),
	FOREIGN KEY (organization_id, site_id)
		REFERENCES sites ON DELETE CASCADE
);
CREATE INDEX hubs_site_idx ON hubs (organization_id, site_id);
CALL protect_tenant('hubs');

CREATE TABLE gateways (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	ttn_connection_id	uuid NOT NULL,
	site_id		uuid,
	gateway_id	varchar(36) NOT NULL,
	gateway_eui	varchar(16) NOT NULL
			CHECK (gateway_eui ~ '^[0-9a-f]{16}$'),
	name		varchar(256),
	description	text,
	frequency_plan_id	varchar(64),
	status		gateway_status NOT NULL DEFAULT 'unknown',
	provisioning_state	varchar(32) NOT NULL DEFAULT 'unknown',
	provisioning_error	text,
	signal_quality	jsonb,
	latitude	numeric(9,6) CHECK (latitude BETWEEN -90 AND 90),
	longitude	numeric(9,6) CHECK (longitude BETWEEN -180 AND 180),
	altitude	integer,
	last_seen_at	timestamptz(3),
	is_active	boolean NOT NULL DEFAULT true,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, gateway_id),
	FOREIGN KEY (organization_id, ttn_connection_id)
		REFERENCES ttn_connections ON DELETE CASCADE,
	FOREIGN KEY (organization_id, site_id)
		REFERENCES sites ON DELETE SET NULL (site_id)
);
CREATE INDEX gateways_connection_idx
	ON gateways (organization_id, ttn_connection_id);
CREATE INDEX gateways_site_idx ON gateways (organization_id, site_id)
	WHERE site_id IS NOT NULL;
CALL protect_tenant('gateways');

-- One organization per gateway: a global unique, so a table of its own.
-- Kept by trigger.
CREATE TABLE gateway_directory (
	gateway_eui	varchar(16) PRIMARY KEY,
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	gateway_id	uuid NOT NULL
);
CALL protect_tenant('gateway_directory');
