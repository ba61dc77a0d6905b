#include "domain/senml.h"
#include <math.h>
#include <string.h>

/* Below this, RFC 8428 section 4.5.3, a time is counted from now. */
#define RELATIVE_S	268435456.0
#define TIME_MAX_S	253402300799.0		/* the year 9999 */

#define NAME_FIRST	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
			"0123456789"

enum { BN, BT, BU, BV, BS, BVER, N, U, T, UT, V, VS, VB, VD, S, F__MAX };
#define FIRST_OWN	N	/* before it stand the base fields */

static const struct {
	const char	*name;
	enum { TEXT, NUMBER, TRUTH } kind;
} fields[F__MAX] = {
	[BN] = { "bn", TEXT }, [BT] = { "bt", NUMBER }, [BU] = { "bu", TEXT },
	[BV] = { "bv", NUMBER }, [BS] = { "bs", NUMBER },
	[BVER] = { "bver", NUMBER }, [N] = { "n", TEXT }, [U] = { "u", TEXT },
	[T] = { "t", NUMBER }, [UT] = { "ut", NUMBER }, [V] = { "v", NUMBER },
	[VS] = { "vs", TEXT }, [VB] = { "vb", TRUTH }, [VD] = { "vd", TEXT },
	[S] = { "s", NUMBER },
};

static const char *const kind_phrase[] = {
	[TEXT] = "must be a text",
	[NUMBER] = "must be a number",
	[TRUTH] = "must be true or false",
};

struct given {			/* a record's fields; NULL: not given */
	struct json_object	*v[F__MAX];
	bool			 own;	/* something beside base fields */
	const char		*field, *fault;
	bool			 base;	/* the fault is of a base field */
};

static bool
is_kind(struct json_object *v, int f)
{
	switch (fields[f].kind) {
	case TEXT:
		return json_object_is_type(v, json_type_string);
	case TRUTH:
		return json_object_is_type(v, json_type_boolean);
	default:
		return (json_object_is_type(v, json_type_int) ||
		    json_object_is_type(v, json_type_double)) &&
		    isfinite(json_object_get_double(v));
	}
}

static void
blame(struct given *g, const char *field, const char *fault)
{
	/* One of a base field counts more. */
	if (g->fault != NULL && (g->base || field[0] != 'b'))
		return;
	g->field = field;
	g->fault = fault;
	g->base = field[0] == 'b';
}

/* What nobody knows is passed over, unless it says that it must not be. */
static void
take_unknown(struct given *g, const char *name)
{
	const size_t	len = strlen(name);

	g->own = true;
	if (len > 0 && name[len - 1] == '_')
		blame(g, name, "must be understood, and is not");
}

static void
gather(struct given *g, struct json_object *o)
{
	memset(g, 0, sizeof(*g));
	if (!json_object_is_type(o, json_type_object)) {
		g->own = true;
		blame(g, "", "is no object");
		return;
	}
	json_object_object_foreach(o, name, v) {
		int	f = 0;

		while (f < F__MAX && strcmp(fields[f].name, name) != 0)
			f++;
		if (f == F__MAX) {
			take_unknown(g, name);
			continue;
		}
		g->own = g->own || f >= FIRST_OWN;
		if (is_kind(v, f))
			g->v[f] = v;
		else
			blame(g, fields[f].name, kind_phrase[fields[f].kind]);
	}
}

static const char *
take_version(struct senml *s, struct json_object *v)
{
	const double	d = json_object_get_double(v);

	if (!(d >= 1 && d <= SENML_VERSION) || d != floor(d))
		return "must be a whole number from 1 to 10";
	if (s->version != 0 && s->version != (int)d)
		return "must be the same in all records";
	s->version = (int)d;
	return NULL;
}

static void
apply(struct senml *s, struct given *g)
{
	const char	*why;

	if (g->v[BN] != NULL)
		s->name = json_object_get_string(g->v[BN]);
	if (g->v[BU] != NULL)
		s->unit = json_object_get_string(g->v[BU]);
	if (g->v[BT] != NULL)
		s->time = json_object_get_double(g->v[BT]);
	if (g->v[BV] != NULL) {
		s->value = json_object_get_double(g->v[BV]);
		s->has_value = true;
	}
	if (g->v[BVER] != NULL && (why = take_version(s, g->v[BVER])) != NULL)
		blame(g, "bver", why);
}

static void
resolve_name(const struct senml *s, struct given *g, struct senml_record *out)
{
	struct buf	 whole = BUF_INIT(SENML_NAME - 1);
	const char	*name;

	buf_puts(&whole, s->name != NULL ? s->name : "");
	if (g->v[N] != NULL)
		buf_puts(&whole, json_object_get_string(g->v[N]));
	name = buf_str(&whole);
	if (buf_failed(&whole))
		blame(g, "n", "is too long");
	else if (*name == '\0')
		blame(g, "n", "must be given, or bn");
	else if (strspn(name, NAME_FIRST) == 0 ||
	    name[strspn(name, NAME_FIRST "-:./_")] != '\0')
		blame(g, "n", "must begin with a letter or digit, and be of "
		    "these and - : . / _");
	else
		memcpy(out->name, name, strlen(name) + 1);
	buf_release(&whole);
}

static void
resolve_time(const struct senml *s, struct given *g, struct senml_record *out)
{
	double	at = s->time;

	if (g->v[T] != NULL)
		at += json_object_get_double(g->v[T]);
	if (at < RELATIVE_S)
		at += (double)s->now_ms / 1000;
	if (at >= 0 && at <= TIME_MAX_S)
		out->at_ms = llround(at * 1000);
	else
		blame(g, "t", "is no time");
}

/* Exactly one; a number may be the base value alone. */
static void
resolve_value(const struct senml *s, struct given *g,
    struct senml_record *out)
{
	static const int values[] = { V, VS, VB, VD };
	int		 n = 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		n += g->v[values[i]] != NULL;
	out->kind = SENML_OTHER;
	if (n > 1)
		blame(g, "v", "must be the only one of v, vs, vb and vd");
	else if (g->v[VB] != NULL) {
		out->kind = SENML_BOOL;
		out->truth = json_object_get_boolean(g->v[VB]);
	} else if (g->v[V] != NULL || (n == 0 && s->has_value)) {
		out->kind = SENML_NUMBER;
		out->number = s->value + (g->v[V] == NULL ? 0 :
		    json_object_get_double(g->v[V]));
	} else if (n == 0)
		blame(g, "v", "must be given, or vb");
}

static void
resolve(const struct senml *s, struct given *g, struct senml_record *out)
{
	*out = (struct senml_record){ .index = s->next - 1, .unit =
	    g->v[U] != NULL ? json_object_get_string(g->v[U]) :
	    s->unit != NULL ? s->unit : "" };
	if (g->fault == NULL)
		resolve_name(s, g, out);
	if (g->fault == NULL)
		resolve_time(s, g, out);
	if (g->fault == NULL)
		resolve_value(s, g, out);
	out->field = g->field;
	out->fault = g->fault;
}

bool
senml_next(struct senml *s, struct senml_record *out)
{
	struct given	g;

	while (s->fault == NULL &&
	    s->next < json_object_array_length(s->pack)) {
		gather(&g, json_object_array_get_idx(s->pack, s->next++));
		apply(s, &g);
		if (g.base) {
			s->field = g.field;
			s->fault = g.fault;
		} else if (g.own) {
			resolve(s, &g, out);
			return true;
		}
	}
	return false;
}
