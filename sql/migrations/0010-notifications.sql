-- Who is told what, through which channel, and what became of it.
--
-- Why:  notification_deliveries is the outbox: its rows are written in the
--       transaction that opens the alert, and sent afterwards. Its key makes
--       a second attempt to queue the same message harmless.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

CREATE TABLE notification_settings (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	email_enabled	boolean NOT NULL DEFAULT true,
	recipients	jsonb CHECK (jsonb_typeof(recipients) = 'array'),
	notify_temp_excursion	boolean NOT NULL DEFAULT true,
	notify_alarm_active	boolean NOT NULL DEFAULT true,
	notify_manual_required	boolean NOT NULL DEFAULT true,
	notify_offline		boolean NOT NULL DEFAULT false,
	notify_low_battery	boolean NOT NULL DEFAULT false,
	notify_warnings		boolean NOT NULL DEFAULT false,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX notification_settings_one_key
	ON notification_settings (organization_id);
CALL protect_tenant('notification_settings');

CREATE TABLE notification_policies (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	site_id		uuid,
	unit_id		uuid,
	alert_type	alert_type NOT NULL,
	initial_channels	notification_channel[],
	requires_ack	boolean,
	ack_deadline_minutes	integer CHECK (ack_deadline_minutes > 0),
	escalation_steps	jsonb
			CHECK (jsonb_typeof(escalation_steps) = 'array'),
	send_resolved_notifications	boolean,
	reminders_enabled	boolean,
	reminder_interval_minutes	integer
			CHECK (reminder_interval_minutes >= 5),
	quiet_hours_enabled	boolean,
	quiet_hours_start	time(0),
	quiet_hours_end		time(0),
	severity_threshold	alert_severity,
	allow_warning_notifications	boolean,
	notify_roles	app_role[],
	notify_site_managers	boolean,
	notify_assigned_users	boolean,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	CHECK (num_nonnulls(site_id, unit_id) <= 1),
	FOREIGN KEY (organization_id, site_id)
		REFERENCES sites ON DELETE CASCADE,
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
);
COMMENT ON TABLE notification_policies IS
	'per organization, site or unit and alert type; null inherits';
COMMENT ON COLUMN notification_policies.escalation_steps IS
	'[{"delay_minutes", "channels", "contact_priority", "repeat"}]';
COMMENT ON COLUMN notification_policies.quiet_hours_start IS
	'the site''s wall clock, inclusive; the end is exclusive';
CREATE UNIQUE INDEX notification_policies_scope_key ON notification_policies
	(organization_id, site_id, unit_id, alert_type) NULLS NOT DISTINCT;
CALL protect_tenant('notification_policies');

CREATE TABLE notification_deliveries (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	alert_id	uuid NOT NULL,
	profile_id	uuid,
	contact_id	uuid,
	level		smallint NOT NULL DEFAULT 0,
	channel		notification_channel NOT NULL,
	recipient	varchar(256) NOT NULL,
	reason		varchar(32) NOT NULL DEFAULT 'alert_active',
	status		notification_status NOT NULL DEFAULT 'pending',
	external_id	varchar(256),
	error_message	text,
	scheduled_at	timestamptz(3) NOT NULL DEFAULT now(),
	next_attempt_at	timestamptz(3) DEFAULT now(),
	sent_at		timestamptz(3),
	delivered_at	timestamptz(3),
	failed_at	timestamptz(3),
	retry_count	integer NOT NULL DEFAULT 0,
	last_retry_at	timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
	FOREIGN KEY (organization_id, alert_id)
		REFERENCES alerts ON DELETE CASCADE,
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE SET NULL (profile_id),
	FOREIGN KEY (organization_id, contact_id)
		REFERENCES escalation_contacts ON DELETE SET NULL (contact_id)
);
COMMENT ON COLUMN notification_deliveries.level IS
	'0 first told; n the n-th escalation step; further, its repetitions';
COMMENT ON COLUMN notification_deliveries.recipient IS
	'address, number, push endpoint; in-app: the profile''s id';
COMMENT ON COLUMN notification_deliveries.next_attempt_at IS
	'null once it is no longer pending';
CREATE UNIQUE INDEX notification_deliveries_once_key
	ON notification_deliveries
	(organization_id, alert_id, level, reason, recipient, channel);
CREATE INDEX notification_deliveries_next_idx
	ON notification_deliveries (next_attempt_at)
	WHERE status = 'pending';
CREATE INDEX notification_deliveries_sms_idx ON notification_deliveries
	(organization_id, profile_id, sent_at) WHERE channel = 'sms';
CREATE INDEX notification_deliveries_created_idx ON notification_deliveries
	(organization_id, created_at);
CALL protect_tenant('notification_deliveries');

-- Whose message a provider's callback is about.
CREATE TABLE message_directory (
	provider	varchar(16) NOT NULL,
	external_id	varchar(256) NOT NULL,
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	delivery_id	uuid NOT NULL,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (provider, external_id)
);
CREATE INDEX message_directory_created_brin ON message_directory
	USING brin (created_at);
CALL protect_directory('message_directory', 'fg_hooks');

-- Callbacks seen, inserted first: the second delivery of one conflicts.
CREATE TABLE telnyx_webhook_events (
	event_id	varchar(256) PRIMARY KEY,
	event_type	varchar(64) NOT NULL,
	occurred_at	timestamptz(3),
	payload		jsonb NOT NULL,
	received_at	timestamptz(3) NOT NULL DEFAULT now()
);

-- Numbers and addresses that must not be written to: by wish (STOP), or
-- because the provider says they bounce. Of the installation, not a tenant's.
CREATE TABLE message_opt_outs (
	channel		notification_channel NOT NULL,
	recipient	varchar(256) NOT NULL,
	reason		varchar(16) NOT NULL CHECK (reason IN
			('stop', 'bounce', 'complaint', 'unsubscribe')),
	opted_out_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (channel, recipient)
);

-- Who agreed to be written to, when, where from and to which words.
CREATE TABLE message_consents (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	profile_id	uuid,
	channel		notification_channel NOT NULL,
	recipient	varchar(256) NOT NULL,
	wording		text NOT NULL,
	ip		inet,
	consented_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE SET NULL (profile_id)
);
CREATE INDEX message_consents_recipient_idx
	ON message_consents (organization_id, channel, recipient);
CALL protect_tenant('message_consents');

CREATE TABLE in_app_notifications (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	profile_id	uuid NOT NULL,
	alert_id	uuid,
	title		varchar(256) NOT NULL,
	body		text,
	severity	alert_severity NOT NULL DEFAULT 'info',
	action_url	text,
	escalation_step	integer NOT NULL DEFAULT 0,
	metadata	jsonb NOT NULL DEFAULT '{}',
	read_at		timestamptz(3),
	dismissed_at	timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE CASCADE,
	FOREIGN KEY (organization_id, alert_id)
		REFERENCES alerts ON DELETE CASCADE
);
CREATE INDEX in_app_notifications_profile_idx ON in_app_notifications
	(organization_id, profile_id, created_at);
CREATE INDEX in_app_notifications_alert_idx ON in_app_notifications
	(organization_id, alert_id) WHERE alert_id IS NOT NULL;
CALL protect_tenant('in_app_notifications');

CREATE TABLE push_subscriptions (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	profile_id	uuid NOT NULL,
	endpoint	text NOT NULL,
	p256dh		bytea NOT NULL,
	auth		bytea NOT NULL,
	user_agent	text,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	last_used_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, profile_id, endpoint),
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE CASCADE
);
CALL protect_tenant('push_subscriptions');

-- A digest goes out once per person, kind and local day.
CREATE TABLE digests_sent (
	organization_id	uuid NOT NULL,
	profile_id	uuid NOT NULL,
	kind		varchar(16) NOT NULL CHECK (kind IN ('daily', 'weekly')),
	local_date	date NOT NULL,
	sent_at		timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, profile_id, kind, local_date),
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE CASCADE
);
CALL protect_tenant('digests_sent');
