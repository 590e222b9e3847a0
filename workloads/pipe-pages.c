// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data left in pipes that nobody reads: pages of the kernel, one for each pipe,
 * so that any of them can be given back alone.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fragbench/files.h"
#include "fragbench/pick.h"
#include "fragbench/workload.h"

enum { DEPTH_MAX = 4096 };

struct pipes_options {
	uint64_t pages;
	uint64_t depth;
	const char *spread;
};

static const struct frag_option pipes_options[] = {
	{ "pages", 0, FRAG_COUNT, offsetof(struct pipes_options, pages), NULL,
	  "8192", 1, 1 << 24, "pages of each process" },
	{ "depth", 0, FRAG_COUNT, offsetof(struct pipes_options, depth), NULL,
	  "0", 0, DEPTH_MAX,
	  "pages in each pipe; 0: one, or as many as the limit of open files makes necessary" },
	{ "spread", 0, FRAG_CHOICE, offsetof(struct pipes_options, spread),
	  FRAG_PICKS, "even", 0, 0,
	  "which pipes a release closes, in the order in which they came" },
	{ 0 },
};

enum { PIPES, RELEASED };

static const struct frag_workload_counter pipes_counters[] = {
	[PIPES] = { "pipes", "count", "pipes filled" },
	[RELEASED] = { "released", "pages", "pages given back by releases" },
	{ 0 },
};

struct pipes_state {
	char *page; /* what is written, page_size bytes */
	int *fds; /* the read end of each pipe, -1: closed */
	uint64_t count; /* pipes filled so far */
	uint64_t held; /* of them */
	uint64_t total;
	uint64_t depth;
};

static uint64_t pipes_bytes(const void *options, unsigned processes,
			    size_t page_size)
{
	const struct pipes_options *o = options;
	uint64_t bytes;

	if (__builtin_mul_overflow(o->pages, processes * page_size, &bytes))
		return UINT64_MAX;
	return bytes;
}

static bool pipes_shrink(void *options, unsigned processes, size_t page_size,
			 uint64_t bytes)
{
	struct pipes_options *o = options;

	o->pages = bytes / processes / page_size;
	return o->pages > 0;
}

/* The least depth with which that many pages need no more than @files pipes. */
static uint64_t depth_fit(uint64_t pages, uint64_t files)
{
	uint64_t depth = 1;

	while (depth < DEPTH_MAX && (pages + depth - 1) / depth > files)
		depth *= 2;
	return depth;
}

static int pipes_setup(struct frag_context *ctx)
{
	const struct pipes_options *o = ctx->options;
	struct pipes_state *s = ctx->state;
	uint64_t want = (o->pages - 1) / (o->depth ? o->depth : 1) + 1;
	uint64_t files = frag_files_raise(want);

	files = files ? files : 1;
	s->depth = o->depth ? o->depth : depth_fit(o->pages, files);
	s->total = (o->pages - 1) / s->depth + 1;
	if (s->total > files)
		return frag_give_up(
			ctx, -EMFILE,
			"%ju pipes, one descriptor each, and no "
			"more than %ju may be open (RLIMIT_NOFILE); "
			"mend: ulimit -Hn %ju, depth = %ju, or more "
			"processes",
			(uintmax_t)s->total, (uintmax_t)files,
			(uintmax_t)s->total + FRAG_FILES_OTHERS,
			(uintmax_t)depth_fit(o->pages, files));
	s->page = calloc(1, ctx->page_size);
	s->fds = calloc(s->total, sizeof(*s->fds));
	return s->page && s->fds ? 0 : -ENOMEM;
}

/* Say which of the many limits of pipes it was. */
static int pipe_fail(struct frag_context *ctx, const char *what, int errnum)
{
	const struct pipes_state *s = ctx->state;
	const char *why = strerror(errnum);
	const char *mend = "fewer pages";

	if (errnum == EPERM || errnum == EAGAIN || errnum == EBUSY) {
		why = "fs.pipe-max-size, or this user's share of pages in pipes";
		mend = "sysctl -w fs.pipe-max-size=16777216 "
		       "fs.pipe-user-pages-soft=0, or depth = 1";
	} else if (errnum == ENFILE) {
		why = "fs.file-max, or fs.pipe-user-pages-hard";
		mend = "sysctl -w fs.pipe-user-pages-hard=0, or fewer pages";
	} else if (errnum == EMFILE) {
		why = "RLIMIT_NOFILE";
		mend = "ulimit -n unlimited, or more processes";
	}
	return frag_give_up(ctx, -errnum, "pipe %ju of %ju: %s: %s; mend: %s",
			    (uintmax_t)s->count + 1, (uintmax_t)s->total, what,
			    why, mend);
}

/* Fill the pipe with @pages pages, in room for just as many. */
static int pipe_fill(struct frag_context *ctx, int fd, uint64_t pages)
{
	struct pipes_state *s = ctx->state;

	/* The smaller its room, the less else is allocated for the pipe. */
	if (fcntl(fd, F_SETPIPE_SZ, (int)(s->depth * ctx->page_size)) < 0 &&
	    s->depth > 1)
		return pipe_fail(ctx, "its size", errno);
	for (uint64_t i = 0; i < pages; i++)
		if (write(fd, s->page, ctx->page_size) !=
		    (ssize_t)ctx->page_size)
			return pipe_fail(ctx, "its data", errno);
	return 0;
}

/* How many pages are in pipe @i: the last one may have fewer. */
static uint64_t pipe_pages(const struct frag_context *ctx, uint64_t i)
{
	const struct pipes_options *o = ctx->options;
	const struct pipes_state *s = ctx->state;
	uint64_t rest = o->pages - i * s->depth;

	return rest < s->depth ? rest : s->depth;
}

static int pipes_step(struct frag_context *ctx)
{
	struct pipes_state *s = ctx->state;
	uint64_t pages = pipe_pages(ctx, s->count);
	int end[2];
	int rc;

	if (pipe2(end, O_CLOEXEC | O_NONBLOCK))
		return pipe_fail(ctx, "pipe2", errno);
	rc = pipe_fill(ctx, end[1], pages);
	/* The read end alone keeps what is in it: half of the descriptors. */
	close(end[1]);
	if (rc) {
		close(end[0]);
		return rc;
	}
	s->fds[s->count++] = end[0];
	s->held++;
	frag_count(ctx, PIPES, 1);
	frag_add_pages(ctx, (int64_t)pages);
	return s->count < s->total ? FRAG_MORE : FRAG_DONE;
}

/* Close it: reading would leave the page with the pipe, for its next writer. */
static void pipe_close(struct frag_context *ctx, uint64_t i)
{
	struct pipes_state *s = ctx->state;
	uint64_t pages = pipe_pages(ctx, i);

	close(s->fds[i]);
	s->fds[i] = -1;
	s->held--;
	frag_add_pages(ctx, -(int64_t)pages);
	frag_count(ctx, RELEASED, pages);
}

static int pipes_release(struct frag_context *ctx, unsigned permille)
{
	const struct pipes_options *o = ctx->options;
	struct pipes_state *s = ctx->state;
	struct frag_pick pick =
		frag_pick_make(o->spread, s->held,
			       frag_permille_of(s->held, permille), &ctx->seed);

	for (uint64_t i = 0; i < s->count && !frag_is_stopping(ctx); i++)
		if (s->fds[i] >= 0 && frag_pick_next(&pick, &ctx->seed))
			pipe_close(ctx, i);
	return 0;
}

static void pipes_teardown(struct frag_context *ctx)
{
	struct pipes_state *s = ctx->state;

	for (uint64_t i = 0; i < s->count; i++)
		if (s->fds[i] >= 0)
			close(s->fds[i]);
	free(s->fds);
	free(s->page);
}

extern const struct frag_workload frag_workload_pipe_pages;
const struct frag_workload frag_workload_pipe_pages = {
	.name = "pipe-pages",
	.summary = "pages of data in pipes that nobody reads: unmovable",
	.about =
		"Writes one page into each of many pipes and keeps only the "
		"read ends. Every page is an order-0 allocation of the kernel "
		"(pipe_write, fs/pipe.c: alloc_page with GFP_HIGHUSER, which is "
		"not movable), from unmovable pageblocks, charged to the memory "
		"cgroup. Beside each stand a pipe_inode_info, an inode, a "
		"dentry and a file in the slabs, about a third of a page. A "
		"release closes every n-th pipe, whose page goes back to the "
		"free lists at once; its neighbours cannot be moved. Works "
		"as any user, within the limits of pipes and open files.",
	.options = pipes_options,
	.options_size = sizeof(struct pipes_options),
	.state_size = sizeof(struct pipes_state),
	.processes = 1,
	.cpus = "same",
	.counters = pipes_counters,
	.bytes = pipes_bytes,
	.shrink = pipes_shrink,
	.setup = pipes_setup,
	.step = pipes_step,
	.release = pipes_release,
	.teardown = pipes_teardown,
};
