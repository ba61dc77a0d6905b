#include "domain/viewer_ask.h"
#include "base/clock.h"

static const struct db_stmt watch_stmt = { "viewer_watch", 1, 4,
	"SELECT organization_id, profile_id, role, left_ms"
	"  FROM session_watch($1::bytea)" };

static const struct db_stmt *const stmts[] = { &watch_stmt };
const struct db_stmt_list viewer_stmts = { stmts, 1 };

int64_t
viewer_now_ms(void)
{
	return clock_mono_us() / 1000;
}

static bool
map_facts(const PGresult *res, struct viewer_facts *f)
{
	const char	*role;
	int64_t		 left_ms;

	if (!db_uuid(res, 0, 0, &f->org) || !db_uuid(res, 0, 1, &f->user) ||
	    !db_text(res, 0, 2, &role) || !app_role_parse(role, &f->role) ||
	    !db_i64(res, 0, 3, &left_ms))
		return false;
	f->expires_at_ms = viewer_now_ms() + left_ms;
	return true;
}

static void
on_answer(void *ctx, enum db_rc rc, const PGresult *res)
{
	struct viewer_facts	facts;
	enum viewer_verdict	verdict = VIEWER_UNSURE;

	if (rc == DB_OK && PQntuples(res) == 0)
		verdict = VIEWER_UNKNOWN;
	else if (rc == DB_OK && map_facts(res, &facts))
		verdict = VIEWER_MAY;
	else if (rc == DB_OK)
		(void)db_bad_row(&watch_stmt);
	viewers_told(ctx, verdict, &facts, viewer_now_ms());
}

bool
viewer_ask(struct viewer *v, struct adb *adb)
{
	return adb_query(adb, &watch_stmt, on_answer, v,
	    db_arg_text(v->hash));
}
