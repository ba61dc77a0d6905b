#include "noun.h"

#include <errno.h>
#include <pwd.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "password.h"
#include "rows.h"

#define SAY_MAX		(64 * 1024 * 1024)
#define FAULT_MAX	(16 * 1024)
#define COMMAND_MAX	64

static struct arg_spec
spec_of(const struct verb *v)
{
	struct arg_spec	spec = v->args;

	spec.takes |= spec.needs | ARG_BIT(ARG_DATABASE);
	if (v->list != NULL)
		spec.takes |= ARG_BIT(ARG_JSON);
	return spec;
}

void
noun_usage(const struct noun *n, FILE *f)
{
	for (size_t i = 0; i < n->n; i++)
		fprintf(f, "%s frostguard %s %-14s%s\n",
		    i == 0 ? "usage:" : "      ", n->name, n->verbs[i].name,
		    n->verbs[i].help);
	fprintf(f, "frostguard %s VERB --help tells the arguments.\n",
	    n->name);
}

static void
verb_usage(const struct noun *n, const struct verb *v, FILE *f)
{
	struct arg_spec	spec = spec_of(v);

	fprintf(f, "usage: frostguard %s %s", n->name, v->name);
	arg_synopsis(&spec, f);
}

static void
verb_help(const struct noun *n, const struct verb *v)
{
	struct arg_spec	spec = spec_of(v);

	verb_usage(n, v, stdout);
	printf("\n%s.\n\n", v->help);
	arg_describe(&spec, stdout);
	printf("\nexample: frostguard %s %s%s%s\n", n->name, v->name,
	    v->example[0] != '\0' ? " " : "", v->example);
}

enum db_rc
act_refuse(struct act *a, enum arg which, const char *fmt, ...)
{
	const char	*said = a->args->v[which];
	va_list		 ap;

	buf_puts(&a->fault, arg_label(which));
	if (said != NULL)
		buf_printf(&a->fault, " \"%s\"", said);
	buf_puts(&a->fault, ": ");
	va_start(ap, fmt);
	buf_vprintf(&a->fault, fmt, ap);
	va_end(ap);
	return DB_REFUSED;
}

enum db_rc
act_found(struct act *a, enum enrol_found found, enum arg which,
    const char *what)
{
	bool	said = a->args->v[which] != NULL;

	switch (found) {
	case ENROL_FOUND:
		return DB_OK;
	case ENROL_NOBODY:
		return said ? act_refuse(a, which, "there is no such %s", what)
		    : act_refuse(a, which, "there is no %s yet", what);
	case ENROL_SEVERAL:
		return act_refuse(a, which, "there is more than one %s%s: say "
		    "which", said ? "such " : "", what);
	default:
		return DB_DOWN;
	}
}

enum db_rc
act_find_unit(struct act *a, struct uuid *out)
{
	const char *const	*v = a->args->v;

	return act_found(a, enrol_find_unit(&a->e, v[ARG_SITE], v[ARG_AREA],
	    v[ARG_UNIT], out), ARG_UNIT, "unit");
}

/* Who runs us, for the audit trail. */
static const char *
operator(void)
{
	const struct passwd	*pw = getpwuid(getuid());

	return pw != NULL ? pw->pw_name : NULL;
}

struct work {			/* a verb, and what it works with */
	const struct verb	*verb;
	struct act		 act;
};

/* Of what is done only to be undone, DB_NONE is the success. */
static enum db_rc
attempt(struct db *db, void *arg)
{
	struct work	*w = arg;
	enum db_rc	 rc;

	w->act.e.db = db;
	buf_clear(&w->act.say);
	buf_clear(&w->act.fault);
	rc = w->verb->act(&w->act);
	return rc == DB_OK && w->act.undo ? DB_NONE : rc;
}

static enum db_rc
find_organization(struct work *w, struct db *db)
{
	struct act	*a = &w->act;
	const char	*slug = a->args->v[ARG_ORGANIZATION];

	if (w->verb->makes) {
		a->e.organization = uuid_make(a->e.now_ms);
		return DB_OK;
	}
	if (w->verb->list != NULL && slug == NULL)
		return DB_OK;		/* of all */
	return act_found(a, enrol_find_organization(db, slug,
	    &a->e.organization), ARG_ORGANIZATION, "organization");
}

static enum db_rc
do_work(struct work *w, struct db *db)
{
	struct act	*a = &w->act;
	enum db_rc	 rc = find_organization(w, db);

	if (rc != DB_OK)
		return rc;
	if (w->verb->list != NULL) {
		const struct db_arg	of[] = {
			db_arg_uuid(&a->e.organization),
			db_arg_text(a->args->v[w->verb->args.word]),
		};

		return rows_print(db, w->verb->list, of,
		    a->args->v[ARG_JSON] != NULL, stdout);
	}
	rc = db_tx(db, &a->e.organization, NULL, attempt, w);
	if (rc == DB_NONE && a->undo)
		rc = DB_OK;
	if (rc == DB_OK)
		fputs(buf_str(&a->say), stdout);
	else if (rc == DB_CONFLICT && w->verb->exists != NULL)
		(void)act_refuse(a, w->verb->about != ARG_NONE ?
		    w->verb->about : w->verb->args.word, "%s",
		    w->verb->exists);
	return rc;
}

/* What must be so before the database is asked. */
static bool
prepare(struct work *w)
{
	struct act	*a = &w->act;

	if (w->verb->keyed && !token_key_load(conf_text("key_file"))) {
		buf_printf(&a->fault, "%s: %s", conf_text("key_file"),
		    strerror(errno));
		return false;
	}
	if ((w->verb->args.takes & ARG_BIT(ARG_OWNER)) != 0 &&
	    a->args->v[ARG_ASK_PASSWORD] != NULL &&
	    a->args->v[ARG_OWNER] == NULL) {
		buf_puts(&a->fault, "--ask-password needs --owner");
		return false;
	}
	if ((w->verb->args.takes & ARG_BIT(ARG_ASK_PASSWORD)) != 0)
		return password_get(a->args->v[ARG_ASK_PASSWORD] != NULL,
		    a->password, &a->fault);
	if (w->verb->asks != NULL)
		return secret_get(w->verb->asks, a->secret, sizeof(a->secret),
		    &a->fault);
	return true;
}

static enum cmd_rc
run(const struct verb *v, const char *command, const struct args *args)
{
	struct work	 w = { .verb = v, .act = { .args = args,
			    .say = BUF_INIT(SAY_MAX),
			    .fault = BUF_INIT(FAULT_MAX) } };
	const char	*database = args->v[ARG_DATABASE];
	struct db	*db = NULL;
	enum cmd_rc	 rc = CMD_FAILED;

	w.act.e.now_ms = clock_now_ms();
	w.act.e.operator = operator();
	if (!prepare(&w))
		goto out;
	db = db_new(database != NULL ? database : conf_text("database"),
	    "frostguard");
	if (db_schema_check(db) != DB_OK)
		buf_puts(&w.act.fault, "the database does not answer");
	else if (do_work(&w, db) == DB_OK)
		rc = CMD_OK;
	else if (w.act.fault.len == 0)
		buf_puts(&w.act.fault, "the database refused; nothing was "
		    "changed");
out:
	if (rc != CMD_OK)
		fprintf(stderr, "%s: %s\n", command, buf_str(&w.act.fault));
	db_free(db);
	sodium_memzero(w.act.password, sizeof(w.act.password));
	sodium_memzero(w.act.secret, sizeof(w.act.secret));
	buf_release(&w.act.say);
	buf_release(&w.act.fault);
	return rc;
}

static const struct verb *
find(const struct noun *n, const char *name)
{
	for (size_t i = 0; i < n->n; i++)
		if (strcmp(n->verbs[i].name, name) == 0)
			return &n->verbs[i];
	return NULL;
}

/* Messages begin with the whole command: the verb's word is made that. */
static enum cmd_rc
run_verb(const struct noun *n, const struct verb *v, const char *conf,
    int argc, char **argv)
{
	char		 command[COMMAND_MAX], *why;
	struct arg_spec	 spec = spec_of(v);
	struct args	 args;

	snprintf(command, sizeof(command), "frostguard %s %s", n->name,
	    v->name);
	argv[0] = command;
	if (!arg_parse(&spec, argc, argv, &args)) {
		verb_usage(n, v, stderr);
		return CMD_USAGE;
	}
	if (args.v[ARG_HELP] != NULL) {
		verb_help(n, v);
		return CMD_OK;
	}
	if (!conf_load(conf, &why)) {
		fprintf(stderr, "frostguard: %s\n", why);
		free(why);
		return CMD_FAILED;
	}
	return run(v, command, &args);
}

enum cmd_rc
noun_run(const struct noun *n, const char *conf, int argc, char **argv)
{
	const struct verb	*v = argc > 1 ? find(n, argv[1]) : NULL;

	if (v != NULL)
		return run_verb(n, v, conf, argc - 1, argv + 1);
	if (argc > 1)
		fprintf(stderr, "frostguard %s: no verb %s\n", n->name,
		    argv[1]);
	noun_usage(n, stderr);
	return CMD_USAGE;
}
