#include "domain/bulk_find.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

static const struct db_stmt devices_stmt = { "bulk_devices", 1,
	1 + DEVICE_NCOLS,
	"SELECT d.device_eui," DEVICE_COLUMNS " FROM devices d" DEVICE_STATE
	" WHERE d.organization_id = current_org()"
	"   AND d.device_eui = ANY ($1::text[]) AND d.deleted_at IS NULL"
	" ORDER BY d.device_eui" };

static const struct db_stmt units_stmt = { "bulk_units", 1, UNIT_WATCH_NCOLS,
	"SELECT" UNIT_WATCH_COLUMNS " FROM unit_state s" UNIT_WATCH_RULES
	" WHERE s.organization_id = current_org()"
	"   AND s.unit_id = ANY ($1::uuid[])"
	" ORDER BY s.unit_id FOR NO KEY UPDATE OF s" };

static const struct db_stmt *const stmts[] = { &devices_stmt, &units_stmt };
const struct db_stmt_list bulk_find_stmts = { stmts,
	sizeof(stmts) / sizeof(stmts[0]) };

static int
by_eui(const void *a, const void *b)
{
	return strcmp((*(struct bulk_item *const *)a)->dev_eui,
	    (*(struct bulk_item *const *)b)->dev_eui);
}

static int
compare_units(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

/* Of each unit in the order it was measured; of one instant, as sent. */
static int
by_unit(const void *a, const void *b)
{
	const struct bulk_item	*x = *(struct bulk_item *const *)a;
	const struct bulk_item	*y = *(struct bulk_item *const *)b;
	const int		 order = compare_units(&x->unit, &y->unit);

	if (order != 0)
		return order;
	if (x->recorded_at_ms != y->recorded_at_ms)
		return x->recorded_at_ms < y->recorded_at_ms ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Those without a fault, in an order. */
static void
sort(struct bulk_found *f, struct bulk_list *list,
    int (*order)(const void *, const void *))
{
	f->n = 0;
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].fault.code == NULL)
			f->item[f->n++] = &list->v[i];
	qsort(f->item, f->n, sizeof(f->item[0]), order);
}

static void
add_word(struct buf *array, const char *word)
{
	if (array->len > 1)
		buf_putc(array, ',');
	buf_puts(array, word);
}

/* DevEUIs of the items, which are in their order, each once. */
static void
list_euis(const struct bulk_found *f, struct buf *out)
{
	const char	*last = "";

	buf_putc(out, '{');
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->item[i]->dev_eui, last) != 0)
			add_word(out, last = f->item[i]->dev_eui);
	buf_putc(out, '}');
}

static void
list_units(const struct bulk_found *f, struct buf *out)
{
	char	text[UUID_TEXT];

	buf_putc(out, '{');
	for (size_t i = 0; i < f->n; i++)
		if (i == 0 || !uuid_eq(&f->item[i]->unit,
		    &f->item[i - 1]->unit))
			add_word(out, uuid_format(&f->item[i]->unit, text));
	buf_putc(out, '}');
}

/* The item's device, and its unit where the item names none. */
static void
attach(struct bulk_item *it, struct device *d)
{
	it->device = d;
	if (uuid_is_nil(&it->unit))
		it->unit = d->unit;
	if (uuid_is_nil(&it->unit))
		bulk_item_fault(it, "UNIT_NOT_FOUND", "deviceEui",
		    "is a sensor on no unit; name the unit");
}

/* Both the rows and the items are in the order of the DevEUI. */
static bool
map_devices(struct bulk_found *f, const PGresult *res)
{
	const size_t	 n = (size_t)PQntuples(res);
	struct device	*d;
	const char	*eui;
	size_t		 k = 0;

	f->device = mem_resize(f->device, mem_product(n + 1, sizeof(*d)));
	for (f->ndevices = 0; f->ndevices < n; f->ndevices++) {
		d = &f->device[f->ndevices];
		*d = (struct device)DEVICE_INIT;
		if (!db_text(res, (int)f->ndevices, 0, &eui) ||
		    !device_map(res, (int)f->ndevices, 1, d))
			return false;
		while (k < f->n && strcmp(f->item[k]->dev_eui, eui) < 0)
			k++;
		for (; k < f->n && strcmp(f->item[k]->dev_eui, eui) == 0; k++)
			attach(f->item[k], d);
	}
	return true;
}

static enum db_rc
find_devices(struct bulk_found *f, struct db *db, struct bulk_list *list)
{
	struct buf	 euis = BUF_INIT(BULK_MAX * (DEVEUI_TEXT + 1) + 3);
	PGresult	*res = NULL;
	enum db_rc	 rc = DB_OK;

	sort(f, list, by_eui);
	f->ndevices = 0;
	for (size_t i = 0; i < f->n; i++)
		f->item[i]->device = NULL;
	if (f->n == 0 || f->item[f->n - 1]->dev_eui[0] == '\0')
		return DB_OK;
	list_euis(f, &euis);
	rc = db_query(db, &devices_stmt, &res, db_arg_text(buf_str(&euis)));
	if (rc == DB_OK && !map_devices(f, res))
		rc = db_bad_row(&devices_stmt);
	PQclear(res);
	buf_release(&euis);
	for (size_t i = 0; i < f->n && rc == DB_OK; i++)
		if (f->item[i]->dev_eui[0] != '\0' &&
		    f->item[i]->device == NULL)
			bulk_item_fault(f->item[i], "DEVICE_NOT_FOUND",
			    "deviceEui", "is no sensor of yours");
	return rc;
}

static bool
map_units(struct bulk_found *f, const PGresult *res, int64_t now_ms)
{
	const size_t	n = (size_t)PQntuples(res);

	f->unit = mem_resize(f->unit, mem_product(n + 1, sizeof(*f->unit)));
	for (f->nunits = 0; f->nunits < n; f->nunits++)
		if (!unit_watch_map(res, (int)f->nunits, 0, now_ms,
		    &f->unit[f->nunits].watch))
			return false;
	return true;
}

static enum db_rc
lock_units(struct bulk_found *f, struct db *db, struct bulk_list *list,
    int64_t now_ms)
{
	struct buf	 units = BUF_INIT(BULK_MAX * (UUID_TEXT + 1) + 3);
	PGresult	*res = NULL;
	enum db_rc	 rc;

	sort(f, list, by_unit);
	f->nunits = 0;
	if (f->n == 0)
		return DB_OK;
	list_units(f, &units);
	rc = db_query(db, &units_stmt, &res, db_arg_text(buf_str(&units)));
	if (rc == DB_OK && !map_units(f, res, now_ms))
		rc = db_bad_row(&units_stmt);
	PQclear(res);
	buf_release(&units);
	return rc;
}

static void
refuse(struct bulk_item *it)
{
	bulk_item_fault(it, "UNIT_NOT_FOUND", "unitId",
	    "is no unit of yours that is watched");
}

/* The items from k on that are of this unit, of which there may be none;
 * those before them are of a unit that was not found, or nobody watches. */
static size_t
assign(struct bulk_found *f, size_t k, struct bulk_unit *u)
{
	const struct uuid	*unit = &u->watch.unit;

	for (; k < f->n && compare_units(&f->item[k]->unit, unit) < 0; k++)
		refuse(f->item[k]);
	u->v = &f->item[k];
	for (u->n = 0; u->watch.active && k < f->n &&
	    uuid_eq(&f->item[k]->unit, unit); k++)
		u->n++;
	return k;
}

/* The items and the locked units are both in the order of the unit. */
static void
assign_all(struct bulk_found *f)
{
	size_t	k = 0;

	for (size_t i = 0; i < f->nunits; i++)
		k = assign(f, k, &f->unit[i]);
	for (; k < f->n; k++)
		refuse(f->item[k]);
}

enum db_rc
bulk_find(struct bulk_found *f, struct db *db, struct bulk_list *list,
    int64_t now_ms)
{
	enum db_rc	rc = find_devices(f, db, list);

	if (rc == DB_OK)
		rc = lock_units(f, db, list, now_ms);
	if (rc == DB_OK)
		assign_all(f);
	return rc;
}

void
bulk_found_release(struct bulk_found *f)
{
	free(f->device);
	free(f->unit);
}
