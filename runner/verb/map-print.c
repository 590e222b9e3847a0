// SPDX-License-Identifier: GPL-2.0-or-later
/* The page of a map: the picture, the census, and what stands in the way. */
#include <inttypes.h>
#include <time.h>

#include "base/census-json.h"
#include "base/json.h"
#include "verb/map.h"

/* Lines of the table of regions. */
enum { REGIONS_MAX = 64 };

static void when_text(uint64_t ns, char *buf, size_t size)
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(buf, size, "%Y-%m-%d %H:%M:%S UTC", &tm);
}

static double mib(uint64_t frames, const struct frag_map_view *v)
{
	return (double)frames * (double)v->head.page_size / 1048576.0;
}

/* Programs get short names; people are told what hides behind one. */
static const char *kind_text(unsigned kind)
{
	return kind == FRAG_KIND_KERNEL ? "kernel or unknown"
					: frag_kind_rows[kind].name;
}

/* A count of frames: after, and by how much it grew when there is a before. */
static void amount_print(FILE *out, const struct frag_map_view *v,
			 const char *name, uint64_t now, uint64_t before)
{
	if (!now && !before)
		return;
	fprintf(out, "  %-22s %12.2f", name, mib(now, v));
	if (v->has_before)
		fprintf(out, " %12.2f %+12.2f", mib(before, v),
			mib(now, v) - mib(before, v));
	fputc('\n', out);
}

static void amounts_head(FILE *out, const struct frag_map_view *v,
			 const char *title, const char *unit)
{
	if (v->has_before)
		fprintf(out, "\n%-24s %12s %12s %12s\n", title, unit, "before",
			"grown by");
	else
		fprintf(out, "\n%-24s %12s\n", title, unit);
}

static void kinds_print(FILE *out, const struct frag_map_view *v)
{
	const struct frag_census *now = &v->census;
	const struct frag_census *then = &v->before_census;
	uint64_t whole = 0;
	uint64_t before = 0;

	amounts_head(out, v, "what the memory is", "MiB");
	for (unsigned o = now->pageblock_order; o < now->orders; o++)
		whole += now->frames[FRAG_KIND_FREE + o];
	for (unsigned o = now->pageblock_order; o < then->orders; o++)
		before += then->frames[FRAG_KIND_FREE + o];
	amount_print(out, v, "free pageblocks", whole, before);
	amount_print(out, v, "smaller free blocks",
		     frag_census_free_frames(now) - whole,
		     frag_census_free_frames(then) - before);
	for (unsigned k = FRAG_KINDS; k-- > FRAG_KIND_HOLE + 1;)
		amount_print(out, v, kind_text(k), now->frames[k],
			     then->frames[k]);
	if (v->head.pcp_pages)
		fprintf(out,
			"    up to %.2f MiB of that are free: nothing tells "
			"pages on per-CPU lists\n",
			mib(v->head.pcp_pages, v));
}

static void classes_print(FILE *out, const struct frag_map_view *v)
{
	amounts_head(out, v, "pageblocks", "count");
	for (unsigned i = 0; i < FRAG_BLOCK_HOLE; i++) {
		uint64_t now = v->census.blocks[i];
		uint64_t then = v->before_census.blocks[i];

		fprintf(out, "  %-22s %12" PRIu64, frag_class_rows[i].name,
			now);
		if (v->has_before)
			fprintf(out, " %12" PRIu64 " %+12" PRId64, then,
				(int64_t)(now - then));
		fprintf(out, "   %s\n",
			v->has_before ? "" : frag_class_rows[i].about);
	}
}

static void changes_print(FILE *out, const struct frag_map_view *v)
{
	fprintf(out,
		"\nfrom one map to the other %.2f MiB were freed, %.2f MiB "
		"taken, %.2f MiB used otherwise\n",
		mib(v->changes[FRAG_CHANGE_FREED], v),
		mib(v->changes[FRAG_CHANGE_TAKEN], v),
		mib(v->changes[FRAG_CHANGE_OTHER], v));
}

static void poison_print(FILE *out, const struct frag_map_view *v)
{
	const struct frag_census *c = &v->census;
	uint64_t blocks = c->blocks[FRAG_BLOCK_MIXED];
	uint64_t frames = frag_census_poison(c);

	if (!blocks)
		return;
	fprintf(out,
		"\nin the way: frames that cannot move: %" PRIu64
		"; pageblocks that they make mixed: %" PRIu64
		" (%.0f MiB), half of them with no more than %" PRIu64 "\n",
		frames, blocks, mib(blocks << c->pageblock_order, v),
		frag_census_cheapest(c, 500));
	fprintf(out, "%-24s %12s %12s %12s\n", "", "frames", "pageblocks",
		"alone");
	for (unsigned k = FRAG_KINDS; k-- > FRAG_KIND_HOLE + 1;) {
		const struct frag_poison *p = &c->poison[k];

		if (p->blocks)
			fprintf(out,
				"  %-22s %12" PRIu64 " %12" PRIu64 " %12" PRIu64
				"\n",
				kind_text(k), p->frames, p->blocks, p->alone);
	}
}

/* How heavily mixed pageblocks are. */
static void few_print(FILE *out, const struct frag_map_view *v)
{
	const struct frag_census *c = &v->census;

	if (!c->blocks[FRAG_BLOCK_MIXED])
		return;
	fprintf(out, "\n%-24s %12s %12s\n", "frames in the way", "pageblocks",
		"MiB");
	for (unsigned i = 0; i < c->pageblock_order; i++) {
		char range[32];

		if (!c->few[i].blocks)
			continue;
		if (i)
			snprintf(range, sizeof(range), "%llu to %llu",
				 1ULL << i, (2ULL << i) - 1);
		else
			snprintf(range, sizeof(range), "1");
		fprintf(out, "  %-22s %12" PRIu64 " %12.0f\n", range,
			c->few[i].blocks,
			mib(c->few[i].blocks << c->pageblock_order, v));
	}
}

static void regions_print(FILE *out, const struct frag_map_view *v)
{
	const struct frag_census *c = &v->census;

	fprintf(out, "\n%-12s %10s %10s %8s %8s %8s %8s %8s\n", "each 1 GiB",
		"MiB", "free MiB", "free", "movable", "mixed", "unmov.",
		"huge");
	for (unsigned i = 0; i < c->nregions && i < REGIONS_MAX; i++) {
		const struct frag_region *r = &c->regions[i];

		fprintf(out,
			"  from %-5.0f %10.0f %10.0f %8" PRIu64 " %8" PRIu64
			" %8" PRIu64 " %8" PRIu64 " %8" PRIu64 "\n",
			mib(r->pfn, v) / 1024, mib(r->frames, v),
			mib(r->free, v), r->blocks[FRAG_BLOCK_FREE],
			r->blocks[FRAG_BLOCK_MOVABLE],
			r->blocks[FRAG_BLOCK_MIXED],
			r->blocks[FRAG_BLOCK_UNMOVABLE],
			r->blocks[FRAG_BLOCK_HUGE]);
	}
	if (c->nregions > REGIONS_MAX)
		fprintf(out, "  and %u more: --json has them all\n",
			c->nregions - REGIONS_MAX);
}

void frag_map_view_print(FILE *out, const struct frag_map_view *v,
			 const struct frag_map_style *style)
{
	char when[64];

	when_text(v->head.taken_ns, when, sizeof(when));
	fprintf(out, "physical memory of %s, %s\n", v->origin, when);
	if (v->has_before) {
		when_text(v->before_head.taken_ns, when, sizeof(when));
		fprintf(out, "held against %s, %s\n", v->before, when);
	}
	frag_map_grid_print(out, &v->grid, style);
	kinds_print(out, v);
	classes_print(out, v);
	if (v->has_before)
		changes_print(out, v);
	poison_print(out, v);
	few_print(out, v);
	if (!v->has_before)
		regions_print(out, v);
}

static json_t *map_json(const char *origin, const struct frag_map_head *h,
			const struct frag_census *c)
{
	json_t *map = json_pack(
		"{s:o, s:I, s:I, s:i, s:I, s:I, s:I, s:b}", "origin",
		frag_json_text(origin), "taken_ns", (json_int_t)h->taken_ns,
		"page_size", (json_int_t)h->page_size, "pageblock_order",
		(int)h->pageblock_order, "first_pfn", (json_int_t)h->first,
		"frames", (json_int_t)h->frames, "pcp_pages",
		(json_int_t)h->pcp_pages, "does_unevictable_move",
		(int)h->does_unevictable_move);

	json_object_set_new(map, "census", frag_census_json(c));
	return map;
}

void frag_map_view_json(FILE *out, const struct frag_map_view *v)
{
	json_t *map = map_json(v->origin, &v->head, &v->census);

	if (v->has_before) {
		json_object_set_new(map, "before",
				    map_json(v->before, &v->before_head,
					     &v->before_census));
		json_object_set_new(
			map, "difference",
			json_pack("{s:I, s:I, s:I, s:I}", "freed",
				  (json_int_t)v->changes[FRAG_CHANGE_FREED],
				  "taken",
				  (json_int_t)v->changes[FRAG_CHANGE_TAKEN],
				  "other",
				  (json_int_t)v->changes[FRAG_CHANGE_OTHER],
				  "none",
				  (json_int_t)v->changes[FRAG_CHANGE_NONE]));
	}
	json_dumpf(map, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(map);
}
