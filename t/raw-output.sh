#!/bin/sh
# Templates escape what they write. Each place that does not is listed in
# raw-output, so that it is looked at.
set -eu
cd "${srcdir:-.}"
found=$(find templates -name '*.html' -exec \
    grep -noE '\{\{(\{|&)[^}]*\}*' {} + |
    sed 's|^templates/||; s/:[0-9]*:/ /' | sort)
listed=$(sed '/^#/d' t/raw-output | sort)
[ "$found" = "$listed" ] || {
	printf 'found:\n%s\nlisted:\n%s\n' "$found" "$listed"
	exit 1
}
