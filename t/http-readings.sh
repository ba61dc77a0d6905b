#!/bin/bash
# Readings as JSON and as CSV, page by page and in buckets, before and after
# they were summed up; what is refused names the field.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"

read -r secret < <(demo webhook_secret)
mapfile -t sensors < <(demo dev_eui)
mapfile -t units < <(demo unit_id)
mapfile -t orgs < <(demo id)
unit=${units[0]}
me=staff@harbour-kitchen.example
sign_in "$me"

# see ARGUMENT... - ask, signed in.
see() {
	ask -b "$out/$me" "$@"
}
# table PATH - as CSV.
table() {
	see -H 'Accept: text/csv' "$@"
}

# Four days of October, one reading in ten minutes, the last without a sensor.
sql "DELETE FROM sensor_readings WHERE unit_id = '$unit';
    INSERT INTO sensor_readings (organization_id, unit_id, device_id,
	recorded_at, received_at, temperature, humidity, battery, source)
    SELECT organization_id, id, CASE WHEN n < 575 THEN primary_device_id END,
	t, t + interval '1.5 s', n / 100.0, 45.5, 97, 't'
      FROM units, generate_series(0, 575) n, LATERAL (SELECT
	timestamptz '2026-10-01Z' + n * interval '10 min') x(t)
     WHERE id = '$unit'"
october='from=2026-10-01T00:00:00Z&to=2026-10-05T00:00:00Z'

see "/api/units/$unit/readings?$october"
want 200 body '"bucket":"raw"' body '"nextCursor":null' head '^vary:.*accept'
same readings 576 "$(grep -o recordedAt "$out/body" | wc -l)"
same 'the newest' 2026-10-04T23:50:00.000Z \
    "$(sed 's/.*"readings":\[{"recordedAt":"\([^"]*\)".*/\1/' "$out/body")"

lacks body receivedAt
see "/api/units/$unit/readings?$october&detail=true&limit=1"
want 200 body '"source":"ttn","deviceId":null,"receivedAt":"2026-10-04T23:50:01.500Z"' \
    body '"nextCursor":"[0-9]'

table "/api/units/$unit/readings?$october"
want 200 head '^content-type: text/csv; charset=utf-8' \
    head '^content-disposition: attachment' head '^vary:.*accept'
lacks head '^link:'
same lines 577 "$(wc -l <"$out/body")"
same 'the first line' $'2026-10-04T23:50:00.000Z,5.75,45.50,97,,false,ttn,,2026-10-04T23:50:01.500Z,,\r' \
    "$(sed -n 2p "$out/body")"
table "/units/$unit/readings?$october"
want 200 head '^content-type: text/csv'

# The next page is where Link says, and each row is on one of them.
next="/api/units/$unit/readings?$october&limit=100"
: >"$out/rows"
for ((pages = 1; pages < 20; pages++)); do
	table "$next"
	want 200
	tail -n +2 "$out/body" >>"$out/rows"
	next=$(sed -n 's/^link: <\(.*\)>; rel="next".*/\1/ip' "$out/head")
	[[ -n $next ]] || break
done
same pages 6 "$pages"
same 'rows on all pages' 576 "$(sort -u "$out/rows" | wc -l)"

# Buckets are the same from readings, from hours and from days.
steps='5m 15m 1h 1d'
for step in $steps; do
	table "/api/units/$unit/readings?$october&bucket=$step"
	want 200
	mv "$out/body" "$out/$step"
done
same '1h' $'2026-10-01T00:00:00.000Z,2026-10-01T01:00:00.000Z,0.00,0.03,0.05,6,50.00\r' \
    "$(sed -n 2p "$out/1h")"
"$FG_DIR/app/libexec/frostguard/rollup" --now 2026-11-02T00:07:00Z \
    >"$out/said"
same 'said by the job' '' "$(cat "$out/said")"
((0 < $(sql "SELECT count(*) FROM reading_metrics WHERE unit_id = '$unit'
    AND granularity = 'daily'"))) || fault 'no daily sums'
for step in $steps; do
	table "/api/units/$unit/readings?$october&bucket=$step"
	same "$step" "$(cat "$out/$step")" "$(cat "$out/body")"
done
see "/api/units/$unit/readings?from=2026-10-01T00:00:00Z&to=2026-10-05T00:00:00Z&bucket=1d"
want 200 body '"bucket":"1d"' body '"min":.*"avg":.*"max":.*"count":.*"coveragePercent":'

# What is not found in a day is put together.
sql "INSERT INTO sensor_readings (organization_id, unit_id, recorded_at,
	temperature)
    SELECT '${orgs[0]}', '$unit', timestamptz '2026-09-01Z'
	+ n * interval '1 min', 3 FROM generate_series(0, 2000) n"
see "/api/units/$unit/readings?from=2026-09-01T00:00:00Z&to=2026-09-03T00:00:00Z"
want 200 body '"bucket":"5m"'
see "/api/units/$unit/readings?from=2026-09-01T00:00:00Z&to=2026-09-08T00:00:00Z"
want 200 body '"bucket":"15m"'
see "/api/units/$unit/readings?from=2026-09-01T00:01:00Z&to=2026-09-08T00:00:00Z"
want 200 body '"bucket":"raw"'
see "/api/units/$unit/readings?from=2024-10-05T00:00:00Z&to=2026-10-05T00:00:00Z"
want 200 body '"bucket":"1d"'

see "/api/units/$unit/summary?$october"
want 200 body '"count":576' body '"min":0.00' body '"max":5.75' \
    body '"meanKinetic":3.' body '"secondsAbove":' body '"longestExcursion":'
see "/api/units/$unit/coverage?$october"
want 200 body '"coverage":{"monitoredByHand":false,"coveragePercent":' \
    body '"longestBlind":{"from":' body '"gaps":' body '"framesLost":'
for sensor in "${sensors[@]:0:2}"; do
	ask -H "X-Webhook-Secret: $secret" -d "$(uplink "$sensor" 3.5)" \
	    /webhooks/ttn
	want 200 body '"stored":1'
done
see "/units/$unit?period=30d"
want 200 body 'MKT</abbr>' body '<dt>Observed</dt>' \
    body '<dt>Longest time unobserved</dt>'
see /api/readings/latest?limit=1
want 200 body '"unitName":' body '"nextCursor":"[0-9]'
cursor=$(sed -n 's/.*"nextCursor":"\([^"]*\)".*/\1/p' "$out/body")
first=$(sed -n 's/.*"unitId":"\([^"]*\)".*/\1/p' "$out/body")
see "/api/readings/latest?limit=5000&cursor=$cursor"
want 200 body '"nextCursor":null'
lacks body "$first"

while read -r question field; do
	see "/api$question"
	want 400 body "\"VALIDATION_ERROR\".*\"field\":\"$field\""
	table "$question"
	want 400
done <<-EOF2
	/units/$unit/readings?bucket=2h bucket
	/units/$unit/readings?bucket=5m&from=2026-01-01T00:00:00Z bucket
	/units/$unit/readings?bucket=raw&from=2024-01-01T00:00:00Z from
	/units/$unit/readings?limit=10&from=2024-01-01T00:00:00Z from
	/units/$unit/readings?from=2026-10-02T00:00:00Z&to=2026-10-01T00:00:00Z from
	/units/$unit/readings?from=2026-10-02T00:00:00Z&to=2026-10-02T00:00:00Z from
	/units/$unit/readings?from=2026-13-02T00:00:00Z from
	/units/$unit/readings?cursor=12 cursor
	/units/$unit/readings?bucket=1h&limit=12 limit
	/units/$unit/readings?detail=all detail
	/units/$unit/summary?from=2024-01-01T00:00:00Z from
	/units/$unit/summary?from=now from
	/units/$unit/summary?bucket=1h bucket
	/units/$unit/coverage?from=2023-01-01T00:00:00Z from
	/units/$unit/coverage?from=2026-10-02T00:00:00Z&to=2026-10-01T00:00:00Z from
	/units/$unit/coverage?bucket=1h bucket
	/readings/latest?site=7 site
EOF2
table "/api/units/${orgs[0]}/readings"
want 404

ask_end
