#include "password.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MADE_LEN	20	/* hex digits: 80 random bits */

/* A line without its end; false where there is none or it is too long. */
static bool
read_line(char *out, size_t size)
{
	size_t	len;

	if (fgets(out, (int)size, stdin) == NULL)
		return false;
	len = strcspn(out, "\n");
	if (out[len] != '\n' && !feof(stdin))
		return false;
	out[len] = '\0';
	return true;
}

/* As read_line(), from a terminal that shows nothing meanwhile. */
static bool
read_unseen(const char *prompt, char *out, size_t size)
{
	struct termios	was, unseen;
	bool		ok;

	if (tcgetattr(STDIN_FILENO, &was) != 0)
		return false;
	unseen = was;
	unseen.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen) != 0)
		return false;
	fputs(prompt, stderr);
	ok = read_line(out, size);
	fputc('\n', stderr);
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &was) == 0 && ok;
}

/* A byte longer than a password may be, for its line's end, and the NUL. */
#define LINE_SIZE	(SESSION_PASSWORD_MAX + 2)

static const char *
ask_for(char line[LINE_SIZE])
{
	char		 again[LINE_SIZE];
	const char	*fault = NULL;

	if (!isatty(STDIN_FILENO))
		return read_line(line, LINE_SIZE) ? NULL :
		    "standard input has no password, or one too long";
	if (!read_unseen("Password: ", line, LINE_SIZE) ||
	    !read_unseen("Again: ", again, LINE_SIZE))
		fault = "no password was read, or one too long";
	else if (strcmp(line, again) != 0)
		fault = "that is not the same password twice";
	sodium_memzero(again, sizeof(again));
	return fault;
}

bool
password_get(bool ask, char out[SESSION_PASSWORD_MAX + 1], struct buf *fault)
{
	char		 line[LINE_SIZE], made[TOKEN_TEXT];
	const char	*why;

	if (!ask) {
		token_make(made);
		snprintf(out, SESSION_PASSWORD_MAX + 1, "%.*s", MADE_LEN,
		    made);
		return true;
	}
	why = ask_for(line);
	if (why == NULL)
		why = session_password_fault(line);
	if (why == NULL)
		memcpy(out, line, strlen(line) + 1);
	else
		buf_printf(fault, "the password: %s", why);
	sodium_memzero(line, sizeof(line));
	return why == NULL;
}

bool
secret_get(const char *what, char *out, size_t size, struct buf *fault)
{
	struct buf	prompt = BUF_INIT(100);
	bool		good;

	buf_printf(&prompt, "%s: ", what);
	good = isatty(STDIN_FILENO) ? read_unseen(buf_str(&prompt), out, size) :
	    read_line(out, size);
	if (!good)
		buf_printf(fault, "standard input has no %s, or one too long",
		    what);
	buf_release(&prompt);
	return good;
}
