-- Who changed a rule or a unit's settings, from what to what: written by the
-- database, so that no program can forget it.

-- The fields of a that b has not, or has otherwise.
CREATE OR REPLACE FUNCTION jsonb_minus(a jsonb, b jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT coalesce(jsonb_object_agg(key, value), '{}')
	  FROM jsonb_each(a) WHERE value IS DISTINCT FROM b->key);

CREATE OR REPLACE FUNCTION keep_rule_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	same	text[] := '{organization_id,id,created_at,updated_at}';
	o	jsonb := to_jsonb(OLD) - same;
	n	jsonb := to_jsonb(NEW) - same;
BEGIN
	IF n = o OR NOT EXISTS (SELECT FROM organizations
	    WHERE id = coalesce(NEW.organization_id, OLD.organization_id)) THEN
		RETURN NULL;
	END IF;
	INSERT INTO alert_rules_history (organization_id, alert_rule_id,
	    changed_by, change_type, old_values, new_values)
	VALUES (coalesce(NEW.organization_id, OLD.organization_id),
	    coalesce(NEW.id, OLD.id), current_profile(),
	    CASE TG_OP WHEN 'INSERT' THEN 'created'
		WHEN 'UPDATE' THEN 'updated' ELSE 'deleted' END,
	    jsonb_minus(jsonb_strip_nulls(o), coalesce(n, '{}')),
	    jsonb_minus(jsonb_strip_nulls(n), coalesce(o, '{}')));
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER keep_rule_history
	AFTER INSERT OR UPDATE OR DELETE ON alert_rules
	FOR EACH ROW EXECUTE FUNCTION keep_rule_history();

CREATE OR REPLACE FUNCTION keep_unit_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = frostguard, pg_temp AS $$
DECLARE
	same	text[] := '{updated_at,sort_order}';
	o	jsonb := to_jsonb(OLD) - same;
	n	jsonb := to_jsonb(NEW) - same;
BEGIN
	IF n <> o THEN
		INSERT INTO unit_settings_history (organization_id, unit_id,
		    changed_by, old_values, new_values)
		VALUES (NEW.organization_id, NEW.id, current_profile(),
		    jsonb_minus(o, n), jsonb_minus(n, o));
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER keep_unit_history
	AFTER UPDATE ON units
	FOR EACH ROW EXECUTE FUNCTION keep_unit_history();
