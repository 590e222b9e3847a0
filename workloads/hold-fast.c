// SPDX-License-Identifier: GPL-2.0-or-later
/* Which blocks in pieces are pinned: the youngest that are loose, so that the
 * oldest are let loose again first. */
#include <stdlib.h>
#include <string.h>

#include "fragbench/kept.h"

enum { BLOCKS_AT_ONCE = 16 };

/* Blocks of a group. */
static unsigned group_most(const struct frag_kept *k)
{
	unsigned n = FRAG_PINS_AT_ONCE / k->parts;

	if (!n)
		return 1;
	return n < BLOCKS_AT_ONCE ? n : BLOCKS_AT_ONCE;
}

int frag_fast_open(struct frag_fast *f, struct frag_context *ctx,
		   struct frag_kept *k, const char *key, const char *how)
{
	f->kept = k;
	f->group = calloc(k->blocks.room, sizeof(*f->group));
	f->pages = calloc((size_t)group_most(k) * k->parts, sizeof(*f->pages));
	if (!f->group || !f->pages)
		return -ENOMEM;
	return frag_pins_open(&f->pins, ctx, key, how);
}

/* Mark the blocks of which pages up to @end are pinned. */
static int tags_set(struct frag_fast *f, const uint32_t *slots, unsigned n,
		    unsigned pages, unsigned group)
{
	unsigned at = 0;
	int done = 0;

	for (unsigned i = 0; i < n && at < pages; i++) {
		f->kept->tags[slots[i]] = group + 1;
		at += f->kept->blocks.block[slots[i]].pages;
		done++;
	}
	return done;
}

int frag_fast_more(struct frag_fast *f, unsigned n)
{
	struct frag_kept *k = f->kept;
	uint32_t slots[BLOCKS_AT_ONCE];
	unsigned most = group_most(k);
	unsigned found = 0;
	unsigned pages = 0;
	unsigned group;
	int got;

	most = n < most ? n : most;
	for (uint32_t i = k->nlive; i && found < most; i--) {
		uint32_t slot = k->live[i - 1];

		if (k->tags[slot])
			continue;
		slots[found++] = slot;
		pages += frag_kept_pages(k, slot, f->pages + pages);
	}
	if (!pages)
		return 0;
	got = frag_pins_add(&f->pins, f->pages, pages, &group);
	if (got < 0)
		return got;
	f->group[f->ngroups++] = group;
	got = tags_set(f, slots, found, (unsigned)got, group);
	f->blocks += (uint32_t)got;
	return got;
}

uint32_t frag_fast_less(struct frag_fast *f)
{
	struct frag_kept *k = f->kept;
	uint32_t done = 0;
	unsigned group;

	if (!k || !f->ngroups)
		return 0;
	group = f->group[0];
	memmove(f->group, f->group + 1, --f->ngroups * sizeof(*f->group));
	frag_pins_drop(&f->pins, group);
	for (uint32_t i = 0; i < k->nlive; i++) {
		if (k->tags[k->live[i]] != group + 1)
			continue;
		k->tags[k->live[i]] = 0;
		done++;
	}
	f->blocks -= done;
	return done;
}

void frag_fast_close(struct frag_fast *f)
{
	if (f->kept)
		frag_pins_close(&f->pins);
	free(f->group);
	free(f->pages);
	*f = (struct frag_fast){ 0 };
}
