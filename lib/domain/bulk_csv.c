#include "domain/bulk_csv.h"
#include "base/csv.h"

#define FIELDS_MAX	64		/* of a line, */
#define FIELD_MAX	1024		/* and what one may hold */

struct table {			/* CSV being read */
	struct bulk_list	*l;
	const char		*name[FIELDS_MAX];
	size_t			 fields;	/* 0: no head yet */
};

static void
read_head(struct table *t, const struct csv_record *rec)
{
	t->fields = rec->n;
	for (size_t i = 0; i < rec->n; i++)
		t->name[i] = arena_strdup(&t->l->arena, rec->field[i].text);
}

static bool
read_record(struct table *t, const struct csv_record *rec)
{
	struct bulk_item	*it;

	if (t->fields == 0) {
		read_head(t, rec);
		return true;
	}
	if ((it = bulk_list_add(t->l)) == NULL)
		return false;
	if (rec->n != t->fields)
		bulk_item_fault(it, "VALIDATION_ERROR", "",
		    "is a line of more or fewer fields than the first");
	for (size_t i = 0; i < rec->n && i < t->fields; i++)
		bulk_item_set(it, t->name[i], BULK_ANY, rec->field[i].text,
		    rec->field[i].len);
	return true;
}

const char *
bulk_csv_read(struct bulk_list *l, const char *text, size_t len)
{
	static const struct csv_limits limits = { FIELDS_MAX, FIELD_MAX,
	    FIELDS_MAX * (FIELD_MAX + 1) };
	struct table		 t = { .l = l };
	struct csv		*c = csv_new(&limits);
	const char		*end = text + len, *why = NULL;
	struct csv_record	 rec;
	enum csv_rc		 rc = CSV_RECORD;

	while (rc == CSV_RECORD && why == NULL) {
		rc = csv_read(c, &text, end, &rec);
		if (rc == CSV_MORE)
			rc = csv_end(c, &rec);
		if (rc == CSV_RECORD)
			why = read_record(&t, &rec) ? NULL : bulk_too_many;
	}
	if (rc == CSV_FAULT)
		why = arena_printf(&l->arena, "line %zu: %s",
		    csv_fault_line(c), csv_fault(c));
	csv_free(c);
	return why;
}
