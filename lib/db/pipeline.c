#include "db/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/connect.h"
#include "db/judge.h"
#include "db/prepared.h"

#define ARGS_MAX	64
#define IDLE_US		1000000		/* unused for longer: look first */

/* What the server owes an answer for. */
enum owed {
	OWED_PREPARE,
	OWED_CHECK,
	OWED_HIDDEN,		/* judged, but nobody asks for the rows */
	OWED_SHOWN,
	OWED_SYNC
};

struct slot {
	enum owed		 kind;
	const struct db_stmt	*stmt;		/* NULL for OWED_SYNC */
	db_hear_fn		*hear;		/* NULL: nobody listens */
	void			*ctx;
};

struct pipeline {
	struct connect	 how;
	PGconn		*conn;		/* NULL: not connected */
	int64_t		 tried_us;	/* last attempt to connect */
	int64_t		 used_us;
	struct prepared	 prepared;
	struct slot	*queue;		/* owed: [head, tail) */
	size_t		 head, tail, cap;
	size_t		 shown;		/* OWED_SHOWN among them */
	enum db_rc	 rc;		/* sticky */
};

struct pipeline *
pipeline_new(const struct connect *how)
{
	struct pipeline	*p = mem_alloc(sizeof(*p));

	p->how = *how;
	p->tried_us = INT64_MIN / 2;
	return p;
}

void
pipeline_drop(struct pipeline *p)
{
	PQfinish(p->conn);
	p->conn = NULL;
	p->head = p->tail = p->shown = 0;
	prepared_forget(&p->prepared);
}

void
pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	pipeline_drop(p);
	free(p->queue);
	free(p);
}

static enum db_rc
fail(struct pipeline *p, enum db_rc rc)
{
	if (p->rc == DB_OK)
		p->rc = rc;
	return p->rc;
}

static enum db_rc
lost(struct pipeline *p)
{
	log_warn("db.lost");
	pipeline_drop(p);
	return fail(p, DB_DOWN);
}

static void
owe(struct pipeline *p, enum owed kind, const struct db_stmt *st)
{
	if (p->head == p->tail)
		p->head = p->tail = 0;
	if (p->tail == p->cap) {
		p->cap = p->cap > 0 ? mem_product(p->cap, 2) : 32;
		p->queue = mem_resize(p->queue,
		    mem_product(p->cap, sizeof(*p->queue)));
	}
	p->queue[p->tail++] = (struct slot){ kind, st, NULL, NULL };
	p->shown += kind == OWED_SHOWN;
}

/* Sends what is queued: libpq writes when it gets the sync. */
static void
sync_queue(struct pipeline *p)
{
	if (p->head == p->tail || p->queue[p->tail - 1].kind == OWED_SYNC)
		return;
	if (PQpipelineSync(p->conn))
		owe(p, OWED_SYNC, NULL);
	else
		lost(p);
}

/* Keeps the list of what is prepared true. The server may not be the one that
 * it was, behind a pooler. */
static void
follow(struct pipeline *p, const struct slot *slot, const PGresult *res)
{
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	bool		 exists = state != NULL && strcmp(state, "42P05") == 0;

	if (state != NULL && strcmp(state, "26000") == 0)
		prepared_forget(&p->prepared);
	else if (slot->kind == OWED_PREPARE && p->rc != DB_OK && !exists)
		prepared_find(&p->prepared, slot->stmt)->ready = false;
}

static enum db_rc
judge(struct pipeline *p, const struct slot *slot, const PGresult *res)
{
	const struct db_stmt	*st = slot->stmt;
	ExecStatusType		 status = PQresultStatus(res);

	if (status == PGRES_PIPELINE_ABORTED)
		return p->rc;		/* of the one that failed before */
	if (status == PGRES_COMMAND_OK && slot->kind == OWED_PREPARE)
		return DB_OK;
	if (status == PGRES_COMMAND_OK && slot->kind == OWED_CHECK &&
	    judge_count(st, "arguments", st->nargs, PQnparams(res)) != DB_OK)
		return DB_FAIL;
	return judge_result(st, res);
}

/* Takes the answer to the oldest slot and judges it. NULL when the connection
 * was lost; then nothing is owed any more. */
static PGresult *
answer(struct pipeline *p)
{
	struct slot	 slot = p->queue[p->head];
	PGresult	*res = PQgetResult(p->conn), *end;

	if (res == NULL || PQstatus(p->conn) == CONNECTION_BAD)
		goto lost;
	if ((PQresultStatus(res) == PGRES_PIPELINE_SYNC) !=
	    (slot.kind == OWED_SYNC))
		goto lost;
	p->head++;
	if (slot.kind == OWED_SYNC)
		return res;
	p->shown -= slot.kind == OWED_SHOWN;
	fail(p, judge(p, &slot, res));
	if (slot.hear != NULL && p->rc == DB_OK)
		slot.hear(slot.ctx, res);
	follow(p, &slot, res);
	if ((end = PQgetResult(p->conn)) == NULL)
		return res;
	PQclear(end);
lost:
	PQclear(res);
	lost(p);
	return NULL;
}

/* Whether the server closed the connection meanwhile: the first look may find
 * its last words, the second one the end. */
static bool
is_dead(struct pipeline *p)
{
	return !PQconsumeInput(p->conn) || !PQconsumeInput(p->conn);
}

/* DB_OK with a connection. */
static enum db_rc
ensure(struct pipeline *p)
{
	int64_t	now_us = clock_mono_us();

	if (p->conn != NULL && now_us - p->used_us > IDLE_US && is_dead(p))
		pipeline_drop(p);
	p->used_us = now_us;
	if (p->conn == NULL) {
		if (now_us - p->tried_us < DB_RECONNECT_MS * INT64_C(1000))
			return DB_DOWN;
		p->conn = connect_open(&p->how);
		p->tried_us = clock_mono_us();
	}
	return p->conn != NULL ? DB_OK : DB_DOWN;
}

void
pipeline_start(struct pipeline *p)
{
	pipeline_drain(p);
	p->rc = DB_OK;
	p->rc = ensure(p);
}

/* The statement's name on the server, which may get to know it just now. In
 * pipeline mode from here on. */
static const char *
prepare(struct pipeline *p, const struct db_stmt *st)
{
	struct prepared_slot	*slot = prepared_find(&p->prepared, st);

	if (!PQenterPipelineMode(p->conn))
		bug("db: db_conn() was left busy");
	if (!slot->ready) {
		slot->ready = PQsendPrepare(p->conn, slot->name, st->sql, 0,
		    NULL);
		if (slot->ready)
			owe(p, OWED_PREPARE, st);
	}
	return slot->ready ? slot->name : NULL;
}

void
pipeline_add(struct pipeline *p, const struct db_stmt *st,
    const struct db_arg *args, size_t nargs, bool shown)
{
	const char	*values[ARGS_MAX], *name;

	if (p->rc != DB_OK)
		return;
	if (nargs > ARGS_MAX ||
	    judge_count(st, "arguments", st->nargs, (int)nargs) != DB_OK) {
		fail(p, DB_FAIL);
		return;
	}
	for (size_t i = 0; i < nargs; i++)
		values[i] = args[i].kind == DB_ARG_SMALL ? args[i].small :
		    args[i].text;
	name = prepare(p, st);
	if (name != NULL && PQsendQueryPrepared(p->conn, name, (int)nargs,
	    values, NULL, NULL, judge_binary(st)))
		owe(p, shown ? OWED_SHOWN : OWED_HIDDEN, st);
	else
		lost(p);
}

void
pipeline_hear(struct pipeline *p, db_hear_fn *hear, void *ctx)
{
	if (p->rc != DB_OK)
		return;
	p->queue[p->tail - 1].hear = hear;
	p->queue[p->tail - 1].ctx = ctx;
}

enum db_rc
pipeline_take(struct pipeline *p, PGresult **res)
{
	PGresult	*r;
	bool		 shown;

	*res = NULL;
	sync_queue(p);
	while (p->rc == DB_OK) {
		if (p->shown == 0)
			bug("db: no statement is waiting for its result");
		shown = p->queue[p->head].kind == OWED_SHOWN;
		r = answer(p);
		if (shown && p->rc == DB_OK) {
			*res = r;
			return DB_OK;
		}
		PQclear(r);
	}
	return p->rc;
}

enum db_rc
pipeline_drain(struct pipeline *p)
{
	sync_queue(p);
	while (p->head < p->tail)
		PQclear(answer(p));
	return p->rc;
}

enum db_rc
pipeline_check(struct pipeline *p, const struct db_stmt *st)
{
	const char	*name;

	if (p->rc != DB_OK)
		return p->rc;
	name = prepare(p, st);
	if (name == NULL || !PQsendDescribePrepared(p->conn, name))
		return lost(p);
	owe(p, OWED_CHECK, st);
	return pipeline_drain(p);
}

enum db_rc
pipeline_rc(const struct pipeline *p)
{
	return p->rc;
}

size_t
pipeline_shown(const struct pipeline *p)
{
	return p->shown;
}

bool
pipeline_in_transaction(const struct pipeline *p)
{
	return p->conn != NULL && PQtransactionStatus(p->conn) != PQTRANS_IDLE;
}

PGconn *
pipeline_conn(struct pipeline *p)
{
	if (pipeline_drain(p) != DB_OK)
		return NULL;
	if (!PQexitPipelineMode(p->conn))
		bug("db: %s", PQerrorMessage(p->conn));
	return p->conn;
}
