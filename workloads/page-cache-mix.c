// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many small files written page by page, with anonymous pages in between: page
 * cache, dentries, inodes and process memory come from the free lists in one
 * stream, as in the workload that the kernel's anti-fragmentation series were
 * measured with.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fragbench/folder.h"
#include "fragbench/pick.h"
#include "fragbench/spread.h"
#include "fragbench/workload.h"

enum {
	FILES_A_FOLDER = 512,
	FILE_MAX = 1 << 20, /* bytes */
	READ_CHUNK = 64 << 10, /* bytes; no page is larger */
};

struct mix_options {
	uint64_t budget;
	uint64_t anon;
	uint64_t written;
	uint64_t file_size;
	const char *file_dist;
	const char *then;
	const char *spread;
	uint64_t floor;
	bool tmpfs;
	const char *dir;
};

#define ROW(field) offsetof(struct mix_options, field)

static const struct frag_option mix_options[] = {
	{ "budget", 0, FRAG_SIZE, ROW(budget), NULL, "256M", 8192, 1ULL << 40,
	  "file cache and anonymous memory of each process together" },
	{ "anon", 0, FRAG_SHARE, ROW(anon), NULL, "50%", 0, 900,
	  "share of the budget that is anonymous memory" },
	{ "written", 0, FRAG_COUNT, ROW(written), "PERCENT", "150", 1, 1000,
	  "file data written, in percent of the budget's other share: above 100, what was written first may be reclaimed" },
	{ "file-size", 0, FRAG_SIZE, ROW(file_size), NULL, "64k", 1, FILE_MAX,
	  "mean size of a file, rounded up to pages; none is larger than 1M" },
	{ "file-dist", 0, FRAG_CHOICE, ROW(file_dist), FRAG_SPREADS, "fixed", 0,
	  0,
	  "how the sizes spread around their mean (lognormal: sigma 1; pareto: alpha 1.5)" },
	{ "then", 0, FRAG_CHOICE, ROW(then), "hold|read|churn", "hold", 0, 0,
	  "when all is written: hold it; read files by chance; or remove them by chance and write others in their place" },
	{ "spread", 0, FRAG_CHOICE, ROW(spread), FRAG_PICKS, "even", 0, 0,
	  "which files and pages a release gives back, in the order in which they came" },
	{ "disk-floor", 0, FRAG_SIZE, ROW(floor), NULL, "1G", 0, 0,
	  "what stays free on the disk, whatever the processes write; a tmpfs or ramfs has none" },
	{ "tmpfs", 0, FRAG_FLAG, ROW(tmpfs), NULL, NULL, 0, 0,
	  "work on a tmpfs or ramfs as well, whose pages cannot be reclaimed; written is 100 there, at most" },
	FRAG_FOLDER_ROW(ROW(dir)),
	{ 0 },
};

enum { FILES, WRITTEN, ANON, READ, CHURNED, RELEASED };

static const struct frag_workload_counter mix_counters[] = {
	[FILES] = { "files", "count", "files written" },
	[WRITTEN] = { "written", "pages", "file data written" },
	[ANON] = { "anon", "pages", "anonymous pages taken" },
	[READ] = { "read", "pages", "file data read again (then = read)" },
	[CHURNED] = { "churned", "count",
		      "files removed for another one (then = churn)" },
	[RELEASED] = { "released", "pages",
		       "pages given back by releases, of both kinds" },
	{ 0 },
};

struct mix_state {
	struct frag_folder folder;
	uint64_t floor; /* bytes to find free, by all processes at one time */
	struct frag_spread sizes; /* pages */
	char *buffer; /* READ_CHUNK bytes, zeroed */
	uint32_t *files; /* pages of each, 0: none */
	uint64_t nfiles;
	uint64_t live; /* pages of all files that there are */
	uint64_t peak; /* the most that live ever was */
	uint64_t wanted; /* file pages to write in all */
	uint64_t written;
	uint64_t cache; /* file pages that the budget has room for */
	char *anon;
	uint64_t anon_wanted;
	uint64_t anon_touched;
	uint64_t anon_held;
	bool *is_anon_held;
	uint64_t due; /* how much of an anonymous page is due, in wanted-ths */
	uint64_t told; /* pages, to the runner */
};

static uint64_t mix_bytes(const void *options, unsigned processes,
			  size_t page_size)
{
	const struct mix_options *o = options;

	return o->budget / page_size * page_size * processes;
}

static bool mix_shrink(void *options, unsigned processes, size_t page_size,
		       uint64_t bytes)
{
	struct mix_options *o = options;

	o->budget = bytes / processes / page_size * page_size;
	return o->budget >= 2 * page_size;
}

/* File data to write, in percent of the budget's share. */
static uint64_t percent_of(const struct mix_options *o, bool is_memory)
{
	return is_memory && o->written > 100 ? 100 : o->written;
}

static int mix_check(const void *options, unsigned processes,
		     struct frag_error *e)
{
	const struct mix_options *o = options;
	const char *base = frag_folder_base(o->dir);
	uint64_t room = frag_folder_room(o->dir);
	uint64_t floor;
	uint64_t want;
	bool is_memory;

	if (frag_folder_check(o->dir, &is_memory, e))
		return -ENOENT;
	if (is_memory && !o->tmpfs) {
		frag_fail(e, 0, "page-cache-mix: %s is a tmpfs or ramfs", base);
		frag_error_why(e, "its pages cannot be reclaimed");
		frag_error_mend(e, "--dir DIR on a disk, or --tmpfs");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -EOPNOTSUPP;
	}
	want = o->budget / 1000 * (1000 - o->anon) / 100 *
	       percent_of(o, is_memory) * processes;
	floor = is_memory ? 0 : o->floor + (uint64_t)FILE_MAX * processes;
	if (want + floor <= room)
		return 0;
	frag_fail(e, 0, "page-cache-mix: no room for its files in %s", base);
	frag_error_why(e, "they take %ju of %ju MiB; disk-floor keeps %ju MiB",
		       (uintmax_t)want >> 20, (uintmax_t)room >> 20,
		       (uintmax_t)floor >> 20);
	frag_error_mend(e, "--dir DIR on a larger disk, or a smaller --budget");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOSPC;
}

static int mix_setup(struct frag_context *ctx)
{
	const struct mix_options *o = ctx->options;
	struct mix_state *s = ctx->state;
	uint64_t pages = o->budget / ctx->page_size;
	bool is_memory = false;

	frag_folder_check(o->dir, &is_memory, NULL);
	s->floor = is_memory ? 0 : o->floor + (uint64_t)FILE_MAX * ctx->count;
	s->anon_wanted = pages * o->anon / 1000;
	s->cache = pages - s->anon_wanted;
	s->wanted = s->cache * percent_of(o, is_memory) / 100;
	s->wanted += !s->wanted;
	s->sizes =
		frag_spread_make(o->file_dist,
				 (double)o->file_size / (double)ctx->page_size,
				 1, 1.5);
	s->buffer = calloc(1, READ_CHUNK);
	s->files = calloc(s->wanted, sizeof(*s->files));
	s->is_anon_held = calloc(s->anon_wanted + 1, sizeof(bool));
	if (!s->buffer || !s->files || !s->is_anon_held)
		return -ENOMEM;
	s->anon = mmap(NULL, (s->anon_wanted + 1) * ctx->page_size,
		       PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (s->anon == MAP_FAILED) {
		s->anon = NULL;
		return frag_no_space(ctx, s->anon_wanted * ctx->page_size);
	}
	madvise(s->anon, (s->anon_wanted + 1) * ctx->page_size,
		MADV_NOHUGEPAGE);
	return frag_folder_make(ctx, &s->folder, o->dir);
}

/*
 * Tell what is held now, of which @got pages are new. Of files no more is
 * counted than the budget has room for: where more was written, each file
 * counts for its part.
 */
static void held_tell(struct frag_context *ctx, uint64_t got)
{
	struct mix_state *s = ctx->state;
	uint64_t now = s->live;

	if (s->live > s->peak)
		s->peak = s->live;
	if (s->peak > s->cache)
		now = (uint64_t)((double)s->live * (double)s->cache /
				 (double)s->peak);
	now += s->anon_held;
	frag_add_pages(ctx, (int64_t)got);
	frag_add_pages(ctx, (int64_t)(now - s->told - got));
	s->told = now;
}

static void file_name(uint64_t n, char *name, size_t size)
{
	snprintf(name, size, "%ju/%ju", (uintmax_t)n / FILES_A_FOLDER,
		 (uintmax_t)n);
}

/* Open file @n to be written; its folder is made when there is none. */
static int file_make(struct mix_state *s, uint64_t n)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "%ju", (uintmax_t)n / FILES_A_FOLDER);
	if (n % FILES_A_FOLDER == 0 && mkdirat(s->folder.fd, name, 0700) &&
	    errno != EEXIST)
		return -errno;
	file_name(n, name, sizeof(name));
	fd = openat(s->folder.fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0600);
	return fd < 0 ? -errno : fd;
}

/* As many anonymous pages as are due beside one page of a file. */
static uint64_t anon_touch(struct frag_context *ctx)
{
	struct mix_state *s = ctx->state;
	uint64_t n = 0;

	for (s->due += s->anon_wanted;
	     s->due >= s->wanted && s->anon_touched < s->anon_wanted;
	     s->due -= s->wanted, n++) {
		s->anon[s->anon_touched * ctx->page_size] = 1;
		s->is_anon_held[s->anon_touched++] = true;
	}
	s->anon_held += n;
	frag_count(ctx, ANON, n);
	return n;
}

static int file_fail(struct frag_context *ctx, int rc)
{
	const struct mix_state *s = ctx->state;
	const char *why = strerror(-rc);

	if (rc == -ENOSPC || rc == -EDQUOT)
		why = "no room above disk-floor, or no inodes";
	return frag_give_up(ctx, rc,
			    "a file in %.90s: %s; mend: --dir DIR, or a "
			    "smaller --budget (see df, df -i)",
			    s->folder.path, why);
}

/* Write @pages to file @n, an anonymous page in between where one is due. */
static int file_write(struct frag_context *ctx, uint64_t n, uint64_t pages)
{
	struct mix_state *s = ctx->state;
	uint64_t got = 0;
	int fd;
	int rc = 0;

	if (frag_folder_room(s->folder.path) < s->floor)
		return file_fail(ctx, -ENOSPC);
	fd = file_make(s, n);
	if (fd < 0)
		return file_fail(ctx, fd);
	for (uint64_t i = 0; i < pages && !rc && !frag_is_stopping(ctx); i++) {
		/* A page at a time: more would come as one large folio. */
		if (write(fd, s->buffer, ctx->page_size) !=
		    (ssize_t)ctx->page_size) {
			rc = errno ? -errno : -ENOSPC;
			break;
		}
		s->files[n]++;
		s->live++;
		s->written += s->written < s->wanted;
		got += 1 + anon_touch(ctx);
		frag_count(ctx, WRITTEN, 1);
	}
	close(fd);
	frag_count(ctx, FILES, 1);
	held_tell(ctx, got);
	return rc ? file_fail(ctx, rc) : 0;
}

static void file_drop(struct mix_state *s, uint64_t n)
{
	char name[64];

	file_name(n, name, sizeof(name));
	unlinkat(s->folder.fd, name, 0);
	s->live -= s->files[n];
	s->files[n] = 0;
}

static int file_read(struct frag_context *ctx, uint64_t n)
{
	struct mix_state *s = ctx->state;
	char name[64];
	ssize_t got;
	int fd;

	file_name(n, name, sizeof(name));
	fd = openat(s->folder.fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return file_fail(ctx, -errno);
	while (!frag_is_stopping(ctx) &&
	       (got = read(fd, s->buffer, READ_CHUNK)) > 0)
		frag_count(ctx, READ, (uint64_t)got / ctx->page_size);
	close(fd);
	return 0;
}

/* All is written: read a file, or put another in its place. */
static int mix_go_on(struct frag_context *ctx)
{
	const struct mix_options *o = ctx->options;
	struct mix_state *s = ctx->state;
	uint64_t n = frag_random(&ctx->seed) % s->nfiles;
	uint64_t pages = s->files[n];

	if (!strcmp(o->then, "read"))
		return file_read(ctx, n);
	file_drop(s, n);
	frag_count(ctx, CHURNED, 1);
	return file_write(ctx, n, pages);
}

static int mix_step(struct frag_context *ctx)
{
	const struct mix_options *o = ctx->options;
	struct mix_state *s = ctx->state;
	uint64_t left = s->wanted - s->written;
	uint64_t most = FILE_MAX / ctx->page_size;
	int rc;

	if (!left)
		return mix_go_on(ctx);
	rc = file_write(ctx, s->nfiles,
			frag_spread_whole(&s->sizes, most < left ? most : left,
					  &ctx->seed));
	if (rc)
		return rc;
	s->nfiles++;
	return s->written < s->wanted || strcmp(o->then, "hold") ? FRAG_MORE
								 : FRAG_DONE;
}

static uint64_t files_release(struct frag_context *ctx, unsigned permille)
{
	const struct mix_options *o = ctx->options;
	struct mix_state *s = ctx->state;
	uint64_t before = s->live;
	uint64_t all = 0;
	struct frag_pick pick;

	for (uint64_t i = 0; i < s->nfiles; i++)
		all += s->files[i] > 0;
	pick = frag_pick_make(o->spread, all, frag_permille_of(all, permille),
			      &ctx->seed);
	for (uint64_t i = 0; i < s->nfiles && !frag_is_stopping(ctx); i++)
		if (s->files[i] && frag_pick_next(&pick, &ctx->seed))
			file_drop(s, i);
	return before - s->live;
}

static int mix_release(struct frag_context *ctx, unsigned permille)
{
	const struct mix_options *o = ctx->options;
	struct mix_state *s = ctx->state;
	uint64_t before = s->anon_held;
	struct frag_pick pick =
		frag_pick_make(o->spread, s->anon_held,
			       frag_permille_of(s->anon_held, permille),
			       &ctx->seed);
	int rc = 0;

	for (uint64_t i = 0; i < s->anon_touched && !frag_is_stopping(ctx);
	     i++) {
		if (!s->is_anon_held[i] || !frag_pick_next(&pick, &ctx->seed))
			continue;
		if (madvise(s->anon + i * ctx->page_size, ctx->page_size,
			    MADV_DONTNEED)) {
			rc = -errno;
			break;
		}
		s->is_anon_held[i] = false;
		s->anon_held--;
	}
	frag_count(ctx, RELEASED,
		   before - s->anon_held + files_release(ctx, permille));
	held_tell(ctx, 0);
	return rc;
}

static void mix_teardown(struct frag_context *ctx)
{
	struct mix_state *s = ctx->state;

	if (s->anon)
		munmap(s->anon, (s->anon_wanted + 1) * ctx->page_size);
	frag_folder_remove(&s->folder);
	free(s->is_anon_held);
	free(s->files);
	free(s->buffer);
}

static void mix_sweep(const void *o)
{
	frag_folder_sweep(NULL, ((const struct mix_options *)o)->dir);
}

extern const struct frag_workload frag_workload_page_cache_mix;
const struct frag_workload frag_workload_page_cache_mix = {
	.name = "page-cache-mix",
	.summary = "many small files, with anonymous memory in between",
	.about =
		"Writes small files page by page and touches anonymous pages in "
		"between, so that page cache (filemap_add_folio in mm/filemap.c: "
		"movable), inodes and dentries (reclaimable slabs) and process "
		"memory (do_anonymous_page in mm/memory.c) come from the free "
		"lists in one stream. Once memory is full, reclaim drops the "
		"oldest files between pages that stay, and slabs take movable "
		"pageblocks (extfrag events). The kernel's anti-fragmentation "
		"series were measured so (mmtests' thpfioscale: 64 KiB files, "
		"150 % of memory). Files are in a folder of its own.",
	.options = mix_options,
	.options_size = sizeof(struct mix_options),
	.state_size = sizeof(struct mix_state),
	.processes = 2,
	.cpus = "any",
	.counters = mix_counters,
	.check = mix_check,
	.bytes = mix_bytes,
	.shrink = mix_shrink,
	.setup = mix_setup,
	.step = mix_step,
	.release = mix_release,
	.teardown = mix_teardown,
	.sweep = mix_sweep,
};
