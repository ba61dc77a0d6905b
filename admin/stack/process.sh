# process - background processes that outlive this script.
#
# Each runs in a session of its own with $home as working directory and is
# remembered in $pids/NAME as "pid start-time". A number that the kernel gave
# to somebody else since then is never taken for ours.
# shellcheck shell=bash

# process_stat PID - what /proc says of it, from the state on, as ${stat[@]};
# fails if it is gone or a zombie.
process_stat() {
	local line
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
	# The name in parentheses may hold anything: count from its end.
	read -ra stat <<<"${line##*) }"
	[[ ${stat[0]} != [ZX] ]]
}

# start_time PID - in clock ticks since boot.
start_time() {
	process_stat "$1" && echo "${stat[19]}"
}

# running NAME - whether what was launched under that name still runs.
running() {
	local pid started
	read -r pid started 2>/dev/null <"$pids/$1" || return 1
	[[ $(start_time "$pid") == "$started" ]]
}

# launch NAME COMMAND... - start it, output to $logs/NAME.log.
launch() {
	local name=$1 pid
	shift
	(cd "$home" && exec setsid "$@") </dev/null >>"$logs/$name.log" 2>&1 \
	    9>&- &
	pid=$!
	echo "$pid $(start_time "$pid")" >"$pids/$name"
}

# signal NAME PGID - to the processes of the group that stand in our directory.
signal() {
	local pid
	for pid in /proc/[0-9]*; do
		pid=${pid#/proc/}
		process_stat "$pid" && [[ ${stat[2]} == "$2" ]] || continue
		[[ $(readlink "/proc/$pid/cwd") != "$home" ]] ||
		    kill -"$1" "$pid" 2>/dev/null || :
	done
}

# halt NAME - ask it to end; what is left of its group after that is killed.
halt() {
	local pid started tries
	read -r pid started 2>/dev/null <"$pids/$1" || return 0
	if running "$1"; then
		kill -TERM "$pid" 2>/dev/null || :
		for ((tries = 0; tries < 100; tries++)); do
			running "$1" || break
			sleep 0.1
		done
	fi
	signal KILL "$pid"
	rm -f "$pids/$1"
}
