#!/bin/bash
# What comes late over HTTP: nobody is alarmed, and what was out of range is
# found afterwards, on the pages and by the API, with both times.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"

{ read -r key; } < <(demo api_key)
mapfile -t units < <(demo unit_id)
unit=${units[0]}
foreign=${units[8]}
me=viewer@harbour-kitchen.example
sql "UPDATE sites SET timezone = 'UTC'"
# The sweep may change what it likes meanwhile, but not the unit.
sql "UPDATE unit_state SET due_at = NULL WHERE unit_id = '$unit'"
sql "DELETE FROM sensor_readings WHERE unit_id = '$unit'
    AND recorded_at > now() - interval '3 days'"

# readings - a warm night, two days ago, every ten minutes.
readings() {
	local i t sep='['
	for i in {0..60}; do
		t=2
		((i < 20 || i >= 40)) || t=9.5
		printf '%s{"unitId":"%s","temperature":%s,"recordedAt":"%s"}' \
		    "$sep" "$unit" "$t" "$(date -u -d \
		    "-2 days 00:00 UTC $((i * 10)) minutes" +%FT%TZ)"
		sep=,
	done
	printf ']'
}

post() {
	ask -H "X-API-Key: $key" -H 'Content-Type: application/json' \
	    --data-binary @- /api/readings/bulk < <(readings)
	asked='a warm night'
}

replay() {
	"$FG_DIR/app/libexec/frostguard/replay"
}

told() {
	sql "SELECT (SELECT count(*) FROM alerts WHERE unit_id = '$unit'), s
	    FROM unit_state s WHERE unit_id = '$unit'"
}

sign_in "$me"
ask -b "$out/$me" "/units/$unit"
want 200
lacks body 'found afterwards'
before=$(told)
post
want 200 body '"received":61,"stored":0,"duplicate":0,"late":61,"error":0'
same 'alerts and state' "$before" "$(told)"
# Whoever looks at the unit's page is told to look again.
curl -sN --max-time 60 -b "$out/$me" "$FG_URL/stream?unit=$unit" >"$out/heard" &
listener=$!
for _ in {1..100}; do
	[[ ! -s $out/heard ]] || break
	sleep 0.1
done
same 'what the job says' '' "$(replay 2>&1)"
for _ in {1..100}; do
	! grep -q '^event: unit:history' "$out/heard" || break
	sleep 0.1
done
same 'pages told' 1 "$(grep -c '^event: unit:history' "$out/heard")"
kill "$listener" 2>/dev/null || :
same 'alerts and state afterwards' "$before" "$(told)"
same 'runs on record' '1' "$(sql "SELECT count(*) FROM job_runs
    WHERE job = 'replay' AND outcome = 'ok' AND counts->>'found' = '1'")"

day=$(date -u -d '-2 days' +%F)
ask -b "$out/$me" "/api/units/$unit/excursions"
want 200 body '"foundAfterwards":true,"kind":"high"' \
    body "\"worst\":9.50.*\"mean\":9.50.*\"readings\":20,\"confirmed\":true" \
    body "\"from\":\"${day}T03:20:00.000Z\".*\"to\":\"${day}T06:40:00.000Z\"" \
    body "\"foundAt\":\"$(date -u +%F)T" body '"nextCursor":null'
ask -b "$out/$me" '/api/alerts/excursions?limit=1'
want 200 body "\"unitId\":\"$unit\""
for page in "/units/$unit" "/units/$unit/excursions" /alerts/excursions; do
	ask -b "$out/$me" "$page"
	want 200 body 'found afterwards' body '03:20:00</time>' \
	    body "Became known"
done
ask -b "$out/$me" "/units/$unit?period=7d"
want 200 body 'class="found-bar"'
ask -b "$out/$me" /alerts
want 200 body 'href="/alerts/excursions">Found afterwards'
ask -b "$out/$me" "/units/$unit/alerts"
want 200 body "href=\"/units/$unit/excursions\">Found afterwards"

# The same again.
post
want 200 body '"duplicate":61'
replay
ask -b "$out/$me" "/api/units/$unit/excursions"
same 'excursions' 1 "$(grep -o '"foundAfterwards"' "$out/body" | wc -l)"
lacks body '"correctedAt":"'
same 'lines of the trail' 1 "$(sql "SELECT count(*) FROM event_logs
    WHERE event_type LIKE 'excursion%' AND unit_id = '$unit'")"

# Nobody else's.
ask -b "$out/$me" "/api/units/$foreign/excursions"
want 404
ask "/api/units/$unit/excursions"
want 401
for wrong in limit=0 limit=501 cursor=x status=open; do
	ask -b "$out/$me" "/api/alerts/excursions?$wrong"
	want 400 body "\"field\":\"${wrong%=*}\""
done
ask_end
