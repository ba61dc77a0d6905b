/*
 * binary.h - typed getters for the rows of a statement with DB_BINARY.
 *
 * Decides nothing: int8, int2, "char", boolean, uuid, timestamptz and numeric
 * as PostgreSQL sends them. False for NULL where there is no has, and for
 * anything that is not of the type or does not fit.
 */
#ifndef FG_BINARY_H
#define FG_BINARY_H
#include "db/db.h"

/* timestamptz as epoch milliseconds; what is finer is cut off. */
bool	 binary_when(const PGresult *r, int row, int col, int64_t *out_ms);
bool	 binary_bool(const PGresult *r, int row, int col, bool *out);
/* numeric with at most two decimals, as hundredths. */
bool	 binary_centi(const PGresult *r, int row, int col, centi_t *out);
bool	 binary_opt_centi(const PGresult *r, int row, int col, bool *has,
	    centi_t *out);
bool	 binary_opt_i16(const PGresult *r, int row, int col, bool *has,
	    int16_t *out);
bool	 binary_opt_char(const PGresult *r, int row, int col, bool *has,
	    char *out);
bool	 binary_opt_uuid(const PGresult *r, int row, int col, bool *has,
	    struct uuid *out);

#endif
