/*
 * viewer.h - who watches, and that they still may.
 *
 * A viewer is a session; its seats are the streams it has open. Decides when a
 * session is looked up: for every new seat, and again each recheck_ms; what
 * ops.look_up finds out comes back by viewers_told(). While that cannot be
 * found out, who sits may stay until the session's own end, and who is known
 * to be good may come in. No I/O; the time is passed in.
 */
#ifndef FG_VIEWER_H
#define FG_VIEWER_H
#include "base/uuid.h"
#include "domain/role.h"
#include "domain/token.h"
#include <stdint.h>
#include <sys/queue.h>

enum viewer_verdict {
	VIEWER_MAY,
	VIEWER_UNKNOWN,		/* no such session, ended, or another's now */
	VIEWER_FORBIDDEN,	/* its role may not watch */
	VIEWER_UNSURE		/* cannot be found out now */
};

struct viewer_facts {			/* what a session stands for */
	struct uuid	org;
	struct uuid	user;		/* a profile */
	enum app_role	role;
	int64_t		expires_at_ms;
};

struct viewers;				/* opaque: all of them */
struct viewer_seat;
struct viewer {				/* read only; owned by viewers */
	LIST_ENTRY(viewer)	 next;
	struct viewers		*owner;
	LIST_HEAD(, viewer_seat) seats;
	size_t			 nseats;
	char			 hash[TOKEN_HASH];
	struct viewer_facts	 facts;	/* once known */
	bool			 known;
	bool			 asking;
	bool			 busy;	/* its seats are being called */
	int64_t			 due_ms;
};

struct viewer_seat {			/* part of the program's own struct */
	LIST_ENTRY(viewer_seat)	 next;
	struct viewer		*viewer;	/* NULL: has none */
	bool			 admitted;
};

struct viewer_ops {
	/* Ask for the facts of v->hash. False: cannot be asked now. */
	bool	(*look_up)(void *ctx, struct viewer *v);
	/* The answer to viewers_take(). The seat may be left, and must be
	 * unless it is VIEWER_MAY. */
	void	(*admit)(void *ctx, struct viewer_seat *seat,
	    enum viewer_verdict verdict);
	/* It may watch no longer; the seat must be left. */
	void	(*expel)(void *ctx, struct viewer_seat *seat);
};

struct viewers	*viewers_new(int64_t recheck_ms, const struct viewer_ops *ops,
		    void *ctx);
void		 viewers_free(struct viewers *vs);	/* when all have left */
/* Asks for a seat for the session of this hash; ops.admit answers, perhaps
 * before this returns. */
void		 viewers_take(struct viewers *vs, struct viewer_seat *seat,
		    const char hash[TOKEN_HASH], int64_t now_ms);
void		 viewers_leave(struct viewer_seat *seat);
/* What ops.look_up asked: VIEWER_MAY with facts, VIEWER_UNKNOWN or
 * VIEWER_UNSURE. */
void		 viewers_told(struct viewer *v, enum viewer_verdict verdict,
		    const struct viewer_facts *facts, int64_t now_ms);
/* About once a second. */
void		 viewers_tick(struct viewers *vs, int64_t now_ms);

#endif
