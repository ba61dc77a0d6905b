#include "mustache-case.h"
#include "web/mustache.h"
#include <criterion/criterion.h>

struct library {
	const char	*name[4];
	struct mustache	*m[4];
	size_t		 n;
};

static const struct mustache *
find(void *arg, const char *name)
{
	const struct library	*l = arg;

	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->name[i], name) == 0)
			return l->m[i];
	return NULL;
}

static struct mustache *
must_compile(const char *name, const char *text)
{
	struct mustache_fault	 fault;
	struct mustache		*m;

	m = mustache_compile(text, strlen(text), &fault);
	cr_assert_not_null(m, "%s: line %u: %s", name, fault.line, fault.why);
	return m;
}

static void
run(const struct mustache_partial_case *c)
{
	struct library		 l = { .n = 0 };
	struct buf		 out = BUF_INIT(65536);
	struct mustache		*m = must_compile(c->name, c->template);
	struct json_object	*model = json_tokener_parse(c->model);

	for (; c->partials[2 * l.n] != NULL; l.n++) {
		l.name[l.n] = c->partials[2 * l.n];
		l.m[l.n] = must_compile(c->name, c->partials[2 * l.n + 1]);
	}
	cr_expect(mustache_render(m, model, find, &l, &out), "%s", c->name);
	cr_expect_str_eq(buf_str(&out), c->want, "%s: got \"%s\", want \"%s\"",
	    c->name, buf_str(&out), c->want);
	for (size_t i = 0; i < l.n; i++)
		mustache_free(l.m[i]);
	json_object_put(model);
	mustache_free(m);
	buf_release(&out);
}

void
mustache_cases(const struct mustache_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		run(&(struct mustache_partial_case){ c[i].name, c[i].template,
		    c[i].model, c[i].want, { NULL } });
}

void
mustache_partial_cases(const struct mustache_partial_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		run(&c[i]);
}
