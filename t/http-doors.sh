#!/bin/bash
# A unit's door: what its sensor reports, on the unit's page and by the API.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"

read -r secret < <(demo webhook_secret)
read -r sensor < <(demo dev_eui)
read -r unit < <(demo unit_id)
theirs=$(sql "SELECT id FROM units WHERE organization_id <>
    (SELECT organization_id FROM units WHERE id = '$unit') LIMIT 1")
me=viewer@harbour-kitchen.example
sql "UPDATE sites SET timezone = 'UTC'"

# door STATE - is reported now.
door() {
	ask -H "X-Webhook-Secret: $secret" -d "$(uplink "$sensor" 4 |
	    sed "s/\"humidity\":61/\"door_status\":\"$1\"/")" /webhooks/ttn
	want 200
}

sign_in "$me"
ask -b "$out/$me" "/api/units/$unit/door-events"
want 200 body '"events":\[\],"nextCursor":null'
lacks body doorDay
ask -b "$out/$me" "/units/$unit"
lacks body 'Opened today'

door closed
door closed
door open
# Whatever the hour, it was closed, then open since a minute ago and today.
sql "UPDATE door_events SET \"timestamp\" = greatest(
    \"timestamp\" - interval '1 min' * (2 - (state = 'open')::int),
    date_trunc('day', now(), 'UTC')
	+ interval '1 ms' * (1 + (state = 'open')::int))"
ask -b "$out/$me" "/units/$unit"
want 200 body 'Opened today.*>once</a>, open for' body '0 s of 1 h today'
door closed
ask -b "$out/$me" "/api/units/$unit/door-events"
want 200 body '"state":"closed".*"state":"open".*"state":"closed"' \
    body '"previousSeconds":null' body '"openings":1' \
    body '"maskUsedSeconds":0,.*"maskBudgetSeconds":3600'
same 'changes of the door' 3 "$(grep -o '"state"' "$out/body" | wc -l)"
ask -b "$out/$me" "/api/units/$unit/door-events?limit=2"
next=$(sed -n 's/.*"nextCursor":"\([^"]*\)".*/\1/p' "$out/body")
same 'changes of a page' 2 "$(grep -o '"state"' "$out/body" | wc -l)"
ask -b "$out/$me" "/api/units/$unit/door-events?limit=2&cursor=$next"
want 200 body '"nextCursor":null'
same 'changes of the last page' 1 "$(grep -o '"state"' "$out/body" | wc -l)"
ask -b "$out/$me" "/units/$unit/door-events?limit=1"
want 200 body '<td>Closed</td><td>' body 'rel="next" href="[^"]*cursor='

ask -b "$out/$me" "/api/units/$theirs/door-events"
want 404
ask "/api/units/$unit/door-events"
want 401
for wrong in limit=0 limit=1001 cursor=x bucket=1h; do
	ask -b "$out/$me" "/api/units/$unit/door-events?$wrong"
	want 400 body "\"field\":\"${wrong%=*}\""
done

ask_end
