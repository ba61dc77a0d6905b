#include "domain/live.h"
#include <stdint.h>
#include <string.h>

/*
 * A datagram is the version, then events: kind, mask of the addresses that
 * follow, length of data (two bytes, high first), organization, addresses in
 * the order of the mask's bits, data.
 */
#define VERSION		1
#define EVENT_HEADER	4
#define ID		sizeof(struct uuid)
#define ADDRESSES	3

static const char *const names[LIVE_KIND__MAX] = {
	[LIVE_SENSOR_READING] =	 "sensor:reading",
	[LIVE_UNIT_STATE] =	 "unit:state",
	[LIVE_ALERT_TRIGGERED] = "alert:triggered",
	[LIVE_ALERT_UPDATED] =	 "alert:updated",
	[LIVE_NOTIFICATION] =	 "notification",
	[LIVE_UNIT_HISTORY] =	 "unit:history",
	[LIVE_RESET] =		 "reset",
};

const char *
live_kind_name(enum live_kind k)
{
	return names[k];
}

void
live_put(struct buf *out, const struct live_event *ev)
{
	const struct uuid *to[ADDRESSES] = { &ev->site, &ev->unit, &ev->user };
	uint8_t		   e[1 + EVENT_HEADER + (1 + ADDRESSES) * ID];
	size_t		   n = 0, mask;

	if (out->len == 0)
		e[n++] = VERSION;
	e[n++] = (uint8_t)ev->kind;
	mask = n;
	e[n++] = 0;
	e[n++] = (uint8_t)(ev->len >> 8);
	e[n++] = (uint8_t)ev->len;
	memcpy(e + n, &ev->org, ID);
	n += ID;
	for (size_t i = 0; i < ADDRESSES; i++) {
		if (uuid_is_nil(to[i]))
			continue;
		e[mask] = (uint8_t)(e[mask] | 1u << i);
		memcpy(e + n, to[i], ID);
		n += ID;
	}
	/* Whole or not at all. */
	if (ev->len > LIVE_DATA || n + ev->len > out->max - out->len)
		out->failed = true;
	buf_add(out, e, n);
	buf_add(out, ev->data, ev->len);
}

static bool
one_line(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)p[i] < ' ')
			return false;
	return true;
}

/* The event at p: its size, or 0 if no event begins there. */
static size_t
get_event(const uint8_t *p, size_t len, struct live_event *out)
{
	struct uuid	*to[ADDRESSES] = { &out->site, &out->unit, &out->user };
	size_t		 n = EVENT_HEADER + ID;

	*out = (struct live_event){ 0 };
	if (len < n || p[0] >= LIVE_KIND__MAX || p[1] >> ADDRESSES != 0)
		return 0;
	out->kind = (enum live_kind)p[0];
	out->len = (size_t)p[2] << 8 | p[3];
	memcpy(&out->org, p + EVENT_HEADER, ID);
	for (size_t i = 0; i < ADDRESSES; i++) {
		if ((p[1] & 1u << i) == 0)
			continue;
		if (len - n < ID)
			return 0;
		memcpy(to[i], p + n, ID);
		n += ID;
	}
	out->data = (const char *)p + n;
	if (out->len > LIVE_DATA || out->len > len - n ||
	    !one_line(out->data, out->len) ||
	    (uuid_is_nil(&out->org) && out->kind != LIVE_RESET))
		return 0;
	return n + out->len;
}

enum live_got
live_next(const void *p, size_t len, size_t *off, struct live_event *out)
{
	const uint8_t	*in = p;
	size_t		 n;

	if (*off == 0) {
		if (len == 0 || in[0] != VERSION)
			return LIVE_GARBLED;
		*off = 1;
	}
	if (*off == len)
		return LIVE_END;
	if ((n = get_event(in + *off, len - *off, out)) == 0)
		return LIVE_GARBLED;
	*off += n;
	return LIVE_EVENT;
}

/* Takes a leading word and the uuid after it off *s. */
static bool
take(const char **s, size_t *len, const char *word, struct uuid *out)
{
	size_t	n = strlen(word);

	if (*len < n + UUID_TEXT - 1 || memcmp(*s, word, n) != 0 ||
	    !uuid_parse(*s + n, UUID_TEXT - 1, out) || uuid_is_nil(out))
		return false;
	*s += n + UUID_TEXT - 1;
	*len -= n + UUID_TEXT - 1;
	return true;
}

bool
live_room_parse(const char *s, size_t len, struct live_room *out)
{
	*out = (struct live_room){ .kind = LIVE_ROOM_ORG };
	if (take(&s, &len, "user:", &out->id)) {
		out->kind = LIVE_ROOM_USER;
		return len == 0;
	}
	if (!take(&s, &len, "org:", &out->org))
		return false;
	if (len == 0)
		return true;
	if (take(&s, &len, ":site:", &out->id))
		out->kind = LIVE_ROOM_SITE;
	else if (take(&s, &len, ":unit:", &out->id))
		out->kind = LIVE_ROOM_UNIT;
	return len == 0;
}

bool
live_room_hears(const struct live_room *room, const struct live_event *ev)
{
	if (room->kind == LIVE_ROOM_USER)
		return uuid_eq(&room->id, &ev->user);
	if (!uuid_is_nil(&ev->user) || !uuid_eq(&room->org, &ev->org))
		return false;
	switch (room->kind) {
	case LIVE_ROOM_SITE:
		return uuid_eq(&room->id, &ev->site);
	case LIVE_ROOM_UNIT:
		return uuid_eq(&room->id, &ev->unit);
	default:
		return true;
	}
}
