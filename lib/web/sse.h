/*
 * sse.h - the text/event-stream format, and the ids that let a reader resume.
 *
 * Pure. An id is "epoch-sequence": the epoch is one life of one streamer, the
 * sequence counts its events, so an id of another life is recognised as such.
 */
#ifndef FG_SSE_H
#define FG_SSE_H
#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SSE_ID_TEXT	40

struct sse_id {
	uint64_t	epoch;
	uint64_t	seq;
};

/* Exactly what sse_id_format() writes; anything else is false. */
bool		 sse_id_parse(const char *s, size_t len, struct sse_id *out);
const char	*sse_id_format(struct sse_id id, char buf[SSE_ID_TEXT]);

/* One event. name must be one line. Each line of data, however it ends, gets
 * its own field, so no data can end the event or forge a field. */
void	sse_event(struct buf *out, struct sse_id id, const char *name,
	    const char *data, size_t len);
/* Moves the reader's last event id without an event. */
void	sse_position(struct buf *out, struct sse_id id);
void	sse_retry(struct buf *out, int64_t ms);
/* A line the reader ignores; text must be one line. */
void	sse_comment(struct buf *out, const char *text);

#endif
