-- What an inspector sees: the sites of the session, and what is there.
--
-- Why:  read-only grants say which columns; these policies say which rows,
--       on top of the tenant's. A row is visible if what it belongs to is.
-- Lock: ACCESS EXCLUSIVE on each table, for a moment.
-- Undo: DROP POLICY chosen_sites on each.

SET LOCAL search_path = frostguard;

-- SET LOCAL frostguard.site_ids: ids between commas, or * for all; unset is
-- none.
CREATE FUNCTION is_chosen_site(site uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (string_to_array(current_setting('frostguard.site_ids', true), ',')
    && ARRAY['*', site::text]) IS TRUE;

CREATE POLICY chosen_sites ON sites AS RESTRICTIVE FOR SELECT TO fg_inspector
	USING (frostguard.is_chosen_site(id));
CREATE POLICY chosen_sites ON areas AS RESTRICTIVE FOR SELECT TO fg_inspector
	USING (frostguard.is_chosen_site(site_id));
CREATE POLICY chosen_sites ON unit_rules AS RESTRICTIVE FOR SELECT
	TO fg_inspector USING (frostguard.is_chosen_site(site_id));
CREATE POLICY chosen_sites ON alerts AS RESTRICTIVE FOR SELECT TO fg_inspector
	USING (frostguard.is_chosen_site(site_id));
CREATE POLICY chosen_sites ON event_logs AS RESTRICTIVE FOR SELECT
	TO fg_inspector USING (frostguard.is_chosen_site(site_id));

CREATE POLICY chosen_sites ON units AS RESTRICTIVE FOR SELECT TO fg_inspector
	USING (EXISTS (SELECT FROM frostguard.areas a
		WHERE a.organization_id = units.organization_id
		  AND a.id = units.area_id));
CREATE POLICY chosen_sites ON alert_events AS RESTRICTIVE FOR SELECT
	TO fg_inspector
	USING (EXISTS (SELECT FROM frostguard.alerts a
		WHERE a.organization_id = alert_events.organization_id
		  AND a.id = alert_events.alert_id));
CREATE POLICY chosen_sites ON calibration_records AS RESTRICTIVE FOR SELECT
	TO fg_inspector
	USING (EXISTS (SELECT FROM frostguard.devices d
		WHERE d.organization_id = calibration_records.organization_id
		  AND d.id = calibration_records.device_id));

DO $$
DECLARE
	tab	regclass;
BEGIN
	FOREACH tab IN ARRAY ARRAY['unit_state', 'sensor_readings',
	    'manual_temperature_logs', 'door_events', 'reading_metrics',
	    'corrective_actions', 'devices']::regclass[] LOOP
		EXECUTE format('CREATE POLICY chosen_sites ON %1$s'
		    ' AS RESTRICTIVE FOR SELECT TO fg_inspector'
		    ' USING (EXISTS (SELECT FROM frostguard.unit_rules r'
		    ' WHERE r.organization_id = %1$s.organization_id'
		    ' AND r.unit_id = %1$s.unit_id))', tab);
	END LOOP;
END $$;
