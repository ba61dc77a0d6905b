-- What was out of range and nobody was told of in time, and what there is
-- still to look through for it.
--
-- Why:  readings that come late are history: they alarm nobody, but what they
--       prove is kept and shown, with the time at which it became known.
-- Lock: none, new tables.
-- Undo: DROP TYPE new_checkpoint, found_excursion, new_late_mark;
--       DROP TABLE excursions, replay_marks.

SET LOCAL search_path = frostguard;

-- As reading_rollup_marks: only ever added to by those who store readings.
CREATE TABLE replay_marks (
	organization_id	uuid NOT NULL,
	unit_id		uuid NOT NULL,
	id		bigint GENERATED ALWAYS AS IDENTITY,
	from_at		timestamptz(3) NOT NULL,
	to_at		timestamptz(3) NOT NULL,
	PRIMARY KEY (organization_id, unit_id, id),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
);
COMMENT ON TABLE replay_marks IS
	'what was stored and judged by nobody yet, from from_at to to_at, both '
	'within';
-- As marks travel in, of this table and of reading_rollup_marks; null: none.
CREATE TYPE new_late_mark AS (
	unit_id		uuid,
	sums_from	bigint,
	sums_to		bigint,
	judging_from	bigint,
	judging_to	bigint
);
CALL protect_tenant('replay_marks');

CREATE TABLE excursions (
	organization_id	uuid NOT NULL,
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	unit_id		uuid NOT NULL,
	from_at		timestamptz(3) NOT NULL,
	to_at		timestamptz(3),
	last_at		timestamptz(3) NOT NULL,
	is_high		boolean NOT NULL,
	confirmed	boolean NOT NULL,
	temp_limit	numeric(7,2) NOT NULL,
	worst		numeric(7,2) NOT NULL,
	mean		numeric(7,2) NOT NULL,
	reading_count	bigint NOT NULL CHECK (reading_count > 0),
	found_at	timestamptz(3) NOT NULL DEFAULT now(),
	corrected_at	timestamptz(3),
	withdrawn_at	timestamptz(3),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
);
COMMENT ON TABLE excursions IS
	'found afterwards, in readings that came late: what no alert told of';
COMMENT ON COLUMN excursions.from_at IS 'first reading out of range';
COMMENT ON COLUMN excursions.to_at IS
	'when it was over, or an alert took over; null: it lasted at last_at';
COMMENT ON COLUMN excursions.last_at IS 'newest reading out of range';
COMMENT ON COLUMN excursions.found_at IS 'when it became known';
COMMENT ON COLUMN excursions.withdrawn_at IS
	'when readings came that disprove it; kept, for it has been seen';
CREATE UNIQUE INDEX excursions_unit_key
	ON excursions (organization_id, unit_id, from_at)
	WHERE withdrawn_at IS NULL;
CREATE INDEX excursions_found_idx ON excursions (organization_id, found_at)
	WHERE withdrawn_at IS NULL;
-- As excursions come out of a replay; instants as epoch milliseconds.
CREATE TYPE found_excursion AS (
	from_at		bigint,
	to_at		bigint,
	last_at		bigint,
	is_high		boolean,
	confirmed	boolean,
	temp_limit	numeric,
	worst		numeric,
	mean		numeric,
	reading_count	bigint
);
CALL protect_tenant('excursions');
CREATE POLICY chosen_sites ON excursions AS RESTRICTIVE FOR SELECT
	TO fg_inspector USING (EXISTS (SELECT FROM frostguard.unit_rules r
		WHERE r.organization_id = excursions.organization_id
		  AND r.unit_id = excursions.unit_id));

-- As checkpoints of a replay travel in.
CREATE TYPE new_checkpoint AS (
	at		bigint,
	state		text
);
