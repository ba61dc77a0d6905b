-- Instants cross the boundary to C as epoch milliseconds; never is null.
-- Small enough for the planner to put in place, which it does only where the
-- declared volatility is that of the body: date_part is stable.
CREATE OR REPLACE FUNCTION epoch_ms(t timestamptz) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (date_part('epoch', t) * 1000)::bigint;

CREATE OR REPLACE FUNCTION from_epoch_ms(ms bigint)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_timestamp(ms / 1000::float8);
