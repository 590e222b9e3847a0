// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages that cannot be moved because somebody holds a reference to their
 * frames, as device drivers do: buffers registered with io_uring, or where that
 * cannot be had, pages spliced into pipes.
 */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fragbench/sieve.h"

enum {
	/* So many in a step, which is to be short: a pin may take 10 us. */
	PIN_AT_ONCE = 4096,
	/* IORING_MAX_REG_BUFFERS before 5.13; 16384 since. */
	RING_MOST_OLD = 1024,
	PIPE_MOST = 4096,
	VECTORS_MOST = 1024, /* UIO_MAXIOV */
};

struct pinned_options {
	struct frag_sieve_options sieve;
	const char *how;
};

static const struct frag_option pinned_options[] = {
	FRAG_SIEVE_ROWS("pinned",
			"share of those blocks whose kept pages are pinned"),
	{ "how", 0, FRAG_CHOICE, offsetof(struct pinned_options, how),
	  "auto|io-uring|vmsplice", "auto", 0, 0,
	  "what holds the pages; auto: io_uring, and vmsplice for what that refuses" },
	{ 0 },
};

enum { BY_RING = FRAG_SIEVE_COUNTERS, BY_PIPE };

static const struct frag_workload_counter pinned_counters[] = {
	FRAG_SIEVE_COUNTER_ROWS,
	[BY_RING] = { "by-io-uring", "pages", "pages pinned through io_uring" },
	[BY_PIPE] = { "by-vmsplice", "pages", "pages pinned through vmsplice" },
	{ 0 },
};

/* Pages that are pinned and let go of together, by one descriptor. */
struct group {
	int fd;
	bool is_pipe;
	unsigned n;
	uint32_t *pages;
};

struct pinned_state {
	struct frag_sieve sieve;
	struct iovec *vectors; /* PIN_AT_ONCE of them */
	struct group *groups;
	unsigned ngroups;
	unsigned ring_most; /* 0: not through io_uring */
	uint64_t memlock; /* bytes */
};

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
		return "use a kernel with CONFIG_IO_URING, or how = vmsplice";
	if (rc == -ENOMEM)
		return "ulimit -Hl unlimited, or how = vmsplice";
	return "sysctl -w kernel.io_uring_disabled=0, allow io_uring in the "
	       "container's seccomp profile, or how = vmsplice";
}

static int pinned_check(const void *options, unsigned processes,
			struct frag_error *e)
{
	const struct pinned_options *o = options;
	struct rlimit before;
	int fd;

	(void)processes;
	if (strcmp(o->how, "io-uring"))
		return 0;
	/* As a worker will ask, which raises its limit first. */
	getrlimit(RLIMIT_MEMLOCK, &before);
	frag_sieve_memlock_raise();
	fd = ring_open();
	setrlimit(RLIMIT_MEMLOCK, &before);
	if (fd >= 0)
		return close(fd);
	frag_fail(e, fd, "pinned-pages cannot pin through io_uring here");
	frag_error_mend(e, "%s", ring_mend(fd));
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return fd;
}

static int pinned_setup(struct frag_context *ctx)
{
	const struct pinned_options *o = ctx->options;
	struct pinned_state *s = ctx->state;
	int rc = frag_sieve_setup(ctx, &s->sieve);

	s->vectors = calloc(PIN_AT_ONCE, sizeof(*s->vectors));
	s->ring_most = strcmp(o->how, "vmsplice") ? PIN_AT_ONCE : 0;
	s->memlock = frag_sieve_memlock_raise();
	if (!rc && !s->vectors)
		rc = -ENOMEM;
	return rc;
}

static void vectors_fill(struct pinned_state *s, const uint32_t *pages,
			 unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		s->vectors[i].iov_base =
			frag_sieve_address(&s->sieve, pages[i]);
		s->vectors[i].iov_len = s->sieve.page_size;
	}
}

/* --- io_uring --- */

/* Pin the pages of @g, which has room for s->ring_most of them. */
static int ring_pin(struct pinned_state *s, struct group *g)
{
	int rc;

	if (g->n > s->ring_most)
		g->n = s->ring_most;
	if (g->fd < 0)
		g->fd = ring_open();
	if (g->fd < 0)
		return g->fd;
	vectors_fill(s, g->pages, g->n);
	rc = ring_register(g->fd, IORING_REGISTER_BUFFERS, s->vectors, g->n);
	if (rc != -EINVAL || g->n <= RING_MOST_OLD)
		return rc;
	s->ring_most = RING_MOST_OLD;
	return ring_pin(s, g);
}

static int ring_fail(struct frag_context *ctx, int rc)
{
	const struct pinned_state *s = ctx->state;

	if (rc == -ENOMEM)
		return frag_give_up(ctx, rc,
				    "io_uring: no more memory may be locked "
				    "(RLIMIT_MEMLOCK: %ju kB); mend: ulimit -Hl "
				    "unlimited, or how = vmsplice",
				    (uintmax_t)s->memlock >> 10);
	return frag_give_up(ctx, rc, "io_uring: %s; mend: %s", strerror(-rc),
			    ring_mend(rc));
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

/* Put pages of @s->vectors into the pipe; returns how many. */
static unsigned pipe_splice(const struct pinned_state *s, int fd, unsigned n)
{
	unsigned done = 0;

	while (done < n) {
		unsigned left = n - done;
		ssize_t got =
			vmsplice(fd, s->vectors + done,
				 left < VECTORS_MOST ? left : VECTORS_MOST,
				 SPLICE_F_NONBLOCK);

		if (got < (ssize_t)s->sieve.page_size)
			break;
		done += (unsigned)((size_t)got / s->sieve.page_size);
	}
	return done;
}

/* Pin the pages of @g, or the first of them: g->n is how many then. */
static int pipe_pin(struct pinned_state *s, struct group *g)
{
	int end[2];
	unsigned room;

	if (pipe2(end, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	if (g->n > PIPE_MOST)
		g->n = PIPE_MOST;
	room = pipe_widen(end[1], g->n, s->sieve.page_size);
	if (g->n > room)
		g->n = room;
	vectors_fill(s, g->pages, g->n);
	g->n = pipe_splice(s, end[1], g->n);
	close(end[1]);
	/* What is in it stays as long as there is a reader. */
	g->fd = end[0];
	g->is_pipe = true;
	return g->n ? 0 : -ENOMEM;
}

static int pipe_fail(struct frag_context *ctx, int rc)
{
	return frag_give_up(ctx, rc,
			    "vmsplice: %s; mend: ulimit -Hn 1048576; sysctl -w "
			    "fs.pipe-user-pages-soft=0 "
			    "fs.pipe-user-pages-hard=0; or fewer pages",
			    strerror(-rc));
}

static int vmsplice_ask(struct frag_error *e)
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
	frag_error_mend(e, "%s", ring_mend(rc));
	return rc;
}

/* --- groups --- */

/* Pin what @g names, or the first of it; 0 or a negative errno. */
static int group_pin(struct frag_context *ctx, struct group *g)
{
	const struct pinned_options *o = ctx->options;
	struct pinned_state *s = ctx->state;
	int rc = -ENOSYS;

	if (s->ring_most) {
		rc = ring_pin(s, g);
		if (!rc)
			return 0;
		if (!strcmp(o->how, "io-uring"))
			return ring_fail(ctx, rc);
		s->ring_most = 0;
		if (g->fd >= 0)
			close(g->fd);
		g->fd = -1;
	}
	rc = pipe_pin(s, g);
	return rc ? pipe_fail(ctx, rc) : 0;
}

/* A ring that is only closed lets go of its buffers some time later. */
static void group_free(struct group *g)
{
	if (g->fd >= 0 && !g->is_pipe)
		(void)ring_register(g->fd, IORING_UNREGISTER_BUFFERS, NULL, 0);
	if (g->fd >= 0)
		close(g->fd);
	free(g->pages);
	*g = (struct group){ .fd = -1 };
}

/* A new group of the first of @n pages; how many those are, or a negative
 * errno. */
static int group_add(struct frag_context *ctx,
		     const struct frag_sieve_page *chosen, unsigned n)
{
	struct pinned_state *s = ctx->state;
	struct group *groups =
		realloc(s->groups, (s->ngroups + 1) * sizeof(*groups));
	struct group *g;
	int rc;

	if (!groups)
		return -ENOMEM;
	s->groups = groups;
	g = &groups[s->ngroups];
	*g = (struct group){ .fd = -1, .n = n };
	g->pages = calloc(n, sizeof(*g->pages));
	for (unsigned i = 0; g->pages && i < n; i++)
		g->pages[i] = chosen[i].page;
	rc = g->pages ? group_pin(ctx, g) : -ENOMEM;
	if (rc) {
		group_free(g);
		return rc;
	}
	for (unsigned i = 0; i < g->n; i++)
		s->sieve.marks[g->pages[i]] = FRAG_SIEVE_FAST;
	frag_count(ctx, g->is_pipe ? BY_PIPE : BY_RING, g->n);
	s->ngroups++;
	return (int)g->n;
}

static int pinned_hold(struct frag_context *ctx, struct frag_sieve *sieve,
		       const struct frag_sieve_page *chosen, unsigned n)
{
	int done;

	(void)sieve;
	for (; n; chosen += done, n -= (unsigned)done) {
		done = group_add(ctx, chosen, n);
		if (done < 0)
			return done;
	}
	return 0;
}

/* Let go of all of the group, and pin anew what is not loose. For a moment
 * nothing of it is pinned: kernels before 5.13 cannot take one buffer away. */
static int group_loosen(struct frag_context *ctx, struct pinned_state *s,
			struct group *g)
{
	uint8_t *marks = s->sieve.marks;
	unsigned n = g->n;
	int rc;

	g->n = 0;
	for (unsigned i = 0; i < n; i++)
		if (marks[g->pages[i]] == FRAG_SIEVE_FAST)
			g->pages[g->n++] = g->pages[i];
	if (g->n == n)
		return 0;
	if (g->is_pipe) {
		close(g->fd);
		g->fd = -1;
		rc = g->n ? pipe_pin(s, g) : 0;
		return rc ? pipe_fail(ctx, rc) : 0;
	}
	rc = ring_register(g->fd, IORING_UNREGISTER_BUFFERS, NULL, 0);
	if (!rc && g->n)
		rc = ring_pin(s, g);
	return rc ? ring_fail(ctx, rc) : 0;
}

static int pinned_loosen(struct frag_context *ctx, struct frag_sieve *sieve)
{
	struct pinned_state *s = ctx->state;
	int rc = 0;

	(void)sieve;
	for (unsigned i = 0; i < s->ngroups && !rc && !frag_is_stopping(ctx);
	     i++)
		rc = group_loosen(ctx, s, &s->groups[i]);
	return rc;
}

static const struct frag_sieve_holder pinned_holder = { PIN_AT_ONCE,
							pinned_hold,
							pinned_loosen };

static int pinned_step(struct frag_context *ctx)
{
	struct pinned_state *s = ctx->state;

	return frag_sieve_step(ctx, &s->sieve, &pinned_holder);
}

static int pinned_release(struct frag_context *ctx, unsigned permille)
{
	struct pinned_state *s = ctx->state;

	return frag_sieve_release(ctx, &s->sieve, &pinned_holder, permille);
}

static void pinned_teardown(struct frag_context *ctx)
{
	struct pinned_state *s = ctx->state;

	for (unsigned i = 0; i < s->ngroups; i++)
		group_free(&s->groups[i]);
	free(s->groups);
	free(s->vectors);
	frag_sieve_free(&s->sieve);
}

static const struct frag_need pinned_needs[] = {
	{ FRAG_NEED_CALL, "io_uring or vmsplice", "pinning pages", vmsplice_ask,
	  0 },
	{ 0 },
};

extern const struct frag_workload frag_workload_pinned_pages;
const struct frag_workload frag_workload_pinned_pages = {
	.name = "pinned-pages",
	.summary =
		"pages pinned in frames chosen by number, one in each pageblock",
	.about =
		"Populates memory, reads its frame numbers from pagemap, keeps "
		"a page or a few in each pageblock, pins those of a share of "
		"the pageblocks, and gives the rest back with MADV_DONTNEED. "
		"Pinned are they as drivers do: buffers registered with "
		"io_uring (io_sqe_buffer_register, pin_user_pages with "
		"FOLL_LONGTERM, mm/gup.c), up to 4096 a ring; where io_uring "
		"is disabled, pages spliced into pipes (vmsplice, fs/splice.c). "
		"Compaction skips a page with more references than mappings "
		"(isolate_migratepages_block, mm/compaction.c): with 0 % "
		"pinned it makes whole blocks again, with 100 % none. Pins "
		"for long move a page out of movable zones and CMA first; "
		"`moved` counts those. Where frame numbers are hidden (no "
		"CAP_SYS_ADMIN) pages are chosen by address, and `by-address` "
		"counts them. A release lets go of kept pages, by address.",
	.options = pinned_options,
	.options_size = sizeof(struct pinned_options),
	.state_size = sizeof(struct pinned_state),
	.processes = 1,
	.cpus = "same",
	.needs = pinned_needs,
	.counters = pinned_counters,
	.check = pinned_check,
	.bytes = frag_sieve_bytes,
	.shrink = frag_sieve_shrink,
	.setup = pinned_setup,
	.step = pinned_step,
	.release = pinned_release,
	.teardown = pinned_teardown,
};
