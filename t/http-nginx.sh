#!/bin/bash
# What nginx decides: limits, headers, static files, who answers when nobody
# has a route or a program is dead.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"
read -r secret < <(demo webhook_secret)

ask /health/ready
want 200 body '"ready":true'
ask /nowhere
want 404 body '<h1>'
ask /api/nowhere
want 404 head 'application/json' body '"NOT_FOUND"'
ask -X DELETE /api/health
want 405 body '"METHOD_NOT_ALLOWED"'

# Counters are for the machine's own monitoring.
for path in /metrics /api/metrics; do
	ask "$path"
	want 200 head 'text/plain' body '^frostguard_'
	ask --interface 127.0.0.2 "$path"
	want 404
done

# Static files can be kept, and asked for again by their tag.
ask /static/frostguard.css
want 200 head 'text/css' head 'cache-control: public'
tag=$(sed -n 's/^etag: \(.*\)\r/\1/Ip' "$out/head")
ask -H "If-None-Match: $tag" /static/frostguard.css
want 304
ask --compressed /static/frostguard.css
want 200 head 'content-encoding: gzip'
ask /static/../frostguard.conf
want 404
ask --path-as-is /static/%2e%2e/%2e%2e/frostguard.conf
want 400
ask /static/
want 404
ask --path-as-is '/static../frostguard.conf'
want 404

# Each header once, from the program or from nginx.
for path in /sign-in /static/frostguard.css /health /nowhere; do
	ask "$path"
	for header in content-security-policy referrer-policy \
	    x-content-type-options; do
		count=$(grep -ci "^$header:" "$out/head") || :
		same "$header" 1 "$count"
	done
done

# The caller's request id if it can be one.
ask -H 'X-Request-Id: 4f9c-from-outside' /health
want 200 head '^x-request-id: 4f9c-from-outside'
ask -H 'X-Request-Id: a"b' /health
want 200 head '^x-request-id: [0-9a-f-]{32,36}.$'

# Too much, in the form that was asked for. The webhook takes more.
head -c 70000 /dev/zero | tr '\0' ' ' >"$out/large"
ask --data-binary "@$out/large" /sign-in
want 413 head 'text/html' body '<h1>'
ask --data-binary "@$out/large" /api/units
want 413 head 'application/json' body '"PAYLOAD_TOO_LARGE"' body '"requestId":"'
for path in /webhooks/ttn /api/webhooks/ttn; do
	ask --data-binary "@$out/large" -H "X-Webhook-Secret: $secret" "$path"
	want 400
done
head -c 1048577 /dev/zero >"$out/large"
ask --data-binary "@$out/large" -H "X-Webhook-Secret: $secret" /webhooks/ttn
want 413 body '"PAYLOAD_TOO_LARGE"'

# A dead worker is replaced, a dead program is said to be away.
before=$(workers units)
# shellcheck disable=SC2086 # one word each
kill -9 $before
for ((i = 0; i < 50; i++)); do
	[[ $(workers units | wc -l) != $(wc -w <<<"$before") ]] || break
	sleep 0.1
done
ask /api/nowhere
want 404
read -r pid _ <"$FG_DIR/pid/units"
kill -9 -- "-$pid"
ask /
want 503 head 'retry-after: 5' head 'text/html'
ask /api/units
want 503 head 'retry-after: 5' body '"UNAVAILABLE"'
ask /health
want 200

# A program that is told to end does, with its workers.
read -r pid _ <"$FG_DIR/pid/alerts"
kill "$pid"
for ((i = 0; i < 50; i++)); do
	[[ -n $(workers alerts) ]] || break
	sleep 0.1
done
asked=
same 'workers after their end' '' "$(workers alerts)"

ask_end
