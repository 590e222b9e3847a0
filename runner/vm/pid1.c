// SPDX-License-Identifier: GPL-2.0-or-later
/* What PID 1 of a guest does, in order: mounts, modules, channel, command,
 * results, power off. */
#include "vm/pid1.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/source.h"
#include "vm/channel.h"
#include "vm/pid1-parts.h"

/* The port of isa-debug-exit. */
enum { EXIT_PORT = 0xf4 };

static const struct {
	const char *type;
	const char *where;
	const char *options;
} mounts[] = {
	{ "proc", "/proc", NULL },
	{ "sysfs", "/sys", NULL },
	{ "devtmpfs", "/dev", NULL },
	{ "tmpfs", "/tmp", NULL },
	{ "tmpfs", "/run", NULL },
	{ "tmpfs", FRAG_PID1_RESULTS, NULL },
	{ "debugfs", "/sys/kernel/debug", NULL },
	{ "tracefs", "/sys/kernel/tracing", NULL },
	{ "cgroup2", "/sys/fs/cgroup", NULL },
};

/* What a kernel cannot mount, the command will miss and say so itself. */
static void mounts_make(void)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].where, 0755);
		if (mount(mounts[i].type, mounts[i].where, mounts[i].type, 0,
			  mounts[i].options) &&
		    errno != EBUSY)
			fprintf(stderr, "fragbench guest: no %s: %s\n",
				mounts[i].type, strerror(errno));
	}
}

/* Right before the command, so that no two runs that the host started at
 * different seconds have the same name. */
static void clock_set(const json_t *job)
{
	json_int_t ns = json_integer_value(json_object_get(job, "time_ns"));
	struct timespec ts = { (time_t)(ns / 1000000000),
			       (long)(ns % 1000000000) };

	if (ns > 0)
		clock_settime(CLOCK_REALTIME, &ts);
}

/* All bytes are out before the machine ends, however busy the host is. */
_Noreturn static void machine_end(int channel)
{
	if (channel >= 0) {
		frag_channel_drain(channel);
		close(channel);
	}
	sync();
	if (!ioperm(EXIT_PORT, 1, 1))
		outb(FRAG_PID1_VALUE, EXIT_PORT);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void error_send(int fd, const struct frag_error *e)
{
	char text[900];
	int n = snprintf(text, sizeof(text), "fragbench: %s%s%s\n", e->what,
			 e->why[0] ? ": " : "", e->why);

	fputs(text, stderr);
	frag_channel_send(fd, FRAG_FRAME_ERR, text, (size_t)n);
}

static int results_send(int fd, int code)
{
	char sha[SHA256_DIGEST_STRING_LENGTH];
	struct frag_channel_sum sum;
	char text[256];
	int rc;
	int n;

	frag_channel_sum_begin(&sum);
	rc = frag_channel_send_tree(fd, FRAG_PID1_RESULTS, &sum);
	if (rc)
		return rc;
	frag_channel_sum_end(&sum, sha);
	n = snprintf(text, sizeof(text),
		     "{\"code\":%d,\"exit\":%d,\"bytes\":%llu,"
		     "\"sha256\":\"%s\"}",
		     code, ioperm(EXIT_PORT, 1, 1) ? 0 : FRAG_PID1_EXIT,
		     (unsigned long long)sum.bytes, sha);
	return frag_channel_send(fd, FRAG_FRAME_END, text, (size_t)n);
}

/* The job up to its results; what goes wrong is sent, and is exit code 4. */
static int job_do(int fd, const json_t *job)
{
	struct frag_error e = { 0 };
	int rc = frag_channel_send(fd, FRAG_FRAME_HELLO, "", 0);

	if (!rc)
		rc = frag_pid1_modules(job, "own", &e);
	clock_set(job);
	if (!rc)
		rc = frag_pid1_command(fd, job, &e);
	if (rc < 0) {
		frag_fail(&e, rc, "the guest cannot do its job");
		error_send(fd, &e);
		return FRAG_EXIT_FAILED;
	}
	return rc;
}

int frag_pid1_main(struct frag_error *e)
{
	struct frag_error bad = { 0 };
	json_t *job;
	int fd;
	int rc;

	if (getpid() != 1) {
		frag_fail(e, 0, "guest is what fragbench does inside a guest");
		frag_error_mend(e, "fragbench help vm");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	mounts_make();
	frag_pid1_group();
	job = frag_json_read(AT_FDCWD, FRAG_PID1_JOB, &bad);
	rc = job ? frag_pid1_modules(job, "modules", &bad) : -ENOENT;
	if (rc)
		fprintf(stderr, "fragbench guest: %s: %s\n", bad.what, bad.why);
	fd = frag_pid1_channel();
	if (fd < 0)
		fprintf(stderr, "fragbench guest: no channel: %s\n",
			strerror(-fd));
	if (fd >= 0 && job) {
		int code = job_do(fd, job);

		rc = results_send(fd, code);
		if (rc)
			fprintf(stderr, "fragbench guest: cannot send: %s\n",
				strerror(-rc));
	}
	machine_end(fd);
}
