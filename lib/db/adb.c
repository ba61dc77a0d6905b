#include "db/adb.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/connect.h"
#include "db/judge.h"
#include "db/prepared.h"

#define OWED_MAX	10000	/* statements without an answer */
#define ARGS_MAX	8
#define CONNECT_MS	5000
#define FIRST_PAUSE_MS	250
#define LAST_PAUSE_MS	10000
#define SLACK_MS	2000	/* beyond a statement's own time limit */

struct call {
	STAILQ_ENTRY(call)	 next;
	const struct db_stmt	*stmt;
	bool			 prepares;	/* that answer comes first */
	enum db_rc		 rc;
	PGresult		*res;		/* kept until the sync */
	adb_done		*done;
	void			*ctx;
	int64_t			 sent_us;
};

struct adb {
	enum { AWAY, CONNECTING, GREETING, UP } state;
	struct event_base	*base;
	struct connect		 how;
	char			*password;
	const struct db_stmt	*listen;
	const struct adb_ops	*ops;
	void			*ctx;
	PGconn			*conn;		/* NULL: AWAY */
	struct prepared		 prepared;
	STAILQ_HEAD(, call)	 owed;
	size_t			 nowed;
	bool			 broken;	/* lost, but not yet let go */
	int64_t			 pause_ms;
	/* AWAY: until the next attempt. CONNECTING: its end. Else: when the
	 * oldest answer would be overdue. */
	struct event		 timer;
	struct event		 readable, writable;
};

static void	on_socket(evutil_socket_t fd, short what, void *arg);
static void	on_connecting(evutil_socket_t fd, short what, void *arg);
static void	on_timer(evutil_socket_t fd, short what, void *arg);

static void
arm(struct adb *a, int64_t ms)
{
	struct timeval	tv = { ms / 1000, ms % 1000 * 1000 };

	event_add(&a->timer, &tv);
}

/* Overdue is what the server should long have cancelled by itself. */
static void
watch_oldest(struct adb *a)
{
	struct call	*c = STAILQ_FIRST(&a->owed);
	int64_t		 limit = a->how.timeout_ms + SLACK_MS;
	int64_t		 left;

	if (a->broken)
		return;
	if (c == NULL) {
		event_del(&a->timer);
		return;
	}
	left = limit - (clock_mono_us() - c->sent_us) / 1000;
	arm(a, left > 0 ? left : 0);
}

static void
answer(struct adb *a)
{
	struct call	*c = STAILQ_FIRST(&a->owed);

	STAILQ_REMOVE_HEAD(&a->owed, next);
	a->nowed--;
	if (c->rc != DB_OK) {
		PQclear(c->res);
		c->res = NULL;
	}
	c->done(c->ctx, c->rc, c->res);
	PQclear(c->res);
	free(c);
}

static void
disconnect(struct adb *a)
{
	event_del(&a->readable);
	event_del(&a->writable);
	event_del(&a->timer);
	PQfinish(a->conn);
	a->conn = NULL;
	prepared_forget(&a->prepared);
}

/* Nobody will answer what is owed. */
static void
disappoint(struct adb *a)
{
	while (!STAILQ_EMPTY(&a->owed)) {
		STAILQ_FIRST(&a->owed)->rc = DB_DOWN;
		answer(a);
	}
}

/* The pause varies, so that many do not come back at the same moment. */
static void
lose(struct adb *a)
{
	bool	was_up = a->state == UP;

	disconnect(a);
	a->state = AWAY;
	arm(a, a->pause_ms + randombytes_uniform((uint32_t)a->pause_ms / 2));
	a->pause_ms = a->pause_ms * 2 < LAST_PAUSE_MS ? a->pause_ms * 2 :
	    LAST_PAUSE_MS;
	if (was_up)
		log_warn("db.lost", LOG_INT("owed", (int64_t)a->nowed));
	disappoint(a);
	if (was_up)
		a->ops->down(a->ctx);
}

/* From the loop, so that no caller finds its statement already answered. */
static void
lose_soon(struct adb *a)
{
	if (a->conn == NULL)
		return;
	a->broken = true;
	arm(a, 0);
}

/* Hands libpq's buffer to the kernel; the rest when it has room again. */
static void
flush(struct adb *a)
{
	int	left = PQflush(a->conn);

	if (left > 0)
		event_add(&a->writable, NULL);
	else if (left < 0)
		lose_soon(a);
}

/* Whether the server has or is sent a prepared statement of this name. */
static bool
prepare(struct adb *a, struct prepared_slot *slot, struct call *c)
{
	if (slot->ready)
		return true;
	slot->ready = PQsendPrepare(a->conn, slot->name, c->stmt->sql, 0,
	    NULL);
	c->prepares = slot->ready;
	return slot->ready;
}

static bool
submit(struct adb *a, const struct db_stmt *st, const struct db_arg *args,
    size_t nargs, adb_done *done, void *ctx)
{
	struct prepared_slot	*slot = prepared_find(&a->prepared, st);
	struct call		*c = mem_alloc(sizeof(*c));
	const char		*values[ARGS_MAX];

	if (nargs > ARGS_MAX || (int)nargs != st->nargs)
		bug("adb: %s: %zu arguments", st->name, nargs);
	for (size_t i = 0; i < nargs; i++)
		values[i] = args[i].kind == DB_ARG_SMALL ? args[i].small :
		    args[i].text;
	c->stmt = st;
	c->done = done;
	c->ctx = ctx;
	c->sent_us = clock_mono_us();
	if (!prepare(a, slot, c) ||
	    !PQsendQueryPrepared(a->conn, slot->name, (int)nargs, values,
	    NULL, NULL, judge_binary(st)) || !PQpipelineSync(a->conn)) {
		free(c);
		lose_soon(a);
		return false;
	}
	STAILQ_INSERT_TAIL(&a->owed, c, next);
	if (a->nowed++ == 0)
		watch_oldest(a);
	flush(a);
	return true;
}

bool
adb_query_n(struct adb *a, const struct db_stmt *st, const struct db_arg *args,
    size_t nargs, adb_done *done, void *ctx)
{
	return a->state == UP && a->nowed < OWED_MAX &&
	    submit(a, st, args, nargs, done, ctx);
}

/* One result of the oldest call. */
static void
take(struct adb *a, PGresult *res)
{
	struct call	*c = STAILQ_FIRST(&a->owed);
	ExecStatusType	 status = PQresultStatus(res);

	if (status == PGRES_PIPELINE_SYNC) {
		PQclear(res);
		answer(a);
		watch_oldest(a);
		return;
	}
	if (status == PGRES_PIPELINE_ABORTED ||
	    (c->prepares && status == PGRES_COMMAND_OK)) {
		PQclear(res);
	} else {
		c->rc = judge_result(c->stmt, res);
		c->res = res;
		if (c->prepares)
			prepared_find(&a->prepared, c->stmt)->ready = false;
	}
	c->prepares = false;
}

/* False when the connection is of no use any more. */
static bool
consume(struct adb *a)
{
	PGnotify	*n;
	PGresult	*res;
	int		 nulls = 0;	/* one ends a statement's results */

	if (!PQconsumeInput(a->conn))
		return false;
	while (nulls < 2 && !STAILQ_EMPTY(&a->owed) && !PQisBusy(a->conn)) {
		res = PQgetResult(a->conn);
		nulls = res == NULL ? nulls + 1 : 0;
		if (res != NULL)
			take(a, res);
	}
	while ((n = PQnotifies(a->conn)) != NULL) {
		a->ops->notified(a->ctx, n->extra);
		PQfreemem(n);
	}
	return nulls < 2 && !a->broken && PQstatus(a->conn) == CONNECTION_OK;
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct adb	*a = arg;

	(void)fd;
	(void)what;
	if (!consume(a))
		lose(a);
	else
		flush(a);
}

static void
on_listening(void *arg, enum db_rc rc, const PGresult *res)
{
	struct adb	*a = arg;

	(void)res;
	if (rc != DB_OK) {
		lose_soon(a);
		return;
	}
	a->state = UP;
	a->pause_ms = FIRST_PAUSE_MS;
	a->ops->up(a->ctx);
}

/* As every program: one does not work on a schema it does not know. */
static void
on_version(void *arg, enum db_rc rc, const PGresult *res)
{
	int64_t	version;

	(void)arg;
	if (rc == DB_OK && PQntuples(res) == 1 && db_i64(res, 0, 0, &version))
		db_schema_insist(version);
}

static void
greet(struct adb *a)
{
	int	fd = PQsocket(a->conn);

	a->state = GREETING;
	PQsetnonblocking(a->conn, 1);
	event_assign(&a->readable, a->base, fd, EV_READ | EV_PERSIST,
	    on_socket, a);
	event_assign(&a->writable, a->base, fd, EV_WRITE, on_socket, a);
	event_add(&a->readable, NULL);
	submit(a, &db_version_stmt, NULL, 0, on_version, a);
	submit(a, a->listen, NULL, 0, on_listening, a);
}

/* Libpq may open another socket from one poll to the next. */
static void
wait_for(struct adb *a, short what)
{
	event_assign(&a->readable, a->base, PQsocket(a->conn), what,
	    on_connecting, a);
	event_add(&a->readable, NULL);
}

static void
on_connecting(evutil_socket_t fd, short what, void *arg)
{
	struct adb	*a = arg;

	(void)fd;
	(void)what;
	switch (PQconnectPoll(a->conn)) {
	case PGRES_POLLING_READING:
		wait_for(a, EV_READ);
		return;
	case PGRES_POLLING_WRITING:
		wait_for(a, EV_WRITE);
		return;
	default:
		event_del(&a->timer);
		a->conn = connect_end(a->conn);
	}
	if (a->conn == NULL)
		lose(a);
	else
		greet(a);
}

static void
connect_now(struct adb *a)
{
	a->broken = false;
	a->conn = connect_begin(&a->how);
	if (a->conn == NULL) {
		lose(a);
		return;
	}
	a->state = CONNECTING;
	arm(a, CONNECT_MS);
	wait_for(a, EV_WRITE);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct adb	*a = arg;

	(void)fd;
	(void)what;
	if (a->state == AWAY) {
		connect_now(a);
		return;
	}
	if (!a->broken)
		log_warn("db.overdue");
	lose(a);
}

struct adb *
adb_new(struct event_base *base, const char *conninfo, const char *role,
    const char *program, const struct db_stmt *listen,
    const struct adb_ops *ops, void *ctx)
{
	const char	*passwords = conf_text("database_password_file");
	struct adb	*a = mem_alloc(sizeof(*a));

	if (passwords[0] != '\0')
		a->password = connect_password(passwords, role);
	a->how = (struct connect){
	    conninfo[0] != '\0' ? conninfo : conf_text("database"), role,
	    a->password, program, conf_ms("statement_timeout") };
	a->base = base;
	a->listen = listen;
	a->ops = ops;
	a->ctx = ctx;
	a->pause_ms = FIRST_PAUSE_MS;
	STAILQ_INIT(&a->owed);
	evtimer_assign(&a->timer, base, on_timer, a);
	event_assign(&a->readable, base, -1, 0, on_socket, a);
	event_assign(&a->writable, base, -1, 0, on_socket, a);
	arm(a, 0);
	return a;
}

void
adb_free(struct adb *a)
{
	if (a == NULL)
		return;
	disconnect(a);
	a->state = AWAY;
	disappoint(a);
	if (a->password != NULL)
		sodium_memzero(a->password, strlen(a->password));
	free(a->password);
	free(a);
}

bool
adb_is_up(const struct adb *a)
{
	return a->state == UP;
}
