// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands in the way on one node of a recorded machine, on all of them, and
 * at an order that no free list has. */
#include "pictures.h"
#include "verb/probe.h"

#define NUMA MACHINE("7.3-numa4-fragmented")

static struct frag_picture numa;

static int picture_open(void **state)
{
	struct frag_error e = { .exit = 0 };

	(void)state;
	return frag_picture_read(&numa, NUMA, &e);
}

static int picture_close(void **state)
{
	(void)state;
	frag_picture_free(&numa);
	return 0;
}

static char *way_paper(void (*put)(FILE *out, const struct frag_way *w),
		       const struct frag_way *w)
{
	char *text = calloc(1, PAPER);
	FILE *out = text ? fmemopen(text, PAPER, "w") : NULL;

	assert_non_null(out);
	put(out, w);
	fclose(out);
	return text;
}

/* The nodes add up to the machine, and are not the machine. */
static void test_nodes(void **state)
{
	struct frag_way all;
	struct frag_way one;
	uint64_t free = 0;
	uint64_t suitable = 0;
	uint64_t high = 0;
	uint64_t movable = 0;
	char node[8];

	(void)state;
	frag_way_of(&all, &numa, 9, "all");
	assert_int_equal(all.node, -1);
	for (int n = 0; n < 4; n++) {
		snprintf(node, sizeof(node), "%d", n);
		frag_way_of(&one, &numa, 9, node);
		assert_int_equal(one.node, n);
		assert_in_range(one.free, 1, all.free - 1);
		free += one.free;
		suitable += one.suitable;
		high += one.high;
		movable += one.movable;
	}
	assert_int_equal(free, all.free);
	assert_int_equal(suitable, all.suitable);
	assert_int_equal(high, all.high);
	assert_int_equal(movable, all.movable);
}

/* As the kernel's own lines of that node say. */
static void test_one_node(void **state)
{
	struct frag_buddy b = { 0 };
	struct frag_way w;

	(void)state;
	for (unsigned i = 0; i < numa.nzones; i++)
		if (numa.zones[i].zone.node == 2)
			frag_buddy_add(&b, &numa.zones[i].zone.buddy);
	frag_way_of(&w, &numa, 9, "2");
	assert_int_equal(w.free, frag_buddy_pages(&b) * numa.page_size);
	assert_int_equal(w.suitable, frag_buddy_suitable(&b, 9));
	assert_int_equal(w.unusable, frag_buddy_unusable(&b, 9));
}

static void test_advice(void **state)
{
	struct frag_way w;
	char *text;

	(void)state;
	frag_way_of(&w, &numa, 9, "2");
	text = way_paper(frag_way_advise, &w);
	assert_non_null(strstr(
		text, "echo 1 > /sys/devices/system/node/node2/compact\n"));
	assert_null(strstr(text, "compact_memory"));
	free(text);
	text = way_paper(frag_way_say, &w);
	assert_non_null(strstr(text, "at order 9 on node 2, before"));
	assert_non_null(strstr(text, "reclaimable, of the whole machine\n"));
	free(text);
	frag_way_of(&w, &numa, 9, "all");
	text = way_paper(frag_way_advise, &w);
	assert_non_null(strstr(text, "echo 1 > /proc/sys/vm/compact_memory\n"));
	free(text);
}

/* 1 GiB is beyond the free lists: they say nothing of it, and not that there is
 * nothing. */
static void test_beyond(void **state)
{
	struct frag_way w;
	json_t *json;
	char *text;

	(void)state;
	frag_way_of(&w, &numa, 18, "all");
	assert_true(w.free > 0);
	text = way_paper(frag_way_say, &w);
	assert_non_null(strstr(text, "on lists that end at order 10: "));
	assert_null(strstr(text, "unusable"));
	free(text);
	json = frag_way_json(&w);
	assert_non_null(json);
	assert_true(json_is_null(json_object_get(json, "suitable")));
	assert_true(json_is_null(json_object_get(json, "unusable")));
	assert_string_equal(json_string_value(json_object_get(json, "node")),
			    "all");
	json_decref(json);
	frag_way_of(&w, &numa, 9, "3");
	json = frag_way_json(&w);
	assert_true(json_is_integer(json_object_get(json, "suitable")));
	assert_true(json_is_real(json_object_get(json, "unusable")));
	assert_int_equal(json_integer_value(json_object_get(json, "node")), 3);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_one_node),
		cmocka_unit_test(test_advice),
		cmocka_unit_test(test_beyond),
	};

	return cmocka_run_group_tests(tests, picture_open, picture_close);
}
