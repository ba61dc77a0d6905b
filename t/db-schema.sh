#!/bin/sh
# The schema keeps its own rules (t/schema-faults.sql), and grants what
# sql/grants.dump says. After a change of grants, in the build directory:
#	$srcdir/t/cluster $srcdir/t/db-schema.sh --dump >$srcdir/sql/grants.dump
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export PGOPTIONS='-c client_min_messages=warning'

run() {
	psql -qXAt -v ON_ERROR_STOP=1 "$@"
}

if [ "${1-}" = --dump ]; then
	run -f "$here/grants-dump.sql"
	exit
fi

failed=0
fail() {
	echo "$*"
	failed=1
}

faults=$(run -f "$here/schema-faults.sql")
[ -z "$faults" ] || fail "$faults"

run -f "$here/grants-dump.sql" | diff -u "$here/../sql/grants.dump" - ||
    fail "grants are not those of sql/grants.dump"

# A check that cannot fail proves nothing: spoil the schema in each way that
# is looked for, see it found, and take it back.
while IFS='|' read -r fault spoil; do
	found=$(printf '%s\n' 'BEGIN; SET LOCAL search_path = frostguard;' \
	    "SET LOCAL ROLE fg_owner; $spoil; RESET ROLE;" \
	    "\\i $here/schema-faults.sql" 'ROLLBACK;' | run)
	case $found in
	*"$fault"*) ;;
	*) fail "not noticed: $spoil"; [ -z "$found" ] || echo "$found" ;;
	esac
done <<'!'
t: no organization_id|CREATE TABLE t (id uuid PRIMARY KEY)
t: no organization_id|CREATE TABLE t (organization_id uuid, id uuid UNIQUE)
t: no unique key|CREATE TABLE t (organization_id uuid NOT NULL)
forgets the tenant|ALTER TABLE sites ADD UNIQUE (name)
forgets the tenant|CREATE UNIQUE INDEX ON alerts ((organization_id::text), id)
crosses tenants|CREATE UNIQUE INDEX i ON areas (id); ALTER TABLE units ADD FOREIGN KEY (area_id) REFERENCES areas (id)
of or to a directory|ALTER TABLE sessions ADD FOREIGN KEY (organization_id, profile_id) REFERENCES profiles
of or to a directory|ALTER TABLE devices ADD FOREIGN KEY (device_eui) REFERENCES device_directory
pilot_feedback: listed, but not there|DROP TABLE pilot_feedback
is not forced|ALTER TABLE units NO FORCE ROW LEVEL SECURITY
is not forced|ALTER TABLE sessions DISABLE ROW LEVEL SECURITY
is not forced|ALTER TABLE sensor_readings_default DISABLE ROW LEVEL SECURITY
units: no policy own_tenant|DROP POLICY own_tenant ON units
units: no policy own_tenant|ALTER POLICY own_tenant ON units USING (true)
units: no policy own_tenant|ALTER POLICY own_tenant ON units WITH CHECK (true)
shows all tenants to fg_app|CREATE POLICY p ON units TO fg_app USING (true)
shows all tenants|ALTER POLICY all_tenants ON units TO fg_jobs, fg_app
shows all tenants|CREATE POLICY p ON sessions USING (true)
can too much|RESET ROLE; ALTER ROLE fg_app BYPASSRLS
has a member|RESET ROLE; GRANT fg_jobs TO fg_app
sites: belongs to postgres|RESET ROLE; ALTER TABLE sites OWNER TO postgres
f(): belongs to postgres|RESET ROLE; CREATE FUNCTION f() RETURNS int RETURN 1
without a search_path|ALTER FUNCTION make_due RESET search_path
with its owner's rights|ALTER VIEW alert_list RESET (security_invoker)
event_logs: fg_jobs may DELETE|GRANT DELETE ON event_logs TO fg_jobs
reaches a partition|GRANT SELECT ON sensor_readings_default TO fg_app
is the beginning of|CREATE INDEX ON alerts (organization_id)
is the beginning of|CREATE UNIQUE INDEX ON alerts (organization_id, id)
in the way of HOT|CREATE INDEX ON unit_state (organization_id, status)
units.x: is json|ALTER TABLE units ADD x json
units.x: is timestamp|ALTER TABLE units ADD x timestamptz
units.x: is double|ALTER TABLE units ADD x float
units.temp_max: is numeric|ALTER TABLE units ADD temp_max numeric(5,2)
temp_unit: not with the labels|ALTER TYPE temp_unit RENAME VALUE 'C' TO 'K'
!
exit "$failed"
