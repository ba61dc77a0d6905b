/*
 * ttn_id.h - ids of The Things Stack: of an application, of a device in it.
 *
 * Decides which texts it would let anybody use as one, so that they may stand
 * in an address. Whether there is such a thing is its network's to know.
 */
#ifndef FG_TTN_ID_H
#define FG_TTN_ID_H
#include <stdbool.h>

#define TTN_ID_MIN	3
#define TTN_ID_MAX	36

/* Lower-case letters and digits, and single dashes between them. */
bool	ttn_id_valid(const char *id);

#endif
