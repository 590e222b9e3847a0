// SPDX-License-Identifier: GPL-2.0-or-later
/* The page that people read: zones, migratetypes, counters, and what the
 * numbers do not show. */
#include "verb/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/counters.h"

enum { TYPES_MAX = 12, TEXT_INDENT = 6 };

/* --- zones ------------------------------------------------------------------ */

static void counts_row(struct frag_order_row *row, const struct frag_buddy *b)
{
	memset(row, 0, sizeof(*row));
	row->label = "free";
	for (unsigned o = 0; o < b->orders; o++)
		snprintf(row->cell[o], FRAG_CELL_TEXT, "%" PRIu64, b->free[o]);
}

static void mib_row(struct frag_order_row *row, const struct frag_buddy *b,
		    uint64_t page_size)
{
	memset(row, 0, sizeof(*row));
	row->label = "MiB";
	for (unsigned o = 0; o < b->orders; o++)
		snprintf(row->cell[o], FRAG_CELL_TEXT, "%.2f",
			 (double)(b->free[o] << o) * (double)page_size /
				 (1024 * 1024));
}

static void hidden_print(FILE *out, const struct frag_picture *p,
			 const struct frag_picture_zone *z)
{
	unsigned k = p->pageblock_order < 0 ? 0 : (unsigned)p->pageblock_order;
	struct frag_buddy seen;
	char buf[64];

	if (z->pcp_pages == FRAG_ABSENT)
		return;
	fprintf(out, "  hidden: %s in %" PRIu64 " pages on per-CPU lists",
		frag_mib_text(z->pcp_pages, p->page_size, buf, sizeof(buf)),
		z->pcp_pages);
	if (!z->pcp_pages || !k) {
		fputc('\n', out);
		return;
	}
	seen = frag_buddy_with_pcp(&z->zone.buddy, z->pcp_pages);
	fprintf(out, "; unusable(%u) with them %s\n", k,
		frag_index_decimal(frag_buddy_unusable(&seen, k), buf,
				   sizeof(buf)));
}

static void watermarks_print(FILE *out, const struct frag_picture *p,
			     const struct frag_picture_zone *z)
{
	char min[32], low[32], high[32], boost[32];

	if (z->min == FRAG_ABSENT || z->low == FRAG_ABSENT ||
	    z->high == FRAG_ABSENT || z->zone.node < 0)
		return;
	fprintf(out, "  watermarks: min %s, low %s, high %s",
		frag_mib_text(z->min, p->page_size, min, sizeof(min)),
		frag_mib_text(z->low, p->page_size, low, sizeof(low)),
		frag_mib_text(z->high, p->page_size, high, sizeof(high)));
	if (z->boost != FRAG_ABSENT && z->boost)
		fprintf(out, ", boosted by %s",
			frag_mib_text(z->boost, p->page_size, boost,
				      sizeof(boost)));
	fputc('\n', out);
}

static void zone_print(FILE *out, const struct frag_picture *p,
		       const struct frag_picture_zone *z)
{
	const struct frag_buddy *b = &z->zone.buddy;
	struct frag_order_row rows[5];
	char title[64], mib[32];

	fprintf(out, "\n%s: %s free in %" PRIu64 " block%s\n",
		frag_zone_title(&z->zone, title, sizeof(title)),
		frag_mib_text(frag_buddy_pages(b), p->page_size, mib,
			      sizeof(mib)),
		frag_buddy_blocks(b), frag_buddy_blocks(b) == 1 ? "" : "s");
	hidden_print(out, p, z);
	watermarks_print(out, p, z);
	frag_order_row_head(&rows[0], p);
	counts_row(&rows[1], b);
	mib_row(&rows[2], b, p->page_size);
	frag_order_row_index(&rows[3], "unusable", b, frag_buddy_unusable);
	frag_order_row_index(&rows[4], "extfrag", b, frag_buddy_extfrag);
	frag_order_rows_print(out, rows, 5, p->orders);
}

static void zones_print(FILE *out, const struct frag_picture *p)
{
	for (unsigned i = 0; i < p->nzones; i++)
		zone_print(out, p, &p->zones[i]);
	if (p->nzones > 1)
		zone_print(out, p, &p->all);
	fputs("\nunusable: the share of free memory that cannot serve a "
	      "request of that order.\n"
	      "extfrag: -1.000 a request would succeed; else it fails for "
	      "lack of memory (toward 0)\nor for fragmentation (toward 1).\n",
	      out);
}

/* --- migratetypes ------------------------------------------------------------ */

static bool is_same_zone(const struct frag_picture_type *a,
			 const struct frag_picture_type *b)
{
	return a->node == b->node && !strcmp(a->zone, b->zone);
}

static void blocks_print(FILE *out, const struct frag_picture_type *m,
			 unsigned n)
{
	fprintf(out, "  %-4d  %-8s  %-10s", m->node, m->zone, "pageblocks");
	for (unsigned i = 0; i < n; i++)
		fprintf(out, " %11" PRIu64, m[i].pageblocks);
	fputc('\n', out);
}

/* Returns whether a number is a lower bound. */
static bool free_print(FILE *out, const struct frag_picture *p,
		       const struct frag_picture_type *m, unsigned n)
{
	bool any_capped = false;
	char cell[32];

	fprintf(out, "  %-4s  %-8s  %-10s", "", "", "free MiB");
	for (unsigned i = 0; i < n; i++) {
		bool capped = m[i].capped && m[i].capped != FRAG_ABSENT;

		snprintf(cell, sizeof(cell), "%s%.2f", capped ? ">=" : "",
			 (double)frag_buddy_pages(&m[i].buddy) *
				 (double)p->page_size / (1024 * 1024));
		fprintf(out, " %11s", cell);
		any_capped |= capped;
	}
	fputc('\n', out);
	return any_capped;
}

static void types_head(FILE *out, const struct frag_picture_type *m, unsigned n)
{
	fprintf(out, "  %-4s  %-8s  %-10s", "node", "zone", "");
	for (unsigned i = 0; i < n; i++)
		fprintf(out, " %11s", m[i].type);
	fputc('\n', out);
}

static void types_print(FILE *out, const struct frag_picture *p)
{
	bool any_capped = false;
	unsigned n;

	if (!p->ntypes)
		return;
	fputs("\nmigratetypes: pageblocks of each, and the free memory on its "
	      "lists\n",
	      out);
	for (unsigned i = 0; i < p->ntypes; i += n) {
		const struct frag_picture_type *m = &p->types[i];

		for (n = 1; i + n < p->ntypes && n < TYPES_MAX; n++)
			if (!is_same_zone(m, &m[n]))
				break;
		if (!i)
			types_head(out, m, n);
		blocks_print(out, m, n);
		any_capped |= free_print(out, p, m, n);
	}
	if (any_capped)
		fputs("  >=: the kernel counts no list beyond 100000 blocks\n",
		      out);
}

/* --- counters --------------------------------------------------------------- */

static bool is_shown(const char *name)
{
	static const char *const begins[] = { "compact_", "pgmigrate_",
					      "thp_" };

	for (unsigned i = 0; i < 3; i++)
		if (!strncmp(name, begins[i], strlen(begins[i])))
			return true;
	return false;
}

/* Up to the end of the first sentence. */
static void sentence_print(FILE *out, const char *about)
{
	const char *end = strstr(about, ". ");
	char *one =
		strndup(about, end ? (size_t)(end - about) + 1 : strlen(about));

	if (one)
		frag_wrapped_print(out, TEXT_INDENT, one);
	free(one);
}

static void counter_print(FILE *out, const struct frag_counter *c,
			  uint64_t value)
{
	fprintf(out, "  %-34s %14" PRIu64 "%s%s\n", c->name, value,
		strcmp(c->unit, "count") ? " " : "",
		strcmp(c->unit, "count") ? c->unit : "");
	sentence_print(out, c->about);
}

/* The names of those that are 0, as one text; the caller frees it. */
static char *zeros_text(const struct frag_picture *p)
{
	char *text = NULL;
	size_t length;
	FILE *names = open_memstream(&text, &length);
	const char *between = "";

	if (!names)
		return NULL;
	for (const struct frag_counter *c = frag_counters; c->name; c++) {
		if (!is_shown(c->name) ||
		    frag_table_cell(&p->vmstat, 0, c->name))
			continue;
		fprintf(names, "%s%s", between, c->name);
		between = ", ";
	}
	fclose(names);
	return text;
}

static void counters_print(FILE *out, const struct frag_picture *p)
{
	char *zeros;

	if (!p->vmstat.values)
		return;
	fputs("\ncompaction and huge page counters since boot (fragbench "
	      "explain NAME says more)\n",
	      out);
	for (const struct frag_counter *c = frag_counters; c->name; c++) {
		uint64_t value = frag_table_cell(&p->vmstat, 0, c->name);

		if (value && value != FRAG_ABSENT && is_shown(c->name))
			counter_print(out, c, value);
	}
	zeros = zeros_text(p);
	if (zeros && *zeros) {
		fputs("  still 0:\n", out);
		frag_wrapped_print(out, TEXT_INDENT, zeros);
	}
	free(zeros);
}

static void notes_print(FILE *out, const struct frag_picture *p)
{
	for (unsigned i = 0; i < p->nnotes; i++)
		fprintf(out, "%snote: %s\n", i ? "" : "\n", p->notes[i]);
}

void frag_snapshot_print(FILE *out, const struct frag_picture *p)
{
	frag_machine_print(out, p);
	zones_print(out, p);
	types_print(out, p);
	counters_print(out, p);
	notes_print(out, p);
}
