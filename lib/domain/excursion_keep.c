#include "domain/excursion_keep.h"
#include "db/list.h"
#include "domain/trail.h"

static const struct db_stmt kept_stmt = { "excursion_kept", 6, 9,
	"SELECT epoch_ms(from_at), epoch_ms(to_at), epoch_ms(last_at),"
	"	is_high, confirmed, temp_limit, worst, mean, reading_count"
	"  FROM excursions"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND withdrawn_at IS NULL AND from_at < from_epoch_ms($4::int8)"
	"   AND coalesce(to_at, 'infinity') >= from_epoch_ms($3::int8)"
	"   AND from_at <> from_epoch_ms($5::int8)"
	"   AND from_at >= from_epoch_ms($6::int8)"
	" ORDER BY from_at" };

static const struct db_stmt put_stmt = { "excursion_put", 4, -1,
	"INSERT INTO excursions AS e (organization_id, unit_id, from_at,"
	"	to_at, last_at, is_high, confirmed, temp_limit, worst, mean,"
	"	reading_count, found_at)"
	" SELECT $1::uuid, $2::uuid, from_epoch_ms(q.from_at),"
	"	from_epoch_ms(q.to_at), from_epoch_ms(q.last_at), q.is_high,"
	"	q.confirmed, q.temp_limit, q.worst, q.mean, q.reading_count,"
	"	from_epoch_ms($3::int8)"
	"  FROM unnest($4::found_excursion[]) q"
	"    ON CONFLICT (organization_id, unit_id, from_at)"
	" WHERE withdrawn_at IS NULL"
	"    DO UPDATE SET to_at = excluded.to_at, last_at = excluded.last_at,"
	"	is_high = excluded.is_high, confirmed = excluded.confirmed,"
	"	temp_limit = excluded.temp_limit, worst = excluded.worst,"
	"	mean = excluded.mean, reading_count = excluded.reading_count,"
	"	corrected_at = from_epoch_ms($3::int8)" };

static const struct db_stmt withdraw_stmt = { "excursion_withdraw", 4, -1,
	"UPDATE excursions SET withdrawn_at = from_epoch_ms($4::int8)"
	" WHERE organization_id = $1::uuid AND unit_id = $2::uuid"
	"   AND from_at = from_epoch_ms($3::int8) AND withdrawn_at IS NULL" };

static const struct db_stmt *const stmts[] = {
	&kept_stmt, &put_stmt, &withdraw_stmt,
};
const struct db_stmt_list excursion_keep_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* What a record says. */
struct record {
	struct replay_excursion	e;	/* but for its sum */
	centi_t			mean;
};

static bool
map_record(const PGresult *res, int row, struct arena *arena, void *out)
{
	struct record	*r = out;
	bool		 has;

	(void)arena;
	return db_i64(res, row, 0, &r->e.from_ms) &&
	    db_opt_i64(res, row, 1, &has, &r->e.to_ms) &&
	    db_i64(res, row, 2, &r->e.last_ms) &&
	    db_bool(res, row, 3, &r->e.high) &&
	    db_bool(res, row, 4, &r->e.confirmed) &&
	    db_centi(res, row, 5, &r->e.limit) &&
	    db_centi(res, row, 6, &r->e.worst) &&
	    db_centi(res, row, 7, &r->mean) &&
	    db_i64(res, row, 8, &r->e.n);
}

static struct record
record_of(const struct replay_excursion *e)
{
	const int64_t	half = e->sum < 0 ? -e->n / 2 : e->n / 2;

	return (struct record){ *e, (centi_t)((e->sum + half) / e->n) };
}

static bool
is_same(const struct record *a, const struct record *b)
{
	return a->e.to_ms == b->e.to_ms && a->e.last_ms == b->e.last_ms &&
	    a->e.high == b->e.high && a->e.confirmed == b->e.confirmed &&
	    a->e.limit == b->e.limit && a->e.worst == b->e.worst &&
	    a->mean == b->mean && a->e.n == b->e.n;
}

static struct json_object *
to_json(const struct record *r)
{
	struct json_object	*o = json_object_new_object();

	json_put_when(o, "from", r->e.from_ms);
	json_put_when(o, "to", r->e.to_ms);
	json_put_when(o, "lastReadingAt", r->e.last_ms);
	json_put_str(o, "kind", r->e.high ? "high" : "low");
	json_put_bool(o, "confirmed", r->e.confirmed);
	json_put_centi(o, "limit", r->e.limit);
	json_put_centi(o, "worst", r->e.worst);
	json_put_centi(o, "mean", r->mean);
	json_put_int(o, "readings", r->e.n);
	return o;
}

/* What there is to write. */
struct keeping {
	struct db		*db;
	struct excursion_keep	*k;
	struct db_rows		 put, lines;
};

/* before: what the record said, or NULL. */
static void
add_line(struct keeping *in, const char *type, const char *severity,
    const char *title, const struct record *r, const struct record *before)
{
	struct json_object	*data = to_json(r);

	if (before != NULL)
		json_put(data, "before", to_json(before));
	trail_add(&in->lines, &(struct trail_line){ .unit = in->k->unit,
	    .site = in->k->site, .area = in->k->area, .type = type,
	    .category = "alert", .severity = severity, .title = title,
	    .data = data, .at_ms = in->k->now_ms });
	json_object_put(data);
}

static void
put(struct keeping *in, const struct record *r)
{
	const struct replay_excursion	*e = &r->e;

	db_rows_add(&in->put, db_arg_i64(e->from_ms),
	    db_arg_i64_if(e->to_ms != 0, e->to_ms), db_arg_i64(e->last_ms),
	    db_arg_bool(e->high), db_arg_bool(e->confirmed),
	    db_arg_centi(e->limit), db_arg_centi(e->worst),
	    db_arg_centi(r->mean), db_arg_i64(e->n));
}

static void
add(struct keeping *in, const struct record *r)
{
	put(in, r);
	add_line(in, "excursion_found", r->e.confirmed ? "critical" :
	    "warning", "Excursion found afterwards", r, NULL);
	in->k->added++;
}

static void
correct(struct keeping *in, const struct record *r,
    const struct record *before)
{
	if (is_same(r, before))
		return;
	put(in, r);
	add_line(in, "excursion_corrected", "info",
	    "Excursion found afterwards: corrected by later readings", r,
	    before);
	in->k->corrected++;
}

static void
withdraw(struct keeping *in, const struct record *r)
{
	const struct excursion_keep	*k = in->k;

	db_send(in->db, &withdraw_stmt, db_arg_uuid(&k->organization),
	    db_arg_uuid(&k->unit), db_arg_i64(r->e.from_ms),
	    db_arg_i64(k->now_ms));
	add_line(in, "excursion_withdrawn", "info",
	    "Excursion found afterwards: disproved by later readings", r,
	    NULL);
	in->k->withdrawn++;
}

/* Both are in the order they began. */
static void
compare(struct keeping *in, const struct record *kept, size_t nkept)
{
	const struct excursion_keep	*k = in->k;
	size_t				 o = 0;

	for (size_t i = 0; i < k->n; i++) {
		const struct record	r = record_of(&k->v[i]);

		if (r.e.from_ms < k->whole_ms)
			continue;
		while (o < nkept && kept[o].e.from_ms < r.e.from_ms)
			withdraw(in, &kept[o++]);
		if (o < nkept && kept[o].e.from_ms == r.e.from_ms)
			correct(in, &r, &kept[o++]);
		else
			add(in, &r);
	}
	while (o < nkept)
		withdraw(in, &kept[o++]);
}

enum db_rc
excursion_keep(struct db *db, struct excursion_keep *k, struct arena *arena)
{
	static const struct db_list	 list = { &kept_stmt,
	    sizeof(struct record), map_record };
	struct keeping			 in = { .db = db, .k = k };
	struct record			*kept;
	size_t				 n;
	enum db_rc			 rc;

	rc = db_list(db, &list, arena, &kept, &n,
	    db_arg_uuid(&k->organization), db_arg_uuid(&k->unit),
	    db_arg_i64(k->since_ms), db_arg_i64(k->until_ms),
	    db_arg_i64(k->going_on_ms), db_arg_i64(k->whole_ms));
	if (rc != DB_OK)
		return rc;
	compare(&in, kept, n);
	db_rows_send(&in.put, db, &put_stmt, db_arg_uuid(&k->organization),
	    db_arg_uuid(&k->unit), db_arg_i64(k->now_ms));
	trail_send(&in.lines, db, &k->organization);
	db_rows_release(&in.put);
	db_rows_release(&in.lines);
	return DB_OK;
}
