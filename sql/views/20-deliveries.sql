-- Everybody of an organization who can be told something, and through what:
-- one row per person or contact and channel. Members by role, contacts by
-- priority.

CREATE VIEW delivery_recipients WITH (security_invoker = true) AS
SELECT p.organization_id, p.id AS profile_id, NULL::uuid AS contact_id,
	r.role, NULL::integer AS priority, via.channel, via.recipient
  FROM profiles p
  JOIN user_roles r ON r.organization_id = p.organization_id
	AND r.user_id = p.user_id
 CROSS JOIN LATERAL (
	SELECT 'in_app'::notification_channel, p.id::text
	 UNION ALL
	SELECT 'email', p.email WHERE p.email_enabled
	 UNION ALL
	SELECT 'sms', p.phone
	 WHERE p.sms_enabled AND p.phone_verified AND p.phone IS NOT NULL
	 UNION ALL
	SELECT 'push', s.id::text
	  FROM push_subscriptions s
	 WHERE p.push_enabled AND s.organization_id = p.organization_id
	   AND s.profile_id = p.id) via(channel, recipient)
 WHERE p.deleted_at IS NULL
 UNION ALL
SELECT c.organization_id, NULL, c.id, NULL, c.priority, via.channel,
	via.recipient
  FROM escalation_contacts c
 CROSS JOIN LATERAL (
	SELECT 'email'::notification_channel, c.email
	 WHERE c.email IS NOT NULL
	 UNION ALL
	SELECT 'sms', c.phone
	 WHERE c.phone IS NOT NULL AND c.consent_at IS NOT NULL)
	via(channel, recipient)
 WHERE c.is_active;
