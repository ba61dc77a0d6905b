#include "arg_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/ttn_id.h"
#include "base/utf8.h"
#include "base/when.h"
#include "domain/api_key.h"
#include "domain/calibration.h"
#include "domain/deveui.h"
#include "outside/ttn_storage.h"

#define TEXT_MAX_BYTES	200	/* the columns hold 256 characters */
#define MODEL_MAX_BYTES	64
#define INTERVAL_MIN_MS	10000		/* as the columns check */
#define INTERVAL_MAX_MS	(INT64_C(7) * 24 * 3600 * 1000)
#define DAY_MS		(INT64_C(24) * 3600 * 1000)
#define EXPIRES_MAX_MS	(3650 * DAY_MS)
#define NAMES_MAX	200

const char *
arg_text_fault(const char *s)
{
	size_t	len = strlen(s);

	if (len == 0 || len > TEXT_MAX_BYTES || !utf8_valid(s, len))
		return "must be 1 to 200 bytes of UTF-8";
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == '\177')
			return "must not have control characters";
	return NULL;
}

const char *
arg_slug_fault(const char *s)
{
	size_t	len = strlen(s);

	return len >= 2 && len <= 50 && s[0] != '-' && s[len - 1] != '-' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == len ? NULL :
	    "must be 2 to 50 of a-z, 0-9 and inner hyphens";
}

const char *
arg_email_fault(const char *s)
{
	const char	*at = strchr(s, '@'), *fault = arg_text_fault(s);

	if (fault != NULL)
		return fault;
	return at != NULL && at > s && at[1] != '\0' &&
	    strchr(at + 1, '@') == NULL && strpbrk(s, " ,;<>\"") == NULL ?
	    NULL : "is no e-mail address";
}

const char *
arg_zone_fault(const char *s)
{
	return when_zone_known(s) ? NULL :
	    "is no time zone, such as Europe/Amsterdam or UTC";
}

const char *
arg_eui_fault(const char *s)
{
	char	eui[DEVEUI_TEXT];

	return deveui_parse(s, strlen(s), eui) ? NULL :
	    "must be 16 hexadecimal digits";
}

const char *
arg_ttn_id_fault(const char *s)
{
	return ttn_id_valid(s) ? NULL : "must be 3 to 36 lower-case letters "
	    "and digits, with single dashes between them";
}

const char *
arg_model_fault(const char *s)
{
	const char	*slash = strchr(s, '/');

	return slash != NULL && slash > s && slash - s <= MODEL_MAX_BYTES &&
	    slash[1] != '\0' && strlen(slash + 1) <= MODEL_MAX_BYTES &&
	    strchr(slash + 1, '/') == NULL ? arg_text_fault(s) :
	    "must be MANUFACTURER/MODEL, such as dragino/lht65n";
}

/* "must be a, b or c". */
static const char *
one_of(const char *const *names, int n)
{
	static char	text[NAMES_MAX];
	size_t		len = 0;

	for (int i = 0; i < n && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%s", i == 0 ? "must be " : i == n - 1 ? " or " : ", ",
		    names[i]);
	return text;
}

const char *
arg_role_fault(const char *s)
{
	const char	*names[ROLE__MAX];
	enum app_role	 role;

	for (int i = 0; i < ROLE__MAX; i++)
		names[i] = app_role_name((enum app_role)i);
	return app_role_parse(s, &role) ? NULL : one_of(names, ROLE__MAX);
}

enum app_role
arg_role(const char *s)
{
	enum app_role	role = ROLE_VIEWER;

	(void)app_role_parse(s, &role);
	return role;
}

const char *
arg_type_fault(const char *s)
{
	const char	*names[UNIT_TYPE__MAX];
	enum unit_type	 type;

	for (int i = 0; i < UNIT_TYPE__MAX; i++)
		names[i] = unit_type_name((enum unit_type)i);
	return unit_type_parse(s, &type) ? NULL :
	    one_of(names, UNIT_TYPE__MAX);
}

enum unit_type
arg_type(const char *s)
{
	enum unit_type	type = UNIT_FRIDGE;

	(void)unit_type_parse(s, &type);
	return type;
}

/* As the column checks. */
const char *
arg_network_fault(const char *s)
{
	return strcmp(s, "ttn") == 0 || strcmp(s, "chirpstack") == 0 ? NULL :
	    "must be ttn or chirpstack";
}

/* A number, and whether F follows; C may. */
static bool
parse_scaled(const char *s, centi_t *out, bool *fahrenheit)
{
	size_t	len = strlen(s);
	char	last = len > 0 ? s[len - 1] : '\0';

	*fahrenheit = last == 'F';
	return centi_parse(s, last == 'F' || last == 'C' ? len - 1 : len,
	    out);
}

static bool
parse_degrees(const char *s, centi_t *out)
{
	bool	fahrenheit;

	if (!parse_scaled(s, out, &fahrenheit))
		return false;
	if (fahrenheit)
		*out = centi_of_fahrenheit(*out);
	return true;
}

const char *
arg_degrees_fault(const char *s)
{
	centi_t	t;

	return parse_degrees(s, &t) ? NULL :
	    "must be a temperature in Celsius, or as in 41F";
}

centi_t
arg_degrees(const char *s)
{
	centi_t	t = 0;

	(void)parse_degrees(s, &t);
	return t;
}

/* A difference: of Fahrenheit, the zero is no other. */
static bool
parse_offset(const char *s, centi_t *out)
{
	bool	fahrenheit;

	if (!parse_scaled(s, out, &fahrenheit))
		return false;
	if (fahrenheit)
		*out = centi_of_fahrenheit(3200 + *out);
	return abs(*out) <= CALIBRATION_OFFSET_MAX;
}

const char *
arg_offset_fault(const char *s)
{
	centi_t	offset;

	return parse_offset(s, &offset) ? NULL :
	    "must be -10 to 10 degrees Celsius, or as in 0.5F";
}

centi_t
arg_offset(const char *s)
{
	centi_t	offset = 0;

	(void)parse_offset(s, &offset);
	return offset;
}

/* Whole steps from min_ms to max_ms. */
static bool
is_duration(const char *s, int64_t step_ms, int64_t min_ms, int64_t max_ms)
{
	int64_t	ms;

	return conf_duration(s, &ms) && ms % step_ms == 0 && ms >= min_ms &&
	    ms <= max_ms;
}

static int64_t
duration(const char *s)
{
	int64_t	ms = 0;

	if (s != NULL)
		(void)conf_duration(s, &ms);
	return ms;
}

const char *
arg_interval_fault(const char *s)
{
	return is_duration(s, 1000, INTERVAL_MIN_MS, INTERVAL_MAX_MS) ? NULL :
	    "must be 10s to 7d, such as 20min or 1h";
}

int32_t
arg_interval(const char *s)
{
	return (int32_t)(duration(s) / 1000);
}

const char *
arg_expires_fault(const char *s)
{
	return is_duration(s, DAY_MS, DAY_MS, EXPIRES_MAX_MS) ? NULL :
	    "must be 1d to 3650d";
}

int32_t
arg_days(const char *s)
{
	return (int32_t)(duration(s) / DAY_MS);
}

const char *
arg_scopes_fault(const char *s)
{
	char	scopes[API_SCOPES_TEXT];

	return api_scopes_format(s, scopes) ? NULL :
	    "must be readings:write or readings:write,backfill";
}

static bool
parse_when(const char *s, int64_t *out_ms)
{
	char	midnight[sizeof("2026-01-31T00:00:00Z")];
	size_t	len = strlen(s);

	if (len != sizeof("2026-01-31") - 1)
		return when_parse(s, len, out_ms);
	snprintf(midnight, sizeof(midnight), "%sT00:00:00Z", s);
	return when_parse(midnight, sizeof(midnight) - 1, out_ms);
}

const char *
arg_when_fault(const char *s)
{
	int64_t	ms;

	return parse_when(s, &ms) ? NULL : "must be a day such as 2026-01-31, "
	    "or a time such as 2026-01-31T08:00:00Z";
}

int64_t
arg_when(const char *s, int64_t otherwise)
{
	int64_t	ms = otherwise;

	if (s != NULL)
		(void)parse_when(s, &ms);
	return ms;
}

const char *
arg_server_fault(const char *s)
{
	char	server[TTN_STORAGE_SERVER_MAX + 1];

	return ttn_storage_server(s, server) ? NULL :
	    "must be a cluster such as eu1, or https://HOST";
}
