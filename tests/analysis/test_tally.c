// SPDX-License-Identifier: GPL-2.0-or-later
/* Differences of counters: none is made up where samples are missing. */
#include "rundir.h"

static void one_sample_is_no_difference(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "psi.csv",
		   "t_ns,phase,some_total_us,full_total_us\n"
		   "1,a,5000,100\n2,b,5000,\n3,b,6000,\n");
	rundir_summarize(d);
	rundir_lacks(d, "psi_some_ms.a", "only one sample");
	assert_metric(d, "psi_some_ms.b", 1);
	rundir_lacks(d, "psi_full_ms.b", "does not tell");
}

/* A thread that is not there yet, or no more, makes a sum too small: 20 and 7
 * ms are told by the two samples that have both. */
static void sum_needs_all_its_columns(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "c", "compact", 0, 9, 0, 0);
	rundir_put(d, "kthreads.csv",
		   "t_ns,phase,kcompactd0_ns,kcompactd1_ns,kswapd0_ns\n"
		   "1,c,1000000,,5\n"
		   "2,c,2000000,1000000,5\n"
		   "3,c,22000000,8000000,5\n"
		   "4,c,,9000000,5\n");
	rundir_summarize(d);
	assert_metric(d, "kcompactd_cpu_ms.c", 27);
	assert_metric(d, "kswapd_cpu_ms.c", 0);
	assert_true(json_is_true(json_object_get(d->summary, "trusted")));
}

/* Only kcompactd with a number and "_ns" is one. */
static void other_columns_are_not_added(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "c", "compact", 0, 9, 0, 0);
	rundir_put(d, "kthreads.csv",
		   "t_ns,phase,kcompactd12_ns,kcompactd_ns,kcompactd1_us,"
		   "kcompactd,k\n"
		   "1,c,0,0,0,0,0\n2,c,1000000,9000000,9000000,9000000,9\n");
	rundir_summarize(d);
	assert_metric(d, "kcompactd_cpu_ms.c", 1);
	rundir_lacks(d, "kswapd_cpu_ms.c", "does not tell");
	rundir_lacks(d, "cpu_ms.c", "does not tell");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(one_sample_is_no_difference),
		rundir_test(sum_needs_all_its_columns),
		rundir_test(other_columns_are_not_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
