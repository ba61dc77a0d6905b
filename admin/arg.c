#include "arg.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/utf8.h"
#include "base/when.h"
#include "domain/api_key.h"
#include "domain/calibration.h"
#include "domain/deveui.h"
#include "outside/ttn_storage.h"

#define NAME_MAX_BYTES	200	/* the columns hold 256 characters */
#define MODEL_MAX_BYTES	64
#define INTERVAL_MIN_MS	10000		/* as the columns check */
#define INTERVAL_MAX_MS	(INT64_C(7) * 24 * 3600 * 1000)
#define EXPIRES_MIN_MS	(INT64_C(24) * 3600 * 1000)
#define EXPIRES_MAX_MS	(INT64_C(3650) * 24 * 3600 * 1000)
#define WHY_MAX		400
#define LABEL_MAX	24

/* Whether s will do; if not, why has a phrase. */
typedef bool	valid_fn(const char *s, struct buf *why);

static bool
valid_text(const char *s, struct buf *why)
{
	size_t	len = strlen(s);

	if (len == 0 || len > NAME_MAX_BYTES || !utf8_valid(s, len)) {
		buf_printf(why, "must be 1 to %d bytes of UTF-8",
		    NAME_MAX_BYTES);
		return false;
	}
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == '\177') {
			buf_puts(why, "must not have control characters");
			return false;
		}
	return true;
}

static bool
valid_slug(const char *s, struct buf *why)
{
	size_t	len = strlen(s);

	if (len >= 2 && len <= 50 && s[0] != '-' && s[len - 1] != '-' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == len)
		return true;
	buf_puts(why, "must be 2 to 50 of a-z, 0-9 and inner hyphens");
	return false;
}

static bool
valid_email(const char *s, struct buf *why)
{
	const char	*at = strchr(s, '@');

	if (!valid_text(s, why))
		return false;
	if (at != NULL && at > s && at[1] != '\0' &&
	    strchr(at + 1, '@') == NULL && strpbrk(s, " ,;<>\"") == NULL)
		return true;
	buf_puts(why, "is no e-mail address");
	return false;
}

static bool
valid_zone(const char *s, struct buf *why)
{
	if (when_zone_known(s))
		return true;
	buf_puts(why, "is no time zone, such as Europe/Amsterdam or UTC");
	return false;
}

static bool
valid_eui(const char *s, struct buf *why)
{
	char	eui[DEVEUI_TEXT];

	if (deveui_parse(s, strlen(s), eui))
		return true;
	buf_puts(why, "must be 16 hexadecimal digits");
	return false;
}

static bool
valid_model(const char *s, struct buf *why)
{
	const char	*slash = strchr(s, '/');

	if (slash != NULL && slash > s && slash - s <= MODEL_MAX_BYTES &&
	    slash[1] != '\0' && strlen(slash + 1) <= MODEL_MAX_BYTES &&
	    strchr(slash + 1, '/') == NULL)
		return valid_text(s, why);
	buf_puts(why, "must be MANUFACTURER/MODEL, such as dragino/lht65n");
	return false;
}

static bool
valid_role(const char *s, struct buf *why)
{
	enum app_role	role;

	if (app_role_parse(s, &role))
		return true;
	buf_puts(why, "must be");
	for (int i = 0; i < ROLE__MAX; i++)
		buf_printf(why, "%s %s", i == 0 ? "" : i == ROLE__MAX - 1 ?
		    " or" : ",", app_role_name((enum app_role)i));
	return false;
}

static bool
valid_type(const char *s, struct buf *why)
{
	enum unit_type	type;

	if (unit_type_parse(s, &type))
		return true;
	buf_puts(why, "must be");
	for (int i = 0; i < UNIT_TYPE__MAX; i++)
		buf_printf(why, "%s %s", i == 0 ? "" :
		    i == UNIT_TYPE__MAX - 1 ? " or" : ",",
		    unit_type_name((enum unit_type)i));
	return false;
}

/* As the column checks. */
static bool
valid_network(const char *s, struct buf *why)
{
	if (strcmp(s, "ttn") == 0 || strcmp(s, "chirpstack") == 0)
		return true;
	buf_puts(why, "must be ttn or chirpstack");
	return false;
}

/* Degrees Celsius, or Fahrenheit where F follows. */
static bool
parse_degrees(const char *s, centi_t *out)
{
	size_t	len = strlen(s);
	char	last = len > 0 ? s[len - 1] : '\0';
	centi_t	said;

	if (!centi_parse(s, last == 'F' || last == 'C' ? len - 1 : len,
	    &said))
		return false;
	*out = said;
	return last != 'F' || centi_from_fahrenheit(said / 100.0, out);
}

static bool
valid_degrees(const char *s, struct buf *why)
{
	centi_t	t;

	if (parse_degrees(s, &t))
		return true;
	buf_puts(why, "must be a temperature in Celsius, or as in 41F");
	return false;
}

static bool
valid_interval(const char *s, struct buf *why)
{
	int64_t	ms;

	if (conf_duration(s, &ms) && ms % 1000 == 0 && ms >= INTERVAL_MIN_MS &&
	    ms <= INTERVAL_MAX_MS)
		return true;
	buf_puts(why, "must be 10s to 7d, such as 20min or 1h");
	return false;
}

static bool
valid_scopes(const char *s, struct buf *why)
{
	char	scopes[API_SCOPES_TEXT];

	if (api_scopes_format(s, scopes))
		return true;
	buf_puts(why, "must be readings:write or readings:write,backfill");
	return false;
}

static bool
valid_expires(const char *s, struct buf *why)
{
	int64_t	ms;

	if (conf_duration(s, &ms) && ms % EXPIRES_MIN_MS == 0 &&
	    ms >= EXPIRES_MIN_MS && ms <= EXPIRES_MAX_MS)
		return true;
	buf_puts(why, "must be 1d to 3650d");
	return false;
}

/* Kelvin, or degrees Fahrenheit where F follows. */
static bool
parse_offset(const char *s, centi_t *out)
{
	size_t	len = strlen(s);
	char	last = len > 0 ? s[len - 1] : '\0';
	centi_t	said;

	if (!centi_parse(s, last == 'F' || last == 'C' ? len - 1 : len,
	    &said))
		return false;
	*out = last == 'F' ? centi_of_fahrenheit(3200 + said) : said;
	return abs(*out) <= CALIBRATION_OFFSET_MAX;
}

static bool
valid_offset(const char *s, struct buf *why)
{
	centi_t	offset;

	if (parse_offset(s, &offset))
		return true;
	buf_puts(why, "must be -10 to 10 degrees Celsius, or as in 0.5F");
	return false;
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

static bool
valid_when(const char *s, struct buf *why)
{
	int64_t	ms;

	if (parse_when(s, &ms))
		return true;
	buf_puts(why, "must be a day such as 2026-01-31, or a time such as "
	    "2026-01-31T08:00:00Z");
	return false;
}

static bool
valid_server(const char *s, struct buf *why)
{
	char	server[TTN_STORAGE_SERVER_MAX + 1];

	if (ttn_storage_server(s, server))
		return true;
	buf_puts(why, "must be a cluster such as eu1, or https://HOST");
	return false;
}

static const struct {
	const char	*name;		/* of the option; NULL: a word */
	const char	*value;		/* how it is called; NULL: has none */
	valid_fn	*valid;		/* NULL: anything */
	const char	*help;
} table[ARG__MAX] = {
	[ARG_NAME] = { NULL, "NAME", valid_text, "what it is called" },
	[ARG_EMAIL] = { NULL, "EMAIL", valid_email,
	    "the address somebody signs in with" },
	[ARG_APPLICATION] = { NULL, "APPLICATION", valid_text,
	    "the application's id in its network" },
	[ARG_DEVEUI] = { NULL, "DEVEUI", valid_eui,
	    "the sensor's 16 hexadecimal digits, however separated" },
	[ARG_FILE] = { NULL, "FILE", NULL,
	    "what to read; - for standard input" },
	[ARG_ORGANIZATION] = { "organization", "SLUG", valid_slug,
	    "whose; may be left out where there is only one" },
	[ARG_SLUG] = { "slug", "SLUG", valid_slug,
	    "its short name in commands; made from NAME if not given" },
	[ARG_OWNER] = { "owner", "EMAIL", valid_email,
	    "add this person too, as its owner" },
	[ARG_ROLE] = { "role", "ROLE", valid_role,
	    "owner, admin, manager, staff, viewer or inspector" },
	[ARG_CALLED] = { "name", "NAME", valid_text, "what people call it" },
	[ARG_TIMEZONE] = { "timezone", "ZONE", valid_zone,
	    "where it stands, such as Europe/Amsterdam" },
	[ARG_CITY] = { "city", "CITY", valid_text, "where it stands" },
	[ARG_SITE] = { "site", "NAME", valid_text,
	    "may be left out where one will do" },
	[ARG_AREA] = { "area", "NAME", valid_text,
	    "part of the site: kitchen, store" },
	[ARG_UNIT] = { "unit", "NAME", valid_text,
	    "the refrigerator it measures" },
	[ARG_TYPE] = { "type", "TYPE", valid_type,
	    "fridge, freezer, display_case, walk_in_cooler, ..." },
	[ARG_KIND] = { "kind", "NETWORK", valid_network,
	    "ttn (The Things Stack) or chirpstack; ttn if not given" },
	[ARG_LOW] = { "low", "DEGREES", valid_degrees,
	    "least temperature allowed, in Celsius or as in 32F" },
	[ARG_HIGH] = { "high", "DEGREES", valid_degrees,
	    "most temperature allowed; the type has defaults" },
	[ARG_MODEL] = { "model", "MAKER/MODEL", valid_model,
	    "as the LoRaWAN device repository spells it" },
	[ARG_INTERVAL] = { "interval", "DURATION", valid_interval,
	    "how often it reports, such as 5min; models have defaults" },
	[ARG_JOIN_EUI] = { "join-eui", "EUI", valid_eui,
	    "the sensor's JoinEUI (AppEUI)" },
	[ARG_SCOPES] = { "scopes", "LIST", valid_scopes,
	    "readings:write if not given; with ,backfill for two years back" },
	[ARG_EXPIRES] = { "expires", "DURATION", valid_expires,
	    "how long it is good, such as 365d; for ever if not given" },
	[ARG_OFFSET] = { "offset", "DEGREES", valid_offset,
	    "what is added to its temperatures, such as -0.3 or 0.5F" },
	[ARG_FROM] = { "from", "DAY", valid_when,
	    "from when on it holds; now if not given" },
	[ARG_UNTIL] = { "until", "DAY", valid_when,
	    "before when it holds; for ever if not given" },
	[ARG_CERTIFICATE] = { "certificate", "TEXT", valid_text,
	    "what proves it" },
	[ARG_SERVER] = { "server", "CLUSTER|URL", valid_server,
	    "which stores the messages: eu1, nam1, au1, or https://HOST" },
	[ARG_DATABASE] = { "database", "CONNINFO", NULL,
	    "another database than the configured one" },
	[ARG_ASK_PASSWORD] = { "ask-password", NULL, NULL,
	    "ask for the password instead of making one" },
	[ARG_FAHRENHEIT] = { "fahrenheit", NULL, NULL,
	    "show temperatures in Fahrenheit" },
	[ARG_DRY_RUN] = { "dry-run", NULL, NULL,
	    "say what would be done, and do nothing" },
	[ARG_JSON] = { "json", NULL, NULL, "print JSON instead of a table" },
	[ARG_HELP] = { "help", NULL, NULL, "show this" },
};

const char *
arg_label(enum arg a)
{
	static char	label[LABEL_MAX];

	if (table[a].name == NULL)
		return table[a].value;
	snprintf(label, sizeof(label), "--%s", table[a].name);
	return label;
}

bool
arg_valid(enum arg a, const char *s, struct buf *why)
{
	return table[a].valid == NULL || table[a].valid(s, why);
}

static bool
complain(const char *command, enum arg a, const char *said, const char *why)
{
	fprintf(stderr, "%s: %s", command, arg_label(a));
	if (said != NULL)
		fprintf(stderr, " \"%s\"", said);
	fprintf(stderr, ": %s\n", why);
	return false;
}

/* The options as getopt_long() wants them; those a verb takes only. */
static void
to_getopt(uint64_t takes, struct option out[ARG__MAX + 1])
{
	int	n = 0;

	for (int a = 0; a < ARG__MAX; a++)
		if ((takes & ARG_BIT(a)) != 0)
			out[n++] = (struct option){ table[a].name,
			    table[a].value != NULL, NULL, a };
	out[n] = (struct option){ NULL, 0, NULL, 0 };
}

static bool
check(const struct arg_spec *spec, const char *command, const struct args *a)
{
	struct buf	why = BUF_INIT(WHY_MAX);
	bool		ok = true;

	for (int i = 0; i < ARG__MAX && ok; i++) {
		const char	*v = a->v[i];

		if (v == NULL && ((spec->needs & ARG_BIT(i)) != 0 ||
		    (i == (int)spec->word && i != ARG_NONE)))
			ok = complain(command, (enum arg)i, NULL,
			    "must be given");
		else if (v != NULL && !arg_valid((enum arg)i, v, &why))
			ok = complain(command, (enum arg)i, v, buf_str(&why));
	}
	buf_release(&why);
	return ok;
}

bool
arg_parse(const struct arg_spec *spec, int argc, char **argv,
    struct args *out)
{
	struct option	options[ARG__MAX + 1];
	int		a;

	*out = (struct args){ { NULL } };
	to_getopt(spec->takes | ARG_BIT(ARG_HELP), options);
	optind = 0;	/* glibc: begin anew, and let options follow words */
	while ((a = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (a == '?')
			return false;
		if (out->v[a] != NULL)
			return complain(argv[0], (enum arg)a, NULL,
			    "is given twice");
		out->v[a] = optarg != NULL ? optarg : "";
	}
	if (out->v[ARG_HELP] != NULL)
		return true;
	if (spec->word != ARG_NONE && optind < argc)
		out->v[spec->word] = argv[optind++];
	if (optind < argc) {
		fprintf(stderr, "%s: one word too many: \"%s\"\n", argv[0],
		    argv[optind]);
		return false;
	}
	return check(spec, argv[0], out);
}

void
arg_synopsis(const struct arg_spec *spec, FILE *f)
{
	if (spec->word != ARG_NONE)
		fprintf(f, " %s", table[spec->word].value);
	for (int a = 0; a < ARG__MAX; a++) {
		bool	needed = (spec->needs & ARG_BIT(a)) != 0;

		if ((spec->takes & ARG_BIT(a)) == 0)
			continue;
		fprintf(f, " %s--%s%s%s%s", needed ? "" : "[", table[a].name,
		    table[a].value != NULL ? " " : "",
		    table[a].value != NULL ? table[a].value : "",
		    needed ? "" : "]");
	}
	fputc('\n', f);
}

static void
describe(int a, FILE *f)
{
	char	label[2 * LABEL_MAX];

	snprintf(label, sizeof(label), "%s%s%s", arg_label((enum arg)a),
	    table[a].name != NULL && table[a].value != NULL ? " " : "",
	    table[a].name != NULL && table[a].value != NULL ?
	    table[a].value : "");
	fprintf(f, "    %-25s%s\n", label, table[a].help);
}

void
arg_describe(const struct arg_spec *spec, FILE *f)
{
	if (spec->word != ARG_NONE)
		describe((int)spec->word, f);
	for (int a = 0; a < ARG__MAX; a++)
		if ((spec->takes & ARG_BIT(a)) != 0)
			describe(a, f);
}

enum app_role
arg_role(const struct args *a)
{
	enum app_role	role = ROLE_VIEWER;

	(void)app_role_parse(a->v[ARG_ROLE], &role);
	return role;
}

enum unit_type
arg_type(const struct args *a)
{
	enum unit_type	type = UNIT_FRIDGE;

	(void)unit_type_parse(a->v[ARG_TYPE], &type);
	return type;
}

centi_t
arg_centi(const struct args *a, enum arg which)
{
	centi_t	t = 0;

	(void)parse_degrees(a->v[which], &t);
	return t;
}

int32_t
arg_interval(const char *s)
{
	int64_t	ms = 0;

	if (s != NULL)
		(void)conf_duration(s, &ms);
	return (int32_t)(ms / 1000);
}

int32_t
arg_days(const char *s)
{
	int64_t	ms = 0;

	if (s != NULL)
		(void)conf_duration(s, &ms);
	return (int32_t)(ms / EXPIRES_MIN_MS);
}

centi_t
arg_offset(const char *s)
{
	centi_t	offset = 0;

	(void)parse_offset(s, &offset);
	return offset;
}

int64_t
arg_when(const char *s, int64_t otherwise)
{
	int64_t	ms = otherwise;

	if (s != NULL)
		(void)parse_when(s, &ms);
	return ms;
}
