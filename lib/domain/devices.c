#include "domain/devices.h"
#include "base/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNNOTED								\
	" (last_used_at IS NULL OR last_used_at <"			\
	"	from_epoch_ms($2::int8) - interval '1 minute')"

/* The secret names the tenant of what follows. */
static const struct db_stmt secret_stmt = { "device_secret", 2, 3,
	"SELECT organization_id,"
	"	set_config('frostguard.org_id', organization_id::text, true),"
	UNNOTED " FROM webhook_secrets"
	" WHERE secret_hash = $1::bytea AND enabled" };

/* Who finds another at it leaves it to them: nobody waits here. */
static const struct db_stmt used_stmt = { "device_secret_used", 2, -1,
	"UPDATE webhook_secrets SET last_used_at = from_epoch_ms($2::int8)"
	" WHERE secret_hash = (SELECT secret_hash FROM webhook_secrets"
	"	 WHERE secret_hash = $1::bytea AND" UNNOTED
	"	   FOR NO KEY UPDATE SKIP LOCKED)" };

/* Null: nobody is. */
static const struct db_stmt turn_stmt = { "device_turn", 1, 1,
	"SELECT set_config('frostguard.org_id', $1::uuid::text, true)" };

/* The usual way: sensors with their DevEUI, attached to a unit. */
static const struct db_stmt find_stmt = { "device_find", 1,
	1 + DEVICE_NCOLS + UNIT_WATCH_NCOLS,
	"SELECT d.device_eui," DEVICE_COLUMNS "," UNIT_WATCH_COLUMNS
	"  FROM devices d"
	"  JOIN unit_state s ON s.organization_id = d.organization_id"
	"   AND s.unit_id = d.unit_id" UNIT_WATCH_RULES DEVICE_STATE
	" WHERE d.organization_id = current_org()"
	"   AND d.device_eui = ANY ($1::text[]) AND d.deleted_at IS NULL"
	" ORDER BY s.unit_id FOR NO KEY UPDATE OF s" };

/* The unusual: by the network's device id, unless both have a DevEUI, and not
 * the same; or attached to nothing. */
static const struct db_stmt look_stmt = { "device_look", 1,
	1 + DEVICE_NCOLS,
	"SELECT q.n," DEVICE_COLUMNS
	"  FROM unnest($1::device_name[]) q"
	" CROSS JOIN LATERAL (SELECT * FROM devices"
	"	 WHERE organization_id = current_org() AND deleted_at IS NULL"
	"	   AND (device_eui = q.device_eui"
	"		OR ttn_device_id = q.ttn_device_id"
	"		AND (device_eui IS NULL OR q.device_eui IS NULL))"
	"	 ORDER BY device_eui = q.device_eui DESC NULLS LAST LIMIT 1) d"
	DEVICE_STATE };

static const struct db_stmt lock_stmt = { "device_lock", 1,
	1 + UNIT_WATCH_NCOLS,
	"SELECT q.n," UNIT_WATCH_COLUMNS
	"  FROM unnest($1::device_name[]) q"
	"  JOIN unit_state s ON s.organization_id = current_org()"
	"   AND s.unit_id = q.unit_id" UNIT_WATCH_RULES
	" ORDER BY s.unit_id FOR NO KEY UPDATE OF s" };

static const struct db_stmt frames_stmt = { "device_frames", 1, 4,
	"SELECT q.n, epoch_ms(h.last_seen_at), h.last_f_cnt,"
	"	h.last_session_key_id"
	"  FROM unnest($1::device_name[]) q"
	"  JOIN device_state h ON h.organization_id = current_org()"
	"   AND h.device_id = q.device_id" };

static const struct db_stmt *const stmts[] = {
	&secret_stmt, &used_stmt, &turn_stmt, &find_stmt, &look_stmt, &lock_stmt,
	&frames_stmt,
};
const struct db_stmt_list devices_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static bool
has_eui(const struct uplink *u)
{
	return u->eui == UPLINK_EUI_VALID;
}

/* Two messages that name their sender in the same words. */
static bool
same_name(const struct uplink *a, const struct uplink *b)
{
	return has_eui(a) ? has_eui(b) && strcmp(a->dev_eui, b->dev_eui) == 0 :
	    !has_eui(b) && strcmp(a->device_id, b->device_id) == 0;
}

static struct device_party *
party_of(struct devices *all, const char *secret_hash)
{
	struct device_party	*p = all->party;

	while (p < all->party + all->nparties &&
	    strcmp(p->secret_hash, secret_hash) != 0)
		p++;
	if (p == all->party + all->nparties) {
		all->nparties++;
		*p = (struct device_party){ .all = all,
		    .secret_hash = secret_hash };
	}
	return p;
}

static struct device_slot *
slot_of(struct devices *all, const struct device_party *party,
    const struct uplink *u)
{
	struct device_slot	*s = all->v;

	while (s < all->v + all->n &&
	    (s->party != party || !same_name(s->u, u)))
		s++;
	if (s == all->v + all->n) {
		all->n++;
		*s = (struct device_slot){ .party = party, .u = u,
		    .d = DEVICE_INIT };
	}
	return s;
}

static int
by_secret(const void *a, const void *b)
{
	return strcmp(((const struct device_party *)a)->secret_hash,
	    ((const struct device_party *)b)->secret_hash);
}

/*
 * Parties have their turns in the order of their secrets, and units are locked
 * in the order of their ids, as everywhere: two batches never wait for each
 * other's locks. Only devices found an unusual way are locked after the rest;
 * should that meet, the database has one of the two try again.
 */
static void
sort_out(struct devices *all, struct device_ask *ask, size_t n)
{
	if (n > DEVICES_MAX)
		bug("devices: %zu messages at once", n);
	all->nparties = all->n = all->nwatches = 0;
	for (size_t i = 0; i < n; i++)
		(void)party_of(all, ask[i].secret_hash);
	qsort(all->party, all->nparties, sizeof(all->party[0]), by_secret);
	for (size_t i = 0; i < n; i++) {
		ask[i].party = party_of(all, ask[i].secret_hash);
		ask[i].slot = slot_of(all, ask[i].party, ask[i].u);
		ask[i].slot->recall |= ask[i].recall;
		ask[i].party->used |= !ask[i].fetched;
		ask[i].device = &ask[i].slot->d;
	}
}

static bool
map_frame(const PGresult *res, int row, struct device *d)
{
	const char	*session;
	bool		 has;

	if (!db_opt_i64(res, row, 1, &has, &d->seen_at_ms) ||
	    !db_opt_i64(res, row, 2, &has, &d->f_cnt) ||
	    !db_opt_text(res, row, 3, &session))
		return false;
	snprintf(d->session, sizeof(d->session), "%s",
	    session != NULL ? session : "");
	return true;
}

/* Another device, or another party, may have brought the unit already. */
static bool
map_watch(struct devices *all, const PGresult *res, int row, int col,
    struct device *d)
{
	struct unit_watch	*w = &all->watch[all->nwatches];

	if (!unit_watch_map(res, row, col, all->now_ms, w))
		return false;
	for (size_t i = 0; i < all->nwatches; i++)
		if (uuid_eq(&all->watch[i].unit, &w->unit))
			w = &all->watch[i];
	if (w == &all->watch[all->nwatches])
		all->nwatches++;
	d->watch = w->active ? w : NULL;
	return true;
}

static int
by_eui(const void *eui, const void *slot)
{
	return strcmp(eui, (*(struct device_slot *const *)slot)->u->dev_eui);
}

/* More than one party may name it: this one's. */
static struct device *
named(struct devices *all, const struct device_party *party, const char *eui)
{
	struct device_slot	**end = all->order + all->n, **s;

	s = bsearch(eui, all->order, all->n, sizeof(*s), by_eui);
	if (s == NULL)
		return NULL;
	while (s > all->order && by_eui(eui, s - 1) == 0)
		s--;
	while (s < end && by_eui(eui, s) == 0 && (*s)->party != party)
		s++;
	return s < end && by_eui(eui, s) == 0 ? &(*s)->d : NULL;
}

/* The row begins with the number that its device was asked for by. */
static struct device *
numbered(struct devices *all, const PGresult *res, int row)
{
	int32_t	i;

	return db_i32(res, row, 0, &i) && i >= 0 && (size_t)i < all->n ?
	    &all->v[i].d : NULL;
}

static void
hear_secret(void *ctx, const PGresult *res)
{
	struct device_party	*p = ctx;
	struct devices		*all = p->all;

	if (PQntuples(res) == 0)
		return;
	if (!db_uuid(res, 0, 0, &p->organization) ||
	    !db_bool(res, 0, 2, &p->unnoted))
		all->rc = db_bad_row(&secret_stmt);
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].party == p)
			all->v[i].d.organization = p->organization;
}

static void
hear_found(void *ctx, const PGresult *res)
{
	struct device_party	*p = ctx;
	struct devices		*all = p->all;
	const char		*eui;
	struct device		*d;

	for (int i = 0; i < PQntuples(res); i++)
		if (!db_text(res, i, 0, &eui) ||
		    (d = named(all, p, eui)) == NULL ||
		    !device_map(res, i, 1, d) ||
		    !map_watch(all, res, i, 1 + DEVICE_NCOLS, d))
			all->rc = db_bad_row(&find_stmt);
}

static void
hear_looked(void *ctx, const PGresult *res)
{
	struct devices	*all = ctx;
	struct device	*d;

	for (int i = 0; i < PQntuples(res); i++)
		if ((d = numbered(all, res, i)) == NULL ||
		    !device_map(res, i, 1, d))
			all->rc = db_bad_row(&look_stmt);
}

static void
hear_locked(void *ctx, const PGresult *res)
{
	struct devices	*all = ctx;
	struct device	*d;

	for (int i = 0; i < PQntuples(res); i++)
		if ((d = numbered(all, res, i)) == NULL ||
		    !map_watch(all, res, i, 1, d))
			all->rc = db_bad_row(&lock_stmt);
}

static void
hear_frames(void *ctx, const PGresult *res)
{
	struct devices	*all = ctx;
	struct device	*d;

	for (int i = 0; i < PQntuples(res); i++)
		if ((d = numbered(all, res, i)) == NULL ||
		    !map_frame(res, i, d))
			all->rc = db_bad_row(&frames_stmt);
}

/* The database's opinion of all that was sent, and ours of its answers. */
static enum db_rc
settle(struct devices *all, struct db *db)
{
	enum db_rc	rc = db_wait(db);

	return rc != DB_OK ? rc : all->rc;
}

static int
by_name(const void *a, const void *b)
{
	const struct uplink	*u = (*(struct device_slot *const *)a)->u;
	const struct uplink	*v = (*(struct device_slot *const *)b)->u;
	int			 order = strcmp(u->dev_eui, v->dev_eui);

	return order != 0 ? order : strcmp(u->device_id, v->device_id);
}

/* Sensors' states are written in the order of the sensors' names, which all
 * processes share: two batches never wait for each other. */
static void
put_in_order(struct devices *all)
{
	for (size_t i = 0; i < all->n; i++)
		all->order[i] = &all->v[i];
	qsort(all->order, all->n, sizeof(all->order[0]), by_name);
}

static struct db_arg
arg_name(const char *name)
{
	return db_arg_text(*name != '\0' ? name : NULL);
}

static void
add_name(struct devices *all, const struct device_slot *s)
{
	db_rows_add(&all->rows, db_arg_i64(s - all->v),
	    arg_name(has_eui(s->u) ? s->u->dev_eui : ""),
	    arg_name(s->u->eui != UPLINK_EUI_INVALID ? s->u->device_id : ""),
	    db_arg_uuid(&s->d.id),
	    db_arg_uuid(&s->d.unit));
}

static void
find(struct devices *all, struct db *db, struct device_party *party)
{
	struct buf	euis = BUF_INIT(DEVICES_MAX * (DEVEUI_TEXT + 1));

	buf_putc(&euis, '{');
	for (size_t i = 0; i < all->n; i++) {
		if (all->order[i]->party != party || !has_eui(all->order[i]->u))
			continue;
		if (euis.len > 1)
			buf_putc(&euis, ',');
		buf_puts(&euis, all->order[i]->u->dev_eui);
	}
	buf_putc(&euis, '}');
	/* Nobody's secret must not leave them the tenant of those before. */
	devices_turn(all, db, party);
	db_send_heard(db, &secret_stmt, hear_secret, party,
	    db_arg_text(party->secret_hash), db_arg_i64(all->now_ms));
	db_send_heard(db, &find_stmt, hear_found, party,
	    db_arg_text(buf_str(&euis)));
	buf_release(&euis);
}

/* Perhaps by whatever else the message says of its device. */
static bool
is_missing(const struct device_slot *s)
{
	return uuid_is_nil(&s->d.id) && !uuid_is_nil(&s->d.organization);
}

static bool
is_unlocked(const struct device_slot *s)
{
	return !uuid_is_nil(&s->d.unit) && s->d.watch == NULL;
}

static bool
wants_recall(const struct device_slot *s)
{
	return s->recall && !uuid_is_nil(&s->d.id);
}

struct question {		/* of the slots that want it */
	const struct db_stmt	*stmt;
	bool			(*wants)(const struct device_slot *s);
	db_hear_fn		*hear;
};
static const struct question look = { &look_stmt, is_missing, hear_looked };
static const struct question lock = { &lock_stmt, is_unlocked, hear_locked };
static const struct question recall = { &frames_stmt, wants_recall,
	hear_frames };

static void
put(const struct question *q, struct devices *all, struct db *db,
    const struct device_party *party)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->order[i]->party == party && q->wants(all->order[i]))
			add_name(all, all->order[i]);
	if (all->rows.n > 0)
		devices_turn(all, db, party);
	db_rows_send_heard(&all->rows, db, q->stmt, q->hear, all);
}

/* A round trip for all parties. */
static enum db_rc
ask_all(struct devices *all, struct db *db, const struct question *q)
{
	for (size_t i = 0; i < all->nparties; i++)
		put(q, all, db, &all->party[i]);
	return settle(all, db);
}

/* Two names, or two secrets, of one device: what is known of it is in one
 * place. */
static void
unify(struct devices *all, struct device_ask *ask)
{
	for (struct device_slot *s = all->v; s < ask->slot; s++)
		if (!uuid_is_nil(&s->d.id) &&
		    uuid_eq(&s->d.id, &ask->slot->d.id)) {
			s->recall |= ask->slot->recall;
			ask->device = &s->d;
			return;
		}
}

/* Whether the one round trip has told everything. */
static bool
is_usual(const struct devices *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (uuid_is_nil(&all->v[i].d.id) || all->v[i].recall)
			return false;
	return all->nparties == 1;
}

enum db_rc
devices_find(struct devices *all, struct db *db, struct device_ask *ask,
    size_t n, int64_t now_ms)
{
	enum db_rc	rc;

	sort_out(all, ask, n);
	put_in_order(all);
	all->now_ms = now_ms;
	all->rc = DB_OK;
	for (size_t i = 0; i < all->nparties; i++)
		find(all, db, &all->party[i]);
	rc = settle(all, db);
	if (rc != DB_OK || is_usual(all))
		return rc;
	rc = ask_all(all, db, &look);
	if (rc == DB_OK)
		rc = ask_all(all, db, &lock);
	for (size_t i = 0; i < n; i++)
		unify(all, &ask[i]);
	return rc == DB_OK ? ask_all(all, db, &recall) : rc;
}

enum db_rc
device_secret(struct db *db, const char *secret_hash)
{
	PGresult	*res = NULL;
	enum db_rc	 rc;

	rc = db_one(db, &secret_stmt, &res, db_arg_text(secret_hash),
	    db_arg_i64(0));
	PQclear(res);
	return rc;
}

void
devices_turn(const struct devices *all, struct db *db,
    const struct device_party *party)
{
	if (all->nparties > 1)
		db_send_heard(db, &turn_stmt, NULL, NULL,
		    db_arg_uuid(&party->organization));
}

void
devices_save(struct devices *all, struct db *db,
    const struct device_party *party)
{
	const struct uuid	*organization = &party->organization;

	if (party->used && party->unnoted)
		db_send(db, &used_stmt, db_arg_text(party->secret_hash),
		    db_arg_i64(all->now_ms));
	for (size_t i = 0; i < all->n; i++)
		if (uuid_eq(&all->order[i]->d.organization, organization))
			device_save(&all->order[i]->d, db, &all->rows);
	db_rows_send(&all->rows, db, &device_heard, db_arg_uuid(organization));
	for (size_t i = 0; i < all->nwatches; i++)
		if (uuid_eq(&all->watch[i].organization, organization))
			unit_watch_add(&all->rows, &all->watch[i]);
	db_rows_send(&all->rows, db, &unit_watch_save, db_arg_uuid(organization));
}

void
devices_release(struct devices *all)
{
	db_rows_release(&all->rows);
}
