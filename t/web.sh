#!/bin/sh
# A program of the house, asked as plain CGI: what it answers, in which order
# it checks, and what it says of itself.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
faults=0

mkdir "$dir/templates"
cat >"$dir/templates/demo.html" <<'EOF'
<p>{{me}}:{{count}}:{{text}}</p>
EOF
cat >"$dir/templates/error.html" <<'EOF'
<h1>{{error.title}}</h1>{{error.code}}{{#error.details}};{{field}} {{message}}{{/error.details}}
EOF
printf 'templates_dir = %s\nmetrics_file =\n' "$dir/templates" >"$dir/conf"

# ask METHOD PATH QUERY [NAME=VALUE...]: the answer in $dir/out, the body of
# the request from $dir/body.
ask()
{
	method=$1 path=$2 query=$3
	shift 3
	env -i FROSTGUARD_CONF="$dir/conf" REQUEST_METHOD="$method" \
	    DOCUMENT_URI="$path" QUERY_STRING="$query" \
	    CONTENT_LENGTH="$(wc -c <"$dir/body")" "$@" ./t/demo-app \
	    <"$dir/body" >"$dir/out" 2>"$dir/err"
	rc=$?
	tr -d '\r' <"$dir/out" >"$dir/text"
	asked="$method $path?$query"
}

body()
{
	printf '%s' "$1" >"$dir/body"
}

fault()
{
	faults=$((faults + 1))
	echo "$asked: $*"
	cat "$dir/text" "$dir/err"
}

has()
{
	for want in "$@"; do
		grep -qF -- "$want" "$dir/text" || fault "no '$want'"
	done
}

lacks()
{
	for word in "$@"; do
		! grep -qF -- "$word" "$dir/text" || fault "has '$word'"
	done
}

guest='HTTP_COOKIE=a=b; who=guest'
boss='HTTP_COOKIE=who=boss'
token=HTTP_X_CSRF_TOKEN=secret-of-the-form
form=CONTENT_TYPE=application/x-www-form-urlencoded
json='CONTENT_TYPE=application/json; charset=utf-8'
body ''

# One handler, two faces.
ask GET /api/values 'count=3&text=a%26b' HTTP_X_REQUEST_ID=abc-1.2
has 'Status: 200 OK' 'Content-Type: application/json' \
    'X-Request-Id: abc-1.2' 'Cache-Control: no-store' \
    'X-Content-Type-Options: nosniff' \
    '{"ok":true,"data":{"text":"a&b","count":"3"' '"requestId":"abc-1.2"}'
ask GET /values 'count=3&text=%3Cb%3E'
has 'Status: 200 OK' 'Content-Type: text/html; charset=utf-8' \
    "default-src 'self'" "frame-ancestors 'none'" 'Referrer-Policy' \
    '<p>:3:&lt;b&gt;</p>'
ask GET /values count=3 HTTP_ACCEPT=application/json
has '{"ok":true,"data":{"count":"3"'
ask GET /things '' "$guest"
has '<p>guest::</p>'
ask GET /data '' REMOTE_ADDR=192.0.2.7
has 'Content-Type: application/json' '"data":{"remote":"192.0.2.7"}'
ask HEAD /api/values count=3
has 'Status: 200 OK' 'Content-Type: application/json' 'Content-Length: '
lacks '"ok"'
body 'text=ignored'
ask GET /api/values count=3 "$form"
has 'Status: 400' '"field":"text","message":"is not known here"'
body ''

# A request id that could confuse a log is replaced.
for id in 'a b' 'a"b' 'é' "$(printf '%065d' 1)" ''; do
	ask GET /api/values count=3 "HTTP_X_REQUEST_ID=$id"
	grep -qE '^X-Request-Id: [0-9a-f-]{36}$' "$dir/text" ||
	    fault "request id '$id' was taken"
done

# 404 before 405 before 401 and 403, those before 413, that before 400.
body "$(printf '%0201d' 1)"
ask POST /api/nothing x=1 "$form"
has 'Status: 404 Not Found' '"code":"NOT_FOUND"'
ask DELETE /api/things/1 x=1 "$form"
has 'Status: 405 Method Not Allowed' 'Allow: POST, PUT' \
    '"code":"METHOD_NOT_ALLOWED"'
ask PUT /api/things/1 x=1 "$form"
has 'Status: 401 Unauthorized' '"code":"AUTH_MISSING_TOKEN"' \
    'WWW-Authenticate: Bearer'
ask PUT /api/things/1 x=1 "$form" "$guest"
has 'Status: 403 Forbidden' '"code":"FORBIDDEN_INSUFFICIENT_ROLE"'
ask PUT /api/things/1 x=1 "$form" "$boss"
has 'Status: 413' '"code":"PAYLOAD_TOO_LARGE"'
body 'name=a&csrf=wrong'
ask PUT /api/things/1 x=1 "$form" "$boss"
has 'Status: 403 Forbidden' '"code":"FORBIDDEN_CSRF"'
body 'name=a&csrf=secret-of-the-form'
ask PUT /api/things/1 x=1 "$form" "$boss"
has 'Status: 400 Bad Request' '"code":"VALIDATION_ERROR"' \
    '"field":"x","message":"is not known here"'

# Forged forms.
ask PUT /api/things/1 '' "$form" "$boss"
has 'Status: 200' '"name":"a"' \
    'Set-Cookie: seen=1; Path=/; Max-Age=60; HttpOnly'
for site in same-origin none; do
	ask PUT /api/things/1 '' "$form" "$boss" "HTTP_SEC_FETCH_SITE=$site"
	has 'Status: 200'
done
for site in cross-site same-site ''; do
	ask PUT /api/things/1 '' "$form" "$boss" "HTTP_SEC_FETCH_SITE=$site"
	has 'Status: 403' FORBIDDEN_CSRF
done
body 'name=a'
ask POST /api/things/1 '' "$form" "$guest"
has 'Status: 403' FORBIDDEN_CSRF
ask POST /api/things/1 '' "$form" "$guest" "$token"
has 'Status: 200'
ask POST /api/things/1 '' "$form" "$guest" HTTP_X_CSRF_TOKEN=secret-of-the-for
has 'Status: 403' FORBIDDEN_CSRF
ask POST /things/1 '' "$form" "$guest"
has 'Status: 403' '<h1>Form expired</h1>'
ask POST /things/1 '' "$form" "$guest" "$token"
has 'Status: 303 See Other' 'Location: /things?x=1'

# What a query may hold.
body ''
refused()		# QUERY FIELD MESSAGE
{
	ask GET /api/values "$1"
	has 'Status: 400' "\"field\":\"$2\",\"message\":\"$3\""
}
refused '' count 'is required'
refused 'count=' count 'must be a whole number'
refused 'count=10' count 'is out of range'
refused 'count=1&count=1' count 'is given twice'
refused 'count=1&text=&text=a' text 'is given twice'
refused 'count=1&text=abcdef' text 'is too long'
refused 'count=1&text=%FF' text 'is not UTF-8'
refused 'count=1&since=today' since 'must be a time like 2026-03-02T06:15:04Z'
refused 'count=1&Count=1' Count 'is not known here'
refused 'count=1&csrf=x' csrf 'is not known here'
ask GET /api/values 'count=x&other=1&text=123456'
has '"field":"count"' '"field":"other"' '"field":"text"'
ask GET /api/values 'count=%zz'
has 'Status: 400' 'The query cannot be read: an escape is not %XX.'
ask GET /values 'count=x'
has 'Status: 400' '<h1>Not acceptable</h1>VALIDATION_ERROR;count must be'
lacks '"ok"'

refused 'count=1&tag=a&tag=B' tag 'takes only a-z, 0-9, _ and -'
ask GET /api/values 'count=1&tag=a&tag=b&tag=a'
has 'Status: 200' '"tag":"a,b,a"'

# JSON bodies are typed, and faults name the field.
said()			# BODY WANT...
{
	body "$1"
	shift
	ask PUT /api/things/a-1 '' "$json" "$boss" "$token"
	has "$@"
}
said '{"name":"a","limit":-18.5,"count":5,"on":false}' 'Status: 200' \
    '"limitCenti":-1850' '"count":"5"' '"on":"false"'
said '{"name":"a","limit":null}' 'Status: 200' '"limitCenti":0'
said '{"name":"a","limit":"-18.5"}' 'Status: 400' \
    '"field":"limit","message":"must be a number"'
said '{"name":"a","count":1.5}' '"field":"count","message":"must be a whole'
said '{"name":"a","count":"1"}' '"field":"count","message":"must be a whole'
said '{"name":"a","count":6}' '"field":"count","message":"is out of range"'
said '{"name":"a","on":1}' '"field":"on","message":"must be true or false"'
said '{"name":1}' '"field":"name","message":"must be a text"'
said '{"name":""}' '"field":"name","message":"is required"'
said '{"name":null}' '"field":"name","message":"is required"'
said '{}' '"field":"name","message":"is required"'
said '{"name":"a","extra":{}}' '"field":"extra","message":"is not known here"'
said '{"name":"a","id":"b"}' '"field":"id","message":"is not known here"'
said '{"name":"a","csrf":"x"}' '"field":"csrf","message":"is not known here"'
said '{"name":"a","name":"b"}' 'Status: 400' 'The body is not JSON'
said '{"name":"a"' 'Status: 400' 'The body is not JSON'
said '["name"]' 'Status: 400' 'The body is not JSON: it must be an object.'
said '{"name":"taken"}' 'Status: 409' '"code":"CONFLICT"' \
    '"field":"name","message":"is taken"'
body '{"name":"a"}'
ask PUT /api/things/UP '' "$json" "$boss" "$token"
has 'Status: 400' '"field":"id","message":"takes only a-z, 0-9, _ and -"'
ask PUT /api/things/1 '' CONTENT_TYPE=text/plain "$boss" "$token"
has 'Status: 400' 'The Content-Type must be'
ask PUT /api/things/1 '' "$json" "$boss" "$token" CONTENT_LENGTH=100
has 'Status: 400' 'The body ends too early.'
ask PUT /api/things/1 '' "$json" "$boss" "$token" CONTENT_LENGTH=1e1
has 'Status: 400' 'The Content-Length is not a number.'
body ''

# A page without a session asks to sign in, and says where to go back to.
ask GET /things 'a=1&b=2'
has 'Status: 303' 'Location: /sign-in?next=%2Fthings%3Fa%3D1%26b%3D2'
ask POST /things/1 ''
has 'Status: 303' 'Location: /sign-in'
lacks next=

# Trouble of ours.
ask GET /api/fail ''
has 'Status: 503 Service Unavailable' 'Retry-After: 5' '"code":"UNAVAILABLE"'
rm "$dir/templates/error.html"
ask GET /fail ''
has 'Status: 503' '<h1>Not available</h1>'
rm "$dir/templates/demo.html"
ask GET /values count=1
has 'Status: 500' '<h1>Something went wrong</h1>'
grep -qF '"requestId":"' "$dir/err" || fault 'the log does not name the request'

# What it says of itself.
option()		# RC OPTION...
{
	want=$1
	shift
	asked="option $*"
	env -i FROSTGUARD_CONF="$dir/conf" ./t/demo-app "$@" </dev/null \
	    >"$dir/text" 2>"$dir/err"
	rc=$?
	[ "$rc" -eq "$want" ] || fault "exit $rc"
}
option 0 --help
has 'Usage: demo-app' 'Shows what it was given.'
option 0 --version
has 'demo-app '
option 0 --routes
has '"path":"/things/:id"' '"permission":"boss"' '"in":"query"' \
    '"type":"celsius"' '"required":true' '"max":500'
option 0 --print-config
has "templates_dir = $dir/templates"
option 1 --check
printf 'fine' >"$dir/templates/fine.html"
option 0 --check
has 'demo-app: good'
printf '{{#open}}' >"$dir/templates/bad.html"
option 1 --check
option 2 --nonsense
option 2 --help argument
option 2
echo 'nonsense = 1' >>"$dir/conf"
option 1 --check

echo "$faults faults"
[ "$faults" -eq 0 ]
