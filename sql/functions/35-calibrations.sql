-- Calibrations: no two of a device hold at once, and the device's own row says
-- what its readings need to know.

-- The device's row serialises this: each sees what was entered before it. Those
-- that ended longer ago than any reading may come late are left out.
CREATE OR REPLACE FUNCTION calibrations_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	k	calibration_records := coalesce(NEW, OLD);
BEGIN
	PERFORM FROM devices
	  WHERE organization_id = k.organization_id AND id = k.device_id
	    FOR NO KEY UPDATE;
	IF TG_OP <> 'DELETE' AND k.withdrawn_at IS NULL AND EXISTS (
	    SELECT FROM calibration_records o
	     WHERE o.organization_id = k.organization_id
	       AND o.device_id = k.device_id AND o.id <> k.id
	       AND o.withdrawn_at IS NULL
	       AND tstzrange(o.calibrated_at, o.expires_at)
		   && tstzrange(k.calibrated_at, k.expires_at)) THEN
		RAISE EXCEPTION 'another calibration of this device holds in '
		    'that time'
		    USING ERRCODE = 'exclusion_violation',
			HINT = 'Withdraw that one first.';
	END IF;
	UPDATE devices SET calibrations = (
		SELECT array_agg(w ORDER BY r.calibrated_at DESC, n)
		  FROM (SELECT * FROM calibration_records
			 WHERE organization_id = k.organization_id
			   AND device_id = k.device_id
			   AND withdrawn_at IS NULL
			   AND coalesce(expires_at, 'infinity')
				> now() - interval '25 months'
			 ORDER BY calibrated_at DESC LIMIT 8) r
		 CROSS JOIN LATERAL unnest(ARRAY[epoch_ms(r.calibrated_at),
			coalesce(epoch_ms(r.expires_at), 9223372036854775807),
			(coalesce(r.temperature_offset, 0) * 100)::bigint])
			WITH ORDINALITY u(w, n))
	 WHERE organization_id = k.organization_id AND id = k.device_id;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER calibrations_follow
	AFTER INSERT OR UPDATE OR DELETE ON calibration_records
	FOR EACH ROW EXECUTE FUNCTION calibrations_follow();
