-- What a unit is judged by at a moment: its effective rules, the suppressions
-- in force, its open alerts. Read after the unit's state row is locked, in a
-- statement of its own, so that its snapshot has what the last holder of the
-- lock committed. A plain SELECT without settings: the planner puts it in
-- place, and the caller's condition finds one unit by key.
CREATE OR REPLACE FUNCTION unit_judged(at timestamptz)
RETURNS TABLE (organization_id uuid, unit_id uuid, site_id uuid, area_id uuid,
	fahrenheit boolean, timezone text, high numeric, low numeric,
	hysteresis numeric, manual_enabled boolean, manual_monitoring boolean,
	has_sensor boolean, checkin_interval_s integer,
	offline_warning_missed integer, offline_critical_missed integer,
	manual_missed integer, manual_interval_min integer,
	manual_grace_min integer, confirm_door_closed_s integer,
	confirm_door_open_s integer, max_excursion_min integer,
	door_grace_min integer, door_warning_min integer,
	door_critical_min integer, door_mask_min_per_day integer,
	created_ms bigint, primary_device_id uuid, suppressed_bits integer,
	suppressed_until_ms bigint, open_alerts json)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT r.organization_id, r.unit_id, r.site_id, r.area_id,
       r.temp_unit = 'F', r.timezone::text, r.temp_limit_high,
       r.temp_limit_low, r.temp_hysteresis, r.manual_logging_enabled,
       r.manual_monitoring_required, r.has_sensor,
       r.checkin_interval_seconds, r.offline_warning_missed_checkins,
       r.offline_critical_missed_checkins,
       r.manual_log_missed_checkins_threshold, r.manual_interval_minutes,
       r.manual_grace_minutes, r.excursion_confirm_minutes_door_closed * 60,
       r.excursion_confirm_minutes_door_open * 60, r.max_excursion_minutes,
       r.door_open_grace_minutes, r.door_open_warning_minutes,
       r.door_open_critical_minutes, r.door_open_max_mask_minutes_per_day,
       epoch_ms(r.created_at), r.primary_device_id,
       p.bits, p.until_ms,
       (SELECT json_agg(json_build_array(a.id, a.alert_type, a.severity,
		a.device_id, a.status, epoch_ms(a.triggered_at)))
	  FROM alerts a
	 WHERE a.organization_id = r.organization_id
	   AND a.unit_id = r.unit_id AND a.status <> 'resolved')
  FROM unit_rules r
  LEFT JOIN LATERAL (
	SELECT bit_or(CASE WHEN cardinality(s.alert_types) = 0
		    THEN (1 << cardinality(enum_range(NULL::alert_type))) - 1
		    ELSE (SELECT bit_or(alert_type_bit(t))
			    FROM unnest(s.alert_types) t) END) AS bits,
	       epoch_ms(min(s.ends_at)) AS until_ms
	  FROM alert_suppressions s
	 WHERE s.organization_id = r.organization_id
	   AND s.starts_at <= at AND s.ends_at > at
	   AND (s.unit_id = r.unit_id OR s.site_id = r.site_id
	       OR num_nonnulls(s.unit_id, s.site_id) = 0)) p ON true
 WHERE r.is_active;
END;
