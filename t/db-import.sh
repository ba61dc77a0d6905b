#!/bin/sh
# Files of other loggers: what is taken in, what is told by its line, and what
# happens to a file that was interrupted.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
faults=0
export FROSTGUARD_CONF="$tmp/conf" PGOPTIONS='-c search_path=frostguard'
printf '%s\n' "database = host=$PGHOST dbname=$PGDATABASE user=postgres" \
    'retention_months = 0' >"$tmp/conf"

sql() {
	psql -qXAt -v ON_ERROR_STOP=1 -c "$1"
}

same() {	# WHAT GOT WANTED
	[ "$2" = "$3" ] || {
		echo "$1: $2, not $3"
		faults=$((faults + 1))
	}
}

# import STATUS PATTERN ARGUMENT... - of the file in $tmp/in.csv.
import() {
	want=$1 pattern=$2 rc=0
	shift 2
	./frostguard import "$tmp/in.csv" "$@" >"$tmp/out" 2>&1 || rc=$?
	if [ "$rc" != "$want" ] || ! grep -Eq "$pattern" "$tmp/out"; then
		echo "import $*: status $rc, not $want, or no $pattern in"
		cat "$tmp/out"
		faults=$((faults + 1))
	fi
}

# stored WANTED... - the readings there are, oldest first; they go then.
stored() {
	same "readings" "$(sql "SELECT string_agg(to_char(recorded_at,
	    'MM-DD HH24:MI') || ' ' || temperature, ',' ORDER BY recorded_at,
	    temperature) FROM sensor_readings")" "$1"
	sql 'DELETE FROM sensor_readings; DELETE FROM reading_imports'
}

# until_true CONDITION - for half a minute at most.
until_true() {
	i=0
	until eval "$1"; do
		i=$((i + 1))
		[ "$i" -lt 600 ] || {
			echo "never: $1"
			exit 1
		}
		sleep 0.05
	done
}

# csv TEXT - with the escapes of printf; becomes the file.
csv() {
	printf '%b' "$1" >"$tmp/in.csv"
}

sql "INSERT INTO organizations (name, slug, temp_unit)
	VALUES ('Fish', 'fish', 'C');
    INSERT INTO sites (organization_id, name, timezone)
	SELECT id, s, z FROM organizations, (VALUES ('Quay', 'Europe/Berlin'),
	    ('Pier', 'America/New_York')) v(s, z);
    INSERT INTO areas (organization_id, site_id, name)
	SELECT organization_id, id, 'Hall' FROM sites;
    INSERT INTO units (organization_id, area_id, name, unit_type,
	    temp_limit_high)
	SELECT a.organization_id, a.id, u, 'fridge', 5
	  FROM areas a JOIN sites s ON s.id = a.site_id, (VALUES
	    ('Quay', 'Cod'), ('Quay', 'Eel'), ('Pier', 'Eel')) v(s, u)
	 WHERE s.name = v.s"
state=$(sql 'SELECT md5(string_agg(s::text, NULL ORDER BY unit_id))
    FROM unit_state s')

# As spreadsheets write: a byte-order mark, CRLF, quotes, commas in them.
csv '\0357\0273\0277"Date Time, GMT","Temp, \0302\0260F","RH, %"\r\n"2024-05-01 12:00:00","41.0","55"\r\n2024-05-01 12:05,"0",\r\n'
import 0 '^2 readings would be stored, 0 known' --unit Cod --dry-run
stored ''
import 0 '^2 readings stored, 0 known already, 0 lines' --unit Cod
same 'sums to be made anew' "$(sql 'SELECT count(*)
    FROM reading_rollup_marks')" 1
import 0 '^0 readings stored, 2 known already' --unit Cod
same 'humidity' "$(sql "SELECT string_agg(coalesce(humidity::text, '-'), ' '
    ORDER BY recorded_at) FROM sensor_readings")" '55.00 -'
stored '05-01 10:00 5.00,05-01 10:05 -17.78'

# Columns by name, semicolons, decimal commas, days first, units by column.
csv 'Logger 17\nSerial;0815\n\nDatum;Uhr;Probe 1;Probe 2 (\0302\0260C);Wo\n01/05/2024;06:15;9;4,5;cod\n02/05/2024;06:15;9;-4,5;Eel\n'
import 1 'none of the headings|no line has the headings' --unit Cod
import 1 'is it the day or the month' --date Datum --time Uhr \
    --temperature 'probe 2 (°c)' --unit-column Wo
import 1 'line 6: several units have that name' --date Datum --time Uhr \
    --temperature 'probe 2 (°c)' --unit-column Wo --dates dmy
import 0 '^1 readings stored, 1 known' --date Datum --time Uhr --site Quay \
    --temperature 'probe 2 (°c)' --unit-column Wo --dates dmy
same 'out of range' "$(sql 'SELECT string_agg(anomaly::text, NULL)
    FROM sensor_readings')" falsefalse
stored '05-01 04:15 4.50,05-02 04:15 -4.50'
import 1 'no line has the headings' --temperature 'Probe 9' --unit Cod
import 1 'no line has the headings' --humidity RH --date Datum --time Uhr \
    --temperature 'Probe 1' --unit Cod

# Degrees are never guessed, nor is a heading contradicted.
csv 'Time,Temperature\n2024-05-01 12:00,41\n'
import 1 'line 2: are the degrees Celsius or Fahrenheit' --unit Cod
import 2 'X: it is C or F' --unit Cod --degrees X
import 0 '^1 readings stored' --unit Cod --degrees F
stored '05-01 10:00 5.00'
import 0 'limits: are the degrees right' --unit Cod --degrees C
stored '05-01 10:00 41.00'
csv 'Time,Temperature (F)\n2024-05-01 12:00,41\n'
import 1 'says degrees Fahrenheit, --degrees the other' --unit Cod --degrees C
stored ''

# What is wrong is told by its line; what is good is stored.
{
	echo 'Time,Celsius'
	echo '2024-05-01 12:00,4'
	echo '2024-02-30 12:00,4'
	echo '"2024-05-01
12:10",4'
	echo '2024-05-01 12:15,ERR'
	echo '2024-05-01 12:20'
	echo '2024-05-01 12:25,327.67'
	echo '1999-12-31 12:30,4'
	echo '2199-12-31 12:30,4'
	echo '2024-05-01 12:00,5'
	echo '2024-05-01 12:35,4.5,and,more'
	printf '2024-05-01 12:40,'
} >"$tmp/in.csv"
import 1 '^2 readings stored, 1 known already, 8 lines' --unit Cod
same 'lines told' "$(sed -n 's/^line \([0-9]*\):.*/\1/p' "$tmp/out" |
    paste -sd ' ')" '3 4 6 7 8 9 10 13'
grep -q 'was the file cut off' "$tmp/out" || {
	echo 'a last line without an end is not told'
	faults=$((faults + 1))
}
stored '05-01 10:00 4.00,05-01 10:35 4.50'
csv 'Time,Celsius\n2024-05-01 12:00,4\n2024-05-01 12:05,"4\n'
import 1 '^line 3: ' --unit Cod
stored '05-01 10:00 4.00'
csv ''
import 1 'no line has the headings' --unit Cod
csv 'Time,Celsius\n'
import 0 '^0 readings stored' --unit Cod
import 1 'no column of units'
import 1 'no such organization' --unit Cod --organization fosh
import 2 'no time zone Atlantis' --unit Cod --timezone Atlantis
stored ''

# A sensor's reading of the same time is another one, and stays.
csv 'Time,Celsius\n2024-05-01 12:00,4\n'
sql "INSERT INTO sensor_readings (organization_id, unit_id, device_id,
    recorded_at, temperature) SELECT organization_id, id, id, '2024-05-01 10:00Z',
    3 FROM units WHERE name = 'Cod'"
import 0 '^1 readings stored, 0 known' --unit Cod
same 'of the same time' "$(sql 'SELECT sum(temperature)
    FROM sensor_readings')" 7.00
stored '05-01 10:00 3.00,05-01 10:00 4.00'

# Clocks are set: back on 2024-10-27, forward on 2024-03-31.
csv 'Time,Celsius\n2024-10-27 02:30,1\n2024-10-27 02:50,2\n2024-10-27 02:10,3\n2024-10-27 02:30,4\n2024-10-27 03:10,5\n'
import 0 '^4 at times that clocks which are set back' --unit Cod
stored '10-27 00:30 1.00,10-27 00:50 2.00,10-27 01:10 3.00,10-27 01:30 4.00,10-27 02:10 5.00'
csv 'Time,Celsius\n2024-10-27 03:10,5\n2024-10-27 03:00,5\n2024-10-27 02:30,4\n2024-10-27 02:10,3\n2024-10-27 02:50,2\n2024-10-27 02:30,1\n'
import 0 '^6 readings stored' --unit Cod
stored '10-27 00:30 1.00,10-27 00:50 2.00,10-27 01:10 3.00,10-27 01:30 4.00,10-27 02:00 5.00,10-27 02:10 5.00'
csv 'Time,Celsius\n2024-03-31 01:50,1\n2024-03-31 02:10,2\n2024-03-31 03:30,3\n'
import 0 '^1 at times that clocks which are set forward' --unit Cod
stored '03-31 00:50 1.00,03-31 01:10 2.00,03-31 01:30 3.00'
import 0 '^3 readings stored' --unit Cod --timezone UTC
stored '03-31 01:50 1.00,03-31 02:10 2.00,03-31 03:30 3.00'
import 0 '^3 readings stored' --unit Eel --site Pier
stored '03-31 05:50 1.00,03-31 06:10 2.00,03-31 07:30 3.00'

# Long enough for several batches, and interrupted after the first: the line
# that breaks the file is put right, and the rest follows.
{
	echo 'Time,Celsius'
	awk 'BEGIN { for (i = 0; i < 120000; i++) printf "2023-%02d-%02d %02d:%02d:%02d,%d.%02d\n", 1 + int(i / 40320), 1 + int(i / 1440) % 28, int(i / 60) % 24, i % 60, i % 7, i % 9, i % 100 }'
} >"$tmp/in.csv"
sql "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
    RAISE 'no further'; END \$\$;
    CREATE TRIGGER stop BEFORE UPDATE ON reading_imports FOR EACH ROW
    WHEN (NEW.line > 60000) EXECUTE FUNCTION stop()"
import 1 'the same command goes on' --unit Cod --timezone UTC
same 'after the interruption' "$(sql 'SELECT count(*) || $$ $$ || max(line)
    FROM sensor_readings, reading_imports')" '50000 50001'
sql 'DROP TRIGGER stop ON reading_imports'
import 0 'goes on behind line 50001' --unit Cod --timezone UTC
same 'in the end' "$(sql 'SELECT count(*) || $$ $$ || count(DISTINCT
    recorded_at) FROM sensor_readings')" '120000 120000'
import 0 '^0 readings stored, 120000 known' --unit Cod --timezone UTC
same 'all have their month' "$(sql 'SELECT count(*)
    FROM sensor_readings_default')" 0

# What is there already is known, and only the rest is stored.
sql "DELETE FROM sensor_readings WHERE temperature < 4"
kept=$(sql 'SELECT count(*) FROM sensor_readings')
import 0 "^$((120000 - kept)) readings would be stored, $kept known" \
    --unit Cod --timezone UTC --dry-run
import 0 "^$((120000 - kept)) readings stored, $kept known" --unit Cod \
    --timezone UTC

# Few lines in a span of which much more is known.
csv 'Time,Celsius\n2023-01-01 00:00:00,4\n2023-01-02 00:00:00.5,4\n2023-02-28 00:00:00.5,4\n2023-01-03 00:00:00.5,4\n2023-02-28 00:00:02,4\n2023-01-03 00:00:00.5,4\n'
import 0 '^3 readings stored, 3 known' --unit Cod --timezone UTC
sql 'DELETE FROM sensor_readings; DELETE FROM reading_imports;
    DELETE FROM replay_marks; DELETE FROM reading_rollup_marks'

# Lines of more units than one, in turn; marks are of what was stored.
sql "INSERT INTO units (organization_id, area_id, name, unit_type)
	SELECT a.organization_id, a.id, 'Tank ' || i, 'fridge'
	  FROM areas a JOIN sites s ON s.id = a.site_id,
	       generate_series(1, 100) i WHERE s.name = 'Quay'"
awk 'BEGIN { print "Time,Celsius,Unit"
	for (i = 0; i < 1000; i++)
		printf "2024-06-01 %02d:00,%d,tank %d\n", i / 100, i % 7,
		    1 + i % 100 }' >"$tmp/in.csv"
sed '1p; /,tank [1-9]$/!d; /06-01 0[1-8]/d' "$tmp/in.csv" >"$tmp/some"
mv "$tmp/in.csv" "$tmp/all" && mv "$tmp/some" "$tmp/in.csv"
import 0 '^18 readings stored' --unit-column Unit --timezone UTC
mv "$tmp/all" "$tmp/in.csv"
import 0 '^982 readings stored, 18 known' --unit-column Unit --timezone UTC
same 'in turn' "$(sql 'SELECT count(*) || $$ $$ || count(DISTINCT unit_id)
    FROM sensor_readings')" '1000 100'
import 0 '^0 readings stored, 1000 known' --unit-column Unit --timezone UTC
for marks in replay_marks reading_rollup_marks; do
	same "$marks" "$(sql "SELECT string_agg(n || ' ' || span, ',' ORDER BY n)
	    FROM (SELECT count(*) n, to_at - from_at AS span
		FROM $marks GROUP BY 2) s")" '9 07:00:00,100 09:00:00'
done
sql "DELETE FROM sensor_readings; DELETE FROM reading_imports;
    DELETE FROM units WHERE name LIKE 'Tank %'"

# One who is storing the same at the same time: whoever is second waits for
# him, and looks again.
csv 'Time,Celsius\n2024-05-01 12:00,4\n2024-05-01 12:05,4\n2024-05-01 12:10,4\n'
mkfifo "$tmp/orders"
psql -qXAt -v ON_ERROR_STOP=1 <"$tmp/orders" >"$tmp/answers" &
exec 9>"$tmp/orders"
echo "BEGIN; INSERT INTO sensor_readings (organization_id, unit_id,
    recorded_at, temperature) SELECT organization_id, id, '2024-05-01 10:05Z', 3
    FROM units WHERE name = 'Cod'; SELECT 'there';" >&9
until_true "[ -s '$tmp/answers' ]"
import 0 '^2 readings stored, 1 known' --unit Cod >"$tmp/second" &
until_true "[ \"\$(sql \"SELECT count(*) FROM pg_stat_activity
    WHERE query LIKE 'COPY%' AND wait_event_type = 'Lock'\")\" = 1 ]"
echo 'COMMIT;' >&9
exec 9>&-
wait
same 'the second' "$(cat "$tmp/second")" ''
stored '05-01 10:00 4.00,05-01 10:05 3.00,05-01 10:10 4.00'

same 'alerts' "$(sql 'SELECT count(*) FROM alerts')" 0
same 'the state of units' "$(sql 'SELECT md5(string_agg(s::text, NULL
    ORDER BY unit_id)) FROM unit_state s')" "$state"
echo 'retention_months = 1' >"$tmp/retention"
sed -i '/^retention/d' "$tmp/conf" && cat "$tmp/retention" >>"$tmp/conf"
csv 'Time,Celsius\n2024-05-01 12:00,4\n'
import 0 '^1 are older than retention_months' --unit Cod
exit "$faults"
