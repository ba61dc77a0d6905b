#!/bin/sh
# Files and functions stay small. size-exceptions names what is larger than
# the hard limits, with its size; the list may only shrink, so an entry that is
# no longer needed fails as well.
set -eu
cd "${srcdir:-.}"
sizes=$(mktemp)
trap 'rm -f "$sizes"' EXIT

# "file LINES NAME" and "function LINES FILE:NAME"
# shellcheck disable=SC2016
find lib cgi-bin cron admin -name '*.[ch]' | sort | xargs awk '
FNR == 1 && NR > 1 { print "file", last, file }
{ file = FILENAME; last = FNR }
/^[A-Za-z_][A-Za-z0-9_]*\(/ { name = $0; sub("\\(.*", "", name) }
/^\{/ { start = FNR }
/^\}/ && start && name {
	print "function", FNR - start - 1, FILENAME ":" name
	start = 0; name = ""
}
END { print "file", last, file }' >"$sizes"

awk '
NR == FNR { if (!/^#/ && NF == 2) allowed[$1] = $2; next }
{
	hard = $1 == "file" ? 800 : 80
	soft = $1 == "file" ? 500 : 45
	n[$1]++
	over[$1] += $2 > soft
	if ($1 == "function")
		small += $2 <= 20
	if ($3 in allowed) {
		seen[$3] = 1
		if ($2 <= hard || $2 < allowed[$3])
			fail($3 " has shrunk to " $2 ": change size-exceptions")
		if ($2 > allowed[$3])
			fail($3 " has grown to " $2)
	} else if ($2 > hard)
		fail($3 " has " $2 " lines, at most " hard)
}
function fail(why) { print why; failed = 1 }
END {
	for (name in allowed)
		if (!(name in seen))
			fail(name " is gone: change size-exceptions")
	if (over["file"] * 10 > n["file"])
		fail(over["file"] " of " n["file"] " files are over 500 lines")
	if (over["function"] * 10 > n["function"])
		fail(over["function"] " of " n["function"] \
		    " functions are over 45 lines")
	if (small * 2 < n["function"])
		fail("most functions have more than 20 lines")
	printf "%d files, %d functions\n", n["file"], n["function"]
	exit failed
}' t/size-exceptions "$sizes"
