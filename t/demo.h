/* demo.h - a program of a few routes, to be asked for everything. */
#ifndef FG_T_DEMO_H
#define FG_T_DEMO_H
#include "web/web.h"

extern const struct web_app	demo_app;

#endif
