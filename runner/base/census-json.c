// SPDX-License-Identifier: GPL-2.0-or-later
/* A census as JSON: the same in `map --json` and in summary.json. */
#include "census-json.h"

static json_t *count(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *kinds_json(const struct frag_census *c)
{
	json_t *kinds = json_object();

	for (unsigned k = 0; k < FRAG_KINDS; k++)
		json_object_set_new(kinds, frag_kind_rows[k].name,
				    count(c->frames[k]));
	json_object_set_new(kinds, "free", count(frag_census_free_frames(c)));
	return kinds;
}

static json_t *free_json(const struct frag_census *c)
{
	json_t *list = json_array();

	for (unsigned o = 0; o < c->orders; o++)
		json_array_append_new(
			list, count(c->frames[FRAG_KIND_FREE + o] >> o));
	return list;
}

static json_t *classes_json(const uint64_t blocks[FRAG_BLOCK_CLASSES])
{
	json_t *classes = json_object();

	for (unsigned i = 0; i < FRAG_BLOCK_HOLE; i++)
		json_object_set_new(classes, frag_class_rows[i].name,
				    count(blocks[i]));
	return classes;
}

static json_t *poison_json(const struct frag_census *c)
{
	json_t *kinds = json_array();
	json_t *few = json_array();

	for (unsigned k = 0; k < FRAG_KINDS; k++) {
		const struct frag_poison *p = &c->poison[k];

		if (p->blocks)
			json_array_append_new(
				kinds, json_pack("{s:s, s:o, s:o, s:o}", "kind",
						 frag_kind_rows[k].name,
						 "frames", count(p->frames),
						 "pageblocks", count(p->blocks),
						 "alone", count(p->alone)));
	}
	for (unsigned i = 0; i < c->pageblock_order; i++)
		json_array_append_new(
			few, json_pack("{s:o, s:o, s:o}", "from_frames",
				       count(1ULL << i), "pageblocks",
				       count(c->few[i].blocks), "frames",
				       count(c->few[i].frames)));
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "pageblocks",
			 count(c->blocks[FRAG_BLOCK_MIXED]), "frames",
			 count(frag_census_poison(c)), "half_frames",
			 count(frag_census_cheapest(c, 500)), "kinds", kinds,
			 "few", few);
}

static json_t *regions_json(const struct frag_census *c)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < c->nregions; i++) {
		const struct frag_region *r = &c->regions[i];

		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:o, s:o, s:o}", "pfn",
				  count(r->pfn), "frames", count(r->frames),
				  "free", count(r->free), "unmovable",
				  count(r->unmovable), "pageblocks",
				  classes_json(r->blocks)));
	}
	return list;
}

json_t *frag_census_json(const struct frag_census *c)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "frames", kinds_json(c),
			 "free_blocks", free_json(c), "pageblocks",
			 classes_json(c->blocks), "poison", poison_json(c),
			 "regions", regions_json(c));
}
