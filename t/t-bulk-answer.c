/* The sender is told of each reading, in the order sent, what became of it. */
#include "domain/bulk_answer.h"
#include "base/utf8.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define UNIT	"01890000-0000-7000-8000-000000000001"

static struct buf	out = BUF_INIT(4096);

static void
tear_down(void)
{
	buf_release(&out);
}

TestSuite(bulk_answer, .fini = tear_down);

static const char *
told(struct bulk_item *v, size_t n)
{
	const struct bulk_list	list = { .v = v, .n = n };

	for (size_t i = 0; i < n; i++)
		v[i].index = 10 * i;
	buf_clear(&out);
	bulk_answer(&list, &out);
	return buf_str(&out);
}

/* A reading that this became of. */
static struct bulk_item
item(enum bulk_status status)
{
	struct bulk_item	it = BULK_ITEM_INIT;

	it.status = status;
	cr_assert(uuid_parse(UNIT, sizeof(UNIT) - 1, &it.unit));
	return it;
}

Test(bulk_answer, counts_and_lists_in_the_order_sent)
{
	struct bulk_item	v[] = {
		item(BULK_LATE), item(BULK_STORED), item(BULK_DUPLICATE),
		item(BULK_STORED),
	};

	cr_expect_str_eq(told(v, 4), "{\"received\":4,\"stored\":2,"
	    "\"duplicate\":1,\"late\":1,\"error\":0,\"results\":["
	    "{\"index\":0,\"status\":\"late\",\"unitId\":\"" UNIT "\"},"
	    "{\"index\":10,\"status\":\"stored\",\"unitId\":\"" UNIT "\"},"
	    "{\"index\":20,\"status\":\"duplicate\",\"unitId\":\"" UNIT "\"},"
	    "{\"index\":30,\"status\":\"stored\",\"unitId\":\"" UNIT "\"}]}");
}

Test(bulk_answer, a_fault_names_code_field_and_reason)
{
	struct bulk_item	it = BULK_ITEM_INIT;

	bulk_item_fault(&it, "INVALID", "temperature", "must be a number");
	cr_expect_str_eq(told(&it, 1), "{\"received\":1,\"stored\":0,"
	    "\"duplicate\":0,\"late\":0,\"error\":1,\"results\":["
	    "{\"index\":0,\"status\":\"error\",\"error\":{\"code\":\"INVALID\","
	    "\"field\":\"temperature\",\"message\":\"must be a number\"}}]}",
	    "and no unit, as none was given");
}

Test(bulk_answer, what_the_sender_wrote_cannot_end_the_text)
{
	struct bulk_item	it = BULK_ITEM_INIT;

	bulk_item_fault(&it, "INVALID", "a\"},{\n\x01", "is no field");
	cr_expect(strstr(told(&it, 1), "\"field\":\"a\\\"},{\\n\\u0001\","));
}

Test(bulk_answer, a_name_without_end_is_known_by_its_beginning)
{
	struct bulk_item	it = BULK_ITEM_INIT;
	char			name[1024];

	for (size_t i = 0; i < sizeof(name) - 2; i += 2)
		memcpy(name + i, "\xc3\xa9", 2);
	name[sizeof(name) - 2] = '\0';
	bulk_item_fault(&it, "INVALID", name, "is not known here");
	cr_expect(utf8_valid(told(&it, 1), out.len));
	cr_expect_lt(out.len, 400);
}

Test(bulk_answer, the_longest_list_of_faults_has_room)
{
	struct buf		 large = BUF_INIT(BULK_ANSWER_MAX);
	struct bulk_item	*v = calloc(BULK_MAX, sizeof(*v));
	const struct bulk_list	 list = { .v = v, .n = BULK_MAX };
	char			 name[8192];

	cr_assert_not_null(v);
	memset(name, '/', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (size_t i = 0; i < BULK_MAX; i++)
		bulk_item_fault(&v[i], "DEVICE_NOT_FOUND", name,
		    "is no sensor of yours");
	bulk_answer(&list, &large);
	cr_expect_not(buf_failed(&large));
	buf_release(&large);
	free(v);
}

Test(bulk_answer, the_longest_there_is_fits)
{
	static struct bulk_item	v[BULK_MAX];
	char			name[512];
	struct buf		b = BUF_INIT(BULK_ANSWER_MAX);
	const struct bulk_list	list = { .v = v, .n = BULK_MAX };

	memset(name, 1, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (size_t i = 0; i < BULK_MAX; i++) {
		v[i] = item(BULK_ERROR);
		v[i].index = 40000;
		v[i].fault = (struct bulk_fault){ "DEVICE_NOT_FOUND", name,
		    "must be of the last 30 days; a key with the scope "
		    "backfill reaches 24 months" };
	}
	bulk_answer(&list, &b);
	cr_expect_not(buf_failed(&b));
	buf_release(&b);
}
