#include "import_file.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/when.h"
#include "domain/enrol_find.h"

#define CHUNK		(256 * 1024)
#define AHEAD_MS	INT64_C(300000)		/* of our clock, at most */
#define OLDEST_MS	INT64_C(978307200000)	/* 2001: a clock not set */

static const struct csv_limits limits = { 64, 1000, 8000 };

static const struct db_stmt unit_stmt = { "import_unit", 2, 3,
	"SELECT s.timezone, r.temp_limit_high, r.temp_limit_low"
	"  FROM units u"
	"  JOIN areas a ON a.organization_id = u.organization_id"
	"	AND a.id = u.area_id"
	"  JOIN sites s ON s.organization_id = a.organization_id"
	"	AND s.id = a.site_id"
	"  LEFT JOIN unit_rules r ON r.organization_id = u.organization_id"
	"	AND r.unit_id = u.id"
	" WHERE u.organization_id = $1::uuid AND u.id = $2::uuid" };

struct import_unit {
	char		*name, *zone;
	const char	*fault;		/* NULL: it is there */
	struct uuid	 id;
	bool		 has_high, has_low;
	centi_t		 high, low;
	int64_t		 civil_ms, at_ms;	/* of the line before; 0: none */
	int		 way;		/* 1: times rise; -1: they fall */
	/* Of the day of the line before: what its clocks are ahead of UTC. */
	int64_t		 day, east_ms;
	bool		 plain_day;	/* no clock is set around it */
};

static void
tell(struct import_file *f, size_t line, const char *why)
{
	f->im->refused++;
	if (f->shown++ < IMPORT_FAULTS_SHOWN)
		fprintf(stderr, "line %zu: %s\n", line, why);
	else if (f->shown == IMPORT_FAULTS_SHOWN + 1)
		fprintf(stderr, "more lines are not understood; only their "
		    "number is told\n");
}

static enum db_rc
load_unit(struct import_file *f, struct import_unit *u)
{
	PGresult	*res = NULL;
	const char	*zone;
	enum db_rc	 rc;

	rc = db_one(f->im->db, &unit_stmt, &res,
	    db_arg_uuid(&f->im->organization), db_arg_uuid(&u->id));
	if (rc == DB_OK && !(db_text(res, 0, 0, &zone) &&
	    db_opt_centi(res, 0, 1, &u->has_high, &u->high) &&
	    db_opt_centi(res, 0, 2, &u->has_low, &u->low)))
		rc = db_bad_row(&unit_stmt);
	if (rc == DB_OK)
		u->zone = mem_strdup(f->wish->timezone != NULL ?
		    f->wish->timezone : zone);
	PQclear(res);
	return rc;
}

static enum db_rc
find_unit(struct import_file *f, struct import_unit *u)
{
	struct enrol	e = { .db = f->im->db,
			    .organization = f->im->organization };

	switch (enrol_find_unit(&e, f->wish->site, f->wish->area, u->name,
	    &u->id)) {
	case ENROL_FOUND:
		return load_unit(f, u);
	case ENROL_NOBODY:
		u->fault = "there is no such unit";
		return DB_OK;
	case ENROL_SEVERAL:
		u->fault = "several units have that name: say --site or --area";
		return DB_OK;
	default:
		return DB_DOWN;
	}
}

static bool
has_name(const struct import_unit *u, const char *name, size_t len)
{
	return strncasecmp(u->name, name, len) == 0 && u->name[len] == '\0';
}

/* NULL: the database failed. Most lines are of the unit of the line before, or
 * of the one that followed it when lines went round the last time. */
static struct import_unit *
unit_named(struct import_file *f, const char *name, size_t len)
{
	struct import_unit	*u;

	for (size_t i = 0; i < f->nunits; i++, f->unit++) {
		f->unit = f->unit < f->nunits ? f->unit : 0;
		if (has_name(&f->units[f->unit], name, len))
			return &f->units[f->unit];
	}
	f->units = mem_resize(f->units, mem_product(f->nunits + 1,
	    sizeof(*f->units)));
	u = &f->units[f->nunits];
	*u = (struct import_unit){ .name = mem_strndup(name, len), .way = 1,
	    .day = INT64_MIN };
	f->unit = f->nunits++;
	return find_unit(f, u) == DB_OK ? u : NULL;
}

/* Most days have one offset, known from the line before. */
static int
instants(struct import_unit *u, int64_t civil_ms, int64_t at[2])
{
	const int64_t	day = civil_ms / INT64_C(86400000);
	int64_t		noon[2];
	int		n;

	if (u->plain_day && day == u->day) {
		at[0] = civil_ms - u->east_ms;
		return 1;
	}
	n = when_from_local(civil_ms, u->zone, at);
	u->day = day;
	u->plain_day = n == 1 &&
	    when_from_local(day * INT64_C(86400000), u->zone, noon) == 1 &&
	    civil_ms - at[0] == day * INT64_C(86400000) - noon[0] &&
	    when_from_local((day + 1) * INT64_C(86400000) - 1, u->zone, noon)
	    == 1 && civil_ms - at[0] == (day + 1) * INT64_C(86400000) - 1 -
	    noon[0];
	u->east_ms = civil_ms - at[0];
	return n;
}

/*
 * A time that clocks showed twice is the first of the two, until the lines
 * have gone through it: then it is the second. In a file that runs backwards
 * it is the other way round.
 */
static int64_t
choose(const struct import_unit *u, const int64_t at[2])
{
	if (u->at_ms == 0)
		return at[0];
	if (u->way > 0)
		return at[0] > u->at_ms ? at[0] : at[1];
	return at[1] < u->at_ms ? at[1] : at[0];
}

static const char *
instant_of(struct import_file *f, struct import_unit *u,
    const struct logger_time *t, int64_t *at_ms)
{
	int64_t	at[2] = { t->civil_ms - t->east_ms, 0 };
	int	n = t->has_offset ? 1 : instants(u, t->civil_ms, at);

	if (n < 0)
		return "the time zone is not known";
	f->forward += n == 0;
	f->twice += n == 2;
	*at_ms = n == 2 ? choose(u, at) : at[0];
	if (u->at_ms != 0 && n == 1 && *at_ms != u->at_ms)
		u->way = *at_ms > u->at_ms ? 1 : -1;
	if (*at_ms > f->im->now_ms + AHEAD_MS)
		return "the time is still to come";
	if (*at_ms < OLDEST_MS)
		return "the logger's clock was not set";
	u->at_ms = *at_ms;
	return NULL;
}

static const char *
time_of(const struct import_file *f, const struct csv_record *rec,
    struct logger_time *t)
{
	char		 both[128];
	size_t		 len, date_len;
	const char	*text = logger_field(&f->head, rec, LOGGER_TIME, &len);
	const char	*date = logger_field(&f->head, rec, LOGGER_DATE,
			    &date_len);

	if (f->head.at[LOGGER_DATE] == 0)
		return logger_time(text, len, f->wish->order, t);
	snprintf(both, sizeof(both), "%.*s %.*s", (int)date_len, date,
	    (int)len, text);
	return logger_time(both, strlen(both), f->wish->order, t);
}

/* What the line says, but whose it is. */
static const char *
values_of(const struct import_file *f, const struct csv_record *rec,
    struct logger_time *t, struct reading_copy *r)
{
	const char	*text, *why;
	size_t		 len;

	if ((why = time_of(f, rec, t)) != NULL)
		return why;
	text = logger_field(&f->head, rec, LOGGER_TEMPERATURE, &len);
	why = logger_temperature(text, len, f->head.degrees !=
	    DEGREES_UNSAID ? f->head.degrees : f->wish->degrees,
	    &r->temperature);
	if (why != NULL)
		return why;
	text = logger_field(&f->head, rec, LOGGER_HUMIDITY, &len);
	return logger_humidity(text, len, &r->has_humidity, &r->humidity_cpct);
}

static void
count(struct import_file *f, const struct reading_copy *r)
{
	if (f->first_ms == 0 || r->at_ms < f->first_ms)
		f->first_ms = r->at_ms;
	if (r->at_ms > f->last_ms)
		f->last_ms = r->at_ms;
	f->readings++;
	f->outside += r->anomaly;
	f->doomed += r->at_ms < f->keep_after_ms;
}

/* False: the database failed. What is done with, some time before, is read
 * all the same: where clocks are set back the lines before decide. */
static bool
take_line(struct import_file *f, const struct csv_record *rec)
{
	struct reading_copy r = { .organization = f->im->organization,
				.received_ms = f->im->now_ms, .f_cnt = -1,
				.battery = -1, .source = 'f' };
	const bool	    done = (int64_t)rec->line <= f->im->line;
	struct logger_time  t;
	struct import_unit *u = NULL;
	size_t		    len = f->wish->unit != NULL ?
				strlen(f->wish->unit) : 0;
	const char	   *name = f->wish->unit;
	const char	   *why = values_of(f, rec, &t, &r);

	if (name == NULL)
		name = logger_field(&f->head, rec, LOGGER_UNIT, &len);
	if (why == NULL && len == 0)
		why = "there is no unit";
	if (why == NULL && (u = unit_named(f, name, len)) == NULL)
		return false;
	if (why == NULL)
		why = u->fault;
	if (why == NULL)
		why = instant_of(f, u, &t, &r.at_ms);
	if (why != NULL) {
		if (!done)
			tell(f, rec->line, why);
		return true;
	}
	r.unit = u->id;
	r.anomaly = (u->has_high && r.temperature > u->high) ||
	    (u->has_low && r.temperature < u->low);
	count(f, &r);
	if (!done)
		import_add(f->im, &r);
	return true;
}

/* Whether what is done with by now is stored. */
static bool
stored(enum db_rc rc)
{
	if (rc == DB_CONFLICT)
		fprintf(stderr, "frostguard: somebody else is storing the same "
		    "readings at the same time\n");
	return rc == DB_OK;
}

/* Loggers say who they are before they say what they measured. */
static bool
take_head(struct import_file *f, const struct csv_record *rec)
{
	if (!logger_head(rec, f->wish->headings, &f->head)) {
		if (++f->before_head < IMPORT_HEAD_WITHIN)
			return true;
		fprintf(stderr, "frostguard: none of the first %d lines has "
		    "the headings; name them by --time and --temperature\n",
		    IMPORT_HEAD_WITHIN);
		return false;
	}
	f->has_head = true;
	if (f->head.degrees != DEGREES_UNSAID &&
	    f->wish->degrees != DEGREES_UNSAID &&
	    f->head.degrees != f->wish->degrees) {
		fprintf(stderr, "line %zu: the heading says degrees %s, "
		    "--degrees the other\n", rec->line,
		    f->head.degrees == DEGREES_C ? "Celsius" : "Fahrenheit");
		return false;
	}
	if (f->wish->unit == NULL && f->head.at[LOGGER_UNIT] == 0) {
		fprintf(stderr, "frostguard: there is no column of units: "
		    "say --unit\n");
		return false;
	}
	return true;
}

static bool
take(struct import_file *f, const struct csv_record *rec)
{
	if (!f->has_head)
		return take_head(f, rec);
	if (import_is_full(f->im)) {
		if (!stored(import_flush(f->im, f->last_line)))
			return false;
		f->progress(f);
	}
	if (!take_line(f, rec))
		return false;
	f->last_line = (int64_t)rec->line;
	if (f->im->refused < IMPORT_FAULTS_MAX)
		return true;
	fprintf(stderr, "frostguard: %d lines are not understood: is this the "
	    "right file, and the right way to read it?\n", IMPORT_FAULTS_MAX);
	return false;
}

/* What stands before a fault is stored, and the position remembered. */
static bool
end(struct import_file *f, struct csv *csv, enum csv_rc rc)
{
	struct csv_record	rec;

	if (rc == CSV_MORE && (rc = csv_end(csv, &rec)) == CSV_RECORD) {
		f->cut_off = true;
		if (!take(f, &rec))
			return false;
	}
	if (rc == CSV_FAULT) {
		tell(f, csv_fault_line(csv), csv_fault(csv));
		if (f->has_head && !stored(import_flush(f->im, f->last_line)))
			fprintf(stderr, "frostguard: nor was it stored\n");
		return false;
	}
	if (!f->has_head) {
		fprintf(stderr, "frostguard: no line has the headings; name "
		    "them by --time and --temperature\n");
		return false;
	}
	return stored(import_finish(f->im, f->last_line));
}

bool
import_file_read(struct import_file *f, FILE *from)
{
	struct csv	  *csv = csv_new(&limits);
	char		  *chunk = mem_alloc(CHUNK);
	struct csv_record  rec;
	enum csv_rc	   rc = CSV_MORE;
	bool		   good = true;
	size_t		   n;

	while (good && rc == CSV_MORE &&
	    (n = fread(chunk, 1, CHUNK, from)) > 0) {
		const char	*p = chunk;

		while (good && (rc = csv_read(csv, &p, chunk + n, &rec)) ==
		    CSV_RECORD)
			good = take(f, &rec);
	}
	if (good && ferror(from)) {
		perror("frostguard");
		good = false;
	}
	good = good && end(f, csv, rc);
	free(chunk);
	csv_free(csv);
	return good;
}

void
import_file_release(struct import_file *f)
{
	for (size_t i = 0; i < f->nunits; i++) {
		free(f->units[i].name);
		free(f->units[i].zone);
	}
	free(f->units);
	f->units = NULL;
	f->nunits = 0;
}
