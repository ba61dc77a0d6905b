/*
 * uplink.h - what a LoRaWAN message says: whose it is, and what was measured.
 *
 * Takes The Things Stack's webhook envelope apart (uplink_chirpstack.h has the
 * other network's) and finds temperatures,
 * humidity, battery and door in a payload decoded by whatever vendor's script:
 * by the words in the field names, units, types and plausible ranges, not by a
 * list of devices. Whatever looks like a probe's "not connected" is a fault,
 * never a value, and what nothing vouches for is left out. Pure: no clock, no
 * catalogue, no I/O; the battery percentage by chemistry, the unit a device
 * belongs to and whether the time is believable are the caller's to decide.
 */
#ifndef FG_UPLINK_H
#define FG_UPLINK_H
#include "base/centi.h"
#include "domain/deveui.h"
#include "domain/kinds.h"
#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UPLINK_BODY_MAX		(1024 * 1024)	/* bytes of one message */
#define UPLINK_ID_MAX		36		/* as the network limits ids */
#define UPLINK_SESSION_MAX	63
#define UPLINK_PATH_MAX		63		/* "air_temperature.value" */
#define UPLINK_FRAME_MAX	256		/* LoRaWAN allows 242 */
#define UPLINK_OBS_MAX		32
#define UPLINK_TEMPS_MAX	64		/* over all observations */
#define UPLINK_FAULTS_MAX	8
#define UPLINK_NOTES_MAX	64

enum uplink_network { UPLINK_TTN, UPLINK_CHIRPSTACK };

enum uplink_kind {
	UPLINK_UNKNOWN,			/* no message type we know */
	UPLINK_READINGS,		/* decoded; obs may still be empty */
	UPLINK_UNDECODED,		/* bytes in frame, but no decoder ran */
	UPLINK_MAC_ONLY,		/* alive, and nothing else to say */
	UPLINK_JOIN,
	UPLINK_DOWNLINK_QUEUED,
	UPLINK_DOWNLINK_SENT,
	UPLINK_DOWNLINK_ACK,
	UPLINK_DOWNLINK_NACK,
	UPLINK_DOWNLINK_FAILED,
	UPLINK_DOWNLINK_INVALIDATED,
	UPLINK_LOCATION,
	UPLINK_SERVICE,
	UPLINK_STATUS,			/* of the battery, as the network asks */
	UPLINK_LOG,			/* the network has trouble with it */
	UPLINK_KIND__MAX
};

enum uplink_eui { UPLINK_EUI_ABSENT, UPLINK_EUI_INVALID, UPLINK_EUI_VALID };

/* Which members of an observation say something. */
enum {
	UPLINK_HAS_TEMPERATURE	= 1 << 0,
	UPLINK_HAS_HUMIDITY	= 1 << 1,
	UPLINK_HAS_BATTERY_MV	= 1 << 2,
	UPLINK_HAS_BATTERY_PCT	= 1 << 3,
	UPLINK_HAS_OPEN_COUNT	= 1 << 4,
	UPLINK_HAS_OPEN_TIME	= 1 << 5
};

struct uplink_temp {
	centi_t	 value;
	char	 path[UPLINK_PATH_MAX + 1];	/* the field it stands in */
};

/* One instant. The newest comes first. */
struct uplink_obs {
	int64_t		 at_ms;		/* 0: the message tells no time */
	bool		 history;	/* kept until it could be sent */
	unsigned	 has;		/* UPLINK_HAS_*; door has its own */
	centi_t		 temperature;	/* of what it is there to measure */
	unsigned	 temp_first;	/* all: temps[temp_first] ff., the */
	unsigned	 temp_count;	/* ... main one among them */
	int32_t		 humidity_cpct;	/* hundredths of a per cent */
	int32_t		 battery_mv;
	int32_t		 battery_cpct;	/* as the device reports it */
	enum door_state	 door;		/* DOOR_UNKNOWN: nothing said */
	int64_t		 open_count;
	int64_t		 open_time_s;	/* how long the last opening took */
};

/* A sensor that says it is broken or unplugged, in words or in a value. */
struct uplink_fault {
	const char	*what;		/* static, for people */
	bool		 main;		/* what the device is there for: the
					 * temperature told instead is only
					 * second best */
	char		 path[UPLINK_PATH_MAX + 1];
};

struct uplink {			/* plain value, owns nothing; about 9 kB */
	enum uplink_network network;
	enum uplink_kind kind;
	bool		 simulated;
	bool		 normalized;	/* "uplink_normalized": one of several
					 * messages for a frame that usually
					 * comes as uplink_message as well */
	enum uplink_eui	 eui;
	char		 dev_eui[DEVEUI_TEXT];
	/* Texts are "" where the message has none. */
	char		 device_id[UPLINK_ID_MAX + 1];
	char		 application_id[UPLINK_ID_MAX + 1];
	char		 brand[UPLINK_ID_MAX + 1];	/* as the device ... */
	char		 model[UPLINK_ID_MAX + 1];	/* repository has it */
	char		 session_key_id[UPLINK_SESSION_MAX + 1];
	uint32_t	 f_cnt;		/* the network omits 0: absent is 0 */
	uint8_t		 f_port;	/* 0: MAC only */
	int64_t		 recorded_at_ms; /* 0: the message tells none */

	unsigned	 gateways;	/* how many heard it */
	char		 gateway_id[UPLINK_ID_MAX + 1];	/* the one heard best */
	bool		 has_signal;
	int32_t		 rssi_dbm;	/* of that gateway */
	int32_t		 snr_cdb;	/* hundredths of a decibel */

	const char	*trouble;	/* static, for people; NULL: none that
					 * touches readings */

	/* The network's own, asked for about daily; look at its age. */
	bool		 has_status_battery;
	int32_t		 status_battery_cpct;
	int64_t		 status_battery_at_ms;	/* 0: not told */

	size_t		 frame_len;
	uint8_t		 frame[UPLINK_FRAME_MAX];

	unsigned	 obs_count;
	struct uplink_obs obs[UPLINK_OBS_MAX];
	unsigned	 temp_count;
	struct uplink_temp temps[UPLINK_TEMPS_MAX];
	unsigned	 fault_count;
	struct uplink_fault faults[UPLINK_FAULTS_MAX];
};

/* Why each field was used or left alone, in the order of the payload. */
struct uplink_note {
	const char	*what;		/* static: "humidity", "a limit", ... */
	bool		 used;
	char		 path[UPLINK_PATH_MAX + 1];
};
struct uplink_why {
	unsigned	 count;
	struct uplink_note note[UPLINK_NOTES_MAX];
};

/* Whether it is a webhook body at all, of a known kind or not, rather than
 * what a payload formatter returned. */
bool		 uplink_is_message(struct json_object *o);
/* Reads a webhook body that json_parse() took; fills all of *out. why may be
 * NULL, and then explaining costs nothing. Returns out->kind. */
enum uplink_kind uplink_read(struct json_object *body, struct uplink *out,
	    struct uplink_why *why);
/* The same for what a payload formatter returned, without an envelope. */
enum uplink_kind uplink_read_payload(struct json_object *payload,
	    struct uplink *out, struct uplink_why *why);
/* What holds now, from all observations that are not history; at_ms is the
 * temperature's. */
void		 uplink_now(const struct uplink *u, struct uplink_obs *out);
/* From bytes. False: not a JSON object; *error is then a static phrase. */
bool		 uplink_parse(const char *body, size_t len, struct uplink *out,
	    const char **error);
/* The network's word for it: "join_accept"; "unknown". Static. */
const char	*uplink_kind_name(enum uplink_kind k);

#endif
