# sql: schema, roles, grants, views; installed, for `frostguard migrate`
# reads them. One file a line.
#
#	roles.sql	by a superuser, once per cluster and database
#	migrations/	by fg_owner, each once, in order, a transaction each
#	functions/	by fg_owner after every migration, in order and in one
#	views/		transaction with the two below: they replace what is
#	grants.sql	there
nobase_dist_pkgdata_DATA += sql/functions/05-epoch-ms.sql
nobase_dist_pkgdata_DATA += sql/functions/10-touch.sql
nobase_dist_pkgdata_DATA += sql/functions/15-follow.sql
nobase_dist_pkgdata_DATA += sql/functions/20-directories.sql
nobase_dist_pkgdata_DATA += sql/functions/30-defaults.sql
nobase_dist_pkgdata_DATA += sql/functions/35-calibrations.sql
nobase_dist_pkgdata_DATA += sql/functions/40-unit-rules.sql
nobase_dist_pkgdata_DATA += sql/functions/45-limits-at.sql
nobase_dist_pkgdata_DATA += sql/functions/50-history.sql
nobase_dist_pkgdata_DATA += sql/functions/55-rollups.sql
nobase_dist_pkgdata_DATA += sql/functions/60-suppressions.sql
nobase_dist_pkgdata_DATA += sql/functions/65-rules-over.sql
nobase_dist_pkgdata_DATA += sql/functions/70-deliveries.sql
nobase_dist_pkgdata_DATA += sql/functions/80-months.sql
nobase_dist_pkgdata_DATA += sql/functions/82-holds.sql
nobase_dist_pkgdata_DATA += sql/functions/84-retention.sql
nobase_dist_pkgdata_DATA += sql/functions/86-gaps.sql
nobase_dist_pkgdata_DATA += sql/functions/88-doors.sql
nobase_dist_pkgdata_DATA += sql/functions/90-session-open.sql
nobase_dist_pkgdata_DATA += sql/functions/95-session-watch.sql
nobase_dist_pkgdata_DATA += sql/grants.dump
nobase_dist_pkgdata_DATA += sql/grants.sql
nobase_dist_pkgdata_DATA += sql/migrations/0001-enums.sql
nobase_dist_pkgdata_DATA += sql/migrations/0002-tenancy.sql
nobase_dist_pkgdata_DATA += sql/migrations/0003-people.sql
nobase_dist_pkgdata_DATA += sql/migrations/0004-hierarchy.sql
nobase_dist_pkgdata_DATA += sql/migrations/0005-devices.sql
nobase_dist_pkgdata_DATA += sql/migrations/0006-catalogue.sql
nobase_dist_pkgdata_DATA += sql/migrations/0007-telemetry.sql
nobase_dist_pkgdata_DATA += sql/migrations/0008-rules.sql
nobase_dist_pkgdata_DATA += sql/migrations/0009-alerts.sql
nobase_dist_pkgdata_DATA += sql/migrations/0010-notifications.sql
nobase_dist_pkgdata_DATA += sql/migrations/0011-audit.sql
nobase_dist_pkgdata_DATA += sql/migrations/0012-platform.sql
nobase_dist_pkgdata_DATA += sql/migrations/0013-inspectors.sql
nobase_dist_pkgdata_DATA += sql/migrations/0014-rollups.sql
nobase_dist_pkgdata_DATA += sql/migrations/0015-gaps.sql
nobase_dist_pkgdata_DATA += sql/migrations/0016-replay.sql
nobase_dist_pkgdata_DATA += sql/roles.sql
nobase_dist_pkgdata_DATA += sql/views/00-drop.sql
nobase_dist_pkgdata_DATA += sql/views/10-rules.sql
nobase_dist_pkgdata_DATA += sql/views/15-sessions.sql
nobase_dist_pkgdata_DATA += sql/views/20-deliveries.sql
nobase_dist_pkgdata_DATA += sql/views/30-units.sql
nobase_dist_pkgdata_DATA += sql/views/35-sensors.sql
nobase_dist_pkgdata_DATA += sql/views/40-alerts.sql
nobase_dist_pkgdata_DATA += sql/views/45-excursions.sql
nobase_dist_pkgdata_DATA += sql/views/50-holds.sql
