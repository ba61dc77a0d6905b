#include "arg.h"

#include <getopt.h>
#include <string.h>

#include "arg_value.h"

#define LABEL_MAX	24

static const struct {
	const char	*name;		/* of the option; NULL: a word */
	const char	*value;		/* how it is called; NULL: has none */
	arg_fault_fn	*fault;		/* NULL: anything will do */
	const char	*help;
} table[ARG__MAX] = {
	[ARG_NAME] = { NULL, "NAME", arg_text_fault, "what it is called" },
	[ARG_EMAIL] = { NULL, "EMAIL", arg_email_fault,
	    "the address somebody signs in with" },
	[ARG_APPLICATION] = { NULL, "APPLICATION", arg_text_fault,
	    "the application's id in its network" },
	[ARG_DEVEUI] = { NULL, "DEVEUI", arg_eui_fault,
	    "the sensor's 16 hexadecimal digits, however separated" },
	[ARG_FILE] = { NULL, "FILE", NULL,
	    "what to read; - for standard input" },
	[ARG_ORGANIZATION] = { "organization", "SLUG", arg_slug_fault,
	    "whose; may be left out where there is only one" },
	[ARG_SLUG] = { "slug", "SLUG", arg_slug_fault,
	    "its short name in commands; made from NAME if not given" },
	[ARG_OWNER] = { "owner", "EMAIL", arg_email_fault,
	    "add this person too, as its owner" },
	[ARG_ROLE] = { "role", "ROLE", arg_role_fault,
	    "owner, admin, manager, staff, viewer or inspector" },
	[ARG_CALLED] = { "name", "NAME", arg_text_fault, "what people call it" },
	[ARG_TIMEZONE] = { "timezone", "ZONE", arg_zone_fault,
	    "where it stands, such as Europe/Amsterdam" },
	[ARG_CITY] = { "city", "CITY", arg_text_fault, "where it stands" },
	[ARG_SITE] = { "site", "NAME", arg_text_fault,
	    "may be left out where one will do" },
	[ARG_AREA] = { "area", "NAME", arg_text_fault,
	    "part of the site: kitchen, store" },
	[ARG_UNIT] = { "unit", "NAME", arg_text_fault,
	    "the refrigerator it measures" },
	[ARG_TYPE] = { "type", "TYPE", arg_type_fault,
	    "fridge, freezer, display_case, walk_in_cooler, ..." },
	[ARG_KIND] = { "kind", "NETWORK", arg_network_fault,
	    "ttn (The Things Stack) or chirpstack; ttn if not given" },
	[ARG_LOW] = { "low", "DEGREES", arg_degrees_fault,
	    "least temperature allowed, in Celsius or as in 32F" },
	[ARG_HIGH] = { "high", "DEGREES", arg_degrees_fault,
	    "most temperature allowed; the type has defaults" },
	[ARG_MODEL] = { "model", "MAKER/MODEL", arg_model_fault,
	    "as the LoRaWAN device repository spells it" },
	[ARG_INTERVAL] = { "interval", "DURATION", arg_interval_fault,
	    "how often it reports, such as 5min; models have defaults" },
	[ARG_JOIN_EUI] = { "join-eui", "EUI", arg_eui_fault,
	    "the sensor's JoinEUI (AppEUI)" },
	[ARG_TTN_ID] = { "ttn-device-id", "ID", arg_ttn_id_fault,
	    "its id in The Things Stack, if not eui- and the DevEUI" },
	[ARG_SCOPES] = { "scopes", "LIST", arg_scopes_fault,
	    "readings:write if not given; with ,backfill for two years back" },
	[ARG_EXPIRES] = { "expires", "DURATION", arg_expires_fault,
	    "how long it is good, such as 365d; for ever if not given" },
	[ARG_OFFSET] = { "offset", "DEGREES", arg_offset_fault,
	    "what is added to its temperatures, such as -0.3 or 0.5F" },
	[ARG_FROM] = { "from", "DAY", arg_when_fault,
	    "from when on it holds; now if not given" },
	[ARG_UNTIL] = { "until", "DAY", arg_when_fault,
	    "before when it holds; for ever if not given" },
	[ARG_CERTIFICATE] = { "certificate", "TEXT", arg_text_fault,
	    "what proves it" },
	[ARG_SERVER] = { "server", "CLUSTER|URL", arg_server_fault,
	    "which stores the messages: eu1, nam1, au1, or https://HOST" },
	[ARG_DATABASE] = { "database", "CONNINFO", NULL,
	    "another database than the configured one" },
	[ARG_ASK_PASSWORD] = { "ask-password", NULL, NULL,
	    "ask for the password instead of making one" },
	[ARG_BY_HAND] = { "by-hand", NULL, NULL,
	    "people measure and log it, every four hours; sensors may help" },
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

const char *
arg_fault(enum arg a, const char *s)
{
	return table[a].fault == NULL ? NULL : table[a].fault(s);
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

static bool
is_taken(const struct arg_spec *spec, enum arg a)
{
	return a != ARG_NONE && (a == spec->word || a == ARG_HELP ||
	    (spec->takes & ARG_BIT(a)) != 0);
}

static bool
is_needed(const struct arg_spec *spec, enum arg a)
{
	return (spec->needs & ARG_BIT(a)) != 0 || (a == spec->word &&
	    a != ARG_NONE && (spec->takes & ARG_BIT(a)) == 0);
}

/* The options as getopt_long() wants them; those a verb takes only. */
static void
to_getopt(const struct arg_spec *spec, struct option out[ARG__MAX + 1])
{
	int	n = 0;

	for (enum arg a = 0; a < ARG__MAX; a++)
		if (is_taken(spec, a) && table[a].name != NULL)
			out[n++] = (struct option){ table[a].name,
			    table[a].value != NULL, NULL, (int)a };
	out[n] = (struct option){ NULL, 0, NULL, 0 };
}

static bool
check(const struct arg_spec *spec, const char *command, const struct args *in)
{
	for (enum arg a = 0; a < ARG__MAX; a++) {
		const char	*v = in->v[a], *fault = NULL;

		if (v != NULL)
			fault = arg_fault(a, v);
		else if (is_needed(spec, a))
			fault = "must be given";
		if (fault != NULL)
			return complain(command, a, v, fault);
	}
	return true;
}

bool
arg_parse(const struct arg_spec *spec, int argc, char **argv,
    struct args *out)
{
	struct option	options[ARG__MAX + 1];
	int		a;

	*out = (struct args){ { NULL } };
	to_getopt(spec, options);
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

/* "--unit NAME", "DEVEUI", "--json". Returns out. */
static const char *
spell(enum arg a, char out[2 * LABEL_MAX])
{
	bool	both = table[a].name != NULL && table[a].value != NULL;

	snprintf(out, 2 * LABEL_MAX, "%s%s%s", arg_label(a), both ? " " : "",
	    both ? table[a].value : "");
	return out;
}

void
arg_synopsis(const struct arg_spec *spec, FILE *f)
{
	char	text[2 * LABEL_MAX];

	for (enum arg a = 0; a < ARG__MAX; a++)
		if (is_taken(spec, a))
			fprintf(f, is_needed(spec, a) ? " %s" : " [%s]",
			    spell(a, text));
	fputc('\n', f);
}

void
arg_describe(const struct arg_spec *spec, FILE *f)
{
	char	text[2 * LABEL_MAX];

	for (enum arg a = 0; a < ARG__MAX; a++)
		if (is_taken(spec, a))
			fprintf(f, "    %-25s%s\n", spell(a, text),
			    table[a].help);
}
