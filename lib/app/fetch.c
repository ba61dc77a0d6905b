#include "app/fetch.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "outside/ttn_storage.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAPS_MAX	1000	/* of a connection in a run */
#define PAGES_MAX	200	/* requests of a connection in a run */
#define TURN_US		(10 * 60 * INT64_C(1000000))	/* its longest */
#define ERROR_TEXT	200

_Static_assert(FETCH_PAGE <= INGEST_MAX, "a page is a batch");

static const struct db_stmt secret_stmt = { "fetch_secret", 2, 1,
	"SELECT secret_hash FROM webhook_secrets"
	" WHERE organization_id = $1::uuid AND ttn_connection_id = $2::uuid"
	"   AND enabled LIMIT 1" };

static const struct db_stmt *const stmts[] = { &secret_stmt };
const struct db_stmt_list fetch_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

/* A connection's turn. */
struct turn {
	struct fetch		*f;
	struct ttn_storage	 storage;
	struct backfill_connection *connection;
	struct arena		 arena;
	struct ingest		*ingest;
	char			*secret_hash;	/* of its webhook */
	int64_t			 began_us;
	int			 pages;
	struct ttn_answer	 answer;	/* the last one */
	/* A page of messages, and in the order of their times. */
	struct uplink		 u[FETCH_PAGE];
	const struct uplink	*order[FETCH_PAGE];
	size_t			 n;
	int64_t			 newest_ms;
};

/* A message without its time, or from before all believing, would be taken to
 * be of now. */
static bool
take_message(struct json_object *message, void *arg)
{
	struct turn	*t = arg;
	struct uplink	*u = &t->u[t->n];

	(void)uplink_read(message, u, NULL);
	if (u->recorded_at_ms > t->newest_ms)
		t->newest_ms = u->recorded_at_ms;
	if (u->recorded_at_ms >= t->f->now_ms - INGEST_BEHIND_MS &&
	    u->recorded_at_ms <= t->f->now_ms + INGEST_AHEAD_MS)
		t->order[t->n++] = u;
	return t->n < FETCH_PAGE;
}

static int
by_time(const void *a, const void *b)
{
	const int64_t	at = (*(const struct uplink *const *)a)->recorded_at_ms;
	const int64_t	bt = (*(const struct uplink *const *)b)->recorded_at_ms;

	return (at > bt) - (at < bt);
}

/* DB_DOWN: nothing is known of the page, and it is asked for again. */
static enum db_rc
store(struct turn *t)
{
	struct ingest_item	 items[FETCH_PAGE];
	const struct live_list	*live;

	qsort(t->order, t->n, sizeof(t->order[0]), by_time);
	for (size_t i = 0; i < t->n; i++)
		items[i] = (struct ingest_item){
		    .secret_hash = t->secret_hash, .u = t->order[i],
		    .received_at_ms = t->f->now_ms, .fetched = true };
	ingest_batch(t->ingest, t->f->ingest, items, t->n, t->f->now_ms);
	for (size_t i = 0; i < t->n; i++) {
		if (items[i].result.rc == INGEST_DOWN)
			return DB_DOWN;
		live = &items[i].result.live;
		if (t->f->sender != NULL)
			live_send(t->f->sender, live->v, live->n);
		t->f->stored += items[i].result.stored;
	}
	return DB_OK;
}

/* One request; *more: there may be more behind it. */
static enum db_rc
fetch_page(struct turn *t, const struct ttn_stored *what, enum ttn_rc *network,
    bool *more)
{
	t->n = 0;
	t->newest_ms = what->after_ms;
	t->pages++;
	t->f->requests++;
	*network = ttn_storage_get(&t->storage, what, take_message, t,
	    &t->answer);
	t->f->messages += t->answer.messages;
	*more = t->answer.messages >= what->limit &&
	    t->newest_ms > what->after_ms;
	return store(t);
}

static bool
may_go_on(const struct turn *t)
{
	return t->pages < PAGES_MAX &&
	    clock_mono_us() - t->began_us < TURN_US;
}

static enum db_rc
fetch_span(struct turn *t, const struct backfill_span *s, enum ttn_rc *network)
{
	struct ttn_stored	what = { s->gaps->name, s->from_ms, s->to_ms,
				    FETCH_PAGE };
	bool			more = true;
	enum db_rc		rc = DB_OK;

	*network = TTN_OK;
	while (rc == DB_OK && *network == TTN_OK && more && may_go_on(t)) {
		rc = fetch_page(t, &what, network, &more);
		what.after_ms = t->newest_ms;
	}
	if (rc != DB_OK)
		return rc;
	if (*network == TTN_UNKNOWN)
		return backfill_unknown(t->f->jobs, t->connection, s,
		    t->f->now_ms);
	if (*network == TTN_OK && !more)
		return backfill_settle(t->f->jobs, t->connection, s,
		    t->f->now_ms);
	return DB_OK;
}

static enum backfill_end
end_of(enum ttn_rc network)
{
	switch (network) {
	case TTN_OK:
	case TTN_UNKNOWN:
		return BACKFILL_DONE;
	case TTN_BUSY:
		return BACKFILL_LATER;
	case TTN_UNAUTHORIZED:
		return BACKFILL_LOCKED_OUT;
	default:
		return BACKFILL_FAILED;
	}
}

/* What a person is told: in the list of connections, and, where only a person
 * can help, by mail. */
static enum db_rc
end_turn(struct turn *t, enum ttn_rc network)
{
	const enum backfill_end end = end_of(network);
	const struct ttn_answer *a = &t->answer;
	char			text[ERROR_TEXT];
	const struct backfill_trouble trouble = { a->retry_s * 1000,
				    a->status, text, a->error.name,
				    a->error.correlation };

	if (end == BACKFILL_DONE)
		return backfill_release(t->f->jobs, t->connection, end, NULL,
		    t->f->now_ms);
	t->f->failed++;
	snprintf(text, sizeof(text), "%s (HTTP %d) %s", ttn_rc_name(network),
	    a->status, a->error.name);
	if (end == BACKFILL_LOCKED_OUT || network == TTN_REFUSED)
		log_error("backfill.refused",
		    LOG_STR("application", t->connection->application),
		    LOG_INT("status", a->status),
		    LOG_STR("error", a->error.name),
		    LOG_STR("correlation", a->error.correlation));
	return backfill_release(t->f->jobs, t->connection, end, &trouble,
	    t->f->now_ms);
}

static enum db_rc
find_secret(struct turn *t)
{
	const struct backfill_connection *c = t->connection;
	PGresult	*res = NULL;
	const char	*hash;
	enum db_rc	 rc;

	rc = db_one(t->f->ingest, &secret_stmt, &res,
	    db_arg_uuid(&c->organization), db_arg_uuid(&c->id));
	if (rc == DB_OK && !db_text(res, 0, 0, &hash))
		rc = db_bad_row(&secret_stmt);
	if (rc == DB_OK)
		t->secret_hash = arena_strdup(&t->arena, hash);
	PQclear(res);
	return rc;
}

static enum db_rc
work(struct turn *t)
{
	struct backfill_gap	*v;
	struct backfill_span	*spans;
	size_t			 n, nspans;
	enum ttn_rc		 network = TTN_OK;
	enum db_rc		 rc = find_secret(t);

	if (rc == DB_OK)
		rc = backfill_gaps(t->f->jobs, t->connection, t->f->now_ms,
		    GAPS_MAX, &t->arena, &v, &n);
	if (rc != DB_OK)
		return rc;
	t->f->gaps += (int64_t)n;
	spans = arena_alloc(&t->arena, mem_product(n, sizeof(*spans)));
	nspans = backfill_merge(v, n, t->f->now_ms, spans);
	for (size_t i = 0; i < nspans && rc == DB_OK && may_go_on(t) &&
	    end_of(network) == BACKFILL_DONE; i++)
		rc = fetch_span(t, &spans[i], &network);
	return rc == DB_OK ? end_turn(t, network) : rc;
}

/* Its key does not open: whoever has the right key file may. */
static enum db_rc
give_back(struct turn *t)
{
	static const struct backfill_trouble trouble = {
		.text = "the API key is sealed under another key file: set it "
		    "again" };

	t->f->failed++;
	log_error("backfill.key_not_ours",
	    LOG_STR("application", t->connection->application));
	return backfill_release(t->f->jobs, t->connection,
	    BACKFILL_LOCKED_OUT, &trouble, t->f->now_ms);
}

/* Where the database refuses something of one of them, the others have their
 * turns all the same; where it is away, the next claim says so. */
static enum db_rc
take_turn(struct turn *t, struct backfill_connection *c)
{
	enum db_rc	rc, worked = DB_OK;

	t->connection = c;
	t->began_us = clock_mono_us();
	t->pages = 0;
	arena_clear(&t->arena);
	rc = backfill_claim(t->f->jobs, c, t->f->now_ms, &t->arena);
	t->f->connections += rc == DB_OK;
	t->storage.server = c->server;
	t->storage.application = c->application;
	t->storage.key = c->key;
	if (rc == DB_OK)
		worked = work(t);
	else if (rc == DB_REFUSED)
		rc = give_back(t);
	if (worked != DB_OK && worked != DB_NONE)
		t->f->failed++;
	sodium_memzero(c->key, sizeof(c->key));
	return rc == DB_NONE ? DB_OK : rc;
}

enum db_rc
fetch_run(struct fetch *f)
{
	struct backfill_connection *v;
	struct arena		 arena = { 0 };
	struct turn		*t;
	size_t			 n;
	enum db_rc		 rc;

	rc = backfill_due(f->jobs, f->now_ms, &arena, &v, &n);
	if (rc == DB_OK && f->dry_run)
		f->connections = (int64_t)n;
	if (rc != DB_OK || f->dry_run) {
		arena_release(&arena);
		return rc;
	}
	t = mem_alloc(sizeof(*t));
	t->f = f;
	t->storage.http = http_new();
	t->ingest = ingest_new();
	for (size_t i = 0; i < n && rc == DB_OK; i++)
		rc = take_turn(t, &v[i]);
	ingest_free(t->ingest);
	http_free(t->storage.http);
	arena_release(&t->arena);
	free(t);
	arena_release(&arena);
	return rc;
}
