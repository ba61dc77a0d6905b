#!/bin/bash
# The webhook of The Things Network: whom it believes, what it stores, and what
# it says to everything else that can be sent there.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"
# shellcheck source=ask-hook
. "$(dirname "$0")/ask-hook"

messages=$(dirname "$0")/data/messages

# post BODY [CURL-ARGUMENT...]
post() {
	hook /webhooks/ttn "$@"
}

# at MINUTES - that many minutes ago, as the network writes it.
at() {
	date -u -d "$1 minutes ago" +%FT%T.123456789Z
}

# Whom it believes: each way to give a secret, and nobody without one.
fresh
post "$(uplink "$eui" 3.1)" -H 'X-Nothing: x'
want 401 body '"AUTH_MISSING_TOKEN".*Missing webhook secret'
for header in "X-Webhook-Secret: ${secret%?}" 'X-Webhook-Secret: x' \
    "X-Downlink-Apikey: x$secret" 'Authorization: Bearer x' \
    "Authorization: Basic $(printf 'ttn:%s' "${secret}0" | base64 -w 0)"; do
	post "$(uplink "$eui" 3.1)" -H "$header"
	want 401 body '"AUTH_INVALID_TOKEN".*Invalid webhook secret'
	post '{"end_device_ids"' -H "$header"
	want 401
done
for header in 'Authorization: Basic %%' 'Authorization: Basic dHRu' \
    'Authorization: Digest x' 'Authorization: Bearer' 'X-Webhook-Secret;'; do
	post "$(uplink "$eui" 3.1)" -H "$header"
	want 401
done
same 'readings without a secret' 0 "$(stored "$eui")"
for header in "X-Webhook-Secret: $secret" "X-Downlink-Apikey: $secret" \
    "Authorization: Bearer $secret" "authorization: bearer $secret" \
    "Authorization: Basic $(printf 'ttn:%s' "$secret" | base64 -w 0)"; do
	post "$(uplink "$eui" 3.1)" -H "$header"
	want 200 body '"success":true.*"stored":1.*"temperature":3.10'
done
same 'readings by five ways' 5 "$(stored "$eui")"

# Probes and other methods; both addresses.
for path in /webhooks/ttn /api/webhooks/ttn; do
	ask "$path"
	want 200 head 'application/json' body '"service":"ttn-webhook"'
	ask -I "$path"
	want 200
	for method in PUT DELETE PATCH OPTIONS; do
		ask -X "$method" "$path"
		want 405 head '^allow: GET, HEAD, POST' body METHOD_NOT_ALLOWED
	done
done
for path in /webhooks /webhooks/ /webhooks/ttn/ /webhooks/ttn/x \
    /api/webhooks/TTN /webhooks/ttnx; do
	ask -H "X-Webhook-Secret: $secret" -d '{}' "$path"
	want 404
done
ask -d '{}' /api/webhooks/other
want 404 head 'application/json' body '"ok":false.*"NOT_FOUND".*"requestId"'

# What is not JSON is refused with what is wrong with it, and stores nothing.
fresh
good=$(uplink "$eui" 3.1 | tr -d '\n')
while IFS='|' read -r body why; do
	post "$body"
	want 400 body "\"VALIDATION_ERROR\".*\"field\":\"body\".*$why"
done <<-EOF
	|neither an object nor an array
	nonsense|neither an object
	{|ends too early
	${good:0:60}|unfinished string
	${good%??}|ends too early
	$good x|unexpected
	[]|object
	"text"|object
	null|object
	{"a":1,"a":2}|duplicate key
	{"end_device_ids":{"dev_eui":"$eui","dev_eui":"$eui"}}|duplicate key
	{"a":NaN}|unexpected
	{"a":Infinity}|unexpected
	{"a":-01}|leading zero
	{"a":/* */1}|unexpected
	{'a':1}|unexpected
	{"a":1,}|unexpected
	$(printf '[%.0s' {1..100000})|too deep
	$(printf '{"a":%.0s' {1..17})1$(printf '}%.0s' {1..17})|too deep
EOF
post $'{"a":"\xff\xfe"}'
want 400 body 'UTF-8'
printf '{"a":"\0"}' >"$out/nul"
ask -H "X-Webhook-Secret: $secret" --data-binary "@$out/nul" /webhooks/ttn
want 400
ask -H "X-Webhook-Secret: $secret" -H 'Transfer-Encoding: chunked' \
    -H 'Content-Type: text/plain' --data-binary "$good" /webhooks/ttn
want 200 body '"stored":1'
same 'readings after what is not JSON' 1 "$(stored "$eui")"

# One megabyte is taken, a byte more is not.
fresh
head=$(uplink "$eui" 3.1 | tr -d '\n')
{ printf '%s' "$head"; head -c $((1048576 - ${#head})) /dev/zero |
    tr '\0' ' '; } >"$out/large"
ask -H "X-Webhook-Secret: $secret" --data-binary "@$out/large" /webhooks/ttn
want 200 body '"stored":1'
printf ' ' >>"$out/large"
ask -H "X-Webhook-Secret: $secret" --data-binary "@$out/large" /webhooks/ttn
want 413 head application/json body \
    '^\{"ok":false,"error":\{"code":"PAYLOAD_TOO_LARGE".*"requestId":"'

# Values that only look like temperatures are none.
fresh
for value in '"NaN"' '"nan"' '"Infinity"' '"-inf"' '"1e999"' 1e999 -1e999 \
    '""' '"3.1.2"' '"0x10"' null true '[]' '{}' 327.67 -327.68 6553.5 1e6; do
	post "$(uplink "$eui" "$value")"
	want 200 body '"stored":0'
done
same 'readings of no temperatures' 0 "$(stored "$eui")"
post "$(uplink "$eui" '"3.1"')"
want 200 body '"stored":1.*"temperature":3.10'

# Times nobody can have measured at become the arrival; once for each frame.
fresh
for time in 1970-01-01T00:00:00Z 2100-01-01T00:00:00Z yesterday; do
	frame=$((${frame:-70} + 1))
	post "$(uplink "$eui" 3.1 "$time" "$frame")"
	want 200 body '"stored":1.*"timeReplaced":true'
	post "$(uplink "$eui" 3.1 "$time" "$frame")"
	want 200 body '"stored":0,"duplicate":true'
done
same 'readings of replaced times' 3 "$(stored "$eui")"
same 'readings of other times than now' 0 "$(sql "SELECT count(*)
    FROM sensor_readings WHERE abs(extract(epoch FROM recorded_at - now()))
    > 3600")"

# Redelivered, doubly enabled, late.
fresh
message=$(uplink "$eui" 3.1 "$(at 10)" 10)
post "$message"
want 200 body '"stored":1,"duplicate":false,"late":false'
post "$message"
want 200 body '"stored":0,"duplicate":true'
post "${message/uplink_message/uplink_normalized}"
want 200 body '"stored":0,"duplicate":true'
same 'readings of one message' 1 "$(stored "$eui")"
message=$(uplink "$eui" 9.9 "$(at 20)" 9)
post "$message"
want 200 body '"stored":1,"duplicate":false,"late":true'
post "$message"
want 200 body '"stored":0,"duplicate":true'
same 'the last temperature after a late one' 3.10 "$(sql "SELECT
    last_temperature FROM unit_state JOIN devices USING (organization_id,
    unit_id) WHERE device_eui = '$eui'")"

# Whose a sensor is: strangers' and unknown ones store nothing, anywhere.
for unknown in "$foreign" 0123456789abcdef; do
	post "$(uplink "$unknown" 3.1)"
	want 202 body "\"processed\":false.*\"devEui\":\"$unknown\""
	lacks body organization_id
done
post "$(uplink "$eui" 3.1)" -H "X-Webhook-Secret: $foreign_secret"
want 202 body '"processed":false'
same 'readings of a foreign sensor' 0 "$(stored "$foreign")"
for bad in 123 A84041D30001000G a84041d3000100010 '<script>' "' OR 1=1 --"; do
	post "$(uplink "$bad" 3.1)"
	want 202 body 'dev_eui is not 16 hexadecimal digits'
	lacks body '<script'
done
post '{"uplink_message":{"decoded_payload":{"temperature":3}}}'
want 202 body 'names no device'
for body in '{}' '{"a":1}' '{"end_device_ids":[]}' '{"uplink_message":3}' \
    '{"uplink_message":{"decoded_payload":[]}}' '{"end_device_ids":{}}' \
    '{"end_device_ids":{"device_id":3,"dev_eui":{}}}'; do
	post "$body"
	want 202 body '"processed":false'
done

# Spellings of a DevEUI.
fresh
for spelling in "${eui^^}" "$(sed 's/../&:/g; s/:$//' <<<"$eui")" \
    "$(sed 's/../&-/g; s/-$//' <<<"${eui^^}")"; do
	post "$(uplink "$spelling" 3.1)"
	want 200 body '"stored":1'
done
same 'readings by three spellings' 3 "$(stored "$eui")"

# A sensor that is in no unit is alive, and that is all.
fresh
sql "UPDATE devices SET unit_id = NULL WHERE device_eui = '$eui'"
post "$(uplink "$eui" 3.1)"
want 200 body '"unitId":null,"stored":0.*attached to no unit'
same 'readings without a unit' 0 "$(stored "$eui")"
same 'sensors seen without a unit' 1 "$(sql "SELECT count(last_seen_at)
    FROM device_state JOIN devices d ON d.id = device_id
    WHERE device_eui = '$eui'")"

# All kinds of messages there are, said by a sensor of the pharmacy.
while read -r name code pattern; do
	sed -E -e "s/\"dev_eui\": \".*\"/\"dev_eui\": \"$foreign\"/" \
	    -e "s/\"(20[0-9-]*T[0-9:.]*Z)\"/\"$(at 3)\"/" \
	    "$messages/$name.json" >"$out/message"
	ask -H "X-Webhook-Secret: $foreign_secret" --data-binary \
	    "@$out/message" /webhooks/ttn
	asked=$name
	want "$code" body "$pattern"
	echo "$name" >>"$out/names"
done <<-EOF
	downlink-ack 202 "processed":false,"eventType":"downlink_ack"
	downlink-failed 202 "eventType":"downlink_failed","reason":"no such dev
	downlink-nack 202 "processed":false,"eventType":"downlink_nack"
	downlink-queue-invalidated 202 "eventType":"downlink_queue_invalidated"
	downlink-queued 202 "processed":false,"eventType":"downlink_queued"
	downlink-sent 202 "processed":false,"eventType":"downlink_sent"
	join-accept 202 "processed":false,"eventType":"join_accept"
	location-solved 202 "processed":false,"eventType":"location_solved"
	service-data 202 "processed":false,"eventType":"service_data"
	uplink-mac-only 200 "stored":0.*no temperature to record
	uplink-undecoded 200 "stored":0.*no temperature to record
	uplink-normalized 200 "stored":[01],"duplicate":
	uplink-decoded 200 "stored":[01],"duplicate":.*"temperature":-20.00
	uplink-three-gateways 200 "temperature":4.10
	uplink-series 200 "temperature":4.10
	uplink-simulated 200 "temperature":25.50
EOF
same 'kinds of messages' "$(cd "$messages" && ls)" \
    "$(sed 's/$/.json/' "$out/names" | sort)"

# Those that come together are answered each for itself: its sensor, its value,
# its id; a stranger and a muddled one among them are refused alone.
eui=${sensors[0]}
before=$(stored "$eui")
for ((i = 0; i < 60; i++)); do
	case $((i % 10)) in
	3)	key=${secret%?} ;;
	*)	key=$secret ;;
	esac
	uplink "$eui" "1.$((i + 10))" >"$out/together.$i"
	((i % 10 != 7)) || echo '{' >>"$out/together.$i"
	cat <<-EOF
	next
	url = "$FG_URL/webhooks/ttn"
	header = "X-Webhook-Secret: $key"
	header = "X-Request-Id: together-$i"
	data-binary = "@$out/together.$i"
	output = "$out/answer.$i"
	EOF
done | sed 1d >"$out/together"
curl -s -Z --parallel-immediate --parallel-max 60 -K "$out/together"
for ((i = 0; i < 60; i++)); do
	asked="together $i"
	case $((i % 10)) in
	3)	pattern='"AUTH_INVALID_TOKEN"' ;;
	7)	pattern='"VALIDATION_ERROR"' ;;
	*)	pattern="\"temperature\":1.$((i + 10))," ;;
	esac
	for part in "$pattern" "\"requestId\":\"together-$i\""; do
		grep -q "$part" "$out/answer.$i" ||
		    fault "no $part in $(cat "$out/answer.$i")"
	done
done
same 'readings that came together' $((before + 48)) "$(stored "$eui")"

# Every answer is JSON, and the request's id comes back.
post "$(uplink "$eui" 3.1)" -H "X-Webhook-Secret: $secret" \
    -H 'X-Request-Id: from-the-network'
want 200 head '^x-request-id: from-the-network' \
    body '"requestId":"from-the-network"'

ask_end
