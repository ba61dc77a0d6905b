#!/bin/bash
# The administrator's program on an empty database: from nothing to the first
# reading in five commands; each thing once; every refusal names what it is
# about and changes nothing; and the audit trail tells it all.
set -uo pipefail
# shellcheck source=command
. "$(dirname "$0")/command"

# The first five commands. Nothing else exists, so nothing need be named.
refuses 1 '^frostguard site add: --organization: there is no organization yet' \
    site add Quayside
does '^organization harbour-kitchen added$' \
    organization add 'Harbour Kitchen' --timezone Europe/Amsterdam \
    --owner olive@harbour.example
password=$(sed -n 's/^password, shown only now: //p' "$tmp/out")
refuses 1 '--site: there is no site yet' \
    unit add 'Walk-in cooler' --type walk_in_cooler
does '^X-Webhook-Secret: [0-9a-f]{48}$' connection add harbour-sensors
secret=$(sed -n 's/^X-Webhook-Secret: //p' "$tmp/out")
# The key for what the network has stored is read, never an argument.
key=NNSXS.$(printf 'A%.0s' {1..39}).$(printf 'B%.0s' {1..52})
# keyed STATUS PATTERN KEY ARGUMENT... - with a key on standard input.
keyed() {
	local rc=0 status=$1 pattern=$2
	asked="connection ${*:4}"
	printf '%s\n' "$3" | ./frostguard connection "${@:4}" >"$tmp/out" \
	    2>"$tmp/err" || rc=$?
	[[ $rc == "$status" ]] || fault "status $rc instead of $status"
	cat "$tmp/out" "$tmp/err" | grep -q -- "$pattern" ||
	    fault "does not say $pattern"
	! grep -q NNSXS.A "$tmp/out" "$tmp/err" || fault 'shows the key'
}
keyed 1 'the API key: must be as' "${key%B}" \
    backfill harbour-sensors --server eu1
keyed 1 'the API key: must be as' "" backfill harbour-sensors --server eu1
keyed 1 'no API key, or one too long' "$key$key" \
    backfill harbour-sensors --server eu1
keyed 1 'there is no such enabled connection' "$key" \
    backfill other-sensors --server eu1
keyed 1 'is no application id' "$key" backfill ../devices --server eu1
for server in http://eu1.cloud.thethings.network https://h/path ftp://h \
    https:// https://u@h 'https://h:x' http://127.0.0.1.example; do
	keyed 2 '--server .*must be a cluster' "$key" \
	    backfill harbour-sensors --server "$server"
done
keyed 2 'server' "$key" backfill harbour-sensors
keyed 0 'asked of https://eu1.cloud.thethings.network$' "$key" \
    backfill harbour-sensors --server eu1
does 'eu1.cloud.thethings.network +BBBB' connection list
does 'is forgotten$' connection forget harbour-sensors
same 'a key that was forgotten' '' \
    "$(sql 'SELECT ttn_api_key_encrypted FROM ttn_connections')"
keyed 0 'asked of https://ttn.example:8443$' "$key" \
    backfill harbour-sensors --server https://ttn.example:8443
keyed 0 'asked of http://127.0.0.1:1$' "$key" \
    backfill harbour-sensors --server http://127.0.0.1:1
# The job opens it, and says nothing.
asked='cron/backfill'
./cron/backfill >"$tmp/out" 2>&1 || fault 'fails'
[[ ! -s $tmp/out ]] || fault 'is not silent'
same 'a run without gaps' 'ok 1 0' "$(sql "SELECT concat_ws(' ', outcome,
    counts->'connections', counts->'requests') FROM job_runs
    WHERE job = 'backfill'")"
does '^site Quayside added$' site add Quayside --city Amsterdam
does '^area Main area added$' unit add 'Walk-in cooler' --type walk_in_cooler
does '^sensor a84041d300010001 added to walk-in cooler$' sensor add \
    A8:40:41:D3:00:01:00:01 --unit 'walk-in cooler' --model dragino/lht65n

# A message with that secret becomes the unit's reading.
body='{"end_device_ids":{"device_id":"probe-1","dev_eui":"A84041D300010001",
 "application_ids":{"application_id":"harbour-sensors"}},
 "received_at":"'$(date -u +%FT%T.%NZ)'","uplink_message":{"f_port":2,
 "f_cnt":1,"session_key_id":"AYo=","decoded_payload":{"temperature":3.4}}}'
# send SECRET - the status line.
send() {
	REQUEST_METHOD=POST DOCUMENT_URI=/api/webhooks/ttn \
	    CONTENT_TYPE=application/json CONTENT_LENGTH=${#body} \
	    HTTP_X_WEBHOOK_SECRET=$1 ./cgi-bin/uplinks <<<"$body" |
	    sed -n 's/^Status: \([0-9]*\).*/\1/p'
}
same 'a message' 200 "$(send "$secret")"
same 'the reading' 3.40 "$(sql 'SELECT temperature FROM sensor_readings')"
does 'a84041d300010001.*dragino/lht65n +Quayside +Main area +Walk-in' sensor list
sql 'UPDATE device_state SET doubts = 3, clock_wrong = true'
does 'a84041d300010001.* jump, stuck, clock' sensor list
does "harbour-sensors .*$(date -u +%F)T.*$(date -u +%F)T" connection list
# ... and of it is learnt what its network calls the sensor.
does 'a84041d300010001.* probe-1 ' sensor list
for id in PROBE pr -probe probe- pro--be 'pro be'; do
	refuses 2 '--ttn-device-id .*: must be 3 to 36 lower-case letters' \
	    sensor edit a84041d300010001 --ttn-device-id "$id"
done
refuses 2 '--ttn-device-id: must be given' sensor edit a84041d300010001
refuses 1 'there is no such sensor' sensor edit a84041d30001ffff \
    --ttn-device-id probe-9
sql "INSERT INTO reading_gaps (organization_id, unit_id, series_id, from_at,
	to_at, device_id, frames, status, attempts)
    SELECT organization_id, unit_id, id, now() - h * interval '1 hour',
	now() - (h - 1) * interval '1 hour', id, h % 3, 'unfillable', 3
      FROM devices, unnest(ARRAY[1, 3, 1000]) h"
does '^sensor a84041d300010001 is cooler-1 in its network$' \
    sensor edit A84041D300010001 --ttn-device-id cooler-1
same 'what is asked for again' '1 open 0,0 unfillable 3,1 unfillable 3' \
    "$(sql "SELECT string_agg(frames || ' ' || status || ' ' || attempts, ','
	ORDER BY from_at DESC) FROM reading_gaps")"
sql 'DELETE FROM reading_gaps'
refuses 1 'already, or with this --ttn-device-id' sensor add a84041d30001aaaa \
    --model dragino/lht65n --ttn-device-id cooler-1
sql 'UPDATE device_state SET doubts = 0, clock_wrong = NULL'
same 'how often the unit is to be heard' 1200 \
    "$(sql 'SELECT checkin_interval_seconds FROM unit_rules')"
same 'sites whose time is the organization'\''s' Europe/Amsterdam \
    "$(sql 'SELECT timezone FROM sites')"

# Secrets are nowhere in the clear.
for shown in "$secret" "$password" "$key"; do
	same 'a secret in the dump' 0 "$(pg_dump -n frostguard | grep -c "$shown")"
done

# What is there already is refused.
refuses 1 'NAME "Harbour Kitchen": there is an organization harbour-kitchen' \
    organization add 'Harbour Kitchen'
refuses 1 '--slug "harbour-kitchen": there is an organization' \
    organization add Elsewhere --slug harbour-kitchen
refuses 1 'needs --owner' organization add Elsewhere --ask-password
refuses 1 '--owner "OLIVE@harbour.example": somebody has this address' \
    organization add Elsewhere --owner OLIVE@harbour.example
refuses 1 'EMAIL "Olive@harbour.example": somebody has this address already' \
    user add Olive@harbour.example --role viewer
refuses 1 'APPLICATION "harbour-sensors": it is connected already' \
    connection add harbour-sensors
refuses 1 'NAME "QUAYSIDE": there is a site of this name' site add QUAYSIDE
refuses 1 'NAME "walk-in Cooler": there is a unit of this name' \
    unit add 'walk-in Cooler' --type fridge
refuses 1 'DEVEUI "a84041d300010001": there is a sensor with this DevEUI' \
    sensor add a84041d300010001 --model dragino/lht65n

# Arguments that cannot be.
refuses 2 'NAME: must be given' site add
refuses 2 'one word too many: "side"' site add Quay side
refuses 2 'is given twice' site add Quay --city A --city B
refuses 2 "unrecognized option '--colour'" site add Quay --colour red
refuses 2 "requires an argument|'--city'" site add Quay --city
refuses 2 'no verb remove' site remove Quayside
refuses 2 '^usage: frostguard site' site
refuses 2 '--timezone "Mars/Base": is no time zone' \
    site add Base --timezone Mars/Base
refuses 2 '--role: must be given' user add max@harbour.example
refuses 2 '--role "boss": must be owner, admin, .* or inspector' \
    user add max@harbour.example --role boss
refuses 2 'EMAIL "max": is no e-mail address' user add max --role staff
refuses 2 '--type "oven": must be fridge, ' unit add Oven --type oven
refuses 2 '--low "cold": must be a temperature' \
    unit add Cold --type fridge --low cold --high 5
refuses 1 '--high: must be given with the other' \
    unit add Cold --type fridge --low 2
refuses 1 '--low "9": must be below --high' \
    unit add Cold --type fridge --low 9 --high 5
refuses 2 'DEVEUI "a840": must be 16 hexadecimal digits' \
    sensor add a840 --model dragino/lht65n
refuses 2 '--model "lht65n": must be MANUFACTURER/MODEL' \
    sensor add a84041d300010002 --model lht65n
refuses 2 '--interval "5 minutes": must be 10s to 7d' sensor add \
    a84041d300010002 --model dragino/lht65n --interval '5 minutes'
refuses 2 '--interval "9s": must be 10s to 7d' sensor add \
    a84041d300010002 --model dragino/lht65n --interval 9s
refuses 2 'must not have control characters' site add $'Quay\nside'
refuses 2 'must be 1 to 200 bytes of UTF-8' site add $'Quay\xff'
refuses 2 'must be 1 to 200 bytes' site add "$(printf 'x%.0s' {1..201})"
refuses 1 '--unit "Nowhere": there is no such unit' \
    sensor add a84041d300010002 --model dragino/lht65n --unit Nowhere
refuses 1 '--organization "nobody": there is no such organization' \
    site add Quay --organization nobody
refuses 1 'NAME|--slug: cannot be made of this name' organization add '&&'
refuses 1 'the database does not answer' \
    site list --database 'host=/nonexistent'

# With a second organization one must be named, and each sees its own.
does '^organization northside added$' organization add 'Northside Pharmacy' \
    --slug northside --fahrenheit --timezone America/Chicago
refuses 1 '--organization: there is more than one organization: say which' \
    site add Upstairs
does '^site Quayside added$' site add Quayside --organization northside
refuses 1 'there is no such sensor' \
    sensor detach a84041d300010001 --organization northside
refuses 1 'there is no such person' \
    user password olive@harbour.example --organization northside
refuses 1 '--unit "Walk-in cooler": there is no such unit' sensor add \
    a84041d300010009 --model dragino/lht65n --unit 'Walk-in cooler' \
    --organization northside
refuses 1 'there is a sensor with this DevEUI already' sensor add \
    a84041d300010001 --model dragino/lht65n --organization northside
does '^unit Insulin added$' unit add Insulin --type fridge --low 36F \
    --high 46.4F --area Dispensary --organization northside --by-hand
same 'limits given in Fahrenheit' '2.22|8.00' "$(sql "SELECT temp_limit_low,
    temp_limit_high FROM units WHERE name = 'Insulin'")"
same 'units that people watch' 'Insulin' "$(sql "SELECT string_agg(name, ',')
    FROM units WHERE manual_monitoring_required")"
does '^\[ \{ [^{]*"name": "Insulin",[^{]*"low": 2\.22,[^{]*"sensors": 0 \} \]$' \
    unit list --json --organization northside
does 'ORGANIZATION +SITE +AREA +NAME +TYPE +LOW' unit list
same 'units listed of all' 3 "$(wc -l <"$tmp/out")"
does '^\[ *\]$' sensor list --json --organization northside

# A name that several things have must be narrowed.
does '^area Bar added$' unit add 'Walk-in cooler' --type fridge --area Bar \
    --organization harbour-kitchen
refuses 1 '--unit "Walk-in cooler": there is more than one such unit' sensor add \
    a84041d300010002 --model dragino/lht65n --unit 'Walk-in cooler' \
    --organization harbour-kitchen
refuses 1 '--area: there is more than one area: say which' \
    unit add Fridge --type fridge --organization harbour-kitchen

# Sensors are put onto units and taken off.
does 'lht99 is not in the catalogue' sensor add a84041d300010002 \
    --model dragino/lht99 --organization harbour-kitchen --join-eui \
    A0-00-00-00-00-00-00-01 --interval 15min
does '^sensor attached to Walk-in cooler$' sensor attach a84041d300010002 \
    --unit 'Walk-in cooler' --area Bar --organization harbour-kitchen
same 'how often that unit is to be heard' 900 "$(sql "SELECT
    checkin_interval_seconds FROM unit_rules r JOIN devices d
    USING (organization_id, unit_id) WHERE device_eui = 'a84041d300010002'")"
refuses 1 'is on this unit already; detach it first' sensor attach \
    a84041d300010002 --unit 'Walk-in cooler' --area Bar \
    --organization harbour-kitchen
refuses 1 'is on another unit; detach it first' sensor attach \
    a84041d300010001 --unit 'Walk-in cooler' --area Bar \
    --organization harbour-kitchen
does '^sensor detached$' sensor detach a84041d300010002 \
    --organization harbour-kitchen
refuses 1 'is on no unit' sensor detach a84041d300010002 \
    --organization harbour-kitchen
same 'the join EUI' a000000000000001 "$(sql "SELECT join_eui FROM lora_sensors
    WHERE dev_eui = 'a84041d300010002'")"

# Calibrations: one at a time, none of them changed or taken away.
probe="a84041d300010002 --organization harbour-kitchen"
for bad in 10.01 -10.01 19F warm ''; do
	# shellcheck disable=SC2086 # two arguments more
	refuses 2 '--offset .*: must be -10 to 10' sensor calibrate $probe \
	    --offset "$bad"
done
for bad in tomorrow 2026-02-30 31-01-2026 2026-01-31T08:00; do
	# shellcheck disable=SC2086
	refuses 2 '--until .*: must be a day' sensor calibrate $probe \
	    --offset 0.3 --until "$bad"
done
# shellcheck disable=SC2086
{
refuses 2 '--offset: must be given' sensor calibrate $probe
refuses 1 'must be later than --from' sensor calibrate $probe --offset 0.3 \
    --from 2026-01-31 --until 2026-01-31
refuses 1 'there is no such sensor' sensor calibrate a84041d30001ffff \
    --offset 0.3 --organization harbour-kitchen
refuses 1 'has no calibration that is not over' sensor uncalibrate $probe
does 'calibrated: [+]0.28 °C from 2026-01-31 until 2090-01-31$' sensor calibrate \
    $probe --offset 0.5F --from 2026-01-31 --until 2090-01-31 --certificate K-7
does 'calibrated' sensor calibrate a84041d300010001 --offset 0.1 \
    --organization harbour-kitchen
refuses 1 'another calibration of this sensor holds in that time' \
    sensor calibrate $probe --offset -1
does 'from 2090-01-31$' sensor calibrate $probe --offset -1 --from 2090-01-31
does '0.28 +K-7 +2026-01-31T00:00:00Z +2090-.* in force' sensor calibrations
does '"offset": -1.00,.*"state": "to come"' sensor calibrations --json
does '0.28 ' sensor calibrations A8:40:41:D3:00:01:00:02
if grep -q a84041d300010001 "$tmp/out"; then
	fault 'lists another sensor too'
fi
does '^ORGANIZATION' sensor calibrations a84041d30001ffff
same 'the lines about a sensor nobody has' 1 "$(wc -l <"$tmp/out")"
refuses 2 'DEVEUI "a840": must be 16' sensor calibrations a840
refuses 2 'one word too many' sensor calibrations $probe a84041d300010002
does '^calibration withdrawn$' sensor uncalibrate $probe
does '^calibration withdrawn$' sensor uncalibrate a84041d300010001 \
    --organization harbour-kitchen
}
same 'withdrawn ones' 3 "$(sql "SELECT count(withdrawn_at)
    FROM calibration_records")"

# Passwords: made, or read and never an argument.
does '^max@harbour.example added as manager$' user add max@harbour.example \
    --role manager --name 'Max Müller' --organization harbour-kitchen
hash_of() {
	sql "SELECT password_hash FROM profiles WHERE email = '$1'"
}
before=$(hash_of max@harbour.example)
# ask STATUS PATTERN FILE - a new password for Max, from the file.
ask() {
	local rc=0
	asked="user password <$3"
	./frostguard user password max@harbour.example --ask-password \
	    --organization harbour-kitchen <"$3" >"$tmp/out" 2>"$tmp/err" ||
	    rc=$?
	[[ $rc == "$1" ]] || fault "status $rc"
	cat "$tmp/out" "$tmp/err" | grep -q "$2" || fault "does not say $2"
}
ask 1 'standard input has no password' /dev/null
echo short >"$tmp/word"
ask 1 '^frostguard user password: the password: ' "$tmp/word"
printf 'x%.0s' {1..129} >"$tmp/word"
ask 1 'the password: ' "$tmp/word"
printf 'x%.0s' {1..500} >"$tmp/word"
ask 1 'or one too long' "$tmp/word"
same 'the password after refusals' "$before" "$(hash_of max@harbour.example)"
sql "INSERT INTO sessions (token_hash, organization_id, profile_id, expires_at)
    SELECT decode(repeat('ab', 32), 'hex'), organization_id, id,
	now() + interval '1 hour' FROM profiles
     WHERE email = 'max@harbour.example'"
echo 'correct horse battery' >"$tmp/word"
ask 0 'has a new password and is signed out' "$tmp/word"
! grep -q horse "$tmp/out" || fault "shows the password it was told"
[[ $before != "$(hash_of max@harbour.example)" ]] || fault "kept the old one"
# At a terminal it is asked for twice, and not shown.
# type_in WORD... - the answers to what is asked for; gives its status.
type_in() {
	local rc=0 word
	asked="user password at a terminal, $*"
	coproc script -qec './frostguard user password max@harbour.example \
	    --ask-password --organization harbour-kitchen' /dev/null
	local pid=$COPROC_PID
	exec 5<&"${COPROC[0]}" 6>&"${COPROC[1]}"
	for word; do
		IFS= read -r -d : -t 60 -u 5 _
		printf '%s\n' "$word" >&6
	done
	tr -d '\r' <&5 >"$tmp/out"
	wait "$pid" || rc=$?
	exec 5<&- 6>&-
	return "$rc"
}
type_in 'typed at a terminal' 'otherwise again' && fault 'takes either'
grep -q 'not the same password twice' "$tmp/out" || fault 'does not say why'
before=$(hash_of max@harbour.example)
type_in 'typed at a terminal' 'typed at a terminal' || fault "status $?"
grep -q 'has a new password' "$tmp/out" || fault 'does not say so'
! grep -q typed "$tmp/out" || fault 'shows what is typed'
[[ $before != "$(hash_of max@harbour.example)" ]] || fault 'kept the old one'
same 'sessions that outlive a password' 0 "$(sql 'SELECT count(*) FROM sessions')"
does 'max@harbour.example +Max Müller +manager' user list

# A connection that is disabled opens nothing; a new one has a new secret.
does 'disabled$' connection disable harbour-sensors \
    --organization harbour-kitchen
same 'a message to a disabled connection' 401 "$(send "$secret")"
refuses 1 'there is no such enabled connection' connection disable \
    harbour-sensors --organization harbour-kitchen
does '^X-Webhook-Secret' connection add harbour-sensors \
    --organization harbour-kitchen
same 'a message with the new secret' 200 \
    "$(send "$(sed -n 's/^X-Webhook-Secret: //p' "$tmp/out")")"
does 'harbour-sensors +yes .*' connection list
does '/api/webhooks/chirpstack$' connection add cold-chain --kind chirpstack \
    --organization harbour-kitchen
does 'chirpstack +cold-chain +yes .*' connection list
refuses 2 'must be ttn or chirpstack' connection add other --kind sigfox \
    --organization harbour-kitchen

# A key is shown once; one of a name at a time, until it is revoked.
refuses 2 '--scopes "everything": must be readings:write' key add till \
    --scopes everything --organization harbour-kitchen
refuses 2 '--expires "1h": must be 1d to 3650d' key add till --expires 1h \
    --organization harbour-kitchen
does '^X-API-Key: [0-9a-f]{48}$' key add till \
    --scopes readings:write,backfill --expires 30d --organization harbour-kitchen
key=$(sed -n 's/^X-API-Key: //p' "$tmp/out")
same 'a key in the dump' 0 "$(pg_dump -n frostguard | grep -c "$key")"
refuses 1 'there is such a key already' key add Till \
    --organization harbour-kitchen
does 'till +.... +readings:write,backfill +good +20..-' key list
does '^key till revoked$' key revoke till --organization harbour-kitchen
refuses 1 'there is no such key in use' key revoke till \
    --organization harbour-kitchen
does 'revoked' key list

# The trail: what was done, in its organization, by whom.
same 'the trail' "api_key_created 1
api_key_revoked 1
area_created 3
device_created 2
organization_created 2
sensor_calibrated 3
sensor_calibration_withdrawn 2
sensor_network_id_set 1
sensor_paired 1
sensor_unpaired 1
site_created 2
ttn.backfill.disabled 1
ttn.backfill.enabled 3
ttn.settings.disabled 1
ttn.webhook.created 3
unit_created 3
user_created 2
user_password_set 2" "$(sql "SELECT event_type || ' ' || count(*)
    FROM event_logs WHERE category IN ('settings', 'device')
    AND event_data->>'operator' = '$(id -un)'
    GROUP BY event_type ORDER BY event_type")"

# Every verb has its help, with an example, and needs no configuration for it.
for noun in organization user connection key site unit sensor; do
	for verb in $(./frostguard $noun --help |
	    sed -n "s/.*frostguard $noun \([a-z]*\)  .*/\1/p"); do
		FROSTGUARD_CONF=/nonexistent does \
		    "^example: frostguard $noun $verb" $noun "$verb" --help
	done
done
command_end
