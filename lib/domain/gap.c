#include "domain/gap.h"

static const struct db_stmt survey_stmt = { "gap_survey", 5, 1,
	"SELECT survey_gaps($1::uuid, $2::uuid, from_epoch_ms($3::int8),"
	"	from_epoch_ms($4::int8), from_epoch_ms($5::int8))" };

static const struct db_stmt *const stmts[] = { &survey_stmt };
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
