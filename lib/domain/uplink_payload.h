/*
 * uplink_payload.h - the walk through a decoded payload.
 *
 * Decides what a field stands in: which words of the objects around it belong
 * to its name, which siblings are its label, unit and time, whether a list is
 * of probes or of instants, and which of the instants is now. Internal to
 * uplink.
 */
#ifndef FG_UPLINK_PAYLOAD_H
#define FG_UPLINK_PAYLOAD_H
#include "domain/uplink_draft.h"

/* What a vendor's decoder returned. */
void	payload_walk(struct draft *d, struct json_object *decoded);
/* The network's own normalised measurements: one, or a list of them. */
void	payload_walk_normalized(struct draft *d, struct json_object *m);

#endif
