/*
 * ttn_stream.h - the answer of a Storage Integration, taken apart as it comes.
 *
 * Lines, each {"result":{...}} with a message as a webhook would have brought
 * it; {"error":{...}} where the server gives up in the middle. A stream may be
 * cut anywhere, so only whole lines count, and a last one without its end must
 * be a whole object. Pure.
 */
#ifndef FG_TTN_STREAM_H
#define FG_TTN_STREAM_H
#include "base/buf.h"
#include <json-c/json.h>

#define TTN_STREAM_LINE_MAX	(1024 * 1024)
#define TTN_ERROR_TEXT		128
#define TTN_CORRELATION_TEXT	65

/* What The Things Stack calls its trouble, and by what its people find it; ""
 * where it does not say. Only of characters such names are made of, none of
 * which is a capital: the words are not ours, and a key is no name. */
struct ttn_error {
	char	name[TTN_ERROR_TEXT];	/* "pkg/auth/rights:no_user_rights" */
	char	correlation[TTN_CORRELATION_TEXT];
};

/* message is borrowed; false: enough. */
typedef bool ttn_message_fn(struct json_object *message, void *arg);

enum ttn_stream_rc {
	TTN_STREAM_WHOLE,
	TTN_STREAM_CUT,		/* ended within a line, or the server said so */
	TTN_STREAM_BAD,		/* what came is no such stream */
	TTN_STREAM_ENOUGH	/* as told */
};

struct ttn_stream {
	ttn_message_fn	*fn;
	void		*arg;
	struct buf	 line;
	enum ttn_stream_rc rc;	/* not WHOLE: what follows is not looked at */
	struct ttn_error error;	/* of an error line */
};

void		 ttn_stream_init(struct ttn_stream *s, ttn_message_fn *fn,
		    void *arg);
void		 ttn_stream_release(struct ttn_stream *s);
/* False: it has come to an end. */
bool		 ttn_stream_add(struct ttn_stream *s, const char *p,
		    size_t len);
enum ttn_stream_rc ttn_stream_end(struct ttn_stream *s);

/* From the body of an error, or the error in a stream. */
void		 ttn_error_read(struct json_object *error,
		    struct ttn_error *out);

#endif
