/* frostguard uplink - how messages of devices are understood, and why. */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "domain/uplink_chirpstack.h"

#define NUMBER_MAX	24
#define WHY_MAX		512

/* n / scale in as few decimals as it has. */
static struct json_object *
number(int64_t n, int scale)
{
	char	text[NUMBER_MAX];
	double	d = (double)n / scale;
	int	decimals = 0;

	for (; n % scale != 0; scale /= 10)
		decimals++;
	snprintf(text, sizeof(text), "%.*f", decimals, d);
	return json_object_new_double_s(d, text);
}

static struct json_object *
number_if(bool known, int64_t n, int scale)
{
	return known ? number(n, scale) : NULL;
}

static void
add_text(struct json_object *list, const char *path, const char *verb,
    const char *what)
{
	char	text[WHY_MAX];

	snprintf(text, sizeof(text), "%s: %s%s", path, verb, what);
	json_object_array_add(list, json_object_new_string(text));
}

/* What the kind of message says about the lack of readings. */
static const char *
kind_note(const struct uplink *u)
{
	switch (u->kind) {
	case UPLINK_READINGS:
		return u->obs_count == 0 && u->fault_count == 0 ?
		    "no field in it is a reading" : NULL;
	case UPLINK_UNDECODED:
		return "bytes only; the device needs a payload formatter";
	case UPLINK_MAC_ONLY:
		return "the frame carries no payload";
	case UPLINK_UNKNOWN:
		return "a kind of message that is not known";
	default:
		return "this kind of message carries no reading";
	}
}

static struct json_object *
why_list(const struct uplink *u, const struct uplink_why *why)
{
	struct json_object	*list = json_object_new_array();
	const char		*note = kind_note(u);

	if (note != NULL)
		add_text(list, uplink_kind_name(u->kind), "", note);
	for (unsigned i = 0; i < why->count; i++)
		add_text(list, why->note[i].path,
		    why->note[i].used ? "" : "not used, ", why->note[i].what);
	return list;
}

static struct json_object *
answer(const struct uplink *u, const struct uplink_why *why)
{
	struct json_object	*o = json_object_new_object();
	struct json_object	*temps = json_object_new_array();
	struct json_object	*faults = json_object_new_array();
	struct uplink_obs	 now;

	uplink_now(u, &now);
	for (unsigned i = 0; i < now.temp_count; i++)
		json_object_array_add(temps,
		    number(u->temps[now.temp_first + i].value, 100));
	for (unsigned i = 0; i < u->fault_count; i++)
		add_text(faults, u->faults[i].path, "", u->faults[i].what);
	json_put(o, "temperature", number_if(now.has & UPLINK_HAS_TEMPERATURE,
	    now.temperature, 100));
	json_put(o, "humidity", number_if(now.has & UPLINK_HAS_HUMIDITY,
	    now.humidity_cpct, 100));
	json_put(o, "batteryVoltage", number_if(now.has &
	    UPLINK_HAS_BATTERY_MV, now.battery_mv, 1000));
	json_put(o, "batteryPercent", number_if(now.has &
	    UPLINK_HAS_BATTERY_PCT, now.battery_cpct, 100));
	json_put(o, "doorOpen", now.door == DOOR_UNKNOWN ? NULL :
	    json_object_new_boolean(now.door == DOOR_OPEN));
	json_put(o, "temperatures", temps);
	json_put(o, "faults", faults);
	json_put(o, "why", why_list(u, why));
	return o;
}

/* Answers one line; false if it is not a JSON object. */
static bool
answer_line(const struct buf *line)
{
	static struct uplink	 u;
	static struct uplink_why why;
	struct json_object	*in = NULL, *out;
	const char		*error = "line too long";
	bool			 ok;

	if (!buf_failed(line))
		in = json_parse_device(buf_str(line), line->len, &error);
	ok = json_object_is_type(in, json_type_object);
	if (!ok) {
		out = json_object_new_object();
		json_put_str(out, "error", in == NULL ? error :
		    "not an object");
	} else {
		if (uplink_is_message(in))
			uplink_read(in, &u, &why);
		else if (uplink_chirpstack_is_event(in))
			uplink_chirpstack_read(in, CHIRPSTACK_UP, &u, &why);
		else
			uplink_read_payload(in, &u, &why);
		out = answer(&u, &why);
	}
	puts(json_object_to_json_string_ext(out, JSON_C_TO_STRING_PLAIN |
	    JSON_C_TO_STRING_NOSLASHESCAPE));
	fflush(stdout);		/* whoever feeds us line by line waits */
	json_object_put(out);
	json_object_put(in);
	return ok;
}

/* The next line without its end; false at the end of the input. */
static bool
read_line(FILE *f, struct buf *line)
{
	int	c;

	buf_clear(line);
	while ((c = getc(f)) != EOF && c != '\n')
		buf_putc(line, (char)c);
	return c != EOF || line->len > 0;
}

static bool
is_blank(const struct buf *line)
{
	return !buf_failed(line) &&
	    strspn(buf_str(line), " \t\r") == line->len;
}

enum cmd_rc
cmd_uplink(int argc, char **argv)
{
	struct buf	line = BUF_INIT(UPLINK_BODY_MAX);
	enum cmd_rc	rc = CMD_OK;

	(void)argv;
	if (argc > 1)
		return CMD_USAGE;
	while (read_line(stdin, &line))
		if (!is_blank(&line) && !answer_line(&line))
			rc = CMD_FAILED;
	if (ferror(stdin)) {
		perror("frostguard: standard input");
		rc = CMD_FAILED;
	}
	buf_release(&line);
	return rc;
}
