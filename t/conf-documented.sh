#!/bin/sh
# Every configuration key, with its kind, range and default, stands in the
# manual and in the sample file, and nothing else does.
set -eu
doc=${srcdir:?}/doc
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The documents show where Debian installs; the build has its own prefix.
./frostguard conf --list | awk -F '\t' '{
	sub(/^.*\/etc\/frostguard\//, "/etc/frostguard/", $5)
	sub(/^.*\/share\/frostguard\//, "/usr/share/frostguard/", $5)
	print $1, $2, ($2 == "integer" ? $3 " " $4 : "-"), $5
}' >"$tmp/table"
[ "$(wc -l <"$tmp/table")" -gt 10 ]

awk '
/^\.It Ic / { key = $3; kind = $5; range = "-" }
/^From [0-9]+ to [0-9]+\.$/ { sub(/\.$/, ""); range = $2 " " $4 }
/^Default: empty\.$/ { print key, kind, range, "" }
/^Default:$/ { getline; sub(/^\.Ql /, ""); print key, kind, range, $0 }
' "$doc/frostguard.conf.5" >"$tmp/manual"
diff -u "$tmp/table" "$tmp/manual"

sed -n 's/^#\([a-z_]*\) = */\1 /p; s/^#\([a-z_]*\) =$/\1 /p' \
    "$doc/frostguard.conf.sample" >"$tmp/sample"
awk '{ k = $1; sub(/^[^ ]* [^ ]* (- |[0-9]+ [0-9]+ )/, ""); print k, $0 }' \
    "$tmp/table" | diff -u - "$tmp/sample"

# The sample is a file that the programs take, as it stands and without "#".
./frostguard --conf "$doc/frostguard.conf.sample" conf >/dev/null
sed 's/^#\([a-z_]* =\)/\1/' "$doc/frostguard.conf.sample" >"$tmp/conf"
./frostguard --conf "$tmp/conf" conf >/dev/null
