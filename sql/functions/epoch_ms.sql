-- Instants cross the boundary to C as epoch milliseconds; never is null.
-- Small enough for the planner to put in place.
CREATE OR REPLACE FUNCTION frostguard.epoch_ms(t timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (date_part('epoch', t) * 1000)::bigint;

CREATE OR REPLACE FUNCTION frostguard.from_epoch_ms(ms bigint)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_timestamp(ms / 1000::float8);

-- Bit n for the n-th alert type; an empty list means every type.
CREATE OR REPLACE FUNCTION frostguard.alert_type_bits(
	types frostguard.alert_type[]) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = frostguard, pg_temp AS $$
	SELECT CASE WHEN cardinality(types) = 0
	       THEN (1 << cardinality(enum_range(NULL::alert_type))) - 1
	       ELSE (SELECT bit_or(1 << (array_position(
			 enum_range(NULL::alert_type), t) - 1))
		       FROM unnest(types) t) END
$$;
