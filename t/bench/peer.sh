# peer - another implementation of the same job to measure beside.
#
# PEER names its directory: run.sh start, stop, start-api, stop-api; .run names
# where it runs, with a file of the pid of each part. It takes the same uplinks
# from the same sensors, two ways: as its authors tuned it and plain. What it
# needs (node_modules) is installed in a copy, in the build directory.
# shellcheck shell=bash

peer_url=http://127.0.0.1:3098
peer_header='X-API-Key: bench-webhook-secret-0123456789abcdef'
peer_alert="SELECT 1 FROM devices d JOIN alerts a ON a.unit_id = d.unit_id
	 AND a.status = 'active' AND a.triggered_at = \$2::timestamptz
	WHERE d.device_eui = upper(\$1::text)"
peer_groups='api worker redis peerdb'

# peer_run COMMAND... - in its directory.
peer_run() {
	(cd "$peer" && exec "$@") >>"$work/peer.log" 2>&1
}

peer_pids() {
	peer_dir=$(<"$peer/.run")
	pids_api=$(<"$peer_dir/api.pid")
	pids_worker=$(cat "$peer_dir/worker.pid" 2>/dev/null) || pids_worker=
	pids_redis=$(<"$peer_dir/redis.pid")
	pids_peerdb=$(head -n 1 "$peer_dir/pg/postmaster.pid")
}

# Leaves peer empty where there is none, or none that works here.
peer_start() {
	local name
	peer=
	[[ -n ${PEER:-} ]] || return 0
	peer=$results_dir/peer
	mkdir -p "$peer"
	cp -RT "$PEER" "$peer"
	chmod -R u+w "$peer"
	[[ -d $peer/node_modules ]] ||
	    (cd "$peer" && npm install --no-audit --no-fund) \
	    >>"$work/peer.log" 2>&1 || fail_with "$work/peer.log" \
	    "the peer's packages cannot be installed"
	say "starting the peer"
	DAYS=$DAYS PEER_MODE=tuned peer_run ./run.sh start ||
	    fail_with "$work/peer.log" "the peer does not start"
	peer_pids
	peer_database="host=$peer_dir/sock port=5598 dbname=peer user=postgres"
	for name in fsync synchronous_commit full_page_writes; do
		[[ $(psql -qXAt -d "$peer_database" -c "SHOW $name") == on ]] ||
		    fail "$name is off in the peer"
	done
}

# peer_mode tuned|plain [VARIABLE=VALUE...] - in a fresh process.
peer_mode() {
	peer_run ./run.sh stop-api
	peer_run env "PEER_MODE=$1" "${@:2}" ./run.sh start-api ||
	    fail_with "$work/peer.log" "the peer does not start"
	peer_pids
}

peer_warm() {
	SECS=3 closed_loop 16 "$peer_url/webhooks/ttn" "$peer_header" \
	    >"$out"
	peer_drain
}

# It answers first and works later: that must be over before what comes next.
peer_drain() {
	local tries state
	for ((tries = 0; tries < 600; tries++)); do
		state=$(redis-cli -p 6398 llen bull:alerts:wait
		    redis-cli -p 6398 llen bull:alerts:active)
		[[ $state != $'0\n0' ]] || return 0
		sleep 0.1
	done
	fail "the peer does not finish its work"
}

peer_stop() {
	[[ -z ${peer:-} || ! -e $peer/.run ]] || peer_run ./run.sh stop || :
}
