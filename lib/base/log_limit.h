/*
 * log_limit.h - how often one event may be logged.
 *
 * A window of a minute begins with an event's first line; burst lines pass in
 * it. Keeps the LOG_LIMIT_EVENTS events seen last. Time is the caller's.
 */
#ifndef FG_LOG_LIMIT_H
#define FG_LOG_LIMIT_H
#include <stdbool.h>
#include <stdint.h>

#define LOG_LIMIT_EVENTS	64

/* Whether a line may be written; *suppressed is then how many were not since
 * the last one that passed. */
bool	log_limit_pass(const char *event, int64_t now_ms, int burst,
	    int64_t *suppressed);

#endif
