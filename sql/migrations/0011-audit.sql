-- The audit trail, whoever looks at it from outside, and whoever looks at a
-- customer from the platform.
--
-- Why:  appended to and never changed: no role is granted UPDATE or DELETE.
--       actor_id is a profile's id and nothing else.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

CREATE TABLE event_logs (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	actor_id	uuid,
	actor_type	varchar(32) NOT NULL
			CHECK (actor_type IN ('user', 'system', 'api')),
	event_type	varchar(64) NOT NULL,
	category	varchar(64),
	severity	varchar(32) CHECK (severity IN
			('info', 'warning', 'critical', 'success')),
	title		text,
	site_id		uuid,
	area_id		uuid,
	unit_id		uuid,
	event_data	jsonb,
	ip_address	inet,
	user_agent	text,
	acting_user_id	uuid,
	impersonation_session_id	uuid,
	was_impersonated	boolean NOT NULL DEFAULT false,
	event_hash	varchar(64) CHECK (event_hash ~ '^[0-9a-f]{64}$'),
	previous_hash	varchar(64) CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
	recorded_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	CHECK (actor_type <> 'user' OR actor_id IS NOT NULL),
	FOREIGN KEY (organization_id, actor_id) REFERENCES profiles
);
-- As lines of the trail travel in; instants as epoch milliseconds.
CREATE TYPE new_event_log AS (
	id		uuid,
	unit_id		uuid,
	site_id		uuid,
	area_id		uuid,
	actor_id	uuid,
	event_type	text,
	category	text,
	severity	text,
	title		text,
	data		jsonb,
	at		bigint
);
COMMENT ON COLUMN event_logs.actor_id IS
	'profiles.id; a person who leaves is anonymised, not deleted';
COMMENT ON COLUMN event_logs.site_id IS
	'no foreign key, nor have area_id and unit_id: the trail outlives them';
COMMENT ON COLUMN event_logs.acting_user_id IS
	'the platform administrator behind was_impersonated';
CREATE INDEX event_logs_recorded_idx
	ON event_logs (organization_id, recorded_at);
CREATE INDEX event_logs_unit_idx
	ON event_logs (organization_id, unit_id, recorded_at)
	WHERE unit_id IS NOT NULL;
CREATE INDEX event_logs_actor_idx
	ON event_logs (organization_id, actor_id, recorded_at)
	WHERE actor_id IS NOT NULL;
CREATE INDEX event_logs_type_idx
	ON event_logs (organization_id, event_type, recorded_at);
CALL protect_tenant('event_logs');

CREATE TABLE impersonation_sessions (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	admin_user_id	uuid NOT NULL,
	target_profile_id	uuid NOT NULL,
	reason		text NOT NULL CHECK (reason <> ''),
	may_write	boolean NOT NULL DEFAULT false,
	started_at	timestamptz(3) NOT NULL DEFAULT now(),
	expires_at	timestamptz(3) NOT NULL
			DEFAULT now() + interval '60 minutes',
	ended_at	timestamptz(3),
	end_reason	varchar(16) CHECK (end_reason IN
			('manual', 'timeout', 'replaced', 'logout')),
	PRIMARY KEY (organization_id, id),
	CHECK (expires_at <= started_at + interval '60 minutes'),
	CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
	FOREIGN KEY (organization_id, target_profile_id) REFERENCES profiles
);
CREATE INDEX impersonation_sessions_admin_idx
	ON impersonation_sessions (admin_user_id) WHERE ended_at IS NULL;
CALL protect_tenant('impersonation_sessions');

-- Of the installation, not a tenant's; appended to and never changed.
CREATE TABLE super_admin_audit_log (
	id		uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	admin_user_id	uuid,
	action		varchar(64) NOT NULL,
	target_type	varchar(32),
	target_id	uuid,
	target_organization_id	uuid,
	details		jsonb,
	ip_address	inet,
	user_agent	text,
	at		timestamptz(3) NOT NULL DEFAULT now()
);
COMMENT ON COLUMN super_admin_audit_log.admin_user_id IS
	'null: somebody at the machine''s command line, named in details';
CREATE INDEX super_admin_audit_log_at_idx ON super_admin_audit_log (at);
CREATE INDEX super_admin_audit_log_admin_idx
	ON super_admin_audit_log (admin_user_id, at);

CREATE TABLE inspector_sessions (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	name		varchar(256) NOT NULL,
	allowed_site_ids	uuid[],
	from_date	date,
	until_date	date,
	created_by	uuid,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	expires_at	timestamptz(3) NOT NULL
			DEFAULT now() + interval '7 days',
	revoked_at	timestamptz(3),
	last_used_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	CHECK (from_date <= until_date),
	FOREIGN KEY (organization_id, created_by)
		REFERENCES profiles ON DELETE SET NULL (created_by)
);
COMMENT ON COLUMN inspector_sessions.allowed_site_ids IS 'null: all sites';
COMMENT ON COLUMN inspector_sessions.from_date IS
	'days that may be seen, the sites'' own; null: no bound';
CALL protect_tenant('inspector_sessions');

CREATE TABLE inspector_tokens (
	token_hash	bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	inspector_session_id	uuid NOT NULL
);
CALL protect_directory('inspector_tokens', 'fg_inspector');

-- What the code on a unit's door opens.
CREATE TABLE qr_tokens (
	token_hash	bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	unit_id		uuid NOT NULL,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	revoked_at	timestamptz(3)
);
CREATE INDEX qr_tokens_unit_idx ON qr_tokens (organization_id, unit_id);
CALL protect_directory('qr_tokens', 'fg_app');

CREATE TABLE pilot_feedback (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	site_id		uuid,
	week_start	date NOT NULL
			CHECK (extract(isodow FROM week_start) = 1),
	logging_speed_rating	integer
			CHECK (logging_speed_rating BETWEEN 1 AND 5),
	alert_fatigue_rating	integer
			CHECK (alert_fatigue_rating BETWEEN 1 AND 5),
	report_usefulness_rating	integer
			CHECK (report_usefulness_rating BETWEEN 1 AND 5),
	notes		text,
	submitted_by	uuid NOT NULL,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, site_id)
		REFERENCES sites ON DELETE SET NULL (site_id),
	FOREIGN KEY (organization_id, submitted_by) REFERENCES profiles
);
CREATE UNIQUE INDEX pilot_feedback_week_key ON pilot_feedback
	(organization_id, week_start, site_id) NULLS NOT DISTINCT;
CALL protect_tenant('pilot_feedback');
