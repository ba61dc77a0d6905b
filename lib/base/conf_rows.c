/* conf_rows.c - every key there is. doc/frostguard.conf.5 and
 * doc/frostguard.conf.sample name the same ones; a test compares. */
#include "base/conf.h"

#define KIB		INT64_C(1024)
#define MIB		(1024 * KIB)
#define SECOND		INT64_C(1000)
#define MINUTE		(60 * SECOND)
#define PATH_LEN	1024
#define SOCKET_LEN	107	/* what a struct sockaddr_un holds */

static const struct conf_row rows[] = {
	{ "base_url", CONF_TEXT, 0, 200, "", false,
	  "Address people reach this installation at, for links in messages." },
	{ "body_max", CONF_INT, 4 * KIB, 64 * MIB, "8388608", false,
	  "Largest request body in bytes; more is answered 413." },
	{ "database", CONF_TEXT, 0, 1000, "host=/run/postgresql "
	  "dbname=frostguard", true,
	  "Connection parameters as libpq takes them, without a user: each "
	  "program connects with the role of its zone." },
	{ "database_password_file", CONF_PATH, 0, PATH_LEN, "", false,
	  "File with one role:password a line; empty where roles are told by "
	  "the operating system's user." },
	{ "key_file", CONF_PATH, 1, PATH_LEN, SYSCONFDIR "/key", false,
	  "File of 32 random bytes that keys the hashes of webhook secrets and "
	  "seals stored credentials." },
	{ "log_level", CONF_LEVEL, 0, 0, "info", false,
	  "Least level that is logged: debug, info, warn or error." },
	{ "metrics_file", CONF_PATH, 0, PATH_LEN, "/run/frostguard/metrics",
	  false,
	  "File in which all processes count; empty counts in each process "
	  "for itself." },
	{ "partition_months_ahead", CONF_INT, 1, 24, "3", false,
	  "Months beyond the current one that have a partition ready." },
	{ "retention_months", CONF_INT, 0, 1200, "24", false,
	  "Months after which readings are deleted, but for what is held; 0 "
	  "keeps them for ever." },
	{ "run_dir", CONF_PATH, 1, PATH_LEN, "/run/frostguard", false,
	  "Directory of sockets and locks." },
	{ "session_hours", CONF_INT, 1, 720, "12", false,
	  "Hours after which a sign-in ends." },
	{ "spool_dir", CONF_PATH, 1, PATH_LEN, "/var/lib/frostguard/spool",
	  false,
	  "Directory that keeps received messages while PostgreSQL is away." },
	{ "spool_max_bytes", CONF_INT, MIB, MIB * MIB, "1073741824", false,
	  "Bytes the spool may hold; then messages are refused with 503." },
	{ "sql_dir", CONF_PATH, 1, PATH_LEN, PKGDATADIR "/sql", false,
	  "Directory of the schema that frostguard migrate applies." },
	{ "state_dir", CONF_PATH, 1, PATH_LEN, "/var/lib/frostguard", false,
	  "Directory of what must survive a restart." },
	{ "statement_timeout", CONF_DURATION, 100, 10 * MINUTE, "5s", false,
	  "Longest time one database statement may take." },
	{ "stream_clients", CONF_INT, 1, 1000000, "20000", false,
	  "Event streams open at once; more are answered 503." },
	{ "stream_clients_per_session", CONF_INT, 1, 1000000, "32", false,
	  "Event streams of one sign-in; more are answered 429." },
	{ "stream_database", CONF_TEXT, 0, 1000, "", true,
	  "Connection parameters of the streamer where database names a "
	  "pooler: it needs a server connection of its own." },
	{ "stream_keep", CONF_DURATION, 0, 24 * 60 * MINUTE, "5min", false,
	  "How long the events of an organization are kept for readers that "
	  "come back after the last one left." },
	{ "stream_ping", CONF_DURATION, SECOND, 10 * MINUTE, "20s", false,
	  "How often an idle event stream gets a comment." },
	{ "stream_queue", CONF_INT, 4 * KIB, 64 * MIB, "524288", false,
	  "Bytes an event stream may leave unread; with more it is closed. "
	  "More than stream_ring_bytes, or who comes back is closed at once." },
	{ "stream_recheck", CONF_DURATION, 100, 60 * MINUTE, "1min", false,
	  "How often the session behind an event stream is looked up again." },
	{ "stream_ring", CONF_INT, 0, 100000, "512", false,
	  "Events kept per organization for readers that come back." },
	{ "stream_ring_bytes", CONF_INT, 0, 64 * MIB, "262144", false,
	  "Bytes of them, at most." },
	{ "stream_socket", CONF_PATH, 1, SOCKET_LEN,
	  "/run/frostguard/stream.events", false,
	  "Unix datagram socket on which the streamer takes events." },
	{ "templates_dir", CONF_PATH, 1, PATH_LEN, PKGDATADIR "/templates",
	  false,
	  "Directory of the page templates." },
	{ "workers_alerts", CONF_INT, 1, 256, "2", false,
	  "Processes that answer for alerts." },
	{ "workers_auth", CONF_INT, 1, 256, "2", false,
	  "Processes that sign people in." },
	{ "workers_bulk", CONF_INT, 1, 256, "2", false,
	  "Processes that take many readings at once." },
	{ "workers_health", CONF_INT, 1, 256, "1", false,
	  "Processes that answer health checks." },
	{ "workers_units", CONF_INT, 1, 256, "4", false,
	  "Processes that answer for units and the first page." },
	{ "workers_uplinks", CONF_INT, 0, 256, "0", false,
	  "Processes that take messages of LoRaWAN networks; 0 means one for "
	  "each processor, but two at least." },
};

const struct conf_row *
conf_rows(size_t *n)
{
	*n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
