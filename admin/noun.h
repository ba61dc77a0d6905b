/*
 * noun.h - commands of the form "frostguard NOUN VERB": a table of verbs, and
 * everything they have in common.
 *
 * Decides how a verb is asked, what it runs in - one transaction, of one
 * organization - and what is said: results only once they are durable, and why
 * not otherwise. The database is connected to as for "demo" and "migrate": as
 * the operating system's user, who must be a superuser there.
 */
#ifndef FG_NOUN_H
#define FG_NOUN_H
#include "arg.h"
#include "base/buf.h"
#include "cmd.h"
#include "domain/enrol_find.h"
#include "domain/session.h"

#define ACT_SECRET_MAX	128

struct act {				/* one verb at work */
	struct enrol		 e;
	const struct args	*args;
	char			 password[SESSION_PASSWORD_MAX + 1];
	char			 secret[ACT_SECRET_MAX + 2]; /* what the verb
						 * asks for */
	struct buf		 say;		/* for stdout, once committed */
	struct buf		 fault;		/* why not; see act_refuse() */
	bool			 undo;		/* it was done to see if it can
						 * be: say, but roll back */
};

/* DB_OK commits; anything else rolls back. It may be run again after
 * DB_RETRY, and finds *say and *fault empty. */
typedef enum db_rc	 act_fn(struct act *a);

struct verb {
	const char		*name;
	const char		*help;
	const char		*example;	/* what follows the verb */
	struct arg_spec		 args;
	/* A list: its rows are printed. $1 is the organization or null, $2,
	 * if it has one, the word or null. */
	const struct db_stmt	*list;
	/* Anything else: the work, and what DB_CONFLICT of it means. */
	act_fn			*act;
	const char		*exists;
	enum arg		 about;	/* of which argument; ARG_NONE: the
					 * word */
	const char		*asks;	/* for a secret: "API key"; or NULL */
	/* makes: there is no organization yet; keyed: secrets are made. */
	bool			 makes, keyed;
};

struct noun {
	const char		*name;
	const struct verb	*verbs;
	size_t			 n;
};
#define NOUN_VERBS(v)	(v), sizeof(v) / sizeof((v)[0])

extern const struct noun noun_connection, noun_key, noun_organization,
		    noun_sensor, noun_site, noun_unit, noun_user;

enum cmd_rc	 noun_run(const struct noun *n, const char *conf, int argc,
		    char **argv);
void		 noun_usage(const struct noun *n, FILE *f);

/* What is wrong with an argument; gives DB_REFUSED. */
enum db_rc	 act_refuse(struct act *a, enum arg which, const char *fmt, ...)
		    __attribute__((format(printf, 3, 4)));
/* What a name did not find: DB_OK only for ENROL_FOUND. what is the kind of
 * thing, as in "no such unit". */
enum db_rc	 act_found(struct act *a, enum enrol_found found,
		    enum arg which, const char *what);
/* The unit that --unit, --site and --area name. */
enum db_rc	 act_find_unit(struct act *a, struct uuid *out);

#endif
