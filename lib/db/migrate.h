/*
 * migrate.h - bringing a database to the schema that a directory describes.
 *
 * In order: roles.sql, each migration not yet applied in a transaction of its
 * own, then functions/, views/ and grants.sql in one. Everything but the roles
 * runs as MIGRATE_OWNER. frostguard.schema_migrations records number, name and
 * SHA-256; a file that changed or vanished after it was applied refuses the
 * whole run. An advisory lock lets one runner work at a time.
 */
#ifndef FG_MIGRATE_H
#define FG_MIGRATE_H
#include <stdbool.h>
#include <stdio.h>

#define MIGRATE_OWNER	"fg_owner"

/* Connects by libpq's conninfo, as a superuser. What is done goes to report, a
 * line each. False: *why, caller frees with free(). */
bool	migrate_up(const char *conninfo, const char *dir, FILE *report,
	    char **why);
/* One line per migration: its name, and when it was applied, or "pending",
 * "changed", "missing". *current: nothing is left to do. */
bool	migrate_status(const char *conninfo, const char *dir, FILE *report,
	    bool *current, char **why);

#endif
