-- Running the house: jobs, retention and holds, idempotency keys, and the
-- slow clean-ups at The Things Network and of accounts.
--
-- Why:  what cron does leaves a row; what must not be deleted says so here.
-- Lock: none, new tables.
-- Undo: DROP TABLE in reverse order.

SET LOCAL search_path = frostguard;

CREATE TABLE job_runs (
	id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	job		varchar(64) NOT NULL,
	started_at	timestamptz(3) NOT NULL DEFAULT now(),
	finished_at	timestamptz(3),
	outcome		varchar(16) CHECK (outcome IN
			('ok', 'partial', 'failed', 'skipped')),
	counts		jsonb NOT NULL DEFAULT '{}',
	error		text
);
CREATE INDEX job_runs_job_idx ON job_runs (job, started_at);

-- A month that must not be dropped.
CREATE TABLE partition_retention_overrides (
	partition_name	varchar(128) PRIMARY KEY,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	reason		text NOT NULL CHECK (reason <> ''),
	created_by	varchar(255) NOT NULL,
	expires_at	timestamptz(3),
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	lifted_at	timestamptz(3),
	lifted_by	varchar(255),
	lift_reason	text CHECK (lift_reason <> ''),
	CHECK (num_nonnulls(lifted_at, lifted_by, lift_reason) IN (0, 3))
);
COMMENT ON COLUMN partition_retention_overrides.expires_at IS
	'null: until somebody lifts it';

-- What must not be deleted, of an organization, a site or a unit.
CREATE TABLE retention_holds (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE RESTRICT,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	site_id		uuid,
	unit_id		uuid,
	from_at		timestamptz(3),
	until_at	timestamptz(3),
	reason		text NOT NULL CHECK (reason <> ''),
	placed_by	varchar(255) NOT NULL CHECK (placed_by <> ''),
	created_by	uuid,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	expires_at	timestamptz(3),
	lifted_at	timestamptz(3),
	lifted_by	uuid,
	lifted_by_name	varchar(255) CHECK (lifted_by_name <> ''),
	lift_reason	text CHECK (lift_reason <> ''),
	PRIMARY KEY (organization_id, id),
	CHECK (num_nonnulls(site_id, unit_id) <= 1),
	CHECK (from_at <= until_at),
	CHECK (num_nonnulls(lifted_at, lifted_by_name, lift_reason) IN (0, 3)),
	FOREIGN KEY (organization_id, site_id) REFERENCES sites,
	FOREIGN KEY (organization_id, unit_id) REFERENCES units,
	FOREIGN KEY (organization_id, created_by) REFERENCES profiles,
	FOREIGN KEY (organization_id, lifted_by) REFERENCES profiles
);
COMMENT ON COLUMN retention_holds.from_at IS
	'the time span held, until_at included; null: no bound';
COMMENT ON COLUMN retention_holds.placed_by IS
	'whoever it was, as it is to be read; created_by if they have a profile';
CALL protect_tenant('retention_holds');

-- How far a file of another logger has been taken in: what is interrupted
-- goes on where it was.
CREATE TABLE reading_imports (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	file_hash	bytea NOT NULL CHECK (length(file_hash) = 32),
	file_name	varchar(256) NOT NULL,
	line		bigint NOT NULL DEFAULT 0,
	stored		bigint NOT NULL DEFAULT 0,
	known		bigint NOT NULL DEFAULT 0,
	refused		bigint NOT NULL DEFAULT 0,
	started_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	finished_at	timestamptz(3),
	PRIMARY KEY (organization_id, file_hash)
);
COMMENT ON COLUMN reading_imports.file_hash IS
	'of its bytes and of how they were to be understood';
COMMENT ON COLUMN reading_imports.line IS
	'what begins on it and before is done with';
COMMENT ON COLUMN reading_imports.known IS 'readings that were there already';
CALL protect_tenant('reading_imports');

-- The answer that a POST with an Idempotency-Key got.
CREATE TABLE idempotency_keys (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	scope		varchar(128) NOT NULL,
	key		varchar(255) NOT NULL,
	request_hash	bytea NOT NULL,
	status		smallint,
	response	jsonb,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, scope, key)
);
COMMENT ON COLUMN idempotency_keys.scope IS 'who and which route';
COMMENT ON COLUMN idempotency_keys.status IS 'null: still being worked on';
CREATE INDEX idempotency_keys_created_brin ON idempotency_keys
	USING brin (created_at);
CALL protect_tenant('idempotency_keys');

CREATE TABLE ttn_deprovision_jobs (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	device_id	uuid,
	dev_eui		varchar(32),
	ttn_device_id	varchar(36),
	ttn_application_id	varchar(256),
	reason		varchar(32) NOT NULL CHECK (reason IN
			('SENSOR_DELETED', 'USER_DELETED', 'ORG_DELETED',
			 'SITE_DELETED', 'UNIT_DELETED', 'MANUAL_CLEANUP')),
	status		varchar(16) NOT NULL DEFAULT 'PENDING' CHECK (status IN
			('PENDING', 'RUNNING', 'RETRYING', 'SUCCEEDED',
			 'FAILED', 'BLOCKED')),
	attempts	smallint NOT NULL DEFAULT 0,
	max_attempts	smallint NOT NULL DEFAULT 5,
	next_attempt_at	timestamptz(3) DEFAULT now(),
	last_error_code	varchar(64),
	last_error	text,
	created_by	uuid,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	finished_at	timestamptz(3),
	PRIMARY KEY (organization_id, id)
);
CREATE INDEX ttn_deprovision_jobs_next_idx
	ON ttn_deprovision_jobs (next_attempt_at)
	WHERE status IN ('PENDING', 'RETRYING');
CALL protect_tenant('ttn_deprovision_jobs');

CREATE TABLE ttn_deprovision_steps (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	job_id		uuid NOT NULL,
	action		varchar(64) NOT NULL,
	status		varchar(16) NOT NULL
			CHECK (status IN ('success', 'failed', 'skipped')),
	http_status	integer,
	endpoint	varchar(512),
	cluster		varchar(64),
	at		timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, job_id)
		REFERENCES ttn_deprovision_jobs ON DELETE CASCADE
);
CREATE INDEX ttn_deprovision_steps_job_idx
	ON ttn_deprovision_steps (organization_id, job_id, at);
CALL protect_tenant('ttn_deprovision_steps');

CREATE TABLE account_deletion_jobs (
	organization_id	uuid NOT NULL
			REFERENCES organizations ON DELETE CASCADE,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	user_id		uuid NOT NULL,
	profile_id	uuid NOT NULL,
	status		varchar(32) NOT NULL DEFAULT 'PENDING' CHECK (status IN
			('PENDING', 'PREPARING', 'DELETING_SENSORS',
			 'DELETING_GATEWAYS', 'REMOVING_MEMBERSHIP',
			 'DELETING_ORG', 'ANONYMIZING', 'COMPLETED', 'FAILED')),
	last_error	text,
	created_at	timestamptz(3) NOT NULL DEFAULT now(),
	updated_at	timestamptz(3) NOT NULL DEFAULT now(),
	finished_at	timestamptz(3),
	PRIMARY KEY (organization_id, id)
);
CREATE INDEX account_deletion_jobs_open_idx ON account_deletion_jobs
	(created_at) WHERE status NOT IN ('COMPLETED', 'FAILED');
CALL protect_tenant('account_deletion_jobs');
