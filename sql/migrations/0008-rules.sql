-- Rules, what they come to for each unit, and the state that is judged by
-- them.
--
-- Why:  rules inherit unit > site > organization > built-in, field by field,
--       so every rule column is nullable and none has a default. unit_rules
--       keeps the outcome, because ingest asks for it with every reading;
--       triggers (functions/unit_rules.sql) keep it.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

CREATE DOMAIN rule_count AS integer CHECK (VALUE BETWEEN 0 AND 1000);
CREATE DOMAIN rule_minutes AS integer CHECK (VALUE BETWEEN 0 AND 44640);
CREATE DOMAIN rule_celsius AS numeric(7,2)
	CHECK (VALUE BETWEEN -273.15 AND 1000);

CREATE TABLE alert_rules (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	site_id		uuid,
	unit_id		uuid,
	name		varchar(256) NOT NULL,
	temp_min	rule_celsius,
	temp_max	rule_celsius,
	delay_minutes				rule_minutes,
	manual_interval_minutes			rule_minutes
		CHECK (manual_interval_minutes > 0),
	manual_grace_minutes			rule_minutes,
	expected_reading_interval_seconds	integer CHECK
		(expected_reading_interval_seconds BETWEEN 10 AND 604800),
	offline_trigger_multiplier		numeric(4,2) CHECK
		(offline_trigger_multiplier >= 1),
	offline_trigger_additional_minutes	rule_minutes,
	offline_warning_missed_checkins		rule_count,
	offline_critical_missed_checkins	rule_count
		CHECK (offline_critical_missed_checkins > 0),
	manual_log_missed_checkins_threshold	rule_count
		CHECK (manual_log_missed_checkins_threshold > 0),
	door_open_warning_minutes		rule_minutes,
	door_open_critical_minutes		rule_minutes,
	door_open_max_mask_minutes_per_day	rule_minutes,
	excursion_confirm_minutes_door_closed	rule_minutes,
	excursion_confirm_minutes_door_open	rule_minutes,
	max_excursion_minutes			rule_minutes,
	alert_type	alert_type,
	severity	alert_severity,
	schedule	jsonb CHECK (jsonb_typeof(schedule) = 'object'),
	is_enabled	boolean NOT NULL DEFAULT true,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	CHECK (num_nonnulls(site_id, unit_id) <= 1),
	CHECK (temp_min < temp_max),
	FOREIGN KEY (organization_id, site_id)
		REFERENCES sites ON DELETE CASCADE,
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
);
COMMENT ON TABLE alert_rules IS
	'one row per organization, site or unit; null inherits, 0 is a value';
COMMENT ON COLUMN alert_rules.schedule IS
	'{"days": [0-6], "startHour": h, "endHour": h}';
CREATE UNIQUE INDEX alert_rules_scope_key ON alert_rules
	(organization_id, site_id, unit_id) NULLS NOT DISTINCT;
CREATE INDEX alert_rules_unit_idx ON alert_rules (organization_id, unit_id)
	WHERE unit_id IS NOT NULL;
CALL protect_tenant('alert_rules');

-- Kept by trigger; outlives the rule, hence no foreign key to it.
CREATE TABLE alert_rules_history (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	alert_rule_id	uuid NOT NULL,
	changed_by	uuid,
	change_type	varchar(32) NOT NULL
			CHECK (change_type IN ('created', 'updated', 'deleted')),
	old_values	jsonb,
	new_values	jsonb,
	note		text,
	changed_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id)
);
COMMENT ON TABLE alert_rules_history IS 'the changed fields only';
CREATE INDEX alert_rules_history_rule_idx ON alert_rules_history
	(organization_id, alert_rule_id, changed_at);
CALL protect_tenant('alert_rules_history');

-- One row per unit: everything about it that its readings are judged by, and
-- where it stands. Column by column struct engine_rules.
CREATE TABLE unit_rules (
	organization_id	uuid NOT NULL,
	unit_id		uuid NOT NULL,
	site_id		uuid NOT NULL,
	area_id		uuid NOT NULL,
	created_at	timestamptz(3) NOT NULL,
	timezone	varchar(100) NOT NULL,
	temp_unit	temp_unit NOT NULL,
	unit_type	unit_type NOT NULL,
	is_active	boolean NOT NULL,
	has_sensor	boolean NOT NULL,
	suppressions	jsonb NOT NULL,
	primary_device_id			uuid,
	temp_limit_high				numeric(7,2) NOT NULL,
	temp_limit_low				numeric(7,2),
	temp_hysteresis				numeric(7,2) NOT NULL,
	checkin_interval_seconds		integer NOT NULL,
	expected_reading_interval_seconds	integer NOT NULL,
	offline_trigger_multiplier		numeric(4,2) NOT NULL,
	offline_trigger_additional_minutes	integer NOT NULL,
	offline_warning_missed_checkins		integer NOT NULL,
	offline_critical_missed_checkins	integer NOT NULL,
	manual_log_missed_checkins_threshold	integer NOT NULL,
	manual_interval_minutes			integer NOT NULL,
	manual_grace_minutes			integer NOT NULL,
	manual_monitoring_required		boolean NOT NULL,
	manual_logging_enabled			boolean NOT NULL,
	excursion_confirm_minutes_door_closed	integer NOT NULL,
	excursion_confirm_minutes_door_open	integer NOT NULL,
	max_excursion_minutes			integer NOT NULL,
	door_open_grace_minutes			integer NOT NULL,
	door_open_warning_minutes		integer NOT NULL,
	door_open_critical_minutes		integer NOT NULL,
	door_open_max_mask_minutes_per_day	integer NOT NULL,
	PRIMARY KEY (organization_id, unit_id),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
);
COMMENT ON TABLE unit_rules IS
	'derived; view computed_unit_rules says what it must hold';
COMMENT ON COLUMN unit_rules.created_at IS 'of the unit';
COMMENT ON COLUMN unit_rules.timezone IS
	'the site''s: its midnight resets the door mask';
COMMENT ON COLUMN unit_rules.temp_unit IS
	'how people see it: the unit''s own, else the organization''s';
COMMENT ON COLUMN unit_rules.is_active IS
	'unit, area and site are, and none is deleted';
COMMENT ON COLUMN unit_rules.suppressions IS
	'[[bit per alert type, from, until], ...] in epoch milliseconds; '
	'whoever reads them looks at the time';
COMMENT ON COLUMN unit_rules.has_sensor IS
	'an active temperature sensor is attached';
CALL protect_tenant('unit_rules');

-- What readings and time change: struct engine_state, column by column. The
-- only index besides the key is on due_at, which a reading rarely moves, so
-- that updates stay in their page (HOT). The row is made with the unit. No
-- CHECK: PostgreSQL reads the text of each anew for every reading stored.
CREATE TABLE unit_state (
	organization_id		uuid NOT NULL,
	unit_id			uuid NOT NULL,
	due_at			timestamptz(3) DEFAULT now(),
	status_since		timestamptz(3) NOT NULL DEFAULT now(),
	decided_at		timestamptz(3),
	last_checkin_at		timestamptz(3),
	last_reading_at		timestamptz(3),
	last_manual_log_at	timestamptz(3),
	temperature_at		timestamptz(3),
	in_range_at		timestamptz(3),
	left_range_at		timestamptz(3),
	excursion_since		timestamptz(3),
	door_seen_at		timestamptz(3),
	door_changed_at		timestamptz(3),
	door_mask_day		timestamptz(3),
	state_version		bigint NOT NULL DEFAULT 0,
	door_mask_ms		integer NOT NULL DEFAULT 0,
	withheld		integer NOT NULL DEFAULT 0,
	status			unit_status NOT NULL DEFAULT 'offline',
	door_state		door_state NOT NULL DEFAULT 'unknown',
	good_readings		smallint NOT NULL DEFAULT 0,
	confirmed		boolean NOT NULL DEFAULT false,
	last_temperature	numeric(7,2),
	last_humidity		numeric(5,2),
	window_at		bigint[] NOT NULL DEFAULT '{}',
	window_temperature	integer[] NOT NULL DEFAULT '{}',
	open_alerts		text NOT NULL DEFAULT '[]',
	trend			text NOT NULL DEFAULT '',
	PRIMARY KEY (organization_id, unit_id),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
COMMENT ON COLUMN unit_state.due_at IS
	'time alone changes nothing before; later only by the sweep';
COMMENT ON COLUMN unit_state.decided_at IS
	'newest effect: a clock set back undoes nothing';
COMMENT ON COLUMN unit_state.last_checkin_at IS
	'newest message of any sensor; null: never seen';
COMMENT ON COLUMN unit_state.last_reading_at IS
	'newest temperature of the primary sensor';
COMMENT ON COLUMN unit_state.last_temperature IS
	'°C: what the unit is judged by, taken at temperature_at';
COMMENT ON COLUMN unit_state.left_range_at IS 'null: in range';
COMMENT ON COLUMN unit_state.excursion_since IS
	'null: none, or masked by the open door';
COMMENT ON COLUMN unit_state.door_mask_day IS
	'the site''s midnight from which door_mask_ms counts';
COMMENT ON COLUMN unit_state.withheld IS
	'bit n: the alert of the n-th type that a suppression kept quiet';
COMMENT ON COLUMN unit_state.state_version IS 'one more with every write';
COMMENT ON COLUMN unit_state.window_at IS
	'latest readings out of range, oldest first: epoch milliseconds';
COMMENT ON COLUMN unit_state.window_temperature IS
	'their temperatures in hundredths of a degree Celsius';
COMMENT ON COLUMN unit_state.open_alerts IS
	'[[id, type, severity, device, acknowledged, since], ...]: what the '
	'engine knows of the rows of alerts that are not resolved';
COMMENT ON COLUMN unit_state.trend IS
	'one temperature an hour of the last day, for the wall: trend.h';
CREATE INDEX unit_state_due_idx ON unit_state (due_at);
CALL protect_tenant('unit_state');

-- A unit's next state, as the engine hands it over: many travel in one
-- argument; instants as epoch milliseconds.
CREATE TYPE unit_step AS (
	unit_id			uuid,
	status			unit_status,
	door_state		door_state,
	last_temperature	numeric,
	confirmed		boolean,
	good_readings		smallint,
	door_mask_ms		integer,
	withheld		integer,
	window_at		bigint[],
	window_temperature	integer[],
	trend			text,
	due_at			bigint,
	status_since		bigint,
	last_checkin_at		bigint,
	last_reading_at		bigint,
	last_manual_log_at	bigint,
	temperature_at		bigint,
	in_range_at		bigint,
	left_range_at		bigint,
	excursion_since		bigint,
	door_seen_at		bigint,
	door_changed_at		bigint,
	door_mask_day		bigint,
	decided_at		bigint,
	last_humidity		numeric,
	open_alerts		text
);
