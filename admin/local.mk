# admin: the administrator's program, and the helpers of ./run and ./check.
EXTRA_DIST += admin/stack/cron.sh
EXTRA_DIST += admin/stack/database.sh
EXTRA_DIST += admin/stack/deps.sh
EXTRA_DIST += admin/stack/place.sh
EXTRA_DIST += admin/stack/process.sh
EXTRA_DIST += admin/stack/services.sh
