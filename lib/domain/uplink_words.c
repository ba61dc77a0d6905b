#include "domain/uplink_words.h"
#include <string.h>

#define PART_MIN	3	/* letters of a word that may be joined on */
#define CHANNEL_DIGITS	2

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letters of other alphabets come as bytes from 0x80 on. */
static bool
is_word(char c)
{
	return is_upper(c) || is_lower(c) || is_digit(c) ||
	    (unsigned char)c >= 0x80;
}

/* 0 when the word is not in the vocabulary. s is in lower case. */
static uint64_t
look_up(const char *s, size_t len)
{
	size_t				 n, lo = 0, hi;
	const struct uplink_word	*v = uplink_vocabulary(&n);

	if (len > UPLINK_WORD_MAX)
		return 0;
	for (hi = n; lo < hi;) {
		size_t	mid = lo + (hi - lo) / 2;
		int	c = (unsigned char)v[mid].word[0] - (unsigned char)s[0];

		if (c == 0)
			c = strncmp(v[mid].word, s, len);
		if (c == 0 && v[mid].word[len] == '\0')
			return v[mid].bits;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

/* "watertemp", "tempc", "maxtempvalue": known words with nothing between. A
 * unit may be as short as it is. 0 unless everything is known. */
static uint64_t
look_up_joined(const char *s, size_t len)
{
	for (size_t i = len - 1; len > PART_MIN && i >= PART_MIN; i--) {
		uint64_t	head = look_up(s, i), tail;

		if (head == 0)
			continue;
		tail = look_up(s + i, len - i);
		if (len - i < PART_MIN && (tail & W_UNITS) == 0)
			tail = 0;
		if (tail == 0)
			tail = look_up_joined(s + i, len - i);
		if (tail != 0)
			return head | tail;
	}
	return 0;
}

static void
add_number(struct uplink_words *w, const char *s, size_t len)
{
	if (len == 1)
		w->channel = s[0] - '0';
	else if (len <= CHANNEL_DIGITS)
		w->channel = (s[0] - '0') * 10 + (s[1] - '0');
}

/* One word between boundaries, lower case; digits are in it or all of it. */
static void
add_word(struct uplink_words *w, const char *s, size_t len)
{
	uint64_t	bits = look_up(s, len);
	size_t		end;

	if (bits != 0) {
		w->bits |= bits;
		return;
	}
	for (size_t i = 0; i < len; i = end) {
		bool	digits = is_digit(s[i]);

		for (end = i + 1; end < len && is_digit(s[end]) == digits;)
			end++;
		if (digits) {
			add_number(w, s + i, end - i);
			continue;
		}
		bits = look_up(s + i, end - i);
		if (bits == 0)
			bits = look_up_joined(s + i, end - i);
		w->bits |= bits != 0 ? bits : W_UNKNOWN;
	}
}

/* Where the word that starts at i ends: at a change of case. "PCBTemp" is cut
 * before the T, "PCBtemp" after the B because "pcb" is a word. */
static size_t
word_end(const char *s, const char *lower, size_t i, size_t len)
{
	size_t	end = i;

	while (end < len && is_upper(s[end]))
		end++;
	if (end - i > 1) {
		if (end < len && is_lower(s[end]) &&
		    look_up(lower + i, end - i) == 0)
			return end - 1;
		if (end < len && is_lower(s[end]))
			return end;
	}
	while (end < len && !is_upper(s[end]))
		end++;
	return end;
}

/* What stands between punctuation. */
static void
add_segment(struct uplink_words *w, const char *s, size_t len)
{
	struct uplink_words	 pieces = { 0, w->channel };
	char			 lower[4 * UPLINK_WORD_MAX];
	uint64_t		 bits;

	if (len > sizeof(lower)) {
		w->bits |= W_UNKNOWN;
		return;
	}
	for (size_t i = 0; i < len; i++)
		lower[i] = is_upper(s[i]) ? (char)(s[i] - 'A' + 'a') : s[i];
	bits = look_up(lower, len);
	if (bits != 0) {
		w->bits |= bits;
		return;
	}
	for (size_t i = 0, end; i < len; i = end) {
		end = word_end(s, lower, i, len);
		add_word(&pieces, lower + i, end - i);
	}
	/* "batterymV" has its capital in the wrong place. */
	if ((pieces.bits & W_UNKNOWN) != 0 &&
	    (bits = look_up_joined(lower, len)) != 0)
		pieces.bits = bits;
	w->bits |= pieces.bits;
	w->channel = pieces.channel;
}

/* Units are written with signs: "Battery(%)". A sign's length in bytes, or
 * 0. */
static size_t
read_sign(const char *s, size_t len, uint64_t *bits)
{
	static const struct uplink_word signs[] = {
		{ "%", W_PERCENT },
		{ "\302\260", 0 },		/* of what comes next */
		{ "\342\204\203", W_TEMP | W_CELSIUS },
		{ "\342\204\211", W_TEMP | W_FAHRENHEIT },
	};

	if (s[0] != '%' && (unsigned char)s[0] < 0x80)
		return 0;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t	n = strlen(signs[i].word);

		if (n <= len && memcmp(signs[i].word, s, n) == 0) {
			*bits |= signs[i].bits;
			return n;
		}
	}
	return 0;
}

void
uplink_words_read(const char *name, size_t len, struct uplink_words *out)
{
	size_t	end, sign;

	out->bits = 0;
	out->channel = UPLINK_NO_CHANNEL;
	for (size_t i = 0; i < len; i = end) {
		sign = read_sign(name + i, len - i, &out->bits);
		if (sign > 0 || !is_word(name[i])) {
			end = i + (sign > 0 ? sign : 1);
			continue;
		}
		for (end = i + 1; end < len && is_word(name[end]) &&
		    read_sign(name + end, len - end, &out->bits) == 0;)
			end++;
		add_segment(out, name + i, end - i);
	}
}
