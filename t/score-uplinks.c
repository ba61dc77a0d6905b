/*
 * score-uplinks [-v] [FILE] - how well payloads of real devices are understood.
 *
 * Each line of FILE (default: data/uplinks.jsonl) is a message with what a
 * careful person reads out of it. A field that two careful people could read
 * differently is listed as ambiguous and does not count. Prints hits and
 * inventions per field and fails below what was reached already; -v shows each
 * miss.
 */
#include "base/json.h"
#include "domain/uplink.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEMPERATURE, TEMPERATURES, HUMIDITY, BATTERY_V, BATTERY_PCT, DOOR,
	FIELD__MAX };

static const struct {
	const char	*name;
	double		 tolerance;	/* expected to four decimals at most */
	int		 least;		/* right, in tenths of a per cent */
} fields[FIELD__MAX] = {
	[TEMPERATURE] =	 { "temperature_c",  0.0051, 1000 },
	[TEMPERATURES] = { "temperatures_c", 0.0051, 989 },
	[HUMIDITY] =	 { "humidity_pct",   0.0051, 1000 },
	[BATTERY_V] =	 { "battery_v",	     0.0006, 984 },
	[BATTERY_PCT] =	 { "battery_pct",    0.0051, 1000 },
	[DOOR] =	 { "door_open",	     0.0001, 1000 },
};

#define LEAST_SILENT	997	/* of where null is expected, in the same */

struct score {
	int	said, right;		/* a value is expected */
	int	silent, invented;	/* null is expected */
};

struct answer {			/* NAN: nothing */
	double	 field[FIELD__MAX];
	unsigned n;		/* temperatures */
	double	 all[UPLINK_TEMPS_MAX];
};

static bool	verbose;

static void
answer(struct json_object *row, struct answer *a)
{
	static const char *const members[] = {
		"decoded_payload", "normalized_payload", "f_port",
	};
	static struct uplink	 u;
	struct json_object	*body = json_object_new_object();
	struct json_object	*m = json_object_new_object(), *v;
	struct uplink_obs	 now;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (json_object_object_get_ex(row, members[i], &v))
			json_put(m, members[i], json_object_get(v));
	json_put(body, "uplink_message", m);
	uplink_read(body, &u, NULL);
	uplink_now(&u, &now);
	json_object_put(body);

	a->field[TEMPERATURE] = now.has & UPLINK_HAS_TEMPERATURE ?
	    now.temperature / 100.0 : NAN;
	a->field[HUMIDITY] = now.has & UPLINK_HAS_HUMIDITY ?
	    now.humidity_cpct / 100.0 : NAN;
	a->field[BATTERY_V] = now.has & UPLINK_HAS_BATTERY_MV ?
	    now.battery_mv / 1000.0 : NAN;
	a->field[BATTERY_PCT] = now.has & UPLINK_HAS_BATTERY_PCT ?
	    now.battery_cpct / 100.0 : NAN;
	a->field[DOOR] = now.door == DOOR_UNKNOWN ? NAN : now.door == DOOR_OPEN;
	a->n = now.temp_count;
	for (unsigned i = 0; i < a->n; i++)
		a->all[i] = u.temps[now.temp_first + i].value / 100.0;
	a->field[TEMPERATURES] = a->n > 0 ? a->all[0] : NAN;
}

static bool
is_ambiguous(struct json_object *row, const char *field)
{
	struct json_object	*list = json_arr(row, "ambiguous");

	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (strcmp(json_object_get_string(
		    json_object_array_get_idx(list, i)), field) == 0)
			return true;
	return false;
}

/* Every expected temperature is there, and no other; order is free. */
static bool
same_set(struct json_object *list, const struct answer *a)
{
	size_t	n = json_object_array_length(list);

	for (size_t i = 0; i < n; i++) {
		double	want = json_object_get_double(
		    json_object_array_get_idx(list, i));
		bool	found = false;

		for (unsigned j = 0; j < a->n; j++)
			found |= fabs(a->all[j] - want) <=
			    fields[TEMPERATURES].tolerance;
		if (!found)
			return false;
	}
	return n == a->n;
}

/* What the row expects; NAN for nothing. */
static double
expected(struct json_object *row, int f)
{
	struct json_object	*expect = json_obj(row, "expect"), *v;

	if (!json_object_object_get_ex(expect, fields[f].name, &v) || v == NULL)
		return NAN;
	if (f == TEMPERATURES)
		return json_object_array_length(v) == 0 ? NAN :
		    json_object_get_double(json_object_array_get_idx(v, 0));
	return json_object_get_double(v);
}

static void
show_miss(struct json_object *row, int f, double want, double got)
{
	struct json_object	*v;

	json_object_object_get_ex(row, "decoded_payload", &v);
	printf("%s/%s %s: want %g, got %g\n\t%s\n", json_str(row, "vendor",
	    NULL), json_str(row, "device", NULL), fields[f].name, want, got,
	    json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN));
}

static void
score_row(struct json_object *row, struct score score[FIELD__MAX])
{
	struct answer	a;

	answer(row, &a);
	for (int f = 0; f < FIELD__MAX; f++) {
		struct score	*s = &score[f];
		double		 want = expected(row, f), got = a.field[f];
		bool		 right;

		if (is_ambiguous(row, fields[f].name))
			continue;
		if (isnan(want)) {
			right = isnan(got);
			s->silent++;
			s->invented += !right;
		} else {
			right = f == TEMPERATURES ?
			    same_set(json_arr(json_obj(row, "expect"),
			    fields[f].name), &a) :
			    fabs(want - got) <= fields[f].tolerance;
			s->said++;
			s->right += right;
		}
		if (!right && verbose)
			show_miss(row, f, want, got);
	}
}

static bool
report(const struct score score[FIELD__MAX])
{
	bool	ok = true;

	printf("%-16s %14s %14s\n", "field", "right", "invented");
	for (int f = 0; f < FIELD__MAX; f++) {
		const struct score	*s = &score[f];

		printf("%-16s %5d of %5d %5d of %5d\n", fields[f].name,
		    s->right, s->said, s->invented, s->silent);
		ok &= s->right * 1000 >= s->said * fields[f].least &&
		    (s->silent - s->invented) * 1000 >=
		    s->silent * LEAST_SILENT;
	}
	return ok;
}

int
main(int argc, char **argv)
{
	struct score	 score[FIELD__MAX] = { { 0, 0, 0, 0 } };
	const char	*dir = getenv("srcdir"), *why;
	char		 path[4096], *line = NULL;
	size_t		 cap = 0;
	ssize_t		 len;
	int		 opt;
	FILE		*f;

	while ((opt = getopt(argc, argv, "v")) != -1)
		verbose = opt == 'v';
	snprintf(path, sizeof(path), "%s/t/data/uplinks.jsonl",
	    dir != NULL ? dir : ".");
	f = fopen(optind < argc ? argv[optind] : path, "r");
	if (f == NULL) {
		perror(path);
		return 1;
	}
	while ((len = getline(&line, &cap, f)) != -1) {
		struct json_object	*row = json_parse_device(line,
		    (size_t)len, &why);

		if (row == NULL) {
			fprintf(stderr, "score-uplinks: %s\n", why);
			return 1;
		}
		score_row(row, score);
		json_object_put(row);
	}
	free(line);
	fclose(f);
	return report(score) ? 0 : 1;
}
