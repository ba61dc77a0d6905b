/*
 * bulk_answer.h - what a sender of many readings is told.
 *
 * Decides how the JSON object looks that says of each reading, in the order
 * sent, what became of it, and how many fared alike. Pure.
 */
#ifndef FG_BULK_ANSWER_H
#define FG_BULK_ANSWER_H
#include "base/buf.h"
#include "domain/bulk_list.h"

/* All items at fault, in the longest words, are less: an answer that did not
 * fit would leave a sender in doubt about what is stored. */
#define BULK_ANSWER_MAX	((size_t)7 * 1024 * 1024)

void	 bulk_answer(const struct bulk_list *l, struct buf *out);

#endif
