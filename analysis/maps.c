// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The census of every map that a run has taken: how many pageblocks are whole,
 * could be made whole, or cannot, and because of which frames.
 */
#include <string.h>

#include "base/census-json.h"
#include "run.h"

/* Regions beyond this many are told by `map --json` alone: every summary of a
 * long series is read at once. */
enum { REGIONS_MAX = 64 };

static void metrics_set(struct frag_run *r, const char *phase,
			const struct frag_census *c)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{ "map.free_pageblocks", c->blocks[FRAG_BLOCK_FREE] },
		{ "map.movable_pageblocks", c->blocks[FRAG_BLOCK_MOVABLE] },
		{ "map.mixed_pageblocks", c->blocks[FRAG_BLOCK_MIXED] },
		{ "map.frames_in_the_way", frag_census_poison(c) },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		frag_metric_set(r, rows[i].name, phase,
				frag_known((double)rows[i].value));
}

static int map_count(struct frag_run *r, const char *file,
		     struct frag_census *c, struct frag_error *e)
{
	struct frag_map_reader reader;
	int rc = frag_map_open(&reader, r->dirfd, file, e);

	memset(c, 0, sizeof(*c));
	if (rc)
		return rc;
	rc = frag_census_read(c, &reader, NULL, NULL, e);
	frag_map_close(&reader);
	return rc;
}

static void map_take(struct frag_run *r, const json_t *map)
{
	const char *phase = frag_json_string(map, "phase");
	const char *file = frag_json_string(map, "file");
	struct frag_error why = { .exit = 0 };
	struct frag_census c;
	json_t *census;

	/* A run that others made names its own files, and no others. */
	if (strncmp(file, "maps/", 5) != 0 || strchr(file + 5, '/')) {
		frag_run_note(r, "a map of the run is not in maps/: left out");
		return;
	}
	if (map_count(r, file, &c, &why)) {
		frag_run_note(r, "%s: %s", why.what, why.why);
	} else {
		census = frag_census_json(&c);
		if (c.nregions > REGIONS_MAX)
			json_object_del(census, "regions");
		json_array_append_new(
			r->maps, json_pack("{s:s, s:s, s:O?, s:o}", "phase",
					   phase, "file", file, "t_ns",
					   json_object_get(map, "t_ns"),
					   "census", census));
		metrics_set(r, phase, &c);
	}
	frag_census_free(&c);
}

int frag_read_maps(struct frag_run *r)
{
	const json_t *maps = json_object_get(r->manifest, "maps");
	json_t *map;
	size_t i;

	if (!json_is_array(maps))
		return 0;
	r->maps = json_array();
	json_array_foreach(maps, i, map) map_take(r, map);
	return 0;
}
