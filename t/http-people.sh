#!/bin/bash
# Who may do what: signing in and out, forged forms, and every route there is
# for every role, with what is one's own and what is another organization's.
set -euo pipefail
# shellcheck source=ask
. "$(dirname "$0")/ask"

me=manager@harbour-kitchen.example
mapfile -t passwords < <(demo password)
password=${passwords[1]}

# Nobody: pages ask to sign in, the API says what is missing.
ask /
want 303 head '^location: /sign-in.$'
ask '/alerts?status=all'
want 303 head '^location: /sign-in\?next=%2Falerts%3Fstatus%3Dall.$'
ask /sign-in
want 200 head '^cache-control: no-store' head "form-action 'self'" \
    body 'name="password"'
ask /api/units
want 401 head '^www-authenticate: Bearer' body '"AUTH_MISSING_TOKEN"'
ask -H 'Accept: application/json' /units
want 401 body '"AUTH_MISSING_TOKEN"'
ask -b 'fg_session=0123456789abcdef' /api/units
want 401 body '"AUTH_INVALID_TOKEN"'
ask -b 'fg_session=0123456789abcdef' /units
want 303 head '^location: /sign-in'

# A wrong password and an unknown address are one answer.
ask -d "email=$me" -d password=wrong /api/auth/sign-in
want 401 body '"AUTH_INVALID_TOKEN".*"E-mail address or password is wrong'
sed 's/"requestId".*//' "$out/body" >"$out/wrong"
ask -d email=nobody@nowhere.example -d password=wrong /api/auth/sign-in
want 401
same 'the answer for an unknown address' "$(cat "$out/wrong")" \
    "$(sed 's/"requestId".*//' "$out/body")"
ask -d "email=$me" -d password=wr0ng /sign-in
want 401 head 'text/html' body 'password is wrong' body "value=\"$me\""
lacks body wr0ng
lacks head set-cookie
ask -d "email=$me" /api/auth/sign-in
want 400 body '"field":"password","message":"is required"'
ask '/sign-in?next=//elsewhere.example/%22onload=%22'
want 200
lacks body 'elsewhere|onload'
ask -d "email=$me" --data-urlencode "password=$password" \
    -H 'Sec-Fetch-Site: cross-site' /sign-in
want 403
lacks head set-cookie
ask --data-urlencode 'email="><script>alert(1)</script>' -d password=x /sign-in
want 401
lacks body '<script>alert'

# The right one sets a cookie that no script can read, and leads on.
ask -c "$out/jar" -d "email=$me" --data-urlencode "password=$password" \
    -d next=/alerts /sign-in
want 303 head '^location: /alerts.$' \
    head '^set-cookie: fg_session=[0-9a-f]{48}; .*HttpOnly; SameSite=Lax.$'
token=$(awk '$6 == "fg_session" { print $7 }' "$out/jar")
same 'sessions with the token in the clear' 0 "$(sql "SELECT count(*)
    FROM sessions s WHERE s::text LIKE '%$token%'")"
same sessions 1 "$(sql 'SELECT count(*) FROM sessions')"
! grep -rqs "$token" "$FG_DIR/log" || fault 'the token is in a log'
ask -b "$out/jar" /api/auth/me
want 200 body '"role":"manager"'
while IFS='|' read -r next location; do
	ask -d "email=$me" --data-urlencode "password=$password" \
	    --data-urlencode "next=$next" /sign-in
	asked="next=$next"
	want 303 head "^location: $location.$"
done <<-'EOF'
	/units?status=ok&q=a|/units\?status=ok&q=a
	|/
	units|/
	//elsewhere.example/|/
	/\elsewhere.example/|/
	https://elsewhere.example/|/
	javascript:alert(1)|/
EOF
ask -d "email=$me" --data-urlencode "password=$password" \
    --data-urlencode $'next=/a\r\nset-cookie: a=b' /sign-in
lacks head 'a=b'

# Forged: without the form's token nothing is changed.
sign_in "$me"
for field in '' csrf= csrf=0 "csrf=${csrf%?}" "csrf=${csrf}0"; do
	ask -b "$out/$me" -d "$field" /api/auth/logout
	want 403 body '"FORBIDDEN_CSRF"'
done
ask -b "$out/$me" --data-urlencode "csrf=$csrf" \
    -H 'Sec-Fetch-Site: cross-site' /sign-out
want 403
ask -b "$out/$me" "/sign-out?csrf=$csrf"
want 405

# Signing out ends it: for this browser, for whoever has the cookie, and no
# other session.
ask -b "$out/$me" -c "$out/gone" --data-urlencode "csrf=$csrf" /sign-out
want 303 head '^location: /sign-in' head '^set-cookie: fg_session=;.*Max-Age=0'
ask -b "$out/$me" /api/auth/me
want 401 body '"AUTH_INVALID_TOKEN"'
ask -b "$out/$me" /alerts
want 303
ask -b "$out/jar" /api/auth/me
want 200
sql "UPDATE sessions SET expires_at = now() - interval '1 s'"
ask -b "$out/jar" /api/auth/me
want 401

# A worker remembers whom it has met, and trusts it no further for that: what
# changes of a session holds for the next request, whichever worker has it.
sign_in "$me"
answers() {
	for _ in {1..24}; do
		ask -b "$out/$me" "$1"
		echo "$status"
	done | sort | uniq -c | tr -s ' \n' ' '
}
same 'answers of all workers' ' 24 200 ' "$(answers /units)"
sql "UPDATE profiles SET full_name = 'Somebody Else' WHERE email = '$me'"
for _ in {1..12}; do
	ask -b "$out/$me" /units
	want 200 body 'Somebody Else'
done
same 'requests for what is not there' ' 24 404 ' \
    "$(answers "/units/00000000-0000-4000-8000-000000000000")"
sql "UPDATE profiles SET deleted_at = now() WHERE email = '$me'"
same 'answers to who has left' ' 24 401 ' "$(answers /api/units)"
sql "UPDATE profiles SET deleted_at = NULL WHERE email = '$me'"
same 'answers to who is back' ' 24 200 ' "$(answers /api/units)"
sql "UPDATE sessions SET expires_at = now() - interval '1 s'"
same 'answers after the session' ' 24 401 ' "$(answers /api/units)"

# Failures lock the address, whatever its spelling and whoever asks then.
for email in "$me" "${me^^}" "${me^}" "${me/@h/@H}" "$me" "$me"; do
	ask -d "email=$email" -d password=wrong /api/auth/sign-in
	want 401
done
same 'locked addresses' 1 "$(sql "UPDATE login_failures
    SET locked_until = now() + interval '1 min'
    WHERE locked_until > last_failed_at RETURNING 1")"
ask -d "email=$me" --data-urlencode "password=$password" /sign-in
want 429 head '^retry-after: [0-9]' body 'Too many failed attempts'
lacks head set-cookie
ask -d "email=${me^^}" --data-urlencode "password=$password" /api/auth/sign-in
want 429 head '^retry-after: [0-9]' body '"RATE_LIMITED"'
sign_in viewer@harbour-kitchen.example		# somebody else is not locked
sql "UPDATE login_failures SET locked_until = now()"
sign_in "$me"
same 'failures after a success' 0 "$(sql "SELECT count(*)
    FROM login_failures WHERE subject = 'email:$me'")"

# Every route x every role x own and foreign.

# An alert each, as the ids of the table below need them.
paste -d ' ' <(demo webhook_secret) <(demo dev_eui | sed -n '1p;9p') |
while read -r secret eui; do
	ask -H "X-Webhook-Secret: $secret" -d "$(uplink "$eui" 35)" \
	    /webhooks/ttn
	want 200
done
mapfile -t orgs < <(demo id)
# one NOUN - ids of one of ours and one of theirs.
one() {
	sql "SELECT id FROM (SELECT DISTINCT ON (organization_id) * FROM $1) o
	    ORDER BY organization_id = '${orgs[0]}' DESC"
}
declare -A ours theirs
for noun in units alerts; do
	{ read -r ours[$noun]; read -r theirs[$noun]; } < <(one $noun)
done

# The roles a permission is for: every permission of a route has a line.
declare -A may=(
	[view]='owner admin manager staff viewer inspector'
	[acknowledge]='owner admin manager staff'
	[resolve]='owner admin manager staff'
	[log_manual]='owner admin manager staff'
	[signed_in]='owner admin manager staff viewer inspector'
)
roles='owner admin manager staff viewer inspector'

# All routes, "METHOD PATH PERMISSION BODY"; the body has what is required.
for program in cgi-bin/*; do
	[[ -f $program && -x $program && $program != */serve ]] || continue
	"$program" --routes
done | awk -F '"' '
	function flush() {
		if (method != "")
			print method, path, permission, "{" body "}"
		method = body = ""
	}
	$2 == "method" { flush(); method = $4 }
	$2 == "path" { path = $4 }
	$2 == "permission" { permission = $4 }
	$2 == "name" { name = $4 }
	$2 == "in" { place = $4 }
	$2 == "required" { required = $3 ~ /true/ }
	$2 == "type" && required && place == "body" {
		value["text"] = value["slug"] = "\"abc\""
		value["integer"] = value["celsius"] = 1
		value["boolean"] = "true"
		body = body (body == "" ? "" : ",") "\"" name "\":" value[$4]
	}
	END { flush() }' >"$out/routes"
(($(wc -l <"$out/routes") > 20)) || fault 'hardly a route was found'

# Those that end the session are above.
routes=$(grep -vE '^POST /(sign-out|auth/logout) ' "$out/routes")

# plan WHO [CURL-OPTION...] - requests for every route to $out/plan, what each
# must answer to $out/wants: "STATUS|STATUS... METHOD PATH WHO WHOSE".
plan() {
	local method path permission body whose noun url want given
	while read -r method path permission body; do
		for whose in own foreign; do
			url=$path
			if [[ $path == */:id* ]]; then
				noun=${path#/}
				noun=${noun%%/*}
				[[ -n ${ours[$noun]:-} ]] ||
				    fault "which id is $path about?"
				url=${path/:id/${ours[$noun]:-}}
				[[ $whose == own ]] ||
				    url=${path/:id/${theirs[$noun]:-}}
			elif [[ $whose == foreign ]]; then
				continue
			fi
			case $permission in
			anyone)	want='200|400|401|429' ;;
			device)	want='401' ;;
			*)	want='200|201|400|409'
				[[ $whose == own ]] || want='404'
				[[ -n ${may[$permission]:-} ]] ||
				    fault "who has the permission $permission?"
				[[ " ${may[$permission]:-} " == *" $1 "* ]] ||
				    want='403'
				[[ $1 != nobody ]] || want='401' ;;
			esac
			echo "$want $method $path $1 $whose" >>"$out/wants"
			given=("url = $FG_URL/api$url" 'output = /dev/null'
			    'write-out = "%{http_code}\n"' "${@:2}")
			case $path:$method in
			/stream:GET)	given+=(head "url = $FG_URL/stream")
					unset 'given[0]' ;;
			*:GET)	;;
			*)	given+=("request = $method" "data = $(
				    sed 's/["\\]/\\&/g; s/.*/"&"/' <<<"$body")"
				    'header = "Content-Type: application/json"')
			esac
			printf '%s\n' "${given[@]}" next >>"$out/plan"
		done
	done <<<"$routes"
}

# walk - ask all that is planned, by one curl, and compare.
walk() {
	local got want what
	sed -i '$d' "$out/plan"		# the last next
	curl -s -K "$out/plan" >"$out/got"
	while read -r got want what; do
		[[ $got =~ ^($want)$ ]] || fault "$what: $got instead of $want"
	done < <(paste -d ' ' "$out/got" "$out/wants")
	same 'answers' "$(wc -l <"$out/wants")" "$(wc -l <"$out/got")"
	rm "$out/plan" "$out/wants"
}
asked=

plan nobody
walk
for role in $roles; do
	sql "UPDATE user_roles r SET role = '$role' FROM profiles p
	    WHERE p.organization_id = r.organization_id
	    AND p.user_id = r.user_id AND p.email = '$me'"
	plan "$role" "cookie = $out/$me" "header = \"X-CSRF-Token: ${csrf//\\/\\\\}\""
	walk
done
same 'foreign alerts that were touched' 0 "$(sql "SELECT count(*) FROM alerts
    WHERE organization_id = '${orgs[1]}' AND status <> 'active'")"

# The order of checks: 404, 405, 401, 403, 413, 400.
head -c 40000 /dev/zero | tr '\0' x >"$out/large"
one=${ours[alerts]}
ask --data-binary "@$out/large" -X POST "/api/alerts/$one/nothing?x=1"
want 404
ask --data-binary "@$out/large" -X DELETE "/api/alerts/$one/resolve?x=1"
want 405 head '^allow: POST, PUT'
ask --data-binary "@$out/large" "/api/alerts/$one/resolve?x=1"
want 401
ask -b "$out/$me" --data-binary "@$out/large" "/api/alerts/$one/resolve?x=1"
want 403 body FORBIDDEN_INSUFFICIENT_ROLE
sql "UPDATE user_roles SET role = 'staff' WHERE role = 'inspector'"
ask -b "$out/$me" --data-binary "@$out/large" "/api/alerts/$one/resolve?x=1"
want 413 body PAYLOAD_TOO_LARGE
ask -b "$out/$me" -H 'Content-Type: application/json' -d '{}' \
    "/api/alerts/$one/resolve?x=1"
want 403 body FORBIDDEN_CSRF
ask -b "$out/$me" -H 'Content-Type: application/json' -d '{}' \
    -H "X-CSRF-Token: $csrf" "/api/alerts/$one/resolve?x=1"
want 400 body '"field":"x"' body '"field":"correctiveAction"'

ask_end
