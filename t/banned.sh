#!/bin/sh
# Functions that the house does not use, and SQL that is not prepared.
set -eu
cd "${srcdir:-.}"
rc=0

# banned WHY PATTERN FILE...: none of the files calls what the pattern names;
# what stands in a string or a comment is no call.
banned()
{
	why=$1 pattern="(^|[^_A-Za-z0-9])($2)[ \t]*\\("
	shift 2
	awk -v pattern="$pattern" -v why="$why" '
	{
		line = $0
		gsub(/"([^"\\]|\\.)*"/, "", line)
		sub(/\/\*.*|^ \*.*/, "", line)
		if (line ~ pattern) {
			printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0
			found = 1
		}
	}
	END { exit found }' "$@" || rc=1
}

sources=$(find lib cgi-bin cron admin t -name '*.[ch]')
# shellcheck disable=SC2086	# none of our names has a space
set -- $sources
banned 'writes without a limit' \
    'strcpy|stpcpy|strcat|sprintf|vsprintf|gets|alloca' "$@"
banned 'keeps state between calls' \
    'strtok|gmtime|localtime|ctime|asctime|rand|srand|random' "$@"
banned 'does not say that it failed' 'atoi|atol|atoll|atof' "$@"
banned 'may stop half way' 'strncpy|strncat' "$@"

# shellcheck disable=SC2046
set -- $(find lib cgi-bin cron admin -name '*.[ch]' ! -path 'lib/db/*')
banned 'belongs to lib/db' \
    'PQexec[A-Za-z]*|PQprepare|PQsend[A-Za-z]*|PQescape[A-Za-z]*' "$@"
exit "$rc"
