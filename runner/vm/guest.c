// SPDX-License-Identifier: GPL-2.0-or-later
/* A guest from its start to its verdict: what it says is taken in as it comes. */
#include "vm/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "clock.h"
#include "vm/guest-parts.h"

enum {
	TEXT_MAX = 1 << 20,
	READS_MAX = 16, /* of one stream, before others have their turn */
};

static int logs_open(struct frag_guest *g, struct frag_error *e)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;

	g->console.fd = openat(g->haul.dirfd, "console.log", flags, 0644);
	g->qemu_log = openat(g->haul.dirfd, "qemu.log", flags, 0644);
	return g->console.fd < 0 || g->qemu_log < 0
		       ? frag_fail(e, -errno, "cannot keep the guest's console")
		       : 0;
}

int frag_guest_start(struct frag_guest **out,
		     const struct frag_guest_config *config,
		     struct frag_error *e)
{
	struct frag_guest *g = calloc(1, sizeof(*g));
	int initramfs = -1;
	int rc;

	*out = NULL;
	if (!g)
		return frag_fail(e, -ENOMEM, "cannot start a guest");
	g->config = *config;
	g->pidfd = g->qemu_log = g->console.fd = g->haul.dirfd = -1;
	for (unsigned i = 0; i < FRAG_STREAMS; i++)
		g->fds[i] = -1;
	snprintf(g->progress, sizeof(g->progress), "boots");
	rc = frag_haul_begin(&g->haul, config->output, e);
	if (!rc)
		rc = logs_open(g, e);
	if (!rc)
		rc = frag_guest_initramfs(config, &initramfs, e);
	if (!rc)
		rc = frag_guest_spawn(g, initramfs, e);
	if (initramfs >= 0)
		close(initramfs);
	g->start_ns = frag_now();
	/* Borrowed for the start alone. */
	g->config.job = NULL;
	g->config.append = NULL;
	g->config.modules = NULL;
	if (rc)
		frag_guest_free(g);
	else
		*out = g;
	return rc;
}

unsigned frag_guest_fds(const struct frag_guest *g,
			struct pollfd p[FRAG_GUEST_FDS])
{
	unsigned n = 0;

	for (unsigned i = 0; i < FRAG_STREAMS; i++)
		if (g->fds[i] >= 0)
			p[n++] = (struct pollfd){ g->fds[i], POLLIN, 0 };
	if (g->pidfd >= 0)
		p[n++] = (struct pollfd){ g->pidfd, POLLIN, 0 };
	return n;
}

/* @ns after @from, or never. */
static uint64_t after(uint64_t from, uint64_t ns)
{
	return ns < UINT64_MAX - from ? from + ns : UINT64_MAX;
}

/* When its time is up, and what it would have failed at then. After an oops a
 * run may be stuck while PID 1 goes on: it has as long as a silent one. */
static uint64_t deadline(const struct frag_guest *g, enum frag_guest_end *end)
{
	const struct frag_guest_config *c = &g->config;
	uint64_t total = after(g->start_ns, c->total_ns);
	uint64_t first = g->heard_ns ? after(g->heard_ns, c->silent_ns)
				     : after(g->start_ns, c->boot_ns);

	if (g->oops_ns && after(g->oops_ns, c->silent_ns) < total)
		total = after(g->oops_ns, c->silent_ns);
	*end = g->heard_ns ? FRAG_GUEST_HANG : FRAG_GUEST_NO_BOOT;
	if (total >= first)
		return first;
	*end = FRAG_GUEST_LATE;
	return total;
}

uint64_t frag_guest_deadline(const struct frag_guest *g)
{
	enum frag_guest_end end;

	return g->killed ? UINT64_MAX : deadline(g, &end);
}

static void guest_kill(struct frag_guest *g, enum frag_guest_end why)
{
	if (g->killed)
		return;
	g->killed = why;
	syscall(SYS_pidfd_send_signal, g->pidfd, SIGKILL, NULL, 0);
}

/* The command's output, for people; of an endless one the beginning. */
static void text_keep(struct frag_guest *g, const char *data, size_t n)
{
	char *text;

	if (g->text_used + n > TEXT_MAX)
		return;
	text = realloc(g->result.text, g->text_used + n + 1);
	if (!text)
		return;
	memcpy(text + g->text_used, data, n);
	g->text_used += n;
	text[g->text_used] = '\0';
	g->result.text = text;
}

/* The last line of @data, into @to, without what would move a cursor. */
static void line_keep(char *to, size_t size, const char *data, size_t n)
{
	size_t begin = n;
	size_t used = 0;

	while (n && (data[n - 1] == '\n' || data[n - 1] == '\r'))
		n--;
	for (begin = n; begin && data[begin - 1] != '\n'; begin--)
		;
	for (; begin < n && used + 1 < size; begin++)
		if ((unsigned char)data[begin] >= ' ')
			to[used++] = data[begin];
	to[used] = '\0';
}

static int frame_take(void *ctx, enum frag_frame type, const char *data,
		      size_t n)
{
	struct frag_guest *g = ctx;
	int rc = 0;

	g->heard_ns = frag_now();
	if (type == FRAG_FRAME_HELLO) {
		g->result.boot_ns = g->heard_ns - g->start_ns;
		snprintf(g->progress, sizeof(g->progress), "runs");
	} else if (type == FRAG_FRAME_OUT) {
		text_keep(g, data, n);
	} else if (type == FRAG_FRAME_ERR && n) {
		line_keep(g->progress, sizeof(g->progress), data, n);
	} else if (type == FRAG_FRAME_FILE || type == FRAG_FRAME_DATA) {
		if (g->keep_error)
			return 0;
		rc = frag_haul_take(&g->haul, type, data, n);
		g->keep_error = rc;
		/* A guest that makes up paths is no reason to stop the others. */
		if (rc == -EPROTO)
			guest_kill(g, FRAG_GUEST_BROKEN);
	} else if (type == FRAG_FRAME_END && !g->end) {
		g->end = json_loadb(data, n, 0, NULL);
	}
	return rc == -EPROTO ? 0 : rc;
}

static int stream_take(struct frag_guest *g, unsigned which, const char *data,
		       size_t n)
{
	struct frag_channel *c = &g->channels[which == FRAG_STREAM_PORT];
	int rc = 0;

	switch (which) {
	case FRAG_STREAM_CONSOLE:
		rc = frag_console_feed(&g->console, data, n);
		if (!g->oops_ns && g->console.worst == FRAG_TROUBLE_OOPS)
			g->oops_ns = frag_now();
		return rc;
	case FRAG_STREAM_QEMU:
		line_keep(g->qemu_said, sizeof(g->qemu_said), data, n);
		return write(g->qemu_log, data, n) < 0 ? -errno : 0;
	default:
		rc = frag_channel_feed(c, data, n, frame_take, g);
	}
	/* A garbled stream is a matter of that guest: its verdict says so. */
	return rc == -EPROTO ? 0 : rc;
}

/* What waits in one stream: all of it, or up to @most portions. */
static int stream_read(struct frag_guest *g, unsigned which, unsigned most)
{
	char buf[64 << 10];
	ssize_t n;
	int rc = 0;

	while (!rc && g->fds[which] >= 0 && most--) {
		n = read(g->fds[which], buf, sizeof(buf));
		if (n > 0) {
			rc = stream_take(g, which, buf, (size_t)n);
		} else if (!n || errno != EAGAIN) {
			close(g->fds[which]);
			g->fds[which] = -1;
		} else {
			break;
		}
	}
	return rc;
}

static int streams_read(struct frag_guest *g, unsigned most,
			struct frag_error *e)
{
	int rc = 0;

	for (unsigned i = 0; i < FRAG_STREAMS && !rc; i++)
		rc = stream_read(g, i, most);
	if (!rc)
		return 0;
	frag_fail(e, rc, "cannot keep what a guest sends in %s",
		  g->config.output);
	frag_error_mend(e, "make room there, or choose another folder: -o DIR");
	return rc;
}

static json_t *summary_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	json_t *summary =
		fd < 0 ? NULL : frag_json_read(fd, "summary.json", NULL);

	if (fd >= 0)
		close(fd);
	return summary;
}

/* The last frame: are the results whole, and are its numbers ones that PID 1
 * would send? */
static bool end_take(struct frag_guest *g)
{
	json_int_t code = json_integer_value(json_object_get(g->end, "code"));
	json_int_t qemu = json_integer_value(json_object_get(g->end, "exit"));

	g->result.code = FRAG_EXIT_FAILED;
	if (!g->end || g->keep_error || code < 0 || code > 255 ||
	    !frag_haul_is_whole(&g->haul, g->end))
		return false;
	g->result.code = (int)code;
	g->exit = (int)qemu;
	return true;
}

/* QEMU is gone and everything it wrote is read. */
static int guest_finish(struct frag_guest *g, struct frag_error *e)
{
	struct frag_guest_result *r = &g->result;
	enum frag_haul_way way = FRAG_HAUL_LOGS;
	bool is_whole = end_take(g);

	r->total_ns = frag_now() - g->start_ns;
	frag_guest_judge(g, is_whole);
	g->is_over = true;
	if (r->end == FRAG_GUEST_DONE)
		way = FRAG_HAUL_RUN;
	else if (is_whole)
		way = FRAG_HAUL_FAILED;
	if (frag_haul_home(&g->haul, way, g->config.label, r->path,
			   sizeof(r->path), e))
		return -EIO;
	if (is_whole)
		r->summary = summary_read(r->path);
	return 0;
}

int frag_guest_work(struct frag_guest *g, bool *is_over, struct frag_error *e)
{
	struct pollfd p = { g->pidfd, POLLIN, 0 };
	enum frag_guest_end late;
	bool is_gone;
	int rc;

	*is_over = g->is_over;
	if (g->is_over)
		return 0;
	/* Asked before reading: what is read then is all there was. */
	is_gone = poll(&p, 1, 0) > 0;
	rc = streams_read(g, is_gone ? UINT_MAX : READS_MAX, e);
	if (rc)
		return rc;
	if (!is_gone) {
		if (frag_now() >= deadline(g, &late))
			guest_kill(g, late);
		return 0;
	}
	waitpid(g->pid, &g->status, 0);
	g->pid = 0;
	*is_over = true;
	return guest_finish(g, e);
}

const char *frag_guest_progress(const struct frag_guest *g)
{
	return g->progress;
}

const struct frag_guest_result *frag_guest_result(const struct frag_guest *g)
{
	return &g->result;
}

void frag_guest_free(struct frag_guest *g)
{
	if (!g)
		return;
	if (g->pid > 0) {
		kill(g->pid, SIGKILL);
		waitpid(g->pid, NULL, 0);
	}
	for (unsigned i = 0; i < FRAG_STREAMS; i++)
		if (g->fds[i] >= 0)
			close(g->fds[i]);
	if (g->pidfd >= 0)
		close(g->pidfd);
	if (g->console.fd >= 0)
		close(g->console.fd);
	if (g->qemu_log >= 0)
		close(g->qemu_log);
	frag_haul_drop(&g->haul);
	json_decref(g->end);
	json_decref(g->result.summary);
	free(g->result.text);
	free(g);
}
