-- What each role may touch. Run after every migration, as fg_owner; it takes
-- everything back first, so what stands here is all there is (besides
-- row-level security, which narrows it to one organization for all but
-- fg_jobs and fg_platform). grants.dump is what it comes to, for review; after
-- a change here, t/db-schema.sh says how to write it anew.

SET LOCAL search_path = frostguard;

REVOKE ALL ON SCHEMA frostguard FROM PUBLIC, fg_ingest, fg_hooks, fg_app,
    fg_inspector, fg_stream, fg_jobs, fg_platform;
REVOKE ALL ON ALL TABLES IN SCHEMA frostguard FROM PUBLIC, fg_ingest,
    fg_hooks, fg_app, fg_inspector, fg_stream, fg_jobs, fg_platform;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA frostguard FROM PUBLIC, fg_ingest,
    fg_hooks, fg_app, fg_inspector, fg_stream, fg_jobs, fg_platform;
REVOKE ALL ON ALL ROUTINES IN SCHEMA frostguard FROM PUBLIC, fg_ingest,
    fg_hooks, fg_app, fg_inspector, fg_stream, fg_jobs, fg_platform;

-- Everybody: find the schema, ask for its version, know the tenant.
GRANT USAGE ON SCHEMA frostguard TO fg_ingest, fg_hooks, fg_app, fg_inspector,
    fg_stream, fg_jobs, fg_platform;
GRANT EXECUTE ON FUNCTION current_org, current_profile, epoch_ms,
    from_epoch_ms TO fg_ingest, fg_hooks,
    fg_app, fg_inspector, fg_stream, fg_jobs, fg_platform;
DO $$
BEGIN
	IF to_regclass('schema_migrations') IS NOT NULL THEN
		GRANT SELECT ON schema_migrations TO fg_ingest, fg_hooks,
		    fg_app, fg_inspector, fg_stream, fg_jobs, fg_platform;
	END IF;
END $$;
-- Pure functions, used by views and checks.
GRANT EXECUTE ON FUNCTION is_freezing, default_limit_high, default_limit_low,
    measures_temperature, built_in_rules, rules_of(alert_rules),
    rules_of(units), rules_of(sites), alert_type_bit,
    suppressions_of, suppressions_over,
    effective_policy, policy_admits
    TO fg_ingest, fg_app, fg_inspector, fg_jobs, fg_platform;
GRANT EXECUTE ON FUNCTION missed_frames, gaps_in TO fg_app, fg_jobs;

-- fg_ingest: resolves devices, inserts readings and door events, steps the
-- unit's state, opens and resolves alerts, queues deliveries. Sees no people.
GRANT SELECT ON webhook_secrets, api_key_directory, device_tokens, devices,
    lora_sensors, sensor_catalog, battery_profiles, unit_rules,
    sensor_configurations, sensor_pending_changes TO fg_ingest;
GRANT SELECT (organization_id, id, scopes, expires_at, last_used_at,
    revoked_at)
    ON api_keys TO fg_ingest;
GRANT UPDATE (last_used_at) ON api_keys TO fg_ingest;
GRANT UPDATE (last_used_at) ON webhook_secrets TO fg_ingest;
GRANT UPDATE (status, ttn_device_id) ON devices TO fg_ingest;
GRANT UPDATE (status, last_join_at) ON lora_sensors TO fg_ingest;
GRANT UPDATE (status, applied_at) ON sensor_pending_changes TO fg_ingest;
GRANT SELECT, UPDATE ON unit_state, device_state TO fg_ingest;
GRANT SELECT, INSERT ON sensor_readings, door_events TO fg_ingest;
GRANT SELECT, INSERT, UPDATE ON alerts, reading_metrics TO fg_ingest;
GRANT INSERT ON alert_events, event_logs, reading_rollup_marks, replay_marks
    TO fg_ingest;
GRANT SELECT (organization_id, unit_id, recorded_at, temperature)
    ON manual_temperature_logs TO fg_ingest;
GRANT SELECT, INSERT, UPDATE (status, response) ON idempotency_keys TO fg_ingest;
GRANT EXECUTE ON FUNCTION queue_deliveries TO fg_ingest;

-- fg_hooks: what Stripe, Telnyx and Resend call back about.
GRANT SELECT, INSERT ON stripe_events, telnyx_webhook_events, stripe_customers,
    message_opt_outs TO fg_hooks;
GRANT DELETE ON message_opt_outs TO fg_hooks;
GRANT SELECT, INSERT, UPDATE ON subscriptions, invoices TO fg_hooks;
GRANT SELECT (id, sensor_limit), UPDATE (sensor_limit)
    ON organizations TO fg_hooks;
GRANT SELECT ON message_directory TO fg_hooks;
GRANT SELECT (organization_id, id, status, channel, recipient, external_id),
    UPDATE (status, delivered_at, failed_at, error_message, next_attempt_at)
    ON notification_deliveries TO fg_hooks;
GRANT INSERT ON event_logs TO fg_hooks;

-- fg_app: everything of one organization; the trails only grow, and what the
-- database derives is only read.
GRANT SELECT ON sensor_catalog, battery_profiles, device_directory,
    gateway_directory, login_directory, user_directory, stripe_customers,
    unit_rules, device_state, sensor_readings, door_events, reading_metrics,
    reading_rollups, reading_rollup_marks, reading_gaps, alert_rules_history, unit_settings_history, invoices,
    digests_sent, message_opt_outs, platform_roles, ttn_provisioning_logs,
    ttn_deprovision_steps, unit_rule_layers, computed_unit_rules,
    unit_rule_sources, delivery_recipients, session_people, now_units,
    unit_detail, unit_sensors, alert_list
    TO fg_app;
GRANT SELECT, INSERT ON event_logs, alert_events, message_consents,
    ttn_deprovision_jobs, account_deletion_jobs, stripe_customers TO fg_app;
GRANT SELECT, UPDATE ON unit_state, notification_deliveries TO fg_app;
GRANT SELECT, INSERT, UPDATE ON organizations, subscriptions, profiles, alerts,
    corrective_actions, manual_temperature_logs, retention_holds,
    inspector_sessions, pilot_feedback TO fg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ttn_connections, webhook_secrets,
    sms_configs, user_roles, sessions, one_time_tokens, login_failures,
    totp_recovery_codes, phone_verifications, invites, invite_tokens, api_keys,
    api_key_directory, escalation_contacts, sites, areas, units, annotations,
    hubs, gateways, devices, lora_sensors, device_tokens, pairing_sessions,
    sensor_configurations, sensor_pending_changes, entity_dashboard_layouts,
    alert_rules, alert_suppressions,
    notification_settings, notification_policies, in_app_notifications,
    push_subscriptions, inspector_tokens, qr_tokens, idempotency_keys TO fg_app;
GRANT SELECT, INSERT, UPDATE (withdrawn_at, certificate_url, notes)
    ON calibration_records TO fg_app;
GRANT SELECT ON excursions, excursion_list TO fg_app;
GRANT INSERT ON user_sync_log, replay_marks TO fg_app;
GRANT EXECUTE ON FUNCTION rules_at, limits_at, queue_deliveries, session_open,
    gaps_of, readings_kept_from TO fg_app;

-- fg_inspector: reads, and not everything; policies (0013) narrow it to the
-- sites its session was given.
GRANT SELECT ON inspector_tokens, sites, areas, unit_state, unit_rules,
    sensor_catalog, door_events, corrective_actions, calibration_records,
    reading_metrics, manual_temperature_logs, alert_events, excursions,
    excursion_list TO fg_inspector;
GRANT SELECT (organization_id, id, name, allowed_site_ids, from_date,
    until_date, expires_at, revoked_at) ON inspector_sessions TO fg_inspector;
GRANT SELECT (id, name, timezone, compliance_mode, temp_unit, logo_url)
    ON organizations TO fg_inspector;
GRANT SELECT (organization_id, id, area_id, name, unit_type, temp_limit_high,
    temp_limit_low, temp_hysteresis, temp_unit, checkin_interval_seconds,
    manual_monitoring_required, manual_monitoring_interval, primary_device_id,
    sort_order, is_active, created_at, deleted_at) ON units TO fg_inspector;
GRANT SELECT (organization_id, id, unit_id, name, device_eui, manufacturer,
    model, kind, is_active, deleted_at) ON devices TO fg_inspector;
GRANT SELECT (organization_id, unit_id, device_id, recorded_at, received_at,
    source, anomaly, temperature, humidity, door_open, doubts,
    raw_temperature) ON sensor_readings TO fg_inspector;
GRANT SELECT (organization_id, id, unit_id, site_id, area_id, device_id,
    alert_type, severity, status, title, message, trigger_temperature,
    threshold_violated, temp_limit, triggered_at, first_active_at,
    acknowledged_at, acknowledged_by, acknowledgment_notes, resolved_at,
    resolved_by, resolution_type, resolution_notes)
    ON alerts TO fg_inspector;
GRANT SELECT (organization_id, id, full_name) ON profiles TO fg_inspector;
GRANT SELECT (organization_id, id, event_type, category, severity, title,
    site_id, area_id, unit_id, event_data, recorded_at)
    ON event_logs TO fg_inspector;
GRANT EXECUTE ON FUNCTION is_chosen_site TO fg_inspector;

-- fg_stream: who is behind this cookie. No table.
GRANT EXECUTE ON FUNCTION session_watch TO fg_stream;

-- fg_jobs: sweep, outbox, digests, clean-up; all organizations.
GRANT SELECT ON ALL TABLES IN SCHEMA frostguard TO fg_jobs;
REVOKE SELECT ON sessions, one_time_tokens, invite_tokens, inspector_tokens,
    qr_tokens, api_key_directory, device_tokens, webhook_secrets,
    totp_recovery_codes, phone_verifications, login_failures, profiles
    FROM fg_jobs;
GRANT SELECT (organization_id, id, user_id, email, full_name, phone,
    phone_verified, push_enabled, email_enabled, sms_enabled, digest_daily,
    digest_weekly, digest_daily_time, digest_site_ids, timezone, deleted_at)
    ON profiles TO fg_jobs;
GRANT SELECT (expires_at, organization_id, profile_id), DELETE
    ON sessions TO fg_jobs;
GRANT SELECT (expires_at), DELETE ON one_time_tokens TO fg_jobs;
GRANT SELECT (expires_at, organization_id, id), DELETE
    ON phone_verifications TO fg_jobs;
GRANT SELECT (last_failed_at), DELETE ON login_failures TO fg_jobs;
GRANT INSERT ON event_logs, alert_events, digests_sent, message_directory,
    in_app_notifications, ttn_provisioning_logs, ttn_deprovision_steps
    TO fg_jobs;
GRANT UPDATE ON unit_state, device_state TO fg_jobs;
GRANT INSERT, DELETE ON reading_rollup_marks, replay_marks TO fg_jobs;
GRANT INSERT, UPDATE, DELETE ON reading_gaps, door_events TO fg_jobs;
GRANT INSERT, UPDATE ON reading_rollups TO fg_jobs;
GRANT INSERT, UPDATE ON job_runs, alerts, notification_deliveries,
    reading_metrics, ingest_checkpoints, ttn_deprovision_jobs, invoices,
    lora_sensors, sensor_configurations, excursions TO fg_jobs;
GRANT UPDATE ON ttn_connections, gateways, sensor_pending_changes,
    pairing_sessions, account_deletion_jobs, subscriptions, user_sync_log,
    impersonation_sessions TO fg_jobs;
GRANT UPDATE (email, full_name, avatar_url, phone, phone_verified,
    push_enabled, email_enabled, sms_enabled, digest_daily, digest_weekly,
    password_hash, totp_secret_encrypted, totp_confirmed_at, deleted_at)
    ON profiles TO fg_jobs;
GRANT UPDATE (status) ON devices TO fg_jobs;
GRANT UPDATE (checkin_interval_seconds) ON units TO fg_jobs;
GRANT DELETE ON user_roles, sites, areas, units, devices, gateways, hubs,
    organizations, idempotency_keys, message_directory, job_runs,
    push_subscriptions, in_app_notifications, ingest_checkpoints,
    reading_metrics TO fg_jobs;
GRANT INSERT, DELETE ON message_opt_outs TO fg_jobs;
GRANT EXECUTE ON FUNCTION queue_deliveries, readings_whole_from,
    refresh_unit_rules, rules_at, rules_over, sensor_gaps_in, sensor_pace,
    settle_doors, survey_gaps, survey_some_gaps TO fg_jobs;

-- fg_platform: administrators of the installation read, and say that they do.
GRANT SELECT ON ALL TABLES IN SCHEMA frostguard TO fg_platform;
REVOKE SELECT ON sessions, one_time_tokens, invite_tokens, inspector_tokens,
    qr_tokens, api_key_directory, device_tokens, webhook_secrets,
    totp_recovery_codes, phone_verifications, login_failures, profiles
    FROM fg_platform;
GRANT SELECT (organization_id, id, user_id, email, full_name, phone,
    phone_verified, timezone, created_at, updated_at, deleted_at)
    ON profiles TO fg_platform;
GRANT SELECT (token_hash, organization_id, profile_id, expires_at,
    last_seen_at, impersonation_session_id), INSERT, DELETE
    ON sessions TO fg_platform;
GRANT UPDATE (last_seen_at, expires_at, impersonation_session_id)
    ON sessions TO fg_platform;
GRANT INSERT ON super_admin_audit_log, event_logs TO fg_platform;
GRANT INSERT, UPDATE ON impersonation_sessions, retention_holds TO fg_platform;
GRANT INSERT, UPDATE, DELETE ON partition_retention_overrides, platform_roles,
    sensor_catalog, battery_profiles TO fg_platform;
GRANT UPDATE (name, sensor_limit, deleted_at, deleted_by)
    ON organizations TO fg_platform;
GRANT INSERT, UPDATE ON subscriptions, ttn_deprovision_jobs TO fg_platform;

-- Readings are reached through their parent alone: partitions have neither a
-- grant nor a policy.
DO $$
DECLARE
	part	regclass;
BEGIN
	FOR part IN SELECT inhrelid FROM pg_inherits
	    WHERE inhparent = 'sensor_readings'::regclass LOOP
		EXECUTE format('REVOKE ALL ON %s FROM fg_jobs, fg_platform',
		    part);
	END LOOP;
END $$;
