-- People: profiles, their roles, sign-in, invitations, keys for machines,
-- and whom to call.
--
-- Why:  a person is one profile per organization (actor ids everywhere are
--       profiles.id) and one user_id across them. What must be found before
--       a tenant is known - an e-mail, an external user, a session, a key -
--       stands in directory tables; triggers keep the first two.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

CREATE TABLE profiles (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	user_id		uuid NOT NULL DEFAULT gen_random_uuid(),
	email		varchar(256) NOT NULL CHECK (email LIKE '%_@_%'),
	full_name	varchar(256),
	avatar_url	text,
	phone		varchar(50),
	phone_verified	boolean NOT NULL DEFAULT false,
	push_enabled	boolean NOT NULL DEFAULT true,
	email_enabled	boolean NOT NULL DEFAULT true,
	sms_enabled	boolean NOT NULL DEFAULT false,
	digest_daily	boolean NOT NULL DEFAULT false,
	digest_weekly	boolean NOT NULL DEFAULT false,
	digest_daily_time	varchar(5) NOT NULL DEFAULT '09:00'
		CHECK (digest_daily_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
	digest_site_ids	jsonb CHECK (jsonb_typeof(digest_site_ids) = 'array'),
	timezone	varchar(64) NOT NULL DEFAULT 'UTC',
	password_hash	varchar(128),
	password_changed_at	timestamptz(3),
	totp_secret_encrypted	bytea,
	totp_confirmed_at	timestamptz(3),
	deleted_at	timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, user_id)
);
COMMENT ON COLUMN profiles.user_id IS
	'the person, in every organization; the identity provider''s id';
COMMENT ON COLUMN profiles.password_hash IS
	'argon2id, local provider only; the profile named in login_directory';
COMMENT ON COLUMN profiles.digest_site_ids IS 'null: all sites';
COMMENT ON COLUMN profiles.deleted_at IS
	'anonymised: the row stays because the audit trail names it';
CREATE UNIQUE INDEX profiles_email_key
	ON profiles (organization_id, lower(email));
CALL protect_tenant('profiles');

-- Which profile an e-mail address signs in to. Kept by trigger.
CREATE TABLE login_directory (
	email		varchar(256) PRIMARY KEY CHECK (email = lower(email)),
	user_id		uuid NOT NULL UNIQUE,
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	profile_id	uuid NOT NULL
);
CALL protect_directory('login_directory', 'fg_app');
-- In which organizations a person has a profile. Kept by trigger.
CREATE TABLE user_directory (
	user_id		uuid NOT NULL,
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	profile_id	uuid NOT NULL,
	PRIMARY KEY (user_id, organization_id)
);
CALL protect_directory('user_directory', 'fg_app');

CREATE TABLE user_roles (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	user_id		uuid NOT NULL,
	role		app_role NOT NULL DEFAULT 'viewer',
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, user_id)
);
COMMENT ON COLUMN user_roles.user_id IS
	'no foreign key: a role may be given before the first sign-in';
CALL protect_tenant('user_roles');

-- Signed-in browsers. The cookie is not here, only its keyed hash. As with
-- every directory: found without a tenant, written only within its own.
CREATE TABLE sessions (
	token_hash	bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	profile_id	uuid NOT NULL,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	expires_at	timestamptz(3) NOT NULL,
	last_seen_at	timestamptz(3) NOT NULL DEFAULT now(),
	user_agent	text,
	ip		inet,
	impersonation_session_id	uuid
);
CREATE INDEX sessions_profile_idx ON sessions (organization_id, profile_id);
CREATE INDEX sessions_expires_idx ON sessions (expires_at);
CALL protect_directory('sessions', 'fg_app');

-- Password resets, e-mail confirmations, one-click acknowledgements: a secret
-- in a link that works once.
CREATE TABLE one_time_tokens (
	token_hash	bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	purpose		varchar(32) NOT NULL CHECK (purpose IN
			('password_reset', 'email_confirm', 'alert_ack',
			 'unsubscribe')),
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	profile_id	uuid,
	subject_id	uuid,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	expires_at	timestamptz(3) NOT NULL,
	used_at		timestamptz(3)
);
COMMENT ON COLUMN one_time_tokens.subject_id IS
	'what it acts on, as the purpose says: an alert, for instance';
CREATE INDEX one_time_tokens_expires_idx ON one_time_tokens (expires_at);
CALL protect_directory('one_time_tokens', 'fg_app');

-- Failed sign-ins per address and per caller: the lock-out with a growing
-- delay. Not a tenant's: the address need not exist.
CREATE TABLE login_failures (
	subject		varchar(320) PRIMARY KEY,
	failures	integer NOT NULL DEFAULT 1,
	last_failed_at	timestamptz(3) NOT NULL DEFAULT now(),
	locked_until	timestamptz(3)
);

CREATE TABLE totp_recovery_codes (
	organization_id	uuid NOT NULL,
	profile_id	uuid NOT NULL,
	code_hash	bytea NOT NULL CHECK (length(code_hash) = 32),
	used_at		timestamptz(3),
	PRIMARY KEY (organization_id, profile_id, code_hash),
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE CASCADE
);
CALL protect_tenant('totp_recovery_codes');

CREATE TABLE phone_verifications (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	profile_id	uuid NOT NULL,
	phone		varchar(50) NOT NULL,
	code_hash	bytea NOT NULL CHECK (length(code_hash) = 32),
	tries		smallint NOT NULL DEFAULT 0,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	expires_at	timestamptz(3) NOT NULL,
	verified_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE CASCADE
);
CREATE INDEX phone_verifications_profile_idx ON phone_verifications
	(organization_id, profile_id, created_at);
CALL protect_tenant('phone_verifications');

CREATE TABLE invites (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	email		varchar(256) NOT NULL,
	role		app_role NOT NULL CHECK (role <> 'owner'),
	invited_by	uuid NOT NULL,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	expires_at	timestamptz(3) NOT NULL,
	accepted_at	timestamptz(3),
	revoked_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, invited_by) REFERENCES profiles
);
CREATE UNIQUE INDEX invites_pending_key
	ON invites (organization_id, lower(email))
	WHERE accepted_at IS NULL AND revoked_at IS NULL;
CALL protect_tenant('invites');

CREATE TABLE invite_tokens (
	token_hash	bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	invite_id	uuid NOT NULL
);
CALL protect_directory('invite_tokens', 'fg_app');

CREATE TABLE api_keys (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	name		varchar(100) NOT NULL,
	last4		varchar(4) NOT NULL,
	scopes		text[] NOT NULL,
	role		app_role NOT NULL DEFAULT 'viewer'
			CHECK (role <> 'owner'),
	created_by	uuid,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	expires_at	timestamptz(3),
	last_used_at	timestamptz(3),
	revoked_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, created_by)
		REFERENCES profiles ON DELETE SET NULL (created_by)
);
CREATE UNIQUE INDEX api_keys_name_key
	ON api_keys (organization_id, lower(name)) WHERE revoked_at IS NULL;
CALL protect_tenant('api_keys');

CREATE TABLE api_key_directory (
	key_hash	bytea PRIMARY KEY CHECK (length(key_hash) = 32),
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	api_key_id	uuid NOT NULL,
	enabled		boolean NOT NULL DEFAULT true
);
CREATE INDEX api_key_directory_key_idx
	ON api_key_directory (organization_id, api_key_id);
CALL protect_directory('api_key_directory', 'fg_app', 'fg_ingest');

CREATE TABLE escalation_contacts (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	profile_id	uuid,
	name		varchar(256) NOT NULL,
	phone		varchar(50),
	email		varchar(256),
	priority	integer NOT NULL DEFAULT 0 CHECK (priority >= 0),
	consent_at	timestamptz(3),
	is_active	boolean NOT NULL DEFAULT true,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	CHECK (phone IS NOT NULL OR email IS NOT NULL),
	FOREIGN KEY (organization_id, profile_id)
		REFERENCES profiles ON DELETE SET NULL (profile_id)
);
COMMENT ON COLUMN escalation_contacts.priority IS
	'called in ascending order; the lowest in use is the primary';
COMMENT ON COLUMN escalation_contacts.consent_at IS
	'when the number''s owner agreed to receive SMS';
CREATE INDEX escalation_contacts_priority_idx
	ON escalation_contacts (organization_id, priority);
CALL protect_tenant('escalation_contacts');

-- Administrators of the installation. Not a tenant's.
CREATE TABLE platform_roles (
	user_id		uuid NOT NULL,
	role		varchar(50) NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (user_id, role)
);

-- What was told to other systems about a person. Not a tenant's.
CREATE TABLE user_sync_log (
	id		uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id		uuid NOT NULL,
	event_type	varchar(64) NOT NULL,
	payload		jsonb,
	status		varchar(32) NOT NULL DEFAULT 'pending' CHECK (status
			IN ('pending', 'sent', 'failed', 'delivered')),
	last_error	text,
	sent_at		timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX user_sync_log_user_idx ON user_sync_log (user_id, created_at);
CREATE INDEX user_sync_log_pending_idx ON user_sync_log (created_at)
	WHERE status = 'pending';
