/* uplink-case.h - what the tests of the normaliser share. */
#ifndef UPLINK_CASE_H
#define UPLINK_CASE_H
#include "domain/uplink.h"

/* What now holds, as text, in a fixed order: "t 4.10 h 61.30 v 3050 p 98.00
 * door open opened 3 for 120" with only what is known; "" for nothing.
 * Faults come last: "fault NAME", "main fault NAME". Static. */
const char	*case_read(const char *payload);
/* The same of a whole message. */
const char	*case_now(const struct uplink *u);
/* From data/messages/NAME.json. */
void		 case_message(const char *name, struct uplink *u);

#endif
