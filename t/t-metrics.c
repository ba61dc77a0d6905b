/* Shared counters: every process counts in one file, nothing is lost. */
#include "base/metrics.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char	dir[64], path[80];

static void
make_dir(void)
{
	snprintf(dir, sizeof(dir), "/tmp/t-metrics-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/m", dir);
}

static void
remove_dir(void)
{
	unlink(path);
	cr_expect_eq(rmdir(dir), 0, "nothing else is left behind");
}

TestSuite(metrics, .init = make_dir, .fini = remove_dir);

static void
expect_line(const char *line)
{
	struct buf	out = BUF_INIT(100000);

	metrics_text(&out);
	cr_expect_not(buf_failed(&out));
	cr_expect_not_null(strstr(buf_str(&out), line), "%s in\n%s", line,
	    buf_str(&out));
	buf_release(&out);
}

Test(metrics, counts_in_private_without_a_file)
{
	metric_add(M_UPLINKS_STORED, 3);
	metric_add(M_UPLINKS_STORED, 1);
	cr_expect_eq(metric_get(M_UPLINKS_STORED), 4);
	metric_set(M_STREAM_CLIENTS, 7);
	metric_set(M_STREAM_CLIENTS, 5);
	cr_expect_eq(metric_get(M_STREAM_CLIENTS), 5);
}

Test(metrics, adds_up_what_many_processes_count)
{
	pid_t	pid[4];
	int	status;

	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			metrics_open(path);
			for (int n = 0; n < 10000; n++)
				metric_add(M_HTTP_REQUESTS, 1);
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++)
		cr_expect_eq(waitpid(pid[i], &status, 0), pid[i]);
	metrics_open(path);
	cr_expect_eq(metric_get(M_HTTP_REQUESTS), 40000);
}

Test(metrics, survives_a_process_that_is_killed)
{
	pid_t	pid = fork();

	if (pid == 0) {
		metrics_open(path);
		metric_add(M_ALERTS_OPENED, 2);
		abort();
	}
	waitpid(pid, NULL, 0);
	metrics_open(path);
	cr_expect_eq(metric_get(M_ALERTS_OPENED), 2);
}

Test(metrics, replaces_a_file_of_another_layout)
{
	static const char *const c[] = { "", "old", NULL };
	struct stat		 st;
	FILE			*f;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		f = fopen(path, "w");
		if (c[i] != NULL)
			fputs(c[i], f);
		else		/* the right size, the wrong contents */
			for (long n = 0; n < (long)st.st_size; n++)
				fputc('x', f);
		fclose(f);
		metrics_open(path);
		cr_expect_eq(metric_get(M_HTTP_REQUESTS), 0);
		metric_add(M_HTTP_REQUESTS, 1);
		cr_assert_eq(stat(path, &st), 0);
	}
}

Test(metrics, goes_on_without_a_file_it_cannot_have)
{
	metrics_open("/nonexistent/m");
	metric_add(M_HTTP_REQUESTS, 1);
	cr_expect_eq(metric_get(M_HTTP_REQUESTS), 1);
	cr_assert_eq(symlink("/nonexistent/target", path), 0);
	metrics_open(path);
	cr_expect_eq(metric_get(M_HTTP_REQUESTS), 1);
}

Test(metrics, lets_no_other_user_write)
{
	struct stat	st;

	metrics_open(path);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0660);
}

Test(metrics, puts_durations_into_cumulative_buckets)
{
	static const int64_t us[] = { 0, 1000, 1001, 49999, 50000, 700000,
		5000000, 5000001, 60000000 };

	for (size_t i = 0; i < sizeof(us) / sizeof(us[0]); i++)
		metric_time(M_HTTP_SECONDS, us[i]);
#define H	"frostguard_http_request_duration_seconds"
	expect_line("# TYPE " H " histogram\n");
	expect_line(H "_bucket{le=\"0.001\"} 2\n"
	    H "_bucket{le=\"0.0025\"} 3\n");
	expect_line(H "_bucket{le=\"0.05\"} 5\n");
	expect_line(H "_bucket{le=\"1\"} 6\n");
	expect_line(H "_bucket{le=\"5\"} 7\n"
	    H "_bucket{le=\"+Inf\"} 9\n"
	    H "_sum 70.802001\n"
	    H "_count 9\n");
}

Test(metrics, describes_each_metric_once_before_its_samples)
{
	struct buf	 out = BUF_INIT(100000);
	char		*text, *line, *rest, name[128] = "";
	int		 families = 0;

	metrics_text(&out);
	cr_expect_eq(out.data[out.len - 1], '\n');
	text = buf_detach(&out);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest)) {
		if (sscanf(line, "# HELP %127s", name) == 1) {
			families++;
			cr_expect_gt(strlen(line), strlen(name) + 12);
		} else if (strncmp(line, "# TYPE ", 7) == 0) {
			cr_expect_arr_eq(line + 7, name, strlen(name));
		} else {
			cr_expect_arr_eq(line, name, strlen(name));
		}
	}
	cr_expect_eq(families, METRIC__MAX);
	free(text);
}
