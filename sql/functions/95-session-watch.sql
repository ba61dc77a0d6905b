-- What the streamer may know of a session: whose it is, in which organization
-- and role, and for how long still. It asks with the hash of a cookie that it
-- was shown, runs as the owner, and so needs no right to read any table:
-- whoever takes the streamer over cannot list the sessions.
CREATE OR REPLACE FUNCTION session_watch(hash bytea)
RETURNS TABLE (organization_id uuid, profile_id uuid, role app_role,
	left_ms bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = frostguard, pg_temp
BEGIN ATOMIC
SELECT s.organization_id, s.profile_id, r.role,
       epoch_ms(s.expires_at) - epoch_ms(now())
  FROM sessions s
  JOIN profiles p ON p.organization_id = s.organization_id
   AND p.id = s.profile_id
  JOIN user_roles r ON r.organization_id = p.organization_id
   AND r.user_id = p.user_id
  JOIN organizations o ON o.id = s.organization_id
 WHERE s.token_hash = hash AND s.expires_at > now()
   AND p.deleted_at IS NULL AND o.deleted_at IS NULL;
END;
