/*
 * frostguard import - history from other loggers, out of a CSV file.
 *
 * A file is known by its contents and by how it is to be read: the same again
 * goes on where it was interrupted.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/mem.h"
#include "base/when.h"
#include "cmd.h"
#include "db/plain.h"
#include "domain/enrol_find.h"
#include "import_file.h"

#define CHUNK		(256 * 1024)
#define MONTH_MS	INT64_C(2629800000)	/* about */

struct arguments {
	struct import_wish	 wish;
	const char		*database, *organization, *file;
	bool			 dry_run;
};

static void
show_progress(const struct import_file *f)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\rline %" PRId64 ": %" PRId64 " stored, %"
		    PRId64 " known", f->im->line, f->im->stored, f->im->known);
}

static void
hash_text(crypto_hash_sha256_state *st, const char *text)
{
	if (text != NULL)
		crypto_hash_sha256_update(st, (const unsigned char *)text,
		    strlen(text));
	crypto_hash_sha256_update(st, (const unsigned char *)"\n", 1);
}

static bool
hash_file(const struct import_wish *w, FILE *f,
    unsigned char out[IMPORT_HASH])
{
	crypto_hash_sha256_state st;
	unsigned char	*chunk = mem_alloc(CHUNK);
	char		 how[2] = { (char)('0' + w->degrees),
			    (char)('0' + w->order) };
	size_t		 n;

	crypto_hash_sha256_init(&st);
	while ((n = fread(chunk, 1, CHUNK, f)) > 0)
		crypto_hash_sha256_update(&st, chunk, n);
	for (int i = 0; i < LOGGER_COLUMN__MAX; i++)
		hash_text(&st, w->headings[i]);
	hash_text(&st, w->site);
	hash_text(&st, w->area);
	hash_text(&st, w->unit);
	hash_text(&st, w->timezone);
	crypto_hash_sha256_update(&st, (unsigned char *)how, sizeof(how));
	crypto_hash_sha256_final(&st, out);
	free(chunk);
	return !ferror(f) && fseek(f, 0, SEEK_SET) == 0;
}

static void
report(const struct import_file *f, bool dry_run)
{
	const struct import *im = f->im;
	char		     from[WHEN_TEXT], to[WHEN_TEXT];

	if (isatty(STDERR_FILENO))
		fputc('\n', stderr);
	printf("%" PRId64 " readings %s, %" PRId64 " known already, %" PRId64
	    " lines not understood\n", im->stored, dry_run ? "would be stored"
	    : "stored", im->known, im->refused);
	if (f->last_ms != 0)
		printf("from %s to %s\n", when_format(f->first_ms, from),
		    when_format(f->last_ms, to));
	if (f->forward > 0)
		printf("%" PRId64 " at times that clocks which are set forward "
		    "skip: taken for a clock that was not set yet\n",
		    f->forward);
	if (f->twice > 0)
		printf("%" PRId64 " at times that clocks which are set back "
		    "show twice: told apart by the order of the lines\n",
		    f->twice);
	if (f->outside > f->readings / 2)
		printf("%" PRId64 " of %" PRId64 " are outside the limits: "
		    "are the degrees right?\n", f->outside, f->readings);
	if (f->doomed > 0)
		printf("%" PRId64 " are older than retention_months: they will "
		    "be deleted soon, unless held\n", f->doomed);
	if (f->cut_off)
		printf("the last line has no end: was the file cut off?\n");
}

static enum cmd_rc
read_file(struct import *im, const struct arguments *a, FILE *from)
{
	const int64_t	   keep = conf_int("retention_months");
	struct import_file f = { .wish = &a->wish, .im = im,
				.progress = show_progress };
	const char	  *slash = strrchr(a->file, '/');
	bool		   good;

	if (keep > 0)
		f.keep_after_ms = im->now_ms - keep * MONTH_MS;
	if (import_open(im, slash != NULL ? slash + 1 : a->file) != DB_OK) {
		fprintf(stderr, "frostguard: the database does not answer\n");
		import_release(im);
		return CMD_FAILED;
	}
	if (im->line > 0)
		printf("goes on behind line %" PRId64 "\n", im->line);
	good = import_file_read(&f, from);
	report(&f, a->dry_run);
	if (!good)
		fprintf(stderr, "frostguard: not finished; what is stored "
		    "stays, and the same command goes on\n");
	import_file_release(&f);
	import_release(im);
	return good && im->refused == 0 ? CMD_OK : CMD_FAILED;
}

static bool
find_organization(struct import *im, const char *slug)
{
	static const char *const why[] = {
		[ENROL_FOUND] = NULL,
		[ENROL_NOBODY] = "there is no such organization",
		[ENROL_SEVERAL] = "which --organization?",
		[ENROL_DOWN] = "the database does not answer",
	};
	enum enrol_found found = enrol_find_organization(im->db, slug,
				    &im->organization);

	if (found != ENROL_FOUND)
		fprintf(stderr, "frostguard: %s\n", why[found]);
	return found == ENROL_FOUND;
}

static enum cmd_rc
run(const struct arguments *a, FILE *from)
{
	struct import	im = { .now_ms = clock_now_ms(),
			    .dry_run = a->dry_run };
	enum cmd_rc	rc = CMD_FAILED;

	im.db = db_new(a->database, "frostguard");
	if (!hash_file(&a->wish, from, im.hash))
		perror(a->file);
	else if (plain_run(im.db, "SET statement_timeout = 0", NULL) != DB_OK ||
	    db_schema_check(im.db) != DB_OK)
		fprintf(stderr, "frostguard: the database does not answer\n");
	else if (find_organization(&im, a->organization))
		rc = read_file(&im, a, from);
	db_free(im.db);
	return rc;
}

static bool
take_word(const char *value, const char *const *words, int n, int *out)
{
	for (*out = 1; *out <= n; (*out)++)
		if (strcmp(words[*out - 1], value) == 0)
			return true;
	fprintf(stderr, "frostguard: %s: it is %s or %s\n", value, words[0],
	    words[1]);
	return false;
}

static bool
take_option(struct arguments *a, int opt, const char *value)
{
	static const char *const degrees[] = { "C", "F" };
	static const char *const orders[] = { "dmy", "mdy" };
	struct import_wish	*w = &a->wish;
	int			 n;

	switch (opt) {
	case 'A':	w->area = value;			return true;
	case 'D':	w->headings[LOGGER_DATE] = value;	return true;
	case 'H':	w->headings[LOGGER_HUMIDITY] = value;	return true;
	case 'T':	w->headings[LOGGER_TIME] = value;	return true;
	case 'U':	w->headings[LOGGER_UNIT] = value;	return true;
	case 'd':	a->database = value;			return true;
	case 'n':	a->dry_run = true;			return true;
	case 'o':	a->organization = value;		return true;
	case 's':	w->site = value;			return true;
	case 't':	w->headings[LOGGER_TEMPERATURE] = value; return true;
	case 'u':	w->unit = value;			return true;
	case 'f':
		if (!take_word(value, degrees, 2, &n))
			return false;
		w->degrees = (enum logger_degrees)n;
		return true;
	case 'm':
		if (!take_word(value, orders, 2, &n))
			return false;
		w->order = (enum logger_order)n;
		return true;
	case 'z':
		w->timezone = value;
		if (when_zone_known(value))
			return true;
		fprintf(stderr, "frostguard: no time zone %s\n", value);
		return false;
	default:
		return false;
	}
}

enum cmd_rc
cmd_import(int argc, char **argv)
{
	static const struct option options[] = {
		{ "area", required_argument, NULL, 'A' },
		{ "database", required_argument, NULL, 'd' },
		{ "date", required_argument, NULL, 'D' },
		{ "dates", required_argument, NULL, 'm' },
		{ "degrees", required_argument, NULL, 'f' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "humidity", required_argument, NULL, 'H' },
		{ "organization", required_argument, NULL, 'o' },
		{ "site", required_argument, NULL, 's' },
		{ "temperature", required_argument, NULL, 't' },
		{ "time", required_argument, NULL, 'T' },
		{ "timezone", required_argument, NULL, 'z' },
		{ "unit", required_argument, NULL, 'u' },
		{ "unit-column", required_argument, NULL, 'U' },
		{ NULL, 0, NULL, 0 },
	};
	struct arguments a = { .database = conf_text("database") };
	FILE		*from;
	enum cmd_rc	 rc;
	int		 opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(&a, opt, optarg))
			return CMD_USAGE;
	if (argc - optind != 1)
		return CMD_USAGE;
	a.file = argv[optind];
	from = fopen(a.file, "re");
	if (from == NULL) {
		fprintf(stderr, "frostguard: %s: %s\n", a.file,
		    strerror(errno));
		return CMD_FAILED;
	}
	rc = run(&a, from);
	fclose(from);
	return rc;
}
