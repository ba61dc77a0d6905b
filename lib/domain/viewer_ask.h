/*
 * viewer_ask.h - asks the database about a viewer's session.
 *
 * All the streamer may ask: session_watch() in sql/functions. The answer goes
 * to viewers_told(). Instants are turned to the clock that never jumps.
 */
#ifndef FG_VIEWER_ASK_H
#define FG_VIEWER_ASK_H
#include "db/adb.h"
#include "domain/viewer.h"

/* The time that viewers are told. */
int64_t		viewer_now_ms(void);
/* False: the database cannot be asked now. */
bool		viewer_ask(struct viewer *v, struct adb *adb) must_check;

extern const struct db_stmt_list viewer_stmts;

#endif
