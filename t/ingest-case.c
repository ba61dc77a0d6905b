#include "ingest-case.h"
#include "base/clock.h"
#include <string.h>

struct fixture		 fx;
struct db		*db;
struct ingest		*in;
int64_t			 now_ms;
struct ingest_result	 result;

void
case_set_up(void)
{
	fixture_make(&fx);
	db = fixture_db("fg_ingest");
	in = ingest_new();
	now_ms = clock_now_ms();
}

void
case_tear_down(void)
{
	ingest_free(in);
	db_free(db);
	fixture_free(&fx);
}

struct uplink
case_message(int64_t at_ms, centi_t temperature)
{
	struct uplink	u = { .kind = UPLINK_READINGS,
		.eui = UPLINK_EUI_VALID, .recorded_at_ms = at_ms,
		.f_cnt = 7, .gateways = 1, .has_signal = true,
		.rssi_dbm = -80, .snr_cdb = 925, .obs_count = 1 };

	memcpy(u.dev_eui, fx.dev_eui, sizeof(fx.dev_eui));
	u.obs[0].at_ms = at_ms;
	u.obs[0].has = UPLINK_HAS_TEMPERATURE;
	u.obs[0].temperature = temperature;
	return u;
}

enum ingest_rc
case_ingest(const struct uplink *u)
{
	struct ingest_item	item = { .secret_hash = fx.secret_hash,
				    .u = u, .received_at_ms = now_ms };
	enum ingest_rc		rc = ingest_uplink(in, db, &item, now_ms);

	result = item.result;
	return rc;
}
