-- Alerts, their timeline, what was done about them, and when not to alert.
--
-- Why:  at most one open alert per unit, type and sensor, whoever writes; the
--       partial unique index is also how the open ones of a unit or of an
--       organization are found.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

CREATE TABLE alerts (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	unit_id		uuid NOT NULL,
	site_id		uuid NOT NULL,
	area_id		uuid NOT NULL,
	device_id	uuid,
	alert_rule_id	uuid,
	alert_type	alert_type NOT NULL,
	severity	alert_severity NOT NULL,
	status		alert_status NOT NULL DEFAULT 'active',
	title		text,
	message		text,
	trigger_temperature	numeric(7,2),
	threshold_violated	varchar(16)
		CHECK (threshold_violated IN ('min', 'max')),
	temp_limit	numeric(7,2),
	source		varchar(16) NOT NULL DEFAULT 'sensor'
			CHECK (source IN ('sensor', 'system', 'manual')),
	first_active_at	timestamptz(3) NOT NULL DEFAULT now(),
	triggered_at	timestamptz(3) NOT NULL DEFAULT now(),
	acknowledged_at	timestamptz(3),
	acknowledged_by	uuid,
	acknowledgment_notes	text,
	resolved_at	timestamptz(3),
	resolved_by	uuid,
	resolution_type	resolution_type,
	resolution_notes	text,
	escalated_at	timestamptz(3),
	escalation_level	integer NOT NULL DEFAULT 0,
	escalation_exhausted	boolean NOT NULL DEFAULT false,
	next_escalation_at	timestamptz(3),
	last_notified_at	timestamptz(3),
	last_notified_reason	varchar(64),
	ack_required	boolean NOT NULL DEFAULT false,
	correlated_with_alert_id	uuid,
	metadata	jsonb NOT NULL DEFAULT '{}',
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
	CHECK ((status = 'resolved') = (resolution_type IS NOT NULL)),
	CHECK (status <> 'acknowledged' OR acknowledged_at IS NOT NULL),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE,
	FOREIGN KEY (organization_id, device_id)
		REFERENCES devices ON DELETE SET NULL (device_id),
	FOREIGN KEY (organization_id, alert_rule_id)
		REFERENCES alert_rules ON DELETE SET NULL (alert_rule_id),
	FOREIGN KEY (organization_id, acknowledged_by) REFERENCES profiles,
	FOREIGN KEY (organization_id, resolved_by) REFERENCES profiles,
	FOREIGN KEY (organization_id, correlated_with_alert_id)
		REFERENCES alerts ON DELETE SET NULL (correlated_with_alert_id)
);
COMMENT ON COLUMN alerts.site_id IS
	'where the unit stood when it was triggered, as is area_id';
COMMENT ON COLUMN alerts.device_id IS 'null: of the unit itself';
COMMENT ON COLUMN alerts.escalation_exhausted IS
	'every step has been taken; it stays open and keeps being told';
COMMENT ON COLUMN alerts.metadata IS
	'what was known: reason, duration_s, missed, battery_percent, door';
CREATE UNIQUE INDEX alerts_open_key ON alerts (organization_id, unit_id,
	alert_type, coalesce(device_id, '00000000-0000-0000-0000-000000000000'))
	WHERE status <> 'resolved';
CREATE INDEX alerts_triggered_idx ON alerts (organization_id, triggered_at);
CREATE INDEX alerts_unit_idx
	ON alerts (organization_id, unit_id, triggered_at);
CREATE INDEX alerts_escalation_idx ON alerts (next_escalation_at)
	WHERE next_escalation_at IS NOT NULL AND status <> 'resolved';
CREATE INDEX alerts_correlated_idx
	ON alerts (organization_id, correlated_with_alert_id)
	WHERE correlated_with_alert_id IS NOT NULL;
CALL protect_tenant('alerts');

-- The timeline of one alert. Appended to, never changed.
CREATE TABLE alert_events (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	alert_id	uuid NOT NULL,
	event_type	varchar(32) NOT NULL CHECK (event_type IN
			('created', 'confirmed', 'severity_escalated',
			 'notification_sent', 'notification_failed',
			 'escalation_triggered', 'escalation_exhausted',
			 'acknowledged', 'snoozed', 'snooze_expired',
			 'suppressed', 'resolved_auto', 'resolved_manual',
			 'reopened', 'corrective_action_logged',
			 'correlated', 'note_added')),
	actor_type	varchar(16) NOT NULL CHECK (actor_type IN
			('system', 'user', 'api', 'job')),
	actor_id	uuid,
	note		text,
	data		jsonb,
	at		timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, alert_id)
		REFERENCES alerts ON DELETE CASCADE,
	FOREIGN KEY (organization_id, actor_id) REFERENCES profiles
);
CREATE INDEX alert_events_alert_idx
	ON alert_events (organization_id, alert_id, at);
-- As lines of timelines travel in; instants as epoch milliseconds.
CREATE TYPE new_alert_event AS (
	id		uuid,
	alert_id	uuid,
	event_type	text,
	actor_id	uuid,
	note		text,
	data		jsonb,
	at		bigint
);
CALL protect_tenant('alert_events');

CREATE TABLE corrective_actions (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	alert_id	uuid,
	manual_log_id	uuid,
	unit_id		uuid NOT NULL,
	profile_id	uuid,
	description	varchar(2000) NOT NULL,
	action_taken	varchar(2000),
	root_cause	varchar(2000),
	preventive_measures	varchar(2000),
	photo_url	text,
	resolved_alert	boolean NOT NULL DEFAULT false,
	action_at	timestamptz(3) NOT NULL DEFAULT now(),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	CHECK (num_nonnulls(alert_id, manual_log_id) >= 1),
	FOREIGN KEY (organization_id, alert_id)
		REFERENCES alerts ON DELETE CASCADE,
	FOREIGN KEY (organization_id, manual_log_id)
		REFERENCES manual_temperature_logs ON DELETE CASCADE,
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE,
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE SET NULL (profile_id)
);
COMMENT ON TABLE corrective_actions IS
	'what was done about an alert, or about a manual log out of range';
CREATE INDEX corrective_actions_alert_idx
	ON corrective_actions (organization_id, alert_id)
	WHERE alert_id IS NOT NULL;
CREATE INDEX corrective_actions_log_idx
	ON corrective_actions (organization_id, manual_log_id)
	WHERE manual_log_id IS NOT NULL;
CREATE INDEX corrective_actions_unit_idx
	ON corrective_actions (organization_id, unit_id, action_at);
CALL protect_tenant('corrective_actions');

CREATE TABLE alert_suppressions (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	site_id		uuid,
	unit_id		uuid,
	alert_id	uuid,
	alert_types	alert_type[] NOT NULL DEFAULT '{}',
	reason		varchar(16) NOT NULL CHECK (reason IN
			('maintenance', 'defrost', 'relocation', 'snooze',
			 'other')),
	note		text,
	starts_at	timestamptz(3) NOT NULL DEFAULT now(),
	ends_at		timestamptz(3) NOT NULL,
	created_by	uuid,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	CHECK (starts_at <= ends_at),
	CHECK (num_nonnulls(site_id, unit_id) <= 1),
	FOREIGN KEY (organization_id, site_id)
		REFERENCES sites ON DELETE CASCADE,
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE,
	FOREIGN KEY (organization_id, alert_id)
		REFERENCES alerts ON DELETE CASCADE,
	FOREIGN KEY (organization_id, created_by)
		REFERENCES profiles ON DELETE SET NULL (created_by)
);
COMMENT ON TABLE alert_suppressions IS
	'in force in [starts_at, ends_at); of a unit, a site, or all of them';
COMMENT ON COLUMN alert_suppressions.alert_types IS 'empty: every type';
CREATE INDEX alert_suppressions_ends_idx
	ON alert_suppressions (organization_id, ends_at);
CALL protect_tenant('alert_suppressions');
