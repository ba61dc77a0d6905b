/*
 * spool.h - messages that came while PostgreSQL was away, safe on disk.
 *
 * Decides how a message survives until it can be stored: one append-only file
 * per process, a checksum per record, fdatasync before spool_append() returns.
 * A file belongs to whoever holds its lock: its writer until the writer closes
 * it or dies, then the one process that replays: all files together, in the
 * order in which the messages came. Replaying may happen twice after a crash,
 * never not at all; what it calls must be idempotent. Says nothing of what a
 * message means.
 */
#ifndef FG_SPOOL_H
#define FG_SPOOL_H
#include <stddef.h>
#include <stdint.h>

#define SPOOL_BODY_MAX	(1024 * 1024)
#define SPOOL_AUTH_MAX	127

enum spool_rc {
	SPOOL_OK,
	SPOOL_FULL,		/* the directory has reached its limit */
	SPOOL_FAIL		/* disk error, already logged */
};

struct spool;			/* one process's view of the directory */

struct spool_record {		/* borrowed during the call */
	int64_t		 received_ms;
	const char	*auth;	/* hash of what the sender proved itself by */
	const char	*body;
	size_t		 body_len;
	uint32_t	 form;	/* what body is, in the caller's numbers; what
				 * was spooled before there were some has 0 */
};

/* What replaying a record came to. */
enum spool_verdict {
	SPOOL_DONE,		/* stored, or can never be: do not keep it */
	SPOOL_ASIDE,		/* we failed: keep its file for a person */
	SPOOL_LATER		/* the database is away again: keep the rest */
};
typedef enum spool_verdict spool_fn(const struct spool_record *rec, void *arg);

/* dir must exist and be ours; it is borrowed. max_bytes bounds all files
 * together. */
struct spool	*spool_new(const char *dir, int64_t max_bytes);
void		 spool_free(struct spool *s);
/* 2xx may be answered after SPOOL_OK. */
enum spool_rc	 spool_append(struct spool *s, const struct spool_record *rec)
		    __attribute__((warn_unused_result));
/* Hands at most max records to fn, oldest first; returns how many fn did not
 * put off. Cheap when there is nothing. Ends our own file first, so call it
 * only when the database answers; hands over nothing while another process
 * replays, nor, for some calls, while one has not ended its file. */
unsigned	 spool_replay(struct spool *s, unsigned max, spool_fn *fn,
		    void *arg);
/* Bytes waiting in the directory, and how many files. */
int64_t		 spool_waiting(struct spool *s, unsigned *files);

#endif
