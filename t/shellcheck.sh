#!/bin/sh
# Every shell script of the tree passes shellcheck.
set -eu
top=${srcdir:-.}
command -v shellcheck >/dev/null || { echo "shellcheck is missing"; exit 77; }
find "$top" \( -path "$top/bench" -o -name .git -o -name build -o -name var -o -name build-aux \
    -o -name node_modules -o -name 'frostguard-[0-9]*' -o -name sanitize \
    -o -name coverage -o -name autom4te.cache \) -prune -o -type f -perm -u+x \
    -print | while IFS= read -r file; do
	IFS= read -r first <"$file" 2>/dev/null || continue
	case $first in
	'#!/bin/sh'*|'#!/bin/bash'*|'#!/usr/bin/env bash'*) echo "$file" ;;
	esac
done | grep -vE '/(configure|config\.status|libtool)$' |
    xargs -r shellcheck -x -P SCRIPTDIR -S style
