// SPDX-License-Identifier: GPL-2.0-or-later
/* index.csv: the kernel's figures to the digit, and when it is written. */
#include "rundir.h"
#include "seeds.h"

enum { TEXT = 1 << 16 };

/* A file of the run as one text; the caller frees. */
static char *file_text(struct rundir *d, const char *name)
{
	int fd = openat(d->fd, name, O_RDONLY | O_CLOEXEC);
	char *text = calloc(1, TEXT);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, text, TEXT - 1);
	assert_in_range(n, 0, TEXT - 2);
	close(fd);
	return text;
}

static void columns_are_those_of_the_format(void **state)
{
	json_t *columns = frag_index_columns(12);
	const char *at[] = { "t_ns", "phase", "node", "zone" };

	(void)state;
	assert_int_equal(json_array_size(columns), 4 + 4 * 12);
	for (unsigned i = 0; i < 4; i++)
		assert_string_equal(
			at[i], json_string_value(json_object_get(
				       json_array_get(columns, i), "name")));
	assert_string_equal("extfrag_pcp_11",
			    json_string_value(json_object_get(
				    json_array_get(columns, 51), "name")));
	json_decref(columns);
}

/*
 * One free block of order 1, and 2 hidden pages. By hand: order 0 is served;
 * order 1 is served; from order 2 on 1000 - (1000 + 2000/2^k)/1:
 * k = 2: -500; k = 3: -250; ... With the hidden pages there are 3 blocks and 4
 * pages: unusable(1) 2/4; extfrag(2): 1000 - (1000 + 1000)/3 = 334.
 */
static void one_block_by_hand(void **state)
{
	const uint64_t one[11] = { 0, 1 };
	struct rundir *d = *state;
	char *text;

	rundir_zone(d, 5, "p", "DMA", 2, one);
	rundir_summarize(d);
	text = file_text(d, "index.csv");
	assert_non_null(strstr(text, "\n5,p,0,DMA,0.000,0.000,1.000,1.000,"));
	assert_non_null(strstr(text, ",1.000,-1.000,-1.000,0.-500,0.-250,"
				     "0.-125,0.-62,0.-31,"));
	assert_non_null(strstr(text, ",0.000,0.500,1.000,1.000,1.000,1.000,"
				     "1.000,1.000,1.000,1.000,1.000,-1.000,"
				     "-1.000,0.334,0.500,"));
	free(text);
}

static void all_is_the_sum_of_the_zones(void **state)
{
	struct rundir *d = *state;
	char *text;

	rundir_zone(d, 5, "p", "DMA32", 0, mint_dma32);
	rundir_zone(d, 5, "p", "Normal", 0, mint_normal);
	rundir_summarize(d);
	text = file_text(d, "index.csv");
	assert_non_null(strstr(text, "\n5,p,all,all,0.000,"));
	assert_non_null(strstr(text, "\n5,p,0,DMA32,0.000,"));
	assert_non_null(strstr(text, "\n5,p,0,Normal,0.000,"));
	/* free lists of orders 9 and 10: 1 block of order 9 in 573,253 pages */
	assert_non_null(strstr(text, "0.998,1.000,"));
	free(text);
}

static void absent_numbers_stay_empty(void **state)
{
	struct rundir *d = *state;
	char *text;

	rundir_put(d, "buddy.csv", "%s", rundir_buddy_header);
	rundir_put(d, "buddy.csv", "5,p,0,DMA,,,,,,,,,,,,,,,,,\n");
	rundir_put(d, "buddy.csv", "5,p,0,Low,,,,,,,1,0,0,0,0,0,0,0,0,0,0\n");
	rundir_summarize(d);
	text = file_text(d, "index.csv");
	assert_non_null(strstr(text, "\n5,p,0,DMA,,,,,,,,,,,,,,,,,,,,,,,,,,,,"
				     ",,,,,,,,,,,,,,,,\n"));
	assert_non_null(strstr(text, "\n5,p,all,all,0.000,1.000,"));
	assert_non_null(strstr(text, ",,,,,,,,,,,,,,,,,,,,,,\n5,p,0,DMA,"));
	assert_metric(d, "unusable.p", 1.0);
	rundir_lacks(d, "unusable_pcp.p", "per-CPU lists");
	rundir_lacks(d, "hidden_mib.p", "per-CPU lists");
	free(text);
}

/* A last sample that lacks zones would make "all" too small: it is left out,
 * here and in the state of its phase. */
static void incomplete_sample_is_left_out(void **state)
{
	const uint64_t one[11] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
	struct rundir *d = *state;
	char *text;

	rundir_zone(d, 5, "p", "DMA", 0, one);
	rundir_zone(d, 5, "p", "Normal", 0, one);
	rundir_zone(d, 9, "p", "DMA", 0, one);
	rundir_summarize(d);
	text = file_text(d, "index.csv");
	assert_non_null(strstr(text, "\n5,p,all,all,"));
	assert_null(strstr(text, "\n9,"));
	assert_metric(d, "suitable.p", 2);
	assert_true(rundir_says(d, "notes", "1 samples of buddy.csv lack"));
	free(text);
}

/* Only an index.csv that the manifest has a checksum of is left alone. */
static void sealed_index_is_kept(void **state)
{
	struct rundir *d = *state;
	char *text;

	rundir_zone(d, 5, "p", "DMA", 0, blog_start);
	rundir_put(d, "index.csv", "kept\n");
	rundir_manifest(d, ",\"status\":\"done\",\"files\":[{\"name\":"
			   "\"index.csv\",\"sha256\":\"12ab\"}]");
	rundir_summarize(d);
	text = file_text(d, "index.csv");
	assert_string_equal(text, "kept\n");
	free(text);

	rundir_manifest(d, ",\"status\":\"done\",\"files\":[]");
	rundir_summarize(d);
	text = file_text(d, "index.csv");
	assert_memory_equal(text, "t_ns,phase,node,zone,unusable_0,", 32);
	free(text);
}

static void failure_leaves_no_index(void **state)
{
	struct rundir *d = *state;

	rundir_zone(d, 5, "p", "DMA", 0, blog_start);
	rundir_put(d, "buddy.csv", "junk\n");
	rundir_fails(d, "buddy.csv cannot be read", "line 3 has 1 cells");
	assert_int_not_equal(faccessat(d->fd, "index.csv", F_OK, 0), 0);
	assert_int_not_equal(faccessat(d->fd, ".index.csv.new", F_OK, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_those_of_the_format),
		rundir_test(one_block_by_hand),
		rundir_test(all_is_the_sum_of_the_zones),
		rundir_test(absent_numbers_stay_empty),
		rundir_test(incomplete_sample_is_left_out),
		rundir_test(sealed_index_is_kept),
		rundir_test(failure_leaves_no_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
