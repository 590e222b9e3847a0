// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of metrics: complete, and found with and without a phase. */
#include "../../analysis/run.h"
#include "rundir.h"

static void rows_are_complete_and_unique(void **state)
{
	(void)state;
	assert_non_null(frag_metrics[0].name);
	for (const struct frag_metric *m = frag_metrics; m->name; m++) {
		const char *better = m->better;

		assert_true(!strcmp(better, "higher") ||
			    !strcmp(better, "lower") ||
			    !strcmp(better, "none"));
		assert_int_not_equal(m->unit[0], 0);
		assert_int_equal(m->about[strlen(m->about) - 1], '.');
		for (const struct frag_metric *o = frag_metrics; o < m; o++)
			assert_string_not_equal(o->name, m->name);
	}
}

/* A time says so in its unit, but for what is made of two times. */
static void times_are_told(void **state)
{
	static const char *const units[] = { "ms",	 "us",	     "ns",
					     "s",	 "1/s",	     "pages/s",
					     "ms/block", "index/min" };
	unsigned times = 0;

	(void)state;
	for (const struct frag_metric *m = frag_metrics; m->name; m++) {
		bool is_time = !strcmp(m->name, "over_floor") ||
			       !strcmp(m->name, "sampler.cpu_share") ||
			       !strcmp(m->name, "hold.cpu_share") ||
			       !strcmp(m->name, "stall.share");

		for (unsigned i = 0; i < sizeof(units) / sizeof(*units); i++)
			is_time = is_time || !strcmp(m->unit, units[i]);
		if (m->is_time != is_time)
			fail_msg("%s: is_time", m->name);
		times += is_time;
	}
	assert_int_equal(times, 47);
}

static void found_by_the_longest_name(void **state)
{
	(void)state;
	assert_string_equal(frag_metric_find("unusable")->name, "unusable");
	assert_string_equal(frag_metric_find("unusable.free")->name,
			    "unusable");
	assert_string_equal(frag_metric_find("unusable_pcp.a.b")->name,
			    "unusable_pcp");
	assert_string_equal(frag_metric_find("interleave.mean_run.x")->name,
			    "interleave.mean_run");
	assert_null(frag_metric_find("unusabl"));
	assert_null(frag_metric_find("interleave"));
	assert_null(frag_metric_find(""));
}

static void set_one(struct frag_run *r, const char *name, double number)
{
	frag_metric_set(r, name, NULL, frag_known(number));
}

static const json_t *get_one(const struct frag_run *r, const char *name)
{
	return json_object_get(json_object_get(r->metrics, name), "value");
}

static void values_have_the_decimals_of_their_unit(void **state)
{
	static struct frag_run r;

	(void)state;
	r.metrics = json_object();
	set_one(&r, "suitable", 7.6);
	set_one(&r, "free_mib", 980.8359375);
	set_one(&r, "effectiveness", -0.0001);
	set_one(&r, "over_floor", 1.0 / 0.0);
	assert_true(json_is_integer(get_one(&r, "suitable")));
	assert_int_equal(json_integer_value(get_one(&r, "suitable")), 8);
	rundir_near(json_number_value(get_one(&r, "free_mib")), 980.84);
	/* no "-0.0" in a summary */
	assert_true(1 / json_number_value(get_one(&r, "effectiveness")) > 0);
	assert_true(json_is_null(get_one(&r, "over_floor")));
	json_decref(r.metrics);
}

static void quotients_keep_the_first_reason(void **state)
{
	struct frag_value one = frag_known(1);
	struct frag_value none = frag_unknown("why");

	(void)state;
	assert_string_equal(frag_quotient(none, one, "zero").reason, "why");
	assert_string_equal(frag_quotient(one, none, "zero").reason, "why");
	assert_string_equal(frag_quotient(one, frag_known(0), "zero").reason,
			    "zero");
	assert_null(frag_quotient(one, frag_known(4), "zero").reason);
	rundir_near(frag_quotient(one, frag_known(4), "").number, 0.25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_complete_and_unique),
		cmocka_unit_test(times_are_told),
		cmocka_unit_test(found_by_the_longest_name),
		cmocka_unit_test(values_have_the_decimals_of_their_unit),
		cmocka_unit_test(quotients_keep_the_first_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
