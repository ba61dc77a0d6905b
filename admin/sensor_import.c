#include "sensor_import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arg_value.h"
#include "base/mem.h"
#include "domain/enrol_device.h"
#include "sensor_csv.h"

#define BATCH	1000		/* sensors a statement */

/* Also waits for the sensors sent before it. */
static const struct db_stmt count_stmt = { "sensor_count", 1, 1,
	"SELECT count(*) FROM devices"
	" WHERE organization_id = $1::uuid AND deleted_at IS NULL" };

/* Keys are checked by plans that are made once, while there are hardly any
 * sensors, when one index is as good as another. After the first thousand it
 * is not: the planner is told. */
static const struct db_stmt analyze_stmt = { "sensor_analyze", 0, -1,
	"ANALYZE frostguard.devices" };

/* A pipe cannot be read again, should the transaction be tried again: then
 * there is nothing in it, which is refused. */
static bool
read_list(struct act *a, struct sensor_csv *list)
{
	const char	*path = a->args->v[ARG_FILE];
	bool		 piped = strcmp(path, "-") == 0;
	FILE		*f = piped ? stdin : fopen(path, "re");
	bool		 ok;

	if (f == NULL) {
		(void)act_refuse(a, ARG_FILE, "%s", strerror(errno));
		return false;
	}
	sensor_csv_read(list, f);
	ok = !ferror(f);
	if (!ok)
		(void)act_refuse(a, ARG_FILE, "cannot be read");
	if (!piped)
		fclose(f);
	return ok;
}

static enum db_rc
refuse_list(struct act *a, struct sensor_csv *list)
{
	(void)act_refuse(a, ARG_FILE, "nothing was added for %zu fault%s\n%s",
	    list->nfaults, list->nfaults == 1 ? "" : "s",
	    buf_str(&list->faults));
	if (list->nfaults > SENSOR_CSV_FAULTS)
		buf_printf(&a->fault, "and %zu more",
		    list->nfaults - SENSOR_CSV_FAULTS);
	else
		a->fault.data[--a->fault.len] = '\0';	/* line feed */
	return DB_REFUSED;
}

/* What the next sensors ask for, and where they go. */
static enum db_rc
look_up(struct act *a, struct sensor_csv *list, const struct sensor_row *r,
    size_t n, struct uuid *at)
{
	static struct enrol_place	 p[BATCH];
	enum db_rc			 rc;

	for (size_t i = 0; i < n; i++)
		p[i] = (struct enrol_place){
		    .dev_eui = r[i].field[SENSOR_EUI],
		    .site = r[i].field[SENSOR_SITE],
		    .area = r[i].field[SENSOR_AREA],
		    .unit = r[i].field[SENSOR_UNIT],
		    .ttn_id = r[i].field[SENSOR_TTN_ID] };
	rc = enrol_find_places(&a->e, p, n);
	for (size_t i = 0; i < n && rc == DB_OK; i++) {
		at[i] = p[i].at;
		if (p[i].taken)
			sensor_csv_fault(list, r[i].line, SENSOR_EUI,
			    "there is a sensor %s already", p[i].dev_eui);
		if (p[i].ttn_taken)
			sensor_csv_fault(list, r[i].line, SENSOR_TTN_ID,
			    "another sensor has %s", p[i].ttn_id);
		if (p[i].found != ENROL_FOUND)
			sensor_csv_fault(list, r[i].line, SENSOR_UNIT,
			    "there is %s \"%s\" there", p[i].found ==
			    ENROL_NOBODY ? "no" : "more than one", p[i].unit);
	}
	return rc;
}

static void
add(struct act *a, const struct sensor_row *r, size_t n,
    const struct uuid *at)
{
	static struct enrol_device	 d[BATCH];

	for (size_t i = 0; i < n; i++) {
		const char *const	*f = r[i].field;

		d[i] = (struct enrol_device){ .dev_eui = f[SENSOR_EUI],
		    .name = f[SENSOR_NAME] != NULL ? f[SENSOR_NAME] :
		    f[SENSOR_EUI],
		    .manufacturer = f[SENSOR_MAKER],
		    .model = f[SENSOR_MODEL],
		    .join_eui = f[SENSOR_JOIN_EUI],
		    .ttn_id = f[SENSOR_TTN_ID],
		    .interval_s = arg_interval(f[SENSOR_INTERVAL]) };
	}
	enrol_devices(&a->e, d, at, n);
	enrol_pace(&a->e, d, n);
}

static void
say_rows(struct act *a, const struct sensor_row *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(&a->say, "line %zu: %s %s%s\n", r[i].line,
		    r[i].field[SENSOR_EUI],
		    r[i].field[SENSOR_UNIT] != NULL ? "to " : "on no unit",
		    r[i].field[SENSOR_UNIT] != NULL ?
		    r[i].field[SENSOR_UNIT] : "");
}

/* For who sits there and waits. */
static void
show_progress(size_t done, size_t n)
{
	if (n > BATCH && isatty(STDERR_FILENO))
		fprintf(stderr, "\r%zu of %zu%s", done, n,
		    done == n ? "\n" : "");
}

static size_t
batch_at(const struct sensor_csv *list, size_t i)
{
	return list->n - i < BATCH ? list->n - i : BATCH;
}

/* Every sensor is looked up before one is added: all faults are told, not
 * those of the first batch. */
static enum db_rc
import(struct act *a, struct sensor_csv *list, struct uuid *at,
    int64_t *total)
{
	PGresult	*res = NULL;
	enum db_rc	 rc = DB_OK;

	for (size_t i = 0; i < list->n && rc == DB_OK; i += BATCH)
		rc = look_up(a, list, &list->v[i], batch_at(list, i), &at[i]);
	if (rc != DB_OK || list->nfaults > 0)
		return rc;
	for (size_t i = 0; i < list->n; i += BATCH) {
		add(a, &list->v[i], batch_at(list, i), &at[i]);
		if (i == 0 && list->n > BATCH)
			db_send(a->e.db, &analyze_stmt);
		PQclear(res);
		rc = db_one(a->e.db, &count_stmt, &res,
		    db_arg_uuid(&a->e.organization));
		if (rc != DB_OK)
			return rc;
		show_progress(i + batch_at(list, i), list->n);
	}
	if (!db_i64(res, 0, 0, total))
		rc = db_bad_row(&count_stmt);
	PQclear(res);
	return rc;
}

enum db_rc
sensor_import(struct act *a)
{
	struct sensor_csv	 list;
	struct uuid		*at = NULL;
	enum db_rc		 rc = DB_REFUSED;
	int64_t			 total;

	sensor_csv_init(&list);
	if (!read_list(a, &list))
		goto out;
	at = mem_alloc(mem_product(list.n, sizeof(*at)));
	if (list.nfaults == 0)
		rc = import(a, &list, at, &total);
	if (list.nfaults > 0)
		rc = refuse_list(a, &list);
	if (rc != DB_OK)
		goto out;
	a->undo = a->args->v[ARG_DRY_RUN] != NULL;
	if (a->undo)
		say_rows(a, list.v, list.n);
	buf_printf(&a->say, "%zu sensor%s %s; the organization %s %" PRId64
	    "\n", list.n, list.n == 1 ? "" : "s", a->undo ? "would be added" :
	    "added", a->undo ? "would have" : "has", total);
out:
	free(at);
	sensor_csv_release(&list);
	return rc;
}
