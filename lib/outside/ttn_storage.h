/*
 * ttn_storage.h - messages that The Things Stack has kept (its Storage
 * Integration).
 *
 * Decides what is asked and what the answer means for whoever asked; not when
 * to ask again. The key is sent, and told to nobody else.
 */
#ifndef FG_TTN_STORAGE_H
#define FG_TTN_STORAGE_H
#include "outside/http.h"
#include "outside/ttn_stream.h"

#define TTN_STORAGE_SERVER_MAX	200

enum ttn_rc {
	TTN_OK,			/* all there is, up to limit */
	TTN_CUT,		/* some of it: ask again */
	TTN_DOWN,		/* no answer, or the server's trouble */
	TTN_BUSY,		/* asked too often: see retry_s */
	TTN_UNAUTHORIZED,	/* the key is not good, or not for this */
	TTN_UNKNOWN,		/* the application has no such device */
	TTN_REFUSED,		/* whatever else it did not like */
	TTN__MAX
};

struct ttn_storage {		/* where; all borrowed */
	struct http	*http;
	const char	*server;	/* "https://eu1.cloud.thethings.network" */
	const char	*application;
	const char	*key;
};

struct ttn_stored {		/* of what */
	const char	*device;	/* as the network calls it */
	int64_t		 after_ms, before_ms;	/* stored between */
	int		 limit;		/* oldest first */
};

struct ttn_answer {
	int64_t	retry_s;	/* 0: not told */
	int	status;		/* of HTTP; 0: there was no answer */
	int	messages;	/* handed over */
	struct ttn_error error;
};

/* fn gets each message; what it got counts also where the answer was cut. */
enum ttn_rc	 ttn_storage_get(const struct ttn_storage *s,
		    const struct ttn_stored *what, ttn_message_fn *fn,
		    void *arg, struct ttn_answer *out)
		    __attribute__((warn_unused_result));
/* Whether it has the form of a key: NNSXS.<id>.<secret>. */
bool		 ttn_storage_key(const char *key);
/* Where messages are: "eu1" stands for The Things Network's cluster, else it is
 * an address without a path, https unless it is of this machine. False: it is
 * neither. */
bool		 ttn_storage_server(const char *said,
		    char out[TTN_STORAGE_SERVER_MAX + 1]);
const char	*ttn_rc_name(enum ttn_rc rc);	/* "busy"; static */

#endif
