-- Who is behind a session cookie: one row, or none when it is unknown, has
-- expired, or its person has left. Sets the tenant for the rest of the
-- transaction and notes the visit, to the minute.
CREATE OR REPLACE FUNCTION session_open(hash bytea, at timestamptz)
RETURNS TABLE (organization_id uuid, profile_id uuid, role app_role,
	full_name text, email text, organization text, timezone text,
	temp_unit temp_unit)
LANGUAGE plpgsql SECURITY INVOKER
SET search_path = frostguard, pg_temp AS $$
DECLARE
	s	sessions;
BEGIN
	SELECT * INTO s FROM sessions x
	 WHERE x.token_hash = hash AND x.expires_at > at;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM set_config('frostguard.org_id', s.organization_id::text, true);
	IF s.last_seen_at < at - interval '1 minute' THEN
		UPDATE sessions x SET last_seen_at = at
		 WHERE x.token_hash = hash;
	END IF;
	RETURN QUERY
	SELECT v.organization_id, v.profile_id, v.role, v.full_name, v.email,
	       v.organization, v.timezone, v.temp_unit
	  FROM session_people v WHERE v.token_hash = hash;
END
$$;
