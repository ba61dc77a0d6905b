/*
 * live.h - what a live event is, who hears it, and how it travels.
 *
 * Writers tell the streamer of their machine in datagrams (live_send.h),
 * streamers tell each other in batches (exchange.h): both carry the encoding
 * decided here. Pure; no sockets. An event is a hint to look, never the truth:
 * the truth is in the database, and losing an event costs a reload.
 *
 * Rooms: org:{id}, org:{id}:site:{id}, org:{id}:unit:{id}, user:{id}. What is
 * addressed to a user is heard in that user's room alone; everything else in
 * the rooms of its organization, site and unit.
 */
#ifndef FG_LIVE_H
#define FG_LIVE_H
#include "base/buf.h"
#include "base/uuid.h"

#define LIVE_DATAGRAM	4096	/* bytes of one datagram, several events */
#define LIVE_DATA	4000	/* bytes of one event's data */

enum live_kind {
	LIVE_SENSOR_READING,	/* sensor:reading */
	LIVE_UNIT_STATE,	/* unit:state */
	LIVE_ALERT_TRIGGERED,	/* alert:triggered */
	LIVE_ALERT_UPDATED,	/* alert:updated */
	LIVE_NOTIFICATION,	/* notification */
	LIVE_UNIT_HISTORY,	/* unit:history: what came late was judged */
	LIVE_RESET,		/* reset: something was missed, reload */
	LIVE_KIND__MAX
};

struct live_event {		/* plain value: owns nothing */
	enum live_kind	 kind;
	struct uuid	 org;	/* nil: everybody's; LIVE_RESET only */
	struct uuid	 site;	/* nil where it has none */
	struct uuid	 unit;
	struct uuid	 user;
	const char	*data;	/* one line of JSON; borrowed */
	size_t		 len;	/* at most LIVE_DATA */
};

const char	*live_kind_name(enum live_kind k);	/* static */

/* How events are handed on; borrowed for the call. */
typedef void	 live_hear(void *ctx, const struct live_event *ev);

/* Appends to a datagram. A full buffer (its maximum is the datagram's) takes
 * nothing and fails, as does data that is too long. */
void		 live_put(struct buf *out, const struct live_event *ev);

enum live_got {
	LIVE_EVENT,
	LIVE_END,		/* no more in this datagram */
	LIVE_GARBLED		/* not ours: drop the rest */
};
/* Walks a datagram; *off begins at 0. out->data is borrowed from p. */
enum live_got	 live_next(const void *p, size_t len, size_t *off,
		    struct live_event *out);

struct live_room {		/* plain value */
	enum { LIVE_ROOM_ORG, LIVE_ROOM_SITE, LIVE_ROOM_UNIT,
	    LIVE_ROOM_USER } kind;
	struct uuid	 org;	/* nil for a user's */
	struct uuid	 id;	/* site, unit or user */
};

bool		 live_room_parse(const char *s, size_t len,
		    struct live_room *out);
bool		 live_room_hears(const struct live_room *room,
		    const struct live_event *ev);

#endif
