#include "db/binary.h"
#include <string.h>

#define EPOCH_2000_MS	INT64_C(946684800000)
#define NUMERIC_NEGATIVE	0x4000
#define NUMERIC_HEAD		8	/* bytes before its digits */

/* A field of exactly that many bytes; NULL for anything else. */
static const unsigned char *
field(const PGresult *r, int row, int col, int len)
{
	if (PQgetlength(r, row, col) != len || PQgetisnull(r, row, col))
		return NULL;
	return (const unsigned char *)PQgetvalue(r, row, col);
}

static uint16_t
get16(const unsigned char *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static int64_t
get64(const unsigned char *p)
{
	uint64_t	v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

bool
binary_when(const PGresult *r, int row, int col, int64_t *out_ms)
{
	const unsigned char	*p = field(r, row, col, 8);
	int64_t			 us;

	if (p == NULL)
		return false;
	us = get64(p);
	if (us == INT64_MIN || us == INT64_MAX)		/* infinity */
		return false;
	*out_ms = us / 1000 - (us % 1000 < 0) + EPOCH_2000_MS;
	return true;
}

bool
binary_bool(const PGresult *r, int row, int col, bool *out)
{
	const unsigned char	*p = field(r, row, col, 1);

	if (p == NULL || *p > 1)
		return false;
	*out = *p == 1;
	return true;
}

/* Digits to the base of 10000, the first of which counts 10000 to the power
 * of weight; here in units of a ten-thousandth. */
static bool
ten_thousandths(const unsigned char *p, int len, int64_t *out)
{
	int	ndigits = get16(p), weight = (int16_t)get16(p + 2);

	*out = 0;
	if (len != NUMERIC_HEAD + 2 * ndigits)
		return false;
	if (ndigits == 0)
		return true;
	if (weight < -1 || weight > 2 || ndigits > weight + 2)
		return false;
	for (int i = 0; i < weight + 2; i++)
		*out = *out * 10000 + (i < ndigits ?
		    get16(p + NUMERIC_HEAD + 2 * i) : 0);
	return true;
}

bool
binary_centi(const PGresult *r, int row, int col, centi_t *out)
{
	const unsigned char	*p;
	int			 len = PQgetlength(r, row, col);
	uint16_t		 sign;
	int64_t			 v;

	if (len < NUMERIC_HEAD)
		return false;
	p = (const unsigned char *)PQgetvalue(r, row, col);
	sign = get16(p + 4);
	if ((sign != 0 && sign != NUMERIC_NEGATIVE) ||
	    !ten_thousandths(p, len, &v) || v % 100 != 0 ||
	    v / 100 > CENTI_MAX)
		return false;
	*out = (centi_t)(sign == 0 ? v / 100 : -(v / 100));
	return true;
}

static bool
present(const PGresult *r, int row, int col, bool *has)
{
	return *has = !PQgetisnull(r, row, col);
}

bool
binary_opt_centi(const PGresult *r, int row, int col, bool *has, centi_t *out)
{
	return !present(r, row, col, has) || binary_centi(r, row, col, out);
}

bool
binary_opt_i16(const PGresult *r, int row, int col, bool *has, int16_t *out)
{
	const unsigned char	*p;

	if (!present(r, row, col, has))
		return true;
	if ((p = field(r, row, col, 2)) == NULL)
		return false;
	*out = (int16_t)get16(p);
	return true;
}

bool
binary_opt_char(const PGresult *r, int row, int col, bool *has, char *out)
{
	const unsigned char	*p;

	if (!present(r, row, col, has))
		return true;
	if ((p = field(r, row, col, 1)) == NULL)
		return false;
	*out = (char)*p;
	return true;
}

bool
binary_opt_uuid(const PGresult *r, int row, int col, bool *has,
    struct uuid *out)
{
	const unsigned char	*p;

	if (!present(r, row, col, has))
		return true;
	if ((p = field(r, row, col, sizeof(out->b))) == NULL)
		return false;
	memcpy(out->b, p, sizeof(out->b));
	return true;
}
