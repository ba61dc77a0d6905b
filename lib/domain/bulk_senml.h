/*
 * bulk_senml.h - readings out of a pack of SenML records.
 *
 * Decides which sensor a record's name means, which measurement its unit, and
 * which records make one reading: those of one sensor and one instant. The
 * reading stands where the first of them does; a record that is none of ours
 * is at fault alone. Pure.
 */
#ifndef FG_BULK_SENML_H
#define FG_BULK_SENML_H
#include "domain/bulk_list.h"

#define BULK_SENML_MAX	(4 * BULK_MAX)	/* records in a pack */

bulk_read_fn	 bulk_senml_read;

#endif
