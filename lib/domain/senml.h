/*
 * senml.h - Sensor Measurement Lists (RFC 8428) in JSON, resolved.
 *
 * Decides what each record of a pack says once the base fields are applied: its
 * whole name, unit, instant and value; and which field of it is at fault. A
 * base field at fault would change what all records behind it mean, so that it
 * spoils the pack. What names and units mean to us is bulk_senml.h. Pure.
 */
#ifndef FG_SENML_H
#define FG_SENML_H
#include "base/buf.h"
#include "base/json.h"

#define SENML_NAME	128	/* bytes of a whole name, with its NUL */
#define SENML_VERSION	10	/* the newest that we understand */

enum senml_kind { SENML_NUMBER, SENML_BOOL, SENML_OTHER };

struct senml_record {		/* borrows from the pack */
	size_t		 index;		/* in the pack */
	char		 name[SENML_NAME];
	const char	*unit;		/* "": none */
	int64_t		 at_ms;
	enum senml_kind	 kind;		/* SENML_OTHER: a text, bytes */
	double		 number;	/* with the base value; of SENML_NUMBER */
	bool		 truth;		/* of SENML_BOOL */
	/* The first fault: then nothing else counts. fault NULL: none. */
	const char	*field, *fault;
};

struct senml {			/* a walk; zeroed but for these: */
	struct json_object	*pack;	/* an array */
	int64_t			 now_ms;
	size_t			 next;
	/* Base fields in force. */
	const char		*name, *unit;
	double			 time, value;
	bool			 has_value;
	int			 version;
	/* Why the pack is spoilt, by record next - 1. fault NULL: it is not. */
	const char		*field, *fault;
};

/* The next record that is more than base fields. False: there is none, or the
 * pack is spoilt. */
bool	 senml_next(struct senml *s, struct senml_record *out);

#endif
