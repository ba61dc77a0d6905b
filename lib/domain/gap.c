#include "domain/gap.h"

#define UNITS_MAX	2000		/* in a statement */

static const struct db_stmt survey_stmt = { "gap_survey", 5, 1,
	"SELECT survey_gaps($1::uuid, ARRAY[$2::uuid], from_epoch_ms($3::int8),"
	"	from_epoch_ms($4::int8), from_epoch_ms($5::int8))" };

static const struct db_stmt some_stmt = { "gap_survey_some", 6, 1,
	"SELECT survey_some_gaps($1::uuid, $2::uuid, $3::int4,"
	"	from_epoch_ms($4::int8), from_epoch_ms($5::int8),"
	"	from_epoch_ms($6::int8))" };

static const struct db_stmt *const stmts[] = { &survey_stmt, &some_stmt };
const struct db_stmt_list gap_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

void
gap_survey(struct db *db, const struct uuid *organization,
    const struct uuid *unit, struct period window, int64_t now_ms)
{
	db_send_heard(db, &survey_stmt, NULL, NULL, db_arg_uuid(organization),
	    db_arg_uuid(unit), db_arg_i64(window.from_ms),
	    db_arg_i64(window.to_ms), db_arg_i64(now_ms));
}

enum db_rc
gap_survey_all(struct db *db, const struct uuid *organization,
    struct period window, int64_t now_ms)
{
	struct uuid	 last = { { 0 } };
	PGresult	*res;
	bool		 more = true;
	enum db_rc	 rc = DB_OK;

	while (rc == DB_OK && more) {
		res = NULL;
		rc = db_query(db, &some_stmt, &res, db_arg_uuid(organization),
		    db_arg_uuid(&last), db_arg_i64(UNITS_MAX),
		    db_arg_i64(window.from_ms), db_arg_i64(window.to_ms),
		    db_arg_i64(now_ms));
		if (rc == DB_OK && (PQntuples(res) != 1 ||
		    !db_opt_uuid(res, 0, 0, &more, &last)))
			rc = db_bad_row(&some_stmt);
		PQclear(res);
	}
	return rc;
}
