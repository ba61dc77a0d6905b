#include "domain/spool.h"
#include "base/buf.h"
#include "base/log.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * A record: magic, lengths, form and time, a checksum of all that follows it,
 * then auth and body. Written with one write(2); a torn one at the end of a
 * file was never acknowledged. Files are only read on the machine that wrote
 * them, so the header is in its byte order.
 */
#define MAGIC	0x31534746	/* "FGS1" */
struct header {
	uint32_t	magic;
	uint32_t	auth_len;
	uint32_t	body_len;
	uint32_t	form;
	int64_t		received_ms;
	unsigned char	sum[16];
};

/* A file being replayed, locked. */
struct input {
	FILE		*f;
	char		 name[64];
	bool		 aside;		/* fn failed on one of its records */
	struct header	 next;		/* of the record it stands at */
};

#define INPUTS		64	/* files merged at once */
#define PATIENCE	5	/* replays put off for those who still write */

struct spool {
	const char	*dir;
	int64_t		 max_bytes;
	int		 out;		/* our file, locked; -1: none */
	unsigned	 serial;
	int		 turn;		/* dir, locked: we replay; -1: not */
	unsigned	 put_off;
	struct input	 in[INPUTS];
	unsigned	 nin;
	struct buf	 rec;		/* body of the record in hand */
};

#define NAME_SUFFIX	".spool"

struct spool *
spool_new(const char *dir, int64_t max_bytes)
{
	struct spool	*s = calloc(1, sizeof(*s));

	if (s == NULL)
		fatal("out of memory");
	s->dir = dir;
	s->max_bytes = max_bytes;
	s->out = -1;
	s->turn = -1;
	buf_init(&s->rec, sizeof(struct header) + SPOOL_AUTH_MAX + 1 +
	    SPOOL_BODY_MAX + 1);
	return s;
}

static void
close_out(struct spool *s)
{
	if (s->out >= 0)
		close(s->out);
	s->out = -1;
}

static void
close_in(struct spool *s, struct input *in)
{
	fclose(in->f);
	*in = s->in[--s->nin];
}

/* Another may replay now. */
static void
end_turn(struct spool *s)
{
	while (s->nin > 0)
		close_in(s, &s->in[0]);
	if (s->turn >= 0)
		close(s->turn);
	s->turn = -1;
}

void
spool_free(struct spool *s)
{
	if (s == NULL)
		return;
	close_out(s);
	end_turn(s);
	buf_release(&s->rec);
	free(s);
}

static int
is_spool_file(const struct dirent *e)
{
	size_t	len = strlen(e->d_name), suffix = strlen(NAME_SUFFIX);

	return len > suffix && len < sizeof(((struct input *)0)->name) &&
	    strcmp(e->d_name + len - suffix, NAME_SUFFIX) == 0;
}

int64_t
spool_waiting(struct spool *s, unsigned *files)
{
	DIR		*d = opendir(s->dir);
	struct dirent	*e;
	struct stat	 st;
	int64_t		 sum = 0;

	*files = 0;
	if (d == NULL)
		return 0;
	while ((e = readdir(d)) != NULL)
		if (is_spool_file(e) &&
		    fstatat(dirfd(d), e->d_name, &st, 0) == 0) {
			sum += st.st_size;
			(*files)++;
		}
	closedir(d);
	return sum;
}

/* The file must outlive a power cut, and so must its name. */
static bool
sync_dir(const char *dir)
{
	int	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool	ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Names sort by the time of their first message. */
static bool
open_out(struct spool *s, int64_t now_ms)
{
	char	path[4096];
	int	n;

	n = snprintf(path, sizeof(path), "%s/%013lld-%d-%u" NAME_SUFFIX, s->dir,
	    (long long)now_ms, (int)getpid(), s->serial++);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	s->out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
	    0600);
	if (s->out < 0)
		return false;
	if (flock(s->out, LOCK_EX | LOCK_NB) != 0 || !sync_dir(s->dir)) {
		close_out(s);
		return false;
	}
	return true;
}

static void
checksum(const char *p, size_t len, unsigned char sum[16])
{
	crypto_generichash(sum, 16, (const unsigned char *)p, len, NULL, 0);
}

enum spool_rc
spool_append(struct spool *s, const struct spool_record *rec)
{
	struct header	h = { .magic = MAGIC };
	unsigned	files;
	off_t		end;
	ssize_t		n;

	h.auth_len = (uint32_t)strlen(rec->auth);
	h.body_len = (uint32_t)rec->body_len;
	h.received_ms = rec->received_ms;
	h.form = rec->form;
	if (h.auth_len > SPOOL_AUTH_MAX || rec->body_len > SPOOL_BODY_MAX)
		bug("spool_append: record too large");
	buf_clear(&s->rec);
	buf_add(&s->rec, &h, sizeof(h));
	buf_puts(&s->rec, rec->auth);
	buf_add(&s->rec, rec->body, rec->body_len);
	checksum(s->rec.data + sizeof(h), s->rec.len - sizeof(h), h.sum);
	memcpy(s->rec.data, &h, sizeof(h));

	if (spool_waiting(s, &files) + (int64_t)s->rec.len > s->max_bytes)
		return SPOOL_FULL;
	if (s->out < 0 && !open_out(s, rec->received_ms)) {
		log_error("spool.open_failed", LOG_STR("error", strerror(errno)));
		return SPOOL_FAIL;
	}
	end = lseek(s->out, 0, SEEK_END);
	n = write(s->out, s->rec.data, s->rec.len);
	if (n == (ssize_t)s->rec.len && fdatasync(s->out) == 0)
		return SPOOL_OK;
	log_error("spool.write_failed", LOG_STR("error", strerror(errno)));
	/* Half a record would end the replay of what follows it. */
	if (end < 0 || ftruncate(s->out, end) != 0)
		close_out(s);
	return SPOOL_FAIL;
}

enum reading { READ_RECORD, READ_END, READ_TORN };

/* What the file goes on with. */
static enum reading
read_header(struct input *in)
{
	struct header	*h = &in->next;
	size_t		 len = fread(h, 1, sizeof(*h), in->f);

	if (len != sizeof(*h))
		return len == 0 ? READ_END : READ_TORN;
	return h->magic != MAGIC || h->auth_len > SPOOL_AUTH_MAX ||
	    h->body_len > SPOOL_BODY_MAX ? READ_TORN : READ_RECORD;
}

/* The record that the header promised. */
static enum reading
read_record(struct spool *s, struct input *in, struct spool_record *rec,
    char *auth)
{
	const struct header	*h = &in->next;
	const size_t		 len = (size_t)h->auth_len + h->body_len;
	unsigned char		 sum[16];

	buf_clear(&s->rec);
	for (size_t left = len; left > 0;) {
		char	chunk[8192];
		size_t	want = left < sizeof(chunk) ? left : sizeof(chunk);

		if (fread(chunk, 1, want, in->f) != want)
			return READ_TORN;
		buf_add(&s->rec, chunk, want);
		left -= want;
	}
	checksum(buf_str(&s->rec), len, sum);
	if (memcmp(sum, h->sum, sizeof(sum)) != 0)
		return READ_TORN;
	memcpy(auth, buf_str(&s->rec), h->auth_len);
	auth[h->auth_len] = '\0';
	rec->received_ms = h->received_ms;
	rec->form = h->form;
	rec->auth = auth;
	rec->body = buf_str(&s->rec) + h->auth_len;
	rec->body_len = h->body_len;
	return READ_RECORD;
}

/* All of it has been handed over; what could not be read or stored is kept
 * aside for a person to look at. Taking the ending away again replays it. */
static void
finish_in(struct spool *s, struct input *in, enum reading end)
{
	const char	*ending = end == READ_TORN ? "torn" : "failed";
	char		 path[4096], aside[4096 + 8];
	bool		 ok;

	snprintf(path, sizeof(path), "%s/%s", s->dir, in->name);
	if (end == READ_TORN)
		log_warn("spool.torn_record", LOG_STR("file", in->name),
		    LOG_INT("offset", (int64_t)ftell(in->f)));
	if (end == READ_TORN || in->aside) {
		snprintf(aside, sizeof(aside), "%s.%s", path, ending);
		ok = rename(path, aside) == 0;
	} else
		ok = unlink(path) == 0;
	if (!ok)
		log_error("spool.finish_failed", LOG_STR("file", in->name),
		    LOG_STR("error", strerror(errno)));
	close_in(s, in);
}

/* To the next record; a file that has none is finished. */
static void
go_on(struct spool *s, struct input *in)
{
	enum reading	end = read_header(in);

	if (end != READ_RECORD)
		finish_in(s, in, end);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* False if somebody else still writes it. */
static bool
open_in(struct spool *s, const char *name)
{
	struct input	*in = &s->in[s->nin];
	char		 path[4096];
	int		 fd, len;

	len = snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	if (len < 0 || (size_t)len >= sizeof(path) ||
	    (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return true;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return false;
	}
	*in = (struct input){ .f = fdopen(fd, "r") };
	memcpy(in->name, name, strlen(name) + 1);
	s->nin++;
	go_on(s, in);
	return true;
}

/* Takes over the oldest files; false if one of them is still being written. */
static bool
open_all(struct spool *s)
{
	struct dirent	**list = NULL;
	bool		  whole = true;
	int		  n;

	n = scandir(s->dir, &list, is_spool_file, by_name);
	for (int i = 0; i < n; i++) {
		if (s->nin < INPUTS && !open_in(s, list[i]->d_name))
			whole = false;
		free(list[i]);
	}
	free(list);
	return whole;
}

/*
 * The messages of one device may stand in the files of several processes, and
 * out of order each would be history to the one before it. So one process
 * replays, and what all have written: it waits until they have noticed that
 * the database is back and ended their files, but not for ever.
 */
static bool
take_turn(struct spool *s)
{
	if (s->turn < 0)
		s->turn = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->turn < 0 || flock(s->turn, LOCK_EX | LOCK_NB) != 0 ||
	    (!open_all(s) && s->put_off++ < PATIENCE) || s->nin == 0) {
		end_turn(s);
		return false;
	}
	s->put_off = 0;
	return true;
}

static struct input *
oldest(struct spool *s)
{
	struct input	*in = &s->in[0];

	for (unsigned i = 1; i < s->nin; i++)
		if (s->in[i].next.received_ms < in->next.received_ms)
			in = &s->in[i];
	return in;
}

unsigned
spool_replay(struct spool *s, unsigned max, spool_fn *fn, void *arg)
{
	char			auth[SPOOL_AUTH_MAX + 1];
	struct spool_record	rec;
	struct input		*in;
	unsigned		done = 0;
	enum spool_verdict	verdict;
	long			at;

	close_out(s);
	while (done < max && (s->nin > 0 || take_turn(s))) {
		in = oldest(s);
		at = ftell(in->f);
		if (read_record(s, in, &rec, auth) != READ_RECORD) {
			finish_in(s, in, READ_TORN);
			continue;
		}
		verdict = fn(&rec, arg);
		if (verdict == SPOOL_LATER) {
			if (fseek(in->f, at, SEEK_SET) != 0)
				end_turn(s);	/* from the start, then */
			break;
		}
		in->aside |= verdict == SPOOL_ASIDE;
		done++;
		go_on(s, in);
	}
	return done;
}
