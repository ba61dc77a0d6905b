#include "base/buf.h"
#include "domain/replay.h"
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#define VERSION		1
#define TEXT_MAX	8192

/* What is written of it, in this order; its lists follow. */
#define WIDE(member)	{ offsetof(struct replay, member), FIELD_WIDE, \
			INT64_MIN, INT64_MAX }
#define INT(member, min, max) { offsetof(struct replay, member), FIELD_INT, \
			min, max }
#define BOOL(member)	{ offsetof(struct replay, member), FIELD_BOOL, 0, 1 }
static const struct field {
	size_t	at;
	enum { FIELD_WIDE, FIELD_INT, FIELD_BOOL } kind;
	int64_t	min, max;
} fields[] = {
	WIDE(at_ms),
	INT(state.status, 0, UNIT_STATUS__MAX - 1),
	WIDE(state.since_at_ms),
	WIDE(state.decided_at_ms),
	WIDE(state.checkin_at_ms),
	WIDE(state.reading_at_ms),
	WIDE(state.manual_at_ms),
	WIDE(state.temp_at_ms),
	INT(state.temp, INT_MIN, INT_MAX),
	INT(state.door, 0, DOOR_STATE__MAX - 1),
	WIDE(state.door_seen_at_ms),
	WIDE(state.door_changed_at_ms),
	WIDE(state.left_range_at_ms),
	WIDE(state.excursion_at_ms),
	BOOL(state.confirmed),
	INT(state.good_readings, 0, ENGINE_GOOD_READINGS),
	WIDE(state.in_range_at_ms),
	WIDE(state.mask_day_at_ms),
	INT(state.mask_used_ms, 0, INT_MAX),
	INT(state.withheld, 0, INT_MAX),
	WIDE(state.due_at_ms),
	WIDE(open.from_ms),
	WIDE(open.last_ms),
	WIDE(open.to_ms),
	WIDE(open.sum),
	WIDE(open.n),
	INT(open.worst, INT_MIN, INT_MAX),
	INT(open.limit, INT_MIN, INT_MAX),
	BOOL(open.high),
	BOOL(open.confirmed),
	BOOL(excused),
	INT(state.window_n, 0, ENGINE_WINDOW_MAX),
	INT(state.alerts_n, 0, ENGINE_ALERTS_MAX),
};
#define FIELDS_N	(sizeof(fields) / sizeof(fields[0]))

static int64_t
get(const struct replay *r, const struct field *f)
{
	const char	*p = (const char *)r + f->at;

	switch (f->kind) {
	case FIELD_WIDE:
		return *(const int64_t *)p;
	case FIELD_INT:
		return *(const int *)p;
	default:
		return *(const bool *)p;
	}
}

static void
put(struct replay *r, const struct field *f, int64_t v)
{
	char	*p = (char *)r + f->at;

	switch (f->kind) {
	case FIELD_WIDE:
		*(int64_t *)p = v;
		break;
	case FIELD_INT:
		*(int *)p = (int)v;
		break;
	default:
		*(bool *)p = v != 0;
	}
}

const char *
replay_format(const struct replay *r, struct arena *arena)
{
	const struct engine_state *s = &r->state;
	struct buf		   b = BUF_INIT(TEXT_MAX);
	const char		  *text;

	buf_printf(&b, "%d", VERSION);
	for (size_t i = 0; i < FIELDS_N; i++)
		buf_printf(&b, " %" PRId64, get(r, &fields[i]));
	for (int i = 0; i < s->window_n; i++)
		buf_printf(&b, " %" PRId64 " %d", s->window_at_ms[i],
		    (int)s->window_temp[i]);
	for (int i = 0; i < s->alerts_n; i++)
		buf_printf(&b, " %d %d %" PRId64, (int)s->alerts[i].type,
		    (int)s->alerts[i].severity, s->alerts[i].opened_at_ms);
	text = arena_strdup(arena, buf_str(&b));
	buf_release(&b);
	return text;
}

/* The next number, between min and max. */
static bool
scan(const char **s, int64_t min, int64_t max, int64_t *out)
{
	const char	*digits = **s == ' ' ? *s + 1 : *s;
	char		*end;

	if (*digits != '-' && (*digits < '0' || *digits > '9'))
		return false;
	errno = 0;
	*out = strtoll(digits, &end, 10);
	*s = end;
	return errno == 0 && end != digits && *out >= min && *out <= max &&
	    (*end == ' ' || *end == '\0');
}

static bool
scan_window(const char **s, struct engine_state *st)
{
	int64_t	t;

	for (int i = 0; i < st->window_n; i++) {
		if (!scan(s, INT64_MIN, INT64_MAX, &st->window_at_ms[i]) ||
		    !scan(s, INT_MIN, INT_MAX, &t))
			return false;
		st->window_temp[i] = (centi_t)t;
	}
	return true;
}

static bool
scan_alerts(const char **s, struct engine_state *st)
{
	int64_t	type, severity;

	for (int i = 0; i < st->alerts_n; i++) {
		if (!scan(s, 0, ALERT_TYPE__MAX - 1, &type) ||
		    !scan(s, 0, SEVERITY__MAX - 1, &severity) ||
		    !scan(s, INT64_MIN, INT64_MAX, &st->alerts[i].opened_at_ms))
			return false;
		st->alerts[i].type = (enum alert_type)type;
		st->alerts[i].severity = (enum alert_severity)severity;
	}
	return true;
}

bool
replay_parse(const char *text, struct replay *out)
{
	const char	*s = text;
	int64_t		 v;

	*out = (struct replay){ .at_ms = 0 };
	if (!scan(&s, VERSION, VERSION, &v))
		return false;
	for (size_t i = 0; i < FIELDS_N; i++) {
		if (!scan(&s, fields[i].min, fields[i].max, &v))
			return false;
		put(out, &fields[i], v);
	}
	return scan_window(&s, &out->state) && scan_alerts(&s, &out->state) &&
	    *s == '\0';
}
