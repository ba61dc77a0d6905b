/* The vocabulary by which names are understood. */
#include "domain/uplink_words.h"
#include <criterion/criterion.h>
#include <string.h>

Test(uplink_words, finds_every_word_of_its_vocabulary)
{
	size_t				 n;
	const struct uplink_word	*v = uplink_vocabulary(&n);

	for (size_t i = 0; i < n; i++) {
		struct uplink_words	w;

		cr_expect(i == 0 || strcmp(v[i - 1].word, v[i].word) < 0,
		    "\"%s\" out of order", v[i].word);
		cr_expect(strlen(v[i].word) <= UPLINK_WORD_MAX, "%s",
		    v[i].word);
		uplink_words_read(v[i].word, strlen(v[i].word), &w);
		cr_expect_eq(w.bits, v[i].bits, "%s", v[i].word);
	}
}

Test(uplink_words, takes_names_apart)
{
	static const struct {
		const char	*name;
		uint64_t	 bits;
		int		 channel;
	} c[] = {
		{ "temperature", W_TEMP, -1 },
		{ "TempC_DS", W_TEMP | W_CELSIUS | W_PROBE, -1 },
		{ "temp_DS18B20", W_TEMP | W_PROBE | W_T, -1 },
		{ "TempC2", W_TEMP | W_CELSIUS, 2 },
		{ "Temp_Channel12", W_TEMP | W_NEUTRAL, 12 },
		{ "CH0_temp", W_NEUTRAL | W_TEMP, 0 },
		{ "humNOW", W_HUM | W_VALUE, -1 },
		{ "relativeHumidity", W_NEUTRAL | W_HUM, -1 },
		{ "BATmV", W_BATTERY | W_MILLIVOLTS, -1 },
		{ "batmv", W_BATTERY | W_MILLIVOLTS, -1 },
		{ "PCBTemp", W_CHIP | W_TEMP, -1 },
		{ "PCBtemp", W_CHIP | W_TEMP, -1 },
		{ "cputemp", W_CHIP | W_TEMP, -1 },
		{ "maxairtemp", W_LIMIT | W_AIR | W_TEMP, -1 },
		{ "Battery (%)", W_BATTERY | W_PERCENT, -1 },
		{ "\302\260C", W_CELSIUS, -1 },
		{ "template", W_UNKNOWN, -1 },
		{ "temp\303\251rature", W_UNKNOWN, -1 },
		{ "x1000temp", W_FOREIGN | W_TEMP, -1 },
		{ "12345", 0, -1 },
		{ "", 0, -1 },
		{ "-._/ ", 0, -1 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct uplink_words	w;

		uplink_words_read(c[i].name, strlen(c[i].name), &w);
		cr_expect_eq(w.bits, c[i].bits, "%s: %jx, want %jx",
		    c[i].name, (uintmax_t)w.bits, (uintmax_t)c[i].bits);
		cr_expect_eq(w.channel, c[i].channel, "%s: channel %d",
		    c[i].name, w.channel);
	}
}

Test(uplink_words, gives_up_on_a_name_that_goes_on_and_on)
{
	struct uplink_words	w;
	char			name[4096];

	memset(name, 'a', sizeof(name));
	uplink_words_read(name, sizeof(name), &w);
	cr_expect_eq(w.bits, W_UNKNOWN);
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = "temp"[i % 4];
	uplink_words_read(name, 80, &w);
	cr_expect_eq(w.bits, W_TEMP);
}
