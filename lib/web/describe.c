#include "web/describe.h"
#include "base/json.h"
#include "web/valid.h"

static const char *const places[] = {
	[IN_PATH] = "path",
	[IN_QUERY] = "query",
	[IN_QUERY_MANY] = "query",
	[IN_BODY] = "body",
};

static struct json_object *
describe_param(const struct web_param *p)
{
	struct json_object	*o = json_object_new_object();

	json_put_str(o, "name", p->name);
	json_put_str(o, "in", places[p->place]);
	json_put_bool(o, "required", p->required);
	json_put_bool(o, "repeats", p->place == IN_QUERY_MANY);
	json_put_str(o, "type", valid_name(p->valid));
	json_put_int(o, "min", p->min);
	json_put_int(o, "max", p->max);
	return o;
}

static struct json_object *
describe_route(const struct web_app *app, const struct web_route *r)
{
	struct json_object	*o = json_object_new_object();
	struct json_object	*params = json_object_new_array();

	for (size_t i = 0; i < r->nparams; i++)
		json_object_array_add(params, describe_param(&r->params[i]));
	json_put_str(o, "method", r->method);
	json_put_str(o, "path", r->path);
	json_put_str(o, "permission", app->permission_name(r->permission));
	json_put(o, "params", params);
	return o;
}

struct json_object *
describe_routes(const struct web_app *app)
{
	struct json_object	*o = json_object_new_object();
	struct json_object	*routes = json_object_new_array();

	for (size_t i = 0; i < app->nroutes; i++)
		json_object_array_add(routes,
		    describe_route(app, &app->routes[i]));
	json_put_str(o, "program", app->name);
	json_put(o, "routes", routes);
	return o;
}
