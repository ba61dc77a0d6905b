#include "base/conf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

struct value {
	char	*text;
	int64_t	 i;		/* integer, 0 or 1, milliseconds */
	bool	 given;		/* by the file */
};

static struct value *values;	/* one per row; NULL before conf_load() */

static const char *const kind_names[CONF__MAX] = {
	[CONF_TEXT] = "text",
	[CONF_INT] = "integer",
	[CONF_BOOL] = "boolean",
	[CONF_PATH] = "path",
	[CONF_LEVEL] = "level",
	[CONF_DURATION] = "duration",
};

const char *
conf_kind_name(enum conf_kind kind)
{
	return kind_names[kind];
}

/* Leading digits only, saturating: the caller's range check refuses it. */
static const char *
read_digits(const char *s, int64_t *out)
{
	int64_t	v = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		v = v <= (INT64_MAX - 9) / 10 ? v * 10 + (*s - '0') : v;
	*out = v;
	return s;
}

static bool
read_int(const char *s, int64_t *out)
{
	const char	*digits = *s == '-' ? s + 1 : s;
	const char	*end = read_digits(digits, out);

	if (*s == '-')
		*out = -*out;
	return end > digits && *end == '\0';
}

bool
conf_duration(const char *s, int64_t *out)
{
	static const struct {
		const char	*unit;
		int64_t		 ms;
	} units[] = {
		{ "ms", 1 }, { "s", 1000 }, { "min", 60000 },
		{ "h", 3600000 }, { "d", 86400000 },
	};
	const char	*end = read_digits(s, out);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (end > s && strcmp(end, units[i].unit) == 0)
			return !__builtin_mul_overflow(*out, units[i].ms, out);
	return false;
}

static bool
read_bool(const char *s, int64_t *out)
{
	*out = strcmp(s, "yes") == 0;
	return *out == 1 || strcmp(s, "no") == 0;
}

/* NULL and *i, or what is wrong with the text. */
static const char *
fault_of(const struct conf_row *row, const char *text, int64_t *i)
{
	int64_t		len = (int64_t)strlen(text);
	enum log_level	level;

	*i = 0;
	switch (row->kind) {
	case CONF_TEXT:
		return len < row->min || len > row->max ? "wrong length" : NULL;
	case CONF_PATH:
		if (len < row->min || len > row->max)
			return "wrong length";
		return len > 0 && text[0] != '/' ? "not an absolute path" :
		    NULL;
	case CONF_BOOL:
		return read_bool(text, i) ? NULL : "neither yes nor no";
	case CONF_LEVEL:
		return log_level_parse(text, &level) ? NULL :
		    "none of debug, info, warn, error";
	case CONF_INT:
		if (!read_int(text, i))
			return "not an integer";
		break;
	case CONF_DURATION:
		if (!conf_duration(text, i))
			return "not a duration such as 250ms, 30s, 5min, 2h";
		break;
	case CONF__MAX:
		bug("conf: %s has no kind", row->key);
	}
	return *i < row->min || *i > row->max ? "out of range" : NULL;
}

static void
set_defaults(void)
{
	size_t			 n;
	const struct conf_row	*row = conf_rows(&n);

	if (values == NULL)
		values = mem_alloc(mem_product(n, sizeof(*values)));
	for (size_t i = 0; i < n; i++) {
		if (fault_of(&row[i], row[i].def, &values[i].i) != NULL)
			bug("conf: bad default of %s", row[i].key);
		free(values[i].text);
		values[i].text = mem_strdup(row[i].def);
		values[i].given = false;
	}
}

/* The row's index, or the number of rows. */
static size_t
find(const char *key)
{
	size_t			 n, i;
	const struct conf_row	*row = conf_rows(&n);

	for (i = 0; i < n; i++)
		if (strcmp(row[i].key, key) == 0)
			break;
	return i;
}

static char *
trim(char *s)
{
	size_t	len;

	s += strspn(s, " \t");
	for (len = strlen(s); len > 0 && strchr(" \t\r\n", s[len - 1]); )
		s[--len] = '\0';
	return s;
}

/* NULL, or a static phrase; *key is what it is about. */
static const char *
take_line(char *line, const char **key)
{
	char			*equals;
	const char		*text, *fault;
	size_t			 n, i;
	const struct conf_row	*row = conf_rows(&n);
	int64_t			 number;

	line = trim(line);
	*key = line;
	if (*line == '\0' || *line == '#')
		return NULL;
	if ((equals = strchr(line, '=')) == NULL)
		return "no \"=\"";
	*equals = '\0';
	*key = trim(line);
	text = trim(equals + 1);
	if ((i = find(*key)) == n)
		return "unknown key";
	if (values[i].given)
		return "given twice";
	if ((fault = fault_of(&row[i], text, &number)) != NULL)
		return fault;
	free(values[i].text);
	values[i] = (struct value){ mem_strdup(text), number, true };
	return NULL;
}

static char *
complaint(const char *path, int line, const char *about, const char *fault)
{
	struct buf	b = BUF_INIT(SIZE_MAX);

	if (line > 0)
		buf_printf(&b, "%s:%d: %s: %s", path, line, about, fault);
	else
		buf_printf(&b, "%s: %s", path, fault);
	return buf_detach(&b);
}

/* NULL, or the complaint. */
static char *
take_file(const char *path, FILE *f)
{
	char		*line = NULL, *why = NULL;
	const char	*fault, *key;
	size_t		 size = 0;
	ssize_t		 len;

	for (int n = 1; why == NULL && (len = getline(&line, &size, f)) >= 0;
	    n++) {
		if (strlen(line) != (size_t)len)
			why = complaint(path, n, "line", "contains NUL");
		else if ((fault = take_line(line, &key)) != NULL)
			why = complaint(path, n, key, fault);
	}
	if (why == NULL && ferror(f))
		why = complaint(path, 0, "", "cannot be read");
	free(line);
	return why;
}

bool
conf_load(const char *path, char **why)
{
	bool	 optional = false;
	FILE	*f;

	if (path == NULL)
		path = getenv("FROSTGUARD_CONF");
	if (path == NULL) {
		path = SYSCONFDIR "/frostguard.conf";
		optional = true;
	}
	set_defaults();
	*why = NULL;
	if ((f = fopen(path, "re")) == NULL) {
		if (!(optional && errno == ENOENT))
			*why = complaint(path, 0, "", strerror(errno));
		return *why == NULL;
	}
	*why = take_file(path, f);
	fclose(f);
	if (*why != NULL)
		set_defaults();
	return *why == NULL;
}

#define BIT(kind)	(1u << (kind))

static const struct value *
value_of(const char *key, unsigned kinds)
{
	size_t			 n, i = find(key);
	const struct conf_row	*row = conf_rows(&n);

	if (values == NULL)
		bug("conf: %s asked for before conf_load()", key);
	if (i == n || (kinds & BIT(row[i].kind)) == 0)
		bug("conf: no such key of that kind: %s", key);
	return &values[i];
}

const char *
conf_text(const char *key)
{
	return value_of(key, BIT(CONF_TEXT) | BIT(CONF_PATH) |
	    BIT(CONF_LEVEL))->text;
}

int64_t
conf_int(const char *key)
{
	return value_of(key, BIT(CONF_INT))->i;
}

bool
conf_bool(const char *key)
{
	return value_of(key, BIT(CONF_BOOL))->i != 0;
}

int64_t
conf_ms(const char *key)
{
	return value_of(key, BIT(CONF_DURATION))->i;
}

void
conf_print(FILE *f)
{
	size_t			 n;
	const struct conf_row	*row = conf_rows(&n);

	for (size_t i = 0; i < n; i++) {
		if (row[i].secret && values[i].text[0] != '\0')
			fprintf(f, "# %s is hidden\n", row[i].key);
		else
			fprintf(f, "%s = %s\n", row[i].key, values[i].text);
	}
}
