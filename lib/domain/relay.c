#include "domain/relay.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "domain/exchange.h"
#include <event2/event.h>
#include <stdlib.h>

#define BATCH_MAX	((size_t)EXCHANGE_MESSAGES * (EXCHANGE_TEXT + 1) + 2)

struct relay {
	struct adb	*adb;
	struct exchange	*exchange;
	struct event	*timer;
	const struct relay_ops *ops;
	void		*ctx;
};

static const struct db_stmt listen_stmt = { "relay_listen", 0, -1,
	"LISTEN frostguard_live" };

static const struct db_stmt notify_stmt = { "relay_notify", 1, 1,
	"SELECT count(pg_notify('frostguard_live', m))::int8"
	"  FROM unnest($1::text[]) m" };

static const struct db_stmt *const stmts[] = { &listen_stmt, &notify_stmt };
const struct db_stmt_list relay_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static int64_t
now_ms(void)
{
	return clock_mono_us() / 1000;
}

/* A batch that was lost leaves a gap in the numbers: the others notice. */
static void
on_sent(void *ctx, enum db_rc rc, const PGresult *res)
{
	(void)ctx;
	(void)rc;
	(void)res;
}

/* Sends the batch that is due, or waits until one is. */
static void
carry(struct relay *r)
{
	struct buf	batch = BUF_INIT(BATCH_MAX);
	int64_t		wait_ms;
	struct timeval	tv;

	if (exchange_take(r->exchange, now_ms(), &batch) &&
	    !adb_query(r->adb, &notify_stmt, on_sent, r,
	    db_arg_text(buf_str(&batch))))
		log_warn("relay.not_sent");
	buf_release(&batch);
	wait_ms = exchange_wait_ms(r->exchange, now_ms());
	if (wait_ms < 0) {
		event_del(r->timer);
		return;
	}
	tv = (struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 };
	event_add(r->timer, &tv);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	carry(arg);
}

static void
on_up(void *ctx)
{
	struct relay	*r = ctx;

	log_info("relay.up");
	exchange_up(r->exchange, now_ms());
	carry(r);
	r->ops->up(r->ctx);
}

static void
on_down(void *ctx)
{
	struct relay	*r = ctx;

	exchange_down(r->exchange);
	carry(r);
}

static void
on_notified(void *ctx, const char *payload)
{
	struct relay	*r = ctx;

	if (!exchange_receive(r->exchange, payload, now_ms(), r->ops->hear,
	    r->ctx))
		log_warn("relay.garbled");
	carry(r);
}

struct relay *
relay_new(struct event_base *base, const char *conninfo, const char *role,
    uint64_t origin, const struct relay_ops *ops, void *ctx)
{
	static const struct adb_ops	 adb_ops = { on_up, on_down,
					    on_notified };
	struct relay			*r = mem_alloc(sizeof(*r));

	r->exchange = exchange_new(origin);
	r->timer = evtimer_new(base, on_timer, r);
	r->ops = ops;
	r->ctx = ctx;
	r->adb = adb_new(base, conninfo, role, "stream", &listen_stmt,
	    &adb_ops, r);
	return r;
}

void
relay_free(struct relay *r)
{
	if (r == NULL)
		return;
	adb_free(r->adb);
	event_free(r->timer);
	exchange_free(r->exchange);
	free(r);
}

void
relay_tell(struct relay *r, const struct live_event *ev)
{
	exchange_add(r->exchange, ev);
	carry(r);
}

struct adb *
relay_adb(struct relay *r)
{
	return r->adb;
}
