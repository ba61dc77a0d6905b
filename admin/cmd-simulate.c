/*
 * frostguard simulate - sends what the demo's sensors would, over HTTP.
 *
 * The past first, as fast as the server takes it or at --speed, so that charts
 * have something to show; from then on in real time. It stops on SIGTERM.
 */
#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd.h"
#include "domain/simulator.h"
#include "option.h"

#define UNITS_MAX	1000
#define URL_MAX		1024
#define PAST_EVERY_MS	(5 * 60000LL)	/* between messages of the past */
#define BACKLOG_MAX	64		/* messages a sensor keeps */
#define HOUR_MS		3600000LL

struct sensor {
	struct sim_unit		 unit;
	struct curl_slist	*headers;	/* its organization's */
	int64_t			 kept_ms[BACKLOG_MAX];
	struct sim_sample	 kept[BACKLOG_MAX];
	int			 kept_n;
};

struct simulation {
	struct json_object	*demo;		/* strings are borrowed from it */
	struct buf		 url;
	CURL			*curl;
	struct sensor		*sensor;
	size_t			 n;
	struct curl_slist	*headers[16];	/* one per organization */
	size_t			 headers_n;
	int64_t			 history_ms, every_ms;
	double			 speed;		/* 0: as fast as it goes */
	bool			 once;		/* one round of the present */
	uint64_t		 seed;
	int64_t			 sent, failed;
	struct buf		 body;
};

static volatile sig_atomic_t	stop;

static void
on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static size_t
drop(char *data, size_t size, size_t n, void *arg)
{
	(void)data;
	(void)arg;
	return size * n;
}

/* A server that is away is tried again with the next message; what a sensor
 * sent is sent. */
static void
post(struct simulation *sim, const struct sensor *s)
{
	long	status = 0;

	curl_easy_setopt(sim->curl, CURLOPT_URL, buf_str(&sim->url));
	curl_easy_setopt(sim->curl, CURLOPT_HTTPHEADER, s->headers);
	curl_easy_setopt(sim->curl, CURLOPT_POSTFIELDS, buf_str(&sim->body));
	curl_easy_setopt(sim->curl, CURLOPT_POSTFIELDSIZE,
	    (long)sim->body.len);
	curl_easy_setopt(sim->curl, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(sim->curl, CURLOPT_TIMEOUT, 10L);
	if (curl_easy_perform(sim->curl) == CURLE_OK)
		curl_easy_getinfo(sim->curl, CURLINFO_RESPONSE_CODE, &status);
	sim->sent++;
	if (status != 200 && status != 202) {
		sim->failed++;
		log_warn("simulate.refused", LOG_INT("status", status));
	}
}

static void
send_sample(struct simulation *sim, struct sensor *s,
    const struct sim_sample *sample, int64_t at_ms)
{
	buf_clear(&sim->body);
	sim_message(&s->unit, sample, at_ms, &sim->body);
	post(sim, s);
	if (s->unit.scenario == SIM_REDELIVERY)
		post(sim, s);
}

/* What was kept while out of reach goes out newest last. */
static void
send_kept(struct simulation *sim, struct sensor *s)
{
	for (int i = 0; i < s->kept_n; i++)
		send_sample(sim, s, &s->kept[i], s->kept_ms[i]);
	s->kept_n = 0;
}

static void
run_sensor(struct simulation *sim, struct sensor *s, int64_t at_ms)
{
	struct sim_sample	sample = sim_run(&s->unit, at_ms);

	if (!sample.silent) {
		send_kept(sim, s);
		send_sample(sim, s, &sample, at_ms);
	} else if (s->unit.scenario == SIM_BACKLOG &&
	    s->kept_n < BACKLOG_MAX) {
		s->kept_ms[s->kept_n] = at_ms;
		s->kept[s->kept_n++] = sample;
	}
}

static void
sleep_until(int64_t at_ms)
{
	int64_t		left_ms = at_ms - clock_now_ms();
	struct timespec	left = { left_ms / 1000, left_ms % 1000 * 1000000 };

	if (left_ms > 0 && !stop)
		nanosleep(&left, NULL);
}

static void
run_past(struct simulation *sim, int64_t now_ms)
{
	int64_t	began_ms = clock_now_ms(), from_ms = now_ms - sim->history_ms;

	for (int64_t at = from_ms; at < now_ms && !stop; at += PAST_EVERY_MS) {
		for (size_t i = 0; i < sim->n && !stop; i++)
			run_sensor(sim, &sim->sensor[i], at);
		if (sim->speed > 0)
			sleep_until(began_ms + (int64_t)((double)(at -
			    from_ms) / sim->speed));
	}
}

/* The sensors of a round are spread over it, as they would be. */
static void
run_present(struct simulation *sim)
{
	int64_t	began_ms = clock_now_ms();

	for (int64_t round = 0; !stop && (round == 0 || !sim->once); round++)
		for (size_t i = 0; i < sim->n && !stop; i++) {
			if (!sim->once)
				sleep_until(began_ms + round * sim->every_ms +
				    sim->every_ms * (int64_t)i /
				    (int64_t)sim->n);
			if (!stop)
				run_sensor(sim, &sim->sensor[i],
				    clock_now_ms());
		}
}

static bool
add_sensor(struct simulation *sim, struct json_object *device,
    const char *application, struct curl_slist *headers, unsigned nth)
{
	const char	*type = json_str(device, "unit_type", NULL);
	struct sensor	*s = &sim->sensor[sim->n];

	s->unit.dev_eui = json_str(device, "dev_eui", NULL);
	s->unit.model = json_str(device, "model", NULL);
	s->unit.application = application;
	s->headers = headers;
	if (sim->n == UNITS_MAX || type == NULL || s->unit.dev_eui == NULL ||
	    s->unit.model == NULL || application == NULL ||
	    !unit_type_parse(type, &s->unit.type))
		return false;
	s->unit.scenario = sim_scenario_of(nth);
	s->unit.start_ms = clock_now_ms();
	sim_begin(&s->unit, sim->seed + sim->n);
	sim->n++;
	return true;
}

static bool
add_organization(struct simulation *sim, struct json_object *o)
{
	const char	   *name = json_str(o, "webhook_header", NULL);
	const char	   *secret = json_str(o, "webhook_secret", NULL);
	struct json_object *devices = json_arr(o, "devices");
	struct curl_slist  *headers;
	char		    line[256];

	if (name == NULL || secret == NULL || devices == NULL ||
	    sim->headers_n == sizeof(sim->headers) / sizeof(sim->headers[0]))
		return false;
	snprintf(line, sizeof(line), "%s: %s", name, secret);
	headers = curl_slist_append(NULL, "Content-Type: application/json");
	sim->headers[sim->headers_n++] = headers = curl_slist_append(headers,
	    line);
	for (size_t i = 0; i < json_object_array_length(devices); i++)
		if (!add_sensor(sim, json_object_array_get_idx(devices, i),
		    json_str(o, "application_id", NULL), headers,
		    (unsigned)i))
			return false;
	return true;
}

static bool
load(struct simulation *sim, const char *path, const char *url)
{
	struct json_object *list;

	sim->demo = json_object_from_file(path);
	if (sim->demo == NULL ||
	    (list = json_arr(sim->demo, "organizations")) == NULL)
		return false;
	if (url == NULL && (url = json_str(sim->demo, "base_url", NULL)) ==
	    NULL)
		return false;
	buf_init(&sim->url, URL_MAX);
	buf_printf(&sim->url, "%s/api/webhooks/ttn", url);
	if (buf_failed(&sim->url))
		return false;
	sim->sensor = mem_alloc(mem_product(UNITS_MAX + 1,
	    sizeof(*sim->sensor)));
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!add_organization(sim, json_object_array_get_idx(list, i)))
			return false;
	return sim->n > 0;
}

static void
release(struct simulation *sim)
{
	for (size_t i = 0; i < sim->headers_n; i++)
		curl_slist_free_all(sim->headers[i]);
	curl_easy_cleanup(sim->curl);
	buf_release(&sim->body);
	buf_release(&sim->url);
	json_object_put(sim->demo);
	free(sim->sensor);
}

static enum cmd_rc
simulate(struct simulation *sim)
{
	const struct sigaction	on = { .sa_handler = on_signal };

	sigaction(SIGTERM, &on, NULL);
	sigaction(SIGINT, &on, NULL);
	buf_init(&sim->body, 8192);
	if ((sim->curl = curl_easy_init()) == NULL)
		fatal("libcurl does not start");
	run_past(sim, clock_now_ms());
	printf("simulate: %lld messages of the past, %lld refused\n",
	    (long long)sim->sent, (long long)sim->failed);
	fflush(stdout);
	run_present(sim);
	return sim->sent > 0 && sim->failed == sim->sent ? CMD_FAILED : CMD_OK;
}

static bool
take_number(const char *name, const char *text, double min, double max,
    double *out)
{
	char	*end;

	*out = strtod(text, &end);
	if (end != text && *end == '\0' && *out >= min && *out <= max)
		return true;
	return option_fault(name, "must be %.0f to %.0f, not \"%s\"", min, max,
	    text);
}

enum cmd_rc
cmd_simulate(int argc, char **argv)
{
	static const struct option options[] = {
		{ "base-url", required_argument, NULL, 'b' },
		{ "history", required_argument, NULL, 'h' },
		{ "interval", required_argument, NULL, 'i' },
		{ "once", no_argument, NULL, 'o' },
		{ "seed", required_argument, NULL, 's' },
		{ "speed", required_argument, NULL, 'x' },
		{ NULL, 0, NULL, 0 },
	};
	struct simulation sim = { .seed = 1 };
	const char	 *url = NULL;
	double		  hours = 24, seconds = 20, seed = 1;
	bool		  good = true;
	enum cmd_rc	  rc;
	int		  opt, i = 0;

	while ((opt = getopt_long(argc, argv, "", options, &i)) != -1) {
		const char	*name = options[i].name;

		if (opt == 'b')
			url = optarg;
		else if (opt == 'h')
			good &= take_number(name, optarg, 0, 24 * 29, &hours);
		else if (opt == 'i')
			good &= take_number(name, optarg, 1, 86400, &seconds);
		else if (opt == 's')
			good &= take_number(name, optarg, 0, 1e15, &seed);
		else if (opt == 'x')
			good &= take_number(name, optarg, 0, 1e9, &sim.speed);
		else if (opt == 'o')
			sim.once = true;
		else
			return CMD_USAGE;
	}
	if (!good || argc - optind != 1)
		return CMD_USAGE;
	sim.history_ms = (int64_t)(hours * (double)HOUR_MS);
	sim.every_ms = (int64_t)(seconds * 1000);
	sim.seed = (uint64_t)seed;
	if (load(&sim, argv[optind], url))
		rc = simulate(&sim);
	else {
		fprintf(stderr, "frostguard: %s: not a demo's file\n",
		    argv[optind]);
		rc = CMD_FAILED;
	}
	release(&sim);
	return rc;
}
