// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets two pictures side by side: what each zone and order has gained or lost,
 * which pageblocks changed their type, which counters moved.
 */
#include "verb/snapshot.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/counters.h"

/* Two pictures, and how they are to be put out. */
struct pair {
	FILE *out;
	const struct frag_picture *a;
	const struct frag_picture *b;
	bool json;
};

static const struct frag_picture_zone *zone_find(const struct frag_picture *p,
						 const struct frag_zone *like)
{
	for (unsigned i = 0; i < p->nzones; i++) {
		const struct frag_zone *z = &p->zones[i].zone;

		if (z->node == like->node && !strcmp(z->name, like->name))
			return &p->zones[i];
	}
	return NULL;
}

static const struct frag_picture_type *
type_find(const struct frag_picture *p, const struct frag_picture_type *like)
{
	for (unsigned i = 0; i < p->ntypes; i++) {
		const struct frag_picture_type *m = &p->types[i];

		if (m->node == like->node && !strcmp(m->zone, like->zone) &&
		    !strcmp(m->type, like->type))
			return m;
	}
	return NULL;
}

static int64_t minus(uint64_t after, uint64_t before)
{
	return (int64_t)(after - before);
}

/* --- zones ------------------------------------------------------------------ */

static void counts_row(struct frag_order_row *row, const char *label,
		       const struct frag_buddy *b)
{
	memset(row, 0, sizeof(*row));
	row->label = label;
	for (unsigned o = 0; o < b->orders; o++)
		snprintf(row->cell[o], FRAG_CELL_TEXT, "%" PRIu64, b->free[o]);
}

static void difference_row(struct frag_order_row *row,
			   const struct frag_buddy *a,
			   const struct frag_buddy *b)
{
	unsigned both = a->orders < b->orders ? a->orders : b->orders;

	memset(row, 0, sizeof(*row));
	row->label = "difference";
	for (unsigned o = 0; o < both; o++) {
		int64_t d = minus(b->free[o], a->free[o]);

		snprintf(row->cell[o], FRAG_CELL_TEXT,
			 d ? "%+" PRId64 : "%" PRId64, d);
	}
}

static void hidden_title(const struct pair *p,
			 const struct frag_picture_zone *a,
			 const struct frag_picture_zone *b)
{
	char before[32], after[32];

	if (a->pcp_pages == FRAG_ABSENT || b->pcp_pages == FRAG_ABSENT)
		return;
	fprintf(p->out, "; hidden %s -> %s",
		frag_mib_text(a->pcp_pages, p->a->page_size, before,
			      sizeof(before)),
		frag_mib_text(b->pcp_pages, p->b->page_size, after,
			      sizeof(after)));
}

static void zone_title(const struct pair *p, const struct frag_picture_zone *a,
		       const struct frag_picture_zone *b)
{
	uint64_t before = frag_buddy_pages(&a->zone.buddy);
	uint64_t after = frag_buddy_pages(&b->zone.buddy);
	char title[64], x[32], y[32];

	fprintf(p->out, "\n%s: %s -> %s free (%+.2f)",
		frag_zone_title(&a->zone, title, sizeof(title)),
		frag_mib_text(before, p->a->page_size, x, sizeof(x)),
		frag_mib_text(after, p->b->page_size, y, sizeof(y)),
		(double)minus(after, before) * (double)p->a->page_size /
			(1024 * 1024));
	hidden_title(p, a, b);
	fputc('\n', p->out);
}

static void zone_page(const struct pair *p, const struct frag_picture_zone *a,
		      const struct frag_picture_zone *b)
{
	const struct frag_picture *wide =
		p->a->orders > p->b->orders ? p->a : p->b;
	const struct frag_buddy *x = &a->zone.buddy;
	const struct frag_buddy *y = &b->zone.buddy;
	struct frag_order_row rows[8];

	zone_title(p, a, b);
	frag_order_row_head(&rows[0], wide);
	counts_row(&rows[1], "before", x);
	counts_row(&rows[2], "after", y);
	difference_row(&rows[3], x, y);
	frag_order_row_index(&rows[4], "unusable", x, frag_buddy_unusable);
	frag_order_row_index(&rows[5], "  after", y, frag_buddy_unusable);
	frag_order_row_index(&rows[6], "extfrag", x, frag_buddy_extfrag);
	frag_order_row_index(&rows[7], "  after", y, frag_buddy_extfrag);
	frag_order_rows_print(p->out, rows, 8, wide->orders);
}

static void side_json(const struct pair *p, const char *name,
		      const struct frag_picture_zone *z, uint64_t page_size)
{
	const struct frag_buddy *b = &z->zone.buddy;

	fprintf(p->out, ",\n   \"%s\": {", name);
	frag_json_counts_print(p->out, "free", b);
	fprintf(p->out, ", \"free_bytes\": %" PRIu64 ", \"pcp_pages\": ",
		frag_buddy_pages(b) * page_size);
	frag_json_u64_print(p->out, z->pcp_pages);
	fputs(",\n    ", p->out);
	frag_json_indices_print(p->out, "unusable", b, frag_buddy_unusable);
	fputs(",\n    ", p->out);
	frag_json_indices_print(p->out, "extfrag", b, frag_buddy_extfrag);
	fputs("}", p->out);
}

static void difference_json(const struct pair *p, const struct frag_buddy *a,
			    const struct frag_buddy *b)
{
	unsigned both = a->orders < b->orders ? a->orders : b->orders;

	fputs(",\n   \"difference\": [", p->out);
	for (unsigned o = 0; o < both; o++)
		fprintf(p->out, "%s%" PRId64, o ? ", " : "",
			minus(b->free[o], a->free[o]));
	fputs("]", p->out);
}

/* @a or @b is NULL when only the other picture has the zone. */
static void zone_json(const struct pair *p, const struct frag_picture_zone *a,
		      const struct frag_picture_zone *b)
{
	fputs("{", p->out);
	frag_json_node_print(p->out, a ? &a->zone : &b->zone);
	if (a)
		side_json(p, "before", a, p->a->page_size);
	if (b)
		side_json(p, "after", b, p->b->page_size);
	if (a && b)
		difference_json(p, &a->zone.buddy, &b->zone.buddy);
	fputs("}", p->out);
}

static void zone_put(const struct pair *p, const struct frag_picture_zone *a,
		     const struct frag_picture_zone *b, bool *any)
{
	char title[64];

	if (p->json) {
		fputs(*any ? ",\n  " : "\n  ", p->out);
		zone_json(p, a, b);
	} else if (a && b) {
		zone_page(p, a, b);
	} else {
		fprintf(p->out, "\n%s: only %s\n",
			frag_zone_title(a ? &a->zone : &b->zone, title,
					sizeof(title)),
			a ? "before" : "after");
	}
	*any = true;
}

static void zones_put(const struct pair *p)
{
	bool any = false;

	if (p->json)
		fputs(",\n \"zones\": [", p->out);
	for (unsigned i = 0; i < p->a->nzones; i++)
		zone_put(p, &p->a->zones[i],
			 zone_find(p->b, &p->a->zones[i].zone), &any);
	for (unsigned i = 0; i < p->b->nzones; i++)
		if (!zone_find(p->a, &p->b->zones[i].zone))
			zone_put(p, NULL, &p->b->zones[i], &any);
	if (p->json) {
		fputs("],\n \"all\": ", p->out);
		zone_json(p, &p->a->all, &p->b->all);
	} else if (p->a->nzones > 1 || p->b->nzones > 1) {
		zone_page(p, &p->a->all, &p->b->all);
	}
}

/* --- pageblocks ------------------------------------------------------------- */

static void type_put(const struct pair *p, const struct frag_picture_type *a,
		     const struct frag_picture_type *b, bool any)
{
	if (p->json) {
		fprintf(p->out,
			"%s{\"node\": %d, \"zone\": ", any ? ",\n  " : "\n  ",
			a->node);
		frag_json_text_print(p->out, a->zone);
		fputs(", \"migratetype\": ", p->out);
		frag_json_text_print(p->out, a->type);
		fprintf(p->out,
			", \"before\": %" PRIu64 ", \"after\": %" PRIu64 "}",
			a->pageblocks, b->pageblocks);
		return;
	}
	if (!any)
		fputs("\npageblocks that changed their type\n", p->out);
	fprintf(p->out,
		"  node %d, zone %-8s %-12s %10" PRIu64 " -> %10" PRIu64
		" (%+" PRId64 ")\n",
		a->node, a->zone, a->type, a->pageblocks, b->pageblocks,
		minus(b->pageblocks, a->pageblocks));
}

static void types_put(const struct pair *p)
{
	bool any = false;

	if (p->json)
		fputs(",\n \"pageblocks\": [", p->out);
	for (unsigned i = 0; i < p->a->ntypes; i++) {
		const struct frag_picture_type *a = &p->a->types[i];
		const struct frag_picture_type *b = type_find(p->b, a);

		if (!b || b->pageblocks == a->pageblocks ||
		    a->pageblocks == FRAG_ABSENT ||
		    b->pageblocks == FRAG_ABSENT)
			continue;
		type_put(p, a, b, any);
		any = true;
	}
	if (p->json)
		fputs("]", p->out);
	else if (!any && p->a->ntypes && p->b->ntypes)
		fputs("\nno pageblock changed its type\n", p->out);
}

/* --- counters --------------------------------------------------------------- */

static void counter_put(const struct pair *p, const struct frag_counter *c,
			uint64_t before, uint64_t after, bool any)
{
	bool is_count = !strcmp(c->unit, "count");

	if (p->json) {
		fprintf(p->out,
			"%s\"%s\": {\"before\": %" PRIu64
			", \"after\": %" PRIu64 ", \"difference\": %" PRId64
			"}",
			any ? ",\n  " : "\n  ", c->name, before, after,
			minus(after, before));
		return;
	}
	if (!any)
		fprintf(p->out, "\n%-34s %14s %14s %14s\n",
			"counters that moved", "before", "after", "difference");
	fprintf(p->out,
		"  %-32s %14" PRIu64 " %14" PRIu64 " %+14" PRId64 "%s%s\n",
		c->name, before, after, minus(after, before),
		is_count ? "" : " ", is_count ? "" : c->unit);
}

/* Returns whether one that only counts up went down. */
static bool counters_put(const struct pair *p)
{
	bool any = false;
	bool is_back = false;

	if (p->json)
		fputs(",\n \"counters\": {", p->out);
	for (const struct frag_counter *c = frag_counters; c->name; c++) {
		uint64_t a = frag_table_cell(&p->a->vmstat, 0, c->name);
		uint64_t b = frag_table_cell(&p->b->vmstat, 0, c->name);

		if (a == b || a == FRAG_ABSENT || b == FRAG_ABSENT)
			continue;
		counter_put(p, c, a, b, any);
		any = true;
		is_back |= !c->is_gauge && b < a;
	}
	if (p->json)
		fputs("}", p->out);
	return is_back;
}

/* --- the whole -------------------------------------------------------------- */

static void machine_json(const struct pair *p, const char *name,
			 const struct frag_picture *m)
{
	fprintf(p->out, ",\n \"%s\": {\"origin\": ", name);
	frag_json_text_print(p->out, m->origin);
	fputs(", \"kernel\": ", p->out);
	if (m->kernel[0])
		frag_json_text_print(p->out, m->kernel);
	else
		fputs("null", p->out);
	fprintf(p->out, ", \"page_size\": %" PRIu64 ", \"orders\": %u}",
		m->page_size, m->orders);
}

static void heads_put(const struct pair *p)
{
	if (p->json) {
		fputs("{\n \"schema\": 1", p->out);
		machine_json(p, "before", p->a);
		machine_json(p, "after", p->b);
		return;
	}
	fputs("before: ", p->out);
	frag_machine_print(p->out, p->a);
	fputs("after:  ", p->out);
	frag_machine_print(p->out, p->b);
}

static void note_put(const struct pair *p, const char *side, const char *note,
		     bool *any)
{
	char text[320];

	snprintf(text, sizeof(text), "%s%s", side, note);
	if (p->json) {
		fputs(*any ? ",\n  " : "\n  ", p->out);
		frag_json_text_print(p->out, text);
	} else {
		fprintf(p->out, "%snote: %s\n", *any ? "" : "\n", text);
	}
	*any = true;
}

static void notes_put(const struct pair *p, bool is_back)
{
	bool any = false;

	if (p->json)
		fputs(",\n \"notes\": [", p->out);
	if (is_back)
		note_put(p, "",
			 "counters went down: these are not two readings of "
			 "one boot in this order, and their differences mean "
			 "nothing",
			 &any);
	if (p->a->orders != p->b->orders)
		note_put(p, "", "the two have different numbers of orders",
			 &any);
	for (unsigned i = 0; i < p->a->nnotes; i++)
		note_put(p, "before: ", p->a->notes[i], &any);
	for (unsigned i = 0; i < p->b->nnotes; i++)
		note_put(p, "after: ", p->b->notes[i], &any);
	if (p->json)
		fputs("]\n}\n", p->out);
}

int frag_snapshot_diff(FILE *out, const struct frag_picture *a,
		       const struct frag_picture *b, bool json,
		       struct frag_error *e)
{
	struct pair p = { out, a, b, json };

	if (a->page_size != b->page_size) {
		frag_fail(e, 0, "cannot compare %.90s with %.90s", a->origin,
			  b->origin);
		frag_error_why(e,
			       "their pages have %" PRIu64 " and %" PRIu64
			       " bytes: an order is not the same size",
			       a->page_size, b->page_size);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	heads_put(&p);
	zones_put(&p);
	types_put(&p);
	notes_put(&p, counters_put(&p));
	return 0;
}
