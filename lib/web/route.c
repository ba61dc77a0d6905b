#include "web/route.h"
#include "base/log.h"
#include <string.h>

static bool
path_matches(const char *pattern, const char *path,
    struct route_value value[ROUTE_VALUES])
{
	size_t	n = 0, plen, len;

	while (*pattern == '/' && *path == '/') {
		pattern++;
		path++;
		plen = strcspn(pattern, "/");
		len = strcspn(path, "/");
		if (*pattern == ':' && len > 0 && n < ROUTE_VALUES)
			value[n++] = (struct route_value){ path, len };
		else if (plen != len || memcmp(pattern, path, len) != 0)
			return false;
		pattern += plen;
		path += len;
	}
	return *pattern == '\0' && *path == '\0';
}

static bool
method_matches(const char *have, const char *asked)
{
	return strcmp(have, asked) == 0 ||
	    (strcmp(asked, "HEAD") == 0 && strcmp(have, "GET") == 0);
}

enum web_rc
route_find(const struct web_route *routes, size_t n, const char *method,
    const char *path, struct route_match *m)
{
	enum web_rc	rc = WEB_NOT_FOUND;

	for (const struct web_route *r = routes; r < routes + n; r++) {
		if (!path_matches(r->path, path, m->value))
			continue;
		rc = WEB_METHOD;
		if (method_matches(r->method, method)) {
			m->route = r;
			return WEB_OK;
		}
	}
	return rc;
}

void
route_allow(const struct web_route *routes, size_t n, const char *path,
    struct buf *out)
{
	struct route_value	unused[ROUTE_VALUES];
	const char		*comma = "";

	for (const struct web_route *r = routes; r < routes + n; r++) {
		if (!path_matches(r->path, path, unused))
			continue;
		buf_printf(out, "%s%s%s", comma, r->method,
		    strcmp(r->method, "GET") == 0 ? ", HEAD" : "");
		comma = ", ";
	}
}

int
route_position(const struct web_route *r, const char *name)
{
	size_t	len = strlen(name);
	int	n = 0;

	for (const char *p = strchr(r->path, ':'); p != NULL;
	    p = strchr(p + 1, ':'), n++)
		if (strncmp(p + 1, name, len) == 0 &&
		    (p[len + 1] == '/' || p[len + 1] == '\0'))
			return n;
	return -1;
}

static const char *
param_fault(const struct web_route *r, const struct web_param *p)
{
	bool	reads = method_matches("GET", r->method);

	if (p->name == NULL || p->valid == NULL)
		return "has no name or no validator";
	if (p->place == IN_PATH && (!p->required ||
	    route_position(r, p->name) < 0))
		return "is not in the path, or not required there";
	if (p->place == IN_BODY && reads)
		return "is in the body of a GET";
	return p->min > p->max ? "has its limits reversed" : NULL;
}

static const char *
route_fault(const struct web_app *app, const struct web_route *r)
{
	size_t	values = 0, in_path = 0;

	if (r->path[0] != '/' || strncmp(r->path, "/api/", 5) == 0)
		return "has a path that does not begin with one /, or with "
		    "/api";
	if (r->handler == NULL || app->permission_name(r->permission) == NULL)
		return "has no handler or no permission";
	for (const char *p = r->path; (p = strchr(p, ':')) != NULL; p++)
		values++;
	for (size_t i = 0; i < r->nparams; i++)
		in_path += r->params[i].place == IN_PATH;
	return values != in_path || values > ROUTE_VALUES ?
	    "has parameters in its path that the table does not name" : NULL;
}

void
route_check(const struct web_app *app)
{
	const struct web_route	*r;
	const char		*why;

	for (r = app->routes; r < app->routes + app->nroutes; r++) {
		if ((why = route_fault(app, r)) != NULL)
			bug("%s %s %s", r->method, r->path, why);
		for (size_t i = 0; i < r->nparams; i++)
			if ((why = param_fault(r, &r->params[i])) != NULL)
				bug("%s %s: %s %s", r->method, r->path,
				    r->params[i].name, why);
	}
}
