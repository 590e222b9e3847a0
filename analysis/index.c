// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes index.csv: both indices at every order, of every zone and of all
 * zones together, without and with the pages that per-CPU lists hide.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis.h"
#include "derived.h"

/* Both indices lie from -999 (or are -1000 exactly) to 1000. */
enum { LEAST = -1000, MOST = 1000, INDEX_TEXT = 12 };

/* texts: each index value as the kernel prints it, by value - LEAST. */
struct frag_index {
	unsigned orders;
	struct frag_derived table;
	char texts[MOST - LEAST + 1][INDEX_TEXT];
};

static const struct {
	const char *name;
	const char *about;
} kinds[] = {
	{ "unusable", "unusable free space index at this order" },
	{ "extfrag", "external fragmentation index at this order" },
	{ "unusable_pcp",
	  "unusable index with the hidden pages as free blocks of order 0" },
	{ "extfrag_pcp",
	  "external fragmentation index with the hidden pages likewise" },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct {
	const char *name;
	const char *unit;
	const char *about;
} key_columns[] = {
	{ "t_ns", "ns", "time since the start of the run" },
	{ "phase", "", "phase name" },
	{ "node", "", "NUMA node, or all" },
	{ "zone", "", "zone name, or all" },
};

static void column_add(json_t *columns, const char *name, const char *unit,
		       const char *about)
{
	json_array_append_new(columns, frag_derived_column(name, unit, about));
}

json_t *frag_index_columns(unsigned orders)
{
	json_t *columns = json_array();
	char name[32];

	for (unsigned i = 0; i < sizeof(key_columns) / sizeof(*key_columns);
	     i++)
		column_add(columns, key_columns[i].name, key_columns[i].unit,
			   key_columns[i].about);
	for (unsigned i = 0; i < KINDS; i++)
		for (unsigned o = 0; o < orders; o++) {
			snprintf(name, sizeof(name), "%s_%u", kinds[i].name, o);
			column_add(columns, name, "index", kinds[i].about);
		}
	return columns;
}

int frag_index_begin(struct frag_index **out, const struct frag_run *r)
{
	struct frag_index *x;
	int rc;

	*out = NULL;
	x = malloc(sizeof(*x));
	if (!x)
		return frag_fail(r->e, -ENOMEM, "cannot write index.csv");
	x->orders = r->orders;
	for (int v = LEAST; v <= MOST; v++)
		frag_index_text(v, x->texts[v - LEAST], INDEX_TEXT);
	rc = frag_derived_begin(&x->table, r, "index.csv");
	if (rc <= 0) {
		free(x);
		return rc;
	}
	frag_derived_header(&x->table, frag_index_columns(x->orders));
	*out = x;
	return 0;
}

static void empty_write(struct frag_index *x, unsigned cells)
{
	while (cells--)
		frag_csv_text(&x->table.csv, "");
}

static void values_write(struct frag_index *x, const struct frag_buddy *b)
{
	for (unsigned k = 0; k < x->orders; k++)
		frag_csv_text(&x->table.csv,
			      x->texts[frag_buddy_unusable(b, k) - LEAST]);
	for (unsigned k = 0; k < x->orders; k++)
		frag_csv_text(&x->table.csv,
			      x->texts[frag_buddy_extfrag(b, k) - LEAST]);
}

static void row_write(struct frag_index *x, uint64_t t_ns, const char *phase,
		      const struct frag_zone_state *z)
{
	struct frag_buddy seen;

	frag_csv_u64(&x->table.csv, t_ns);
	frag_csv_text(&x->table.csv, phase);
	if (z->zone.node < 0)
		frag_csv_text(&x->table.csv, "all");
	else
		frag_csv_i64(&x->table.csv, z->zone.node);
	frag_csv_text(&x->table.csv, z->zone.name);
	if (z->is_known)
		values_write(x, &z->zone.buddy);
	else
		empty_write(x, 2 * x->orders);
	if (z->is_known && z->pcp_pages != FRAG_ABSENT) {
		seen = frag_buddy_with_pcp(&z->zone.buddy, z->pcp_pages);
		values_write(x, &seen);
	} else {
		empty_write(x, 2 * x->orders);
	}
	frag_csv_end(&x->table.csv);
}

void frag_index_rows(struct frag_index *x, uint64_t t_ns, const char *phase,
		     const struct frag_zones *z)
{
	struct frag_zone_state sum;

	if (!x)
		return;
	sum = frag_zones_sum(z);
	row_write(x, t_ns, phase, &sum);
	for (unsigned i = 0; i < z->count; i++)
		row_write(x, t_ns, phase, &z->zone[i]);
}

int frag_index_end(struct frag_index *x, bool keep, struct frag_error *e)
{
	int rc;

	if (!x)
		return 0;
	rc = frag_derived_end(&x->table, keep, e);
	free(x);
	return rc;
}
