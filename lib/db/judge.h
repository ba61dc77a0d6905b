/*
 * judge.h - whether the server's answer to a statement is the one declared.
 *
 * Logs what it refuses, by the statement's name and the SQLSTATE. The server's
 * message is not logged: it may quote the arguments.
 */
#ifndef FG_JUDGE_H
#define FG_JUDGE_H
#include "db/db.h"

/* The failure that res reports. */
enum db_rc	judge_failure(const struct db_stmt *st, const PGresult *res);
/* DB_FAIL unless the numbers are equal; of is "arguments" or "columns". */
enum db_rc	judge_count(const struct db_stmt *st, const char *of, int want,
		    int got);
/* Whether its rows are asked for in binary, as libpq wants to know it. */
int		judge_binary(const struct db_stmt *st);
/* A final result: DB_OK, or why its rows cannot be used. */
enum db_rc	judge_result(const struct db_stmt *st, const PGresult *res);

#endif
