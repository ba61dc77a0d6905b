-- Holds: what must not be deleted, whoever wants it kept, and until when.

-- Who placed or lifted a hold is in the trail, whatever program did it.
CREATE OR REPLACE FUNCTION keep_hold_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	lifted	boolean := TG_OP = 'UPDATE';
	actor	uuid := CASE WHEN lifted THEN NEW.lifted_by
			ELSE NEW.created_by END;
BEGIN
	INSERT INTO event_logs (organization_id, actor_id, actor_type,
	    event_type, category, severity, title, site_id, unit_id,
	    event_data)
	VALUES (NEW.organization_id, actor,
	    CASE WHEN actor IS NULL THEN 'system' ELSE 'user' END,
	    CASE WHEN lifted THEN 'hold.lifted' ELSE 'hold.placed' END,
	    'retention', 'info',
	    CASE WHEN lifted THEN 'Hold lifted' ELSE 'Hold placed' END,
	    NEW.site_id, NEW.unit_id, jsonb_strip_nulls(to_jsonb(NEW)
	    - '{organization_id,site_id,unit_id}'::text[]));
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER keep_hold_history
	AFTER INSERT OR UPDATE OF lifted_at ON retention_holds
	FOR EACH ROW EXECUTE FUNCTION keep_hold_history();

CREATE OR REPLACE FUNCTION keep_override_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	INSERT INTO super_admin_audit_log (action, target_type, target_id,
	    details)
	VALUES (CASE WHEN NEW.lifted_at IS NULL THEN 'hold.placed'
	    ELSE 'hold.lifted' END, 'partition', NEW.id,
	    jsonb_strip_nulls(to_jsonb(NEW)));
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER keep_override_history
	AFTER INSERT OR UPDATE ON partition_retention_overrides
	FOR EACH ROW EXECUTE FUNCTION keep_override_history();

-- What is held at a time. A site's hold is for each unit that stands there or
-- ever stood there: moving a fridge elsewhere frees nothing.
CREATE OR REPLACE FUNCTION held_spans(at timestamptz)
RETURNS TABLE (hold_id uuid, organization_id uuid, unit_id uuid,
    from_at timestamptz, until_at timestamptz)
LANGUAGE sql STABLE SET search_path = frostguard, pg_temp AS $$
	WITH holds AS (SELECT * FROM retention_holds
		WHERE lifted_at IS NULL
		  AND (expires_at IS NULL OR expires_at > at))
	SELECT h.id, h.organization_id, u.id,
		coalesce(h.from_at, '-infinity'), coalesce(h.until_at, 'infinity')
	  FROM holds h
	  LEFT JOIN units u ON h.site_id IS NOT NULL
	   AND u.organization_id = h.organization_id
	   AND EXISTS (SELECT FROM areas a
		WHERE a.organization_id = u.organization_id
		  AND a.site_id = h.site_id
		  AND (a.id = u.area_id OR EXISTS (
			SELECT FROM unit_settings_history c
			 WHERE c.organization_id = u.organization_id
			   AND c.unit_id = u.id
			   AND c.old_values->>'area_id' = a.id::text)))
	 WHERE h.unit_id IS NULL
	   AND (h.site_id IS NULL OR u.id IS NOT NULL)
	UNION ALL
	SELECT id, organization_id, unit_id,
		coalesce(from_at, '-infinity'), coalesce(until_at, 'infinity')
	  FROM holds WHERE unit_id IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION is_month_held(part name, at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SET search_path = frostguard, pg_temp AS $$
	SELECT EXISTS (SELECT FROM partition_retention_overrides o
		WHERE o.partition_name = part AND lifted_at IS NULL
		  AND (expires_at IS NULL OR expires_at > at))
$$;

-- The query for a month's rows that holds keep at the time $1.
CREATE OR REPLACE FUNCTION held_rows(part name) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN format('WITH spans AS MATERIALIZED (SELECT * FROM held_spans($1))'
    ' SELECT r.* FROM %I r WHERE EXISTS (SELECT FROM spans s'
    ' WHERE s.organization_id = r.organization_id'
    ' AND (s.unit_id IS NULL OR s.unit_id = r.unit_id)'
    ' AND r.recorded_at BETWEEN s.from_at AND s.until_at)', part);

-- How many rows a month has, and how many of them are held.
CREATE OR REPLACE FUNCTION count_month(part name, at timestamptz,
    OUT total bigint, OUT held bigint)
LANGUAGE plpgsql STABLE SET search_path = frostguard, pg_temp AS $$
BEGIN
	EXECUTE format('SELECT count(*) FROM %I', part) INTO total;
	IF is_month_held(part, at) THEN
		held := total;
		RETURN;
	END IF;
	EXECUTE format('SELECT count(*) FROM (%s) h', held_rows(part))
	    INTO held USING at;
END $$;

-- Each hold that keeps rows of a month, and how many.
CREATE OR REPLACE FUNCTION holds_on_month(part name, at timestamptz)
RETURNS TABLE (id uuid, kept bigint)
LANGUAGE plpgsql STABLE SET search_path = frostguard, pg_temp AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT o.id, (SELECT count(*) FROM %I)'
	    ' FROM partition_retention_overrides o'
	    ' WHERE o.partition_name = $2 AND is_month_held($2, $1)', part)
	    USING at, part;
	RETURN QUERY EXECUTE format('WITH spans AS MATERIALIZED (SELECT * FROM'
	    ' held_spans($1)) SELECT s.hold_id, count(*) FROM spans s'
	    ' JOIN %I r ON r.organization_id = s.organization_id'
	    ' AND (s.unit_id IS NULL OR s.unit_id = r.unit_id)'
	    ' AND r.recorded_at BETWEEN s.from_at AND s.until_at'
	    ' GROUP BY s.hold_id', part) USING at;
END $$;
