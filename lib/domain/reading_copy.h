/*
 * reading_copy.h - readings by the million: rows of COPY into their table.
 *
 * For history that is stored as it is, past the engine. Which table, and what
 * becomes of readings that are there already, is the caller's to decide.
 */
#ifndef FG_READING_COPY_H
#define FG_READING_COPY_H
#include "base/buf.h"
#include "base/centi.h"
#include "base/uuid.h"

#define READING_COPY_COLUMNS						\
	"organization_id, unit_id, device_id, recorded_at, received_at,"	\
	" f_cnt, signal_strength, battery, source, anomaly, temperature,"	\
	" humidity"

struct reading_copy {			/* plain value */
	struct uuid	organization, unit;
	struct uuid	device;		/* nil: none */
	int64_t		at_ms, received_ms;
	int32_t		f_cnt;		/* negative: none, as the next two */
	int16_t		battery;
	int16_t		rssi;		/* dBm; 0: none */
	char		source;
	bool		anomaly;
	centi_t		temperature;
	bool		has_humidity;
	int32_t		humidity_cpct;
};

void	reading_copy(struct buf *out, const struct reading_copy *r);

#endif
