/*
 * battery.h - how full a battery is, from its voltage and its chemistry.
 *
 * Decides the percentage alone: which chemistry a device has is catalogue
 * knowledge, and what is low enough to tell somebody belongs to the engine.
 * Integer millivolts throughout, percentages rounded half up.
 */
#ifndef FG_BATTERY_H
#define FG_BATTERY_H
#include <stdbool.h>
#include <stddef.h>

enum battery_chemistry {
	BATTERY_UNKNOWN,	/* device without catalogue entry: 3.0-3.6 V */
	BATTERY_LIFES2_AA,	/* two AA lithium cells: the default */
	BATTERY_CR17450,
	BATTERY_ALKALINE_AA,	/* two AA cells */
	BATTERY_CR2032,
	BATTERY_CHEMISTRY__MAX
};

/* Any of the spellings in use, case-insensitive: "Li-MnO2", "alkaline". */
bool	battery_chemistry_parse(const char *s, size_t len,
	    enum battery_chemistry *out);
/* 0 to 100. */
int	battery_percent(enum battery_chemistry c, int mv);

#endif
