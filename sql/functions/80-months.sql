-- Months of readings: each a partition, made before it is needed, or made
-- late and given what the default partition has kept for it.

CREATE OR REPLACE FUNCTION month_start(at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE
RETURN date_trunc('month', at, 'UTC');

CREATE OR REPLACE FUNCTION month_after(at timestamptz, months integer = 1)
RETURNS timestamptz
LANGUAGE sql STABLE
RETURN (date_trunc('month', at AT TIME ZONE 'UTC')
    + make_interval(months => months)) AT TIME ZONE 'UTC';

CREATE OR REPLACE FUNCTION month_part(at timestamptz) RETURNS name
LANGUAGE sql STABLE
RETURN to_char(at AT TIME ZONE 'UTC', '"sensor_readings_y"YYYY"m"MM');

CREATE OR REPLACE FUNCTION reading_months()
RETURNS TABLE (part name, low timestamptz, high timestamptz)
LANGUAGE sql STABLE SET search_path = frostguard, pg_temp AS $$
	SELECT relname, low, month_after(low)
	  FROM pg_inherits
	  JOIN pg_class c ON c.oid = inhrelid
	 CROSS JOIN LATERAL (SELECT to_date(relname,
		'"sensor_readings_y"YYYY"m"MM')::timestamp AT TIME ZONE 'UTC')
		AS m(low)
	 WHERE inhparent = 'sensor_readings'::regclass
	   AND relname ~ '^sensor_readings_y\d{4}m\d{2}$'
$$;

-- An exclusive lock without making anybody wait for long: who comes while one
-- waits for it must wait behind, so it is waited for but briefly, and again
-- after a pause in which all others get on.
CREATE OR REPLACE PROCEDURE lock_soon(tables text, patience interval)
LANGUAGE plpgsql SET search_path = frostguard, pg_temp SET lock_timeout = '40ms' AS $$
DECLARE
	until	timestamptz := clock_timestamp() + patience;
BEGIN
	LOOP
		BEGIN
			EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE',
			    tables);
			RETURN;
		EXCEPTION WHEN lock_not_available THEN
			IF clock_timestamp() >= until THEN
				RAISE;
			END IF;
		END;
		PERFORM pg_sleep(0.1 + random() * 0.2);
	END LOOP;
END $$;

-- A table like a month's, not yet attached. Without indexes it is filled
-- faster; attaching it makes them.
CREATE OR REPLACE PROCEDURE new_reading_table(part name, indexed boolean)
LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = frostguard, pg_temp AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (LIKE sensor_readings INCLUDING'
	    ' DEFAULTS INCLUDING CONSTRAINTS %s)', part,
	    CASE WHEN indexed THEN 'INCLUDING INDEXES' ELSE '' END);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY,'
	    ' FORCE ROW LEVEL SECURITY', part);
	EXECUTE format('CREATE POLICY all_tenants ON %I TO fg_owner'
	    ' USING (true)', part);
END $$;

-- The caller holds the locks. A check that says the same spares a scan.
CREATE OR REPLACE PROCEDURE attach_reading_table(part name, low timestamptz)
LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = frostguard, pg_temp AS $$
BEGIN
	EXECUTE format('ALTER TABLE sensor_readings ATTACH PARTITION %I'
	    ' FOR VALUES FROM (%L) TO (%L)', part, low, month_after(low));
END $$;

-- The month that the time is in. What the default partition holds for it
-- moves into it, so a late call costs time, never data. Returns how many rows
-- moved; null: there was nothing to do.
CREATE OR REPLACE FUNCTION make_reading_month(at timestamptz,
    patience interval = '30 s')
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = frostguard, pg_temp AS $$
DECLARE
	low	timestamptz := month_start(at);
	part	name := month_part(at);
	moved	bigint;
BEGIN
	-- Against another maker; readings pass.
	LOCK TABLE ONLY sensor_readings IN SHARE UPDATE EXCLUSIVE MODE;
	IF to_regclass(part) IS NOT NULL THEN
		RETURN NULL;
	END IF;
	CALL new_reading_table(part, true);
	CALL lock_soon('sensor_readings_default', patience);
	EXECUTE format('WITH moved AS (DELETE FROM sensor_readings_default'
	    ' WHERE recorded_at >= %L AND recorded_at < %L RETURNING *)'
	    ' INSERT INTO %I SELECT * FROM moved', low, month_after(low), part);
	GET DIAGNOSTICS moved = ROW_COUNT;
	CALL attach_reading_table(part, low);
	RETURN moved;
END $$;

-- For those who fill a month that is not there yet: a table of the month's
-- name without indexes, and once it is full, its becoming the month. Both in
-- one transaction; nobody waits but for the second, while it is attached.
-- False: it is there.
CREATE OR REPLACE FUNCTION begin_reading_month(at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = frostguard, pg_temp AS $$
BEGIN
	IF to_regclass(month_part(at)) IS NOT NULL THEN
		RETURN false;
	END IF;
	CALL new_reading_table(month_part(at), false);
	RETURN true;
END $$;

CREATE OR REPLACE FUNCTION end_reading_month(at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = frostguard, pg_temp AS $$
DECLARE
	low	timestamptz := month_start(at);
	part	name := month_part(at);
	index	oid;
BEGIN
	-- Like the parent's, which attaching then finds and takes.
	FOR index IN SELECT indexrelid FROM pg_index
	    WHERE indrelid = 'sensor_readings'::regclass LOOP
		EXECUTE regexp_replace(pg_get_indexdef(index),
		    'INDEX \S+ ON ONLY \S+', format('INDEX ON %I', part));
	END LOOP;
	EXECUTE format('ALTER TABLE %I ADD CONSTRAINT of_month CHECK'
	    ' (recorded_at >= %L AND recorded_at < %L)', part, low,
	    month_after(low));
	CALL attach_reading_table(part, low);
	EXECUTE format('ALTER TABLE %I DROP CONSTRAINT of_month', part);
END $$;

-- The months [first, first + months); returns how many there were not.
CREATE OR REPLACE FUNCTION create_reading_partitions(first date,
    months integer)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = frostguard, pg_temp AS $$
DECLARE
	made	integer := 0;
	low	timestamptz := first::timestamp AT TIME ZONE 'UTC';
BEGIN
	FOR i IN 0 .. months - 1 LOOP
		IF make_reading_month(month_after(low, i)) IS NOT NULL THEN
			made := made + 1;
		END IF;
	END LOOP;
	RETURN made;
END $$;

-- Months that readings in the default partition belong to; times nobody
-- meant stay there.
CREATE OR REPLACE FUNCTION stray_months() RETURNS SETOF timestamptz
LANGUAGE sql STABLE SET search_path = frostguard, pg_temp AS $$
	SELECT DISTINCT month_start(recorded_at)
	  FROM sensor_readings_default
	 WHERE recorded_at >= '1970-01-01Z' AND recorded_at < '2201-01-01Z'
$$;

-- A month of which nothing but what is held is left (84-retention.sql), and
-- all before it, are no longer what their sums were made of. Null: none is.
CREATE OR REPLACE FUNCTION readings_whole_from() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = frostguard, pg_temp AS $$
	SELECT max(high) FROM reading_months()
	 WHERE obj_description(part::text::regclass, 'pg_class') = 'held'
$$;

-- Ended long enough ago that little still comes in, and not yet made compact.
CREATE OR REPLACE FUNCTION closed_months(at timestamptz)
RETURNS SETOF timestamptz
LANGUAGE sql STABLE SET search_path = frostguard, pg_temp AS $$
	SELECT low FROM reading_months()
	 WHERE high <= at - interval '31 days'
	   AND obj_description(part::text::regclass, 'pg_class') IS NULL
	 ORDER BY low
$$;

-- Of the others, those whose key takes more than 5/4 of the room it needs:
-- readings come by time and stand there by unit, so that its pages are split
-- in the middle, and the older half stays half empty. Full pages hold 119
-- entries of 68 bytes. Small ones, and those never analyzed, are let be.
CREATE OR REPLACE FUNCTION loose_months(at timestamptz)
RETURNS SETOF timestamptz
LANGUAGE sql STABLE SET search_path = frostguard, pg_temp AS $$
	SELECT low
	  FROM reading_months()
	  JOIN pg_class t ON t.oid = part::text::regclass
	  JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique
	 WHERE low <= at AND high > at - interval '31 days'
	   AND t.reltuples > 0
	   AND pg_relation_size(i.indexrelid)
		> greatest(t.reltuples / 119 * 1.25, 512) * 8192
	 ORDER BY low
$$;

-- Before a month's indexes are made anew: what is there comes first of each
-- unit, so nobody will write between these entries, and the pages may be full.
CREATE OR REPLACE FUNCTION fill_index_pages(at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = frostguard, pg_temp AS $$
DECLARE
	index	record;
BEGIN
	FOR index IN
		SELECT i.indexrelid::regclass AS name, i.indisvalid AS valid
		  FROM pg_index i
		  JOIN pg_class c ON c.oid = i.indexrelid
		  JOIN pg_am a ON a.oid = c.relam
		 WHERE i.indrelid = month_part(at)::text::regclass
		   AND (NOT i.indisvalid OR a.amname = 'btree')
	LOOP
		-- Invalid: left by a run that was interrupted.
		IF index.valid THEN
			EXECUTE format('ALTER INDEX %s SET (fillfactor = 100)',
			    index.name);
		ELSE
			EXECUTE format('DROP INDEX %s', index.name);
		END IF;
	END LOOP;
END $$;

CREATE OR REPLACE FUNCTION mark_month_compact(at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = frostguard, pg_temp AS $$
BEGIN
	EXECUTE format('COMMENT ON TABLE %I IS ''compact''', month_part(at));
END $$;

-- For people and for alerts: is there a place for what will come?
CREATE OR REPLACE FUNCTION reading_months_health(at timestamptz)
RETURNS TABLE (in_default bigint, ahead bigint, months bigint,
    oldest timestamptz, rows bigint, bytes bigint)
LANGUAGE sql STABLE SET search_path = frostguard, pg_temp AS $$
	SELECT (SELECT count(*) FROM sensor_readings_default),
		(SELECT count(*) FROM generate_series(1, 24) later
		  WHERE NOT EXISTS (SELECT FROM generate_series(0, later) i
			WHERE to_regclass(month_part(month_after(at, i)))
			    IS NULL)),
		count(*), min(low),
		sum(greatest(reltuples, 0))::bigint,
		sum(pg_total_relation_size(c.oid))::bigint
		+ pg_total_relation_size('sensor_readings_default')
	  FROM reading_months()
	  JOIN pg_class c ON c.oid = part::text::regclass
$$;

-- Nobody else makes or drops tables; but whoever does, their owner owns them.
REVOKE ALL ON FUNCTION make_reading_month, begin_reading_month,
    end_reading_month, create_reading_partitions,
    fill_index_pages, mark_month_compact FROM PUBLIC;

-- With every migration, in case no job has run for long.
SELECT create_reading_partitions((now() - interval '2 months')::date, 6);
