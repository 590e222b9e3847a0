// SPDX-License-Identifier: GPL-2.0-or-later
/* What a plan keeps of what was asked for, where it makes something else of it:
 * repeats of a run come to other sizes, and are alike in this. */
#include "plan.h"
#include "scratch.h"

static struct frag_scenario s;
static struct frag_topology *t;

static void plan(const char *text, uint64_t mib)
{
	const struct frag_facts f = {
		.page_size = 4096,
		.pageblock_order = 9,
		.orders = 11,
		.cpus = 2,
		.mem_total = mib << 20,
		.mem_available = mib << 20,
		.mem_free = mib << 20,
		.is_root = true,
	};
	struct frag_error e = { 0 };
	struct frag_plan p;

	frag_scenario_free(&s);
	if (frag_scenario_parse(&s, "x", text, f.mem_available, &e) ||
	    frag_plan_make(&p, &s, &f, t, false, &e))
		fail_msg("%s: %s", e.what, e.why);
}

static const char *asked(unsigned phase, unsigned i, const char *key)
{
	return json_string_value(
		json_object_get(s.phases[phase].instances[i].asked, key));
}

static void what_does_not_fit(void **state)
{
	static const char text[] = "[phase a]\ndo = run\n"
				   "workload = sbrk-interleave\npages = 25600\n"
				   "workload = skeleton\nsize = 200M\n";

	(void)state;
	plan(text, 7000);
	assert_null(asked(0, 0, "pages"));
	assert_null(asked(0, 1, "size"));
	plan(text, 300);
	assert_string_equal(asked(0, 0, "pages"), "25600");
	assert_null(asked(0, 0, "mode"));
	assert_string_equal(asked(0, 1, "size"), "200M");
}

static void shares_of_the_memory(void **state)
{
	(void)state;
	plan("[phase a]\ndo = run\n"
	     "workload = sbrk-interleave\npages = 25600\nshare = 2%\n"
	     "workload = skeleton\nsize = 20%\n"
	     "workload = skeleton\nsize = 20%\nsize = 1M\n",
	     7000);
	assert_string_equal(asked(0, 0, "pages"), "25600");
	assert_string_equal(asked(0, 1, "size"), "20%");
	assert_null(asked(0, 2, "size"));
}

static void arms_have_their_own(void **state)
{
	(void)state;
	plan("[phase a*]\ndo = run\nworkload = skeleton\nsize = 20%\n"
	     "[arm x]\n[arm y]\na.size = 1M\n",
	     7000);
	assert_string_equal(asked(0, 0, "size"), "20%");
	assert_null(asked(1, 0, "size"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_fit),
		cmocka_unit_test(shares_of_the_memory),
		cmocka_unit_test(arms_have_their_own),
	};
	struct frag_error e = { 0 };
	int rc;

	if (frag_topology_load(&t, &e))
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	frag_topology_free(t);
	frag_scenario_free(&s);
	return rc;
}
