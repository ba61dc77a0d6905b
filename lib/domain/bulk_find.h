/*
 * bulk_find.h - whose the readings of a list are.
 *
 * Decides which sensor and which unit each item means, says so of those that
 * mean none of this organization's, and locks the units in the order of their
 * ids, so that two lists never wait for each other. Of each unit the items are
 * in the order they were measured.
 */
#ifndef FG_BULK_FIND_H
#define FG_BULK_FIND_H
#include "domain/bulk_list.h"
#include "domain/device.h"
#include "domain/unit_watch.h"

struct bulk_unit {
	struct unit_watch	 watch;
	struct bulk_item	**v;	/* into item of struct bulk_found */
	size_t			 n;	/* 0: nobody watches it */
};

struct bulk_found {		/* zeroed at first */
	struct bulk_item	*item[BULK_MAX];	/* good ones */
	size_t			 n;
	struct device		*device;	/* in the order of DevEUIs */
	size_t			 ndevices;
	struct bulk_unit	*unit;	/* in the order of their ids */
	size_t			 nunits;
};

/* In the transaction's organization. f lasts as long as list. */
enum db_rc	 bulk_find(struct bulk_found *f, struct db *db,
		    struct bulk_list *list, int64_t now_ms) must_check;
void		 bulk_found_release(struct bulk_found *f);

extern const struct db_stmt_list bulk_find_stmts;

#endif
