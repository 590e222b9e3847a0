// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The free lists of somebody else, as a target: a buddyinfo, a saved machine,
 * or a row that was published.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fragbench/freelists.h"
#include "fragbench/sculpt-parts.h"
#include "fragbench/suggest.h"

enum { SEED_ORDERS = 11, ZONES_MAX = 256, LIST_SIZE = 240 };

#define SEED "seed:"

struct seed {
	const char *name;
	uint64_t free[SEED_ORDERS];
};

/*
 * Of pages of 4 KiB, in one zone. A name that stands before a '-' (mint-before)
 * means all that begin with it, added up. blog-*: the blog post of 2017, a VM
 * of 2000 MB, zone DMA32: a module that takes blocks of 16 KiB and gives back
 * every other one; two processes that grow with sbrk, one of them killed.
 * mint-*: the article on Linux Mint 19.1 (4.15), before and after a write to
 * compact_memory.
 */
static const struct seed seeds[] = {
	{ "blog-start", { 114, 136, 104, 13, 12, 5, 8, 10, 6, 2, 447 } },
	{ "blog-loaded", { 60, 94, 92, 13, 10, 5, 9, 10, 5, 3, 56 } },
	{ "blog-unloaded", { 116, 145, 50098, 13, 10, 4, 9, 10, 5, 3, 56 } },
	{ "blog-module-compacted", { 48, 8, 50004, 12, 4, 2, 5, 3, 6, 2, 58 } },
	{ "blog-two", { 146, 138, 167, 127, 67, 3, 2, 2, 2, 3, 44 } },
	{ "blog-killed",
	  { 6446, 6410, 6335, 6271, 6214, 136, 21, 4, 4, 3, 47 } },
	{ "blog-compacted", { 142, 143, 117, 96, 61, 21, 21, 14, 13, 13, 229 } },
	{ "mint-before-dma32",
	  { 50311, 43673, 29118, 12645, 2612, 281, 27, 3, 1, 1, 0 } },
	{ "mint-before-normal",
	  { 19659, 17036, 8875, 3676, 184, 4, 2, 0, 0, 0, 0 } },
	{ "mint-after-dma32",
	  { 3914, 3343, 3081, 2300, 1471, 983, 637, 416, 262, 182, 57 } },
	{ "mint-after-normal",
	  { 1471, 1279, 1387, 916, 417, 215, 141, 86, 50, 45, 31 } },
};

enum { SEEDS = sizeof(seeds) / sizeof(*seeds) };

/* --- rows that were published --- */

/* Is @seed the one that is @wanted, or of the group of that name? What nobody
 * had at the same time is no group: blog, mint. */
static bool is_of(const struct seed *seed, const char *wanted)
{
	size_t n = strlen(wanted);

	return !strncmp(seed->name, wanted, n) &&
	       (!seed->name[n] ||
		(seed->name[n] == '-' && strchr(wanted, '-')));
}

static int seed_unknown(const char *wanted, struct frag_error *e)
{
	struct frag_suggest s = frag_suggest_for(wanted);
	char names[LIST_SIZE] = "";
	size_t n = 0;

	for (unsigned i = 0; i < SEEDS; i++) {
		frag_suggest_offer(&s, seeds[i].name);
		if (n < sizeof(names))
			n += (size_t)snprintf(names + n, sizeof(names) - n,
					      "%s%s", i ? ", " : "",
					      seeds[i].name);
	}
	frag_fail(e, 0, "like: no published row is called '%s'", wanted);
	frag_error_why(e, "there are %s", names);
	frag_error_mend(e, "--like " SEED "%s",
			s.best ? s.best : "blog-killed");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int seed_read(const char *wanted, struct frag_buddy *row,
		     struct frag_error *e)
{
	for (unsigned i = 0; i < SEEDS; i++) {
		struct frag_buddy one = { .orders = SEED_ORDERS };

		if (!is_of(&seeds[i], wanted))
			continue;
		memcpy(one.free, seeds[i].free, sizeof(seeds[i].free));
		frag_buddy_add(row, &one);
	}
	return row->orders ? 0 : seed_unknown(wanted, e);
}

/* --- files --- */

static bool is_chosen(const struct frag_sculpt_ask *ask, int node,
		      const char *zone)
{
	return (ask->node < 0 || ask->node == node) &&
	       (!ask->zone || !*ask->zone || !strcmp(ask->zone, zone));
}

static int row_missing(const struct frag_sculpt_ask *ask, const char *there,
		       struct frag_error *e)
{
	if (*there) {
		frag_fail(e, 0, "like: %s has no such row", ask->like);
		frag_error_why(e, "there are %s", there);
		frag_error_mend(
			e, "choose one of them with --numa-node and --zone");
	} else {
		frag_fail(e, 0, "like: %s is no buddyinfo", ask->like);
		frag_error_why(e, "no line in it is a row of free lists");
		frag_error_mend(e, "--like /proc/buddyinfo");
	}
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* Add the chosen lines of @f to @row; what there is, as text, into @there. */
static int lines_add(const struct frag_sculpt_ask *ask, FILE *f,
		     struct frag_buddy *row, char there[LIST_SIZE],
		     struct frag_error *e)
{
	char line[1024];
	size_t n = 0;

	there[0] = '\0';
	while (fgets(line, sizeof(line), f)) {
		struct frag_zone zone;
		int rc = frag_buddy_parse(line, strcspn(line, "\n"), &zone);

		if (rc < 0)
			return row_missing(ask, "", e);
		if (!rc)
			continue;
		if (is_chosen(ask, zone.node, zone.name))
			frag_buddy_add(row, &zone.buddy);
		if (n < LIST_SIZE)
			n += (size_t)snprintf(there + n, LIST_SIZE - n,
					      "%snode %d %s", n ? ", " : "",
					      zone.node, zone.name);
	}
	return 0;
}

/* Pages of the chosen zones of the saved machine below @root; 0: not known. */
static uint64_t managed_read(const struct frag_sculpt_ask *ask,
			     const char *root)
{
	struct frag_zone_span *spans = calloc(ZONES_MAX, sizeof(*spans));
	uint64_t managed = 0;
	int n = spans ? frag_zone_spans(root, spans, ZONES_MAX) : 0;

	for (int i = 0; i < n && i < ZONES_MAX; i++)
		if (is_chosen(ask, spans[i].node, spans[i].name))
			managed += spans[i].managed;
	free(spans);
	return managed;
}

static int file_read(const struct frag_sculpt_ask *ask, struct frag_buddy *row,
		     uint64_t *managed, struct frag_error *e)
{
	char path[PATH_MAX];
	char there[LIST_SIZE];
	struct stat st;
	bool is_folder = !stat(ask->like, &st) && S_ISDIR(st.st_mode);
	FILE *f;
	int rc;

	snprintf(path, sizeof(path), "%s%s", ask->like,
		 is_folder ? "/proc/buddyinfo" : "");
	f = fopen(path, "re");
	if (!f) {
		rc = frag_fail(e, -errno, "like: cannot read %s", path);
		frag_error_mend(e,
				"a file like /proc/buddyinfo, a folder made by "
				"'fragbench snapshot --save', or " SEED "NAME");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return rc;
	}
	rc = lines_add(ask, f, row, there, e);
	fclose(f);
	if (!rc && !row->orders)
		rc = row_missing(ask, there, e);
	if (is_folder && !rc)
		*managed = managed_read(ask, ask->like);
	return rc;
}

int frag_sculpt_like_read(const struct frag_sculpt_ask *ask,
			  struct frag_buddy *row, uint64_t *managed,
			  struct frag_error *e)
{
	*row = (struct frag_buddy){ 0 };
	*managed = 0;
	if (!strncmp(ask->like, SEED, strlen(SEED)))
		return seed_read(ask->like + strlen(SEED), row, e);
	return file_read(ask, row, managed, e);
}
