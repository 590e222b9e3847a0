// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Puts one picture of a machine together from the collectors: what is a must,
 * what may be missing, and when free memory and free lists disagree.
 */
#include "picture.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"

/* More than this many pages no machine has; the indices do not overflow. */
#define PAGES_MAX (1ULL << 48)

enum { UNLISTED_MIN = 64 << 20 };

void frag_picture_note(struct frag_picture *p, const char *fmt, ...)
{
	va_list args;

	if (p->nnotes == FRAG_NOTES_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(p->notes[p->nnotes++], sizeof(p->notes[0]), fmt, args);
	va_end(args);
}

/* --- zones ------------------------------------------------------------------ */

/* The free_0..free_N of a row; false when the row is not there any more. */
static bool row_buddy(const struct frag_table *t, unsigned row,
		      struct frag_buddy *b)
{
	char name[FRAG_COLUMN_NAME];

	memset(b, 0, sizeof(*b));
	for (unsigned o = 0; o < FRAG_ORDERS_MAX; o++) {
		uint64_t n;

		snprintf(name, sizeof(name), "free_%u", o);
		n = frag_table_cell(t, row, name);
		if (n == FRAG_ABSENT)
			break;
		b->free[b->orders++] = n;
	}
	return b->orders;
}

static bool buddy_is_sane(const struct frag_buddy *b)
{
	for (unsigned o = 0; o < b->orders; o++)
		if (b->free[o] > PAGES_MAX >> o)
			return false;
	return frag_buddy_pages(b) <= PAGES_MAX;
}

static void zone_from_row(struct frag_picture_zone *z,
			  const struct frag_table *t, unsigned row)
{
	const struct frag_row_key *key = &t->collect.shape.row_keys[row];
	char node[16];

	z->zone.node = atoi(frag_row_key_cell(key, 0, node, sizeof(node)));
	frag_row_key_cell(key, 1, z->zone.name, sizeof(z->zone.name));
	z->pcp_pages = frag_table_cell(t, row, "pcp_pages");
	z->boost = frag_table_cell(t, row, "boost");
	z->min = frag_table_cell(t, row, "min");
	z->low = frag_table_cell(t, row, "low");
	z->high = frag_table_cell(t, row, "high");
	z->managed = frag_table_cell(t, row, "managed");
}

static int zones_take(struct frag_picture *p, const struct frag_table *t,
		      struct frag_error *e)
{
	unsigned nrows = t->collect.shape.nrows;

	p->zones = calloc(nrows ? nrows : 1, sizeof(*p->zones));
	if (!p->zones)
		return frag_fail(e, -ENOMEM, "cannot hold %u zones", nrows);
	for (unsigned row = 0; row < nrows; row++) {
		struct frag_picture_zone *z = &p->zones[p->nzones];

		if (!row_buddy(t, row, &z->zone.buddy))
			continue;
		zone_from_row(z, t, row);
		p->nzones++;
	}
	return 0;
}

static void sum_add(uint64_t *sum, uint64_t value)
{
	if (value == FRAG_ABSENT)
		*sum = FRAG_ABSENT;
	else if (*sum != FRAG_ABSENT)
		*sum += value;
}

static int too_large_fail(const struct frag_picture *p,
			  const struct frag_zone *z, struct frag_error *e)
{
	frag_fail(e, 0, "cannot make sense of %.180s", p->origin);
	frag_error_why(e,
		       "node %d zone %s has more free memory than any machine",
		       z->node, z->name);
	frag_error_exit(e, p->is_live ? FRAG_EXIT_FAILED : FRAG_EXIT_USAGE);
	return -ERANGE;
}

int frag_picture_sum(struct frag_picture *p, struct frag_error *e)
{
	p->all.zone.node = -1;
	memcpy(p->all.zone.name, "all", sizeof("all"));
	for (unsigned i = 0; i < p->nzones; i++) {
		const struct frag_picture_zone *z = &p->zones[i];

		frag_buddy_add(&p->all.zone.buddy, &z->zone.buddy);
		sum_add(&p->all.pcp_pages, z->pcp_pages);
		sum_add(&p->all.boost, z->boost);
		sum_add(&p->all.min, z->min);
		sum_add(&p->all.low, z->low);
		sum_add(&p->all.high, z->high);
		sum_add(&p->all.managed, z->managed);
		if (!buddy_is_sane(&z->zone.buddy) ||
		    !buddy_is_sane(&p->all.zone.buddy))
			return too_large_fail(p, &z->zone, e);
	}
	p->orders = p->all.zone.buddy.orders;
	if (!p->nzones)
		return frag_fail(e, -ENODATA, "no zone in %s", p->origin);
	return 0;
}

uint64_t frag_picture_unlisted(const struct frag_picture *p)
{
	uint64_t listed = frag_buddy_pages(&p->all.zone.buddy) * p->page_size;
	uint64_t gap;

	if (p->mem_free == FRAG_ABSENT || p->mem_free <= listed)
		return 0;
	gap = p->mem_free - listed;
	return gap < UNLISTED_MIN || gap < p->mem_free / 100 ? 0 : gap;
}

/* --- page types ------------------------------------------------------------- */

static int types_take(struct frag_picture *p, const struct frag_table *t)
{
	const struct frag_shape *s = &t->collect.shape;

	p->types = calloc(s->nrows ? s->nrows : 1, sizeof(*p->types));
	if (!p->types)
		return -ENOMEM;
	for (unsigned row = 0; row < s->nrows; row++) {
		struct frag_picture_type *m = &p->types[p->ntypes];
		const struct frag_row_key *key = &s->row_keys[row];
		char node[16];

		if (!row_buddy(t, row, &m->buddy))
			continue;
		m->node = atoi(frag_row_key_cell(key, 0, node, sizeof(node)));
		frag_row_key_cell(key, 1, m->zone, sizeof(m->zone));
		frag_row_key_cell(key, 2, m->type, sizeof(m->type));
		m->pageblocks = frag_table_cell(t, row, "pageblocks");
		m->capped = frag_table_cell(t, row, "capped");
		p->ntypes++;
	}
	return 0;
}

static void missing_note(struct frag_picture *p, const char *what,
			 const struct frag_error *e)
{
	frag_picture_note(p, "%s: %s: %s%s%s", what, e->what, e->why,
			  e->mend[0] ? "; mend: " : "", e->mend);
}

static void types_read(struct frag_picture *p, const char *root)
{
	struct frag_error why = { .exit = 0 };
	struct frag_table t;

	if (!frag_table_read(&t, "pagetypes", root, &why))
		types_take(p, &t);
	else
		missing_note(p, "no migratetypes", &why);
	frag_table_free(&t);
}

static void table_or_note(struct frag_picture *p, struct frag_table *t,
			  const char *name, const char *what, const char *root)
{
	struct frag_error why = { .exit = 0 };
	int rc = frag_table_read(t, name, root, &why);

	t->missing = why;
	if (rc && what)
		missing_note(p, what, &why);
}

/* --- the whole -------------------------------------------------------------- */

static int root_check(const char *root, struct frag_error *e)
{
	if (!*root || frag_is_folder(root))
		return 0;
	frag_fail(e, 0, "no recorded machine in %.200s", root);
	frag_error_why(e, "there is no such folder");
	frag_error_mend(e, "fragbench snapshot --save %.200s", root);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -ENOENT;
}

/* The indices speak of what is on the lists, and of nothing else. */
static void unlisted_note(struct frag_picture *p)
{
	uint64_t gap = frag_picture_unlisted(p);

	if (gap)
		frag_picture_note(p,
				  "%llu MiB of MemFree are on no free list: the "
				  "indices do not speak of them (fragbench "
				  "doctor says more)",
				  (unsigned long long)(gap >> 20));
}

/* A folder that is no recorded machine is a word to mend; a kernel without
 * free lists to read is none to run on. */
static int free_lists_fail(const struct frag_picture *p, int rc,
			   struct frag_error *e)
{
	if (!p->is_live) {
		frag_error_mend(e, "fragbench snapshot --save DIR, "
				   "then --sysroot DIR");
		frag_error_exit(e, FRAG_EXIT_USAGE);
	} else if (rc == -ENOENT || rc == -EACCES) {
		frag_error_exit(e, FRAG_EXIT_CANNOT);
	}
	return rc;
}

int frag_picture_read(struct frag_picture *p, const char *root,
		      struct frag_error *e)
{
	struct frag_table buddy;
	int rc;

	memset(p, 0, sizeof(*p));
	p->is_live = !*root;
	p->mem_free = FRAG_ABSENT;
	snprintf(p->origin, sizeof(p->origin), "%s",
		 p->is_live ? "this machine" : root);
	rc = root_check(root, e);
	if (rc)
		return rc;
	rc = frag_table_read(&buddy, "buddy", root, e);
	if (!rc)
		rc = zones_take(p, &buddy, e);
	frag_table_free(&buddy);
	if (!rc)
		rc = frag_picture_sum(p, e);
	if (rc)
		return free_lists_fail(p, rc, e);
	if (frag_meminfo(root, "MemFree", &p->mem_free))
		p->mem_free = FRAG_ABSENT;
	table_or_note(p, &p->vmstat, "vmstat", "no counters", root);
	table_or_note(p, &p->thp, "thp", NULL, root);
	types_read(p, root);
	frag_picture_facts(p, root);
	unlisted_note(p);
	return 0;
}

void frag_picture_free(struct frag_picture *p)
{
	frag_table_free(&p->vmstat);
	frag_table_free(&p->thp);
	free(p->zones);
	free(p->types);
	p->zones = NULL;
	p->types = NULL;
}
