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

-- The gaps that have an instant in common with a to b: to_at null, it goes on
-- as of asof. Too far apart is what summary.h calls a gap; a frame is missing
-- only where time is missing, too, for a sensor that kept readings until it
-- could send them tells of one time in several frames. A second sensor beside
-- the primary one is left out, as everywhere.
CREATE OR REPLACE FUNCTION find_gaps(org uuid, unit uuid, a timestamptz,
    b timestamptz, asof timestamptz)
RETURNS TABLE (from_at timestamptz, to_at timestamptz, device_id uuid,
    frames integer)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	pace	interval;
	main	uuid;
	beside	uuid[];
	lo	timestamptz;
	hi	timestamptz;
BEGIN
	SELECT r.checkin_interval_seconds * interval '1 second',
		r.primary_device_id, ARRAY(SELECT d.id FROM devices d
		 WHERE d.organization_id = org AND d.unit_id = unit
		   AND d.id <> r.primary_device_id)
	  INTO pace, main, beside
	  FROM unit_rules r
	 WHERE r.organization_id = org AND r.unit_id = unit;
	SELECT s.recorded_at INTO lo FROM sensor_readings s
	 WHERE s.organization_id = org AND s.unit_id = unit
	   AND s.recorded_at < a
	   AND (s.device_id IS NULL OR s.device_id <> ALL (beside))
	 ORDER BY s.recorded_at DESC LIMIT 1;
	SELECT s.recorded_at INTO hi FROM sensor_readings s
	 WHERE s.organization_id = org AND s.unit_id = unit
	   AND s.recorded_at >= b
	   AND (s.device_id IS NULL OR s.device_id <> ALL (beside))
	 ORDER BY s.recorded_at LIMIT 1;
	RETURN QUERY SELECT t.* FROM (
		SELECT s.recorded_at, lead(s.recorded_at) OVER w,
			coalesce(lead(s.device_id) OVER w, main),
			CASE WHEN s.device_id = lead(s.device_id) OVER w
			    THEN missed_frames(s.f_cnt, lead(s.f_cnt) OVER w)
			    END
		  FROM sensor_readings s
		 WHERE s.organization_id = org AND s.unit_id = unit
		   AND s.recorded_at >= coalesce(lo, a)
		   AND s.recorded_at <= coalesce(hi, b)
		   AND (s.device_id IS NULL OR s.device_id <> ALL (beside))
		WINDOW w AS (ORDER BY s.recorded_at)) t (begun, ended, device,
		    missed)
	 WHERE (hi IS NULL OR t.begun < hi)
	   AND (coalesce(t.ended, asof) - t.begun
		> greatest(3 * pace, interval '30 minutes')
	    OR t.missed > 0 AND t.ended - t.begun > 1.5 * pace);
END $$;

-- Makes the ledger from a to b anew, of a unit or (null) of all. A gap that is
-- as it was stays what it was; one that has changed is asked for again.
CREATE OR REPLACE FUNCTION survey_gaps(org uuid, only_unit uuid, a timestamptz,
    b timestamptz, asof timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	unit	uuid;
BEGIN
	FOR unit IN
		SELECT r.unit_id FROM unit_rules r
		 WHERE r.organization_id = org
		   AND (only_unit IS NULL OR r.unit_id = only_unit)
		 ORDER BY r.unit_id
	LOOP
		WITH found AS MATERIALIZED (
			SELECT * FROM find_gaps(org, unit, a, b, asof)),
		gone AS (
			DELETE FROM reading_gaps g
			 WHERE g.organization_id = org AND g.unit_id = unit
			   AND g.from_at < b
			   AND (g.to_at IS NULL OR g.to_at > a)
			   AND g.from_at NOT IN (SELECT f.from_at FROM found f))
		INSERT INTO reading_gaps AS g (organization_id, unit_id,
		    from_at, to_at, device_id, frames, status, next_attempt_at)
		SELECT org, unit, f.from_at, f.to_at, f.device_id, f.frames,
			CASE WHEN f.frames = 0 OR f.device_id IS NULL
			    THEN 'unfillable' ELSE 'open' END, asof
		  FROM found f
		    ON CONFLICT (organization_id, unit_id, from_at) DO UPDATE
		   SET to_at = excluded.to_at, device_id = excluded.device_id,
			frames = excluded.frames, status = excluded.status,
			attempts = 0, next_attempt_at = asof
		 WHERE g.to_at IS DISTINCT FROM excluded.to_at
		    OR g.device_id IS DISTINCT FROM excluded.device_id;
	END LOOP;
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
	  FROM find_gaps(org, unit, greatest(a, made), greatest(b, made), asof)
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
