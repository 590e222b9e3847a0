// SPDX-License-Identifier: GPL-2.0-or-later
/* The maps of a run become a census each, and metrics; what cannot be read is
 * told, and files of others stay closed. */
#include <sys/stat.h>

#include "rundir.h"

#include "base/map.h"

/* @name: two pageblocks of anon, one with a slab page in it, one free. */
static void map_put(struct rundir *d, const char *name)
{
	static const struct frag_map_run runs[] = {
		{ 0, 1024, FRAG_KIND_ANON, 1 },
		{ 1024, 511, FRAG_KIND_ANON, 0 },
		{ 1535, 1, FRAG_KIND_SLAB, 0 },
		{ 1536, 512, FRAG_KIND_FREE + 9, 0 },
	};
	struct frag_map_head head = { .page_size = 4096,
				      .pageblock_order = 9,
				      .orders = 11,
				      .frames = 2048 };
	struct frag_map_writer w;

	assert_int_equal(frag_map_create(&w, d->fd, name, &head, NULL), 0);
	for (unsigned i = 0; i < 4; i++)
		frag_map_put(&w, &runs[i]);
	assert_int_equal(frag_map_end(&w), 0);
}

static void a_census_for_each_map(void **state)
{
	struct rundir *d = *state;
	const json_t *map;
	const json_t *maps;

	assert_int_equal(mkdirat(d->fd, "maps", 0755), 0);
	map_put(d, "maps/00-fill.map");
	rundir_manifest(d, ",\"maps\":[{\"phase\":\"fill\",\"t_ns\":7,"
			   "\"file\":\"maps/00-fill.map\"}]");
	rundir_phase(d, "fill", "run", 0, 1000, 0, 0);
	rundir_summarize(d);
	assert_metric(d, "map.free_pageblocks.fill", 1);
	assert_metric(d, "map.movable_pageblocks.fill", 2);
	assert_metric(d, "map.mixed_pageblocks.fill", 1);
	assert_metric(d, "map.frames_in_the_way.fill", 1);
	maps = json_object_get(d->summary, "maps");
	assert_int_equal(json_array_size(maps), 1);
	map = json_array_get(maps, 0);
	assert_string_equal(json_string_value(json_object_get(map, "phase")),
			    "fill");
	assert_int_equal(json_integer_value(json_object_get(map, "t_ns")), 7);
	assert_non_null(
		json_object_get(json_object_get(map, "census"), "poison"));
	unlinkat(d->fd, "maps/00-fill.map", 0);
	unlinkat(d->fd, "maps", AT_REMOVEDIR);
}

static bool has_note(const struct rundir *d, const char *text)
{
	const json_t *notes = json_object_get(d->summary, "notes");
	json_t *note;
	size_t i;

	json_array_foreach(notes, i, note)
	{
		if (strstr(json_string_value(note), text))
			return true;
	}
	return false;
}

static void what_is_no_map_of_the_run(void **state)
{
	struct rundir *d = *state;

	map_put(d, "x");
	rundir_manifest(d, ",\"maps\":[{\"phase\":\"a\",\"file\":\"x\"},"
			   "{\"phase\":\"b\",\"file\":\"maps/../x\"},"
			   "{\"phase\":\"c\",\"file\":\"maps/gone.map\"},"
			   "{\"phase\":\"d\"},7]");
	rundir_phase(d, "a", "run", 0, 1000, 0, 0);
	rundir_summarize(d);
	assert_int_equal(json_array_size(json_object_get(d->summary, "maps")),
			 0);
	assert_true(has_note(d, "not in maps/"));
	assert_true(has_note(d, "maps/gone.map: No such file"));
}

static void no_maps_no_word_of_them(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "a", "run", 0, 1000, 0, 0);
	rundir_summarize(d);
	assert_null(json_object_get(d->summary, "maps"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(a_census_for_each_map),
		rundir_test(what_is_no_map_of_the_run),
		rundir_test(no_maps_no_word_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
