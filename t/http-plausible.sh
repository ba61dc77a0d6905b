#!/bin/bash
# What is doubted about a sensor, and how it is calibrated, from the webhook to
# the unit's page, its table of readings, JSON and CSV.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"
# shellcheck source=ask-hook
. "$(dirname "$0")/ask-hook"

mapfile -t units < <(demo unit_id)
me=staff@harbour-kitchen.example
sign_in "$me"

# fridge - in $eui a sensor that has said nothing yet, in $unit where it is.
fridge() {
	unit=${units[next]}
	fresh
	sql "UPDATE units SET unit_type = 'fridge', temp_limit_low = 0,
		temp_limit_high = 8 WHERE id = '$unit'"
}

# at MINUTES - that many minutes from now.
at() {
	date -u -d "$1 minutes" +%FT%TZ
}

# says TEMPERATURE [MINUTES] - the sensor does, now or at another time.
says() {
	hook /webhooks/ttn "$(uplink "$eui" "$1" "$(at "${2:-0}")")"
}

# logs TEMPERATURE MINUTES - a list of one, its time by the sensor's clock.
logs() {
	local list
	list="{\"readings\":[{\"temperature\":$1,\"time\":\"$(at "$2")\"}]}"

	hook /webhooks/ttn "$(uplink "$eui" 1 |
	    sed "s/{\"temperature\":1,\"humidity\":61}/$list/")"
}

# see ARGUMENT... - ask, signed in.
see() {
	ask -b "$out/$me" "$@"
}

# A jump is stored, alarms, and is marked wherever it is shown.
fridge
says 4.1 -10
want 200
see "/units/$unit"
want 200
lacks body 'class="doubt"'
see "/api/units/$unit/readings?detail=true"
want 200 body '"temperature":4.10'
lacks body '"doubts"|"rawTemperature"'
says 85
want 200 body '"stored":1.*"temperature":85.00'
see "/api/units/$unit/readings"
want 200 body '"temperature":85.00,[^}]*"outside":true,"doubts":\["jump"\]'
see "/api/units/$unit"
want 200 body '"status":"excursion"' body '"doubts":\["jump"\]'
see "/units/$unit"
want 200 body 'class="doubt">changed faster than anything cold does<'
see "/units/$unit/readings"
want 200 body 'class="doubt">changed faster than anything cold does<'
see -H 'Accept: text/csv' "/api/units/$unit/readings"
want 200 body 'received_at,doubts,raw_temperature_c' body 'Z,jump,.$'

# A clock that is ahead: the network's time, and by how much it is wrong.
fridge
logs 4.1 130
want 200 body '"stored":1,"duplicate":false,"late":false'
see "/api/units/$unit/readings"
want 200 body '"doubts":\["clock"\]'
see "/units/$unit"
want 200 body 'class="doubt">its clock is 2 h (9|10) min ahead<'
logs 4.2 0
see "/units/$unit"
want 200
lacks body 'its clock is'

# A calibration counts from now on: what is stored stays as it was measured.
fridge
says 4.1 -10
want 200 body '"temperature":4.10'
sql "INSERT INTO calibration_records (organization_id, device_id,
	temperature_offset, certificate, calibrated_at, expires_at)
    SELECT organization_id, id, -0.30, 'K-1 <&>', '2026-01-31Z', '2100-01-31Z'
      FROM devices WHERE device_eui = '$eui'"
says 4.1
want 200 body '"temperature":3.80'
see "/api/units/$unit/readings?detail=true"
want 200 body '"temperature":3.80,[^}]*"rawTemperature":4.10}' \
    body '"temperature":4.10,'
same 'raw values' 1 "$(grep -o '"rawTemperature"' "$out/body" | wc -l)"
see "/units/$unit/readings"
want 200 body '3.80 °C<small>4.10 °C before calibration</small>'
see "/units/$unit"
want 200 body 'calibrated −0.30 °C, certificate K-1 &lt;&amp;&gt;, until 2100-01-31'
see "/api/units/$unit"
want 200 body '"calibration":\{"offset":-0.30,"certificate":"K-1 <&>"' \
    body '"until":"2100-01-31T00:00:00.000Z","expired":false'
sql "UPDATE calibration_records SET expires_at = now() - interval '1 min'"
says 4.1 1
want 200 body '"temperature":4.10'
see "/units/$unit"
want 200 body 'calibration expired: −0.30 °C, certificate K-1'

ask_end
