#!/bin/sh
# The schema the programs know is the newest migration.
set -eu
cd "${srcdir:-.}"
newest=$(find sql/migrations -name '*.sql' |
    sed -n 's|.*/0*\([0-9]*\)-[^/]*$|\1|p' | sort -n | tail -1)
known=$(sed -n 's/^#define DB_SCHEMA_VERSION[[:space:]]*//p' lib/db/db.h)
echo "newest migration $newest, DB_SCHEMA_VERSION $known"
[ "$newest" = "$known" ]
