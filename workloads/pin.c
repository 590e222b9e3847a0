// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two ways in which a process may hold a reference to frames of its own,
 * what each of them refuses, and what is then to be done about it.
 */
#include "fragbench/pin.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fragbench/files.h"
#include "fragbench/sieve.h"

enum {
	/* IORING_MAX_REG_BUFFERS before 5.13; 16384 since. */
	RING_MOST_OLD = 1024,
	PIPE_MOST = 4096,
	VECTORS_MOST = 1024, /* UIO_MAXIOV */
};

/* --- asking --- */

static int ring_open(void)
{
	struct io_uring_params p = { 0 };
	int fd = (int)syscall(SYS_io_uring_setup, 1, &p);

	return fd < 0 ? -errno : fd;
}

static int ring_register(int fd, unsigned what, const struct iovec *v,
			 unsigned n)
{
	return syscall(SYS_io_uring_register, fd, what, v, n) ? -errno : 0;
}

static const char *ring_mend(int rc)
{
	if (rc == -ENOSYS)
		return "use a kernel with CONFIG_IO_URING, or";
	if (rc == -ENOMEM)
		return "ulimit -Hl unlimited, or";
	return "sysctl -w kernel.io_uring_disabled=0, allow io_uring in the "
	       "container's seccomp profile, or";
}

int frag_pins_check(const char *who, const char *key, const char *how,
		    struct frag_error *e)
{
	struct rlimit before;
	int fd;

	if (strcmp(how, "io-uring"))
		return 0;
	/* As a worker will ask, which raises its limit first. */
	getrlimit(RLIMIT_MEMLOCK, &before);
	frag_sieve_memlock_raise();
	fd = ring_open();
	setrlimit(RLIMIT_MEMLOCK, &before);
	if (fd >= 0)
		return close(fd);
	frag_fail(e, fd, "%s cannot pin through io_uring here", who);
	frag_error_mend(e, "%s %s = vmsplice", ring_mend(fd), key);
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return fd;
}

int frag_pins_ask(struct frag_error *e)
{
	static char page[65536] __attribute__((aligned(65536)));
	struct iovec v = { page, (size_t)sysconf(_SC_PAGESIZE) };
	int end[2];
	int rc = 0;

	rc = ring_open();
	if (rc >= 0)
		return close(rc);
	if (pipe2(end, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	rc = vmsplice(end[1], &v, 1, SPLICE_F_NONBLOCK) < 0 ? -errno : 0;
	close(end[0]);
	close(end[1]);
	if (!rc)
		return 0;
	frag_fail(e, rc, "neither io_uring nor vmsplice works here");
	frag_error_mend(e, "%s a kernel with vmsplice", ring_mend(rc));
	return rc;
}

int frag_pins_open(struct frag_pins *p, struct frag_context *ctx,
		   const char *key, const char *how)
{
	*p = (struct frag_pins){
		.ctx = ctx,
		.key = key,
		.vectors = calloc(FRAG_PINS_AT_ONCE, sizeof(*p->vectors)),
		.is_ring_only = !strcmp(how, "io-uring"),
		.is_ring_off = !strcmp(how, "vmsplice"),
		.ring_most = FRAG_PINS_AT_ONCE,
		.memlock = frag_sieve_memlock_raise(),
	};
	return p->vectors ? 0 : -ENOMEM;
}

static void vectors_fill(struct frag_pins *p, const struct frag_pin_group *g)
{
	for (unsigned i = 0; i < g->n; i++) {
		p->vectors[i].iov_base = g->pages[i];
		p->vectors[i].iov_len = p->ctx->page_size;
	}
}

/* --- io_uring --- */

/* Pin the pages of @g, which has room for p->ring_most of them. */
static int ring_pin(struct frag_pins *p, struct frag_pin_group *g)
{
	int rc;

	if (g->n > p->ring_most)
		g->n = p->ring_most;
	if (g->fd < 0)
		g->fd = ring_open();
	if (g->fd < 0)
		return g->fd;
	vectors_fill(p, g);
	rc = ring_register(g->fd, IORING_REGISTER_BUFFERS, p->vectors, g->n);
	if (rc != -EINVAL || g->n <= RING_MOST_OLD)
		return rc;
	p->ring_most = RING_MOST_OLD;
	return ring_pin(p, g);
}

static int ring_fail(const struct frag_pins *p, int rc)
{
	if (rc == -ENOMEM)
		return frag_give_up(p->ctx, rc,
				    "io_uring: no more memory may be locked "
				    "(RLIMIT_MEMLOCK: %ju kB); mend: ulimit -Hl "
				    "unlimited, or %s = vmsplice",
				    (uintmax_t)p->memlock >> 10, p->key);
	return frag_give_up(p->ctx, rc, "io_uring: %s; mend: %s %s = vmsplice",
			    strerror(-rc), ring_mend(rc), p->key);
}

/* --- vmsplice --- */

/* Make room for @want pages in the pipe, or as many as we may; returns how many
 * there is room for. */
static unsigned pipe_widen(int fd, unsigned want, size_t page_size)
{
	int size = -1;

	while (want &&
	       (size = fcntl(fd, F_SETPIPE_SZ, (int)(want * page_size))) < 0)
		want /= 2;
	if (size < 0)
		size = fcntl(fd, F_GETPIPE_SZ);
	return size < 0 ? 0 : (unsigned)((size_t)size / page_size);
}

/* Put pages of @p->vectors into the pipe; returns how many. */
static unsigned pipe_splice(const struct frag_pins *p, int fd, unsigned n)
{
	size_t page_size = p->ctx->page_size;
	unsigned done = 0;

	while (done < n) {
		unsigned left = n - done;
		ssize_t got =
			vmsplice(fd, p->vectors + done,
				 left < VECTORS_MOST ? left : VECTORS_MOST,
				 SPLICE_F_NONBLOCK);

		if (got < (ssize_t)page_size)
			break;
		done += (unsigned)((size_t)got / page_size);
	}
	return done;
}

/* Pin the pages of @g, or the first of them: g->n is how many then. */
static int pipe_pin(struct frag_pins *p, struct frag_pin_group *g)
{
	int end[2];
	unsigned room;

	if (pipe2(end, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	if (g->n > PIPE_MOST)
		g->n = PIPE_MOST;
	room = pipe_widen(end[1], g->n, p->ctx->page_size);
	if (g->n > room)
		g->n = room;
	vectors_fill(p, g);
	g->n = pipe_splice(p, end[1], g->n);
	close(end[1]);
	/* What is in it stays as long as there is a reader. */
	g->fd = end[0];
	g->is_pipe = true;
	return g->n ? 0 : -ENOMEM;
}

static int pipe_fail(const struct frag_pins *p, int rc)
{
	return frag_give_up(p->ctx, rc,
			    "vmsplice: %s; mend: ulimit -Hn 1048576; sysctl -w "
			    "fs.pipe-user-pages-soft=0 "
			    "fs.pipe-user-pages-hard=0; or fewer pages",
			    strerror(-rc));
}

/* --- groups --- */

/* Pin what @g names, or the first of it; 0 or a negative errno. */
static int group_pin(struct frag_pins *p, struct frag_pin_group *g)
{
	int rc = -ENOSYS;

	if (!p->is_ring_off) {
		rc = ring_pin(p, g);
		if (!rc)
			return 0;
		if (p->is_ring_only)
			return ring_fail(p, rc);
		/* Those that are pinned stay, and can be pinned anew. */
		p->is_ring_off = true;
		if (g->fd >= 0)
			close(g->fd);
		g->fd = -1;
	}
	rc = pipe_pin(p, g);
	return rc ? pipe_fail(p, rc) : 0;
}

/* A ring that is only closed lets go of its buffers some time later. */
static void group_free(struct frag_pin_group *g)
{
	if (g->fd >= 0 && !g->is_pipe)
		(void)ring_register(g->fd, IORING_UNREGISTER_BUFFERS, NULL, 0);
	if (g->fd >= 0)
		close(g->fd);
	free(g->pages);
	*g = (struct frag_pin_group){ .fd = -1 };
}

/* The number of a group that is in no use; -ENOMEM. */
static int group_spare(struct frag_pins *p)
{
	struct frag_pin_group *groups;

	for (unsigned i = 0; i < p->ngroups; i++)
		if (!p->groups[i].pages)
			return (int)i;
	/* Each has a descriptor. */
	frag_files_raise(p->ngroups + 1);
	groups = realloc(p->groups, (p->ngroups + 1) * sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	p->groups = groups;
	groups[p->ngroups] = (struct frag_pin_group){ .fd = -1 };
	return (int)p->ngroups++;
}

int frag_pins_add(struct frag_pins *p, char *const *pages, unsigned n,
		  unsigned *group)
{
	int at = group_spare(p);
	struct frag_pin_group *g;
	int rc;

	if (at < 0)
		return at;
	if (n > FRAG_PINS_AT_ONCE)
		n = FRAG_PINS_AT_ONCE;
	g = &p->groups[at];
	g->n = n;
	g->pages = calloc(n, sizeof(*g->pages));
	if (g->pages)
		memcpy(g->pages, pages, n * sizeof(*pages));
	rc = g->pages ? group_pin(p, g) : -ENOMEM;
	if (rc) {
		group_free(g);
		return rc;
	}
	*group = (unsigned)at;
	return (int)g->n;
}

int frag_pins_keep(struct frag_pins *p, unsigned group,
		   bool (*is_kept)(const void *arg, const char *page),
		   const void *arg)
{
	struct frag_pin_group *g = &p->groups[group];
	unsigned n = g->n;
	int rc;

	g->n = 0;
	for (unsigned i = 0; i < n; i++)
		if (is_kept(arg, g->pages[i]))
			g->pages[g->n++] = g->pages[i];
	if (g->n == n)
		return 0;
	if (g->is_pipe) {
		close(g->fd);
		g->fd = -1;
		rc = g->n ? pipe_pin(p, g) : 0;
		return rc ? pipe_fail(p, rc) : 0;
	}
	rc = ring_register(g->fd, IORING_UNREGISTER_BUFFERS, NULL, 0);
	if (!rc && g->n)
		rc = ring_pin(p, g);
	return rc ? ring_fail(p, rc) : 0;
}

void frag_pins_drop(struct frag_pins *p, unsigned group)
{
	group_free(&p->groups[group]);
}

void frag_pins_close(struct frag_pins *p)
{
	for (unsigned i = 0; i < p->ngroups; i++)
		group_free(&p->groups[i]);
	free(p->groups);
	free(p->vectors);
	*p = (struct frag_pins){ 0 };
}
