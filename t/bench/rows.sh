# rows - what is measured, one function a row of ROWS.
# shellcheck shell=bash

webhook=/api/webhooks/ttn

# closed_loop CONNECTIONS URL HEADER - uplinks as fast as they are answered.
# Instants move on by a millisecond a round, which is never faster than time.
closed_loop() {
	HEADER=$3 URL_PATH=/${2#http://*/} SENSORS=100 BODY=$body \
	    AT_MS=$(date +%s%3N) REPORT=$here/report.lua \
	    wrk -t1 -c"$1" -d"${SECS}s" --timeout 30s --latency \
	    -s "$here/uplink.lua" "$2" | only_figures
}

# What scripts for wrk print, without what wrk prints by itself.
only_figures() {
	grep -E '^[a-z][a-z0-9]* [0-9.]+$'
}

ours_uplinks() {
	groups=$ours_groups
	measured "uplinks.$1" ours closed_loop "$1" "$FG_URL$webhook" \
	    "$header_load"
}

peer_uplinks() {
	groups=$peer_groups
	measured "uplinks.$1" "$2" closed_loop "$1" "$peer_url/webhooks/ttn" \
	    "$peer_header"
	peer_drain
}

# One after the other at once, so that what they share is the same.
row_uplinks() {
	local c
	[[ -s ${limit_file:-} ]] || limit_prepare
	for c in $CONNS; do
		ours_uplinks "$c"
		[[ -z $peer ]] || peer_uplinks "$c" tuned
		groups=postgres
		((c > 32)) || measured "uplinks.$c" limit limit_run "$c"
	done
	[[ -n $peer ]] || return 0
	peer_mode plain
	for c in 8 32; do
		peer_uplinks "$c" plain
	done
	peer_mode tuned
}

# lists BATCH URL HEADER - of readings, one after the other from two senders.
lists() {
	BATCH=$1 HEADER=$3 URL_PATH=/${2#http://*/} SENSORS=100 \
	    AT_MS=$(date +%s%3N) REPORT=$here/report.lua \
	    wrk -t1 -c2 -d"${SECS}s" --timeout 30s --latency \
	    -s "$here/bulk.lua" "$2" | only_figures |
	    awk -v n="$1" '$1 == "rate" { $2 *= n } { print }'
}

row_bulk() {
	local n
	for n in 100 1000 10000; do
		groups=$ours_groups
		measured "bulk.$n" ours lists "$n" \
		    "$FG_URL/api/readings/bulk" "$key_load"
		if [[ -z $peer ]] || ((n > 1000)); then	# its most
			continue
		fi
		groups=$peer_groups
		measured "bulk.$n" tuned lists "$n" \
		    "$peer_url/readings/bulk" "$peer_header"
		peer_drain
	done
}

# paced RATE URL HEADER [OPTION...] - open loop.
paced() {
	local rate=$1 url=$2 header=$3
	shift 3
	t/bench/pace -u "$url" -H "$header" -b "$body" -c 64 -r "$rate" \
	    -n $((rate * SECS)) "$@"
}

row_paced() {
	groups=$ours_groups
	measured paced ours paced 1000 "$FG_URL$webhook" "$header_load"
	[[ -n $peer ]] || return 0
	groups=$peer_groups
	measured paced tuned paced 1000 "$peer_url/webhooks/ttn" \
	    "$peer_header"
	peer_drain
}

# The peer has 49 sensors whose alerts are not delayed.
row_alert() {
	groups=$ours_groups
	measured alert ours t/bench/alarm -u "$FG_URL$webhook" \
	    -H "$header_alarm" -b "$body" -d "$database" -q "$ours_alert" \
	    -f 20001 -s 49 -n 147
	[[ -n $peer ]] || return 0
	groups=$peer_groups
	measured alert tuned t/bench/alarm -u "$peer_url/webhooks/ttn" \
	    -H "$peer_header" -b "$body" -d "$peer_database" \
	    -q "$peer_alert" -f 52 -s 49 -n 147
}

row_stream() {
	groups=$ours_groups
	measured stream ours paced 500 "$FG_URL$webhook" "$header_load" \
	    -e "$FG_URL/stream" -C "$cookie_load" -l 1
}

# fan_out COUNT - readers of one unit, of which each hears every event.
fan_out() {
	local before unit connected=$work/connected
	unit=$(sql -c "SELECT unit_id FROM frostguard.devices
	    WHERE device_eui = 'a840410000000001'")
	# shellcheck disable=SC2086 # one word each
	before="$(pss_kb $pids_streamer) $(pss_kb $pids_nginx)"
	t/bench/pace -u "$FG_URL$webhook" -H "$header_load" -b "$body" \
	    -r 5 -n 50 -s 1 -e "$FG_URL/stream?unit=$unit" \
	    -C "$cookie_load" -l "$1" -x "touch $connected; sleep 3" &
	until [[ -e $connected ]]; do
		sleep 0.1
	done
	rm "$connected"
	sleep 1
	# shellcheck disable=SC2086 # one word each
	echo "$before $(pss_kb $pids_streamer) $(pss_kb $pids_nginx)" |
	    awk -v n="$1" '{
		print "streamer_kb", ($3 - $1) / n
		print "nginx_kb", ($4 - $2) / n
	    }'
	wait $!
}

peer_fan_out() {
	(cd "$peer" && node bench/sio-load.mjs --subs "$1" --msgs 50 \
	    --interval 200 --rss-pid "$pids_api") | tr -d '{}"' |
	tr ',' '\n' | awk -F : '
	    { name["post_p50"] = "frame_p50"; name["post_p99"] = "frame_p99"
	      name["last_sub_p50"] = "last_p50"; name["lost"] = "lost"
	      name["rss_per_conn_kb"] = "streamer_kb" }
	    $1 in name { print name[$1], $2 }'
}

row_fanout() {
	groups=$ours_groups
	measured fanout ours fan_out 1000
	[[ -n $peer ]] || return 0
	peer_mode tuned
	groups=$peer_groups
	measured fanout tuned peer_fan_out 1000
}

# page URL - as one browser asks for it, again and again.
page() {
	wrk -t1 -c1 -d"$((SECS / 2))s" --latency -s "$here/report.lua" \
	    -H "Cookie: $cookie_wall" -H 'Accept-Encoding: gzip' "$1" |
	    only_figures
	curl -fsS -H "Cookie: $cookie_wall" -H 'Accept-Encoding: gzip' \
	    -o "$work/page.gz" "$1"
	echo "bytes $(wc -c <"$work/page.gz")"
	echo "fetches $((1 + $(gunzip -c "$work/page.gz" | fetches)))"
}

# What a browser asks for beside the page itself.
fetches() {
	grep -oE '<(link rel="(stylesheet|icon)" href|(script|img)[^>]* src)="/' |
	    wc -l
}

row_pages() {
	local unit
	unit=$(sql -c "SELECT unit_id FROM frostguard.devices
	    WHERE device_eui = 'a840410000002711'")
	groups=$ours_groups
	measured now ours page "$FG_URL/"
	measured unit ours page "$FG_URL/units/$unit"
}

# stored CONNINFO - bytes of one reading with all its indexes.
stored() {
	psql -qXAt -d "$1" <<-'!'
	SET search_path = frostguard, public;
	VACUUM ANALYZE sensor_readings;
	SELECT 'bytes ' || round(sum(pg_total_relation_size(relid))
		/ (SELECT count(*) FROM sensor_readings), 1)
	  FROM pg_partition_tree('sensor_readings') WHERE isleaf;
	!
}

row_storage() {
	((run == 1)) || return 0
	groups=$ours_groups
	measured storage ours stored "$database"
	[[ -z $peer ]] || measured storage tuned stored "$peer_database"
}

memory_of() {
	local name
	for name in "$@"; do
		name=pids_$name
		# shellcheck disable=SC2086 # one word each
		pss_kb ${!name}
	done | awk '{ kb += $1 } END { printf "mb %.1f\n", kb / 1024 }'
}

# After whatever came before it.
row_memory() {
	groups=
	measured memory ours memory_of programs
	[[ -z $peer ]] || measured memory tuned memory_of api worker redis
}
