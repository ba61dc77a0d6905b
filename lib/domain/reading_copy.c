#include "domain/reading_copy.h"
#include "db/copy_rows.h"

static void
i16_if(struct buf *out, bool has, int16_t v)
{
	if (has)
		copy_i16(out, v);
	else
		copy_null(out);
}

/* In the order of READING_COPY_COLUMNS. */
void
reading_copy(struct buf *out, const struct reading_copy *r)
{
	copy_row(out, 12);
	copy_uuid(out, &r->organization);
	copy_uuid(out, &r->unit);
	if (uuid_is_nil(&r->device))
		copy_null(out);
	else
		copy_uuid(out, &r->device);
	copy_when(out, r->at_ms);
	copy_when(out, r->received_ms);
	if (r->f_cnt < 0)
		copy_null(out);
	else
		copy_i32(out, r->f_cnt);
	i16_if(out, r->rssi != 0, r->rssi);
	i16_if(out, r->battery >= 0, r->battery);
	copy_char(out, r->source);
	copy_bool(out, r->anomaly);
	copy_centi(out, r->temperature);
	if (r->has_humidity)
		copy_centi(out, r->humidity_cpct);
	else
		copy_null(out);
}
