#include "base/log.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log_limit.h"
#include "base/utf8.h"
#include "base/when.h"

#define LINE_MAX_BYTES	4000	/* one write(2) no larger than PIPE_BUF */
#define VALUE_MAX	512	/* bytes of a value that are shown */

static struct {
	const char	*program;
	const char	*request_id;
	enum log_level	 least;
} self = { "frostguard", NULL, LOG_INFO };

static const char *const level_names[LOG__MAX] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARN] = "warn",
	[LOG_ERROR] = "error",
};

/* A key that contains one of these, case and punctuation aside, is secret:
 * "X-Downlink-Apikey", "webhook_secret", "accessToken", "Set-Cookie". */
static const char *const secret_words[] = {
	"apikey",
	"appkey",
	"authorization",
	"cookie",
	"nwkkey",
	"nwkskey",
	"passphrase",
	"passwd",
	"password",
	"privatekey",
	"secret",
	"token",
};

static bool
is_secret(const char *key)
{
	char	plain[64];
	size_t	n = 0;

	for (; *key != '\0' && n < sizeof(plain) - 1; key++)
		if (isalnum((unsigned char)*key))
			plain[n++] = (char)tolower((unsigned char)*key);
	plain[n] = '\0';
	for (size_t i = 0; i < sizeof(secret_words) / sizeof(secret_words[0]);
	    i++)
		if (strstr(plain, secret_words[i]) != NULL)
			return true;
	return false;
}

/* A JSON string; what is not UTF-8 is shown as U+FFFD. */
static void
put_string(struct buf *line, const char *s)
{
	size_t	len = strnlen(s, VALUE_MAX + 4);	/* the last one whole */
	size_t	i, step;

	buf_putc(line, '"');
	for (i = 0; i < len && i < VALUE_MAX; i += step) {
		step = utf8_step(s + i, len - i);
		if (step == 0) {
			buf_puts(line, "\xef\xbf\xbd");
			step = 1;
		} else if (s[i] == '"' || s[i] == '\\') {
			buf_printf(line, "\\%c", s[i]);
		} else if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f) {
			buf_printf(line, "\\u%04x", (unsigned)s[i]);
		} else {
			buf_add(line, s + i, step);
		}
	}
	buf_puts(line, i < len ? "…\"" : "\"");
}

static void
put_field(struct buf *line, const struct log_field *f)
{
	buf_putc(line, ',');
	put_string(line, f->key);
	buf_putc(line, ':');
	if (is_secret(f->key))
		buf_puts(line, "\"[redacted]\"");
	else if (f->kind == LOG_F_INT)
		buf_printf(line, "%" PRId64, f->i);
	else if (f->kind == LOG_F_BOOL)
		buf_puts(line, f->i ? "true" : "false");
	else if (f->s == NULL)
		buf_puts(line, "null");
	else
		put_string(line, f->s);
}

/* A field that would make the line too long is left out as a whole. */
static void
put_field_if_room(struct buf *line, const struct log_field *f)
{
	size_t	len = line->len;

	put_field(line, f);
	if (buf_failed(line)) {
		line->len = len;
		line->data[len] = '\0';
		line->failed = false;
	}
}

static void
put_head(struct buf *line, enum log_level level, const char *event,
    int64_t now_ms)
{
	char	at[WHEN_TEXT];

	buf_printf(line, "{\"level\":\"%s\",\"time\":\"%s\",\"program\":",
	    level_names[level], when_format(now_ms, at));
	put_string(line, self.program);
	buf_puts(line, ",\"event\":");
	put_string(line, event);
	if (self.request_id != NULL)
		put_field(line, &LOG_STR("requestId", self.request_id));
}

void
log_open(const char *program, enum log_level least)
{
	self.program = program;
	self.least = least;
}

bool
log_level_parse(const char *s, enum log_level *out)
{
	for (int i = 0; i < LOG__MAX; i++) {
		if (strcmp(level_names[i], s) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}

bool
log_enabled(enum log_level level)
{
	return level >= self.least;
}

void
log_request(const char *request_id)
{
	self.request_id = request_id;
}

void
log_write(enum log_level level, const char *event,
    const struct log_field *fields, size_t n)
{
	struct buf	line = BUF_INIT(LINE_MAX_BYTES);
	int64_t		now_ms = clock_now_ms(), suppressed = 0;

	if (level >= LOG_WARN &&
	    !log_limit_pass(event, now_ms, LOG_BURST, &suppressed))
		return;
	put_head(&line, level, event, now_ms);
	for (size_t i = 0; i < n; i++)
		put_field_if_room(&line, &fields[i]);
	if (suppressed > 0)
		put_field_if_room(&line, &LOG_INT("suppressed", suppressed));
	line.max += 2;
	buf_puts(&line, "}\n");
	/* Nobody is left to tell when stderr itself does not take it. */
	if (write(STDERR_FILENO, line.data, line.len) < 0)
		buf_clear(&line);
	buf_release(&line);
}

static void __attribute__((format(printf, 2, 0)))
last_words(const char *event, const char *fmt, va_list ap)
{
	char	text[VALUE_MAX];

	vsnprintf(text, sizeof(text), fmt, ap);
	log_write(LOG_ERROR, event, &LOG_STR("message", text), 1);
}

void
bug(const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	last_words("bug", fmt, ap);
	va_end(ap);
	abort();
}

void
fatal(const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	last_words("fatal", fmt, ap);
	va_end(ap);
	exit(1);
}
