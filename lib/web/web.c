/* A program's main(): its options, its start, and the loop of requests. */
#include "web/web.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/metrics.h"
#include "config.h"
#include "web/describe.h"
#include "web/group.h"
#include "web/serve.h"
#include "web/template.h"
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define TICK_MS		1000

enum mode {
	MODE_SERVE,
	MODE_ROUTES,
	MODE_CHECK,
	MODE_CONFIG,
	MODE_VERSION,
	MODE_HELP
};

static const struct option options[] = {
	{ "check", no_argument, NULL, MODE_CHECK },
	{ "help", no_argument, NULL, MODE_HELP },
	{ "print-config", no_argument, NULL, MODE_CONFIG },
	{ "routes", no_argument, NULL, MODE_ROUTES },
	{ "version", no_argument, NULL, MODE_VERSION },
	{ NULL, 0, NULL, 0 }
};

static void
print_usage(FILE *f, const struct web_app *app)
{
	fprintf(f, "Usage: %s [--check | --help | --print-config | --routes | "
	    "--version]\n%s\n\n"
	    "  --check         load the configuration, compile all templates, "
	    "prepare all\n"
	    "                  statements\n"
	    "  --print-config  print the configuration in effect\n"
	    "  --routes        print what it serves, as JSON\n\n"
	    "Started by spawn-fcgi it serves FastCGI.\n",
	    app->name, app->help);
	if (app->run == NULL)
		fprintf(f, "From a shell it answers one CGI request:\n"
		    "  REQUEST_METHOD=GET PATH_INFO=/api/... "
		    "QUERY_STRING=... %s\n", app->name);
	fputs("FROSTGUARD_CONF names another configuration file.\n", f);
}

/* False for options that are not. */
static bool
read_options(int argc, char **argv, enum mode *mode)
{
	int	c;

	*mode = MODE_SERVE;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return false;
		*mode = (enum mode)c;
	}
	return optind == argc;
}

static void
load_config(const struct web_app *app)
{
	enum log_level	 level = LOG_INFO;
	char		*why;

	log_open(app->name, level);
	if (!conf_load(NULL, &why))
		fatal("%s", why);
	if (log_level_parse(conf_text("log_level"), &level))
		log_open(app->name, level);
}

static void
start(const struct web_app *app)
{
	load_config(app);
	if (sodium_init() < 0)
		fatal("libsodium does not start");
	if (*conf_text("metrics_file") != '\0')
		metrics_open(conf_text("metrics_file"));
	if (app->run == NULL)
		template_open(conf_text("templates_dir"));
	if (app->start != NULL)
		app->start();
}

static struct db *
open_db(const struct web_app *app)
{
	return app->db_role == NULL ? NULL :
	    db_open(app->db_role, app->name);
}

static enum db_rc
check_statements(struct db *db, const struct db_stmt_list *const *lists)
{
	enum db_rc	rc = DB_OK;

	for (; lists != NULL && *lists != NULL && rc == DB_OK; lists++)
		rc = db_prepare_all(db, **lists);
	return rc;
}

static int
check(const struct web_app *app)
{
	struct db	*db;
	unsigned	 faults;

	start(app);
	db = open_db(app);
	faults = app->run == NULL ? template_check_all() : 0;
	if (db != NULL && (db_schema_check(db) != DB_OK ||
	    check_statements(db, app->stmts) != DB_OK))
		faults++;
	db_free(db);
	template_close();
	if (faults == 0)
		printf("%s: good\n", app->name);
	return faults == 0 ? 0 : 1;
}

struct loop {
	const struct web_app	*app;
	struct db		*db;
	struct gate		*gate;		/* either this */
	void			*source;	/* or that: app->source's */
	bool			 schema_known;
	bool			 busy;		/* app's idle has more to do */
	int64_t			 next_tick_us;
};

static void
tick(struct loop *l)
{
	if (clock_mono_us() < l->next_tick_us)
		return;
	/* A database that is away may come back; one of another age may not be
	 * used. */
	if (!l->schema_known)
		l->schema_known = db_schema_check(l->db) == DB_OK;
	l->busy = l->app->idle != NULL && l->app->idle(l->db);
	l->next_tick_us = clock_mono_us() + (l->busy ? 0 : TICK_MS * 1000);
}

/* How long to wait for a request. */
static int
timeout_ms(const struct loop *l)
{
	if (l->busy)
		return 0;
	return l->app->idle != NULL || !l->schema_known ? TICK_MS : -1;
}

static enum gate_event
wait(struct loop *l)
{
	return l->source != NULL ?
	    l->app->source->wait(l->source, timeout_ms(l)) :
	    gate_wait(l->gate, timeout_ms(l));
}

/* What was put off is answered before the next is taken. */
static void
serve_one(struct loop *l, struct web_req *req)
{
	if (!serve_request(req))
		l->app->together(l->db);
	gate_done(l->gate);
}

static void
serve(struct loop *l)
{
	struct web_req	req;
	enum gate_event	event;

	request_init(&req, l->app, l->db, l->gate);
	for (;;) {
		tick(l);
		event = wait(l);
		if (event == GATE_STOP)
			break;
		if (event == GATE_REQUEST && l->source != NULL)
			l->app->together(l->db);
		else if (event == GATE_REQUEST)
			serve_one(l, &req);
	}
	request_release(&req);
}

static int
serve_all(const struct web_app *app)
{
	struct loop	 l = { .app = app };

	if (!gate_is_fastcgi() &&
	    (app->run != NULL || getenv("REQUEST_METHOD") == NULL)) {
		print_usage(stderr, app);
		return 2;
	}
	start(app);
	if (app->run != NULL)
		return app->run(app);
	l.db = open_db(app);
	l.schema_known = l.db == NULL;
	if (app->source != NULL && gate_is_fastcgi())
		l.source = app->source->open(app, l.db);
	else
		l.gate = gate_open();
	serve(&l);
	if (l.source != NULL)
		app->source->close(l.source);
	gate_close(l.gate);
	template_close();
	db_free(l.db);
	return 0;
}

static int
print_routes(const struct web_app *app)
{
	struct json_object	*o = describe_routes(app);

	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
	    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
	return 0;
}

int
web_main(int argc, char **argv, const struct web_app *app)
{
	enum mode	mode;

	if (!read_options(argc, argv, &mode)) {
		print_usage(stderr, app);
		return 2;
	}
	route_check(app);
	switch (mode) {
	case MODE_ROUTES:
		return print_routes(app);
	case MODE_CHECK:
		return check(app);
	case MODE_CONFIG:
		load_config(app);
		conf_print(stdout);
		return 0;
	case MODE_VERSION:
		printf("%s %s\n", app->name, PACKAGE_VERSION);
		return 0;
	case MODE_HELP:
		print_usage(stdout, app);
		return 0;
	default:
		return serve_all(app);
	}
}
