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
	peer_warm
	for c in 8 32; do
		peer_uplinks "$c" plain
	done
	peer_mode tuned
	peer_warm
}

# lists BATCH URL HEADER - of readings, from eight senders. Lists may be faster
# than time, by a millisecond for each 100 readings; none may be there before,
# so what comes after them begins where they ended.
lists_at=0
lists() {
	local now requests
	now=$(date +%s%3N)
	((lists_at > now)) || lists_at=$now
	BATCH=$1 HEADER=$3 URL_PATH=/${2#http://*/} SENSORS=100 \
	    AT_MS=$lists_at REPORT=$here/report.lua \
	    wrk -t1 -c8 -d"${SECS}s" --timeout 30s --latency \
	    -s "$here/bulk.lua" "$2" | only_figures |
	    awk -v n="$1" '$1 == "rate" { $2 *= n } { print }' |
	    tee "$work/lists.figures"
	requests=$(awk '$1 == "requests" { print $2 }' "$work/lists.figures")
	lists_at=$((lists_at + (requests + 16) * $1 / 100))
}

# Readings of the same sensors that PostgreSQL takes by COPY, in one
# transaction, into the same table; each time of other instants.
copies=0
copied() {
	local n=300000 start
	copies=$((copies + 1))
	sql -v n=$n -v k=$copies <<-'!' >"$work/copy"
	SET search_path = frostguard;
	COPY (SELECT d.organization_id, d.unit_id, d.id,
		date_trunc('hour', now()) - interval '4 days' + interval '1 s'
			+ :k * interval '1 min' + i * interval '1 ms',
		now(), -81, 91, 'a', 2 + i % 200 / 100.0, 55.1
	  FROM generate_series(1, :n / 100) i, devices d
	 WHERE d.device_eui BETWEEN 'a840410000000001' AND 'a840410000000064'
	 ORDER BY i, d.device_eui) TO STDOUT;
	!
	start=$(date +%s%3N)
	sql -c "COPY frostguard.sensor_readings (organization_id, unit_id,
	    device_id, recorded_at, received_at, signal_strength, battery,
	    source, temperature, humidity) FROM STDIN" <"$work/copy"
	echo "rate $((n * 1000 / ($(date +%s%3N) - start)))"
}

# peer_lists SUBJECT MODE - what it judges readings by stands still meanwhile.
# It takes 1,000 readings at most.
peer_lists() {
	local n
	groups='api redis peerdb'
	peer_mode tuned WORKER=0 "BULK_MODE=$2"
	SECS=2 lists 100 "$peer_url/readings/bulk" "$peer_header" >"$out"
	for n in 100 1000; do
		measured "bulk.$n" "$1" lists "$n" \
		    "$peer_url/readings/bulk" "$peer_header"
	done
}

row_bulk() {
	local n
	for n in 100 1000 10000; do
		groups=$ours_groups
		measured "bulk.$n" ours lists "$n" \
		    "$FG_URL/api/readings/bulk" "$key_load"
		groups=postgres
		measured "bulk.$n" limit copied
	done
	[[ -n $peer ]] || return 0
	peer_lists tuned multirow
	peer_lists unnest unnest
	peer_mode tuned
	peer_warm
}

# The organization import, of five units at each of two sites, and what five
# loggers wrote every five minutes of a year; every 100th line of it.
import_plant() {
	sql <<-'!'
	SET search_path = frostguard;
	INSERT INTO organizations (name, slug) VALUES ('import', 'import');
	INSERT INTO sites (organization_id, name, timezone)
	SELECT id, s, 'UTC' FROM organizations, (VALUES ('file'), ('copy')) v (s)
	 WHERE slug = 'import';
	INSERT INTO areas (organization_id, site_id, name)
	SELECT s.organization_id, s.id, 'area' FROM sites s
	  JOIN organizations o ON o.id = s.organization_id
	 WHERE o.slug = 'import';
	INSERT INTO units (organization_id, area_id, name, unit_type,
		temp_limit_high)
	SELECT a.organization_id, a.id, 'Unit ' || i, 'fridge', 5
	  FROM areas a JOIN organizations o ON o.id = a.organization_id,
	       generate_series(1, 5) i
	 WHERE o.slug = 'import';
	!
	sql <<-'!' >"$work/year"
	COPY (SELECT to_char(t, 'YYYY-MM-DD HH24:MI:SS') AS "Time",
		round((2.5 + 1.5 * sin(extract(epoch FROM t) / 3600 + i))
		    ::numeric, 2) AS "Temperature (C)",
		round((50 + 10 * sin(extract(epoch FROM t) / 7200))
		    ::numeric, 1) AS "RH (%)", 'Unit ' || i AS "Unit"
	  FROM generate_series(timestamp '2010-01-01', '2010-12-31 23:55',
		'5 min') t, generate_series(1, 5) i ORDER BY t, i)
	TO STDOUT WITH (FORMAT csv, HEADER);
	!
	awk 'NR == 1 || NR % 100 == 0' "$work/year" >"$work/part"
}

# import_months [PART] - a year's months without a reading, or with that part.
import_months() {
	sql <<-'!' >"$out"
	SET search_path = frostguard;
	SET client_min_messages = warning;
	SELECT format('DROP TABLE IF EXISTS %s', month_part(t))
	  FROM generate_series(timestamptz '2010-01-01', '2010-12-31', '1 month') t
	\gexec
	SELECT create_reading_partitions('2010-01-01', 12);
	!
	[[ $# == 0 ]] || imported "$1" >"$out"
}

imported() {
	local began=${EPOCHREALTIME/./}
	./frostguard import "$1" --organization import --site file \
	    --unit-column Unit --database "$database" >"$work/imported"
	echo "$((${EPOCHREALTIME/./} - began)) $(wc -l <"$1")" |
	    awk '{ printf "rate %.0f\n", ($2 - 1) / ($1 / 1e6) }'
}

# What it stored, as text for other units in the same table.
import_rows() {
	sql <<-'!' >"$work/rows"
	SET search_path = frostguard;
	COPY (SELECT r.organization_id, c.id, r.recorded_at, r.received_at,
		r.source, r.anomaly, r.temperature, r.humidity
	  FROM sensor_readings r
	  JOIN units u ON u.id = r.unit_id
	  JOIN units c ON c.name = u.name AND c.id <> u.id
		AND c.organization_id = u.organization_id
	  JOIN organizations o ON o.id = u.organization_id
	 WHERE o.slug = 'import' ORDER BY r.recorded_at, u.name) TO STDOUT;
	!
}

import_copied() {
	local began=${EPOCHREALTIME/./}
	sql -c "COPY frostguard.sensor_readings (organization_id, unit_id,
	    recorded_at, received_at, source, anomaly, temperature, humidity)
	    FROM STDIN" <"$work/rows"
	echo "$((${EPOCHREALTIME/./} - began)) $(wc -l <"$work/rows")" |
	    awk '{ printf "rate %.0f\n", $2 / ($1 / 1e6) }'
}

# import_into CASE [PART] - the file and COPY of its rows, one after the other.
import_into() {
	local name=$1
	shift
	groups=postgres
	import_months "$@"
	measured "import.$name" ours imported "$work/year"
	import_rows
	import_months "$@"
	measured "import.$name" limit import_copied
}

# Into months of long ago, where nobody else has readings and nobody looks.
row_import() {
	[[ -s $work/year ]] || import_plant
	import_into empty
	import_into known "$work/part"
	import_months
}

# lists_of FIRST BEGIN_MS STEP_MS DEGREES - a hundred lists in $work/lists, each
# a reading of a thousand sensors of one instant; every tenth is of DEGREES.
lists_of() {
	local i at_ms at
	local -x TZ=UTC
	rm -rf "$work/lists"
	mkdir "$work/lists"
	for i in {0..99}; do
		at_ms=$(($2 + i * $3))
		printf -v at '%(%FT%T)T.%03dZ' $((at_ms / 1000)) $((at_ms % 1000))
		awk -v at="$at" -v first="$1" -v t=$((i % 10 == 9 ? $4 : 3)) '
		BEGIN {
			for (i = 0; i < 1000; i++)
				printf "%s{\"deviceEui\":\"A840410000%06X\"," \
				    "\"temperature\":%.2f,\"recordedAt\":" \
				    "\"%s\"}", i ? "," : "[", first + i,
				    t + i % 100 / 100, at
			print "]"
		}' >"$work/lists/$i"
	done
}

# post_lists HEADER - all of them, from two senders.
post_lists() {
	local file began=${EPOCHREALTIME/./}
	for file in "$work"/lists/*; do
		printf '%s\n' next "url = $FG_URL/api/readings/bulk" \
		    "header = \"$1\"" 'header = "Content-Type: application/json"' \
		    "data-binary = \"@$file\"" "output = $work/answer"
	done | sed 1d >"$work/curl"
	curl -fsS --no-progress-meter -Z --parallel-immediate --parallel-max 2 -K "$work/curl"
	echo "$((${EPOCHREALTIME/./} - began))" |
	    awk '{ printf "rate %.3f\n", 1e5 / ($1 / 1e6) }'
}

# told SLUG - alerts and notifications of that organization.
told() {
	sql -v slug="$1" <<-'!'
	SELECT (SELECT count(*) FROM frostguard.alerts a
		 WHERE a.organization_id = o.id)
	    + (SELECT count(*) FROM frostguard.notification_deliveries d
		 WHERE d.organization_id = o.id)
	  FROM frostguard.organizations o WHERE slug = :'slug'
	!
}

# judge_backlog - what the job takes for it, and what it found.
judge_backlog() {
	local began=${EPOCHREALTIME/./}
	"$FG_DIR/app/libexec/frostguard/replay"
	echo "seconds $(((${EPOCHREALTIME/./} - began) / 1000000))"
	sql -c "SELECT 'units ' || (counts->>'units') FROM frostguard.job_runs
	    WHERE job = 'replay' ORDER BY id DESC LIMIT 1"
}

# A night that nobody heard of, of a thousand sensors that report again.
row_backlog() {
	local now before
	[[ -n ${key_backlog:-} ]] || ours_plant backlog 50001 1000
	groups=$ours_groups
	now=$(date +%s%3N)
	lists_of 50001 "$now" 1 3
	measured backlog live post_lists "$key_backlog"
	lists_of 50001 $((now - 43200000)) 300000 9
	before=$(told backlog)
	measured backlog ours post_lists "$key_backlog"
	record backlog.told ours $(($(told backlog) - before))
	measured backlog ours judge_backlog
}

# queries CONNECTIONS URL HEADER PATHS - from that file, one after the other.
queries() {
	HEADER=$3 PATHS=$4 REPORT=$here/report.lua \
	    wrk -t1 -c"$1" -d"${SECS}s" --timeout 30s --latency \
	    -s "$here/query.lua" "$2" | only_figures
}

# day_of FORMAT UNIT... - paths of a day of each, of two days ago: 288 readings.
day_of() {
	local format=$1 to
	shift
	to=$(date -u -d '2 days ago' +%FT%H:00:00Z)
	# shellcheck disable=SC2059
	printf "$format" $(for unit; do
		echo "$unit $(date -u -d "$to 1 day ago" +%FT%TZ) $to"
	done)
}

ours_days() {
	# shellcheck disable=SC2046 # one word each
	day_of '/api/units/%s/readings?from=%s&to=%s&limit=300\n' $(sql -c "
	    SELECT unit_id FROM frostguard.devices WHERE device_eui
	    BETWEEN 'a840410000000001' AND 'a840410000000064'") >"$work/days"
}

# The peer has no sums of readings, and gives 1,000 of them at most.
row_queries() {
	local header
	[[ -n ${cookie_years:-} ]] || ours_years
	ours_days
	groups=$ours_groups
	measured query.day ours queries 8 "$FG_URL" "Cookie: $cookie_load" \
	    "$work/days"
	measured query.month ours queries 8 "$FG_URL" "Cookie: $cookie_years" \
	    "$work/months"
	measured query.years ours queries 1 "$FG_URL" "Cookie: $cookie_years" \
	    "$work/years"
	[[ -n $peer ]] || return 0
	header="Authorization: Bearer $(cd "$peer" && node src/token.js)"
	day_of '/units/%s/readings?from=%s&to=%s&limit=288\n' \
	    $(printf '00000000-0000-4000-8000-3%011x\n' {1..100}) \
	    >"$work/days.peer"
	groups=$peer_groups
	measured query.day tuned queries 8 "$peer_url" "$header" \
	    "$work/days.peer"
}

# grown SUBJECT - uplinks, lists and days of what is there, as often as others.
grown() {
	local i kept=$run
	groups=$ours_groups
	ours_days
	sql -c 'VACUUM ANALYZE' -c CHECKPOINT
	for ((i = 1; i <= RUNS; i++)); do
		run=$i
		measured growth.uplinks "$1" closed_loop 32 "$FG_URL$webhook" \
		    "$header_load"
		measured growth.lists "$1" lists 1000 \
		    "$FG_URL/api/readings/bulk" "$key_load"
		measured growth.day "$1" queries 8 "$FG_URL" \
		    "Cookie: $cookie_load" "$work/days"
		measured growth "$1" readings
	done
	run=$kept
}

readings() {
	sql -c "SELECT 'readings ' || count(*) FROM frostguard.sensor_readings"
}

# The same before and after GROW readings of two years have come. Nothing can be
# measured afterwards as it was before.
row_growth() {
	((run == 1)) || return 0
	grown small
	say "$GROW readings more"
	./frostguard bench-data --units $(((GROW + 210239) / 210240)) \
	    --years 2 --database "$database" >"$work/grown.log" 2>&1 ||
	    fail_with "$work/grown.log" "the database does not grow"
	grown ours
	nights
	groups=$ours_groups
	measured growth.stored ours stored "$database"
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
	measured paced.double ours paced 2000 "$FG_URL$webhook" "$header_load"
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
	peer_warm
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

# What the nightly job does for the months, a few in each night.
nights() {
	local i
	for i in {1..5}; do
		"$FG_DIR/app/libexec/frostguard/partitions"
	done
}

row_storage() {
	((run == 1)) || return 0
	groups=$ours_groups
	measured storage ours stored "$database"
	[[ -z $peer ]] || measured storage tuned stored "$peer_database"
	nights
	measured storage.night ours stored "$database"
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
