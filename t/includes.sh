#!/bin/sh
# Includes go downwards only: base, then db, then web or domain or outside,
# which do not know each other; app joins them for the programs, and nobody
# includes a program.
set -eu
cd "${srcdir:-.}"
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT

# tier ALLOWED FILE...: each include of the house is of an allowed tier.
tier()
{
	allowed=$1
	shift
	[ -e "$1" ] || return 0
	awk -v allowed=" $allowed " '
	/^#[ \t]*include[ \t]*"/ {
		split($0, part, "\"")
		dir = part[2]
		if (!sub("/[^/]*$", "", dir))
			dir = "."
		if (part[2] != "config.h" && !index(allowed, " " dir " "))
			printf "%s:%d: %s\n", FILENAME, FNR, part[2]
	}' "$@" >>"$faults"
}

tier 'base' lib/base/*.[ch]
tier 'base db' lib/db/*.[ch]
tier 'base db web' lib/web/*.[ch]
tier 'base db domain' lib/domain/*.[ch]
tier 'base db outside' lib/outside/*.[ch]
tier 'base db web domain outside app' lib/app/*.[ch]
all='base db web domain outside app'
tier "$all" cgi-bin/*.[ch]
tier "$all" cron/*.[ch]
tier "$all ." admin/*.[ch]
tier "$all ." t/*.[ch] t/bench/*.[ch]
cat "$faults"
[ ! -s "$faults" ]
