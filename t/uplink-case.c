#include "uplink-case.h"
#include "base/buf.h"
#include "base/json.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MAX	65536

const char *
case_now(const struct uplink *u)
{
	static struct buf	text = BUF_INIT(4096);
	struct uplink_obs	o;
	char			t[CENTI_TEXT];

	buf_clear(&text);
	uplink_now(u, &o);
	if (o.has & UPLINK_HAS_TEMPERATURE)
		buf_printf(&text, " t %s", centi_format(o.temperature, t));
	if (o.has & UPLINK_HAS_HUMIDITY)
		buf_printf(&text, " h %s", centi_format(o.humidity_cpct, t));
	if (o.has & UPLINK_HAS_BATTERY_MV)
		buf_printf(&text, " v %d", o.battery_mv);
	if (o.has & UPLINK_HAS_BATTERY_PCT)
		buf_printf(&text, " p %s", centi_format(o.battery_cpct, t));
	if (o.door != DOOR_UNKNOWN)
		buf_printf(&text, " door %s", door_state_name(o.door));
	if (o.has & UPLINK_HAS_OPEN_COUNT)
		buf_printf(&text, " opened %d", (int)o.open_count);
	if (o.has & UPLINK_HAS_OPEN_TIME)
		buf_printf(&text, " for %d", (int)o.open_time_s);
	for (unsigned i = 0; i < u->fault_count; i++)
		buf_printf(&text, " %sfault %s",
		    u->faults[i].main ? "main " : "", u->faults[i].path);
	return text.len > 0 ? buf_str(&text) + 1 : "";
}

const char *
case_read(const char *payload)
{
	static struct uplink	 u;
	const char		*why;
	struct json_object	*o;

	o = json_parse_device(payload, strlen(payload), &why);
	cr_assert_not_null(o, "%s: %s", payload, why);
	uplink_read_payload(o, &u, NULL);
	json_object_put(o);
	return case_now(&u);
}

void
case_message(const char *name, struct uplink *u)
{
	static char	 body[MESSAGE_MAX];
	const char	*dir = getenv("srcdir"), *why;
	char		 path[4096];
	size_t		 len;
	FILE		*f;

	snprintf(path, sizeof(path), "%s/t/data/messages/%s.json",
	    dir != NULL ? dir : ".", name);
	f = fopen(path, "r");
	cr_assert_not_null(f, "%s", path);
	len = fread(body, 1, sizeof(body), f);
	fclose(f);
	cr_assert(uplink_parse(body, len, u, &why), "%s: %s", name, why);
}
