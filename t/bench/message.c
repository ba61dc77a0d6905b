#include "message.h"
#include "base/mem.h"
#include "base/when.h"
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX	65536

struct message_form {
	char	*head;		/* all but the length and the end */
	char	*body;
};

const char *
message_eui(unsigned sensor, char buf[MESSAGE_EUI])
{
	snprintf(buf, MESSAGE_EUI, "a840410000%06x", sensor & 0xffffff);
	return buf;
}

static char *
read_file(const char *path)
{
	char	*text = mem_alloc(BODY_MAX);
	FILE	*f = fopen(path, "re");
	size_t	 n;

	if (f == NULL)
		err(1, "%s", path);
	n = fread(text, 1, BODY_MAX - 1, f);
	fclose(f);
	text[n] = '\0';
	return text;
}

struct message_form *
message_form_new(const struct target *t, const char *header, const char *body)
{
	struct message_form *f = mem_alloc(sizeof(*f));
	struct buf	     head = BUF_INIT(BODY_MAX);

	buf_printf(&head, "POST %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
	    "Content-Type: application/json\r\nContent-Length: ",
	    t->path, header);
	f->head = buf_detach(&head);
	f->body = read_file(body);
	return f;
}

void
message_form_free(struct message_form *f)
{
	if (f == NULL)
		return;
	free(f->head);
	free(f->body);
	free(f);
}

/* What stands for @NAME@ at p, or NULL where there is no hole. */
static const char *
fill(const char *p, const struct message *m, char buf[WHEN_TEXT])
{
	if (strncmp(p, "@EUI@", 5) == 0)
		return message_eui(m->sensor, buf);
	if (strncmp(p, "@AT@", 4) == 0)
		return when_format(m->at_ms, buf);
	if (strncmp(p, "@CELSIUS@", 9) == 0)
		return centi_format(m->celsius, buf);
	if (strncmp(p, "@COUNT@", 7) != 0)
		return NULL;
	snprintf(buf, WHEN_TEXT, "%u", m->count);
	return buf;
}

static void
put_body(const char *p, const struct message *m, struct buf *out)
{
	char		 buf[WHEN_TEXT];
	const char	*value;
	size_t		 n;

	while (*p != '\0') {
		n = strcspn(p, "@");
		buf_add(out, p, n);
		p += n;
		if ((value = fill(p, m, buf)) != NULL) {
			buf_puts(out, value);
			p = strchr(p + 1, '@') + 1;
		} else if (*p != '\0')
			buf_putc(out, *p++);
	}
}

void
message_put(const struct message_form *f, const struct message *m,
    struct buf *out)
{
	struct buf	body = BUF_INIT(2 * BODY_MAX);

	put_body(f->body, m, &body);
	buf_clear(out);
	buf_printf(out, "%s%zu\r\n\r\n", f->head, body.len);
	buf_add(out, body.data, body.len);
	buf_release(&body);
}

/* Whether the body is whole: by its length, or by its last chunk. */
static bool
is_whole(const char *head, const char *body)
{
	const char	*length = strcasestr(head, "\r\nContent-Length:");
	size_t		 n = strlen(body);

	if (length != NULL && length < body)
		return n >= strtoul(length + 17, NULL, 10);
	return n >= 5 && strcmp(body + n - 5, "0\r\n\r\n") == 0;
}

int
message_answered(const struct buf *in)
{
	const char	*text = buf_str(in);
	const char	*body = strstr(text, "\r\n\r\n");

	if (body == NULL || !is_whole(text, body + 4))
		return 0;
	return (int)strtol(text + strlen("HTTP/1.1 "), NULL, 10);
}
