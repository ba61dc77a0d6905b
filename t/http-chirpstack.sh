#!/bin/bash
# The webhook of ChirpStack: what of t/http-ttn.sh is another network's, and
# that both share what they have in common.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"
# shellcheck source=ask-hook
. "$(dirname "$0")/ask-hook"

messages=$(dirname "$0")/data/chirpstack
path=/api/webhooks/chirpstack

# post QUERY BODY [CURL-ARGUMENT...]
post() {
	hook "$path$1" "${@:2}"
}

# state DEVEUI COLUMN - of the sensor.
state() {
	sql "SELECT h.$2 FROM device_state h JOIN devices d
	    ON d.organization_id = h.organization_id AND d.id = h.device_id
	    WHERE d.device_eui = '$1'"
}

# counted METRIC
counted() {
	ask /metrics
	sed -n "s/^frostguard_$1 //p" "$out/body"
}

# Whom it believes.
fresh
for query in '?event=up' ''; do
	post "$query" "$(up "$eui" 3.1)" -H 'X-Nothing: x'
	want 401 body '"AUTH_MISSING_TOKEN".*Missing webhook secret'
	post "$query" "$(up "$eui" 3.1)" -H "X-Webhook-Secret: ${secret}x"
	want 401 body '"AUTH_INVALID_TOKEN".*Invalid webhook secret'
	post "$query" '{' -H 'Authorization: Bearer x'
	want 401
done
same 'readings without a secret' 0 "$(stored "$eui")"
for header in "X-Webhook-Secret: $secret" "Authorization: Bearer $secret"; do
	post '?event=up' "$(up "$eui" 3.1)" -H "$header"
	want 200 body '"success":true.*"stored":1.*"temperature":3.10'
done
same 'readings by two ways' 2 "$(stored "$eui")"
same 'the gateway that heard best' '0016c001f153a14c -71 9.20' \
    "$(state "$eui" "best_gateway_id || ' ' || h.rssi || ' ' || h.snr")"
same 'where the readings came from' c "$(sql "SELECT DISTINCT r.source
    FROM sensor_readings r JOIN devices d ON d.id = r.device_id
    WHERE d.device_eui = '$eui'")"

# Probes and other methods; both addresses.
for address in /webhooks/chirpstack /api/webhooks/chirpstack; do
	ask "$address"
	want 200 head application/json body '"service":"chirpstack-webhook"'
	ask -X PUT "$address"
	want 405 head '^allow: GET, HEAD, POST' body METHOD_NOT_ALLOWED
done
ask -d '{}' /api/webhooks/chirpstack/
want 404

# The event stands in the address: without one it is not ChirpStack that asks,
# and one that is not known can never be used.
fresh
post '' "$(up "$eui" 3.1)"
want 400 body '"VALIDATION_ERROR".*"field":"event"'
post '?event=' "$(up "$eui" 3.1)"
want 400 body '"field":"event"'
for query in '?event=up&event=up' '?event=up&x=1' '?event=%00' \
    "?event=$(printf 'u%.0s' {1..33})"; do
	post "$query" "$(up "$eui" 3.1)"
	want 400 body '"VALIDATION_ERROR"'
done
for event in UP uplink other error '%3Cscript%3E'; do
	post "?event=$event" "$(up "$eui" 3.1)"
	want 202 body '"processed":false,"eventType":"unknown"'
	lacks body '<script'
done
same 'readings of no uplinks' 0 "$(stored "$eui")"

# What is not JSON is refused with what is wrong with it, and stores nothing.
good=$(up "$eui" 3.1 | tr -d '\n')
while IFS='|' read -r body why; do
	post '?event=up' "$body"
	want 400 body "\"VALIDATION_ERROR\".*\"field\":\"body\".*$why"
done <<-EOF
	|neither an object nor an array
	{|ends too early
	${good:0:60}|unfinished string
	${good%??}|ends too early
	[]|object
	null|object
	{"deviceInfo":{"devEui":"$eui","devEui":"$eui"}}|duplicate key
	{"a":NaN}|unexpected
	{"a":-Infinity}|number without digits
	$(printf '[%.0s' {1..100000})|too deep
EOF
same 'readings after what is not JSON' 0 "$(stored "$eui")"

# One megabyte is taken, a byte more is not.
{ printf '%s' "$good"; head -c $((1048576 - ${#good})) /dev/zero |
    tr '\0' ' '; } >"$out/large"
ask -H "X-Webhook-Secret: $secret" --data-binary "@$out/large" \
    "$path?event=up"
want 200 body '"stored":1'
printf ' ' >>"$out/large"
ask -H "X-Webhook-Secret: $secret" --data-binary "@$out/large" \
    "$path?event=up"
want 413 body '"PAYLOAD_TOO_LARGE"'

# Values that only look like temperatures are none.
fresh
for value in '"NaN"' '"Infinity"' '"-inf"' 1e999 '""' '"0x10"' null true \
    '[]' '{}' 327.67 -327.68 6553.5; do
	post '?event=up' "$(up "$eui" "$value")"
	want 200 body '"stored":0'
done
same 'readings of no temperatures' 0 "$(stored "$eui")"

# Bytes that nobody decoded are a sign of life.
post '?event=up' "$(event "$eui" '"fCnt":5,"fPort":2,"data":"y8ABmg=="')"
want 200 body '"stored":0.*no temperature to record'

# Redelivered; at a time nobody can have measured at; late.
fresh
at=$(date -u -d '10 minutes ago' +%FT%T.123456789+00:00)
message=$(up "$eui" 3.1 10)
post '?event=up' "$message"
want 200 body '"stored":1,"duplicate":false,"late":false,"recordedAt":"....-..-..T..:..:...123Z"'
post '?event=up' "$message"
want 200 body '"stored":0,"duplicate":true'
at=1970-01-01T00:00:00+00:00
message=$(up "$eui" 3.2 11)
post '?event=up' "$message"
want 200 body '"stored":1.*"timeReplaced":true'
post '?event=up' "$message"
want 200 body '"stored":0,"duplicate":true'
at=$(date -u -d '20 minutes ago' +%FT%T+00:00)
post '?event=up' "$(up "$eui" 9.9 9)"
want 200 body '"stored":1.*"late":true'
at=
same 'readings of three frames' 3 "$(stored "$eui")"

# Whose a sensor is.
fresh
for unknown in "$foreign" 0123456789abcdef; do
	post '?event=up' "$(up "$unknown" 3.1)"
	want 202 body "\"processed\":false.*no such device.*\"devEui\":\"$unknown\""
done
post '?event=up' "$(up "$eui" 3.1)" -H "X-Webhook-Secret: $foreign_secret"
want 202 body '"processed":false'
same 'readings of a foreign sensor' 0 "$(stored "$foreign")"
same 'readings by a foreign secret' 0 "$(stored "$eui")"
for bad in 123 A84041D30001000G "' OR 1=1 --"; do
	post '?event=up' "$(up "$bad" 3.1)"
	want 202 body 'deviceInfo.devEui is not 16 hexadecimal digits'
done
for body in '{}' '{"deviceInfo":[]}' '{"deviceInfo":{"devEui":{}}}' \
    '{"object":{"temperature":3}}'; do
	post '?event=up' "$body"
	want 202 body '"processed":false.*deviceInfo names no device'
done

# A device is not known by what it is called.
sql "UPDATE devices SET ttn_device_id = 'probe' WHERE device_eui = '$eui'"
post '?event=up' '{"deviceInfo":{"deviceName":"probe"},
    "object":{"temperature":3}}'
want 202 body '"processed":false'
same 'readings by a name' 0 "$(stored "$eui")"

# All kinds of events there are, said by a sensor of the pharmacy.
trouble=$(counted uplinks_trouble_total)
while read -r name code pattern; do
	sed -E -e "s/\"devEui\": \".*\"/\"devEui\": \"$foreign\"/" \
	    -e "s/\"(20[0-9-]*T[0-9:.+]*)\"/\"$(date -u +%FT%T.%NZ)\"/" \
	    "$messages/$name.json" >"$out/message"
	ask -H "X-Webhook-Secret: $foreign_secret" --data-binary \
	    "@$out/message" "$path?event=${name%%-*}"
	asked=$name
	want "$code" body "$pattern"
	echo "$name" >>"$out/names"
done <<-EOF
	ack 202 "processed":false,"eventType":"downlink_ack"
	ack-timeout 202 "eventType":"downlink_nack","reason":"not a reading"
	integration 202 "processed":false,"eventType":"service_data"
	join 202 "processed":false,"eventType":"join_accept"
	location 202 "processed":false,"eventType":"location_solved"
	log-codec 202 "eventType":"log","reason":"its payload decoder failed"
	log-downlink 202 "eventType":"log","reason":"not a reading"
	status-unknown 202 "processed":false,"eventType":"status"
	status 202 "processed":false,"eventType":"status"
	status-external 202 "processed":false,"eventType":"status"
	txack 202 "processed":false,"eventType":"downlink_sent"
	up-decoded 200 "stored":1,.*"temperature":-20.00
	up-empty-object 200 "stored":0.*no temperature to record
	up-fault 200 "stored":0.*no temperature to record
	up-first-frame 200 "stored":1,.*"temperature":-20.00
	up-mac-only 200 "stored":0.*no temperature to record
	up-three-gateways 200 "stored":1,.*"temperature":4.10
	up-undecoded 200 "stored":0.*no temperature to record
EOF
same 'kinds of events' "$(cd "$messages" && ls)" \
    "$(sed 's/$/.json/' "$out/names" | sort)"
same 'troubles counted' $((trouble + 1)) "$(counted uplinks_trouble_total)"
same 'a join that was noted' t "$(state "$foreign" \
    "last_join_at > now() - interval '5 minutes'")"

# The network's word for the battery, until the device has its own.
fresh
post '?event=status' "$(event "$eui" '"margin":7,"batteryLevel":75.59')"
want 202
same 'a battery the network asked for' 76 "$(state "$eui" battery_percent)"
at=$(date -u -d '1 day ago' +%FT%TZ)
post '?event=status' "$(event "$eui" '"margin":7,"batteryLevel":99.1')"
want 202
at=
post '?event=status' "$(event "$eui" '"externalPowerSource":true')"
same 'a battery that older or empty words do not change' 76 \
    "$(state "$eui" battery_percent)"

# Both networks at once, each answered for itself.
eui=${sensors[0]}
before=$(stored "$eui")
for ((i = 0; i < 40; i++)); do
	case $((i % 2)) in
	0)	up "$eui" "1.$((i + 10))" "$i" >"$out/together.$i"
		where="$path?event=up" ;;
	1)	uplink "$eui" "1.$((i + 10))" >"$out/together.$i"
		where=/webhooks/ttn ;;
	esac
	cat <<-EOF
	next
	url = "$FG_URL$where"
	header = "X-Webhook-Secret: $secret"
	data-binary = "@$out/together.$i"
	output = "$out/answer.$i"
	EOF
done | sed 1d >"$out/together"
curl -s -Z --parallel-immediate --parallel-max 40 -K "$out/together"
for ((i = 0; i < 40; i++)); do
	asked="together $i"
	grep -q "\"temperature\":1.$((i + 10))," "$out/answer.$i" ||
	    fault "$(cat "$out/answer.$i")"
done
same 'readings that came together' $((before + 40)) "$(stored "$eui")"

ask_end
