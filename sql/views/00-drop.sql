-- Views are made anew after every migration: the newest goes first, so that
-- nothing still stands on the one that goes.

DO $$
DECLARE
	old	regclass;
BEGIN
	FOR old IN
		SELECT oid FROM pg_class
		 WHERE relnamespace = 'frostguard'::regnamespace
		   AND relkind = 'v' ORDER BY oid DESC
	LOOP
		EXECUTE format('DROP VIEW %s', old);
	END LOOP;
END $$;
