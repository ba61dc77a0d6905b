/*
 * arg.h - what can be said to "frostguard NOUN VERB": one table of words and
 * options, which mean the same to every verb.
 *
 * Decides which kind of value each has (arg_value.h), and says which argument
 * is wrong. Whether what is named exists is the verb's to find out.
 */
#ifndef FG_ARG_H
#define FG_ARG_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum arg {
	ARG_NONE,
	/* What a verb acts on: a word, not an option. */
	ARG_NAME, ARG_EMAIL, ARG_APPLICATION, ARG_DEVEUI, ARG_FILE,
	/* Options with a value. */
	ARG_ORGANIZATION, ARG_SLUG, ARG_OWNER, ARG_ROLE, ARG_CALLED,
	ARG_TIMEZONE, ARG_CITY, ARG_SITE, ARG_AREA, ARG_UNIT, ARG_TYPE,
	ARG_KIND, ARG_LOW, ARG_HIGH, ARG_MODEL, ARG_INTERVAL, ARG_JOIN_EUI,
	ARG_TTN_ID, ARG_SCOPES, ARG_EXPIRES, ARG_OFFSET, ARG_FROM, ARG_UNTIL,
	ARG_CERTIFICATE, ARG_SERVER, ARG_DATABASE,
	/* Options without. */
	ARG_ASK_PASSWORD, ARG_BY_HAND, ARG_FAHRENHEIT, ARG_DRY_RUN, ARG_JSON, ARG_HELP,
	ARG__MAX
};
#define ARG_BIT(a)	(UINT64_C(1) << (a))

struct arg_spec {
	enum arg	word;		/* ARG_NONE: takes none */
	uint64_t	takes;		/* ARG_BIT()s of the options, and of
					 * a word that may be left out */
	uint64_t	needs;		/* of them, those that must be there */
};

/* By enum arg; NULL where not said, "" for an option without a value. */
struct args {
	const char	*v[ARG__MAX];
};

/* argv[0] stands for the command in messages. False: the reason is on stderr.
 * With --help nothing else is checked. Values are borrowed from argv. */
bool		 arg_parse(const struct arg_spec *spec, int argc, char **argv,
		    struct args *out) __attribute__((warn_unused_result));
/* " DEVEUI --unit NAME [--site NAME]", and a line for each. */
void		 arg_synopsis(const struct arg_spec *spec, FILE *f);
void		 arg_describe(const struct arg_spec *spec, FILE *f);
/* "--unit", "DEVEUI": how messages call it. Static. */
const char	*arg_label(enum arg a);
/* NULL when s would do as its value, else a phrase as arg_value.h has. */
const char	*arg_fault(enum arg a, const char *s);

#endif
