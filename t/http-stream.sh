#!/bin/bash
# Live updates as browsers get them: from a sensor's message, through the
# engine, the streamer and nginx, to those who may see it and nobody else.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"

{ read -r secret; read -r foreign_secret; } < <(demo webhook_secret)
mapfile -t sensors < <(demo dev_eui)
us=$(demo email | sed -n '/^viewer@/p' | sed -n 1p)
them=$(demo email | sed -n '/^viewer@/p' | sed -n 2p)
sign_in "$us"
sign_in "$them"

# listen NAME CURL-ARGUMENT... - a stream into the file NAME until hang_up.
listen() {
	local name=$1
	shift
	: >"$out/$name"
	curl -sN --max-time 60 -D "$out/$name.head" -o "$out/$name" \
	    "${@:1:$#-1}" "$FG_URL${*: -1}" &
	pid[$name]=$!
	asked="listen $name"
}
declare -A pid

hang_up() {
	kill "${pid[$1]}" 2>/dev/null || :
	wait "${pid[$1]}" 2>/dev/null || :
}

# hears NAME PATTERN - within ten seconds.
hears() {
	local i
	for ((i = 0; i < 100; i++)); do
		! grep -qE -- "$2" "$out/$1" || return 0
		sleep 0.1
	done
	fault "$1 does not hear $2:"
	tail -n 12 "$out/$1"
}

# tell SECRET DEVEUI TEMPERATURE
tell() {
	ask -H "X-Webhook-Secret: $1" -H 'Content-Type: application/json' \
	    --data-binary @- /webhooks/ttn < <(uplink "$2" "$3")
	want 200
}

# Nobody without a session, always in the form of the API.
ask /stream
want 401 head 'application/json' body '"AUTH_MISSING_TOKEN"'
ask -b fg_session=0123 /api/stream
want 401 head 'application/json' body '"AUTH_INVALID_TOKEN"'
ask -b "$out/$us" '/stream?room=kitchen'
want 400 body '"VALIDATION_ERROR".*"room"'
ask -b "$out/$us" "/stream?room=org:$(sql "SELECT id FROM organizations
    ORDER BY id = (SELECT organization_id FROM profiles
    WHERE email = '$us') LIMIT 1")"
want 403 body '"FORBIDDEN_ORG_ACCESS"'
ask -b "$out/$us" -X POST /stream
want 405
ask -b "$out/$us" -I /stream
want 200 head 'text/event-stream'

# A message becomes an event for its own organization.
listen us -b "$out/$us" /stream
listen them -b "$out/$them" /api/stream
hears us '^: welcome'
hears them '^: welcome'
grep -qi '^content-type: text/event-stream' "$out/us.head" ||
    fault "not an event stream"
grep -qi '^cache-control: no-store' "$out/us.head" || fault "may be kept"
tell "$secret" "${sensors[0]}" 3.21
hears us '^event: sensor:reading'
hears us '"temperature":3.21'
tell "$foreign_secret" "${sensors[8]}" 4.56
hears them '"temperature":4.56'
grep -q 4.56 "$out/us" && fault "we hear them"
grep -q 3.21 "$out/them" && fault "they hear us"

# Who comes back gets what it missed, whoever carries its id.
last=$(sed -n 's/^id: //p' "$out/us" | tail -n 1)
hang_up us
tell "$secret" "${sensors[1]}" 3.33
listen us -b "$out/$us" -H "Last-Event-ID: $last" /stream
hears us '"temperature":3.33'
grep -q 3.21 "$out/us" && fault "it was heard before"
hang_up us
listen us -b "$out/$us" "/stream?lastEventId=$last"
hears us '"temperature":3.33'
hang_up us
listen us -b "$out/$us" -H 'Last-Event-ID: 0123456789abcdef-1' /stream
hears us '^event: reset'
hang_up us

# A streamer that was killed is replaced, and readers are told to reload.
listen us -b "$out/$us" /stream
hears us '^id: '
last=$(sed -n 's/^id: //p' "$out/us" | tail -n 1)
read -r server < <(sql "SELECT pid FROM pg_stat_activity
    WHERE usename = 'fg_stream' AND application_name = 'stream'")
for process in /proc/[0-9]*; do
	[[ $(tr '\0' ' ' 2>/dev/null <"$process/cmdline") != \
	    "$FG_DIR/app/libexec/frostguard/stream " ]] ||
	    kill -9 "${process#/proc/}"
done
wait "${pid[us]}" || :
listen us --retry 20 --retry-delay 1 -f -b "$out/$us" \
    -H "Last-Event-ID: $last" /stream
hears us '^event: reset'
tell "$secret" "${sensors[2]}" 3.44
hears us '"temperature":3.44'
read -r another < <(sql "SELECT pid FROM pg_stat_activity
    WHERE usename = 'fg_stream' AND application_name = 'stream'
    ORDER BY backend_start DESC")
[[ $server != "$another" ]] || fault "the streamer was not killed"
hang_up us
hang_up them

ask_end
