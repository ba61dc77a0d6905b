#include "app/wish.h"
#include <string.h>

static const char *
valid_room(const char *s, size_t len, int64_t min, int64_t max,
    struct web_value *v)
{
	struct live_room	room;

	(void)min;
	(void)max;
	(void)v;
	return live_room_parse(s, len, &room) ? NULL :
	    "must be org:ID, org:ID:site:ID, org:ID:unit:ID or user:ID";
}

const struct web_param wish_params[WISH__MAX] = {
	[WISH_ROOM] = { "room", IN_QUERY_MANY, false, valid_room, 0, 0 },
	[WISH_SITE] = { "site", IN_QUERY_MANY, false, web_uuid, 0, 0 },
	[WISH_UNIT] = { "unit", IN_QUERY_MANY, false, web_uuid, 0, 0 },
	/* For those that cannot set the header Last-Event-ID. */
	[WISH_LAST] = { "lastEventId", IN_QUERY, false, web_text, 0,
	    SSE_ID_TEXT },
};

static void
read_room(int param, const struct web_value *v, struct live_room *out)
{
	if (param == WISH_ROOM) {
		live_room_parse(v->text, v->len, out);
		return;
	}
	*out = (struct live_room){ .kind = param == WISH_SITE ?
	    LIVE_ROOM_SITE : LIVE_ROOM_UNIT, .id = v->uuid };
}

/* An id that is not one of ours is of no life we know. */
static void
read_last(struct web_req *req, struct wish *w)
{
	const char	*id = web_header(req, "Last-Event-ID");

	if ((id == NULL || *id == '\0') && req->arg[WISH_LAST].present)
		id = req->arg[WISH_LAST].text;
	w->resumes = id != NULL && *id != '\0';
	if (w->resumes && !sse_id_parse(id, strlen(id), &w->last))
		w->last = (struct sse_id){ 0, 0 };
}

enum web_rc
wish_read(struct web_req *req, struct wish *out)
{
	const struct web_value	*v;

	*out = (struct wish){ .nrooms = 0 };
	read_last(req, out);
	for (int i = WISH_ROOM; i <= WISH_UNIT; i++)
		for (v = &req->arg[i]; v != NULL && v->present; v = v->next) {
			if (out->nrooms == HUB_ROOMS)
				return web_refuse(req, WEB_INVALID,
				    wish_params[i].name,
				    "asks for too many rooms");
			read_room(i, v, &out->rooms[out->nrooms++]);
		}
	return WEB_OK;
}

static bool
settle_room(struct live_room *room, const struct viewer_facts *who)
{
	if (room->kind == LIVE_ROOM_USER)
		return uuid_eq(&room->id, &who->user);
	if (uuid_is_nil(&room->org))
		room->org = who->org;
	return uuid_eq(&room->org, &who->org);
}

bool
wish_settle(struct wish *w, const struct viewer_facts *who)
{
	if (w->nrooms == 0) {
		w->rooms[0] = (struct live_room){ .kind = LIVE_ROOM_ORG,
		    .org = who->org };
		w->rooms[1] = (struct live_room){ .kind = LIVE_ROOM_USER,
		    .id = who->user };
		w->nrooms = 2;
	}
	for (size_t i = 0; i < w->nrooms; i++)
		if (!settle_room(&w->rooms[i], who))
			return false;
	return true;
}
