#include "db/plain.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/judge.h"

/* Takes res. */
static enum db_rc
judge(const char *what, ExecStatusType want, PGresult *res, int64_t *rows)
{
	const struct db_stmt	st = { what, 0, -1, "" };
	enum db_rc		rc = DB_OK;

	if (PQresultStatus(res) != want)
		rc = judge_failure(&st, res);
	else if (rows != NULL)
		*rows = strtoimax(PQcmdTuples(res), NULL, 10);
	PQclear(res);
	return rc;
}

static enum db_rc
execute(PGconn *conn, const char *sql, ExecStatusType want, int64_t *rows)
{
	char	what[16];

	if (conn == NULL)
		return DB_DOWN;
	snprintf(what, sizeof(what), "%.*s", (int)strcspn(sql, " "), sql);
	return judge(what, want, PQexec(conn, sql), rows);
}

enum db_rc
plain_run(struct db *db, const char *sql, int64_t *rows)
{
	return execute(db_conn(db), sql, PGRES_COMMAND_OK, rows);
}

enum db_rc
plain_copy_begin(struct plain_copy *c, struct db *db, const char *sql)
{
	c->conn = db_conn(db);
	return execute(c->conn, sql, PGRES_COPY_IN, NULL);
}

void
plain_copy_put(struct plain_copy *c, const void *bytes, size_t len)
{
	const char	*p = bytes;

	while (len > 0) {
		int	n = len > INT_MAX ? INT_MAX : (int)len;

		if (PQputCopyData(c->conn, p, n) != 1)
			return;		/* the end will say it */
		p += n;
		len -= (size_t)n;
	}
}

enum db_rc
plain_copy_end(struct plain_copy *c, int64_t *rows)
{
	PGresult	*res;
	enum db_rc	 rc = DB_DOWN;

	PQputCopyEnd(c->conn, NULL);
	while ((res = PQgetResult(c->conn)) != NULL)
		rc = judge("COPY", PGRES_COMMAND_OK, res, rows);
	return rc;
}
