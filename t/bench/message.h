/*
 * message.h - the uplinks of a load, and what they are addressed to.
 *
 * Sensor n of a load has the DevEUI a840410000 followed by n in six digits.
 * Message k of a load over some sensors is from each in turn, at instants that
 * increase by a step a round and differ within it.
 */
#ifndef FG_MESSAGE_H
#define FG_MESSAGE_H
#include "base/buf.h"
#include "base/centi.h"
#include "target.h"
#include <stdint.h>

struct message_form;		/* a request with holes; opaque */

/* header is a whole line, "X-Webhook-Secret: ...". body is a file in which
 * @EUI@, @AT@, @COUNT@ and @CELSIUS@ stand for what differs; without it the
 * program ends. */
struct message_form *message_form_new(const struct target *t,
	    const char *header, const char *body);
void	 message_form_free(struct message_form *f);

struct message {		/* plain value */
	unsigned	 sensor;
	int64_t		 at_ms;
	unsigned	 count;
	centi_t		 celsius;
};

/* The whole request; out is cleared first. */
void	 message_put(const struct message_form *f, const struct message *m,
	    struct buf *out);

/* What has arrived of an answer: its status when that is all, else 0. */
int	 message_answered(const struct buf *in);

#define MESSAGE_EUI	17
const char	*message_eui(unsigned sensor, char buf[MESSAGE_EUI]);

#endif
