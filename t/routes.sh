#!/bin/sh
# Every route of every FastCGI program says who may use it, and no two
# programs claim the same one.
set -eu
table=$(mktemp)
trap 'rm -f "$table" "$table.one"' EXIT
rc=0
for program in cgi-bin/*; do
	if [ ! -f "$program" ] || [ ! -x "$program" ] ||
	    [ "$program" = cgi-bin/serve ]; then
		continue
	fi
	"./$program" --routes >"$table.one"
	# A line "METHOD PATH PERMISSION" for each route.
	awk -F '"' '
	$2 == "method" { method = $4 }
	$2 == "path" { path = $4; routes++ }
	$2 == "permission" && $4 != "" { print method, path, $4; permitted++ }
	END { exit !routes || routes != permitted }' "$table.one" \
	    >>"$table" || {
		echo "$program has a route without permission, or none at all"
		rc=1
	}
done
twice=$(cut -d ' ' -f 1,2 "$table" | sort | uniq -d)
[ -z "$twice" ] || {
	echo "claimed twice: $twice"
	rc=1
}
wc -l <"$table"
exit "$rc"
