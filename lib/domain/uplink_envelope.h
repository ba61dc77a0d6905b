/*
 * uplink_envelope.h - what the envelopes of all networks have in common.
 *
 * Decides what counts as an instant, a DevEUI and a signal, which gateway heard
 * best, and that a payload nobody decoded is only bytes. Where in a message
 * each of them stands is its network's parser's to know. Internal to uplink.
 */
#ifndef FG_UPLINK_ENVELOPE_H
#define FG_UPLINK_ENVELOPE_H
#include "domain/uplink.h"

/* A JSON object, the caller's to json_object_put(), and an empty *out; or NULL,
 * and *error is a static phrase. */
struct json_object *envelope_open(const char *body, size_t len,
	    struct uplink *out, const char **error);
void		 envelope_clear(struct uplink *u, struct uplink_why *why);

/* What is too long, or holds NUL, is left out: dst stays as it was. */
void		 envelope_text(char *dst, size_t size, struct json_object *o,
	    const char *key);
/* 0 for what is no instant. */
int64_t		 envelope_time(struct json_object *o, const char *key);
void		 envelope_eui(struct uplink *u, struct json_object *o,
	    const char *key);
void		 envelope_counters(struct uplink *u, struct json_object *m,
	    const char *f_cnt, const char *f_port);
void		 envelope_frame(struct uplink *u, struct json_object *m,
	    const char *key);
void		 envelope_battery(struct uplink *u, double percent,
	    int64_t at_ms);
/* list may be NULL; id finds gateway_id in one of its elements. */
typedef void	 envelope_id_fn(struct uplink *u, struct json_object *gateway);
void		 envelope_gateways(struct uplink *u, struct json_object *list,
	    envelope_id_fn *id);
/* What was measured: each may be NULL, and decoded may be empty. Asks for the
 * frame, so it must have been read. */
enum uplink_kind envelope_observe(struct uplink *u,
	    struct json_object *decoded, struct json_object *normalized,
	    struct uplink_why *why);

#endif
