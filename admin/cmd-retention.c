/*
 * frostguard retention - what will be deleted, and what is kept for whom.
 *
 * Asks the same functions that cron/partitions deletes by; changes nothing.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/when.h"
#include "cmd.h"
#include "db/plain.h"
#include "option.h"

static const struct db_stmt preview_stmt = { "retention_preview", 2, 5,
	"SELECT part, to_char(low AT TIME ZONE 'UTC', 'YYYY-MM'), gone, kept,"
	"	(bytes * gone::numeric / greatest(gone + kept, 1))::int8"
	"  FROM preview_retention($1::int4, from_epoch_ms($2::int8))" };

static const struct db_stmt holds_stmt = { "retention_holds", 2, 8,
	"SELECT l.id, l.scope, l.name, l.organization, l.reason, l.placed_by,"
	"	epoch_ms(l.created_at), h.kept"
	"  FROM holds_on_month($1::name, from_epoch_ms($2::int8)) h"
	"  JOIN hold_list l USING (id) ORDER BY l.created_at" };

struct question {
	struct db	*db;
	int64_t		 now_ms;
	int64_t		 keep;
};

static bool
map_hold(const PGresult *res, int row, struct json_object *o)
{
	struct uuid	 id;
	const char	*scope, *name, *organization, *reason, *by;
	int64_t		 at_ms, rows;

	if (!db_uuid(res, row, 0, &id) || !db_text(res, row, 1, &scope) ||
	    !db_text(res, row, 2, &name) ||
	    !db_opt_text(res, row, 3, &organization) ||
	    !db_text(res, row, 4, &reason) || !db_text(res, row, 5, &by) ||
	    !db_i64(res, row, 6, &at_ms) || !db_i64(res, row, 7, &rows))
		return false;
	json_put_uuid(o, "id", &id);
	json_put_str(o, "scope", scope);
	json_put_str(o, "name", name);
	json_put_str(o, "organization", organization);
	json_put_str(o, "reason", reason);
	json_put_str(o, "placedBy", by);
	json_put_when(o, "placedAt", at_ms);
	json_put_int(o, "rows", rows);
	return true;
}

static enum db_rc
add_holds(const struct question *q, const char *part,
    struct json_object *month)
{
	struct json_object *list = json_object_new_array();
	PGresult	   *res = NULL;
	enum db_rc	    rc;

	json_put(month, "holds", list);
	rc = db_query(q->db, &holds_stmt, &res, db_arg_text(part),
	    db_arg_i64(q->now_ms));
	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++) {
		struct json_object *o = json_object_new_object();

		json_object_array_add(list, o);
		if (!map_hold(res, i, o))
			rc = db_bad_row(&holds_stmt);
	}
	PQclear(res);
	return rc;
}

static enum db_rc
add_month(const struct question *q, const PGresult *res, int row,
    struct json_object *months)
{
	struct json_object *o = json_object_new_object();
	const char	   *part, *month;
	int64_t		    gone, kept, bytes;

	json_object_array_add(months, o);
	if (!db_text(res, row, 0, &part) || !db_text(res, row, 1, &month) ||
	    !db_i64(res, row, 2, &gone) || !db_i64(res, row, 3, &kept) ||
	    !db_i64(res, row, 4, &bytes))
		return db_bad_row(&preview_stmt);
	json_put_str(o, "month", month);
	json_put_int(o, "rowsDeleted", gone);
	json_put_int(o, "bytesFreed", bytes);
	json_put_int(o, "rowsKept", kept);
	return add_holds(q, part, o);
}

static enum db_rc
ask(const struct question *q, struct json_object *months)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	/* Old months may be large, and are counted. */
	rc = plain_run(q->db, "SET statement_timeout = 0", NULL);
	if (rc == DB_OK)
		rc = db_schema_check(q->db);
	if (rc == DB_OK)
		rc = db_query(q->db, &preview_stmt, &res, db_arg_i64(q->keep),
		    db_arg_i64(q->now_ms));
	for (int i = 0; i < PQntuples(res) && rc == DB_OK; i++)
		rc = add_month(q, res, i, months);
	PQclear(res);
	return rc;
}

static int64_t
number(struct json_object *o, const char *key)
{
	int64_t	n = 0;

	return json_int(o, key, 0, INT64_MAX, &n) ? n : 0;
}

static const char *
text(struct json_object *o, const char *key)
{
	const char	*s = json_str(o, key, NULL);

	return s != NULL ? s : "";
}

static void
print_hold(struct json_object *hold)
{
	const int64_t	rows = number(hold, "rows");

	printf("    %" PRId64 " %s: hold %s on %s %s%s%s,\n"
	    "      placed by %s on %.10s: %s\n", rows,
	    rows == 1 ? "row" : "rows",
	    text(hold, "id"), text(hold, "scope"), text(hold, "name"),
	    *text(hold, "organization") != '\0' ? " of " : "",
	    text(hold, "organization"), text(hold, "placedBy"),
	    text(hold, "placedAt"), text(hold, "reason"));
}

static void
print_month(struct json_object *month)
{
	struct json_object *holds = json_arr(month, "holds");

	printf("%-9s%14" PRId64 "%16" PRId64 "%14" PRId64 "\n",
	    text(month, "month"), number(month, "rowsDeleted"),
	    number(month, "bytesFreed"), number(month, "rowsKept"));
	for (size_t i = 0; i < json_object_array_length(holds); i++)
		print_hold(json_object_array_get_idx(holds, i));
}

static void
print_all(const struct question *q, struct json_object *months)
{
	size_t	n = json_object_array_length(months);
	char	at[WHEN_TEXT];

	when_format(q->now_ms, at);
	if (n == 0) {
		printf("No month ended %" PRId64 " months before %.10s.\n",
		    q->keep, at);
		return;
	}
	printf("Months that ended %" PRId64 " months before %.10s:\n\n"
	    "%-9s%14s%16s%14s\n", q->keep, at, "month", "rows deleted",
	    "bytes freed", "rows kept");
	for (size_t i = 0; i < n; i++)
		print_month(json_object_array_get_idx(months, i));
}

static enum cmd_rc
tell(const char *database, int64_t now_ms, bool as_json)
{
	struct question	    q = { .now_ms = now_ms,
				.keep = conf_int("retention_months") };
	struct json_object *months = json_object_new_array();
	enum cmd_rc	    rc = CMD_OK;

	q.db = db_new(database, "frostguard");
	if (q.keep > 0 && ask(&q, months) != DB_OK) {
		fprintf(stderr, "frostguard: the database does not tell\n");
		rc = CMD_FAILED;
	} else if (as_json)
		puts(json_object_to_json_string_ext(months,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	else if (q.keep == 0)
		puts("Readings are kept for ever: retention_months is 0.");
	else
		print_all(&q, months);
	json_object_put(months);
	db_free(q.db);
	return rc;
}

enum cmd_rc
cmd_retention(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "json", no_argument, NULL, 'j' },
		{ "now", required_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	const char	*database = conf_text("database");
	int64_t		 now_ms = clock_now_ms();
	bool		 as_json = false;
	int		 opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'd':
			database = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		case 'n':
			if (!option_time("now", optarg, &now_ms))
				return CMD_USAGE;
			break;
		default:
			return CMD_USAGE;
		}
	}
	return optind == argc ? tell(database, now_ms, as_json) : CMD_USAGE;
}
