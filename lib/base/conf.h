/*
 * conf.h - one configuration file, one table row per key.
 *
 * "key = value" lines; a line whose first character is "#" is a comment.
 * conf_rows.c holds the whole table, for all programs share the one file. An
 * unknown or repeated key, a bad value or one out of range refuses to start,
 * with file and line. Values are const after conf_load().
 */
#ifndef FG_CONF_H
#define FG_CONF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum conf_kind {
	CONF_TEXT,		/* min..max is the length */
	CONF_INT,
	CONF_BOOL,		/* yes, no */
	CONF_PATH,		/* absolute; min 0 allows empty */
	CONF_LEVEL,		/* what log_level_parse() takes; read as text */
	CONF_DURATION,		/* 250ms, 30s, 5min, 2h, 7d; min..max in ms */
	CONF__MAX
};

struct conf_row {
	const char	*key;
	enum conf_kind	 kind;
	int64_t		 min, max;
	const char	*def;		/* the default, as text */
	bool		 secret;	/* --print-config hides it */
	const char	*help;		/* one sentence, for people */
};

/* All keys of all programs: the manual and the sample file are checked
 * against it. Static. */
const struct conf_row *conf_rows(size_t *n);
const char	*conf_kind_name(enum conf_kind kind);
/* "250ms", "30s", "5min", "2h", "7d" in milliseconds. */
bool		 conf_duration(const char *s, int64_t *out);

/* Reads the file; NULL: FROSTGUARD_CONF, else the installed path. A missing
 * file at the installed path means defaults. False: *why is "file:line: ...",
 * caller frees with free(), and all values are the defaults. */
bool		 conf_load(const char *path, char **why);
/* Asking for a key that is not in the table, or as another kind, or before
 * conf_load(), is a bug. */
const char	*conf_text(const char *key);	/* borrowed, never NULL */
int64_t		 conf_int(const char *key);
bool		 conf_bool(const char *key);
int64_t		 conf_ms(const char *key);
/* The whole configuration as a file conf_load() would take, but secrets. */
void		 conf_print(FILE *f);

#endif
