#include "outside/ttn_stream.h"
#include "base/json.h"
#include <stdio.h>
#include <string.h>

/* Keys are of capitals: a server that repeats ours is not repeated. */
#define NAME_CHARACTERS	"abcdefghijklmnopqrstuvwxyz0123456789_-/.:"

void
ttn_stream_init(struct ttn_stream *s, ttn_message_fn *fn, void *arg)
{
	*s = (struct ttn_stream){ .fn = fn, .arg = arg,
	    .line = BUF_INIT(TTN_STREAM_LINE_MAX), .rc = TTN_STREAM_WHOLE };
}

void
ttn_stream_release(struct ttn_stream *s)
{
	buf_release(&s->line);
}

static bool
is_name(const char *s, size_t len)
{
	return s != NULL && len > 0 && len < TTN_ERROR_TEXT / 2 &&
	    strspn(s, NAME_CHARACTERS) == len;
}

/* "error:pkg/auth/rights:no_user_rights (no rights for ...)" */
static void
read_text(struct json_object *error, struct ttn_error *out)
{
	const char	*text = json_str(error, "message", NULL);
	size_t		 len;

	if (text == NULL || strncmp(text, "error:", 6) != 0)
		return;
	len = strcspn(text + 6, " ");
	if (len < sizeof(out->name) && strspn(text + 6, NAME_CHARACTERS) >= len)
		snprintf(out->name, sizeof(out->name), "%.*s", (int)len,
		    text + 6);
}

void
ttn_error_read(struct json_object *error, struct ttn_error *out)
{
	struct json_object	*details = json_arr(error, "details"), *first;
	const char		*space, *name, *id;
	size_t			 space_len = 0, name_len = 0, len = 0;

	*out = (struct ttn_error){ .name = "" };
	first = details != NULL ? json_object_array_get_idx(details, 0) : NULL;
	space = json_str(first, "namespace", &space_len);
	name = json_str(first, "name", &name_len);
	id = json_str(first, "correlation_id", &len);
	if (is_name(id, len))
		snprintf(out->correlation, sizeof(out->correlation), "%s", id);
	if (is_name(space, space_len) && is_name(name, name_len))
		snprintf(out->name, sizeof(out->name), "%s:%s", space, name);
	else
		read_text(error, out);
}

static enum ttn_stream_rc
take_object(struct ttn_stream *s, struct json_object *o)
{
	struct json_object	*result = json_obj(o, "result");
	struct json_object	*error = json_obj(o, "error");

	if (error != NULL) {
		ttn_error_read(error, &s->error);
		return TTN_STREAM_CUT;
	}
	if (result == NULL)
		return TTN_STREAM_BAD;
	return s->fn(result, s->arg) ? TTN_STREAM_WHOLE : TTN_STREAM_ENOUGH;
}

/* last: it has no end, so that it may be the beginning of one. */
static void
take_line(struct ttn_stream *s, bool last)
{
	struct json_object	*o;
	const char		*why;

	if (strspn(buf_str(&s->line), " \t\r") == s->line.len)
		return;
	o = json_parse_device(buf_str(&s->line), s->line.len, &why);
	if (o == NULL)
		s->rc = last ? TTN_STREAM_CUT : TTN_STREAM_BAD;
	else
		s->rc = take_object(s, o);
	json_object_put(o);
}

bool
ttn_stream_add(struct ttn_stream *s, const char *p, size_t len)
{
	const char	*end = p + len, *newline;

	while (p < end && s->rc == TTN_STREAM_WHOLE) {
		newline = memchr(p, '\n', (size_t)(end - p));
		buf_add(&s->line, p, (size_t)((newline != NULL ? newline :
		    end) - p));
		if (buf_failed(&s->line)) {
			s->rc = TTN_STREAM_BAD;
			break;
		}
		if (newline == NULL)
			break;
		take_line(s, false);
		buf_clear(&s->line);
		p = newline + 1;
	}
	return s->rc == TTN_STREAM_WHOLE;
}

enum ttn_stream_rc
ttn_stream_end(struct ttn_stream *s)
{
	if (s->rc == TTN_STREAM_WHOLE)
		take_line(s, true);
	buf_clear(&s->line);
	return s->rc;
}
