#include "web/route.h"
#include <criterion/criterion.h>
#include <signal.h>

static enum web_rc
unused(struct web_req *req)
{
	(void)req;
	return WEB_OK;
}

static const struct web_route routes[] = {
	{ "GET", "/", 0, NULL, 0, unused },
	{ "GET", "/units", 1, NULL, 0, unused },
	{ "POST", "/units", 2, NULL, 0, unused },
	{ "GET", "/units/new", 3, NULL, 0, unused },
	{ "GET", "/units/:id", 4, NULL, 0, unused },
	{ "DELETE", "/units/:id", 5, NULL, 0, unused },
	{ "PUT", "/sites/:site/areas/:area", 6, NULL, 0, unused },
};

Test(web_route, method_and_path_find_the_row)
{
	static const struct {
		const char	*method, *path;
		enum web_rc	 rc;
		int		 permission;
	} c[] = {
		{ "GET", "/", WEB_OK, 0 },
		{ "GET", "/units", WEB_OK, 1 },
		{ "HEAD", "/units", WEB_OK, 1 },
		{ "POST", "/units", WEB_OK, 2 },
		{ "GET", "/units/new", WEB_OK, 3 },
		{ "GET", "/units/newer", WEB_OK, 4 },
		{ "GET", "/units/:id", WEB_OK, 4 },
		{ "DELETE", "/units/7", WEB_OK, 5 },
		{ "DELETE", "/units/new", WEB_OK, 5 },
		{ "PUT", "/sites/1/areas/2", WEB_OK, 6 },
		{ "PUT", "/units", WEB_METHOD, 0 },
		{ "HEAD", "/sites/1/areas/2", WEB_METHOD, 0 },
		{ "get", "/units", WEB_METHOD, 0 },
		{ "GETX", "/units", WEB_METHOD, 0 },
		{ "", "/units", WEB_METHOD, 0 },
		{ "GET", "", WEB_NOT_FOUND, 0 },
		{ "GET", "units", WEB_NOT_FOUND, 0 },
		{ "GET", "//", WEB_NOT_FOUND, 0 },
		{ "GET", "/units/", WEB_NOT_FOUND, 0 },
		{ "GET", "//units", WEB_NOT_FOUND, 0 },
		{ "GET", "/unit", WEB_NOT_FOUND, 0 },
		{ "GET", "/unitss", WEB_NOT_FOUND, 0 },
		{ "GET", "/Units", WEB_NOT_FOUND, 0 },
		{ "GET", "/units/1/2", WEB_NOT_FOUND, 0 },
		{ "GET", "/units/1/", WEB_NOT_FOUND, 0 },
		{ "PUT", "/sites//areas/2", WEB_NOT_FOUND, 0 },
		{ "PUT", "/sites/1/areas", WEB_NOT_FOUND, 0 },
	};
	struct route_match	m;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		m.route = NULL;
		cr_expect_eq(route_find(WEB_LIST(routes), c[i].method,
		    c[i].path, &m), c[i].rc, "%s %s", c[i].method, c[i].path);
		if (c[i].rc == WEB_OK)
			cr_expect_eq(m.route->permission, c[i].permission,
			    "%s %s", c[i].method, c[i].path);
	}
}

Test(web_route, named_segments_become_values)
{
	struct route_match	m;

	cr_assert_eq(route_find(WEB_LIST(routes), "PUT", "/sites/a/areas/b c",
	    &m), WEB_OK);
	cr_expect_eq(m.value[route_position(m.route, "site")].len, 1);
	cr_expect_eq(m.value[route_position(m.route, "area")].len, 3);
	cr_expect(strcmp(m.value[1].s, "b c") == 0);
	cr_expect_eq(route_position(m.route, "are"), -1);
	cr_expect_eq(route_position(m.route, "areas"), -1);
	cr_expect_eq(route_position(m.route, ""), -1);
}

Test(web_route, allow_lists_what_the_path_takes)
{
	static const struct {
		const char	*path, *want;
	} c[] = {
		{ "/", "GET, HEAD" },
		{ "/units", "GET, HEAD, POST" },
		{ "/units/7", "GET, HEAD, DELETE" },
		{ "/sites/1/areas/2", "PUT" },
		{ "/nowhere", "" },
	};
	struct buf	b = BUF_INIT(100);

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		buf_clear(&b);
		route_allow(WEB_LIST(routes), c[i].path, &b);
		cr_expect_str_eq(buf_str(&b), c[i].want, "%s", c[i].path);
	}
	buf_release(&b);
}

static const char *
permission_name(int permission)
{
	return permission == 0 ? "anyone" : NULL;
}

#define REFUSED(name, ...)						\
	Test(web_route, name, .signal = SIGABRT)			\
	{								\
		const struct web_param	p[] = { __VA_ARGS__ };		\
		const struct web_route	r = ROW;			\
		const struct web_app	app = { .routes = &r,		\
			.nroutes = 1,					\
			.permission_name = permission_name };		\
									\
		route_check(&app);					\
	}

#define ROW	{ "GET", "/a/:id", 0, WEB_LIST(p), unused }
REFUSED(a_value_of_the_path_must_be_in_the_table,
    { "q", IN_QUERY, false, web_int, 0, 1 })
REFUSED(a_value_of_the_path_must_be_required,
    { "id", IN_PATH, false, web_int, 0, 1 })
REFUSED(a_table_names_only_values_of_the_path,
    { "id", IN_PATH, true, web_int, 0, 1 },
    { "x", IN_PATH, true, web_int, 0, 1 })
REFUSED(a_get_has_no_body, { "id", IN_PATH, true, web_int, 0, 1 },
    { "x", IN_BODY, true, web_int, 0, 1 })
REFUSED(a_parameter_has_a_validator, { "id", IN_PATH, true, NULL, 0, 1 })
REFUSED(limits_are_in_order, { "id", IN_PATH, true, web_int, 1, 0 })
#undef ROW
#define ROW	{ "GET", "/a/:id", 1, WEB_LIST(p), unused }
REFUSED(a_route_has_a_permission, { "id", IN_PATH, true, web_int, 0, 1 })
#undef ROW
#define ROW	{ "GET", "/api/:id", 0, WEB_LIST(p), unused }
REFUSED(a_path_does_not_name_api, { "id", IN_PATH, true, web_int, 0, 1 })
#undef ROW
#define ROW	{ "GET", "/a/:id", 0, WEB_LIST(p), NULL }
REFUSED(a_route_has_a_handler, { "id", IN_PATH, true, web_int, 0, 1 })
#undef ROW

Test(web_route, a_sound_table_passes)
{
	static const struct web_param	p[] = {
		{ "id", IN_PATH, true, web_uuid, 0, 0 },
		{ "page", IN_QUERY, false, web_int, 1, 9 },
	};
	static const struct web_route	r[] = {
		{ "GET", "/a/:id/b", 0, WEB_LIST(p), unused },
	};
	const struct web_app		app = {
		.routes = r, .nroutes = 1, .permission_name = permission_name
	};

	route_check(&app);
}
