-- Months of readings: the next ones exist before they are needed, old ones go
-- as whole partitions.

-- Drops every month that ends at or before the given day, unless somebody
-- holds it: the month by name, or a unit, site or organization in it. Returns
-- the names of the dropped ones.
CREATE OR REPLACE FUNCTION drop_reading_partitions(before date)
RETURNS SETOF name
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	part	name;
	low	timestamptz;
	high	timestamptz;
BEGIN
	FOR part IN
		SELECT relname FROM pg_inherits
		  JOIN pg_class ON pg_class.oid = inhrelid
		 WHERE inhparent = 'sensor_readings'::regclass
		   AND relname ~ '^sensor_readings_y\d{4}m\d{2}$'
		 ORDER BY relname
	LOOP
		low := to_date(part, '"sensor_readings_y"YYYY"m"MM')::timestamp
		    AT TIME ZONE 'UTC';
		high := ((low AT TIME ZONE 'UTC') + interval '1 month')
		    AT TIME ZONE 'UTC';
		CONTINUE WHEN high > before::timestamp AT TIME ZONE 'UTC'
		    OR EXISTS (SELECT FROM partition_retention_overrides
			WHERE partition_name = part
			  AND (expires_at IS NULL OR expires_at > now()))
		    OR EXISTS (SELECT FROM retention_holds
			WHERE lifted_at IS NULL
			  AND (expires_at IS NULL OR expires_at > now())
			  AND coalesce(from_at, '-infinity') < high
			  AND coalesce(until_at, 'infinity') >= low);
		EXECUTE format('DROP TABLE %I', part);
		RETURN NEXT part;
	END LOOP;
END $$;

-- With every migration, in case no job has run for long.
SELECT create_reading_partitions((now() - interval '2 months')::date, 6);
