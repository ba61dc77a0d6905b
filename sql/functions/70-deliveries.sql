-- Whom an alert is told to, and through what.

-- The policy in force for a unit and an alert type, field by field: the
-- unit's, else the site's, else the organization's, else what is built in.
-- In plpgsql because that keeps the plan: an alert waits for this.
CREATE OR REPLACE FUNCTION effective_policy(org uuid, site uuid, unit uuid,
	type alert_type) RETURNS notification_policies
LANGUAGE plpgsql STABLE AS $$
DECLARE
	policy	notification_policies;
	given	jsonb;
BEGIN
	policy.organization_id := org;
	policy.site_id := site;
	policy.unit_id := unit;
	policy.alert_type := type;
	policy.initial_channels := '{in_app}';
	policy.requires_ack := false;
	policy.escalation_steps := '[]';
	policy.send_resolved_notifications := false;
	policy.reminders_enabled := false;
	policy.quiet_hours_enabled := false;
	policy.severity_threshold := 'warning';
	policy.allow_warning_notifications := false;
	policy.notify_roles := '{owner,admin}';
	policy.notify_site_managers := true;
	policy.notify_assigned_users := false;
	FOREACH given IN ARRAY ARRAY(SELECT jsonb_strip_nulls(to_jsonb(p))
	      FROM notification_policies p
	     WHERE p.organization_id = org AND p.alert_type = type
	       AND (p.unit_id = unit OR p.site_id = site
		    OR p.unit_id IS NULL AND p.site_id IS NULL)
	     ORDER BY p.unit_id NULLS FIRST, p.site_id NULLS FIRST)
	LOOP
		policy := jsonb_populate_record(policy, given);
	END LOOP;
	RETURN policy;
END $$;

-- Does an alert of this severity pass the policy's gate?
CREATE OR REPLACE FUNCTION policy_admits(p notification_policies,
	severity alert_severity) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE severity WHEN 'critical' THEN true
    WHEN 'warning' THEN (p).allow_warning_notifications
	OR (p).severity_threshold <= 'warning'
    ELSE (p).severity_threshold = 'info' END;

-- Queues what an alert's opening (level 0) or its n-th escalation step is to
-- tell; what is queued already stays. The tenant is the transaction's. Runs as
-- fg_owner: who opens alerts need not be able to read people. Quiet hours and
-- opt-outs are the sender's to look at, at the time of sending. Returns how
-- many were queued.
CREATE OR REPLACE FUNCTION queue_deliveries(alert uuid, at_level integer = 0,
	at timestamptz = now(), why text = 'alert_active') RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	org	uuid := current_org();
	a	record;
	p	notification_policies;
	step	jsonb;
	via	notification_channel[];
	queued	integer;
BEGIN
	SELECT site_id, unit_id, alert_type, severity INTO a FROM alerts
	 WHERE organization_id = org AND id = alert AND status <> 'resolved';
	IF NOT FOUND THEN
		RETURN 0;
	END IF;
	p := effective_policy(org, a.site_id, a.unit_id, a.alert_type);
	IF NOT policy_admits(p, a.severity) THEN
		RETURN 0;
	END IF;
	IF at_level = 0 THEN
		via := p.initial_channels;
	ELSE
		step := p.escalation_steps -> (least(at_level,
		    jsonb_array_length(p.escalation_steps)) - 1);
		via := ARRAY(SELECT jsonb_array_elements_text(
		    step->'channels')::notification_channel);
	END IF;
	INSERT INTO notification_deliveries (organization_id, alert_id,
	    profile_id, contact_id, level, channel, recipient, reason,
	    scheduled_at, next_attempt_at)
	SELECT org, alert, r.profile_id, r.contact_id, at_level, r.channel,
		r.recipient, why, at, at
	  FROM delivery_recipients r
	 WHERE r.organization_id = org AND r.channel = ANY (via)
	   AND (r.role = ANY (p.notify_roles)
		OR at_level > 0 AND r.priority
		    <= coalesce((step->>'contact_priority')::integer,
			r.priority))
	    ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS queued = ROW_COUNT;
	RETURN queued;
END $$;
