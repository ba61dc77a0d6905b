#!/bin/bash
# What the pages show and the API answers: names that are an attack, what
# people may do to an alert and when, long lists page by page, bad questions.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"

read -r secret < <(demo webhook_secret)
mapfile -t sensors < <(demo dev_eui)
mapfile -t units < <(demo unit_id)
mapfile -t orgs < <(demo id)
unit=${units[0]}
evil='<script>alert(1)</script>'
me=staff@harbour-kitchen.example

# see ARGUMENT... - ask, signed in.
see() {
	ask -b "$out/$me" "$@"
}

# act ALERT ACTION [JSON] - on an alert, over the API.
act() {
	see -H "X-CSRF-Token: $csrf" -H 'Content-Type: application/json' \
	    -X POST -d "${3:-{\}}" "/api/alerts/$1/$2"
}

# warm SENSOR TEMPERATURE - it measures that, now.
warm() {
	ask -H "X-Webhook-Secret: $secret" -d "$(uplink "$1" "$2")" \
	    /webhooks/ttn
	want 200 body '"stored":1'
}

# Whatever has a name is called an attack, and says so on the stream as well.
sql "UPDATE organizations SET name = '$evil' WHERE id = '${orgs[0]}';
    UPDATE sites SET name = '$evil' || name WHERE organization_id = '${orgs[0]}';
    UPDATE areas SET name = '$evil' || name WHERE organization_id = '${orgs[0]}';
    UPDATE devices SET name = '$evil' || name WHERE organization_id = '${orgs[0]}';
    UPDATE profiles SET full_name = '$evil' WHERE email = '$me';
    UPDATE units SET name = E'$evil\n\nevent: forged\ndata: x'
	WHERE id = '$unit'"
sign_in "$me"
curl -sN -b "$out/$me" "$FG_URL/stream" >"$out/events" &
reader=$!
for ((tries = 0; tries < 100; tries++)); do
	[[ ! -s $out/events ]] || break
	sleep 0.05
done
warm "${sensors[0]}" 35
alert=$(sql "SELECT id FROM alerts WHERE unit_id = '$unit'")
act "$alert" acknowledge "{\"notes\":\"$evil\"}"
want 200 body '"result":"acknowledged"'
for ((tries = 0; tries < 100; tries++)); do
	! grep -q '^event: alert:updated' "$out/events" || break
	sleep 0.05
done
kill "$reader"
wait "$reader" || :
asked='the stream'
for event in sensor:reading unit:state alert:triggered alert:updated; do
	grep -q "^event: $event" "$out/events" || fault "no $event"
done
! grep -E '^(event: forged|data: x)' "$out/events" || fault 'a forged event'
same 'lines that are no events' '' \
    "$(grep -vE '^(id|event|data|retry): |^:|^$' "$out/events")"

for path in / "/units/$unit" "/units/$unit/readings" /alerts \
    "/alerts/$alert" '/alerts?status=all' "/units/$unit/effective-rules" \
    "/units/$unit/alerts"; do
	see "$path"
	want 200 head 'text/html' head "script-src|default-src 'self'" \
	    body '&lt;script&gt;alert\(1\)&lt;/script&gt;'
	lacks body '<script>alert'
done
for path in /api/units "/api/units/$unit" "/api/alerts/$alert"; do
	see "$path"
	want 200 head '^content-type: application/json' head nosniff \
	    body '<script>alert\(1\)<\\?/script>'
done
see --get --data-urlencode "q=$evil" /
want 200 body 'value="&lt;script&gt;'
lacks body '<script>alert'

# The unit's sensors, to people and to programs.
see "/units/$unit"
want 200 body "<h2 id=.sensors.>" body "<td>${sensors[0]}</td><td>Online</td>"
see "/api/units/$unit"
want 200 body "\"devEui\":\"${sensors[0]}\".*\"status\":\"online\""

# Acknowledging twice is one acknowledgement. What is still so cannot be
# resolved, and nothing can without saying what was done.
act "$alert" acknowledge '{"notes":"again"}'
want 200 body '"result":"already acknowledged"'
same acknowledgements 1 "$(sql "SELECT count(*) FROM alert_events
    WHERE alert_id = '$alert' AND event_type = 'acknowledged'")"
for body in '{}' '{"correctiveAction":""}' '{"correctiveAction":null}' \
    '{"correctiveAction":" \n "}' \
    '{"correctiveAction":7}' '{"correctiveAction":["a"]}' \
    "{\"correctiveAction\":\"$(printf 'x%.0s' {1..2001})\"}"; do
	act "$alert" resolve "$body"
	want 400 body '"VALIDATION_ERROR".*"field":"correctiveAction"'
done
act "$alert" resolve '{"correctiveAction":"a","status":"resolved"}'
want 400 body '"field":"status","message":"is not known here"'
act "$alert" resolve '{"correctiveAction":"Closed the door"}'
want 409 body '"CONFLICT"'
see --data-urlencode "csrf=$csrf" -d correctiveAction=Nothing \
    -d rootCause=Nobody "/alerts/$alert/resolve"
want 409 head text/html body 'role="alert"' body '>Nothing</textarea>' \
    body '>Nobody</textarea>'
same 'corrective actions while it holds' 0 "$(sql "SELECT count(*)
    FROM corrective_actions")"
warm "${sensors[0]}" 3.9	# in range, but hardly
act "$alert" resolve '{"correctiveAction":"Closed the door"}'
want 200 body '"status":"resolved"' body '"result":"resolved"' \
    body '"unit":\{[^}]*"temperature":3\.90,'
act "$alert" resolve '{"correctiveAction":"Closed it again"}'
want 409
act "$alert" acknowledge
want 409
same 'corrective actions' 'Closed the door' "$(sql "SELECT description
    FROM corrective_actions")"

# A person without scripts: acknowledge from the form, back on the page.
warm "${sensors[1]}" 35
second=$(sql "SELECT id FROM alerts WHERE unit_id = '${units[1]}'")
see "/alerts/$second"
want 200 body 'name="notes"' body 'name="correctiveAction"'
see --data-urlencode "csrf=$csrf" -d notes=On+my+way \
    "/alerts/$second/acknowledge"
want 303 head "^location: /alerts/$second"
see "/alerts/$second"
want 200 body 'On my way' body "data-unit-id=\"${units[1]}\".*35\.00 °C"
lacks body 'name="notes"'

# Long lists: every row once, whatever shares an instant or comes meanwhile.
sql "INSERT INTO alerts (organization_id, unit_id, site_id, area_id,
	alert_type, severity, status, resolved_at, resolution_type,
	triggered_at)
    SELECT u.organization_id, u.id, a.site_id, a.id, 'door_open', 'info',
	'resolved', now(), 'auto',
	timestamptz '2026-01-01' + n / 4 * interval '1 min'
      FROM units u JOIN areas a ON a.organization_id = u.organization_id
	AND a.id = u.area_id, generate_series(1, 30) n
     WHERE u.id = '$unit';
    INSERT INTO sensor_readings (organization_id, unit_id, device_id,
	recorded_at, temperature)
    SELECT '${orgs[0]}', '$unit', d.id,
	now() - (n / 2 + 1) * interval '1 min', 3
      FROM generate_series(1, 30) n, devices d
     WHERE d.device_eui IN ('${sensors[0]}', '${sensors[1]}')
    ON CONFLICT DO NOTHING"
# walk PATH KEY - all pages of a list; how often each KEY stands there.
walk() {
	local cursor='' pages=0
	: >"$out/rows"
	while ((pages < 50)); do
		see "$1&limit=7${cursor:+&cursor=$cursor}"
		want 200
		pages=$((pages + 1))
		grep -oE "\"$2\":\"[^\"]*\"" "$out/body" >>"$out/rows"
		cursor=$(sed -n 's/.*"nextCursor":"\([^"]*\)".*/\1/p' \
		    "$out/body")
		[[ -n $cursor ]] || break
		((pages > 1)) || warm "${sensors[2]}" 35
	done
}
walk '/api/alerts?status=all' id
same 'alerts on all pages' "$(sql "SELECT count(*) FROM alerts
    WHERE organization_id = '${orgs[0]}' AND unit_id <> '${units[2]}'")" \
    "$(sort -u "$out/rows" | wc -l)"
same 'repeated alerts' '' "$(sort "$out/rows" | uniq -d)"
walk "/api/units/$unit/readings?from=2026-01-01T00:00:00Z" recordedAt
same 'readings on all pages' "$(sql "SELECT count(*) FROM sensor_readings
    WHERE unit_id = '$unit'")" "$(wc -l <"$out/rows")"
same 'repeated readings' "$(sql "SELECT count(*) FROM (SELECT FROM
    sensor_readings WHERE unit_id = '$unit' GROUP BY recorded_at
    HAVING count(*) > 1) t")" "$(sort "$out/rows" | uniq -d | wc -l)"
next='/alerts?status=all&limit=7'
for ((pages = 0; pages < 50; pages++)); do
	see "$next"
	want 200
	grep -o 'data-alert-id="[^"]*"' "$out/body" >>"$out/links"
	next=$(sed -n 's/.*rel="next" href="\([^"]*\)".*/\1/p' "$out/body" |
	    sed 's/&amp;/\&/g')
	[[ -n $next ]] || break
done
same 'alerts by the links of pages' "$(sql "SELECT count(*) FROM alerts
    WHERE organization_id = '${orgs[0]}'")" "$(sort -u "$out/links" | wc -l)"

# Bad questions name what is bad, on every route.
for program in cgi-bin/*; do
	[[ -f $program && -x $program && $program != */serve ]] || continue
	"$program" --routes
done | awk -F '"' '$2 == "method" { get = $4 == "GET" }
    $2 == "path" && get { print $4 }' >"$out/paths"
while read -r path; do
	noun=$unit
	[[ $path != /alerts/* ]] || noun=$alert
	see "/api${path/:id/$noun}?nonsense=1"
	want 400 body '"field":"nonsense","message":"is not known here"'
done <"$out/paths"
while read -r question field; do
	see "/api$question"
	want 400 body "\"VALIDATION_ERROR\".*\"field\":\"$field\""
	see "$question"
	want 400 head text/html body '<h1'
	lacks body '<script>alert'
done <<-EOF
	/alerts?limit=0 limit
	/alerts?limit=-1 limit
	/alerts?limit=501 limit
	/alerts?limit=1e9 limit
	/alerts?limit=99999999999999999999 limit
	/alerts?limit=1&limit=2 limit
	/alerts?status=$evil status
	/alerts?severity=fatal severity
	/alerts?cursor=x cursor
	/alerts?cursor=%27%3B-- cursor
	/alerts?site=1 site
	/units?status=fine status
	/units?q=%FF q
	/units?q=$(printf 'x%.0s' {1..300}) q
	/units/$unit?period=1000y period
	/units/$unit/readings?from=yesterday from
	/units/$unit/readings?bucket=2h bucket
	/units/$unit/readings?from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z from
	/alerts/1 id
	/units/%3Cscript%3E id
EOF
for escape in % %0 %zz %00; do
	see "/api/units?q=$escape"
	want 400 body 'The query cannot be read'
done
see "/api/units/$unit/"
want 404

# Sent compressed to who takes that, and never from a cache.
see --compressed /
want 200 head '^content-encoding: gzip' head '^vary: .*accept-encoding' \
    head '^cache-control: no-store'
see -H 'X-Request-Id: asked-by-a-test' /api/units
want 200 head '^x-request-id: asked-by-a-test' \
    body '"requestId":"asked-by-a-test"'

ask_end
