#include "domain/coverage.h"
#include "base/json.h"
#include "db/list.h"
#include "domain/summary.h"

static const struct db_stmt unit_stmt = { "coverage_unit", 2, 3,
	"SELECT epoch_ms(greatest(r.created_at, readings_kept_from())),"
	"	r.has_sensor, (SELECT epoch_ms(s.recorded_at)"
	"	  FROM sensor_readings s"
	"	 WHERE s.organization_id = $1::uuid AND s.unit_id = $2::uuid"
	"	   AND (s.device_id IS NULL OR s.device_id <> ALL (ARRAY("
	"		SELECT d.id FROM devices d"
	"		 WHERE d.organization_id = $1::uuid"
	"		   AND d.unit_id = $2::uuid"
	"		   AND d.id <> r.primary_device_id)))"
	"	 ORDER BY s.recorded_at LIMIT 1)"
	"  FROM unit_rules r"
	" WHERE r.organization_id = $1::uuid AND r.unit_id = $2::uuid" };

static const struct db_stmt gaps_stmt = { "coverage_gaps", 5, 4,
	"SELECT epoch_ms(from_at), epoch_ms(to_at), frames, is_open"
	"  FROM gaps_of($1::uuid, $2::uuid, from_epoch_ms($3::int8),"
	"	from_epoch_ms($4::int8), from_epoch_ms($5::int8))" };

static const struct db_stmt *const stmts[] = { &unit_stmt, &gaps_stmt };
const struct db_stmt_list coverage_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static int64_t
greater(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
add_blind(struct coverage *c, int64_t from_ms, int64_t to_ms)
{
	from_ms = greater(from_ms, c->of.from_ms);
	to_ms = lesser(to_ms, c->of.to_ms);
	if (to_ms <= from_ms)
		return;
	c->gaps++;
	c->observed_ms -= to_ms - from_ms;
	if (to_ms - from_ms > c->longest.to_ms - c->longest.from_ms)
		c->longest = (struct period){ from_ms, to_ms };
}

static void
add_gap(const struct coverage_of *of, const struct coverage_gap *g,
    struct coverage *c)
{
	const int64_t	to_ms = g->to_ms != 0 ? g->to_ms : of->now_ms;

	if (to_ms <= c->of.from_ms || g->from_ms >= c->of.to_ms)
		return;
	c->open += g->open;
	c->frames += g->frames > 0 ? g->frames : 0;
	if (to_ms - g->from_ms > of->gap_ms)
		add_blind(c, g->from_ms + of->interval_ms, to_ms);
}

void
coverage_compute(const struct coverage_of *of, const struct coverage_gap *v,
    size_t n, struct coverage *out)
{
	const bool	measured = of->first_ms != 0;
	const int64_t	since = measured ? lesser(of->made_ms, of->first_ms) :
			    of->made_ms;

	*out = (struct coverage){
	    .of = { greater(of->period.from_ms, since),
		lesser(of->period.to_ms, of->now_ms) },
	    .by_hand = !of->has_sensor && !measured };
	if (out->by_hand || out->of.to_ms <= out->of.from_ms)
		return;
	out->observed_ms = out->of.to_ms - out->of.from_ms;
	if (!measured)
		add_blind(out, since, of->now_ms);
	else if (of->first_ms - since > of->gap_ms)
		add_blind(out, since, of->first_ms);
	for (size_t i = 0; i < n; i++)
		add_gap(of, &v[i], out);
}

int32_t
coverage_percent(const struct coverage *c)
{
	const int64_t	length = c->of.to_ms - c->of.from_ms;
	int64_t		percent;

	if (length <= 0 || c->observed_ms <= 0)
		return 0;
	percent = c->observed_ms * 10000 / length;
	return percent > 0 ? (int32_t)percent : 1;
}

static bool
map_unit(const PGresult *res, struct coverage_of *of)
{
	bool	has_made, has_first;

	return db_opt_i64(res, 0, 0, &has_made, &of->made_ms) &&
	    db_bool(res, 0, 1, &of->has_sensor) &&
	    db_opt_i64(res, 0, 2, &has_first, &of->first_ms);
}

static bool
map_gap(const PGresult *res, int row, struct arena *arena, void *out)
{
	struct coverage_gap	*g = out;
	bool			 has_to, has_frames;

	(void)arena;
	if (!db_i64(res, row, 0, &g->from_ms) ||
	    !db_opt_i64(res, row, 1, &has_to, &g->to_ms) ||
	    !db_opt_i32(res, row, 2, &has_frames, &g->frames) ||
	    !db_bool(res, row, 3, &g->open))
		return false;
	if (!has_frames)
		g->frames = -1;
	return true;
}

static enum db_rc
recv_gaps(struct db *db, struct arena *arena, struct coverage_gap **v,
    size_t *n)
{
	static const struct db_list	 gaps = { &gaps_stmt,
	    sizeof(struct coverage_gap), map_gap };
	PGresult			*res = NULL;
	enum db_rc			 rc = db_recv(db, &res);

	if (rc == DB_OK)
		rc = db_list_read(res, &gaps, arena, v, n);
	PQclear(res);
	return rc;
}

enum db_rc
coverage_read(struct db *db, const struct history_of *of, const struct unit *u,
    int64_t now_ms, struct arena *arena, struct coverage *out)
{
	struct coverage_of	 known = {
		.period = { of->from_ms, of->to_ms },
		.now_ms = now_ms,
		.interval_ms = INT64_C(1000) * u->interval_s,
		.gap_ms = summary_gap_ms(u),
	};
	PGresult		*res = NULL;
	struct coverage_gap	*v = NULL;
	size_t			 n = 0;
	enum db_rc		 rc;

	db_send(db, &unit_stmt, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit));
	db_send(db, &gaps_stmt, db_arg_uuid(&of->organization),
	    db_arg_uuid(&of->unit), db_arg_i64(of->from_ms),
	    db_arg_i64(of->to_ms), db_arg_i64(now_ms));
	rc = db_recv(db, &res);
	if (rc == DB_OK && PQntuples(res) != 1)
		rc = DB_NONE;
	else if (rc == DB_OK && !map_unit(res, &known))
		rc = db_bad_row(&unit_stmt);
	PQclear(res);
	if (rc == DB_OK)
		rc = recv_gaps(db, arena, &v, &n);
	if (rc == DB_OK)
		coverage_compute(&known, v, n, out);
	return rc;
}

static struct json_object *
blind_to_json(const struct period *p)
{
	struct json_object	*o;

	if (p->to_ms == p->from_ms)
		return NULL;
	o = json_object_new_object();
	json_put_when(o, "from", p->from_ms);
	json_put_when(o, "to", p->to_ms);
	json_put_int(o, "seconds", (p->to_ms - p->from_ms) / 1000);
	return o;
}

struct json_object *
coverage_to_json(const struct coverage *c)
{
	struct json_object	*o = json_object_new_object();

	json_put_bool(o, "monitoredByHand", c->by_hand);
	json_put(o, "coveragePercent", NULL);
	if (c->by_hand || c->of.to_ms <= c->of.from_ms)
		return o;
	json_put_when(o, "from", c->of.from_ms);
	json_put_when(o, "to", c->of.to_ms);
	json_put_centi(o, "coveragePercent", coverage_percent(c));
	json_put_int(o, "minutes", (c->of.to_ms - c->of.from_ms) / 60000);
	json_put_int(o, "minutesObserved", c->observed_ms / 60000);
	json_put(o, "longestBlind", blind_to_json(&c->longest));
	json_put_int(o, "gaps", c->gaps);
	json_put_int(o, "framesLost", c->frames);
	json_put_int(o, "gapsOpen", c->open);
	return o;
}
