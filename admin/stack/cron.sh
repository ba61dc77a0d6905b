# cron - the jobs, run by the machine's cron from a crontab of our own: as root
# a file in /etc/cron.d, else marked lines in the user's crontab.
# shellcheck shell=bash

# cron_jobs - cron/crontab.in without comments, the programs' names at the end.
cron_jobs() {
	sed -n '/^[^#]/s|@LIBEXEC@/||p' "$top/cron/crontab.in"
}

# cron_lines [USER] - the crontab; a file in cron.d names the user.
cron_lines() {
	local minute hour day month weekday job
	echo "# $mark: made by ./run, removed by ./run stop"
	cron_jobs | while read -r minute hour day month weekday _ job; do
		echo "$minute $hour $day $month $weekday" ${1:+"$1"} \
		    "FROSTGUARD_CONF=$FROSTGUARD_CONF" \
		    "$home/app/libexec/frostguard/$job >>$logs/$job.log 2>&1"
	done
	echo "# $mark: end"
}

cron_install() {
	local job
	for job in $(cron_jobs | awk '{ print $NF }'); do
		touch "$logs/$job.log"
		chown "$fg_user" "$logs/$job.log"
	done
	if [[ $(id -u) == 0 ]]; then
		cron_lines "$fg_user" >"/etc/cron.d/$mark.new"
		mv "/etc/cron.d/$mark.new" "/etc/cron.d/$mark"
	else
		{ cron_others; cron_lines; } | crontab -
	fi
}

# The user's crontab without our lines.
cron_others() {
	{ crontab -l 2>/dev/null || :; } | sed "/^# $mark: made/,/^# $mark: end/d"
}

cron_remove() {
	local others
	if [[ $(id -u) == 0 ]]; then
		rm -f "/etc/cron.d/$mark"
	elif crontab -l 2>/dev/null | grep -q "^# $mark: made"; then
		others=$(cron_others)
		if [[ -n $others ]]; then
			crontab - <<<"$others"
		else
			crontab -r
		fi
	fi
}

# cron_pid - of the machine's cron, if it runs.
cron_pid() {
	local pid
	read -r pid 2>/dev/null </run/crond.pid || return 1
	process_stat "$pid" && [[ $(<"/proc/$pid/comm") == cron ]] && echo "$pid"
}

# Where no cron runs (a container, say) one is started, and remembered for the
# last ./run stop on the machine.
cron_ours=/run/frostguard-cron

cron_start() {
	local pid tries
	cron_install
	cron_pid >/dev/null && return
	say "starting cron"
	if [[ -d /run/systemd/system ]]; then
		as_root systemctl start cron 9>&-
	else
		as_root /usr/sbin/cron 9>&-
	fi
	for ((tries = 0; tries < 50; tries++)); do
		pid=$(cron_pid) && break
		sleep 0.1
	done
	[[ -n $pid ]] || fail "cron does not start: the jobs would not run"
	echo "$pid $(start_time "$pid")" | as_root tee "$cron_ours" >/dev/null
}

cron_stop() {
	local pid started
	cron_remove
	read -r pid started 2>/dev/null <"$cron_ours" || return 0
	! as_root grep -qrs 'made by ./run' /etc/cron.d /var/spool/cron/crontabs ||
	    return 0
	[[ $(start_time "$pid") != "$started" ]] ||
	    as_root sh -c "kill $pid"	# kill(1) need not be installed
	as_root rm -f "$cron_ours"
}
