// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes index.csv: both indices at every order, of every zone and of all
 * zones together, without and with the pages that per-CPU lists hide.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analysis.h"
#include "run.h"

/* Both indices lie from -999 (or are -1000 exactly) to 1000. */
enum { LEAST = -1000, MOST = 1000, INDEX_TEXT = 12 };

static const char index_name[] = "index.csv";
static const char side_name[] = ".index.csv.new";

/* texts: each index value as the kernel prints it, by value - LEAST. */
struct frag_index {
	int dirfd;
	unsigned orders;
	struct frag_csv csv;
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
	json_array_append_new(columns, json_pack("{s:s,s:s,s:s}", "name", name,
						 "unit", unit, "about", about));
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

static void header_write(struct frag_index *x)
{
	json_t *columns = frag_index_columns(x->orders);
	const json_t *column;
	size_t i;

	json_array_foreach(columns, i, column)
		frag_csv_text(&x->csv, frag_json_string(column, "name"));
	frag_csv_end(&x->csv);
	json_decref(columns);
}

/* Is there an index.csv that the manifest vouches for? Any other may have been
 * derived while the run was still going on. */
static bool is_sealed(const struct frag_run *r)
{
	const json_t *file;
	size_t i;

	if (faccessat(r->dirfd, index_name, F_OK, 0))
		return false;
	json_array_foreach(
		json_object_get(r->manifest, "files"), i,
		file) if (!strcmp(frag_json_string(file, "name"),
				  index_name)) return frag_json_string(file,
								       "sha256")
		[0];
	return false;
}

int frag_index_begin(struct frag_index **out, const struct frag_run *r)
{
	struct frag_index *x;
	int rc;

	*out = NULL;
	if (is_sealed(r))
		return 0;
	x = malloc(sizeof(*x));
	if (!x)
		return frag_fail(r->e, -ENOMEM, "cannot write %s", index_name);
	x->dirfd = r->dirfd;
	x->orders = r->orders;
	for (int v = LEAST; v <= MOST; v++)
		frag_index_text(v, x->texts[v - LEAST], INDEX_TEXT);
	unlinkat(x->dirfd, side_name, 0);
	rc = frag_csv_create(&x->csv, x->dirfd, side_name, r->e);
	if (rc) {
		frag_csv_close(&x->csv);
		free(x);
		return rc;
	}
	header_write(x);
	*out = x;
	return 0;
}

static void empty_write(struct frag_index *x, unsigned cells)
{
	while (cells--)
		frag_csv_text(&x->csv, "");
}

static void values_write(struct frag_index *x, const struct frag_buddy *b)
{
	for (unsigned k = 0; k < x->orders; k++)
		frag_csv_text(&x->csv,
			      x->texts[frag_buddy_unusable(b, k) - LEAST]);
	for (unsigned k = 0; k < x->orders; k++)
		frag_csv_text(&x->csv,
			      x->texts[frag_buddy_extfrag(b, k) - LEAST]);
}

static void row_write(struct frag_index *x, uint64_t t_ns, const char *phase,
		      const struct frag_zone_state *z)
{
	struct frag_buddy seen;

	frag_csv_u64(&x->csv, t_ns);
	frag_csv_text(&x->csv, phase);
	if (z->zone.node < 0)
		frag_csv_text(&x->csv, "all");
	else
		frag_csv_i64(&x->csv, z->zone.node);
	frag_csv_text(&x->csv, z->zone.name);
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
	frag_csv_end(&x->csv);
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
	rc = frag_csv_close(&x->csv);
	if (!rc && keep && renameat(x->dirfd, side_name, x->dirfd, index_name))
		rc = -errno;
	if (rc || !keep)
		unlinkat(x->dirfd, side_name, 0);
	free(x);
	return rc ? frag_fail(e, rc, "cannot write %s", index_name) : 0;
}
