#!/bin/sh
# The pages as people use them, in Chromium: with JavaScript and without, live,
# by keyboard, on a phone, in the dark, on paper, through a screen reader.
set -eu
top=$(cd "${srcdir:-.}" && pwd)
for program in chromium npm; do
	command -v $program >/dev/null || { echo "no $program"; exit 77; }
done

# What drives it comes from npm, checked against the lock file, once a build.
mkdir -p browser
if ! cmp -s "$top/t/browser/package-lock.json" browser/package-lock.json ||
    [ ! -e browser/node_modules/.package-lock.json ]; then
	cp "$top/t/browser/package.json" "$top/t/browser/package-lock.json" \
	    browser
	npm --prefix browser ci --ignore-scripts --no-audit --no-fund
fi
rm -f browser/*.png	# of what failed the last time
exec node "$top/t/browser/all.mjs"
