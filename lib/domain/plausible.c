#include "domain/plausible.h"
#include <stdlib.h>

#define MINUTE_MS	(60 * INT64_C(1000))
#define HOUR_MS		(60 * MINUTE_MS)

static bool
is_jump(const struct plausible_value *m, enum unit_type type, centi_t value,
    int64_t at_ms)
{
	const int64_t	passed_ms = at_ms - m->at_ms;

	return type != UNIT_BLAST_CHILLER &&
	    llabs((int64_t)value - m->value) > PLAUSIBLE_JUMP_CENTI +
	    passed_ms * PLAUSIBLE_JUMP_PER_MIN_CENTI / MINUTE_MS;
}

/* How long a value may stand still, by the steps that it seems to be told in:
 * one that happens to be round is given the longer time. */
static int64_t
patience_ms(centi_t value)
{
	if (value % 50 == 0)
		return PLAUSIBLE_STUCK_COARSE_H * HOUR_MS;
	return (value % 10 == 0 ? PLAUSIBLE_STUCK_TENTH_H :
	    PLAUSIBLE_STUCK_FINE_H) * HOUR_MS;
}

unsigned
plausible_value_take(struct plausible_value *m, enum unit_type type,
    centi_t value, int64_t at_ms)
{
	if (at_ms <= m->at_ms)
		return 0;
	if (m->at_ms != 0 && is_jump(m, type, value, at_ms))
		return PLAUSIBLE_JUMP;
	if (m->at_ms == 0 || value != m->value) {
		*m = (struct plausible_value){ value, at_ms, at_ms, 1 };
		return 0;
	}
	m->at_ms = at_ms;
	if (m->count < INT16_MAX)
		m->count++;
	return m->count >= PLAUSIBLE_STUCK_READINGS &&
	    at_ms - m->since_ms >= patience_ms(value) ? PLAUSIBLE_STUCK : 0;
}

static bool
is_right(int64_t ahead_ms)
{
	return ahead_ms <= PLAUSIBLE_AHEAD_MS &&
	    ahead_ms >= -PLAUSIBLE_BEHIND_MS;
}

/* Another time than the one that is remembered as wrong: by its own error. */
static bool
is_other(const struct plausible_clock *m, int64_t ahead_ms)
{
	return m->since_ms == 0 || is_right(ahead_ms) ||
	    is_right(m->ahead_ms) ||
	    llabs(ahead_ms - m->ahead_ms) > PLAUSIBLE_SAME_MS;
}

int64_t
plausible_clock_take(struct plausible_clock *m, int64_t device_ms,
    int64_t network_ms)
{
	const int64_t		ahead_ms = device_ms - network_ms;
	struct plausible_clock	c = *m;

	if (is_other(m, ahead_ms))
		c = (struct plausible_clock){ ahead_ms, network_ms, false };
	if (!is_right(ahead_ms))
		c.wrong = c.wrong || ahead_ms > 0 ||
		    ahead_ms < -PLAUSIBLE_AGE_MS ||
		    network_ms - c.since_ms >= PLAUSIBLE_PROOF_MS;
	if (network_ms >= m->since_ms)
		*m = c;
	return c.wrong ? c.ahead_ms : 0;
}

static const struct {
	unsigned	 doubt;
	const char	*name, *label;
} words[] = {
	{ PLAUSIBLE_JUMP, "jump", "changed faster than anything cold does" },
	{ PLAUSIBLE_STUCK, "stuck", "has not moved for hours" },
	{ PLAUSIBLE_CLOCK, "clock", "time corrected: its clock is wrong" },
};

const char *
plausible_name(unsigned doubt)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].doubt == doubt)
			return words[i].name;
	return "unknown";
}

const char *
plausible_label(unsigned doubt)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].doubt == doubt)
			return words[i].label;
	return "in doubt";
}
