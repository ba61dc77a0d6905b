# limit - what PostgreSQL can do: pgbench sending what the program uplinks sends.
#
# The statements and their values are those of one real uplink, read from the
# server's log, so this cannot lag behind the program. Each client is a sensor
# of its own, and each transaction another instant.
# shellcheck shell=bash

limit_sensor=101	# the first; no other load uses it and those after it
# As lib/db/connect.c has them.
limit_options='-c search_path=frostguard -c plan_cache_mode=force_generic_plan'

# limit_script LOG - of the last uplink in it; -D options go to $limit_values.
limit_script() {
	local eui device unit
	eui=$(printf 'a840410000%06x' "$limit_sensor")
	IFS='|' read -r limit_org device unit < <(sql -c "SELECT
	    organization_id, id, unit_id FROM frostguard.devices
	    WHERE device_eui = '$eui'")
	awk -v eui="$eui" -v org="$limit_org" -v device="$device" \
	    -v unit="$unit" -v at="$limit_at" -v values="$limit_values" \
	    -f "$here/limit.awk" "$1"
}

# The log of one uplink that finds all statements prepared.
limit_capture() {
	local log=$FG_DIR/log/postgres.log start
	t/bench/pace -u "$FG_URL/api/webhooks/ttn" -b "$body" -n 64 -s 1 \
	    -f "$limit_sensor" -H "$header_load" >"$out"
	start=$(($(wc -c <"$log") + 1))
	sql -c 'ALTER SYSTEM SET log_min_duration_statement = 0' \
	    -c 'SELECT pg_reload_conf()' >"$out"
	sleep 1
	limit_at=$(($(date +%s%3N) + 60000))	# later than those before
	t/bench/pace -u "$FG_URL/api/webhooks/ttn" -b "$body" -n 1 -s 1 \
	    -f "$limit_sensor" -t "$limit_at" -H "$header_load" >"$out"
	sleep 1
	sql -c 'ALTER SYSTEM RESET log_min_duration_statement' \
	    -c 'SELECT pg_reload_conf()' >"$out"
	tail -c "+$start" "$log"
}

limit_prepare() {
	limit_values=$work/limit.values
	limit_file=$work/limit.sql
	limit_capture >"$work/limit.log"
	limit_script "$work/limit.log" >"$limit_file"
	[[ -s $limit_file ]] || fail_with "$work/limit.log" \
	    "the statements of an uplink are not in the log"
}

# limit_run CLIENTS - its rate. Every run has instants of its own.
limit_run() {
	local options=() line
	limit_at=$((limit_at + 1000000))
	while IFS= read -r line; do
		options+=(-D "$line")
	done <"$limit_values"
	PGPASSWORD=$(sed -n 's/^fg_ingest://p' "$FG_DIR/secret/passwords") \
	PGOPTIONS="$limit_options" \
	    pgbench -n -M prepared -f "$limit_file" -c "$1" -j 2 -T "$SECS" \
	    -D ready=0 -D at="$limit_at" -D sensor="$limit_sensor" -D org="$limit_org" \
	    "${options[@]}" "${database/user=postgres/user=fg_ingest}" \
	    2>"$work/limit.errors" |
	awk '/^number of transactions actually/ { print "requests", $NF }
	    /^tps/ { print "rate", $3 }
	    /^latency average/ { print "mean", $4 }'
	! grep -i error "$work/limit.errors" >&2
}
