/* Workers on a shared socket, as the web server and the spawner meet them. */
#include "web/gate.h"
#include "web/fcgi_record.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ID	1

#define LONG	200000	/* more than a record, and than a socket buffers */

static char	dir[] = "/tmp/fg-gate.XXXXXX";
static char	path[64];
static int	listener;
static int	begun[2];	/* a worker with a request writes a byte */

static char
long_at(size_t i)
{
	return (char)(i % 251);
}

static void
setup(void)
{
	struct sockaddr_un	a = { .sun_family = AF_UNIX };

	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	cr_assert_eq(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(listener, 64), 0);
	cr_assert_eq(pipe(begun), 0);
}

static void
teardown(void)
{
	unlink(path);
	rmdir(dir);
}

TestSuite(gate, .init = setup, .fini = teardown, .timeout = 30);

/* Long, and nowhere the same. */
static void
answer_long(struct gate *g)
{
	char	*text = malloc(LONG);

	for (size_t i = 0; i < LONG; i++)
		text[i] = long_at(i);
	gate_write(g, "head", 4);
	gate_write(g, text, LONG);
	gate_write(g, "tail", 4);
	gate_done(g);
	free(text);
}

/* Answers NAME and the body. */
static void
answer(struct gate *g)
{
	const char	*name = gate_param(g, "NAME");
	char		 body[100];
	size_t		 n;

	(void)!write(begun[1], "!", 1);
	if (name != NULL && strcmp(name, "long") == 0) {
		answer_long(g);
		return;
	}
	n = gate_read(g, body, sizeof(body));
	if (name != NULL)
		gate_write(g, name, strlen(name));
	gate_write(g, body, n);
	gate_done(g);
}

/* SIGTERM waits from the first moment: a worker may be told to stop before it
 * has begun. */
static pid_t
worker(void)
{
	struct gate	*g;
	enum gate_event	 e;
	sigset_t	 set;
	pid_t		 pid;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if ((pid = fork()) != 0)
		return pid;
	dup2(listener, STDIN_FILENO);
	g = gate_open();
	while ((e = gate_wait(g, -1)) != GATE_STOP)
		if (e == GATE_REQUEST)
			answer(g);
	gate_close(g);
	_exit(0);
}

static void
stop(pid_t pid)
{
	int	status;

	kill(pid, SIGTERM);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x",
	    (unsigned)status);
}

static void
send_record(int fd, uint8_t type, const char *p, size_t len)
{
	uint8_t	head[FCGI_HEADER];

	fcgi_put_header(head, type, ID, len);
	cr_assert_eq(write(fd, head, sizeof(head)), (ssize_t)sizeof(head));
	/* Even an empty write finds out that the other end has closed. */
	if (len > 0)
		cr_assert_eq(write(fd, p, len), (ssize_t)len);
}

static int
begin_request(const char *name)
{
	struct sockaddr_un	a = { .sun_family = AF_UNIX };
	int			fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char			param[40];
	int			n;

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	cr_assert_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	n = snprintf(param, sizeof(param), "%c%cNAME%s", 4, (int)strlen(name),
	    name);
	send_record(fd, FCGI_T_BEGIN, "\0\1\0\0\0\0\0\0", 8);
	send_record(fd, FCGI_T_PARAMS, param, (size_t)n);
	send_record(fd, FCGI_T_PARAMS, "", 0);
	return fd;
}

/* An empty record is the end, after which the worker may close. */
static void
end_request(int fd, const char *body)
{
	if (*body != '\0')
		send_record(fd, FCGI_T_STDIN, body, strlen(body));
	send_record(fd, FCGI_T_STDIN, "", 0);
}

/* All that comes until the worker closes: is the text in it? */
static void
expect_answer(int fd, const char *text)
{
	char	all[400];
	size_t	len = 0;
	ssize_t	n;

	while ((n = read(fd, all + len, sizeof(all) - len)) > 0)
		len += (size_t)n;
	close(fd);
	cr_expect_not_null(memmem(all, len, text, strlen(text)), "%s", text);
}

Test(gate, a_request_comes_with_its_parameters_and_its_body)
{
	pid_t	pid = worker();
	int	fd = begin_request("milk");

	end_request(fd, "=4.5");
	expect_answer(fd, "milk=4.5");
	stop(pid);
}

Test(gate, an_idle_worker_stops_when_told)
{
	pid_t	pid = worker();
	int	fd = begin_request("a");	/* it listens by now */

	end_request(fd, "");
	expect_answer(fd, "a");
	stop(pid);
}

Test(gate, a_request_that_has_begun_is_finished_first)
{
	pid_t	pid = worker();
	int	fd = begin_request("late");
	char	c;

	cr_assert_eq(read(begun[0], &c, 1), 1);
	kill(pid, SIGTERM);
	end_request(fd, "-answer");
	expect_answer(fd, "late-answer");
	stop(pid);
}

Test(gate, several_workers_share_a_socket_and_none_is_deaf)
{
	pid_t	pid[4];
	int	fd[20];

	for (int i = 0; i < 4; i++)
		pid[i] = worker();
	for (int i = 0; i < 20; i++)
		fd[i] = begin_request("x");
	for (int i = 0; i < 20; i++) {
		end_request(fd[i], "y");
		expect_answer(fd[i], "xy");
	}
	for (int i = 0; i < 4; i++)
		stop(pid[i]);
}

Test(gate, what_is_not_fastcgi_does_not_stop_a_worker)
{
	pid_t	pid = worker();
	int	fd = begin_request("a");

	close(fd);			/* gone before its body */
	fd = begin_request("b");
	end_request(fd, "c");
	expect_answer(fd, "bc");
	stop(pid);
}

/* The contents of the STDOUT records up to another; how many bytes. */
static size_t
read_stdout(int fd, char *out, size_t size)
{
	struct fcgi_head { uint8_t version, type, id[2], len[2], pad, no; } h;
	size_t	n = 0, len;

	while (recv(fd, &h, sizeof(h), MSG_WAITALL) == (ssize_t)sizeof(h) &&
	    h.type == FCGI_T_STDOUT) {
		len = (size_t)h.len[0] << 8 | h.len[1];
		cr_assert_leq(n + len, size);
		cr_assert_eq(recv(fd, out + n, len, MSG_WAITALL),
		    (ssize_t)len);
		n += len;
		cr_assert_eq(recv(fd, &h, h.pad, MSG_WAITALL), h.pad);
	}
	return n;
}

Test(gate, a_long_answer_comes_whole_and_in_order)
{
	static char	got[LONG + 100];
	pid_t		pid = worker();
	int		fd = begin_request("long");

	end_request(fd, "");
	cr_assert_eq(read_stdout(fd, got, sizeof(got)), LONG + 8);
	close(fd);
	cr_expect_arr_eq(got, "head", 4);
	for (size_t i = 0; i < LONG; i++)
		cr_assert_eq(got[4 + i], long_at(i), "at %zu", i);
	cr_expect_arr_eq(got + 4 + LONG, "tail", 4);
	stop(pid);
}

Test(gate, who_leaves_in_the_middle_of_a_long_answer_does_not_stop_a_worker)
{
	pid_t	pid = worker();
	int	fd = begin_request("long");
	char	c;

	end_request(fd, "");
	cr_assert_eq(read(fd, &c, 1), 1);
	close(fd);
	fd = begin_request("b");
	end_request(fd, "c");
	expect_answer(fd, "bc");
	stop(pid);
}

Test(gate, waiting_ends_with_its_time)
{
	struct gate	*g;

	dup2(listener, STDIN_FILENO);
	cr_expect(gate_is_fastcgi());
	g = gate_open();
	cr_expect_eq(gate_wait(g, 0), GATE_IDLE);
	cr_expect_eq(gate_wait(g, 1), GATE_IDLE);
	gate_close(g);
}

Test(gate, from_a_shell_there_is_one_request)
{
	struct gate	*g = gate_open();

	cr_expect(!gate_is_fastcgi());
	setenv("NAME", "milk", 1);
	cr_expect_eq(gate_wait(g, -1), GATE_REQUEST);
	cr_expect_str_eq(gate_param(g, "NAME"), "milk");
	cr_expect_null(gate_param(g, "NOT_THERE"));
	gate_done(g);
	cr_expect_eq(gate_wait(g, -1), GATE_STOP);
	gate_close(g);
}
