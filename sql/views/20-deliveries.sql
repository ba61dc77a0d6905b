-- Everybody of an organization who can be told something, and through what:
-- one row per person or contact and channel. Members by role, contacts by
-- priority.

CREATE VIEW delivery_recipients WITH (security_invoker = true) AS
SELECT p.organization_id, p.id AS profile_id, NULL::uuid AS contact_id,
	r.role, NULL::integer AS priority, via.channel, via.recipient
  FROM profiles p
  JOIN user_roles r ON r.organization_id = p.organization_id
	AND r.user_id = p.user_id
 CROSS JOIN LATERAL (VALUES
	('in_app'::notification_channel, p.id::text),
	('email', CASE WHEN p.email_enabled THEN p.email END),
	('sms', CASE WHEN p.sms_enabled AND p.phone_verified THEN p.phone END))
	via (channel, recipient)
 WHERE p.deleted_at IS NULL AND via.recipient IS NOT NULL
 UNION ALL
SELECT p.organization_id, p.id, NULL, r.role, NULL, 'push', s.id::text
  FROM push_subscriptions s
  JOIN profiles p ON p.organization_id = s.organization_id
	AND p.id = s.profile_id
  JOIN user_roles r ON r.organization_id = p.organization_id
	AND r.user_id = p.user_id
 WHERE p.push_enabled AND p.deleted_at IS NULL
 UNION ALL
SELECT c.organization_id, NULL, c.id, NULL, c.priority, via.channel,
	via.recipient
  FROM escalation_contacts c
 CROSS JOIN LATERAL (VALUES ('email'::notification_channel, c.email),
	('sms', CASE WHEN c.consent_at IS NOT NULL THEN c.phone END))
	via (channel, recipient)
 WHERE c.is_active AND via.recipient IS NOT NULL;
