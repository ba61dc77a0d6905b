/* history_text.c - readings as text: for pages, JSON and CSV. */
#include "base/json.h"
#include "base/when.h"
#include "domain/history.h"
#include "domain/plausible.h"
#include <string.h>

#define DOUBTS_MAX	256	/* what speaks against one, in words */

static const struct source {
	char		 letter;
	const char	*name;
	const char	*label;
} sources[] = {
	{ '?', "unknown", "unknown" },
	{ 't', "ttn", "The Things Network" },
	{ 'c', "chirpstack", "ChirpStack" },
	{ 'b', "ble", "BLE hub" },
	{ 'm', "mqtt", "MQTT" },
	{ 'a', "api", "API" },
	{ 's', "simulator", "simulator" },
	{ 'h', "handheld", "hand-held sensor" },
	{ 'f', "file", "file of another logger" },
};

static const struct source *
source_of(char letter)
{
	for (size_t i = 1; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (sources[i].letter == letter)
			return &sources[i];
	return &sources[0];
}

const char *
history_source(char source)
{
	return source_of(source)->name;
}

/* "changed faster than anything cold does; ..." */
static void
put_doubts(struct json_object *o, unsigned doubts)
{
	struct buf	text = BUF_INIT(DOUBTS_MAX);

	for (unsigned d = 1; d < PLAUSIBLE__ALL; d <<= 1)
		if ((doubts & d) != 0)
			buf_printf(&text, "%s%s", text.len > 0 ? "; " : "",
			    plausible_label(d));
	json_put_str(o, "doubtText", text.len > 0 ? buf_str(&text) : NULL);
	buf_release(&text);
}

struct json_object *
history_row_to_json(const struct history_row *r)
{
	struct json_object	*o = json_object_new_object();

	json_put_when(o, "recordedAt", r->recorded_at_ms);
	json_put_centi(o, "temperature", r->temperature);
	json_put(o, "humidity", NULL);
	if (r->humidity.has)
		json_put_centi(o, "humidity", r->humidity.t);
	json_put(o, "batteryPercent", NULL);
	if (r->battery >= 0)
		json_put_int(o, "batteryPercent", r->battery);
	json_put_bool(o, "outside", r->outside);
	put_doubts(o, (unsigned)r->doubts);
	json_put_str(o, "sourceLabel", source_of(r->source)->label);
	return o;
}

/* The lines of a list, each into this much room; then into the buffer. */
#define LINE_MAX	400

struct line {
	char	text[LINE_MAX];
	size_t	len;
};

static void
add(struct line *l, const char *s, size_t len)
{
	memcpy(l->text + l->len, s, len);
	l->len += len;
}

#define ADD(l, literal)	add(l, literal, sizeof(literal) - 1)

static void
add_str(struct line *l, const char *s)
{
	add(l, s, strlen(s));
}

static void
add_when(struct line *l, int64_t at_ms)
{
	char	text[WHEN_TEXT];

	add_str(l, when_format(at_ms, text));
}

/* A list has few devices, and most rows the one of the row before. */
static void
add_device(struct line *l, const struct history_row *r,
    const struct history_row *before, char text[UUID_TEXT])
{
	if (before == NULL || memcmp(&before->device, &r->device,
	    sizeof(r->device)) != 0)
		uuid_format(&r->device, text);
	add(l, text, UUID_TEXT - 1);
}

static void
add_int(struct line *l, int32_t v)
{
	char		 text[12];
	char		*p = text + sizeof(text);
	uint32_t	 rest = v < 0 ? -(uint32_t)v : (uint32_t)v;

	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (v < 0)
		*--p = '-';
	add(l, p, (size_t)(text + sizeof(text) - p));
}

static void
add_centi(struct line *l, centi_t v)
{
	uint32_t	rest = v < 0 ? -(uint32_t)v : (uint32_t)v;

	if (v < 0)
		ADD(l, "-");
	add_int(l, (int32_t)(rest / 100));
	l->text[l->len++] = '.';
	l->text[l->len++] = (char)('0' + rest / 10 % 10);
	l->text[l->len++] = (char)('0' + rest % 10);
}

/* Each in quotes, or not; between them what stands between. */
static void
add_doubts(struct line *l, unsigned doubts, const char *quote,
    const char *between)
{
	const char	*next = "";

	for (unsigned d = 1; d < PLAUSIBLE__ALL; d <<= 1)
		if ((doubts & d) != 0) {
			add_str(l, next);
			add_str(l, quote);
			add_str(l, plausible_name(d));
			add_str(l, quote);
			next = between;
		}
}

static void
json_detail(struct line *l, const struct history_row *r,
    const struct history_row *before, char device[UUID_TEXT])
{
	ADD(l, ",\"source\":\"");
	add_str(l, source_of(r->source)->name);
	ADD(l, "\",\"deviceId\":");
	if (uuid_is_nil(&r->device))
		ADD(l, "null");
	else {
		ADD(l, "\"");
		add_device(l, r, before, device);
		ADD(l, "\"");
	}
	ADD(l, ",\"receivedAt\":\"");
	add_when(l, r->received_at_ms);
	ADD(l, "\"");
	if (r->raw.has) {
		ADD(l, ",\"rawTemperature\":");
		add_centi(l, r->raw.t);
	}
}

static void
json_line(struct line *l, const struct history_row *r)
{
	ADD(l, "{\"recordedAt\":\"");
	add_when(l, r->recorded_at_ms);
	ADD(l, "\",\"temperature\":");
	add_centi(l, r->temperature);
	ADD(l, ",\"humidity\":");
	if (r->humidity.has)
		add_centi(l, r->humidity.t);
	else
		ADD(l, "null");
	ADD(l, ",\"batteryPercent\":");
	if (r->battery >= 0)
		add_int(l, r->battery);
	else
		ADD(l, "null");
	ADD(l, ",\"signalDbm\":");
	if (r->signal != 0)
		add_int(l, r->signal);
	else
		ADD(l, "null");
	add_str(l, r->outside ? ",\"outside\":true" : ",\"outside\":false");
	if (r->doubts != 0) {
		ADD(l, ",\"doubts\":[");
		add_doubts(l, (unsigned)r->doubts, "\"", ",");
		ADD(l, "]");
	}
}

void
history_write_json(struct buf *out, const struct history_row *v, size_t n,
    bool detail)
{
	char	device[UUID_TEXT];

	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		struct line	l;

		l.len = 0;
		if (i > 0)
			ADD(&l, ",");
		json_line(&l, &v[i]);
		if (detail)
			json_detail(&l, &v[i], i > 0 ? &v[i - 1] : NULL,
			    device);
		ADD(&l, "}");
		buf_add(out, l.text, l.len);
	}
	buf_putc(out, ']');
}

static void
csv_line(struct line *l, const struct history_row *r,
    const struct history_row *before, char device[UUID_TEXT])
{
	add_when(l, r->recorded_at_ms);
	ADD(l, ",");
	add_centi(l, r->temperature);
	ADD(l, ",");
	if (r->humidity.has)
		add_centi(l, r->humidity.t);
	ADD(l, ",");
	if (r->battery >= 0)
		add_int(l, r->battery);
	ADD(l, ",");
	if (r->signal != 0)
		add_int(l, r->signal);
	add_str(l, r->outside ? ",true," : ",false,");
	add_str(l, source_of(r->source)->name);
	ADD(l, ",");
	if (!uuid_is_nil(&r->device))
		add_device(l, r, before, device);
	ADD(l, ",");
	add_when(l, r->received_at_ms);
	ADD(l, ",");
	add_doubts(l, (unsigned)r->doubts, "", " ");
	ADD(l, ",");
	if (r->raw.has)
		add_centi(l, r->raw.t);
	ADD(l, "\r\n");
}

void
history_write_csv(struct buf *out, const struct history_row *v, size_t n)
{
	char	device[UUID_TEXT];

	buf_puts(out, "recorded_at,temperature_c,humidity_percent,"
	    "battery_percent,signal_dbm,outside_limits,source,device_id,"
	    "received_at,doubts,raw_temperature_c\r\n");
	for (size_t i = 0; i < n; i++) {
		struct line	l;

		l.len = 0;
		csv_line(&l, &v[i], i > 0 ? &v[i - 1] : NULL, device);
		buf_add(out, l.text, l.len);
	}
}
