// SPDX-License-Identifier: GPL-2.0-or-later
/* How PID 1 loads modules, finds the channel, and runs the command. */
#include "vm/pid1-parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/source.h"
#include "clock.h"
#include "vm/channel.h"
#include "vm/pid1.h"

#define GROUPS "/sys/fs/cgroup"
#define GROUP  GROUPS "/fragbench"

enum {
	WORDS_MAX = 500,
	BEAT_MS = 1000,
	LOOK_MS = 20,
	PORT_MS = 2000,
	QUEUE_MAX = 512
};

/* @parameters NULL: one of the kernel's own, which may be there already. */
static int module_load(const char *file, const char *parameters,
		       struct frag_error *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? -errno : 0;

	if (!rc &&
	    syscall(SYS_finit_module, fd, parameters ? parameters : "", 0) &&
	    (parameters || errno != EEXIST))
		rc = -errno;
	if (fd >= 0)
		close(fd);
	return rc ? frag_fail(e, rc, "cannot load the module %s", file) : 0;
}

int frag_pid1_modules(const json_t *job, const char *key, struct frag_error *e)
{
	json_t *one;
	size_t i;
	int rc = 0;

	json_array_foreach(json_object_get(job, key), i, one)
	{
		const char *file = json_string_value(one);
		const char *parameters = NULL;

		if (!file) {
			file = json_string_value(json_object_get(one, "file"));
			parameters = json_string_value(
				json_object_get(one, "parameters"));
		}
		if (!rc && file)
			rc = module_load(file, parameters, e);
	}
	return rc;
}

/* /dev/vportNpM whose name is ours; udev, which makes a link, is not here. */
static int port_open(void)
{
	DIR *dir = opendir("/sys/class/virtio-ports");
	struct dirent *d;
	int fd = -ENOENT;

	while (dir && fd < 0 && (d = readdir(dir))) {
		char path[300];
		char name[64];

		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name",
			 d->d_name);
		if (d->d_name[0] == '.' ||
		    frag_slurp("", path, name, sizeof(name)) < 0 ||
		    strcmp(name, FRAG_CHANNEL_PORT) != 0)
			continue;
		snprintf(path, sizeof(path), "/dev/%s", d->d_name);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		fd = fd < 0 ? -errno : fd;
	}
	if (dir)
		closedir(dir);
	return fd;
}

static int serial_open(void)
{
	struct termios t;
	int fd = open(FRAG_CHANNEL_SERIAL, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (!tcgetattr(fd, &t)) {
		cfmakeraw(&t);
		cfsetspeed(&t, B115200);
		t.c_cflag |= CLOCAL;
		tcsetattr(fd, TCSANOW, &t);
	}
	return fd;
}

int frag_pid1_channel(void)
{
	uint64_t until = frag_now() + PORT_MS * 1000000ULL;
	int fd = -ENOENT;

	/* A kernel with virtio_console may still be finding the port. */
	do {
		fd = port_open();
		if (fd < 0)
			poll(NULL, 0, LOOK_MS);
	} while (fd < 0 && frag_now() < until &&
		 !access("/sys/class/virtio-ports", F_OK));
	return fd >= 0 ? fd : serial_open();
}

/* A write to a virtio port returns as soon as it stands in the port's queue
 * (128 entries in QEMU), and QEMU takes from there no faster than the host
 * reads: what still stands in it is lost when QEMU ends. The queue is first in,
 * first out, and a write waits while it is full: when more frames than it has
 * room for were accepted, everything before them is with the host
 * (port_fops_write() in drivers/char/virtio_console.c, Linux 6.12). */
void frag_channel_drain(int fd)
{
	int rc = 0;

	if (isatty(fd)) {
		tcdrain(fd);
		return;
	}
	for (unsigned i = 0; i < QUEUE_MAX && !rc; i++)
		rc = frag_channel_send(fd, FRAG_FRAME_BEAT, "", 0);
}

/* A command at work: where its output comes from. */
struct command {
	pid_t pid;
	int out[2]; /* of its standard output and standard error */
	int channel;
	uint64_t beat_ns; /* when the next one is due */
	int status;
	bool is_over;
};

static void environment_set(const json_t *job)
{
	const char *series = json_string_value(json_object_get(job, "series"));
	char *guest = json_dumps(json_object_get(job, "guest"), JSON_COMPACT);
	char place[200];

	snprintf(place, sizeof(place), "%s %lld %lld",
		 series ? series : "guest",
		 json_integer_value(json_object_get(job, "repeat")),
		 json_integer_value(json_object_get(job, "repeats")));
	setenv("FRAGBENCH_SERIES", place, 1);
	setenv("FRAGBENCH_GUEST", guest ? guest : "{}", 1);
	setenv("FRAGBENCH_RESULTS", FRAG_PID1_RESULTS, 1);
	setenv("FRAGBENCH_STATE", "/run/fragbench", 1);
	setenv("PATH", "/", 1);
	setenv("HOME", "/tmp", 1);
	setenv("NO_COLOR", "1", 1);
	free(guest);
}

_Noreturn static void command_exec(const json_t *job, int out, int err)
{
	const json_t *words = json_object_get(job, "command");
	char *argv[WORDS_MAX + 2] = { (char *)"/fragbench" };
	json_t *word;
	size_t i;

	json_array_foreach(words, i, word)
	{
		if (i < WORDS_MAX)
			argv[i + 1] = (char *)json_string_value(word);
	}
	/* There is one only when it was asked for. */
	(void)frag_spit(GROUP "/cgroup.procs", "0");
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	setsid();
	environment_set(job);
	execv(argv[0], argv);
	fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int command_start(struct command *c, const json_t *job)
{
	int out[2];
	int err[2];

	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		return -errno;
	c->pid = fork();
	if (c->pid < 0)
		return -errno;
	if (!c->pid)
		command_exec(job, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	c->out[0] = out[0];
	c->out[1] = err[0];
	return 0;
}

void frag_pid1_group(void)
{
	const char *limit = getenv("FRAGBENCH_MEMORY_MAX");
	int rc;

	if (!limit)
		return;
	rc = frag_spit(GROUPS "/cgroup.subtree_control", "+memory");
	if (!rc && mkdir(GROUP, 0755))
		rc = -errno;
	if (!rc)
		rc = frag_spit(GROUP "/memory.max", limit);
	if (rc)
		fprintf(stderr, "fragbench guest: no memory cgroup: %s\n",
			strerror(-rc));
}

/* The next portion of one stream; its end closes it. */
static int output_pass(struct command *c, unsigned which)
{
	static const enum frag_frame types[] = { FRAG_FRAME_OUT,
						 FRAG_FRAME_ERR };
	char buf[4096];
	ssize_t n = read(c->out[which], buf, sizeof(buf));

	if (n <= 0) {
		close(c->out[which]);
		c->out[which] = -1;
		return 0;
	}
	if (which)
		(void)!write(STDERR_FILENO, buf, (size_t)n);
	return frag_channel_send(c->channel, types[which], buf, (size_t)n);
}

static int beat_send(struct command *c)
{
	uint64_t now = frag_now();

	if (now < c->beat_ns)
		return 0;
	c->beat_ns = now + BEAT_MS * 1000000ULL;
	return frag_channel_send(c->channel, FRAG_FRAME_BEAT, "", 0);
}

/* Whoever has died: the command, or what became ours when its parent did. */
static void children_reap(struct command *c)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != c->pid)
			continue;
		c->is_over = true;
		c->status = status;
	}
}

/* Until the command is gone and what it printed is passed on. What outlives it
 * and still holds its streams is not waited for. */
static int command_follow(struct command *c)
{
	bool had_output = true;
	int rc = 0;

	while (!rc && (!c->is_over || had_output)) {
		struct pollfd p[2] = { { c->out[0], POLLIN, 0 },
				       { c->out[1], POLLIN, 0 } };

		had_output = poll(p, 2, c->is_over ? 0 : 100) > 0;
		for (unsigned i = 0; i < 2 && !rc; i++)
			if (p[i].revents)
				rc = output_pass(c, i);
		if (!rc)
			rc = beat_send(c);
		children_reap(c);
	}
	return rc;
}

int frag_pid1_command(int channel, const json_t *job, struct frag_error *e)
{
	struct command c = { .out = { -1, -1 }, .channel = channel };
	int rc = command_start(&c, job);

	if (!rc)
		rc = command_follow(&c);
	if (rc)
		return frag_fail(e, rc, "cannot run the command");
	return WIFSIGNALED(c.status) ? 128 + WTERMSIG(c.status)
				     : WEXITSTATUS(c.status);
}
