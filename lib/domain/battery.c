#include "domain/battery.h"
#include <ctype.h>
#include <string.h>

struct point {
	int	mv;
	int	percent;
};

#define POINTS_MAX	6
#define ALIAS_MAX	16

/* From full to empty, straight lines between; the last point says 0. */
static const struct point curves[BATTERY_CHEMISTRY__MAX][POINTS_MAX] = {
	[BATTERY_UNKNOWN] = { { 3600, 100 }, { 3000, 0 } },
	[BATTERY_LIFES2_AA] = { { 3600, 100 }, { 3200, 80 }, { 2800, 50 },
		{ 2400, 20 }, { 2000, 5 }, { 1800, 0 } },
	[BATTERY_CR17450] = { { 3000, 100 }, { 2950, 80 }, { 2850, 50 },
		{ 2750, 20 }, { 2600, 5 }, { 2500, 0 } },
	[BATTERY_ALKALINE_AA] = { { 3200, 100 }, { 2800, 70 }, { 2400, 40 },
		{ 2000, 15 }, { 1800, 5 }, { 1600, 0 } },
	[BATTERY_CR2032] = { { 3000, 100 }, { 2900, 80 }, { 2700, 50 },
		{ 2500, 20 }, { 2300, 5 }, { 2200, 0 } },
};

/* Lower case, without punctuation. */
static const struct {
	const char		*alias;
	enum battery_chemistry	 chemistry;
} aliases[] = {
	{ "alkaline", BATTERY_ALKALINE_AA },
	{ "alkalineaa", BATTERY_ALKALINE_AA },
	{ "cr17450", BATTERY_CR17450 },
	{ "cr2032", BATTERY_CR2032 },
	{ "li", BATTERY_LIFES2_AA },
	{ "lifes2", BATTERY_LIFES2_AA },
	{ "lifes2aa", BATTERY_LIFES2_AA },
	{ "limno2", BATTERY_CR17450 },
	{ "lithium", BATTERY_LIFES2_AA },
};

bool
battery_chemistry_parse(const char *s, size_t len, enum battery_chemistry *out)
{
	char	plain[ALIAS_MAX];
	size_t	n = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '-' || s[i] == '_' || s[i] == ' ')
			continue;
		if (n == sizeof(plain) - 1)
			return false;
		plain[n++] = (char)tolower((unsigned char)s[i]);
	}
	plain[n] = '\0';
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].alias, plain) == 0) {
			*out = aliases[i].chemistry;
			return true;
		}
	return false;
}

int
battery_percent(enum battery_chemistry c, int mv)
{
	const struct point	*p = curves[c];

	if (mv >= p->mv)
		return p->percent;
	for (; p->percent > 0; p++) {
		int	rise = p[0].percent - p[1].percent;
		int	run = p[0].mv - p[1].mv;

		if (mv >= p[1].mv)
			return p[1].percent +
			    (2 * (mv - p[1].mv) * rise + run) / (2 * run);
	}
	return 0;
}
