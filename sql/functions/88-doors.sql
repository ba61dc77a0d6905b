-- A door's changes from a on, now that something has come late of a to b: from
-- what was a change when it was heard, the readings until one after b tells of
-- the door again, and what the unit knows now. What is late may be a change,
-- and what was one may be none any more; how long the door had been as it was
-- follows from both.
CREATE OR REPLACE FUNCTION settle_doors(org uuid, unit uuid, a timestamptz,
    b timestamptz) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
WITH seen AS (
	SELECT e."timestamp" AS at, e.device_id, e.state, e.source, 0 AS rank
	  FROM door_events e
	 WHERE e.organization_id = org AND e.unit_id = unit
	   AND e."timestamp" >= a
	UNION ALL
	SELECT r.recorded_at, r.device_id, CASE WHEN r.door_open THEN 'open'
		ELSE 'closed' END::door_state, r.source, 1
	  FROM sensor_readings r
	 WHERE r.organization_id = org AND r.unit_id = unit
	   AND r.recorded_at >= a AND r.recorded_at <= coalesce((
		SELECT n.recorded_at FROM sensor_readings n
		 WHERE n.organization_id = org AND n.unit_id = unit
		   AND n.recorded_at > b AND n.door_open IS NOT NULL
		 ORDER BY n.recorded_at LIMIT 1), b)
	   AND r.door_open IS NOT NULL
	UNION ALL
	SELECT s.door_seen_at, NULL, s.door_state, NULL, 2
	  FROM unit_state s
	 WHERE s.organization_id = org AND s.unit_id = unit
	   AND s.door_seen_at >= a AND s.door_state <> 'unknown'),
told AS (		-- by one of them, where several tell of an instant
	SELECT DISTINCT ON (at) * FROM seen ORDER BY at, rank, device_id),
before AS (
	SELECT e.state, e."timestamp" AS at
	  FROM door_events e
	 WHERE e.organization_id = org AND e.unit_id = unit
	   AND e."timestamp" < a
	 ORDER BY e."timestamp" DESC LIMIT 1),
changes AS (
	SELECT t.*, lag(t.at, 1, (SELECT p.at FROM before p))
		OVER (ORDER BY t.at) AS since
	  FROM (SELECT o.*, lag(o.state, 1, (SELECT p.state FROM before p))
			OVER (ORDER BY o.at) AS was
		  FROM told o) t
	 WHERE t.state IS DISTINCT FROM t.was),
gone AS (
	DELETE FROM door_events e
	 WHERE e.organization_id = org AND e.unit_id = unit
	   AND e."timestamp" >= a
	   AND NOT EXISTS (SELECT FROM changes c
		WHERE c.at = e."timestamp"
		  AND c.device_id IS NOT DISTINCT FROM e.device_id))
INSERT INTO door_events AS e (organization_id, unit_id, device_id, state,
    "timestamp", duration_seconds, is_initial, source)
SELECT org, unit, c.device_id, c.state, c.at,
	floor(extract(epoch FROM c.at - c.since))::integer, c.since IS NULL, c.source
  FROM changes c
    ON CONFLICT (organization_id, unit_id, "timestamp", device_id) DO UPDATE
   SET state = excluded.state, duration_seconds = excluded.duration_seconds,
	is_initial = excluded.is_initial
 WHERE (e.state, e.duration_seconds, e.is_initial) IS DISTINCT FROM
	(excluded.state, excluded.duration_seconds, excluded.is_initial);
END;
