-- Whose a session is, as far as they are still there: by its cookie's hash.

CREATE VIEW session_people WITH (security_invoker = true) AS
SELECT s.token_hash, s.expires_at, p.organization_id, p.id AS profile_id,
	r.role, coalesce(p.full_name, p.email)::text AS full_name,
	p.email::text AS email, o.name::text AS organization,
	o.timezone::text AS timezone, o.temp_unit
  FROM sessions s
  JOIN profiles p ON p.organization_id = s.organization_id
   AND p.id = s.profile_id
  JOIN user_roles r ON r.organization_id = p.organization_id
   AND r.user_id = p.user_id
  JOIN organizations o ON o.id = p.organization_id
 WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL;
