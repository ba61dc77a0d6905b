#!/bin/sh
# Functions that the house does not use, and SQL that is not prepared.
set -eu
cd "${srcdir:-.}"
rc=0

# banned WHY PATTERN FILE...
banned()
{
	why=$1 pattern=$2
	shift 2
	if grep -nE "(^|[^_[:alnum:]])($pattern)[[:space:]]*\(" "$@"; then
		echo "^ $why"
		rc=1
	fi
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
