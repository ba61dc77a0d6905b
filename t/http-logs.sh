#!/bin/bash
# Temperatures that people measure: by the form, without a script, and by the
# API; what is missing, what is sent twice, who may.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"

mapfile -t units < <(demo unit_id)
unit=${units[0]}
theirs=$(sql "SELECT id FROM units WHERE organization_id <>
    (SELECT organization_id FROM units WHERE id = '$unit') LIMIT 1")
me=staff@harbour-kitchen.example
sql "UPDATE units SET temp_limit_low = 1, temp_limit_high = 5, temp_unit = 'C'
    WHERE id = '$unit'"

# see ARGUMENT... - ask, signed in.
see() {
	ask -b "$out/$me" "$@"
}

# log JSON [UNIT] - over the API.
log() {
	see -H "X-CSRF-Token: $csrf" -H 'Content-Type: application/json' \
	    -d "$1" "/api/units/${2:-$unit}/manual-logs"
}

# fill_in FIELD=VALUE... - the form of the unit's page.
fill_in() {
	local field fields=()
	for field; do
		fields+=(--data-urlencode "$field")
	done
	see --data-urlencode "csrf=$csrf" "${fields[@]}" \
	    "/units/$unit/manual-logs"
}

logs() {
	sql 'SELECT count(*) FROM manual_temperature_logs'
}

# Who may not is not shown the form, and is refused.
sign_in viewer@harbour-kitchen.example
ask -b "$out/viewer@harbour-kitchen.example" "/units/$unit"
want 200
lacks body 'name="temperature"'
ask -b "$out/viewer@harbour-kitchen.example" -H "X-CSRF-Token: $csrf" \
    -d temperature=4 "/api/units/$unit/manual-logs"
want 403 body FORBIDDEN_INSUFFICIENT_ROLE
sign_in "$me"
ask -d temperature=4 "/api/units/$unit/manual-logs"
want 401
see -d temperature=4 "/units/$unit/manual-logs"
want 403
log '{"temperature":4}' "$theirs"
want 404
see "/api/units/$theirs/manual-logs"
want 404
same 'logs of people who may not' 0 "$(logs)"

# What is not acceptable is named.
while IFS='|' read -r body field message; do
	log "$body"
	want 400 body "\"field\":\"$field\",\"message\":\"$message"
done <<-'EOF'
	{}|temperature|is required
	{"temperature":"4"}|temperature|must be a number
	{"temperature":5.01}|correctiveAction|is required where
	{"temperature":0.99,"notes":"cold"}|correctiveAction|is required where
	{"temperature":94}|temperature|must lie between
	{"temperature":212,"temperatureUnit":"F"}|temperature|must lie between
	{"temperature":4,"temperatureUnit":"K"}|temperatureUnit|must be C or F
	{"temperature":4,"humidity":101}|humidity|is out of range
	{"temperature":4,"logId":"1"}|logId|must be a UUID
	{"temperature":4,"recordedAt":"2199-01-01T00:00:00Z"}|recordedAt|lies in
	{"temperature":4,"recordedAt":"2020-01-01T00:00:00Z"}|recordedAt|is more
	{"temperature":4,"photoUrl":"data:text/html,x"}|photoUrl|must be an
	{"temperature":4,"inRange":true}|inRange|is not known
EOF
log "{\"temperature\":4,\"notes\":\"$(printf '%501s' '' | tr ' ' x)\"}"
want 400 body '"field":"notes","message":"is too long'
same 'logs that are not acceptable' 0 "$(logs)"

# Sent twice it is one log; with the same id it cannot become another.
id=0190f3a2-7b41-7c53-9d64-aa11bb22cc33
body="{\"logId\":\"$id\",\"temperature\":41,\"temperatureUnit\":\"F\"}"
log "$body"
want 201 body '"temperature":5.00' body '"inRange":true' body '"late":false'
sed 's/"requestId".*//' "$out/body" >"$out/first"
log "$body"
want 201
same 'the answer to a repetition' "$(cat "$out/first")" \
    "$(sed 's/"requestId".*//' "$out/body")"
log "{\"logId\":\"$id\",\"temperature\":4}"
want 409 body '"CONFLICT"'
log "$body" "${units[1]}"
want 409
same 'logs sent twice' 1 "$(logs)"

# Late entries are flagged.
log "{\"temperature\":3.5,\"recordedAt\":\"$(date -u -d -1hour +%FT%TZ)\"}"
want 201 body '"late":true'

# The form: refused, it comes back as it was filled in, with what is missing.
see "/units/$unit"
want 200 body 'inputmode="decimal"' body 'data-low="1.00" data-high="5.00"' \
    body 'entered late'
lacks body 'http-equiv="refresh"'
id=$(sed -n 's/.*name="logId" value="\([^"]*\)".*/\1/p' "$out/body")
fill_in temperature=7.25 temperatureUnit=C "logId=$id" correctiveAction= \
    'notes=<b>door was "open"</b>'
want 400 head 'text/html' body 'role="alert".*is required where' \
    body 'value="7.25"' body "name=\"logId\" value=\"$id\"" \
    body '&lt;b&gt;door was &quot;open&quot;'
same 'logs without a corrective action' 2 "$(logs)"
for try in first second; do
	fill_in temperature=7.25 temperatureUnit=C "logId=$id" \
	    'correctiveAction=Closed the door' 'notes=open'
	asked="the $try time"
	want 303 head "^location: /units/$unit#logs.$"
done
same 'logs out of range' 1 "$(sql "SELECT count(*)
    FROM manual_temperature_logs l JOIN corrective_actions c
	ON c.manual_log_id = l.id
    WHERE l.id = '$id' AND NOT is_in_range
    AND c.description = 'Closed the door'")"
see "/units/$unit/manual-logs"
want 200 body '7\.25 ' body 'Done: Closed the door' body 'entered late'

# The list, page by page.
see "/api/units/$unit/manual-logs?limit=2"
want 200 body '"temperature":7.25.*"temperature":5.00' body '"correctiveAction"'
lacks body '3\.50'
next=$(sed -n 's/.*"nextCursor":"\([^"]*\)".*/\1/p' "$out/body")
see "/api/units/$unit/manual-logs?limit=2&cursor=$next"
want 200 body '"temperature":3.50' body '"nextCursor":null'
lacks body '7\.25'
see "/api/units/$unit/manual-logs?limit=501"
want 400 body '"field":"limit"'

# A unit that waits for a log says where: on the page Now.
sql "UPDATE unit_state SET status = 'manual_required' WHERE unit_id = '$unit'"
see /
want 200 body "href=\"/units/$unit#log\">Log a temperature"

# A deleted unit has none.
sql "UPDATE units SET deleted_at = now() WHERE id = '$unit'"
log '{"temperature":4}'
want 404
see "/api/units/$unit/manual-logs"
want 404

ask_end
