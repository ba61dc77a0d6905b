/*
 * uplink_words.h - what the words of a field's name mean.
 *
 * "EXT_TempC_SHT", "extThermistorTemperature" and "cputemp" are taken apart
 * where vendors join words (case, digits, punctuation, or nothing at all) and
 * each word is looked up in one vocabulary. Decides nothing about the field:
 * a name is only the sum of its words. Internal to uplink.
 */
#ifndef FG_UPLINK_WORDS_H
#define FG_UPLINK_WORDS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define W(n)	(UINT64_C(1) << (n))

/* What is measured. */
#define W_TEMP		W(0)
#define W_T		W(1)	/* "t": a temperature, or else a time */
#define W_HUM		W(2)
#define W_BATTERY	W(3)
#define W_VOLTAGE	W(4)
#define W_SUPPLY	W(5)	/* vdd: what the device runs on */
#define W_DOOR		W(6)
#define W_CONTACT	W(7)
#define W_MAGNET	W(8)	/* magnet, reed: only words say which way */
#define W_OPEN		W(9)
#define W_CLOSED	W(10)
/* In which unit. */
#define W_CELSIUS	W(11)
#define W_FAHRENHEIT	W(12)
#define W_KELVIN	W(13)
#define W_VOLTS		W(14)
#define W_MILLIVOLTS	W(15)
#define W_PERCENT	W(16)
#define W_SECONDS	W(17)
/* Where. */
#define W_PROBE		W(18)	/* on a cable, in what is to be kept cold */
#define W_AIR		W(19)
#define W_INSIDE	W(20)	/* inside the logger's own housing */
#define W_SURFACE	W(21)	/* soil, water, pipes, whatever is pointed at */
#define W_CHIP		W(22)	/* electronics, heaters, engines */
#define W_FLOW		W(23)	/* water on its way, unless it is air */
/* What speaks against a present value. */
#define W_MEAN		W(24)
#define W_LIMIT		W(25)	/* limits, settings, setpoints */
#define W_ALARM		W(26)
#define W_PAST		W(27)
#define W_FOREIGN	W(28)	/* some other quantity */
#define W_ELECTRIC	W(29)	/* inputs, outputs, mains */
#define W_STATE		W(30)
#define W_COUNT		W(31)
#define W_DURATION	W(32)
#define W_TIME		W(33)
/* Whether the sensor is well. */
#define W_GOOD		W(34)
#define W_BAD		W(35)
/* How the payload is built. */
#define W_VALUE		W(36)	/* value, data, current */
#define W_CURRENT	W(37)	/* "now", but amperes beside a battery */
#define W_LABEL		W(38)	/* its text names what a sibling holds */
#define W_UNIT		W(39)
#define W_MANY		W(40)	/* a list of these is a list of probes */
#define W_PIN		W(41)	/* raw levels of wires */
#define W_NEUTRAL	W(42)
#define W_UNKNOWN	W(43)	/* at least one word is not in the list */

#define W_PLACES	(W_PROBE | W_AIR | W_INSIDE | W_SURFACE | W_CHIP | \
			 W_FLOW)
#define W_UNITS		(W_CELSIUS | W_FAHRENHEIT | W_KELVIN | W_VOLTS | \
			 W_MILLIVOLTS | W_PERCENT)
#define W_POWER		(W_BATTERY | W_VOLTAGE | W_SUPPLY)
#define W_DOORS		(W_DOOR | W_CONTACT | W_MAGNET | W_OPEN | W_CLOSED)
#define W_QUANTITIES	(W_TEMP | W_T | W_HUM | W_POWER | W_DOORS)

#define UPLINK_WORD_MAX		20
#define UPLINK_NO_CHANNEL	(-1)

struct uplink_words {
	uint64_t	bits;		/* all words together */
	int		channel;	/* the last number, 0 to 99 */
};

struct uplink_word {
	const char	*word;
	uint64_t	 bits;
};

void	uplink_words_read(const char *name, size_t len,
	    struct uplink_words *out);
/* The vocabulary, in alphabetical order. Static. */
const struct uplink_word *uplink_vocabulary(size_t *n);

#endif
