/*
 * option.h - values of options of the commands that have no nouns: numbers,
 * times, and words that must be there.
 *
 * Each says on stderr what is wrong with which option, and then gives false:
 * the command is misused (CMD_USAGE). Those of nouns and verbs are arg.h.
 */
#ifndef FG_OPTION_H
#define FG_OPTION_H
#include <stdbool.h>
#include <stdint.h>

/* name is without its hyphens, as in struct option. */
bool	option_fault(const char *name, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
bool	option_number(const char *name, const char *text, int64_t min,
	    int64_t max, int64_t *out);
bool	option_time(const char *name, const char *text, int64_t *at_ms);
/* NULL and "" are none. */
bool	option_given(const char *name, const char *text);

#endif
