// SPDX-License-Identifier: GPL-2.0-or-later
/* What every probe of the table promises, without taking any memory: a new one
 * is tested by being in the table. What they take is tests/system/probe.sh. */
#include <stdlib.h>
#include <unistd.h>

#include "probing.h"
#include "scenario-keys.h"
#include "scratch.h"
#include "tables.h"

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

static bool is_name(const char *name)
{
	return *name && !name[strspn(name, alphabet)];
}

static void check_row(const struct frag_probe *p, const struct frag_option *row)
{
	static const struct frag_option *const others[] = {
		frag_scenario_options, frag_phase_options, frag_probe_options
	};

	if (!is_name(row->name) || !row->about || !*row->about)
		fail_msg("%s: option %s: no name or no about", p->name,
			 row->name);
	for (unsigned i = 0; i < 3; i++)
		if (frag_option_find(others[i], row->name))
			fail_msg("%s: option %s is a key of all already",
				 p->name, row->name);
	assert_true(row->offset < p->options_size);
}

static void test_descriptors(void **state)
{
	(void)state;
	for (unsigned i = 0; frag_probes[i]; i++) {
		const struct frag_probe *p = frag_probes[i];

		assert_true(is_name(p->name));
		/* With "-512k" behind it, it fits into a label. */
		assert_true(strlen(p->name) <= 16);
		assert_ptr_equal(frag_probe_find(p->name), p);
		assert_null(strchr(p->summary, '\n'));
		assert_true(strlen(p->about) > 40);
		assert_true(p->count > 0 && p->state_size > 0);
		assert_non_null(p->orders);
		assert_non_null(p->open);
		assert_non_null(p->verified);
		assert_non_null(p->attempt);
		assert_non_null(p->release);
		for (const struct frag_option *row = p->options;
		     row && row->name; row++)
			check_row(p, row);
		for (const struct frag_need *n = p->needs;
		     n && n->kind != FRAG_NEED_END; n++)
			assert_true(n->why && *n->why);
	}
	assert_null(frag_probe_find("th"));
}

/* Orders ascend; a probe without any says why, and that it cannot be mended
 * by asking otherwise. */
static void test_orders(void **state)
{
	(void)state;
	for (unsigned i = 0; frag_probes[i]; i++) {
		unsigned orders[FRAG_PROBE_ORDERS];
		struct frag_error e = { 0 };
		unsigned n = frag_probes[i]->orders(orders, &e);

		assert_true(n <= FRAG_PROBE_ORDERS);
		for (unsigned o = 1; o < n; o++)
			assert_true(orders[o - 1] < orders[o]);
		if (!n) {
			assert_true(e.what[0]);
			assert_int_equal(e.exit, FRAG_EXIT_CANNOT);
		}
	}
}

/* A scenario with probes is read, changed and written back the same. */
static void test_scenario(void **state)
{
	static const char text[] = "; about\n[phase ask]\ndo = probe\n"
				   "probe = thp\ncount = 7\n"
				   "probe = collapse\nfill = 50\n";
	struct frag_error e = { 0 };
	struct frag_scenario s;
	struct frag_scenario again;
	char *written = NULL;
	size_t size;
	FILE *f;

	(void)state;
	assert_int_equal(frag_scenario_parse(&s, "x", text, 1, &e), 0);
	assert_int_equal(s.phases[0].nqueries, 2);
	assert_int_equal(s.phases[0].queries[0].common.count, 7);
	assert_int_equal(s.phases[0].queries[1].common.count, 0);
	assert_int_equal(frag_scenario_set(&s, "ask.fill=25", &e), 0);
	assert_int_equal(frag_scenario_set(&s, "patience=3", &e), 0);
	f = open_memstream(&written, &size);
	frag_scenario_write(&s, f);
	fclose(f);
	assert_non_null(strstr(written, "fill = 25"));
	assert_int_equal(frag_scenario_parse(&again, "x", written, 1, &e), 0);
	assert_int_equal(again.phases[0].queries[0].common.patience, 3);
	assert_int_equal(again.phases[0].queries[1].common.patience, 3);
	assert_string_equal(again.phases[0].queries[1].type->name, "collapse");
	frag_scenario_free(&again);
	frag_scenario_free(&s);
	free(written);
}

static void test_wrong(void **state)
{
	struct frag_error e = { 0 };
	struct frag_scenario s;

	(void)state;
	assert_int_equal(frag_scenario_parse(&s, "x",
					     "[phase a]\ndo = probe\n"
					     "probe = hugetl\n",
					     1, &e),
			 -EINVAL);
	assert_non_null(strstr(e.why, "did you mean hugetlb?"));
	frag_scenario_free(&s);
	memset(&e, 0, sizeof(e));
	assert_int_equal(frag_scenario_parse(&s, "x",
					     "[phase a]\ndo = probe\n"
					     "probe = thp\nfill = 3\n",
					     1, &e),
			 -EINVAL);
	frag_scenario_free(&s);
}

static void test_causes(void **state)
{
	struct frag_probe_result r = { 0 };
	char text[64];

	(void)state;
	assert_string_equal(
		frag_probe_causes_text(&r, "; ", text, sizeof(text)), "");
	r.causes[0] = (struct frag_probe_cause){ FRAG_SMALLER, 12 };
	r.causes[1] = (struct frag_probe_cause){ -EAGAIN, 3 };
	r.causes[2] = (struct frag_probe_cause){ -ENOTTY, 1 };
	assert_string_equal(frag_probe_causes_text(&r, "; ", text, sizeof(text)),
			    "smaller 12; EAGAIN 3; ENOTTY 1");
	/* Cut, never overrun. */
	assert_true(strlen(frag_probe_causes_text(&r, "; ", text, 8)) < 8);
	assert_string_equal(frag_probe_cause_about(-ENOTTY), strerror(ENOTTY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_scenario),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_causes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
