/* What is said of a log without a database: its photo, whether it is late. */
#include "domain/manual_log.h"
#include <criterion/criterion.h>
#include <string.h>

#define ORG	"0190f3a2-7b41-7c53-9d64-aa11bb22cc33"
#define OTHER	"0190f3a2-7b41-7c53-9d64-aa11bb22cc34"

Test(manual_log, a_photo_is_an_address_or_a_key_of_the_organization)
{
	static const struct {
		const char	*photo;
		bool		 ok;
	} c[] = {
		{ "https://photos.example/a.jpg", true },
		{ "https://photos.example:8443/a?b=1#c", true },
		{ "manual-logs/" ORG "/1/door.jpg", true },
		{ "http://photos.example/a.jpg", false },
		{ "https://", false },
		{ "https:///a.jpg", false },
		{ "https://user:password@photos.example/", false },
		{ "https://photos.example/\"onload=", false },
		{ "https://photos.example/a b", false },
		{ "https://photos.example\\a", false },
		{ "javascript:alert(1)", false },
		{ "data:image/png;base64,AA==", false },
		{ "//photos.example/a.jpg", false },
		{ "", false },
		{ "manual-logs/" OTHER "/1/door.jpg", false },
		{ "manual-logs/" ORG, false },
		{ "manual-logs/" ORG "/", false },
		{ "manual-logs/" ORG "a/door.jpg", false },
		{ "manual-logs/" ORG "/../" OTHER "/door.jpg", false },
		{ "manual-logs/" ORG "//door.jpg", false },
		{ "manual-logs/" ORG "/door jpg", false },
		{ "avatars/" ORG "/door.jpg", false },
	};
	struct uuid	org;

	cr_assert(uuid_parse(ORG, strlen(ORG), &org));
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		cr_expect_eq(manual_log_photo_fault(c[i].photo, &org) == NULL,
		    c[i].ok, "%s", c[i].photo);
}

Test(manual_log, a_photo_has_a_length)
{
	char		photo[MANUAL_LOG_PHOTO + 2];
	struct uuid	org = { { 0 } };

	memset(photo, 'a', sizeof(photo));
	memcpy(photo, "https://", 8);
	photo[sizeof(photo) - 1] = '\0';
	cr_expect_str_eq(manual_log_photo_fault(photo, &org), "is too long");
	photo[sizeof(photo) - 2] = '\0';
	cr_expect_null(manual_log_photo_fault(photo, &org));
}

Test(manual_log, is_late_when_entered_more_than_15_minutes_after_measuring)
{
	struct manual_log	l = { .recorded_at_ms = 1000000 };

	l.created_at_ms = l.recorded_at_ms + MANUAL_LOG_LATE_MS;
	cr_expect(!manual_log_is_late(&l));
	l.created_at_ms++;
	cr_expect(manual_log_is_late(&l));
	l.created_at_ms = l.recorded_at_ms - 1;
	cr_expect(!manual_log_is_late(&l));
}
