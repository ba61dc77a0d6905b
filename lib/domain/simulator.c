#include "domain/simulator.h"
#include "base/when.h"
#include <inttypes.h>
#include <string.h>

#define MINUTE_MS	60000LL
#define HOUR_MS		(60 * MINUTE_MS)
#define STEP_MS		5000	/* longest stretch taken at once */
#define ROOM_MC		21000	/* thousandths of a degree C, as all here */

static const char *const names[SIM_SCENARIO__MAX] = {
	[SIM_CALM] = "calm", [SIM_DOORS] = "doors", [SIM_DEFROST] = "defrost",
	[SIM_COMPRESSOR] = "compressor", [SIM_PROBE_FAULT] = "probe-fault",
	[SIM_SILENCE] = "silence", [SIM_REDELIVERY] = "redelivery",
	[SIM_BACKLOG] = "backlog",
};

/* Where the thermostat of each type is set. */
static const int32_t setpoint_mc[UNIT_TYPE__MAX] = {
	[UNIT_FRIDGE] = 3200, [UNIT_FREEZER] = -21000,
	[UNIT_DISPLAY_CASE] = 3500, [UNIT_WALK_IN_COOLER] = 2800,
	[UNIT_WALK_IN_FREEZER] = -22000, [UNIT_BLAST_CHILLER] = -24000,
};

/* What befalls a unit: from first on, every so often, for a while. */
struct spell {
	int64_t	first_ms, every_ms, lasts_ms;
};

static const struct spell spells[SIM_SCENARIO__MAX] = {
	[SIM_DOORS] = { 30000, 7 * MINUTE_MS, 100000 },
	[SIM_DEFROST] = { 4 * MINUTE_MS, 6 * HOUR_MS, 20 * MINUTE_MS },
	[SIM_COMPRESSOR] = { 20000, 2 * HOUR_MS, 25 * MINUTE_MS },
	[SIM_PROBE_FAULT] = { 80000, 45 * MINUTE_MS, 4 * MINUTE_MS },
	[SIM_SILENCE] = { 60000, HOUR_MS, 15 * MINUTE_MS },
	[SIM_BACKLOG] = { 60000, 30 * MINUTE_MS, 4 * MINUTE_MS },
};

const char *
sim_scenario_name(enum sim_scenario s)
{
	return names[s];
}

bool
sim_scenario_parse(const char *s, enum sim_scenario *out)
{
	for (int i = 0; i < SIM_SCENARIO__MAX; i++)
		if (strcmp(names[i], s) == 0) {
			*out = (enum sim_scenario)i;
			return true;
		}
	return false;
}

enum sim_scenario
sim_scenario_of(unsigned n)
{
	static const enum sim_scenario order[] = { SIM_DOORS, SIM_CALM,
	    SIM_REDELIVERY, SIM_DEFROST, SIM_COMPRESSOR, SIM_BACKLOG,
	    SIM_PROBE_FAULT, SIM_SILENCE };

	return order[n % (sizeof(order) / sizeof(order[0]))];
}

/* Defrosting and doors are of every day; what breaks, breaks after start. */
static bool
in_spell(const struct sim_unit *u, int64_t at_ms)
{
	const struct spell	*s = &spells[u->scenario];
	int64_t			 since = at_ms - u->start_ms - s->first_ms;

	if (s->every_ms == 0)
		return false;
	if (since < 0) {
		if (u->scenario != SIM_DOORS && u->scenario != SIM_DEFROST)
			return false;
		since = s->every_ms + since % s->every_ms;
	}
	return since % s->every_ms < s->lasts_ms;
}

/* -range to range, the same sequence for the same seed (splitmix64). */
static int32_t
noise(struct sim_unit *u, int32_t range)
{
	uint64_t	z = u->noise += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	z ^= z >> 31;
	return (int32_t)(z % (2 * (uint64_t)range + 1)) - range;
}

void
sim_begin(struct sim_unit *u, uint64_t seed)
{
	u->noise = seed;
	u->at_ms = 0;
	u->f_cnt = 0;
	u->milli_c = setpoint_mc[u->type];
}

/* What the air in it is drawn towards, and how fast: the share of the
 * difference, in millionths, that one second takes away. */
static void
pull(const struct sim_unit *u, bool spell, int32_t *to_mc, int32_t *per_s)
{
	*to_mc = setpoint_mc[u->type];
	*per_s = 4000;
	if (!spell)
		return;
	switch (u->scenario) {
	case SIM_DOORS:
		*to_mc = ROOM_MC;
		*per_s = 300;
		break;
	case SIM_DEFROST:
		*to_mc += 1800;
		*per_s = 1500;
		break;
	case SIM_COMPRESSOR:
		*to_mc = ROOM_MC;
		*per_s = 2200;
		break;
	default:
		break;
	}
}

static void
advance(struct sim_unit *u, int64_t ms)
{
	int32_t	to_mc, per_s;

	pull(u, in_spell(u, u->at_ms), &to_mc, &per_s);
	u->milli_c += (int32_t)((int64_t)(to_mc - u->milli_c) * per_s * ms /
	    1000000000);
	u->at_ms += ms;
}

struct sim_sample
sim_run(struct sim_unit *u, int64_t at_ms)
{
	struct sim_sample	s = { .door = DOOR_UNKNOWN };
	bool			spell;

	if (u->at_ms == 0)
		u->at_ms = at_ms;
	while (u->at_ms < at_ms)
		advance(u, at_ms - u->at_ms < STEP_MS ? at_ms - u->at_ms
		    : STEP_MS);
	spell = in_spell(u, at_ms);
	/* The thermostat's own swing, then the sensor's grain. */
	s.temperature = (u->milli_c + noise(u, 250)) / 10;
	s.humidity_cpct = 6200 + noise(u, 400);
	s.battery_mv = 2980 + noise(u, 5);
	if (u->scenario == SIM_DOORS)
		s.door = spell ? DOOR_OPEN : DOOR_CLOSED;
	s.fault = spell && u->scenario == SIM_PROBE_FAULT;
	s.silent = spell && (u->scenario == SIM_SILENCE ||
	    u->scenario == SIM_BACKLOG);
	return s;
}

/* Hundredths as a decimal number of a decoder. */
static void
add_number(struct buf *out, const char *key, int32_t hundredths)
{
	char	text[CENTI_TEXT];

	buf_printf(out, "\"%s\":%s", key, centi_format(hundredths, text));
}

/* The payload formatters of the models, as their vendors publish them. */
static void
payload_lht65n(const struct sim_sample *s, struct buf *out)
{
	add_number(out, "BatV", s->battery_mv / 10);
	buf_puts(out, ",\"Bat_status\":3,\"Ext_sensor\":\"Temperature Sensor\",");
	add_number(out, "Hum_SHT", 4500);
	buf_putc(out, ',');
	add_number(out, "TempC_DS", s->fault ? 32767 : s->temperature);
	if (!s->fault) {
		buf_putc(out, ',');
		add_number(out, "TempC_SHT", s->temperature + 60);
	}
}

static void
payload_em300(const struct sim_sample *s, struct buf *out)
{
	buf_puts(out, "\"battery\":94,");
	if (s->fault)
		buf_puts(out, "\"temperature\":\"NULL\",");
	else {
		add_number(out, "temperature", s->temperature);
		buf_putc(out, ',');
	}
	add_number(out, "humidity", s->humidity_cpct);
}

static void
payload_elsys(const struct sim_sample *s, struct buf *out)
{
	add_number(out, "temperature", s->fault ? 32767 : s->temperature);
	buf_putc(out, ',');
	add_number(out, "humidity", s->humidity_cpct);
	buf_printf(out, ",\"light\":12,\"motion\":0,\"vdd\":%d",
	    s->battery_mv + 620);
}

static void
payload_elt2(const struct sim_sample *s, struct buf *out)
{
	add_number(out, "externalTemperature",
	    s->fault ? 32767 : s->temperature);
	buf_printf(out, ",\"vdd\":%d", s->battery_mv + 620);
}

static const struct {
	const char	*model;
	void		(*write)(const struct sim_sample *s, struct buf *out);
} payloads[] = {
	{ "lht65n", payload_lht65n },
	{ "em300-th", payload_em300 },
	{ "ers", payload_elsys },
	{ "elt2", payload_elt2 },
};

static void
add_payload(const struct sim_unit *u, const struct sim_sample *s,
    struct buf *out)
{
	size_t	i = 0;

	while (i < sizeof(payloads) / sizeof(payloads[0]) - 1 &&
	    strcmp(payloads[i].model, u->model) != 0)
		i++;
	payloads[i].write(s, out);
	if (s->door != DOOR_UNKNOWN)
		buf_printf(out, ",\"door_status\":\"%s\"",
		    door_state_name(s->door));
}

void
sim_message(struct sim_unit *u, const struct sim_sample *s, int64_t at_ms,
    struct buf *out)
{
	char	at[WHEN_TEXT];

	when_format(at_ms, at);
	buf_printf(out, "{\"end_device_ids\":{\"device_id\":\"eui-%s\","
	    "\"application_ids\":{\"application_id\":\"%s\"},"
	    "\"dev_eui\":\"%s\"},\"received_at\":\"%s\","
	    "\"uplink_message\":{\"session_key_id\":\"AZsimulated\","
	    "\"f_port\":2,\"f_cnt\":%" PRIu32 ",\"frm_payload\":\"AA==\","
	    "\"decoded_payload\":{", u->dev_eui, u->application, u->dev_eui,
	    at, ++u->f_cnt);
	add_payload(u, s, out);
	buf_printf(out, "},\"rx_metadata\":[{\"gateway_ids\":{\"gateway_id\":"
	    "\"demo-roof\"},\"rssi\":%d,\"snr\":%d.5}],"
	    "\"received_at\":\"%s\"}}", -78 + noise(u, 9), 7 + noise(u, 2), at);
}
