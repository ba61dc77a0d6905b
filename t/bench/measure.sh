# measure - what the machine did meanwhile, and what is written down of it.
#
# One JSON line a figure goes to $results. "idle" is the percentage of the
# machine nobody used in the second before; "others" what processes that are
# neither measured nor the load took during the measurement: both tell how far
# a figure is to be believed.
# shellcheck shell=bash

# busy_ticks - of the whole machine: used, all.
busy_ticks() {
	awk '/^cpu / { all = $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9
		print all - $5 - $6, all }' /proc/stat
}

idle_percent() {
	local used0 all0 used1 all1
	read -r used0 all0 < <(busy_ticks)
	sleep 1
	read -r used1 all1 < <(busy_ticks)
	echo $((100 - 100 * (used1 - used0) / (all1 - all0)))
}

# process_table - pid, parent, and ticks used by it and its dead children, of
# all processes.
process_table() {
	{ cat /proc/[0-9]*/stat 2>/dev/null || :; } | awk '{
		pid = $1
		sub(/.*\) /, "")	# the name may hold anything
		print pid, $2, $12 + $13 + $14 + $15
	}'
}

# descendants PID... - of the table on the standard input, its lines of these
# and of all that come from them.
descendants() {
	awk -v roots="$*" '
	{ line[$1] = $0; parent[$1] = $2 }
	END {
		n = split(roots, list)
		for (i = 1; i <= n; i++)
			root[list[i]] = 1
		for (pid in parent) {
			p = pid
			while (p in parent && !(p in root))
				p = parent[p]
			if (p in root)
				print line[pid]
		}
	}'
}

# pss_kb PID... - memory of these and all their descendants; what is shared is
# counted once.
pss_kb() {
	local pid
	process_table | descendants "$@" | while read -r pid _; do
		cat "/proc/$pid/smaps_rollup" 2>/dev/null || :
	done | awk '/^Pss:/ { kb += $2 } END { print kb + 0 }'
}

# record METRIC SUBJECT VALUE
record() {
	printf '{"metric":"%s","subject":"%s","run":%d,"value":%s,' \
	    "$1" "$2" "$run" "$3" >>"$results"
	printf '"idle":%d,"others":%d}\n' "$idle" "$others" >>"$results"
}

# snapshot - ticks used by the machine, by the load (what this script waited
# for), and by each of $groups, whose processes are in $pids_GROUP.
snapshot() {
	local used group name processes
	read -r used _ < <(busy_ticks)
	processes=$(process_table)
	printf '%s %s' "$used" "$(awk -v pid=$$ '$1 == pid { print $3 }' \
	    <<<"$processes")"
	for group in $groups; do
		name=pids_$group
		# shellcheck disable=SC2086 # one word each
		printf ' %s' "$(descendants ${!name} <<<"$processes" |
		    awk '{ ticks += $3 } END { print ticks + 0 }')"
	done
	echo
}

# measured METRIC SUBJECT COMMAND... - the figures that COMMAND prints as
# "NAME VALUE", and, where it counts "requests", the CPU of each group in
# microseconds a request. $groups belongs to the subject.
measured() {
	local metric=$1 subject=$2 name value used requests='' i=2 spent=0 each
	local before after
	shift 2
	idle=$(idle_percent)
	read -ra before < <(snapshot)
	"$@" >"$out" || fail "$metric, $subject: $* failed"
	read -ra after < <(snapshot)
	used=$((after[0] - before[0]))
	for group in $groups; do
		each[i]=$((after[i] - before[i]))
		spent=$((spent + each[i]))
		i=$((i + 1))
	done
	others=$(((used - spent - (after[1] - before[1])) * 100 / \
	    (used > 0 ? used : 1)))
	while read -r name value; do
		[[ $name != requests ]] || requests=$value
		record "$metric.$name" "$subject" "$value"
	done <"$out"
	[[ -n $requests ]] || return 0
	i=2
	for group in $groups; do
		record "$metric.cpu_$group" "$subject" \
		    $((each[i] * 1000000 / tick / requests))
		i=$((i + 1))
	done
	record "$metric.cpu" "$subject" $((spent * 1000000 / tick / requests))
}
tick=$(getconf CLK_TCK)
