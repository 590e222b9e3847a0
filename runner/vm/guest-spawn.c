// SPDX-License-Identifier: GPL-2.0-or-later
/* QEMU's command line and its process. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm/guest-parts.h"

enum { PIPE_BYTES = 1 << 20, EXIT_PORT = 0xf4 };

/* A stream that QEMU opens by the number of our pipe's other end. */
static void stream_add(struct frag_argv *a, const char *id, int fd)
{
	frag_argv_add(a, "-chardev");
	frag_argv_add(a, "file,id=%s,path=/dev/fd/%d", id, fd);
}

static void streams_add(struct frag_argv *a, const int theirs[FRAG_STREAMS])
{
	stream_add(a, "console", theirs[FRAG_STREAM_CONSOLE]);
	stream_add(a, "line", theirs[FRAG_STREAM_SERIAL]);
	stream_add(a, "port", theirs[FRAG_STREAM_PORT]);
	frag_argv_add(a, "-serial");
	frag_argv_add(a, "chardev:console");
	frag_argv_add(a, "-serial");
	frag_argv_add(a, "chardev:line");
	frag_argv_add(a, "-device");
	frag_argv_add(a, "virtio-serial-pci");
	frag_argv_add(a, "-device");
	frag_argv_add(a, "virtserialport,chardev=port,name=%s",
		      FRAG_CHANNEL_PORT);
	frag_argv_add(a, "-device");
	frag_argv_add(a, "isa-debug-exit,iobase=0x%x,iosize=0x04", EXIT_PORT);
}

static void accel_add(struct frag_argv *a, const char *accel)
{
	bool is_kvm = !strcmp(accel, "kvm");

	frag_argv_add(a, "-accel");
	frag_argv_add(a, is_kvm ? "kvm" : "tcg,thread=multi");
	frag_argv_add(a, "-cpu");
	frag_argv_add(a, is_kvm ? "host" : "max");
}

/* An emulated CPU gains nothing from mitigations but time. */
static void kernel_add(struct frag_argv *a, const struct frag_guest_config *c,
		       int initramfs)
{
	frag_argv_add(a, "-kernel");
	frag_argv_add(a, "%s", c->kernel->image);
	frag_argv_add(a, "-initrd");
	frag_argv_add(a, "/dev/fd/%d", initramfs);
	frag_argv_add(a, "-append");
	frag_argv_add(
		a,
		"console=ttyS0 panic=-1 loglevel=5%s rdinit=/fragbench %s -- guest",
		strcmp(c->accel, "kvm") ? " mitigations=off" : "",
		c->append ? c->append : "");
}

static void command_make(struct frag_argv *a, const struct frag_guest_config *c,
			 const int theirs[FRAG_STREAMS], int initramfs)
{
	char type[128] = "pc";

	frag_argv_add(a, "%s", c->qemu);
	frag_argv_add(a, "-nodefaults");
	frag_argv_add(a, "-no-user-config");
	frag_argv_add(a, "-no-reboot");
	frag_argv_add(a, "-nic");
	frag_argv_add(a, "none");
	frag_argv_add(a, "-display");
	frag_argv_add(a, "none");
	accel_add(a, c->accel);
	frag_vm_machine_args(c->machine, a, type, sizeof(type));
	frag_argv_add(a, "-machine");
	frag_argv_add(a, "%s", type);
	kernel_add(a, c, initramfs);
	streams_add(a, theirs);
}

/* ^C at the terminal is for fragbench, which ends its guests; whatever ends
 * fragbench ends them, too. */
_Noreturn static void qemu_exec(char *const *argv, int log,
				const int theirs[FRAG_STREAMS], int initramfs,
				pid_t parent)
{
	int null = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	dup2(null, STDIN_FILENO);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	for (unsigned i = 0; i < FRAG_STREAM_QEMU; i++)
		fcntl(theirs[i], F_SETFD, 0);
	fcntl(initramfs, F_SETFD, 0);
	execv(argv[0], argv);
	fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int pipes_make(int ours[FRAG_STREAMS], int theirs[FRAG_STREAMS])
{
	for (unsigned i = 0; i < FRAG_STREAMS; i++) {
		int p[2];

		if (pipe2(p, O_CLOEXEC))
			return -errno;
		ours[i] = p[0];
		theirs[i] = p[1];
		fcntl(ours[i], F_SETFL, O_NONBLOCK);
		(void)fcntl(ours[i], F_SETPIPE_SZ, PIPE_BYTES);
	}
	return 0;
}

int frag_guest_spawn(struct frag_guest *g, int initramfs, struct frag_error *e)
{
	int theirs[FRAG_STREAMS] = { -1, -1, -1, -1 };
	struct frag_argv a = { .count = 0 };
	pid_t self = getpid();
	int rc = pipes_make(g->fds, theirs);

	if (!rc) {
		command_make(&a, &g->config, theirs, initramfs);
		g->pid = fork();
		rc = g->pid < 0 ? -errno : 0;
	}
	if (!rc && !g->pid)
		qemu_exec(a.argv, theirs[FRAG_STREAM_QEMU], theirs, initramfs,
			  self);
	if (!rc) {
		setpgid(g->pid, 0);
		g->pidfd = (int)syscall(SYS_pidfd_open, g->pid, 0);
		rc = g->pidfd < 0 ? -errno : 0;
	}
	for (unsigned i = 0; i < FRAG_STREAMS; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	frag_argv_free(&a);
	return rc ? frag_fail(e, rc, "cannot start %s", g->config.qemu) : 0;
}

int frag_qemu_find(char *path, size_t size, struct frag_error *e)
{
	const char *own = getenv("FRAGBENCH_QEMU");
	const char *at = getenv("PATH");

	snprintf(path, size, "%s", own ? own : "");
	while (!own && at && *at) {
		size_t n = strcspn(at, ":");

		snprintf(path, size, "%.*s/qemu-system-x86_64", (int)n, at);
		if (!access(path, X_OK))
			return 0;
		at += n + (at[n] == ':');
	}
	if (own && !access(own, X_OK))
		return 0;
	frag_fail(e, 0, "cannot start a guest");
	if (own)
		frag_error_why(e, "FRAGBENCH_QEMU=%s is no program", own);
	else
		frag_error_why(e, "there is no qemu-system-x86_64 in PATH");
	frag_error_mend(e, "as root, apt-get install qemu-system-x86");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOENT;
}

/* "QEMU emulator version 7.2.22 (Debian ...)". */
void frag_qemu_version(const char *qemu, char *version, size_t size)
{
	char text[256] = "";
	const char *at;
	ssize_t n = 0;
	pid_t pid;
	int p[2];

	*version = '\0';
	if (pipe2(p, O_CLOEXEC))
		return;
	pid = fork();
	if (!pid) {
		dup2(p[1], STDOUT_FILENO);
		execl(qemu, qemu, "--version", (char *)NULL);
		_exit(127);
	}
	close(p[1]);
	if (pid > 0) {
		n = read(p[0], text, sizeof(text) - 1);
		waitpid(pid, NULL, 0);
	}
	close(p[0]);
	text[n > 0 ? n : 0] = '\0';
	at = strstr(text, "version ");
	if (at)
		snprintf(version, size, "%.*s", (int)strcspn(at + 8, " \n"),
			 at + 8);
}
