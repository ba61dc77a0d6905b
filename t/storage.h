/*
 * storage.h - stands in for The Things Stack's Storage Integration.
 *
 * A process of its own on a port of this machine. Answers what is asked as the
 * real one would: who asks, what is asked and how is checked, and what is wrong
 * is refused in its words; what it got is remembered. On demand it is out of
 * order, in each of the ways that happen.
 */
#ifndef FG_T_STORAGE_H
#define FG_T_STORAGE_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define STORAGE_MESSAGES	2000
#define STORAGE_KEY	"NNSXS.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA." \
			"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define STORAGE_APPLICATION	"harbour-sensors"

enum storage_mode {
	STORAGE_GOOD,
	STORAGE_GZIP,		/* packed, for who takes it */
	STORAGE_NO_KEY,		/* the key was deleted: 401 */
	STORAGE_NO_RIGHT,	/* it has not the right: 403 */
	STORAGE_BUSY,		/* 429 */
	STORAGE_BROKEN,		/* 503 */
	STORAGE_CUT,		/* the connection ends in the middle */
	STORAGE_ERROR,		/* an error stands in the middle */
	STORAGE_PAGE,		/* 200, and a page for people */
	STORAGE_ELSEWHERE	/* 302 to where the key must not go */
};

struct storage {		/* shared with the process */
	enum storage_mode mode;
	int		 port;
	pid_t		 pid;
	/* What it got. */
	int		 requests;	/* that it served, or said it could not */
	int		 wrong;		/* that break the contract */
	char		 why[128];	/* ... the last one */
	char		 target[512];	/* of the last one */
	/* What it keeps. */
	char		 dev_eui[17];	/* of the one device; "eui-" before it
					 * is its name */
	int		 n;
	struct {
		int64_t	 at_ms;
		uint32_t f_cnt;
		int32_t	 centi;
	}		 message[STORAGE_MESSAGES];
};

struct storage	*storage_start(void);
void		 storage_stop(struct storage *s);
/* In any order. */
void		 storage_keep(struct storage *s, int64_t at_ms, uint32_t f_cnt,
		    int32_t centi);

#endif
