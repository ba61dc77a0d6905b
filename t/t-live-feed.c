/* The streamer's ear: what writers say arrives, in order, also while it is
 * busy. */
#include "base/log.h"
#include "base/metrics.h"
#include "domain/live_feed.h"
#include "domain/live_send.h"
#include <criterion/criterion.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char			 dir[] = "/tmp/fg-feed.XXXXXX";
static char			 path[64];
static struct event_base	*base;
static struct live_feed		*feed;
static struct live_sender	*writer;
static int			 heard, says;	/* events: so far, when first */
static bool			 in_order = true;

static void
say(int n)
{
	char			data[16];
	struct live_event	ev = { .kind = LIVE_UNIT_STATE,
				    .org = { { 1 } }, .data = data };

	ev.len = (size_t)snprintf(data, sizeof(data), "%d", n);
	live_send(writer, &ev, 1);
}

/* Busy with the first one for so long that all the others come meanwhile. */
static void
on_event(void *ctx, const struct live_event *ev)
{
	char	want[16];

	cr_assert_eq(ctx, &heard);
	heard++;
	snprintf(want, sizeof(want), "%d", heard);
	in_order &= ev->len == strlen(want) &&
	    memcmp(ev->data, want, ev->len) == 0;
	for (int i = 2; heard == 1 && i <= says; i++) {
		say(i);
		if (i % 5 == 0)
			live_feed_drain(feed);
	}
}

static void
begin(void)
{
	log_open("t-live-feed", LOG_ERROR);
	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	base = event_base_new();
	feed = live_feed_new(base, path, on_event, &heard);
	writer = live_sender_new(path);
}

static void
end(void)
{
	live_sender_free(writer);
	live_feed_free(feed);
	event_base_free(base);
	unlink(path);
	rmdir(dir);
}

TestSuite(live_feed, .init = begin, .fini = end);

static void
until_heard(int n)
{
	while (heard < n)
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_eq(heard, n);
	cr_expect(in_order);
}

Test(live_feed, hears_in_order)
{
	for (int i = 1; i <= 5; i++)
		say(i);
	until_heard(5);
}

Test(live_feed, loses_nothing_while_it_is_busy)
{
	says = 500;
	say(1);
	until_heard(500);
	cr_expect_eq(metric_get(M_LIVE_DROPPED), 0);
}

Test(live_feed, forgets_what_waits_when_it_is_freed)
{
	for (int i = 1; i <= 5; i++)
		say(i);
	live_feed_drain(feed);
	live_feed_free(feed);
	feed = NULL;
	cr_expect_eq(heard, 0);
}

Test(live_feed, goes_on_after_what_is_no_event)
{
	struct sockaddr_un	a = { .sun_family = AF_UNIX };
	int			fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	static char		big[3 * LIVE_DATAGRAM] = { 1 };

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	for (size_t n = 0; n <= sizeof(big); n += sizeof(big) / 2)
		cr_assert_geq(sendto(fd, big, n, 0, (struct sockaddr *)&a,
		    sizeof(a)), 0);
	close(fd);
	say(1);
	until_heard(1);
}

Test(live_feed, takes_the_place_of_one_that_died)
{
	struct live_feed	*old = feed;

	feed = live_feed_new(base, path, on_event, &heard);
	live_feed_free(old);
	say(1);
	until_heard(1);
}

Test(live_feed, lets_only_owner_and_group_speak)
{
	struct stat	st;

	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0660);
}
