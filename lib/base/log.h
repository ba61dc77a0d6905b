/*
 * log.h - JSON lines: what happened, in which request, with which keys.
 *
 * A line is an event name and named fields, never a payload, a token or
 * personal data: a field whose key names a secret (log.c has the list) is
 * written "[redacted]", whatever its value. The same event at warn or error
 * level is limited to LOG_BURST lines a minute; the next line that passes
 * carries "suppressed" with the count.
 *
 *	log_warn("spool.full", LOG_STR("file", path), LOG_INT("bytes", n));
 *
 * Four words end or do not end the process: bug() (our mistake, aborts),
 * fatal() (start-up or a lost invariant, exit 1), log_error(), log_warn().
 */
#ifndef FG_LOG_H
#define FG_LOG_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG__MAX };

#define LOG_BURST	20

struct log_field {
	const char	*key;
	enum { LOG_F_STR, LOG_F_INT, LOG_F_BOOL } kind;
	const char	*s;	/* NULL is written as null */
	int64_t		 i;
};

#define LOG_STR(k, v)	((struct log_field){ (k), LOG_F_STR, (v), 0 })
#define LOG_INT(k, v)	((struct log_field){ (k), LOG_F_INT, NULL, (v) })
#define LOG_BOOL(k, v)	((struct log_field){ (k), LOG_F_BOOL, NULL, (v) })

/* program is borrowed for the life of the process. Lines go to stderr. */
void	log_open(const char *program, enum log_level least);
bool	log_level_parse(const char *s, enum log_level *out);
bool	log_enabled(enum log_level level);
/* The id every following line carries; NULL between requests. Borrowed. */
void	log_request(const char *request_id);
void	log_write(enum log_level level, const char *event,
	    const struct log_field *fields, size_t n);

/* The empty first element lets a call have no fields at all. */
#define LOG_LIST(...)	((const struct log_field[]){ { 0 }, ##__VA_ARGS__ })
#define LOG_AT(level, event, ...)					\
	do {								\
		if (log_enabled(level))					\
			log_write(level, event,				\
			    LOG_LIST(__VA_ARGS__) + 1,			\
			    sizeof(LOG_LIST(__VA_ARGS__)) /		\
			    sizeof(struct log_field) - 1);		\
	} while (0)
#define log_debug(event, ...)	LOG_AT(LOG_DEBUG, event, ##__VA_ARGS__)
#define log_info(event, ...)	LOG_AT(LOG_INFO, event, ##__VA_ARGS__)
#define log_warn(event, ...)	LOG_AT(LOG_WARN, event, ##__VA_ARGS__)
#define log_error(event, ...)	LOG_AT(LOG_ERROR, event, ##__VA_ARGS__)

void	bug(const char *fmt, ...)
	    __attribute__((noreturn, format(printf, 1, 2)));
void	fatal(const char *fmt, ...)
	    __attribute__((noreturn, format(printf, 1, 2)));

#endif
