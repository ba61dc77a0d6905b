-- Organizations, and what belongs to one as a whole: plan, invoices, the
-- connections to The Things Network and to the SMS provider.
--
-- Why:  the root of every key. organizations is the one tenant table whose
--       key is its own id, so its global unique (slug) may stand in it.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

CREATE TABLE organizations (
	id		uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name		varchar(256) NOT NULL,
	slug		varchar(256) NOT NULL
			CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
	timezone	varchar(100) NOT NULL DEFAULT 'UTC',
	compliance_mode	compliance_mode NOT NULL DEFAULT 'standard',
	temp_unit	temp_unit NOT NULL DEFAULT 'F',
	sensor_limit	integer NOT NULL DEFAULT 5 CHECK (sensor_limit >= 0),
	logo_url	text,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	deleted_by	uuid
);
COMMENT ON COLUMN organizations.temp_unit IS
	'how temperatures are shown and entered; stored they are always °C';
COMMENT ON COLUMN organizations.sensor_limit IS
	'how many sensors may be added; never a reason to refuse a reading';
CREATE UNIQUE INDEX organizations_slug_key ON organizations (slug)
	WHERE deleted_at IS NULL;
CALL protect_tenant('organizations', 'id');

CREATE TABLE subscriptions (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	plan		subscription_plan NOT NULL DEFAULT 'starter',
	status		subscription_status NOT NULL DEFAULT 'trial',
	stripe_customer_id	varchar(256),
	stripe_subscription_id	varchar(256),
	current_period_start	timestamptz(3),
	current_period_end	timestamptz(3),
	trial_ends_at	timestamptz(3),
	cancel_at_period_end	boolean NOT NULL DEFAULT false,
	canceled_at	timestamptz(3),
	stripe_event_at	timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	PRIMARY KEY (organization_id, id)
);
COMMENT ON COLUMN subscriptions.stripe_event_at IS
	'creation time of the newest event applied: older ones are ignored';
CREATE UNIQUE INDEX subscriptions_one_key ON subscriptions (organization_id)
	WHERE deleted_at IS NULL;
CALL protect_tenant('subscriptions');

-- Whose customer this is: the provider's callback knows no organization.
CREATE TABLE stripe_customers (
	customer_id	varchar(256) PRIMARY KEY,
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE
);
CALL protect_directory('stripe_customers', 'fg_hooks');

CREATE TABLE invoices (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	subscription_id	uuid NOT NULL,
	stripe_invoice_id	varchar(256) NOT NULL,
	amount_due_cents	bigint NOT NULL,
	amount_paid_cents	bigint NOT NULL DEFAULT 0,
	currency	varchar(3) NOT NULL,
	status		varchar(32) NOT NULL,
	period_start	timestamptz(3),
	period_end	timestamptz(3),
	pdf_url		text,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, stripe_invoice_id),
	FOREIGN KEY (organization_id, subscription_id)
		REFERENCES subscriptions ON DELETE CASCADE
);
CREATE INDEX invoices_subscription_idx
	ON invoices (organization_id, subscription_id);
CALL protect_tenant('invoices');

-- Events seen, inserted first: the second delivery of one conflicts.
CREATE TABLE stripe_events (
	event_id	varchar(256) PRIMARY KEY,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	event_type	varchar(256) NOT NULL,
	processed_at	timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE ttn_connections (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	network		varchar(16) NOT NULL DEFAULT 'ttn'
			CHECK (network IN ('ttn', 'chirpstack')),
	application_id	varchar(256),
	ttn_application_id	varchar(256),
	is_active	boolean NOT NULL DEFAULT true,
	is_enabled	boolean NOT NULL DEFAULT false,
	ttn_region	varchar(256),
	ttn_api_key_encrypted		bytea,
	ttn_api_key_last4		varchar(4),
	ttn_org_api_key_encrypted	bytea,
	ttn_org_api_key_last4		varchar(4),
	ttn_webhook_url			varchar(512),
	ttn_webhook_secret_encrypted	bytea,
	ttn_webhook_secret_last4	varchar(4),
	provisioning_status	varchar(32) NOT NULL DEFAULT 'not_started'
		CHECK (provisioning_status IN ('not_started', 'in_progress',
		    'complete', 'failed')),
	provisioning_step		varchar(256),
	provisioning_step_details	jsonb,
	provisioning_error		varchar(1024),
	provisioning_attempt_count	integer NOT NULL DEFAULT 0,
	provisioning_heartbeat_at	timestamptz(3),
	last_http_status		integer,
	last_http_body			text,
	app_rights_check_status		varchar(256),
	last_ttn_correlation_id		varchar(256),
	last_ttn_error_name		varchar(256),
	credentials_last_rotated_at	timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	PRIMARY KEY (organization_id, id)
);
COMMENT ON COLUMN ttn_connections.ttn_application_id IS
	'in the network, whichever it is; only ttn is provisioned by us';
COMMENT ON COLUMN ttn_connections.ttn_api_key_encrypted IS
	'sealed under the installation''s key file, as are its neighbours';
CREATE UNIQUE INDEX ttn_connections_application_key
	ON ttn_connections (organization_id, ttn_application_id)
	WHERE is_enabled AND deleted_at IS NULL;
CALL protect_tenant('ttn_connections');

-- Read before any tenant is known: the secret says who is calling.
CREATE TABLE webhook_secrets (
	secret_hash	bytea PRIMARY KEY CHECK (length(secret_hash) = 32),
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	ttn_connection_id	uuid NOT NULL,
	enabled		boolean NOT NULL DEFAULT true,
	last_used_at	timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now()
);
COMMENT ON COLUMN webhook_secrets.last_used_at IS
	'to the minute: a row written by every uplink would serialise them';
CALL protect_directory('webhook_secrets', 'fg_ingest');
COMMENT ON TABLE webhook_secrets IS
	'keyed hashes only; two enabled ones let a secret be rotated';
CREATE INDEX webhook_secrets_connection_idx
	ON webhook_secrets (organization_id, ttn_connection_id);

-- What became of each step of setting up a connection.
CREATE TABLE ttn_provisioning_logs (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	ttn_connection_id	uuid NOT NULL,
	step		varchar(64) NOT NULL,
	status		varchar(16) NOT NULL CHECK (
			status IN ('started', 'success', 'failed', 'skipped')),
	message		text,
	payload		jsonb,
	duration_ms	integer,
	http_status	integer,
	http_body	text,
	category	varchar(64),
	endpoint	varchar(512),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, ttn_connection_id)
		REFERENCES ttn_connections ON DELETE CASCADE
);
CREATE INDEX ttn_provisioning_logs_connection_idx ON ttn_provisioning_logs
	(organization_id, ttn_connection_id, created_at);
CALL protect_tenant('ttn_provisioning_logs');

CREATE TABLE sms_configs (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	telnyx_api_key_encrypted	bytea NOT NULL,
	telnyx_phone_number		varchar(32) NOT NULL,
	telnyx_messaging_profile_id	varchar(256),
	is_enabled	boolean NOT NULL DEFAULT true,
	last_test_at	timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	deleted_at	timestamptz(3),
	PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX sms_configs_one_key ON sms_configs (organization_id)
	WHERE deleted_at IS NULL;
CALL protect_tenant('sms_configs');
