#include "domain/uplink_payload.h"
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX	16
#define LIST_MAX	16	/* of bare numbers that are looked at */
#define NOW_MS		60000	/* a sample this fresh is the message's own */
/* Members explain each other in objects of this size, by texts of that. */
#define SIBLINGS_MAX	64
#define LABEL_MAX	64

/* Words that hold for everything inside whatever they name. */
#define CARRIED		(W_PLACES | W_LIMIT | W_ALARM | W_PAST | W_MEAN)
/* Words that say nothing of their own: "value" in "humidity" is humidity. */
#define INHERITS	(W_VALUE | W_CURRENT | W_PLACES | W_UNITS | W_MEAN | \
			 W_LIMIT | W_ALARM | W_PAST)

/* What holds for the members of an object or a list. */
struct place {
	struct draft_path	 path;
	unsigned		 depth;
	unsigned		 obs;
	uint64_t		 bits;		/* of the names around */
	uint64_t		 label;		/* of a sibling's text */
	int			 channel;
	enum value_unit		 unit;		/* a sibling's text */
};

struct walk {
	struct draft		*draft;
	struct json_object	*root;
	bool			 normalized;
	enum { ASK, YES, NO }	 numbers_as_text;
};

static void	walk_tree(struct walk *w, const struct place *p,
		    struct json_object *o);

/* Whether text with decimals is anywhere: then "100" is a number too. */
static bool
has_number_text(struct json_object *o, unsigned depth)
{
	struct value	v;

	if (depth > DEPTH_MAX)
		return false;
	if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, member) {
			(void)key;
			if (has_number_text(member, depth + 1))
				return true;
		}
		return false;
	}
	if (json_object_is_type(o, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(o); i++)
			if (has_number_text(json_object_array_get_idx(o, i),
			    depth + 1))
				return true;
		return false;
	}
	value_read(o, &v);
	return v.kind == VALUE_NUMBER_TEXT && v.fraction;
}

static bool
writes_numbers_as_text(struct walk *w)
{
	if (w->numbers_as_text == ASK)
		w->numbers_as_text = has_number_text(w->root, 0) ? YES : NO;
	return w->numbers_as_text == YES;
}

/* The quantities around that a quantity of the same family goes with: the
 * "voltage" in "battery", the "open" in "door". */
static uint64_t
same_family(uint64_t own, uint64_t around)
{
	static const uint64_t families[] = { W_POWER, W_DOORS };
	uint64_t	joined = 0;

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if ((own & families[i]) != 0)
			joined |= around & families[i];
	return joined;
}

/* All that is known of what a member of p with such a name holds. */
static uint64_t
meaning(const struct place *p, uint64_t own)
{
	uint64_t	around = p->bits | p->label;

	if ((own & W_QUANTITIES) != 0)
		return own | same_family(own, around) | (p->bits & CARRIED) |
		    (p->label & W_PLACES);
	if (own == 0 || ((own & INHERITS) != 0 &&
	    (own & ~(INHERITS | W_NEUTRAL)) == 0))
		return own | around;
	if ((own & ~(W_STATE | W_NEUTRAL)) == 0 && (around & W_DOORS) != 0)
		return own | around;
	return own | (p->bits & CARRIED);
}

static bool
is_label(struct json_object *o)
{
	return json_object_is_type(o, json_type_string) &&
	    json_object_get_string_len(o) <= LABEL_MAX;
}

/* "state": "Open" is about a door where a sibling's text says so. */
static bool
speaks_of_door(struct json_object *o)
{
	json_object_object_foreach(o, key, member) {
		struct uplink_words	words;

		(void)key;
		if (!is_label(member))
			continue;
		uplink_words_read(json_object_get_string(member),
		    (size_t)json_object_get_string_len(member), &words);
		if ((words.bits & (W_DOOR | W_CONTACT)) != 0 &&
		    (words.bits & (W_FOREIGN | W_LIMIT)) == 0)
			return true;
	}
	return false;
}

static bool
has_humidity(struct json_object *o)
{
	json_object_object_foreach(o, key, member) {
		struct uplink_words	words;

		(void)member;
		uplink_words_read(key, strlen(key), &words);
		if ((words.bits & W_HUM) != 0)
			return true;
	}
	return false;
}

/* "ch1_value": 4.1, "ch1_unit": "C", "ch2_value": ... */
static enum value_unit
channel_unit(struct json_object *o, int channel, enum value_unit otherwise)
{
	json_object_object_foreach(o, key, member) {
		struct uplink_words	words;

		if (!is_label(member))
			continue;
		uplink_words_read(key, strlen(key), &words);
		if ((words.bits & W_UNIT) != 0 && words.channel == channel)
			return value_unit(json_object_get_string(member),
			    (size_t)json_object_get_string_len(member));
	}
	return otherwise;
}

static void
walk_leaf(struct walk *w, const struct place *p, struct json_object *parent,
    const struct uplink_words *own, struct json_object *o)
{
	struct field_name	name;
	struct value		v;
	struct field		f;

	value_read(o, &v);
	if (parent != NULL && json_object_object_length(parent) > SIBLINGS_MAX)
		parent = NULL;
	name.bits = meaning(p, own->bits);
	name.channel = own->channel;
	if (name.channel == UPLINK_NO_CHANNEL)
		name.channel = p->channel;
	name.unit = p->unit;
	name.bound = (own->bits & W_VALUE) != 0;
	if (name.bound && own->channel != UPLINK_NO_CHANNEL && parent != NULL)
		name.unit = channel_unit(parent, own->channel, p->unit);
	if (own->bits == W_STATE && value_door(&v) != DOOR_UNKNOWN &&
	    parent != NULL && speaks_of_door(parent))
		name.bits |= W_CONTACT;
	/* So is the "T" of "T": 4.1, "RH": 62 a temperature. */
	if (own->bits == W_T && parent != NULL && has_humidity(parent))
		name.bits |= W_AIR;
	field_judge(&name, &v, &f);
	if (field_is_doubtful(&name, &v) && f.kind > FIELD_REJECTED &&
	    f.kind != FIELD_DOOR && !writes_numbers_as_text(w)) {
		f.kind = FIELD_REJECTED;
		f.what = "text, and nothing shows that it is a number";
	}
	draft_add(w->draft, p->obs, &p->path, &name, &f);
}

/* Reads the members that speak of their siblings. */
static void
read_siblings(struct place *p, struct json_object *o)
{
	json_object_object_foreach(o, key, member) {
		struct uplink_words	own, text;
		const char		*s;
		size_t			 len;

		if (!is_label(member))
			continue;
		uplink_words_read(key, strlen(key), &own);
		s = json_object_get_string(member);
		len = (size_t)json_object_get_string_len(member);
		if ((own.bits & W_UNIT) != 0) {
			if (own.channel == UPLINK_NO_CHANNEL)
				p->unit = value_unit(s, len);
		} else if ((own.bits & W_LABEL) != 0 &&
		    (own.bits & ~(W_LABEL | W_FOREIGN | W_NEUTRAL)) == 0) {
			uplink_words_read(s, len, &text);
			p->label |= text.bits;
			if (text.channel != UPLINK_NO_CHANNEL)
				p->channel = text.channel;
		}
	}
}

static struct place
inner(const struct place *p)
{
	struct place	in = *p;

	in.path = (struct draft_path){ &p->path, NULL, 0 };
	in.depth++;
	in.label = 0;
	return in;
}

static void
walk_object(struct walk *w, const struct place *outer, struct json_object *o)
{
	struct place	p = *outer;

	p.unit = VALUE_NO_UNIT;
	read_siblings(&p, o);
	json_object_object_foreach(o, key, member) {
		struct uplink_words	own;
		struct place		in = inner(&p);

		uplink_words_read(key, strlen(key), &own);
		if ((own.bits & W_PIN) != 0)
			w->draft->pins = true;
		in.path.key = key;
		if (json_object_is_type(member, json_type_object) ||
		    json_object_is_type(member, json_type_array)) {
			in.bits = meaning(&p, own.bits);
			if (own.channel != UPLINK_NO_CHANNEL)
				in.channel = own.channel;
			walk_tree(w, &in, member);
		} else {
			in.bits = p.bits;
			in.label = p.label;
			walk_leaf(w, &in, o, &own, member);
		}
	}
}

/* When an element of a list was measured. Known: it has such a member. */
static bool
time_of(struct json_object *o, bool *known, int64_t *at_ms)
{
	*known = false;
	if (!json_object_is_type(o, json_type_object))
		return false;
	json_object_object_foreach(o, key, member) {
		struct uplink_words	own;

		uplink_words_read(key, strlen(key), &own);
		if ((own.bits & W_TIME) == 0 || (own.bits & W_QUANTITIES) != 0)
			continue;
		*known = true;
		if (value_time(member, at_ms))
			return true;
	}
	return false;
}

struct times {
	size_t	told;		/* elements that have a time */
	size_t	read;		/* whose time could be read */
	int64_t	newest;
};

static void
read_times(struct json_object *list, struct times *t)
{
	*t = (struct times){ 0, 0, 0 };
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		int64_t	at_ms;
		bool	known;

		if (time_of(json_object_array_get_idx(list, i), &known,
		    &at_ms)) {
			t->read++;
			if (at_ms > t->newest)
				t->newest = at_ms;
		}
		t->told += known ? 1 : 0;
	}
}

/* Whether two elements are of different things: other members, or another
 * label, channel or address. Instants of one thing differ in values alone. */
static bool
are_different(struct json_object *a, struct json_object *b)
{
	if (!json_object_is_type(a, json_type_object) ||
	    !json_object_is_type(b, json_type_object))
		return true;
	json_object_object_foreach(a, key, member) {
		struct uplink_words	 own;
		struct json_object	*other;

		if (!json_object_object_get_ex(b, key, &other))
			return true;
		uplink_words_read(key, strlen(key), &own);
		if ((own.bits & W_QUANTITIES) == 0 &&
		    (own.bits & (W_LABEL | W_FOREIGN | W_NEUTRAL)) != 0 &&
		    !json_object_equal(member, other))
			return true;
	}
	return false;
}

static void
walk_instants(struct walk *w, const struct place *p, struct json_object *list,
    const struct times *t)
{
	int64_t	now = w->draft->u->recorded_at_ms;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object	*o = json_object_array_get_idx(list, i);
		struct place		 in = inner(p);
		int64_t			 at_ms;
		bool			 known, past;

		if (!time_of(o, &known, &at_ms))
			continue;
		past = (p->bits & W_PAST) != 0 ||
		    at_ms <= t->newest - DRAFT_SAME_INSTANT_MS;
		in.path.index = i;
		in.bits &= ~W_PAST;
		if (past || llabs(at_ms - now) > NOW_MS)
			in.obs = draft_instant(w->draft, at_ms, past);
		else
			w->draft->u->obs[0].at_ms = at_ms;
		if (in.obs < UPLINK_OBS_MAX)
			walk_tree(w, &in, o);
	}
}

static void
walk_channels(struct walk *w, const struct place *p, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct place	in = inner(p);

		in.path.index = i;
		in.bits &= ~W_MANY;
		if (in.channel == UPLINK_NO_CHANNEL)
			in.channel = (int)(i < 100 ? i : 99);
		walk_tree(w, &in, json_object_array_get_idx(list, i));
	}
}

/* Bare numbers: probes if the name is in the plural, else the newest and what
 * came before it. */
static void
walk_numbers(struct walk *w, const struct place *p, struct json_object *list)
{
	size_t	n = json_object_array_length(list);

	if ((p->bits & W_MANY) == 0)
		n = 1;
	for (size_t i = 0; i < n && i < LIST_MAX; i++) {
		struct uplink_words	own = { W_VALUE, p->channel };
		struct place		in = inner(p);

		in.path.index = i;
		in.unit = p->unit;
		if (own.channel == UPLINK_NO_CHANNEL)
			own.channel = (int)i;
		walk_leaf(w, &in, NULL, &own,
		    json_object_array_get_idx(list, i));
	}
}

static void
walk_list(struct walk *w, const struct place *p, struct json_object *list)
{
	size_t			 n = json_object_array_length(list);
	struct json_object	*first = json_object_array_get_idx(list, 0);
	struct times		 t;

	if (n == 0)
		return;
	if (json_object_is_type(first, json_type_array)) {
		walk_channels(w, p, list);
		return;
	}
	if (!json_object_is_type(first, json_type_object)) {
		walk_numbers(w, p, list);
		return;
	}
	read_times(list, &t);
	if (t.read == n)
		walk_instants(w, p, list, &t);
	else if (n == 1 || w->normalized || (p->bits & W_MANY) != 0 ||
	    (t.told == 0 &&
	    are_different(first, json_object_array_get_idx(list, 1))))
		walk_channels(w, p, list);
	else
		draft_note(w->draft, &p->path, false,
		    "a series whose times are not told");
}

static void
walk_tree(struct walk *w, const struct place *p, struct json_object *o)
{
	if (p->depth > DEPTH_MAX)
		return;
	if (json_object_is_type(o, json_type_object))
		walk_object(w, p, o);
	else if (json_object_is_type(o, json_type_array))
		walk_list(w, p, o);
}

static void
walk_root(struct draft *d, struct json_object *root, const char *key,
    bool normalized)
{
	struct walk	w = { d, root, normalized, ASK };
	struct place	p = { { NULL, key, 0 }, 0, 0, 0, 0, UPLINK_NO_CHANNEL,
	    VALUE_NO_UNIT };

	walk_tree(&w, &p, root);
}

void
payload_walk(struct draft *d, struct json_object *decoded)
{
	walk_root(d, decoded, "", false);
}

void
payload_walk_normalized(struct draft *d, struct json_object *m)
{
	walk_root(d, m, "normalized_payload", true);
}
