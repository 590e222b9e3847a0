// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts, gates and drift: what is told, what is not, and how often chance is
 * taken for a difference. */
#include "compared.h"

#include "../../analysis/compare-parts.h"
#include "numbers.h"

/* Runs of one side, whose unusable.free are @n numbers from @first on, @step
 * apart. */
static void side_add(struct bench *b, enum frag_compare_side side, unsigned n,
		     double first, double step)
{
	struct sample s = plain;

	for (unsigned i = 0; i < n; i++) {
		/* not in this order: that would be a drift */
		s.free = first + step * (i * 5 % n);
		add(b, s, side);
	}
}

static const struct frag_compare_difference *
sides_judge(struct bench *b, unsigned n, double base, double new, double step)
{
	begin(b, NULL, 0);
	side_add(b, FRAG_SIDE_BASE, n, base, step);
	side_add(b, FRAG_SIDE_NEW, n, new, step);
	finish(b);
	return &row(b, "unusable.free")->differences[1];
}

static void no_p_below_four(void **state)
{
	struct bench *b = *state;
	const struct frag_compare_difference *d;

	d = sides_judge(b, 3, 0.2, 0.8, 0.001);
	assert_false(d->is_tested);
	assert_int_equal(d->verdict, FRAG_CANNOT_TELL);
	assert_true(objects(b, false, "fewer than 4"));
	d = sides_judge(b, 4, 0.2, 0.8, 0.001);
	assert_true(d->is_tested && d->ranks.is_exact);
	assert_near(d->ranks.p, 2.0 / 70, 1e-12);
	assert_true(objects(b, false, "fewer than 9"));
	sides_judge(b, 9, 0.2, 0.8, 0.001);
	assert_int_equal(b->c->nobjections, 0);
}

static void worse_better_and_same(void **state)
{
	struct bench *b = *state;
	const struct frag_compare_difference *d;

	d = sides_judge(b, 9, 0.2, 0.3, 0.001);
	assert_int_equal(d->verdict, FRAG_WORSE);
	assert_near(d->shift.value, 0.1, 1e-9);
	assert_true(d->shift.low > 0.09 && d->shift.high < 0.11);
	assert_int_equal(frag_compare_exit(b->c, true), FRAG_EXIT_BAD);
	assert_int_equal(frag_compare_exit(b->c, false), FRAG_EXIT_DONE);
	d = sides_judge(b, 9, 0.3, 0.2, 0.001);
	assert_int_equal(d->verdict, FRAG_BETTER);
	assert_int_equal(frag_compare_exit(b->c, true), FRAG_EXIT_DONE);
	d = sides_judge(b, 9, 0.2, 0.2, 0.0005);
	assert_int_equal(d->verdict, FRAG_SAME);
	/* certain, and of no matter: 0.009 is below the floor of 0.01 */
	d = sides_judge(b, 9, 0.2, 0.209, 0.0001);
	assert_true(d->adjusted < 0.05);
	assert_int_equal(d->verdict, FRAG_SAME);
}

static void what_scatters_cannot_be_told(void **state)
{
	struct bench *b = *state;
	const struct frag_compare_difference *d;

	d = sides_judge(b, 9, 0.2, 0.23, 0.05);
	assert_int_equal(d->verdict, FRAG_CANNOT_TELL);
	assert_true(d->detectable > 0.1 && d->detectable < 0.5);
	assert_null(d->why);
	assert_int_equal(frag_compare_exit(b->c, true), FRAG_EXIT_DONE);
}

/* What is the same in all runs is no test; with a second one that changes, 4
 * and 4 are too few: 2 * 2 / 70 is above 0.05. */
static void too_few_for_so_many(void **state)
{
	const struct frag_compare_difference *d;
	struct bench *b = *state;
	struct sample s = plain;

	d = sides_judge(b, 4, 0.2, 0.8, 0.001);
	assert_int_equal(b->c->ntests, 1);
	assert_int_equal(d->verdict, FRAG_WORSE);
	begin(b, NULL, 0);
	for (unsigned i = 0; i < 8; i++) {
		s.free = 0.2 + 0.1 * i;
		s.start = 0.02 + 0.001 * (i * 3 % 8);
		add(b, s, i < 4 ? FRAG_SIDE_BASE : FRAG_SIDE_NEW);
	}
	finish(b);
	d = &row(b, "unusable.free")->differences[1];
	assert_int_equal(b->c->ntests, 2);
	assert_near(d->adjusted, 4.0 / 70, 1e-12);
	assert_int_equal(d->verdict, FRAG_CANNOT_TELL);
	assert_non_null(strstr(d->why, "it takes 5 on each side"));
}

static void three_groups_are_held_against_the_first(void **state)
{
	static const char *const by[] = { "mode" };
	static const char *const modes[] = { "a", "b", "c" };
	const struct frag_compare_row *r;
	struct bench *b = *state;
	struct sample s = plain;

	begin(b, by, 1);
	for (unsigned i = 0; i < 24; i++) {
		s.mode = modes[i % 3];
		s.free = (i % 3 == 1 ? 0.7 : 0.8) + 0.001 * (i * 7 % 8);
		add(b, s, FRAG_SIDE_NONE);
	}
	finish(b);
	r = row(b, "unusable.free");
	assert_int_equal(b->c->ntests, 2);
	assert_int_equal(r->differences[1].verdict, FRAG_BETTER);
	assert_int_equal(r->differences[2].verdict, FRAG_SAME);
}

static void drift_is_told(void **state)
{
	const struct frag_compare_row *r;
	struct bench *b = *state;
	struct sample s = plain;

	begin(b, NULL, 0);
	side_add(b, FRAG_SIDE_BASE, 9, 0.2, 0.001);
	for (unsigned i = 0; i < 9; i++) {
		s.free = 0.2 + 0.01 * i;
		add(b, s, FRAG_SIDE_NEW);
	}
	finish(b);
	r = row(b, "unusable.free");
	assert_near(r->cells[1].slope, 0.01, 1e-9);
	assert_true(r->cells[1].slope_p < 1e-4);
	assert_true(objects(b, false, "the runs of new drift"));
	assert_false(objects(b, false, "the runs of base drift"));
}

/* --- gates ------------------------------------------------------------------- */

static enum frag_gate_outcome gate_of(struct bench *b,
				      struct frag_gate_rule rule, unsigned n,
				      double new, double step)
{
	enum frag_gate_outcome gate;

	rule.glob = "unusable.free";
	b->config.rules = &rule;
	b->config.nrules = 1;
	gate = sides_judge(b, n, 0.2, new, step)->gate;
	assert_int_equal(b->c->nrows, 1);
	b->config.rules = NULL;
	b->config.nrules = 0;
	return gate;
}

static void gate_passes_fails_and_is_unsure(void **state)
{
	static const struct frag_gate_rule plain_rule = { 0 };
	static const struct frag_gate_rule wide = {
		.limit = { true, false, 0.2 },
	};
	static const struct frag_gate_rule share = {
		.limit = { true, true, 0.3 },
	};
	static const struct frag_gate_rule turned = { .better = "higher" };
	struct bench *b = *state;

	assert_int_equal(gate_of(b, plain_rule, 9, 0.3, 0.001), FRAG_GATE_FAIL);
	assert_int_equal(frag_compare_exit(b->c, false), FRAG_EXIT_BAD);
	assert_int_equal(gate_of(b, wide, 9, 0.3, 0.001), FRAG_GATE_PASS);
	assert_int_equal(frag_compare_exit(b->c, false), FRAG_EXIT_DONE);
	/* 30 % of 0.204 are 0.061 */
	assert_int_equal(gate_of(b, share, 9, 0.27, 0.001), FRAG_GATE_FAIL);
	assert_int_equal(gate_of(b, share, 9, 0.25, 0.001), FRAG_GATE_PASS);
	assert_int_equal(gate_of(b, turned, 9, 0.3, 0.001), FRAG_GATE_PASS);
	/* too few, and too scattered to say that it is within the limit */
	assert_int_equal(gate_of(b, plain_rule, 3, 0.3, 0.001),
			 FRAG_GATE_UNSURE);
	assert_int_equal(frag_compare_exit(b->c, false), FRAG_EXIT_DOUBT);
	assert_int_equal(gate_of(b, plain_rule, 9, 0.23, 0.05),
			 FRAG_GATE_UNSURE);
}

/* The metric's floor of 5 % is 0.0102 of these. */
static void gate_holds_to_a_limit_below_the_floor(void **state)
{
	static const struct frag_gate_rule plain_rule = { 0 };
	static const struct frag_gate_rule narrow = {
		.limit = { true, true, 0.01 },
	};
	static const struct frag_gate_rule floored = {
		.limit = { true, true, 0.01 },
		.floor = { true, true, 0.1 },
	};
	static const struct frag_gate_rule none = {
		.limit = { true, false, 0 },
	};
	struct bench *b = *state;

	assert_int_equal(gate_of(b, plain_rule, 9, 0.207, 0.0005),
			 FRAG_GATE_PASS);
	assert_int_equal(gate_of(b, narrow, 9, 0.207, 0.0005), FRAG_GATE_FAIL);
	assert_int_equal(gate_of(b, narrow, 9, 0.2, 0.0005), FRAG_GATE_PASS);
	/* the same by its floor, and beyond its limit */
	assert_int_equal(gate_of(b, floored, 9, 0.207, 0.0005),
			 FRAG_GATE_UNSURE);
	assert_int_equal(gate_of(b, none, 9, 0.2, 0), FRAG_GATE_PASS);
	assert_int_equal(gate_of(b, none, 9, 0.2, 0.0005), FRAG_GATE_UNSURE);
}

/* Certain, by about 0.0095, which may as well be more than the floor. */
static void what_lies_at_the_floor_is_not_the_same(void **state)
{
	struct bench *b = *state;
	const struct frag_compare_difference *d;

	d = sides_judge(b, 9, 0.2, 0.2095, 0.001);
	assert_true(d->adjusted < 0.05);
	assert_true(fabs(d->shift.value) < d->floor);
	assert_int_equal(d->verdict, FRAG_CANNOT_TELL);
	assert_non_null(strstr(d->why, "more runs"));
}

static void gate_of_no_metric_is_wrong_use(void **state)
{
	static const struct frag_gate_rule rule = { .glob = "usable.free" };
	struct frag_error e = { 0 };
	struct bench *b = *state;

	b->config.rules = &rule;
	b->config.nrules = 1;
	begin(b, NULL, 0);
	side_add(b, FRAG_SIDE_BASE, 1, 0.2, 0);
	side_add(b, FRAG_SIDE_NEW, 1, 0.3, 0);
	assert_true(frag_compare_finish(b->c, &e) < 0);
	assert_int_equal(e.exit, FRAG_EXIT_USAGE);
}

/* --- chance ------------------------------------------------------------------ */

enum { METRICS = 8, SIDE = 9 };

/* A table of numbers by chance, the new side of the first metric higher. */
struct table {
	struct frag_compare c;
	struct frag_compare_group groups[2];
	struct frag_compare_metric metric;
	struct frag_compare_row rows[METRICS];
	struct frag_compare_cell cells[METRICS][2];
	struct frag_compare_difference differences[METRICS][2];
	double values[METRICS][2][SIDE];
};

static void cell_make(struct frag_compare_cell *cell, double *values,
		      double mean, uint64_t *seed)
{
	double sorted[SIDE];

	for (unsigned i = 0; i < SIDE; i++)
		sorted[i] = values[i] = mean + 10 * number_normal(seed);
	*cell = (struct frag_compare_cell){ .values = values, .n = SIDE };
	cell->median = frag_median(sorted, SIDE);
	cell->min = sorted[0];
	cell->max = sorted[SIDE - 1];
}

/* How many of the metrics are called different. */
static unsigned chance_judge(struct table *t, double shift, uint64_t *seed)
{
	unsigned alarms = 0;

	memset(t, 0, sizeof(*t));
	t->metric = (struct frag_compare_metric){ "m", "ms", "lower", false };
	t->c.rows = t->rows;
	t->c.nrows = METRICS;
	t->c.groups = t->groups;
	t->c.ngroups = 2;
	for (unsigned m = 0; m < METRICS; m++) {
		t->rows[m] = (struct frag_compare_row){
			.metric = &t->metric,
			.better = "lower",
			.cells = t->cells[m],
			.differences = t->differences[m],
		};
		cell_make(&t->cells[m][0], t->values[m][0], 100, seed);
		cell_make(&t->cells[m][1], t->values[m][1],
			  100 + (m ? 0 : shift), seed);
	}
	frag_compare_judge(&t->c);
	for (unsigned m = 0; m < METRICS; m++)
		alarms += t->differences[m][1].verdict > FRAG_SAME;
	for (unsigned i = 0; i < t->c.ntexts; i++)
		free(t->c.texts[i]);
	free(t->c.texts);
	return alarms;
}

/* Two series of one configuration: of 400 comparisons, of 8 metrics each, in no
 * more than 5 % any metric is called different. */
static void chance_is_seldom_a_difference(void **state)
{
	static struct table t;
	uint64_t seed = 20261122;
	unsigned alarms = 0;
	unsigned found = 0;

	(void)state;
	for (unsigned i = 0; i < 400; i++)
		alarms += chance_judge(&t, 0, &seed) > 0;
	assert_in_range(alarms, 1, 20);
	for (unsigned i = 0; i < 100; i++) {
		chance_judge(&t, 30, &seed);
		found += t.differences[0][1].verdict == FRAG_WORSE;
	}
	assert_in_range(found, 95, 100);
}

/* The same with run directories, 20 times. */
static void twenty_times_the_same_configuration(void **state)
{
	struct bench *b = *state;
	uint64_t seed = 7;
	unsigned alarms = 0;

	for (unsigned k = 0; k < 20; k++) {
		begin(b, NULL, 0);
		for (unsigned i = 0; i < 2 * SIDE; i++) {
			struct sample s = plain;

			s.start = 0.05 + 0.01 * number_normal(&seed);
			s.free = 0.5 + 0.1 * number_normal(&seed);
			add(b, s, i % 2 ? FRAG_SIDE_NEW : FRAG_SIDE_BASE);
		}
		finish(b);
		alarms += frag_compare_exit(b->c, true) != FRAG_EXIT_DONE;
	}
	assert_in_range(alarms, 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		bench_test(no_p_below_four),
		bench_test(worse_better_and_same),
		bench_test(what_scatters_cannot_be_told),
		bench_test(too_few_for_so_many),
		bench_test(three_groups_are_held_against_the_first),
		bench_test(drift_is_told),
		bench_test(gate_passes_fails_and_is_unsure),
		bench_test(gate_holds_to_a_limit_below_the_floor),
		bench_test(what_lies_at_the_floor_is_not_the_same),
		bench_test(gate_of_no_metric_is_wrong_use),
		cmocka_unit_test(chance_is_seldom_a_difference),
		bench_test(twenty_times_the_same_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
