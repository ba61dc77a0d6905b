-- The ledger of gaps: when a unit's curve has no reading, and who might be
-- asked for it; and how a network's store of messages is reached.
--
-- Why:  what a webhook lost can be fetched, if it is known what is missing;
--       and how much of a period was observed is then known without reading
--       all of it. The ledger follows from the readings, as reading_metrics
--       does, and is made with it: all there is counts as changed once.
-- Lock: ttn_connections, for a moment.
-- Undo: DROP TABLE reading_gaps; ALTER TABLE ttn_connections DROP COLUMN
--       server_url, backfill_next_at, backfill_failures, backfill_error.

SET LOCAL search_path = frostguard;

CREATE TABLE reading_gaps (
	organization_id	uuid NOT NULL,
	unit_id		uuid NOT NULL,
	series_id	uuid NOT NULL,
	from_at		timestamptz(3) NOT NULL,
	to_at		timestamptz(3),
	device_id	uuid,
	frames		integer,
	status		varchar(16) NOT NULL
			CHECK (status IN ('open', 'unfillable')),
	attempts	smallint NOT NULL DEFAULT 0,
	next_attempt_at	timestamptz(3) NOT NULL DEFAULT now(),
	noted_at	timestamptz(3) NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, unit_id, series_id, from_at),
	FOREIGN KEY (organization_id, unit_id)
		REFERENCES units ON DELETE CASCADE,
	FOREIGN KEY (organization_id, device_id)
		REFERENCES devices ON DELETE SET NULL (device_id)
);
COMMENT ON TABLE reading_gaps IS
	'two readings too far apart, or with frames missing between them; what '
	'has been filled is not here any more';
COMMENT ON COLUMN reading_gaps.series_id IS
	'of what: the unit, that is its own curve, of which coverage is made; or '
	'a device, of what it sent beside that';
COMMENT ON COLUMN reading_gaps.to_at IS 'null: it goes on';
COMMENT ON COLUMN reading_gaps.device_id IS 'whose messages would fill it';
COMMENT ON COLUMN reading_gaps.frames IS
	'lost between the two, by the frame counter; 0: the sensor sent none; '
	'null: the counter does not tell';
COMMENT ON COLUMN reading_gaps.status IS
	'unfillable: nothing was sent, or the network no longer has it';
CREATE INDEX reading_gaps_due_idx
	ON reading_gaps (organization_id, next_attempt_at)
	WHERE status = 'open';
CREATE INDEX reading_gaps_device_idx
	ON reading_gaps (organization_id, device_id)
	WHERE device_id IS NOT NULL;
CALL protect_tenant('reading_gaps');

ALTER TABLE ttn_connections
	ADD COLUMN server_url varchar(256),
	ADD COLUMN backfill_next_at timestamptz(3),
	ADD COLUMN backfill_failures smallint NOT NULL DEFAULT 0,
	ADD COLUMN backfill_error varchar(200);
COMMENT ON COLUMN ttn_connections.server_url IS
	'of the cluster that stores messages, without a path';
COMMENT ON COLUMN ttn_connections.backfill_next_at IS
	'its store is asked no sooner; null: never';

INSERT INTO reading_rollup_marks (organization_id, unit_id, from_at, to_at)
SELECT organization_id, id, '1970-01-01Z', '2200-01-01Z' FROM units;
