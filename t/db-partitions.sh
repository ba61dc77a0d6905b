#!/bin/sh
# The months of readings as those who run an installation see them: the job
# that looks after them, what it tells, and the commands beside it.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
faults=0
export FROSTGUARD_CONF="$tmp/conf" PGOPTIONS='-c search_path=frostguard'
cat >"$tmp/conf" <<!
database = host=$PGHOST port=$PGPORT dbname=$PGDATABASE
run_dir = $tmp
metrics_file = $tmp/metrics
retention_months = 2
!
as_admin="--database=host=$PGHOST dbname=$PGDATABASE user=postgres"

sql() {
	psql -qXAt -v ON_ERROR_STOP=1 -c "$1"
}

same() {	# WHAT GOT WANTED
	[ "$2" = "$3" ] || {
		echo "$1: $2, not $3"
		faults=$((faults + 1))
	}
}

has() {		# WHAT TEXT PATTERN
	printf '%s\n' "$2" | grep -Eq "$3" || {
		echo "$1: no $3 in:"
		printf '%s\n' "$2"
		faults=$((faults + 1))
	}
}

refused() {	# STATUS PATTERN ARGUMENT...
	want=$1 pattern=$2 rc=0
	shift 2
	./frostguard "$@" "$as_admin" >"$tmp/out" 2>&1 || rc=$?
	same "frostguard $*" "$rc" "$want"
	has "frostguard $*" "$(cat "$tmp/out")" "$pattern"
}

run="./cron/partitions --now 2003-06-01T00:00:00Z"
sql "SELECT create_reading_partitions('2003-01-01', 3);
    INSERT INTO organizations (name, slug, temp_unit)
	VALUES ('Fish', 'fish', 'C');
    INSERT INTO sites (organization_id, name)
	SELECT id, 'Quay' FROM organizations WHERE slug = 'fish';
    INSERT INTO areas (organization_id, site_id, name)
	SELECT organization_id, id, 'Hall' FROM sites WHERE name = 'Quay';
    INSERT INTO units (organization_id, area_id, name, unit_type)
	SELECT organization_id, a.id, u, 'fridge'
	  FROM areas a, unnest('{Cod,Eel}'::text[]) u WHERE a.name = 'Hall';
    INSERT INTO sensor_readings (organization_id, unit_id, recorded_at,
	temperature) SELECT organization_id, u.id, t, 4
	  FROM units u, generate_series('2003-01-10Z', '2003-03-20Z',
	    interval '10 days') t WHERE u.name IN ('Cod', 'Eel')" >/dev/null

./frostguard hold add --organization fish --unit Eel --from \
    2003-02-01 --reason 'case 12' --by Ann "$as_admin" >"$tmp/eel"
./frostguard hold add --month 2003-03 --reason 'court order' --by Bob \
    "$as_admin" >"$tmp/march"
refused 1 'held already' hold add --month 2003-03 --reason x --by y
refused 1 'no such thing' hold add --month 2003-13 --reason x --by y
refused 1 'no such thing' hold add --month "2003-1'" --reason x --by y
refused 1 'no such thing' hold add --organization fosh --reason x --by y
refused 1 'no such thing' hold add --organization fish --unit Hake \
    --reason x --by y
refused 1 'no such thing' hold release no-id --reason x --by y
refused 1 'no such thing' hold release "$(cat /proc/sys/kernel/random/uuid)" \
    --reason x --by y
refused 2 '^usage' hold add --organization fish --by y
refused 2 '^usage' hold add --organization fish --reason '' --by y
refused 2 '^usage' hold add --organization fish --reason x
refused 2 '^usage' hold add --organization fish --month 2003-03 --reason x \
    --by y
refused 2 'not a time' hold add --organization fish --from noon --reason x \
    --by y
refused 2 '^usage' hold
refused 2 '^usage' hold drop
refused 2 'not a time' retention --now never
same 'holds after what was refused' \
    "$(./frostguard hold list --json "$as_admin" | tr '{' '\n' | grep -c id)" 2
sql "INSERT INTO areas (organization_id, site_id, name)
	SELECT organization_id, id, 'Yard' FROM sites WHERE name = 'Quay';
    INSERT INTO units (organization_id, area_id, name, unit_type)
	SELECT organization_id, id, 'Eel', 'fridge' FROM areas
	 WHERE name = 'Yard'"
refused 1 'give the id' hold add --organization fish --unit Eel --reason x \
    --by y
same 'two of a name' "$(sql 'SELECT count(*) FROM retention_holds')" 1

told=$(./frostguard retention --now 2003-06-01T00:00:00Z "$as_admin")
has 'what will go' "$told" '^2003-01 +6 +[0-9]+ +0$'
has 'what will go' "$told" '^2003-02 +2 +[0-9]+ +2$'
has 'what will go' "$told" '^2003-03 +0 +0 +4$'
has 'why' "$told" "2 rows: hold $(cat "$tmp/eel") on unit Eel of fish,"
has 'why' "$told" 'placed by Ann on 20[0-9-]+: case 12'
has 'why' "$told" "4 rows: hold $(cat "$tmp/march") on month 2003-03,"
has 'as JSON' "$(./frostguard retention --json --now 2003-06-01T00:00:00Z \
    "$as_admin")" '"month":"2003-02","rowsDeleted":2,.*"placedBy":"Ann"'

planned=$($run --dry-run)
has 'dry run' "$planned" '"rowsDeleted":8,"rowsHeld":6'
same 'rows after a dry run' "$(sql "SELECT count(*) FROM sensor_readings
    WHERE recorded_at < '2004-01-01'")" 14
same 'what the job says' "$($run 2>&1)" ''
same 'rows that stay' "$(sql "SELECT count(*) FROM sensor_readings
    WHERE recorded_at < '2004-01-01'")" 6
run_row=$(sql "SELECT outcome || counts::text FROM job_runs
    WHERE job = 'partitions' ORDER BY id DESC LIMIT 1")
has 'the run' "$run_row" '^ok.*"rowsHeld": 6.*'
has 'the run' "$run_row" '"rowsDeleted": 8'
has 'the run' "$run_row" '"monthsAhead": 3'
same 'again' "$($run 2>&1)" ''
same 'months' "$(sql "SELECT string_agg(right(part, 3), ' ' ORDER BY low)
    FROM reading_months() WHERE low < '2004-01-01'")" 'm02 m03 m06 m07 m08 m09'

./frostguard hold release "$(cat "$tmp/eel")" --reason settled --by Cy \
    "$as_admin"
refused 1 'no such thing' hold release "$(cat "$tmp/eel")" --reason x --by y
has 'holds' "$(./frostguard hold list --all "$as_admin")" \
    'lifted by Cy on 20[0-9-]+: settled'
./frostguard hold release "$(cat "$tmp/march")" --reason settled --by Cy \
    "$as_admin"
same 'no holds' "$(./frostguard hold list "$as_admin")" ''
$run
same 'rows in the end' "$(sql "SELECT count(*) FROM sensor_readings
    WHERE recorded_at < '2004-01-01'")" 0
same 'the trail' "$(sql "SELECT string_agg(action, ' ' ORDER BY at)
    FROM super_admin_audit_log WHERE target_type = 'partition'")" \
    'hold.placed hold.lifted'

# A month that cannot go leaves the others to it, and says so.
sql "SELECT create_reading_partitions('2003-01-01', 2);
    CREATE VIEW in_the_way AS SELECT * FROM sensor_readings_y2003m01" >/dev/null
has 'what the job says' "$($run 2>&1)" 'months.left.*sensor_readings_y2003m01'
same 'months' "$(sql "SELECT string_agg(right(part, 3), ' ' ORDER BY low)
    FROM reading_months() WHERE high < '2003-06-01'")" 'm01'
same 'the run' "$(sql "SELECT outcome FROM job_runs ORDER BY id DESC
    LIMIT 1")" partial
echo 'retention_months = 0' >>"$tmp/conf"
sed -i '/^retention_months = 2/d' "$tmp/conf"
sql 'DROP VIEW in_the_way'
same 'kept for ever' "$($run 2>&1; sql "SELECT count(*) FROM reading_months()
    WHERE low = '2003-01-01'")" 1
has 'kept for ever' "$(./frostguard retention "$as_admin")" 'for ever'

# Nothing is done to a database of another age.
runs=$(sql 'SELECT count(*) FROM job_runs')
sql 'UPDATE schema_migrations SET version = version + 1000
    WHERE version = (SELECT max(version) FROM schema_migrations)'
rc=0
$run >"$tmp/out" 2>&1 || rc=$?
same 'a job on another schema' "$rc" 1
has 'a job on another schema' "$(cat "$tmp/out")" 'schema is at version 10'
same 'its runs' "$(sql 'SELECT count(*) FROM job_runs')" "$runs"
refused 1 'schema is at version 10' hold list
refused 1 'schema is at version 10' site list
refused 1 'schema is at version 10' import "$tmp/conf"
refused 1 'schema is at version 10' bench-data --units 1 --years 1
sed -i 's/^retention_months = 0/retention_months = 2/' "$tmp/conf"
refused 1 'schema is at version 10' retention
exit "$faults"
