#include "domain/hold.h"
#include <stdio.h>
#include <string.h>

static const struct db_stmt place_stmt = { "hold_place", 8, 1,
	"INSERT INTO retention_holds (organization_id, site_id, unit_id,"
	"	from_at, until_at, expires_at, reason, placed_by, created_by)"
	" SELECT o.id, s.id, u.id, from_epoch_ms($4::int8),"
	"	from_epoch_ms($5::int8), from_epoch_ms($6::int8), $7::text,"
	"	$8::text, (SELECT p.id FROM profiles p"
	"		WHERE p.organization_id = o.id AND p.deleted_at IS NULL"
	"		  AND lower(p.email) = lower($8::text) LIMIT 1)"
	"  FROM organizations o"
	"  LEFT JOIN sites s ON s.organization_id = o.id"
	"   AND (s.id::text = $2::text OR s.name = $2::text)"
	"  LEFT JOIN units u ON u.organization_id = o.id"
	"   AND (u.id::text = $3::text OR u.name = $3::text)"
	" WHERE o.slug = $1::text AND ($2::text IS NULL OR s.id IS NOT NULL)"
	"   AND ($3::text IS NULL OR u.id IS NOT NULL)"
	" RETURNING id" };

static const struct db_stmt month_stmt = { "hold_month", 4, 1,
	"INSERT INTO partition_retention_overrides (partition_name, reason,"
	"	created_by, expires_at)"
	" VALUES ($1::text, $2::text, $3::text, from_epoch_ms($4::int8))"
	" ON CONFLICT (partition_name) DO UPDATE"
	"   SET id = excluded.id, reason = excluded.reason,"
	"	created_by = excluded.created_by,"
	"	created_at = excluded.created_at,"
	"	expires_at = excluded.expires_at,"
	"	lifted_at = NULL, lifted_by = NULL, lift_reason = NULL"
	" WHERE partition_retention_overrides.lifted_at IS NOT NULL"
	"    OR partition_retention_overrides.expires_at <= now()"
	" RETURNING id" };

static const struct db_stmt exists_stmt = { "hold_month_exists", 1, 1,
	"SELECT part FROM reading_months() WHERE part = $1::text" };

static const struct db_stmt lift_stmt = { "hold_lift", 3, 1,
	"WITH h AS (UPDATE retention_holds SET lifted_at = now(),"
	"	lifted_by_name = $3::text, lift_reason = $2::text,"
	"	lifted_by = (SELECT p.id FROM profiles p"
	"		WHERE p.organization_id = retention_holds.organization_id"
	"		  AND p.deleted_at IS NULL"
	"		  AND lower(p.email) = lower($3::text) LIMIT 1)"
	"	WHERE id = $1::uuid AND lifted_at IS NULL RETURNING id),"
	" o AS (UPDATE partition_retention_overrides SET lifted_at = now(),"
	"	lifted_by = $3::text, lift_reason = $2::text"
	"	WHERE id = $1::uuid AND lifted_at IS NULL RETURNING id)"
	" SELECT id FROM h UNION ALL SELECT id FROM o" };

static const struct db_stmt list_stmt = { "hold_list", 1, HOLD_LIST_NCOLS,
	"SELECT id, scope, name, organization, epoch_ms(from_at),"
	"	epoch_ms(until_at), reason, placed_by, epoch_ms(created_at),"
	"	epoch_ms(expires_at), epoch_ms(lifted_at), lifted_by,"
	"	lift_reason"
	"  FROM hold_list"
	" WHERE $1::bool OR lifted_at IS NULL"
	"   AND (expires_at IS NULL OR expires_at > now())"
	" ORDER BY created_at" };

struct placing {
	const struct hold	*hold;
	enum hold_rc		 rc;
	struct uuid		*id;
};

/* The one row that says which it is. Takes res. */
static enum db_rc
take_id(struct placing *p, const struct db_stmt *st, PGresult *res)
{
	enum db_rc	rc = DB_OK;
	int		n = PQntuples(res);

	p->rc = n == 1 ? HOLD_OK : n > 1 ? HOLD_MANY : HOLD_NOTHING;
	if (p->rc != HOLD_OK)
		rc = DB_NONE;		/* rolls back: several were placed */
	else if (!db_uuid(res, 0, 0, p->id))
		rc = db_bad_row(st);
	PQclear(res);
	return rc;
}

static enum db_rc
place(struct db *db, void *arg)
{
	struct placing		*p = arg;
	const struct hold	*h = p->hold;
	PGresult		*res = NULL;
	enum db_rc		 rc;

	rc = db_query(db, &place_stmt, &res, db_arg_text(h->organization),
	    db_arg_text(h->site), db_arg_text(h->unit),
	    db_arg_i64_if(h->from_ms != 0, h->from_ms),
	    db_arg_i64_if(h->until_ms != 0, h->until_ms),
	    db_arg_i64_if(h->expires_ms != 0, h->expires_ms),
	    db_arg_text(h->reason), db_arg_text(h->by));
	return rc == DB_OK ? take_id(p, &place_stmt, res) : rc;
}

/* In this order: what retires months is locked out by the insertion, so that
 * a month that is there afterwards stays. */
static enum db_rc
place_on_month(struct db *db, void *arg)
{
	struct placing		*p = arg;
	const struct hold	*h = p->hold;
	PGresult		*res = NULL;
	struct db_arg		 name;
	char			 part[32];
	enum db_rc		 rc;

	snprintf(part, sizeof(part), "sensor_readings_y%.4sm%.2s", h->month,
	    strlen(h->month) == 7 ? h->month + 5 : "");
	name = db_arg_text(part);
	rc = db_query(db, &month_stmt, &res, name, db_arg_text(h->reason),
	    db_arg_text(h->by),
	    db_arg_i64_if(h->expires_ms != 0, h->expires_ms));
	if (rc != DB_OK)
		return rc;
	rc = take_id(p, &month_stmt, res);
	if (p->rc == HOLD_NOTHING)
		p->rc = HOLD_ALREADY;
	res = NULL;
	if (rc == DB_OK)
		rc = db_one(db, &exists_stmt, &res, name);
	PQclear(res);
	if (rc == DB_NONE && p->rc == HOLD_OK)
		p->rc = HOLD_NOTHING;
	return rc;
}

enum hold_rc
hold_place(struct db *db, const struct hold *h, struct uuid *id)
{
	struct placing	p = { .hold = h, .rc = HOLD_FAIL, .id = id };
	enum db_rc	rc;

	rc = db_tx(db, NULL, NULL, h->month != NULL ? place_on_month : place,
	    &p);
	return rc == DB_OK || rc == DB_NONE ? p.rc : HOLD_FAIL;
}

enum hold_rc
hold_lift(struct db *db, const struct uuid *id, const char *reason,
    const char *by)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &lift_stmt, &res, db_arg_uuid(id), db_arg_text(reason),
	    db_arg_text(by));
	PQclear(res);
	return rc == DB_OK ? HOLD_OK : rc == DB_NONE ? HOLD_NOTHING : HOLD_FAIL;
}

enum db_rc
hold_list(struct db *db, bool all, PGresult **res)
{
	return db_query(db, &list_stmt, res, db_arg_bool(all));
}
