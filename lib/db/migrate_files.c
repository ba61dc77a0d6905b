#include "db/migrate_files.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#define FOLDER		"migrations"
#define DIGITS		4

static bool
refuse(char **why, const char *name, const char *fault)
{
	struct buf	b = BUF_INIT(SQL_FILE_MAX);

	buf_printf(&b, "%s: %s", name, fault);
	*why = buf_detach(&b);
	return false;
}

static void
hash(struct sql_file *f, size_t len)
{
	unsigned char	sum[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(sum, (const unsigned char *)f->text, len);
	sodium_bin2hex(f->sha256, sizeof(f->sha256), sum, sizeof(sum));
}

bool
sql_files_one(struct sql_files *out, const char *dir, const char *name,
    char **why)
{
	struct buf	 path = BUF_INIT(4096), text = BUF_INIT(SQL_FILE_MAX);
	struct sql_file	*f;
	char		 chunk[4096];
	size_t		 len;
	FILE		*in;
	bool		 ok;

	buf_printf(&path, "%s/%s", dir, name);
	in = fopen(buf_str(&path), "re");
	buf_release(&path);
	if (in == NULL)
		return refuse(why, name, strerror(errno));
	while ((len = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(&text, chunk, len);
	ok = !ferror(in) && !buf_failed(&text) &&
	    utf8_valid(buf_str(&text), text.len) &&
	    strlen(buf_str(&text)) == text.len;
	fclose(in);
	if (!ok) {
		buf_release(&text);
		return refuse(why, name, "not a text of 4 MiB or less");
	}
	out->v = mem_resize(out->v,
	    mem_product(out->n + 1, sizeof(*out->v)));
	f = &out->v[out->n++];
	f->name = mem_strdup(name);
	len = text.len;
	f->text = buf_detach(&text);
	hash(f, len);
	return true;
}

static int
is_sql(const struct dirent *e)
{
	const char	*dot = strrchr(e->d_name, '.');

	return e->d_name[0] != '.' && dot != NULL && strcmp(dot, ".sql") == 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

bool
sql_files_folder(struct sql_files *out, const char *dir, const char *name,
    char **why)
{
	struct buf	  path = BUF_INIT(4096);
	struct dirent	**entries;
	bool		  ok = true;
	int		  n;

	buf_printf(&path, "%s/%s", dir, name);
	n = scandir(buf_str(&path), &entries, is_sql, by_name);
	if (n < 0) {
		buf_release(&path);
		return errno == ENOENT || refuse(why, name, strerror(errno));
	}
	for (int i = 0; i < n; i++) {
		buf_clear(&path);
		buf_printf(&path, "%s/%s", name, entries[i]->d_name);
		ok = ok && sql_files_one(out, dir, buf_str(&path), why);
		free(entries[i]);
	}
	free(entries);
	buf_release(&path);
	return ok;
}

int64_t
sql_file_version(const char *name)
{
	static const char	lower[] = "abcdefghijklmnopqrstuvwxyz";
	static const char	digits[] = "0123456789";
	const char		*p = name;
	int64_t			version = 0;

	if (strncmp(p, FOLDER "/", sizeof(FOLDER)) != 0)
		return 0;
	p += sizeof(FOLDER);
	if (strspn(p, digits) != DIGITS || p[DIGITS] != '-')
		return 0;
	for (int i = 0; i < DIGITS; i++)
		version = version * 10 + (*p++ - '0');
	for (p++; strspn(p, lower) > 0; p += *p == '-')
		p += strspn(p, lower);
	return strcmp(p, ".sql") == 0 && p[-1] != '-' ? version : 0;
}

bool
sql_files_migrations(struct sql_files *out, const char *dir, char **why)
{
	const char	*fault = NULL;
	size_t		 i;

	if (!sql_files_folder(out, dir, FOLDER, why)) {
		sql_files_release(out);
		return false;
	}
	if (out->n == 0)
		return refuse(why, dir, "no " FOLDER);
	for (i = 0; i < out->n && fault == NULL; i++) {
		int64_t version = sql_file_version(out->v[i].name);

		if (version == 0)
			fault = "is not named NNNN-words.sql";
		else if (version != (int64_t)i + 1)
			fault = "its number is not the next one";
	}
	if (fault == NULL)
		return true;
	refuse(why, out->v[i - 1].name, fault);
	sql_files_release(out);
	return false;
}

void
sql_files_release(struct sql_files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].name);
		free(f->v[i].text);
	}
	free(f->v);
	*f = (struct sql_files){ NULL, 0 };
}

int
sql_file_line(const struct sql_file *f, int character)
{
	const char	*p = f->text;
	int		 line = 1;

	while (*p != '\0' && --character > 0) {
		line += *p == '\n';
		p += utf8_step(p, strlen(p));
	}
	return line;
}
