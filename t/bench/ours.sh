# ours - the FrostGuard under test: organizations, sessions, processes.
# shellcheck shell=bash

# sql ARGUMENT... - psql as the superuser.
sql() {
	psql -qXAt -v ON_ERROR_STOP=1 -d "$database" "$@"
}

# ours_plant SLUG FIRST UNITS - leaves header_SLUG, key_SLUG and cookie_SLUG.
ours_plant() {
	local secret key email password
	eval "$(t/bench/plant "$database" "$@")"
	printf -v "header_$1" 'X-Webhook-Secret: %s' "$secret"
	printf -v "key_$1" 'X-API-Key: %s' "$key"
	rm -f "$work/jar"
	curl -fsS -o "$work/signed-in" -c "$work/jar" \
	    --data-urlencode "email=$email" \
	    --data-urlencode "password=$password" "$FG_URL/sign-in"
	printf -v "cookie_$1" '%s' "$(awk -F '\t' '
	    NF == 7 { printf "%s%s=%s", sep, $6, $7; sep = "; " }' \
	    "$work/jar")"
}

# A reading every five minutes of the last days from each sensor of load, as
# they would have come in.
ours_history() {
	sql -v days="$1" <<-'!'
	SET search_path = frostguard;
	INSERT INTO sensor_readings (organization_id, unit_id, device_id,
		recorded_at, received_at, f_cnt, signal_strength, battery,
		source, temperature, humidity)
	SELECT d.organization_id, d.unit_id, d.id, t, t + interval '1 s',
		extract(epoch FROM t)::int / 300, -80, 95, 't',
		2.5 + 1.5 * sin(extract(epoch FROM t) / 3600 + d.n),
		50 + 10 * sin(extract(epoch FROM t) / 7200)
	  FROM (SELECT *, row_number() OVER (ORDER BY device_eui) AS n
		  FROM devices
		 WHERE device_eui BETWEEN 'a840410000000001'
			AND 'a840410000000064') d,
	       generate_series(date_bin('5 min', now(), 'epoch')
			- make_interval(days => :days),
		    date_bin('5 min', now(), 'epoch') - interval '5 min',
		    interval '5 min') t
	 ORDER BY t;
	!
}

# The organization years: five units of which there are two, summed up; paths of
# a month and of two years of each.
ours_years() {
	local unit now
	say "two years of readings"
	ours_plant years 40001 5
	sql <<-'!' >"$out"
	SET search_path = frostguard;
	SELECT create_reading_partitions((now() - interval '2 years 1 month')::date,
	    26);
	INSERT INTO sensor_readings (organization_id, unit_id, device_id,
		recorded_at, received_at, f_cnt, signal_strength, battery,
		source, temperature, humidity)
	SELECT d.organization_id, d.unit_id, d.id, t, t + interval '1 s',
		extract(epoch FROM t)::bigint / 300 & 2147483647, -80, 95, 't',
		2.5 + 1.5 * sin(extract(epoch FROM t) / 3600), 50
	  FROM devices d, generate_series(date_bin('5 min', now(), 'epoch')
		- interval '2 years', now() - interval '5 min', '5 min') t
	 WHERE d.device_eui BETWEEN 'a840410000009c41' AND 'a840410000009c45'
	 ORDER BY t;
	VACUUM ANALYZE sensor_readings;
	!
	"$FG_DIR/app/libexec/frostguard/rollup"
	now=$(date +%s)
	sql -c "SELECT unit_id FROM frostguard.devices WHERE device_eui
	    BETWEEN 'a840410000009c41' AND 'a840410000009c45'" >"$work/units"
	while read -r unit; do
		printf '/api/units/%s/readings?from=%s&to=%s\n' "$unit" \
		    "$(date -u -d "@$((now - 30 * 86400))" +%FT%H:00:00Z)" \
		    "$(date -u -d "@$now" +%FT%H:00:00Z)"
	done <"$work/units" >"$work/months"
	while read -r unit; do
		printf '/api/units/%s/readings?from=%s&to=%s&bucket=1d\n' \
		    "$unit" "$(date -u -d "@$((now - 730 * 86400))" +%FT00:00:00Z)" \
		    "$(date -u -d "@$now" +%FT00:00:00Z)"
	done <"$work/units" >"$work/years"
}

# The organization wall: its sensors have a day behind them and report now,
# nine of them out of range.
ours_wall() {
	sql <<-'!'
	SET search_path = frostguard;
	UPDATE unit_state s SET trend = (
		SELECT floor(extract(epoch FROM now()) / 3600)::bigint || ':'
			|| string_agg((250 + 150 * sin(h + r.n))::int::text,
			    ',' ORDER BY h)
		  FROM generate_series(1, 23) h)
	  FROM (SELECT d.unit_id, row_number() OVER (ORDER BY d.device_eui) n
		  FROM devices d
		  JOIN organizations o ON o.id = d.organization_id
		 WHERE o.slug = 'wall') r
	 WHERE s.unit_id = r.unit_id;
	INSERT INTO sensor_readings (organization_id, unit_id, device_id,
		recorded_at, received_at, f_cnt, signal_strength, battery,
		source, temperature, humidity)
	SELECT d.organization_id, d.unit_id, d.id, now() - i * interval '5 min',
		now() - i * interval '5 min', 288 - i, -80, 95, 't',
		2.5 + 1.5 * sin(i / 12.0), 50
	  FROM devices d, generate_series(1, 287) i
	 WHERE d.device_eui = 'a840410000002711';
	!
	t/bench/pace -u "$FG_URL/api/webhooks/ttn" -b "$body" -f 10001 -s 500 \
	    -n 500 -i 500 -H "$header_wall" >"$out"
	t/bench/alarm -k -u "$FG_URL/api/webhooks/ttn" -b "$body" -f 10002 \
	    -s 9 -n 9 -H "$header_wall" -d "$database" -q "$ours_alert" >"$out"
}

# The row of an alert, by its sensor and the instant of the reading.
ours_alert="SELECT 1 FROM frostguard.devices d
	JOIN frostguard.alerts a ON a.organization_id = d.organization_id
	 AND a.unit_id = d.unit_id AND a.status = 'active'
	 AND a.alert_type = 'temp_excursion'
	 AND a.first_active_at >= \$2::timestamptz
	WHERE d.device_eui = \$1::text"

# pid_of NAME - of a process that ./run launched.
pid_of() {
	local pid
	read -r pid _ <"$FG_DIR/pid/$1"
	echo "$pid"
}

ours_start() {
	local name
	database=$(sed -n 's/^database = //p' "$FROSTGUARD_CONF")
	database+=" user=postgres"
	for name in fsync synchronous_commit full_page_writes; do
		[[ $(sql -c "SHOW $name") == on ]] || fail "$name is off"
	done
	pids_programs=$(for name in "$FG_DIR"/pid/*; do
		name=${name##*/}
		[[ $name == postgres || $name == nginx ]] || pid_of "$name"
	done)
	pids_nginx=$(pid_of nginx)
	pids_postgres=$(pid_of postgres)
	pids_streamer=$(pid_of stream)
	ours_plant load 1 132
	ours_plant wall 10001 500
	ours_plant alarm 20001 49
	ours_history "$DAYS"
	sql -c 'VACUUM ANALYZE'
	ours_wall
}

ours_groups='programs nginx postgres'
