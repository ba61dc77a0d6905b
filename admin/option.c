#include "option.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arg_value.h"

bool
option_fault(const char *name, const char *fmt, ...)
{
	va_list	ap;

	fprintf(stderr, "frostguard: --%s: ", name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return false;
}

bool
option_number(const char *name, const char *text, int64_t min, int64_t max,
    int64_t *out)
{
	char	*end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	if (end != text && *end == '\0' && errno == 0 && *out >= min &&
	    *out <= max)
		return true;
	return option_fault(name, "must be %" PRId64 " to %" PRId64
	    ", not \"%s\"", min, max, text);
}

bool
option_time(const char *name, const char *text, int64_t *at_ms)
{
	*at_ms = arg_when(text, 0);
	return arg_when_fault(text) == NULL || option_fault(name, "not a time "
	    "such as 2026-01-31T08:00:00Z, or a day: \"%s\"", text);
}

bool
option_given(const char *name, const char *text)
{
	return (text != NULL && *text != '\0') ||
	    option_fault(name, "must be given");
}
