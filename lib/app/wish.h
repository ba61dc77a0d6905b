/*
 * wish.h - what a reader of live events asks for.
 *
 * Which rooms, and whether it was here before: from the parameters of GET
 * /stream. Decides whether a session may have all of it. Pure.
 */
#ifndef FG_WISH_H
#define FG_WISH_H
#include "domain/hub.h"
#include "domain/viewer.h"
#include "web/sse.h"
#include "web/web.h"

struct wish {			/* plain value */
	struct live_room	 rooms[HUB_ROOMS];
	size_t			 nrooms;
	bool			 resumes;	/* it has seen some event */
	struct sse_id		 last;		/* this one; all 0: unknown */
};

/* The parameters of the route, in this order. */
enum { WISH_ROOM, WISH_SITE, WISH_UNIT, WISH_LAST, WISH__MAX };
extern const struct web_param wish_params[WISH__MAX];

/* WEB_INVALID, refused in req, when there are too many rooms. */
enum web_rc	wish_read(struct web_req *req, struct wish *out) must_check;
/* Whether all rooms are the session's own. Fills in its organization where a
 * site or unit was asked for without one; no room at all means the
 * organization and what is addressed to the user. */
bool		wish_settle(struct wish *w, const struct viewer_facts *who)
		    must_check;

#endif
