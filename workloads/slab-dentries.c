// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names and empty files by the thousand: dentries and inodes, which live in
 * slabs that count as reclaimable. Knows how they are dropped again a folder at
 * a time, without a machine-wide drop of caches.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fragbench/folder.h"
#include "fragbench/pick.h"
#include "fragbench/workload.h"

enum {
	/* sizeof(struct dentry) on 64 bits, Linux 5.10 to 6.18. */
	DENTRY = 192,
	/* A dentry and an inode with what hangs on it: 600 bytes on tmpfs, 1128
	 * on ext4. Rounded up, for what is asked for must fit. */
	INODE = 1536,
	/* A step looks up or makes that many names. */
	BATCH = 32,
};

struct dentries_options {
	uint64_t count;
	const char *kind;
	uint64_t group;
	const char *spread;
	const char *dir;
};

#define ROW(field) offsetof(struct dentries_options, field)

static const struct frag_option dentries_options[] = {
	{ "count", 0, FRAG_COUNT, ROW(count), NULL, "200000", 1, 1 << 28,
	  "names that each process looks up or makes" },
	{ "kind", 0, FRAG_CHOICE, ROW(kind), "negative|inodes", "negative", 0, 0,
	  "negative: names that are not there, a dentry each; inodes: empty files, a dentry and an inode each, while the disk has 1 % of its inodes left" },
	{ "group", 0, FRAG_COUNT, ROW(group), NULL, "256", 1, 65536,
	  "names in a folder; they came one after the other and are released together" },
	{ "spread", 0, FRAG_CHOICE, ROW(spread), FRAG_PICKS, "even", 0, 0,
	  "which folders a release drops, in the order in which they came" },
	FRAG_FOLDER_ROW(ROW(dir)),
	{ 0 },
};

enum { NAMES, FOLDERS, RELEASED };

static const struct frag_workload_counter dentries_counters[] = {
	[NAMES] = { "names", "count", "names looked up or made" },
	[FOLDERS] = { "folders", "count", "folders that they are in" },
	[RELEASED] = { "released", "count", "names dropped by releases" },
	{ 0 },
};

struct dentries_state {
	struct frag_folder folder;
	bool *is_held; /* of each group */
	uint64_t groups;
	uint64_t held; /* groups */
	uint64_t names;
	int fd; /* the folder that is being filled */
	bool is_open;
};

static bool is_negative(const struct dentries_options *o)
{
	return !strcmp(o->kind, "negative");
}

/* Pages of slabs that @names take; the last one may be half full. */
static uint64_t names_pages(const struct dentries_options *o, uint64_t names,
			    size_t page_size)
{
	uint64_t each = page_size / (is_negative(o) ? DENTRY : INODE);

	return (names + each - 1) / each;
}

static uint64_t dentries_bytes(const void *options, unsigned processes,
			       size_t page_size)
{
	const struct dentries_options *o = options;

	return names_pages(o, o->count, page_size) * page_size * processes;
}

static bool dentries_shrink(void *options, unsigned processes, size_t page_size,
			    uint64_t bytes)
{
	struct dentries_options *o = options;

	o->count = bytes / processes / page_size *
		   (page_size / (is_negative(o) ? DENTRY : INODE));
	return o->count > 0;
}

static int dentries_check(const void *options, unsigned processes,
			  struct frag_error *e)
{
	const struct dentries_options *o = options;
	const char *base = frag_folder_base(o->dir);
	bool is_memory;
	int rc = frag_folder_check(o->dir, &is_memory, e);

	(void)processes;
	if (rc || !is_memory || !is_negative(o))
		return rc;
	frag_fail(e, 0, "slab-dentries: no negative dentries in %s", base);
	frag_error_why(
		e,
		"it is a tmpfs or ramfs, which forgets names that are not there (simple_lookup in fs/libfs.c)");
	frag_error_mend(e,
			"--kind inodes, or --dir DIR with a folder on a disk");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -EOPNOTSUPP;
}

static int dentries_setup(struct frag_context *ctx)
{
	const struct dentries_options *o = ctx->options;
	struct dentries_state *s = ctx->state;

	s->groups = (o->count - 1) / o->group + 1;
	s->is_held = calloc(s->groups, sizeof(*s->is_held));
	if (!s->is_held)
		return -ENOMEM;
	return frag_folder_make(ctx, &s->folder, o->dir);
}

/* Begin with group @n: make its folder. */
static int group_open(struct frag_context *ctx, uint64_t n)
{
	struct dentries_state *s = ctx->state;
	char name[24];

	snprintf(name, sizeof(name), "%ju", (uintmax_t)n);
	if (mkdirat(s->folder.fd, name, 0700))
		return -errno;
	s->fd = openat(s->folder.fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s->fd < 0)
		return -errno;
	s->is_open = true;
	s->is_held[n] = true;
	s->held++;
	frag_count(ctx, FOLDERS, 1);
	return 0;
}

static void group_close(struct dentries_state *s)
{
	if (s->is_open)
		close(s->fd);
	s->is_open = false;
}

/* One name: looked up in vain, which the kernel remembers, or made. */
static int name_add(const struct dentries_options *o, int folder, uint64_t n)
{
	struct stat st;
	char name[24];
	int fd;

	/* Short: a name of 32 and more would be memory of its own. */
	snprintf(name, sizeof(name), "%ju", (uintmax_t)n);
	if (is_negative(o))
		return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) &&
				       errno != ENOENT
			       ? -errno
			       : 0;
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int names_fail(struct frag_context *ctx, int rc)
{
	const struct dentries_state *s = ctx->state;
	const char *why = strerror(-rc);
	const char *mend = "--dir DIR, a folder on a disk";

	if (rc == -ENOSPC || rc == -EDQUOT) {
		why = "no room, or no inodes";
		mend = "--count with fewer, or --dir DIR, where there is (see "
		       "df, df -i)";
	}
	return frag_give_up(ctx, rc, "name %ju in %.80s: %s; mend: %s",
			    (uintmax_t)s->names + 1, s->folder.path, why, mend);
}

static int dentries_step(struct frag_context *ctx)
{
	const struct dentries_options *o = ctx->options;
	struct dentries_state *s = ctx->state;
	uint64_t before = names_pages(o, s->names, ctx->page_size);
	int rc = 0;

	if (!is_negative(o) && frag_folder_is_short(s->folder.path))
		rc = -ENOSPC;
	if (!rc && s->names % o->group == 0)
		rc = group_open(ctx, s->names / o->group);
	for (unsigned n = 0; n < BATCH && !rc && s->names < o->count; n++) {
		rc = name_add(o, s->fd, s->names);
		if (rc)
			break;
		s->names++;
		frag_count(ctx, NAMES, 1);
		if (s->names % o->group == 0)
			break;
	}
	if (rc)
		return names_fail(ctx, rc);
	frag_add_pages(ctx, (int64_t)(names_pages(o, s->names, ctx->page_size) -
				      before));
	if (s->names % o->group && s->names < o->count)
		return FRAG_MORE;
	group_close(s);
	return s->names < o->count ? FRAG_MORE : FRAG_DONE;
}

/* Remove group @n: rmdir drops the negative dentries below (vfs_rmdir,
 * shrink_dcache_parent), unlink those of files and their inodes. */
static int group_drop(struct frag_context *ctx, uint64_t n)
{
	const struct dentries_options *o = ctx->options;
	struct dentries_state *s = ctx->state;
	uint64_t first = n * o->group;
	uint64_t end =
		first + o->group < s->names ? first + o->group : s->names;
	char name[64];

	for (uint64_t i = first; i < end && !is_negative(o); i++) {
		snprintf(name, sizeof(name), "%ju/%ju", (uintmax_t)n,
			 (uintmax_t)i);
		if (unlinkat(s->folder.fd, name, 0) && errno != ENOENT)
			return -errno;
	}
	snprintf(name, sizeof(name), "%ju", (uintmax_t)n);
	if (unlinkat(s->folder.fd, name, AT_REMOVEDIR))
		return -errno;
	s->is_held[n] = false;
	s->held--;
	frag_count(ctx, RELEASED, end - first);
	return 0;
}

static int dentries_release(struct frag_context *ctx, unsigned permille)
{
	const struct dentries_options *o = ctx->options;
	struct dentries_state *s = ctx->state;
	uint64_t pages = atomic_load(&ctx->share->pages);
	uint64_t all = s->held;
	struct frag_pick pick = frag_pick_make(
		o->spread, all, frag_permille_of(all, permille), &ctx->seed);
	int rc = 0;

	/* Its descriptor would keep the folder, and what is below. */
	group_close(s);
	for (uint64_t i = 0; i < s->groups && !rc && !frag_is_stopping(ctx);
	     i++)
		if (s->is_held[i] && frag_pick_next(&pick, &ctx->seed))
			rc = group_drop(ctx, i);
	if (all)
		frag_add_pages(ctx, -(int64_t)(pages - pages * s->held / all));
	return rc;
}

static void dentries_teardown(struct frag_context *ctx)
{
	struct dentries_state *s = ctx->state;

	group_close(s);
	frag_folder_remove(&s->folder);
	free(s->is_held);
}

static void dentries_sweep(const void *options)
{
	const struct dentries_options *o = options;

	frag_folder_sweep(NULL, o->dir);
}

extern const struct frag_workload frag_workload_slab_dentries;
const struct frag_workload frag_workload_slab_dentries = {
	.name = "slab-dentries",
	.summary = "dentries and inodes: slabs that count as reclaimable",
	.about =
		"Looks up names that are not there, or makes empty files, in a "
		"folder of its own. Each leaves a dentry (d_alloc in "
		"fs/dcache.c), and a file an inode as well: objects in slabs "
		"with SLAB_RECLAIM_ACCOUNT, whose pages come from reclaimable "
		"pageblocks (alloc_slab_page in mm/slub.c, __GFP_RECLAIMABLE). "
		"They cannot be moved, only reclaimed, and a slab goes only "
		"when all of its objects have gone. A release removes every "
		"n-th folder of group names, which came from neighbouring "
		"slabs: that alone drops them, the caches of others stay. "
		"tmpfs and ramfs, and so guests, remember no negative names, "
		"and the inodes of tmpfs are in slabs that are unmovable "
		"(shmem_inode_cache). A killed run leaves its folder, which "
		"the next one removes.",
	.options = dentries_options,
	.options_size = sizeof(struct dentries_options),
	.state_size = sizeof(struct dentries_state),
	.processes = 1,
	.cpus = "same",
	.counters = dentries_counters,
	.check = dentries_check,
	.bytes = dentries_bytes,
	.shrink = dentries_shrink,
	.setup = dentries_setup,
	.step = dentries_step,
	.release = dentries_release,
	.teardown = dentries_teardown,
	.sweep = dentries_sweep,
};
