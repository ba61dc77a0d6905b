/* ingest-case.h - a fixture's sensor sends: what tests of its messages share. */
#ifndef INGEST_CASE_H
#define INGEST_CASE_H
#include "domain/ingest.h"
#include "fixture.h"

extern struct fixture		fx;
extern struct db		*db;		/* as the zone ingest */
extern struct ingest		*in;
extern int64_t			now_ms;		/* when messages arrive */
extern struct ingest_result	result;		/* of the last of them */

void		 case_set_up(void);
void		 case_tear_down(void);
/* A decoded message of the fixture's sensor, measured then. */
struct uplink	 case_message(int64_t at_ms, centi_t temperature);
/* It arrives. */
enum ingest_rc	 case_ingest(const struct uplink *u);

#endif
