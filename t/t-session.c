/* The parts of signing in that need no database. */
#include "domain/session.h"
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

Test(session, locks_longer_with_every_failure_but_never_for_a_day)
{
	static const struct { int failures; int64_t want_ms; } c[] = {
		{ 0, 0 }, { 1, 0 }, { 5, 0 }, { 6, 1000 }, { 7, 2000 },
		{ 10, 16000 }, { 15, 512000 }, { 16, 900000 },
		{ 1000000, 900000 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(session_lock_ms(c[i].failures, 5), c[i].want_ms,
		    "%d failures", c[i].failures);
}

Test(session, refuses_passwords_nobody_should_have)
{
	char	long_one[SESSION_PASSWORD_MAX + 2];

	memset(long_one, 'x', sizeof(long_one));
	long_one[sizeof(long_one) - 1] = '\0';
	cr_expect_not_null(session_password_fault(""));
	cr_expect_not_null(session_password_fault("1234567"));
	cr_expect_not_null(session_password_fault(long_one));
	cr_expect_null(session_password_fault("12345678"));
	cr_expect_null(session_password_fault(long_one + 1));
}

Test(session, hashes_a_password_so_that_only_it_verifies)
{
	char	*hash = session_password_hash("opensesame");

	cr_expect_eq(strncmp(hash, "$argon2id$", 10), 0);
	cr_expect_eq(crypto_pwhash_str_verify(hash, "opensesame", 10), 0);
	cr_expect_neq(crypto_pwhash_str_verify(hash, "opensesamE", 10), 0);
	free(hash);
}
