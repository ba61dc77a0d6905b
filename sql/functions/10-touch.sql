-- updated_at says when a row was last written, whoever writes it. Kept by one
-- trigger on every table that has the column.

CREATE OR REPLACE FUNCTION touch_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at := now();
	RETURN NEW;
END $$;

DO $$
DECLARE
	tab	regclass;
BEGIN
	FOR tab IN
		SELECT attrelid FROM pg_attribute
		  JOIN pg_class ON pg_class.oid = attrelid
		 WHERE relnamespace = 'frostguard'::regnamespace
		   AND relkind IN ('r', 'p') AND NOT relispartition
		   AND attname = 'updated_at' AND NOT attisdropped
	LOOP
		EXECUTE format('CREATE OR REPLACE TRIGGER touch_updated_at'
		    ' BEFORE UPDATE ON %s FOR EACH ROW'
		    ' EXECUTE FUNCTION touch_updated_at()', tab);
	END LOOP;
END $$;
