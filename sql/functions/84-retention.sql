-- The end of readings: a month past its time goes as a whole partition, but
-- for what somebody holds.

CREATE OR REPLACE FUNCTION retired_months(keep integer, at timestamptz)
RETURNS TABLE (part name, low timestamptz)
LANGUAGE sql STABLE SET search_path = frostguard, pg_temp AS $$
	SELECT part, low FROM reading_months()
	 WHERE high <= at - make_interval(months => keep) ORDER BY low
$$;

-- What is held is copied out into a table that takes the dropped one's place
-- as the month's partition: whoever reads finds it where it was. One
-- transaction, during which no hold is placed or lifted. Only the exchange
-- itself excludes readers and writers, and only for as long as it takes.
CREATE OR REPLACE FUNCTION retire_reading_month(part name, at timestamptz,
    patience interval = '30 s', OUT gone bigint, OUT kept bigint)
LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = frostguard, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
	month	record;
	copy	name := part || '_held';
	copied	bigint;
BEGIN
	SELECT * INTO STRICT month FROM reading_months() m
	 WHERE m.part = retire_reading_month.part;
	LOCK TABLE retention_holds, partition_retention_overrides
	    IN SHARE MODE;
	EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', part);
	SELECT total - held, held INTO gone, kept FROM count_month(part, at);
	IF is_month_held(part, at) OR gone = 0 AND kept > 0 THEN
		RETURN;
	END IF;
	IF kept > 0 THEN
		CALL new_reading_table(copy, true);
		EXECUTE format('ALTER TABLE %I ADD CONSTRAINT of_month CHECK'
		    ' (recorded_at >= %L AND recorded_at < %L)', copy,
		    month.low, month.high);
		EXECUTE format('INSERT INTO %I %s'
		    ' ORDER BY organization_id, unit_id, recorded_at',
		    copy, held_rows(part)) USING at;
		GET DIAGNOSTICS copied = ROW_COUNT;
		IF copied <> kept THEN
			RAISE 'of % rows of %, % were copied',
			    kept, part, copied;
		END IF;
	END IF;
	CALL lock_soon(format('ONLY sensor_readings, sensor_readings_default,'
	    ' %I', part), patience);
	EXECUTE format('DROP TABLE %I', part);
	IF kept > 0 THEN
		EXECUTE format('ALTER TABLE %I RENAME TO %I', copy, part);
		CALL attach_reading_table(part, month.low);
		EXECUTE format('ALTER TABLE %I DROP CONSTRAINT of_month', part);
		EXECUTE format('COMMENT ON TABLE %I IS %L', part, 'held');
	END IF;
END $$;

-- What the above would do; deletes nothing, locks nothing.
CREATE OR REPLACE FUNCTION preview_retention(keep integer, at timestamptz)
RETURNS TABLE (part name, low timestamptz, bytes bigint, gone bigint,
    kept bigint)
LANGUAGE sql STABLE SET search_path = frostguard, pg_temp AS $$
	SELECT m.part, low, pg_total_relation_size(m.part::text::regclass),
		total - held, held
	  FROM retired_months(keep, at) m
	 CROSS JOIN LATERAL count_month(m.part, at)
	 ORDER BY low
$$;

REVOKE ALL ON FUNCTION retire_reading_month FROM PUBLIC;
