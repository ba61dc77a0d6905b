#!/bin/sh
# Every program has a manual that says which database role it has, every page
# a SECURITY paragraph, and the units start a program as the user of its role.
set -u
top=${srcdir:-.}
faults=0

complain() {
	echo "$*"
	faults=$((faults + 1))
}

for page in "$top"/doc/*.[1-8]; do
	case $page in
	*.5)	;;
	*)	grep -q '^\.Sh SECURITY' "$page" || complain "$page: no SECURITY" ;;
	esac
	name=$(basename "$page")
	grep -q "^\\.Nm ${name%.*}\$" "$page" || complain "$page: another name"
	sed -n 's/^\.Xr \(frostguard[^ ]*\) \([1-8]\).*/\1.\2/p' "$page" |
	    while read -r other; do
		[ -f "$top/doc/$other" ] || echo "$page: there is no $other"
	done | grep . && faults=$((faults + 1))
done

for source in "$top"/cgi-bin/*.c "$top"/cron/*.c; do
	role=$(sed -n 's/.*\.db_role = "\(fg_[a-z]*\)".*/\1/p' "$source")
	[ -n "$role" ] || continue
	name=$(basename "$source" .c)
	page=$top/doc/frostguard-$name.8
	[ -f "$page" ] || { complain "$page: missing"; continue; }
	grep -q "^\\.Sy $role\\b" "$page" || complain "$page: its role is $role"
	grep -q "^\\.Sy ${role#fg_}\\b" "$page" ||
	    complain "$page: its class is ${role#fg_}"
	case $source in
	*/cgi-bin/*)
		grep -q "frostguard-${role#fg_}@$name\\.socket" \
		    "$top/admin/systemd/frostguard.target" ||
		    complain "frostguard.target: $name is of ${role#fg_}" ;;
	*/cron/*)
		grep -q " frostguard-${role#fg_} @LIBEXEC@/$name\$" \
		    "$top/cron/crontab.in" ||
		    complain "crontab.in: $name is of ${role#fg_}" ;;
	esac
done
exit "$((faults > 0))"
