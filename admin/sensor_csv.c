#include "sensor_csv.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "arg.h"
#include "base/csv_head.h"
#include "base/mem.h"

#define CHUNK		(64 * 1024)
#define FAULTS_MAX	(8 * 1024)
#define WHY_MAX		400
#define BLANKS		" \t"

static const struct csv_limits limits = { CSV_COLUMNS, 1000, 8000 };

static const struct csv_column columns[SENSOR_COLUMN__MAX] = {
	[SENSOR_EUI] = { "dev_eui", true },
	[SENSOR_NAME] = { "name", false },
	[SENSOR_SITE] = { "site", false },
	[SENSOR_AREA] = { "area", false },
	[SENSOR_UNIT] = { "unit", false },
	[SENSOR_MAKER] = { "manufacturer", false },
	[SENSOR_MODEL] = { "model", false },
	[SENSOR_INTERVAL] = { "interval", false },
	[SENSOR_JOIN_EUI] = { "join_eui", false },
	[SENSOR_TTN_ID] = { "ttn_device_id", false },
};

/* A field may hold what the same argument of "sensor add" may. */
static const enum arg same_as[SENSOR_COLUMN__MAX] = {
	[SENSOR_EUI] = ARG_DEVEUI, [SENSOR_NAME] = ARG_CALLED,
	[SENSOR_SITE] = ARG_SITE, [SENSOR_AREA] = ARG_AREA,
	[SENSOR_UNIT] = ARG_UNIT, [SENSOR_MAKER] = ARG_CALLED,
	[SENSOR_MODEL] = ARG_CALLED, [SENSOR_INTERVAL] = ARG_INTERVAL,
	[SENSOR_JOIN_EUI] = ARG_JOIN_EUI, [SENSOR_TTN_ID] = ARG_TTN_ID,
};

void
sensor_csv_init(struct sensor_csv *s)
{
	*s = (struct sensor_csv){ .arena = ARENA_INIT,
	    .faults = BUF_INIT(FAULTS_MAX) };
}

void
sensor_csv_release(struct sensor_csv *s)
{
	arena_release(&s->arena);
	buf_release(&s->faults);
	free(s->v);
	s->v = NULL;
	s->n = s->cap = s->nfaults = 0;
}

void
sensor_csv_fault(struct sensor_csv *s, size_t line, enum sensor_column column,
    const char *fmt, ...)
{
	va_list	ap;

	if (s->nfaults++ >= SENSOR_CSV_FAULTS)
		return;
	buf_printf(&s->faults, "line %zu", line);
	if (column != SENSOR_COLUMN__MAX)
		buf_printf(&s->faults, ", %s", columns[column].name);
	buf_puts(&s->faults, ": ");
	va_start(ap, fmt);
	buf_vprintf(&s->faults, fmt, ap);
	va_end(ap);
	buf_putc(&s->faults, '\n');
}

/* Without the blanks around it; NULL where nothing is left. */
static const char *
trim(struct arena *a, const char *text)
{
	size_t	len;

	text += strspn(text, BLANKS);
	len = strlen(text);
	while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
		len--;
	return len > 0 ? arena_strndup(a, text, len) : NULL;
}

/* EUIs in the one spelling that we keep; one that is none is gone. */
static void
spell_eui(struct sensor_csv *s, const char **text)
{
	char	eui[DEVEUI_TEXT];

	if (*text != NULL)
		*text = deveui_parse(*text, strlen(*text), eui) ?
		    arena_strdup(&s->arena, eui) : NULL;
}

/* "maker/model" in the column of the model is as good as two columns. */
static void
split_model(struct sensor_csv *s, struct sensor_row *r)
{
	const char	*maker = r->field[SENSOR_MAKER];
	const char	*model = r->field[SENSOR_MODEL], *slash, *fault;

	if (maker == NULL && model == NULL)
		return;
	if (maker != NULL && model != NULL)
		model = arena_printf(&s->arena, "%s/%s", maker, model);
	fault = model == NULL ? "is missing" : arg_fault(ARG_MODEL, model);
	if (fault != NULL) {
		sensor_csv_fault(s, r->line, SENSOR_MODEL, "%s", fault);
		return;
	}
	slash = strchr(model, '/');
	r->field[SENSOR_MAKER] = arena_strndup(&s->arena, model,
	    (size_t)(slash - model));
	r->field[SENSOR_MODEL] = slash + 1;
}

static void
check(struct sensor_csv *s, struct sensor_row *r)
{
	const char	*fault;

	if (r->field[SENSOR_EUI] == NULL)
		sensor_csv_fault(s, r->line, SENSOR_EUI, "is missing");
	if (r->field[SENSOR_UNIT] == NULL && (r->field[SENSOR_SITE] != NULL ||
	    r->field[SENSOR_AREA] != NULL))
		sensor_csv_fault(s, r->line, SENSOR_UNIT, "is missing, and a "
		    "sensor is on a unit or nowhere");
	for (enum sensor_column i = 0; i < SENSOR_COLUMN__MAX; i++)
		if (r->field[i] != NULL &&
		    (fault = arg_fault(same_as[i], r->field[i])) != NULL)
			sensor_csv_fault(s, r->line, i, "%s", fault);
	spell_eui(s, &r->field[SENSOR_EUI]);
	spell_eui(s, &r->field[SENSOR_JOIN_EUI]);
	split_model(s, r);
}

static void
add_row(struct sensor_csv *s, const struct csv_head *head,
    const struct csv_record *rec)
{
	struct sensor_row	*r;
	bool			 empty = true;	/* spreadsheets have such */

	if (s->n == s->cap) {
		s->cap = s->cap > 0 ? 2 * s->cap : 256;
		s->v = mem_resize(s->v,
		    mem_product(s->cap, sizeof(*s->v)));
	}
	r = &s->v[s->n];
	*r = (struct sensor_row){ .line = rec->line };
	for (size_t i = 0; i < SENSOR_COLUMN__MAX; i++) {
		r->field[i] = trim(&s->arena, csv_head_field(head, rec, i));
		empty = empty && r->field[i] == NULL;
	}
	if (empty)
		return;
	s->n++;
	if (rec->n > head->fields)
		sensor_csv_fault(s, rec->line, SENSOR_COLUMN__MAX,
		    "%zu fields under %zu columns", rec->n, head->fields);
	check(s, r);
}

/* False: nothing after it can be understood. */
static bool
take(struct sensor_csv *s, struct csv_head *head, const struct csv_record *rec)
{
	char	fault[WHY_MAX];

	if (head->fields > 0) {
		add_row(s, head, rec);
		if (s->n <= SENSOR_CSV_ROWS)
			return true;
		sensor_csv_fault(s, rec->line, SENSOR_COLUMN__MAX,
		    "a list may have %d sensors", SENSOR_CSV_ROWS);
		return false;
	}
	if (csv_head_read(rec, columns, SENSOR_COLUMN__MAX, head, fault,
	    sizeof(fault)))
		return true;
	sensor_csv_fault(s, rec->line, SENSOR_COLUMN__MAX, "%s", fault);
	return false;
}

struct key {			/* that may stand in the list once */
	const char	*text;
	size_t		 line;
};

static int
by_text(const void *a, const void *b)
{
	const struct key	*x = a, *y = b;
	const int		 order = strcmp(x->text, y->text);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static void
find_repeated(struct sensor_csv *s, enum sensor_column column)
{
	struct key	*v = mem_alloc(mem_product(s->n + 1, sizeof(*v)));
	size_t		 n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].field[column] != NULL)
			v[n++] = (struct key){ s->v[i].field[column],
			    s->v[i].line };
	qsort(v, n, sizeof(*v), by_text);
	for (size_t i = 1; i < n; i++)
		if (strcmp(v[i].text, v[i - 1].text) == 0)
			sensor_csv_fault(s, v[i].line, column,
			    "stands on line %zu too", v[i - 1].line);
	free(v);
}

void
sensor_csv_read(struct sensor_csv *s, FILE *f)
{
	struct csv		*c = csv_new(&limits);
	char			*chunk = mem_alloc(CHUNK);
	struct csv_head		 head = { 0 };
	struct csv_record	 rec;
	enum csv_rc		 rc = CSV_MORE;
	bool			 go_on = true;
	size_t			 n;

	while (go_on && rc != CSV_FAULT && (n = fread(chunk, 1, CHUNK, f)) > 0)
		for (const char *at = chunk; go_on && (rc = csv_read(c, &at,
		    chunk + n, &rec)) == CSV_RECORD; )
			go_on = take(s, &head, &rec);
	if (go_on && rc != CSV_FAULT && (rc = csv_end(c, &rec)) == CSV_RECORD)
		(void)take(s, &head, &rec);
	if (rc == CSV_FAULT)
		sensor_csv_fault(s, csv_fault_line(c), SENSOR_COLUMN__MAX,
		    "field %zu: %s", csv_fault_field(c), csv_fault(c));
	else if (s->n == 0 && s->nfaults == 0)
		sensor_csv_fault(s, 1, SENSOR_COLUMN__MAX,
		    "there are no %s", head.fields == 0 ? "columns" :
		    "sensors");
	find_repeated(s, SENSOR_EUI);
	find_repeated(s, SENSOR_TTN_ID);
	free(chunk);
	csv_free(c);
}
