#include "db/connect.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

#define TIMEOUT_S	"3"	/* to connect */
#define LOST_MS		"10000"	/* unacknowledged data on TCP: peer is gone */

static void
on_notice(void *arg, const PGresult *res)
{
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	(void)arg;
	log_debug("db.notice", LOG_STR("sqlstate", state));
}

static void
log_refusal(const char *message)
{
	char	*line = mem_strndup(message, strcspn(message, "\n"));

	log_warn("db.connect", LOG_STR("why", line));
	free(line);
}

/* Where a key repeats the last one counts; dbname is expanded. A NULL value
 * counts as not given. */
static const char *const keys[] = {
	"dbname", "user", "password", "application_name", "client_encoding",
	"connect_timeout", "tcp_user_timeout", "options", NULL
};
#define KEYS	(sizeof(keys) / sizeof(keys[0]))

struct parameters {
	const char	*values[KEYS];
	char		 options[256];
};

static void
fill(struct parameters *p, const struct connect *how)
{
	*p = (struct parameters){ { how->conninfo, how->user, how->password,
	    how->program, "UTF8", TIMEOUT_S, LOST_MS, p->options }, "" };
	snprintf(p->options, sizeof(p->options), "-c search_path="
	    CONNECT_SCHEMA " -c timezone=UTC"
	    " -c plan_cache_mode=force_generic_plan"
	    " -c statement_timeout=%" PRId64, how->timeout_ms);
}

/* Takes a connection that has come to its end, good or bad. */
static PGconn *
settle(PGconn *conn)
{
	if (conn == NULL)
		fatal("db: out of memory");
	if (PQstatus(conn) == CONNECTION_OK && PQenterPipelineMode(conn)) {
		PQsetNoticeReceiver(conn, on_notice, NULL);
		return conn;
	}
	log_refusal(PQerrorMessage(conn));
	PQfinish(conn);
	return NULL;
}

PGconn *
connect_open(const struct connect *how)
{
	struct parameters	p;

	fill(&p, how);
	return settle(PQconnectdbParams(keys, p.values, 1));
}

PGconn *
connect_begin(const struct connect *how)
{
	struct parameters	p;
	PGconn			*conn;

	fill(&p, how);
	conn = PQconnectStartParams(keys, p.values, 1);
	return conn != NULL && PQstatus(conn) != CONNECTION_BAD ? conn :
	    settle(conn);
}

PGconn *
connect_end(PGconn *conn)
{
	return settle(conn);
}

/* The password when line is role's, else NULL. Cuts the line's end off. */
static char *
password_in(char *line, const char *role)
{
	size_t	len = strlen(role);

	if (strncmp(line, role, len) != 0 || line[len] != ':')
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return mem_strdup(line + len + 1);
}

char *
connect_password(const char *path, const char *role)
{
	char	*line = NULL, *password = NULL;
	size_t	 size = 0;
	FILE	*f = fopen(path, "re");

	if (f == NULL) {
		log_error("db.passwords", LOG_STR("file", path),
		    LOG_STR("why", strerror(errno)));
		return NULL;
	}
	while (password == NULL && getline(&line, &size, f) >= 0)
		password = password_in(line, role);
	if (line != NULL)
		sodium_memzero(line, size);
	free(line);
	fclose(f);
	return password;
}
