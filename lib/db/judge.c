#include "db/judge.h"

#include "base/log.h"

enum db_rc
judge_failure(const struct db_stmt *st, const PGresult *res)
{
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char	*name = PQresultErrorField(res,
	    PG_DIAG_CONSTRAINT_NAME);
	enum db_rc	 rc = db_rc_of(state);

	if (rc == DB_FAIL)
		log_error("db.fail", LOG_STR("statement", st->name),
		    LOG_STR("sqlstate", state));
	else if (rc == DB_DOWN)
		log_warn("db.down", LOG_STR("statement", st->name),
		    LOG_STR("sqlstate", state));
	else if (rc == DB_REFUSED)
		log_warn("db.refused", LOG_STR("statement", st->name),
		    LOG_STR("sqlstate", state), LOG_STR("constraint", name));
	return rc;
}

enum db_rc
judge_count(const struct db_stmt *st, const char *of, int want, int got)
{
	if (want == got)
		return DB_OK;
	log_error("db.mismatch", LOG_STR("statement", st->name),
	    LOG_STR("of", of), LOG_INT("want", want), LOG_INT("got", got));
	return DB_FAIL;
}

int
judge_binary(const struct db_stmt *st)
{
	return st->ncols >= DB_BINARY;
}

enum db_rc
judge_result(const struct db_stmt *st, const PGresult *res)
{
	int	ncols = PQnfields(res);
	int	want = judge_binary(st) ? st->ncols - DB_BINARY : st->ncols;

	switch (PQresultStatus(res)) {
	case PGRES_COMMAND_OK:
		return judge_count(st, "columns", want,
		    ncols > 0 ? ncols : -1);
	case PGRES_TUPLES_OK:
		return judge_count(st, "columns", want, ncols);
	default:
		return judge_failure(st, res);
	}
}
