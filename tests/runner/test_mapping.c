// SPDX-License-Identifier: GPL-2.0-or-later
/* Maps of this machine in a run directory: named, described, with owners; or a
 * note, once, where frames may not be seen. */
#include "mapping.h"
#include "scratch.h"

#include "fragbench/pagemap.h"

struct bench {
	struct scratch d;
	struct frag_rundir rd;
	struct frag_mapping m;
	struct frag_error e;
};

static int bench_set(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->d);
	assert_int_equal(frag_rundir_create(&b->rd, b->d.path, "x", 1, &b->e),
			 0);
	*state = b;
	return 0;
}

static int bench_clear(void **state)
{
	struct bench *b = *state;

	frag_rundir_close(&b->rd);
	scratch_remove(&b->d);
	free(b);
	return 0;
}

static bool can_look(void)
{
	uint64_t flags;
	int fd = frag_kpageflags_open();
	bool can = fd >= 0 && frag_kpageflags_read(fd, 0, 1, &flags) == 1;

	if (fd >= 0)
		close(fd);
	return can;
}

static const char *text_of(const json_t *list, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(list, i), key));
}

/* The frames that worker @owner has, by the map @name. */
static uint64_t owned(struct bench *b, const char *name, unsigned owner)
{
	struct frag_map_reader r;
	struct frag_map_run run;
	uint64_t sum = 0;
	int rc = frag_map_open(&r, b->rd.dirfd, name, &b->e);

	assert_int_equal(rc, 0);
	while ((rc = frag_map_next(&r, &run, &b->e)) > 0)
		if (run.owner == owner)
			sum += run.frames;
	frag_map_close(&r);
	assert_int_equal(rc, 0);
	return sum;
}

static void test_two_maps(void **state)
{
	enum { NOWNERS = 1 << 18 };
	struct bench *b = *state;
	const json_t *maps;
	uint8_t *owners;

	if (!can_look())
		skip();
	owners = calloc(1, NOWNERS);
	assert_non_null(owners);
	for (unsigned i = 4096; i < 4196; i++)
		owners[i] = 3;
	assert_int_equal(frag_mapping_begin(&b->m, &b->rd, &b->e), 0);
	assert_int_equal(
		frag_mapping_take(&b->m, &b->rd, "setup", NULL, 0, &b->e), 0);
	assert_int_equal(frag_mapping_take(&b->m, &b->rd, "Fill/2", owners,
					   NOWNERS, &b->e),
			 0);
	free(owners);
	maps = json_object_get(b->rd.manifest, "maps");
	assert_int_equal(json_array_size(maps), 2);
	assert_string_equal(text_of(maps, 0, "file"), "maps/00-setup.map");
	assert_string_equal(text_of(maps, 1, "phase"), "Fill/2");
	assert_string_equal(text_of(maps, 1, "file"), "maps/01-fill-2.map");
	assert_int_equal(owned(b, "maps/00-setup.map", 3), 0);
	assert_int_equal(owned(b, "maps/01-fill-2.map", 3), 100);
	assert_string_equal(text_of(json_object_get(b->rd.manifest, "files"), 1,
				    "name"),
			    "maps/01-fill-2.map");
	assert_int_equal(b->rd.doubts, 0);
}

static void test_none_are_taken(void **state)
{
	struct bench *b = *state;

	assert_int_equal(frag_mapping_take(&b->m, &b->rd, "a", NULL, 0, &b->e),
			 0);
	assert_null(json_object_get(b->rd.manifest, "maps"));
}

/* A file that is in the way is a failure of the run: its disk is full, or
 * somebody writes there. */
static void test_cannot_write(void **state)
{
	struct bench *b = *state;
	int fd;

	assert_int_equal(frag_mapping_begin(&b->m, &b->rd, &b->e), 0);
	fd = openat(b->rd.dirfd, "maps/00-a.map", O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(frag_mapping_take(&b->m, &b->rd, "a", NULL, 0, &b->e),
			 -EEXIST);
	assert_true(b->e.what[0]);
}

static void test_hidden_is_said_once(void **state)
{
	struct bench *b = *state;
	const json_t *warnings = json_object_get(b->rd.manifest, "warnings");

	if (geteuid())
		assert_false(can_look());
	if (can_look())
		skip();
	assert_int_equal(frag_mapping_begin(&b->m, &b->rd, &b->e), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(frag_mapping_take(&b->m, &b->rd, "a", NULL, 0,
						   &b->e),
				 0);
	assert_int_equal(json_array_size(warnings), 1);
	assert_int_equal(
		json_array_size(json_object_get(b->rd.manifest, "maps")), 0);
	assert_int_equal(faccessat(b->rd.dirfd, "maps/00-a.map", F_OK, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_two_maps, bench_set,
						bench_clear),
		cmocka_unit_test_setup_teardown(test_none_are_taken, bench_set,
						bench_clear),
		cmocka_unit_test_setup_teardown(test_cannot_write, bench_set,
						bench_clear),
		cmocka_unit_test_setup_teardown(test_hidden_is_said_once,
						bench_set, bench_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
