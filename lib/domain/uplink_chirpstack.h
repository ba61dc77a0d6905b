/*
 * uplink_chirpstack.h - what a message of ChirpStack v4 says.
 *
 * Takes the JSON of its HTTP integration apart; what kind of event it is stands
 * in the address it is sent to, not in the message. The payload goes the way of
 * uplink.h: "object" is what a decoder returned, "data" without it are bytes.
 * A device goes by its DevEUI alone, for its name there is only a label. Pure.
 */
#ifndef FG_UPLINK_CHIRPSTACK_H
#define FG_UPLINK_CHIRPSTACK_H
#include "domain/uplink.h"

enum chirpstack_event {		/* as spooled: add at the end */
	CHIRPSTACK_OTHER,	/* none of those we know */
	CHIRPSTACK_UP,
	CHIRPSTACK_STATUS,
	CHIRPSTACK_JOIN,
	CHIRPSTACK_ACK,
	CHIRPSTACK_TXACK,
	CHIRPSTACK_LOG,
	CHIRPSTACK_LOCATION,
	CHIRPSTACK_INTEGRATION,
	CHIRPSTACK_EVENT__MAX
};

/* By the network's word for it: "up". */
enum chirpstack_event	 chirpstack_event_find(const char *s, size_t len);
/* Whether it is an event, of whatever kind, rather than what a codec
 * returned. */
bool			 uplink_chirpstack_is_event(struct json_object *o);
/* Reads an event that json_parse_device() took; fills all of *out. why may be
 * NULL. Returns out->kind. */
enum uplink_kind	 uplink_chirpstack_read(struct json_object *body,
			    enum chirpstack_event ev, struct uplink *out,
			    struct uplink_why *why);
/* From bytes; fills all of *out. False: not a JSON object, and *error is then
 * a static phrase. */
bool			 uplink_chirpstack_parse(const char *body, size_t len,
			    enum chirpstack_event ev, struct uplink *out,
			    const char **error);

#endif
