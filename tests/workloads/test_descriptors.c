// SPDX-License-Identifier: GPL-2.0-or-later
/* What every workload of the table says of itself, the skeleton among them. */
#include "crew.h"
#include "scratch.h"
#include "tables.h"

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

static bool is_name(const char *name)
{
	return *name && !name[strspn(name, alphabet)];
}

static size_t type_size(enum frag_option_type type)
{
	switch (type) {
	case FRAG_FLAG:
		return sizeof(bool);
	case FRAG_RATE:
		return sizeof(double);
	case FRAG_TEXT:
	case FRAG_CHOICE:
		return sizeof(char *);
	case FRAG_WORDS:
		return sizeof(struct frag_words);
	default:
		return sizeof(uint64_t);
	}
}

static void check_row(const struct frag_workload *w,
		      const struct frag_option *row)
{
	static const struct frag_option *const others[] = {
		frag_scenario_options, frag_phase_options, frag_worker_options
	};
	const struct frag_phase run = { .settings.action = "run" };

	if (!is_name(row->name) || !row->about || !*row->about)
		fail_msg("%s: option %s: no name or no about", w->name,
			 row->name);
	/* Keys of other kinds of phases may be those of a workload, too. */
	for (unsigned i = 0; i < 3; i++) {
		const struct frag_option *other =
			frag_option_find(others[i], row->name);

		if (other && (i != 1 || frag_phase_has_row(&run, other)))
			fail_msg("%s: option %s is a key of all already",
				 w->name, row->name);
	}
	assert_string_not_equal(row->name, "workload");
	assert_true(row->offset + type_size(row->type) <= w->options_size);
	assert_true(row->type != FRAG_CHOICE || row->value);
	assert_ptr_equal(frag_option_find(w->options, row->name), row);
}

static void check_counters(const struct frag_workload *w)
{
	static const char *const units[] = { "count", "pages", "bytes", "ns" };
	const struct frag_workload_counter *c = w->counters;
	unsigned n = 0;

	for (; c && c->name; c++) {
		bool is_unit = false;

		for (unsigned i = 0; i < 4; i++)
			is_unit |= !strcmp(c->unit, units[i]);
		if (!is_name(c->name) || strlen(c->name) > 24 || !is_unit ||
		    !c->about || !*c->about || ++n > FRAG_COUNTERS_MAX)
			fail_msg("%s: counter %s", w->name, c->name);
		for (const struct frag_workload_counter *d = w->counters;
		     d != c; d++)
			assert_string_not_equal(d->name, c->name);
	}
}

static void check_need(const struct frag_need *n)
{
	assert_true(n->why && *n->why);
	assert_true(n->kind != FRAG_NEED_FILE || n->arg);
	assert_true(n->kind != FRAG_NEED_CALL || (n->arg && n->ask));
	assert_true(n->kind != FRAG_NEED_NODES || n->count > 1);
}

static void test_descriptors(void **state)
{
	(void)state;
	for (unsigned i = 0; frag_workloads[i]; i++) {
		const struct frag_workload *w = frag_workloads[i];

		assert_true(is_name(w->name));
		assert_ptr_equal(frag_workload_find(w->name), w);
		assert_true(w->summary && *w->summary);
		assert_null(strchr(w->summary, '\n'));
		assert_true(w->about && strlen(w->about) > 40);
		assert_non_null(w->step);
		assert_in_range(w->processes, 1, FRAG_WORKERS_MAX);
		/* Who tells how much it takes must be able to take less. */
		assert_true(!w->bytes == !w->shrink);
		for (const struct frag_option *row = w->options;
		     row && row->name; row++)
			check_row(w, row);
		for (const struct frag_need *n = w->needs;
		     n && n->kind != FRAG_NEED_END; n++)
			check_need(n);
		check_counters(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
