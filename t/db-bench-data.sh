#!/bin/sh
# Data to measure with: as much as was asked for, once, and going on where it
# was interrupted.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
faults=0
export FROSTGUARD_CONF="$tmp/conf" PGOPTIONS='-c search_path=frostguard'
echo "database = host=$PGHOST dbname=$PGDATABASE user=postgres" >"$tmp/conf"

sql() {
	psql -qXAt -v ON_ERROR_STOP=1 -c "$1"
}

same() {	# WHAT GOT WANTED
	[ "$2" = "$3" ] || {
		echo "$1: $2, not $3"
		faults=$((faults + 1))
	}
}

fill() {
	./frostguard bench-data --years 1 --interval 21600 "$@"
}

for bad in '--units 0' '--units -3' '--units 5x' '--units 9999999' '' \
    '--units 3 --years 0' '--units 3 more' '--units 3 --interval 0' \
    '--units 3 --jobs 0'; do
	rc=0
	# shellcheck disable=SC2086 # several arguments
	fill $bad >"$tmp/out" 2>&1 || rc=$?
	same "bench-data $bad" "$rc" 2
done
same 'organizations after what was refused' \
    "$(sql 'SELECT count(*) FROM organizations')" 0

fill --units 3 >"$tmp/out"
all=$(sql 'SELECT count(*) FROM sensor_readings')
same 'what it says' "$(sed -n '$s/ readings of 3 units.*//p' "$tmp/out")" "$all"
[ "$all" -ge $((365 * 3 * 4)) ] || {
	echo "a year of three units has but $all readings"
	faults=1
}
same 'units that report' "$(sql 'SELECT count(DISTINCT unit_id)
    FROM sensor_readings')" 3
same 'readings to come' "$(sql 'SELECT count(*) FROM sensor_readings
    WHERE recorded_at > now()')" 0
same 'implausible' "$(sql 'SELECT count(*) FROM sensor_readings
    WHERE temperature NOT BETWEEN -30 AND 30')" 0
same 'indexes of each month' "$(sql "SELECT min(n) || ' ' || max(n) FROM (
    SELECT count(*) FROM reading_months() JOIN pg_index
	ON indrelid = part::text::regclass GROUP BY part) t(n)")" '2 2'

# Interrupted: a month is there as a whole, or not at all; and done again it
# is the same.
sum=$(sql 'SELECT md5(string_agg(r::text, NULL ORDER BY recorded_at, unit_id))
    FROM sensor_readings r')
sql "DELETE FROM sensor_readings WHERE recorded_at >= month_start(now()
    - interval '3 months') AND recorded_at < month_start(now()
    - interval '2 months')"
fill --units 3 >"$tmp/out"
same 'months done again' "$(grep -c ' readings .*/s$' "$tmp/out")" 1
same 'all in the end' "$(sql 'SELECT count(*) FROM sensor_readings')" "$all"

same 'the same readings' "$(sql 'SELECT md5(string_agg(r::text, NULL
    ORDER BY recorded_at, unit_id)) FROM sensor_readings r')" "$sum"

rc=0
fill --units 4 >"$tmp/out" 2>&1 || rc=$?
same 'another number of units' "$rc$(grep -c 'has 3 units, not 4' "$tmp/out")" 11
same 'and nothing is changed' "$(sql 'SELECT count(*) FROM units')" 3
exit "$faults"
