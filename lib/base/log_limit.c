#include "base/log_limit.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define WINDOW_MS	60000

struct window {
	char	event[48];	/* longer names share by their beginning */
	int64_t	since_ms;
	int	passed;
	int64_t	suppressed;
};

static struct window windows[LOG_LIMIT_EVENTS];

/* The event's window, a free one, or the one that began longest ago. */
static struct window *
window_for(const char *event, int64_t now_ms)
{
	struct window	*w = &windows[0];

	for (size_t i = 0; i < LOG_LIMIT_EVENTS; i++) {
		if (strncmp(windows[i].event, event,
		    sizeof(windows[i].event) - 1) == 0)
			return &windows[i];
		if (windows[i].since_ms < w->since_ms)
			w = &windows[i];
	}
	snprintf(w->event, sizeof(w->event), "%s", event);
	w->since_ms = now_ms;
	w->passed = 0;
	w->suppressed = 0;
	return w;
}

bool
log_limit_pass(const char *event, int64_t now_ms, int burst,
    int64_t *suppressed)
{
	struct window	*w = window_for(event, now_ms);

	/* A clock set back begins a new window, too. */
	if (now_ms - w->since_ms >= WINDOW_MS || now_ms < w->since_ms) {
		w->since_ms = now_ms;
		w->passed = 0;
	}
	if (w->passed >= burst) {
		w->suppressed++;
		return false;
	}
	w->passed++;
	*suppressed = w->suppressed;
	w->suppressed = 0;
	return true;
}
