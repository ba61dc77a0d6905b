#include "db/rows.h"

#include <string.h>

#include "base/log.h"

#define ARGS_MAX	4	/* before the rows */

/*
 * Text within a row within an array is quoted twice: the row's quotes and
 * backslashes each get a backslash from the array.
 */
static void
put_text(struct buf *b, const char *s)
{
	size_t	plain;

	buf_puts(b, "\\\"");
	for (;; s += plain + 1) {
		plain = strcspn(s, "\"\\");
		buf_add(b, s, plain);
		if (s[plain] == '\0')
			break;
		buf_puts(b, s[plain] == '"' ? "\\\\\\\"" : "\\\\\\\\");
	}
	buf_puts(b, "\\\"");
}

/* Of SQL's null nothing is written. */
static void
put(struct buf *b, const struct db_arg *v)
{
	if (v->kind == DB_ARG_SMALL)
		buf_puts(b, v->small);
	else if (v->kind == DB_ARG_TEXT)
		put_text(b, v->text);
}

void
db_rows_add_n(struct db_rows *r, const struct db_arg *value, size_t n)
{
	r->text.max = DB_ROWS_MAX;
	buf_puts(&r->text, r->n++ == 0 ? "{\"(" : ",\"(");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&r->text, ',');
		put(&r->text, &value[i]);
	}
	buf_puts(&r->text, ")\"");
}

void
db_rows_clear(struct db_rows *r)
{
	buf_clear(&r->text);
	r->n = 0;
}

void
db_rows_release(struct db_rows *r)
{
	buf_release(&r->text);
	r->n = 0;
}

void
db_rows_send_n(struct db_rows *r, struct db *db, const struct db_stmt *st,
    const struct db_arg *args, size_t nargs, db_hear_fn *hear, void *ctx)
{
	struct db_arg	all[ARGS_MAX + 1];

	if (r->n == 0)
		return;
	if (nargs > ARGS_MAX)
		bug("rows: %zu arguments", nargs);
	buf_putc(&r->text, '}');
	if (buf_failed(&r->text))
		bug("rows: %s: too long", st->name);
	memcpy(all, args, nargs * sizeof(*args));
	all[nargs] = db_arg_text(buf_str(&r->text));
	db_send_heard_n(db, st, all, nargs + 1, hear, ctx);
	db_rows_clear(r);
}
