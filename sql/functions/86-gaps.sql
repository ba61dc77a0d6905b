-- The ledger of gaps (reading_gaps): what of a unit's curve is missing.

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

-- The gaps, of a unit or (null) of all, that have an instant in common with a
-- to b: to_at null, it goes on as of asof. Too far apart is what summary.h calls
-- a gap; a frame is missing only where time is missing, too, for a sensor that
-- kept readings until it could send them tells of one time in several frames. A
-- second sensor beside the primary one is left out, as everywhere. OFFSET 0:
-- once for each unit, not for each reading; and the day before is looked at
-- first, for it is one partition or two.
CREATE OR REPLACE FUNCTION gaps_in(org uuid, only_unit uuid, a timestamptz,
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
	   AND (only_unit IS NULL OR r.unit_id = only_unit)
	   AND (w.hi IS NULL OR t.begun < w.hi)
	   AND (coalesce(t.ended, asof) - t.begun
		> greatest(3 * u.pace, interval '30 minutes')
	    OR t.missed > 0 AND t.ended - t.begun > 1.5 * u.pace);
END $$;

-- Makes the ledger from a to b anew, of a unit or (null) of all. A gap that is
-- as it was stays what it was; one that has changed is asked for again.
CREATE OR REPLACE FUNCTION survey_gaps(org uuid, only_unit uuid, a timestamptz,
    b timestamptz, asof timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	WITH found AS MATERIALIZED (
		SELECT * FROM gaps_in(org, only_unit, a, b, asof)),
	gone AS (
		DELETE FROM reading_gaps g
		 WHERE g.organization_id = org
		   AND (only_unit IS NULL OR g.unit_id = only_unit)
		   AND g.from_at < b AND (g.to_at IS NULL OR g.to_at > a)
		   AND NOT EXISTS (SELECT FROM found f
			 WHERE f.unit_id = g.unit_id
			   AND f.from_at = g.from_at))
	INSERT INTO reading_gaps AS g (organization_id, unit_id, from_at,
	    to_at, device_id, frames, status, next_attempt_at)
	SELECT org, f.unit_id, f.from_at, f.to_at, f.device_id, f.frames,
		CASE WHEN f.frames = 0 OR f.device_id IS NULL
		    THEN 'unfillable' ELSE 'open' END, asof
	  FROM found f
	 ORDER BY f.unit_id, f.from_at
	    ON CONFLICT (organization_id, unit_id, from_at) DO UPDATE
	   SET to_at = excluded.to_at, device_id = excluded.device_id,
		frames = excluded.frames, status = excluded.status,
		attempts = 0, next_attempt_at = asof
	 WHERE g.to_at IS DISTINCT FROM excluded.to_at
	    OR g.device_id IS DISTINCT FROM excluded.device_id;
END $$;

-- What the ledger says of a to b; and what it will say once it has been made
-- for what is stored since (reading_rollups.until, reading_rollup_marks).
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
	   AND g.from_at < b AND g.to_at > a AND g.to_at < made
	UNION ALL
	SELECT f.from_at, f.to_at, f.frames, coalesce(g.status = 'open',
		f.frames IS DISTINCT FROM 0 AND f.device_id IS NOT NULL)
	  FROM gaps_in(org, unit, greatest(a, made), greatest(b, made), asof)
		f
	  LEFT JOIN reading_gaps g ON g.organization_id = org
		AND g.unit_id = unit AND g.from_at = f.from_at
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
