#include "web/template.h"
#include "base/log.h"
#include "base/mem.h"
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX	".html"

struct template {
	struct template	*next;
	char		*name;
	struct mustache	*m;	/* NULL: it is known to be missing or bad */
};

static struct {
	const char	*dir;
	struct template	*first;
} cache;

void
template_open(const char *dir)
{
	cache.dir = dir;
}

void
template_close(void)
{
	struct template	*t, *next;

	for (t = cache.first; t != NULL; t = next) {
		next = t->next;
		mustache_free(t->m);
		free(t->name);
		free(t);
	}
	cache.first = NULL;
}

/* No dot is allowed, so no name leads out of the directory. */
static bool
name_fits(const char *name)
{
	size_t	len = strlen(name);

	return len > 0 && len < 200 && name[0] != '/' &&
	    name[len - 1] != '/' &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789/_-") == len;
}

static char *
path_of(const char *name)
{
	char	*path;

	if (asprintf(&path, "%s/%s" SUFFIX, cache.dir, name) < 0)
		fatal("template: out of memory");
	return path;
}

static struct mustache *
compile(const char *path)
{
	struct mustache_fault	 fault;
	struct mustache		*m = NULL;
	char			*text = mem_alloc(MUSTACHE_MAX + 1);
	size_t			 len;
	FILE			*f = fopen(path, "re");

	if (f == NULL) {
		log_error("template.open", LOG_STR("file", path),
		    LOG_STR("why", strerror(errno)));
		goto out;
	}
	len = fread(text, 1, MUSTACHE_MAX + 1, f);
	m = mustache_compile(text, len, &fault);
	if (m == NULL)
		log_error("template.compile", LOG_STR("file", path),
		    LOG_INT("line", fault.line), LOG_STR("why", fault.why));
	fclose(f);
out:
	free(text);
	return m;
}

static struct mustache *
load(const char *name)
{
	struct mustache	*m;
	char		*path;

	if (!name_fits(name)) {
		log_error("template.name", LOG_STR("name", name));
		return NULL;
	}
	path = path_of(name);
	m = compile(path);
	free(path);
	return m;
}

static const struct mustache *
find(void *unused, const char *name)
{
	struct template	*t;

	(void)unused;
	for (t = cache.first; t != NULL; t = t->next)
		if (strcmp(t->name, name) == 0)
			return t->m;
	t = mem_alloc(sizeof(*t));
	t->name = mem_strdup(name);
	t->m = load(name);
	t->next = cache.first;
	cache.first = t;
	return t->m;
}

bool
template_render(const char *name, struct json_object *model, struct buf *out)
{
	const struct mustache	*m = find(NULL, name);

	if (m == NULL)
		return false;
	if (mustache_render(m, model, find, NULL, out))
		return true;
	log_error("template.render", LOG_STR("name", name));
	return false;
}

static void
check_partial(void *faults, const char *name)
{
	if (find(NULL, name) == NULL)
		++*(unsigned *)faults;
}

static unsigned
check_file(const char *path, size_t dir_len)
{
	const struct mustache	*m;
	unsigned		 faults = 0;
	char			*name;

	path += dir_len + 1;
	name = mem_strndup(path, strlen(path) - strlen(SUFFIX));
	m = find(NULL, name);
	if (m == NULL)
		faults++;
	else
		mustache_each_partial(m, check_partial, &faults);
	free(name);
	return faults;
}

unsigned
template_check_all(void)
{
	char *const	 dirs[] = { (char *)cache.dir, NULL };
	size_t		 dir_len = strlen(cache.dir), len;
	FTS		*fts = fts_open(dirs, FTS_NOCHDIR | FTS_LOGICAL, NULL);
	FTSENT		*e;
	unsigned	 faults = 0, files = 0;

	while (fts != NULL && (e = fts_read(fts)) != NULL) {
		len = e->fts_pathlen;
		if (e->fts_info != FTS_F || len <= strlen(SUFFIX) ||
		    strcmp(e->fts_path + len - strlen(SUFFIX), SUFFIX) != 0)
			continue;
		files++;
		faults += check_file(e->fts_path, dir_len);
	}
	if (fts != NULL)
		fts_close(fts);
	if (files == 0) {
		log_error("template.none", LOG_STR("dir", cache.dir));
		faults++;
	}
	return faults;
}
