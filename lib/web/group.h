/*
 * group.h - requests of a program that answers several together.
 *
 * Takes what is at hand, and hands it over when nothing more is: one that comes
 * alone waits for nobody, and those that come while others are being answered
 * are together next time. For a struct web_app with together; serves the
 * socket that is descriptor 0 as gate.h does, and says what gate_wait() says.
 */
#ifndef FG_GROUP_H
#define FG_GROUP_H
#include "web/gate.h"
#include "web/web.h"

/* For struct web_app; apart from web.h, for only its users need libevent. */
extern const struct web_source	 web_group;

struct web_source {
	void		*(*open)(const struct web_app *app, struct db *db);
	/* GATE_REQUEST: at least one is put off, at most WEB_TOGETHER. */
	enum gate_event	 (*wait)(void *source, int timeout_ms);
	void		 (*close)(void *source);
};

#endif
