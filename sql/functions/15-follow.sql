-- A trigger function that sees all rows a statement has written at once, as
-- new_rows and old_rows: for what is derived from many rows, so that importing
-- ten thousand units costs one pass and not ten thousand.

CREATE OR REPLACE PROCEDURE follow_by_statement(tab name, follower name)
LANGUAGE plpgsql AS $$
DECLARE
	event	text;
	seen	text;
BEGIN
	FOR event, seen IN VALUES
		('INSERT', 'NEW TABLE AS new_rows'),
		('UPDATE', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'),
		('DELETE', 'OLD TABLE AS old_rows')
	LOOP
		EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER %s ON %I'
		    ' REFERENCING %s FOR EACH STATEMENT'
		    ' EXECUTE FUNCTION %I()', follower || '_' || lower(event),
		    event, tab, seen, follower);
	END LOOP;
END $$;
