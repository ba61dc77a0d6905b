-- The directory tables: what is unique over all tenants, or must be found
-- before a tenant is known, copied from the tenant's own rows. Their unique
-- keys refuse a second owner; the triggers run as fg_owner, so no program
-- needs a grant to write there.

CREATE OR REPLACE FUNCTION enter_device() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM device_directory
		 WHERE dev_eui = OLD.device_eui
		   AND organization_id = OLD.organization_id;
	END IF;
	IF TG_OP = 'DELETE' THEN
		DELETE FROM device_tokens
		 WHERE organization_id = OLD.organization_id
		   AND device_id = OLD.id;
	ELSIF NEW.device_eui IS NOT NULL THEN
		INSERT INTO device_directory
		VALUES (NEW.device_eui, NEW.organization_id, NEW.id);
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER enter_device
	AFTER INSERT OR DELETE OR UPDATE OF device_eui ON devices
	FOR EACH ROW EXECUTE FUNCTION enter_device();

CREATE OR REPLACE FUNCTION enter_gateway() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM gateway_directory
		 WHERE gateway_eui = OLD.gateway_eui
		   AND organization_id = OLD.organization_id;
	END IF;
	IF TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL THEN
		INSERT INTO gateway_directory
		VALUES (NEW.gateway_eui, NEW.organization_id, NEW.id);
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER enter_gateway
	AFTER INSERT OR DELETE OR UPDATE OF gateway_eui, deleted_at ON gateways
	FOR EACH ROW EXECUTE FUNCTION enter_gateway();

-- An address signs in to the profile that had it first; further profiles with
-- it must be the same person's.
CREATE OR REPLACE FUNCTION enter_profile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		DELETE FROM login_directory
		 WHERE email = lower(OLD.email) AND profile_id = OLD.id
		   AND organization_id = OLD.organization_id;
		DELETE FROM user_directory
		 WHERE user_id = OLD.user_id
		   AND organization_id = OLD.organization_id;
	END IF;
	IF TG_OP = 'DELETE' THEN
		DELETE FROM sessions
		 WHERE organization_id = OLD.organization_id
		   AND profile_id = OLD.id;
	ELSIF NEW.deleted_at IS NULL THEN
		INSERT INTO user_directory
		VALUES (NEW.user_id, NEW.organization_id, NEW.id);
		IF NOT EXISTS (SELECT FROM login_directory
		    WHERE email = lower(NEW.email)
		      AND user_id = NEW.user_id) THEN
			INSERT INTO login_directory VALUES (lower(NEW.email),
			    NEW.user_id, NEW.organization_id, NEW.id);
		END IF;
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER enter_profile
	AFTER INSERT OR DELETE OR UPDATE OF email, user_id, deleted_at
	ON profiles FOR EACH ROW EXECUTE FUNCTION enter_profile();
