#!/bin/bash
# Many readings at once: whose key is believed, what becomes of each reading,
# and what is said to everything else that can be sent there.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"

{ read -r key; read -r foreign_key; } < <(demo api_key)
mapfile -t units < <(demo unit_id)
unit=${units[0]}
foreign=${units[8]}

# post BODY [CURL-ARGUMENT...] - JSON with our key unless told otherwise.
post() {
	local body=$1
	shift
	(($# > 0)) || set -- -H "X-API-Key: $key" \
	    -H 'Content-Type: application/json'
	ask "$@" --data-binary @- /api/readings/bulk < <(printf '%s' "$body")
	asked=${body:0:200}
}

# stored - how many readings of ours the unit has.
stored() {
	sql "SELECT count(*) FROM sensor_readings
	    WHERE unit_id = '$unit' AND source = 'a'"
}

# reading UNIT MINUTES DEGREES - one of that many minutes ago.
reading() {
	printf '{"unitId":"%s","temperature":%s,"recordedAt":"%s"}' "$1" "$3" \
	    "$(date -u -d "$2 minutes ago" +%FT%TZ)"
}

# Whom it believes.
one="[$(reading "$unit" 0 4.0)]"
post "$one" -H 'X-Nothing: x' -H 'Content-Type: application/json'
want 401 body '"AUTH_MISSING_TOKEN".*Missing API key'
for header in "X-API-Key: ${key%?}" "Authorization: Bearer x$key" \
    'Authorization: Bearer x'; do
	post "$one" -H "$header" -H 'Content-Type: application/json'
	want 401 body '"AUTH_INVALID_TOKEN".*Invalid API key'
done
same 'readings without a key' 0 "$(stored)"
post "$one" -H "Authorization: Bearer $key" -H 'Content-Type: application/json'
want 200 body '"received":1,"stored":1,"duplicate":0,"late":0,"error":0'
same 'readings with it' 1 "$(stored)"
post "$one"
want 200 body '"stored":0,"duplicate":1'

# Each has its own answer, in the order sent; another organization's unit is as
# unknown as none.
post "{\"readings\":[$(reading "$foreign" 0 4),$(reading "$unit" 30 4),
    {\"unitId\":\"$unit\",\"temperature\":\"4\"},$(reading "$unit" 50000 4)]}"
want 200 body '"index":0,"status":"error".*"UNIT_NOT_FOUND".*"index":1,"status":"late".*"index":2,"status":"error".*"field":"temperature".*"index":3.*"TOO_OLD"'
post "[$(reading "$unit" 0 4)]" -H "X-API-Key: $foreign_key"
want 400 body 'Content-Type'
post "[$(reading "$unit" 0 4)]" -H "X-API-Key: $foreign_key" \
    -H 'Content-Type: application/json'
want 200 body '"UNIT_NOT_FOUND"'
same 'readings of both' 2 "$(stored)"

# Other formats.
post $'unit_id,temperature,unit\r\n'"$unit"$',41,F\r\n'"$unit"$',,\r\n' \
    -H "X-API-Key: $key" -H 'Content-Type: text/csv'
want 200 body '"stored":1.*"error":1.*"index":1.*"temperature"'
post "$(reading "$unit" 40 4)"$'\n{"unitId"' \
    -H "X-API-Key: $key" -H 'Content-Type: application/x-ndjson'
want 200 body '"late":1.*"error":1.*"index":1.*"INVALID_JSON"'
# pack FIELDS - a record of SenML and one of humidity, of our first sensor.
pack() {
	local eui
	eui=$(demo dev_eui | head -n 1)
	printf '[{"bn":"urn:dev:mac:%s/","bt":-1800,"n":"t","u":"Cel",%s},
	    {"n":"h","u":"%%RH","v":40},{"n":"label","vs":"x"}]' "$eui" "$1"
}
senml=(-H "X-API-Key: $key" -H 'Content-Type: application/senml+json')
post "$(pack '"v":4.25')" "${senml[@]}"
want 200 body '"received":2,"stored":0,"duplicate":0,"late":1,"error":1.*"index":0,"status":"late".*"index":2.*"field":"v"'
same 'the reading of two records' '4.25 40.00' "$(sql "SELECT
    temperature || ' ' || humidity FROM sensor_readings
    WHERE humidity = 40 AND temperature = 4.25")"
post "$(pack '"v":"4"')" "${senml[@]}"
want 200 body '"error":3.*"index":0.*"field":"v","message":"must be a number".*"index":1.*"temperature"'
post "$(pack '"v":4,"bver":11')" "${senml[@]}"
want 400 body 'record 0: bver'
post "[$(reading "$unit" 0 4)]" "${senml[@]}"
want 200 body '"error":1.*"field":"n"'

# Compressed; and what would become too much, is none, or is cut off.
packed=("-H" "X-API-Key: $key" -H 'Content-Type: application/json'
    -H 'Content-Encoding: gzip' --data-binary @- /api/readings/bulk)
ask "${packed[@]}" < <(printf '%s' "[$(reading "$unit" 60 4)]" | gzip)
want 200 body '"late":1'
ask "${packed[@]}" < <(head -c 9000000 /dev/zero | gzip)
want 413
ask "${packed[@]}" < <(printf '%s' "$one")
want 400 body '"body"'
ask "${packed[@]}" < <(printf '%s' "$one" | gzip | head -c 40)
want 400 body '"body"'

# Once.
once=("-H" "X-API-Key: $key" -H 'Content-Type: application/json'
    -H "Idempotency-Key: once-$$")
two="[$(reading "$unit" 50 4)]"
post "$two" "${once[@]}"
want 200 body '"late"'
post "$two" "${once[@]}"
want 200 body '"late": *1'
post "[$(reading "$unit" 51 4)]" "${once[@]}"
want 409 body '"CONFLICT".*Idempotency-Key'
same 'readings in the end' 7 "$(stored)"

# What is no list.
for body in '' '[]' '{}' '[{"unitId"' '7'; do
	post "$body"
	want 400 body '"VALIDATION_ERROR"'
done
post "$(printf '%9000000d' 1)"
want 413
ask -H "X-API-Key: $key" /api/readings/bulk
want 405

# open BODY-BYTES - in $client a connection that says it will send so much.
open() {
	local host=${FG_URL#http://}
	exec {client}<>"/dev/tcp/${host%:*}/${host#*:}"
	printf 'POST /api/readings/bulk HTTP/1.1\r\nHost: x\r\n%s\r\n' \
	    "X-API-Key: $key"$'\r\n'"Content-Length: $1"$'\r\n' >&"$client"
}

# What the workers have in hand in the database.
transactions() {
	sql "SELECT count(*) FROM pg_stat_activity
	    WHERE application_name = 'bulk' AND xact_start IS NOT NULL"
}

# Who sends or reads slowly, be they more than there are workers, is in nobody's
# way.
clients=()
large="[$(for ((i = 0; i < 5000; i++)); do printf '7,'; done)7]"
for ((i = 0; i < 4; i++)); do
	open 1000
	printf '[' >&"$client"
	clients+=("$client")
	open "${#large}"
	printf '%s' "$large" >&"$client"
	clients+=("$client")
done
post "$one" -m 20 -H "X-API-Key: $key" -H 'Content-Type: application/json'
want 200 body '"duplicate":1'
same 'transactions of slow clients' 0 "$(transactions)"
for client in "${clients[@]}"; do
	exec {client}>&-
done

# While the workers are busy some lists wait, and then are stored; more are told
# to come again.
# shellcheck disable=SC2046 # one word each
kill -STOP $(workers bulk)
mkdir "$out/waiting"
for ((i = 0; i < 40; i++)); do
	curl -s -o /dev/null -D "$out/waiting/$i" -m 60 \
	    -H "X-API-Key: $key" -H 'Content-Type: application/json' \
	    -d "[$(reading "$unit" $((100 + i)) 4)]" \
	    "$FG_URL/api/readings/bulk" &
done
until (($(grep -lis '^retry-after: 5' "$out"/waiting/* | wc -l) >= 20)); do
	sleep 0.1
done
# shellcheck disable=SC2046
kill -CONT $(workers bulk)
wait
asked='lists while the workers are busy'
taken=$(grep -l '^HTTP/1.1 200' "$out"/waiting/* | wc -l)
same 'lists taken or refused' 40 \
    $((taken + $(grep -l '^HTTP/1.1 503' "$out"/waiting/* | wc -l)))
((taken > 0)) || fault 'none waited'
same 'readings of lists that waited' "$taken" "$(sql "SELECT count(*)
    FROM sensor_readings WHERE unit_id = '$unit' AND source = 'a'
    AND recorded_at < now() - interval '95 minutes'")"

# All of it is counted.
ask /metrics
for counter in readings_stored readings_duplicate readings_late \
    readings_refused unauthorized malformed; do
	want 200 body "^frostguard_bulk_${counter}_total [1-9]"
done

ask_end
