-- How far reading_metrics is complete, and what has changed behind that.
--
-- Why:  charts of months read sums instead of readings, exactly: what is
--       summed up is known by one instant for the organization, what came
--       late by marks.
-- Lock: none, new tables.
-- Undo: DROP TABLE reading_rollups, reading_rollup_marks.

SET LOCAL search_path = frostguard;

CREATE TABLE reading_rollups (
	organization_id	uuid PRIMARY KEY
			REFERENCES organizations ON DELETE CASCADE,
	until		timestamptz(3) NOT NULL
);
COMMENT ON COLUMN reading_rollups.until IS
	'each whole hour, day, week and month before it is in reading_metrics, '
	'unless a mark says otherwise';
CALL protect_tenant('reading_rollups');

-- Only ever added to by those who store readings: no key to meet on, so that
-- nobody waits, and a mark that is not yet visible is found the next time.
CREATE TABLE reading_rollup_marks (
	organization_id	uuid NOT NULL,
	unit_id		uuid NOT NULL,
	id		bigint GENERATED ALWAYS AS IDENTITY,
	from_at		timestamptz(3) NOT NULL,
	to_at		timestamptz(3) NOT NULL,
	PRIMARY KEY (organization_id, unit_id, id),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE
);
COMMENT ON TABLE reading_rollup_marks IS
	'what was stored or changed for hours that had been summed up, from '
	'from_at to to_at, both within';
CALL protect_tenant('reading_rollup_marks');
