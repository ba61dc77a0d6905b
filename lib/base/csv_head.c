#include "base/csv_head.h"

#include <ctype.h>
#include <stdio.h>

#include "base/log.h"

#define NAME_SHOWN	40	/* bytes of a foreign name in a fault */

/* The next character that counts, in lower case; NUL at the end. */
static int
next_char(const char **s)
{
	while (**s != '\0' && !isalnum((unsigned char)**s))
		(*s)++;
	return **s == '\0' ? '\0' : tolower((unsigned char)*(*s)++);
}

static bool
same_name(const char *a, const char *b)
{
	int	ca, cb;

	do {
		ca = next_char(&a);
		cb = next_char(&b);
	} while (ca == cb && ca != '\0');
	return ca == cb;
}

static size_t
find(const char *name, const struct csv_column *columns, size_t n)
{
	size_t	i = 0;

	while (i < n && !same_name(name, columns[i].name))
		i++;
	return i;
}

bool
csv_head_read(const struct csv_record *first, const struct csv_column *columns,
    size_t n, struct csv_head *out, char *fault, size_t size)
{
	if (n > CSV_COLUMNS)
		bug("a table of %zu columns", n);
	*out = (struct csv_head){ .fields = first->n };
	for (size_t i = 0; i < first->n; i++) {
		const char	*name = first->field[i].text;
		size_t		 column = find(name, columns, n);

		if (column == n) {
			snprintf(fault, size, "no column is called \"%.*s\"",
			    NAME_SHOWN, name);
			return false;
		}
		if (out->at[column] != 0) {
			snprintf(fault, size, "two columns are called %s",
			    columns[column].name);
			return false;
		}
		out->at[column] = i + 1;
	}
	for (size_t i = 0; i < n; i++)
		if (columns[i].required && out->at[i] == 0) {
			snprintf(fault, size, "there is no column %s",
			    columns[i].name);
			return false;
		}
	return true;
}

const char *
csv_head_field(const struct csv_head *h, const struct csv_record *r,
    size_t column)
{
	size_t	at = h->at[column];

	return at == 0 || at > r->n ? "" : r->field[at - 1].text;
}
