-- The ledger of gaps (reading_gaps): what of units' curves is missing, and of
-- what other sensors sent that the network knows by a device id of its own.
--
-- What is not found: single messages of a sensor that measures no temperature,
-- of a door. They leave no row each (a door's events are its changes), so that
-- neither their times nor their counters are known afterwards; only that such a
-- sensor is silent is, for as long as it is, and the ledger alone remembers it.

-- How many frames are missing between two, by their counters' low 31 bits.
-- Null: the counter began anew, for the sensor joined again or was reset, and
-- nobody knows. LoRaWAN accepts no larger step than 16384; a step backwards is
-- a counter of 16 bits that turned over only where it was about to.
CREATE OR REPLACE FUNCTION missed_frames(earlier integer, later integer)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN later = earlier THEN 0
    WHEN (later - earlier) & 2147483647 <= 16384
	THEN ((later - earlier) & 2147483647) - 1
    WHEN earlier < 65536 AND (later - earlier) & 65535 <= 256
	THEN ((later - earlier) & 65535) - 1
    END;

-- The gaps of these units' curves that have an instant in common with a to b:
-- to_at null, it goes on as of asof. Too far apart is what summary.h calls a
-- gap; a frame is missing only where time is missing, too, for a sensor that
-- kept readings until it could send them tells of one time in several frames. A
-- second sensor beside the primary one is left out, as everywhere. OFFSET 0:
-- once for each unit, not for each reading; and the day before is looked at
-- first, for it is one partition or two.
CREATE OR REPLACE FUNCTION gaps_in(org uuid, units uuid[], a timestamptz,
    b timestamptz, asof timestamptz)
RETURNS TABLE (unit_id uuid, from_at timestamptz, to_at timestamptz,
    device_id uuid, frames integer)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT r.unit_id, t.* FROM unit_rules r
	 CROSS JOIN LATERAL (
		SELECT r.checkin_interval_seconds * interval '1 second',
			ARRAY(SELECT d.id FROM devices d
			 WHERE d.organization_id = org
			   AND d.unit_id = r.unit_id
			   AND d.id <> r.primary_device_id)
		OFFSET 0) u (pace, beside)
	 CROSS JOIN LATERAL (
		SELECT coalesce(
			(SELECT s.recorded_at FROM sensor_readings s
			 WHERE s.organization_id = org
			   AND s.unit_id = r.unit_id AND s.recorded_at < a
			   AND s.recorded_at >= a - interval '1 day'
			   AND (s.device_id IS NULL
				OR s.device_id <> ALL (u.beside))
			 ORDER BY s.recorded_at DESC LIMIT 1),
			(SELECT s.recorded_at FROM sensor_readings s
			 WHERE s.organization_id = org
			   AND s.unit_id = r.unit_id AND s.recorded_at < a
			   AND (s.device_id IS NULL
				OR s.device_id <> ALL (u.beside))
			 ORDER BY s.recorded_at DESC LIMIT 1)),
			(SELECT s.recorded_at FROM sensor_readings s
			 WHERE s.organization_id = org
			   AND s.unit_id = r.unit_id AND s.recorded_at >= b
			   AND (s.device_id IS NULL
				OR s.device_id <> ALL (u.beside))
			 ORDER BY s.recorded_at LIMIT 1)
		OFFSET 0) w (lo, hi)
	 CROSS JOIN LATERAL (
		SELECT s.recorded_at, lead(s.recorded_at) OVER v,
			coalesce(lead(s.device_id) OVER v, r.primary_device_id),
			CASE WHEN s.device_id = lead(s.device_id) OVER v
			    THEN missed_frames(s.f_cnt, lead(s.f_cnt) OVER v)
			    END
		  FROM sensor_readings s
		 WHERE s.organization_id = org AND s.unit_id = r.unit_id
		   AND s.recorded_at >= coalesce(w.lo, a)
		   AND s.recorded_at <= coalesce(w.hi, b)
		   AND (s.device_id IS NULL OR s.device_id <> ALL (u.beside))
		WINDOW v AS (ORDER BY s.recorded_at)) t (begun, ended, device,
		    missed)
	 WHERE r.organization_id = org
	   AND r.unit_id = ANY (units)
	   AND (w.hi IS NULL OR t.begun < w.hi)
	   AND (coalesce(t.ended, asof) - t.begun
		> greatest(3 * u.pace, interval '30 minutes')
	    OR t.missed > 0 AND t.ended - t.begun > 1.5 * u.pace);
END $$;

-- How often a sensor is expected to be heard: as it was told, as its model is
-- made; else as its unit is to be, or a door at least: daily.
CREATE OR REPLACE FUNCTION sensor_pace(d devices, of_unit integer)
RETURNS interval
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT interval '1 second' * coalesce(
		(SELECT c.uplink_interval_seconds FROM sensor_configurations c
		  WHERE c.organization_id = (d).organization_id
		    AND c.device_id = (d).id),
		(SELECT g.default_interval_seconds FROM sensor_catalog g
		  WHERE g.manufacturer = (d).manufacturer
		    AND g.model = (d).model),
		CASE WHEN measures_temperature((d).kind) THEN of_unit
		    ELSE 86400 END);
END;

-- The same of the sensors on these units, each for itself:
--  - from when it was attached, where nothing came, or nothing for too long;
--    of a primary one unless the unit's curve has it;
--  - beside the primary one, between what it measured;
--  - of one that measures no temperature, while it is silent.
-- Only of those with a device id of the network's, for nobody else could be
-- asked; and no further back than networks keep, but that a gap which goes on
-- begins where it began.
CREATE OR REPLACE FUNCTION sensor_gaps_in(org uuid, units uuid[],
    a timestamptz, b timestamptz, asof timestamptz)
RETURNS TABLE (unit_id uuid, from_at timestamptz, to_at timestamptz,
    device_id uuid, frames integer)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	kept	constant timestamptz := asof - interval '30 days';
BEGIN
	RETURN QUERY
	WITH sensors AS MATERIALIZED (
		SELECT d.unit_id, d.id, d.attached_at, h.last_seen_at AS seen,
			greatest(d.attached_at, kept) AS since,
			d.id = r.primary_device_id AS leads,
			measures_temperature(d.kind) AS measures, p.pace,
			greatest(3 * p.pace, interval '30 minutes') AS patience
		  FROM unit_rules r
		  JOIN devices d ON d.organization_id = org
			AND d.unit_id = r.unit_id AND d.deleted_at IS NULL
			AND d.ttn_device_id IS NOT NULL
		  JOIN device_state h ON h.organization_id = org
			AND h.device_id = d.id
		 CROSS JOIN LATERAL (SELECT sensor_pace(d,
			r.checkin_interval_seconds) OFFSET 0) p (pace)
		 WHERE r.organization_id = org AND r.unit_id = ANY (units)),
	heard AS (		-- first, since they were attached
		SELECT n.*, (SELECT s.recorded_at FROM sensor_readings s
			 WHERE s.organization_id = org
			   AND s.unit_id = n.unit_id AND s.device_id = n.id
			   AND s.recorded_at >= n.attached_at
			   AND n.seen IS NOT NULL
			 ORDER BY s.recorded_at LIMIT 1) AS first_at
		  FROM sensors n
		 WHERE n.measures
		   AND (n.seen IS NULL OR n.attached_at >= kept)),
	beside AS MATERIALIZED (
		SELECT n.*, CASE WHEN n.seen < kept
			THEN greatest(n.seen, n.attached_at) ELSE
			(SELECT s.recorded_at FROM sensor_readings s
			 WHERE s.organization_id = org
			   AND s.unit_id = n.unit_id AND s.device_id = n.id
			   AND s.recorded_at < a
			   AND s.recorded_at >= n.since
			 ORDER BY s.recorded_at DESC LIMIT 1) END AS lo,
			(SELECT s.recorded_at FROM sensor_readings s
			 WHERE s.organization_id = org
			   AND s.unit_id = n.unit_id AND s.device_id = n.id
			   AND s.recorded_at >= greatest(n.since, b)
			 ORDER BY s.recorded_at LIMIT 1) AS hi
		  FROM sensors n
		 WHERE n.measures AND NOT n.leads AND n.seen IS NOT NULL)
	SELECT n.unit_id, n.attached_at, n.first_at, n.id, NULL::integer
	  FROM heard n
	 WHERE n.attached_at < b AND coalesce(n.first_at, 'infinity') > a
	   AND coalesce(n.first_at, asof) - n.attached_at > n.patience
	   AND NOT (n.leads AND EXISTS (SELECT FROM sensor_readings s
		WHERE s.organization_id = org AND s.unit_id = n.unit_id
		  AND (n.first_at IS NULL OR s.recorded_at < n.first_at)))
	UNION ALL
	SELECT n.unit_id, t.begun, t.ended, n.id, t.missed
	  FROM beside n
	 CROSS JOIN LATERAL (
		SELECT x.at, lead(x.at) OVER v,
			missed_frames(x.f_cnt, lead(x.f_cnt) OVER v)
		  FROM (SELECT n.lo, NULL::integer
			 WHERE n.lo < kept
			UNION ALL
			SELECT s.recorded_at, s.f_cnt FROM sensor_readings s
			 WHERE s.organization_id = org
			   AND s.unit_id = n.unit_id AND s.device_id = n.id
			   AND s.recorded_at >= greatest(n.since,
				coalesce(n.lo, a))
			   AND s.recorded_at <= coalesce(n.hi, b)) x (at, f_cnt)
		WINDOW v AS (ORDER BY x.at)) t (begun, ended, missed)
	 WHERE (n.hi IS NULL OR t.begun < n.hi)
	   AND (coalesce(t.ended, asof) - t.begun > n.patience
	    OR t.missed > 0 AND t.ended - t.begun > 1.5 * n.pace)
	UNION ALL
	SELECT n.unit_id, f.at, NULL, n.id, NULL
	  FROM sensors n
	 CROSS JOIN LATERAL (SELECT greatest(n.attached_at, n.seen)) f (at)
	 WHERE NOT n.measures AND f.at < b AND asof - f.at > n.patience
	UNION ALL
	SELECT n.unit_id, g.from_at, coalesce(g.to_at, n.seen), n.id, NULL
	  FROM sensors n
	  JOIN reading_gaps g ON g.organization_id = org
		AND g.unit_id = n.unit_id AND g.series_id = n.id
	 WHERE NOT n.measures AND g.from_at < n.seen
	   AND coalesce(g.to_at, n.seen) > kept
	   AND g.from_at < b AND coalesce(g.to_at, n.seen) > a;
END $$;

-- Makes the ledger of these units from a to b anew. A gap that is as it was
-- stays what it was; one that has changed is asked for again.
CREATE OR REPLACE FUNCTION survey_gaps(org uuid, units uuid[], a timestamptz,
    b timestamptz, asof timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	WITH found AS MATERIALIZED (
		SELECT unit_id AS series_id, *
		  FROM gaps_in(org, units, a, b, asof)
		UNION ALL
		SELECT DISTINCT ON (unit_id, device_id, from_at) device_id, *
		  FROM sensor_gaps_in(org, units, a, b, asof)),
	gone AS (
		DELETE FROM reading_gaps g
		 WHERE g.organization_id = org AND g.unit_id = ANY (units)
		   AND g.from_at < b AND (g.to_at IS NULL OR g.to_at > a)
		   AND NOT EXISTS (SELECT FROM found f
			 WHERE f.unit_id = g.unit_id
			   AND f.series_id = g.series_id
			   AND f.from_at = g.from_at))
	INSERT INTO reading_gaps AS g (organization_id, unit_id, series_id,
	    from_at, to_at, device_id, frames, status, next_attempt_at)
	SELECT org, f.unit_id, f.series_id, f.from_at, f.to_at, f.device_id,
		f.frames, CASE WHEN f.frames = 0 OR f.device_id IS NULL
		    THEN 'unfillable' ELSE 'open' END, asof
	  FROM found f
	 ORDER BY f.unit_id, f.series_id, f.from_at
	    ON CONFLICT (organization_id, unit_id, series_id, from_at) DO UPDATE
	   SET to_at = excluded.to_at, device_id = excluded.device_id,
		frames = excluded.frames, status = excluded.status,
		attempts = 0, next_attempt_at = asof
	 WHERE g.to_at IS DISTINCT FROM excluded.to_at
	    OR g.device_id IS DISTINCT FROM excluded.device_id;
END $$;

-- The same of so many of an organization's units behind this one (null: from
-- the first on), in the order of their ids; which of them was the last. Null:
-- there are no more.
CREATE OR REPLACE FUNCTION survey_some_gaps(org uuid, after uuid, max integer,
    a timestamptz, b timestamptz, asof timestamptz) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
	units	uuid[] := ARRAY(SELECT r.unit_id FROM unit_rules r
		     WHERE r.organization_id = org
		       AND (after IS NULL OR r.unit_id > after)
		     ORDER BY r.unit_id LIMIT max);
BEGIN
	IF cardinality(units) = 0 THEN
		RETURN NULL;
	END IF;
	PERFORM survey_gaps(org, units, a, b, asof);
	RETURN units[cardinality(units)];
END $$;

-- What the ledger says of a unit's curve from a to b; and what it will say once
-- it has been made for what is stored since (reading_rollups.until,
-- reading_rollup_marks).
CREATE OR REPLACE FUNCTION gaps_of(org uuid, unit uuid, a timestamptz,
    b timestamptz, asof timestamptz)
RETURNS TABLE (from_at timestamptz, to_at timestamptz, frames integer,
    is_open boolean)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	made	timestamptz := coalesce(least(
		    (SELECT r.until FROM reading_rollups r
		      WHERE r.organization_id = org),
		    (SELECT min(m.from_at) FROM reading_rollup_marks m
		      WHERE m.organization_id = org AND m.unit_id = unit)), a);
BEGIN
	RETURN QUERY
	SELECT g.from_at, g.to_at, g.frames, g.status = 'open'
	  FROM reading_gaps g
	 WHERE g.organization_id = org AND g.unit_id = unit
	   AND g.series_id = unit
	   AND g.from_at < b AND g.to_at > a AND g.to_at < made
	UNION ALL
	SELECT f.from_at, f.to_at, f.frames, coalesce(g.status = 'open',
		f.frames IS DISTINCT FROM 0 AND f.device_id IS NOT NULL)
	  FROM gaps_in(org, ARRAY[unit], greatest(a, made), greatest(b, made),
		asof) f
	  LEFT JOIN reading_gaps g ON g.organization_id = org
		AND g.unit_id = unit AND g.series_id = unit
		AND g.from_at = f.from_at
		AND g.to_at IS NOT DISTINCT FROM f.to_at
	 WHERE f.from_at < b
	 ORDER BY 1;
END $$;

-- Since when a unit could have been observed: it was made, and what was
-- measured then has not been deleted for its age; or a reading is older.
CREATE OR REPLACE FUNCTION readings_kept_from() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = frostguard, pg_temp AS $$
	SELECT min(low) FROM reading_months()
$$;
