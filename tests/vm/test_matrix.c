// SPDX-License-Identifier: GPL-2.0-or-later
/* Which runs there are, in which order, what they are told, and what they come
 * to. */
#include "standin.h"

static struct frag_error e;

static struct frag_axis axis(const char *text)
{
	struct frag_scenario s;
	struct frag_axis a;

	memset(&e, 0, sizeof(e));
	assert_int_equal(
		frag_scenario_load(&s, "sbrk-interleave", 1ULL << 30, &e), 0);
	(void)frag_axis_parse(&a, text, &s, &e);
	frag_scenario_free(&s);
	return a;
}

/* Run what @config says; the caller frees @m. */
static int matrix_do(struct frag_matrix *m,
		     const struct frag_matrix_config *config)
{
	memset(&e, 0, sizeof(e));
	assert_int_equal(frag_matrix_make(m, config, &e), 0);
	return frag_matrix_run(m, &e);
}

static void test_every_cell_once(void **state)
{
	struct frag_axis axes[] = { axis("mode=lockstep,free-running"),
				    axis("append=,quiet,nokaslr") };
	struct frag_matrix_config config = config_make();
	unsigned seen[64] = { 0 };
	struct frag_matrix m;

	(void)state;
	config.axes = axes;
	config.naxes = 2;
	config.repeats = 3;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 2 * 2 * 3 * 3);
	assert_int_equal(m.ncolumns, 12);
	for (unsigned i = 0; i < m.ncells; i++) {
		/* Repeats outermost: one is through before the next begins. */
		assert_int_equal(m.cells[i].repeat, i / 12 + 1);
		seen[m.cells[i].column + 12 * (m.cells[i].repeat - 1)]++;
	}
	for (unsigned i = 0; i < m.ncells; i++)
		assert_int_equal(seen[i], 1);
	assert_string_equal(m.columns[0].name,
			    "debian:6.1 mode=lockstep append=");
	assert_string_equal(m.columns[11].name,
			    "debian:7.3 mode=free-running append=nokaslr");
	assert_int_equal(frag_matrix_exit(&m), 0);
	frag_matrix_free(&m);
	frag_axis_free(&axes[0]);
	frag_axis_free(&axes[1]);
}

/* The columns in the order in which @seed has them run, twice. */
static void order_of(uint64_t seed, unsigned order[20])
{
	struct frag_axis a = axis("vm.x=1,2,3,4,5");
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	config.axes = &a;
	config.naxes = 1;
	config.repeats = 2;
	config.seed = seed;
	config.is_kept = false;
	assert_int_equal(frag_matrix_make(&m, &config, &e), 0);
	for (unsigned i = 0; i < 20; i++)
		order[i] = m.cells[i].column;
	frag_matrix_free(&m);
	frag_axis_free(&a);
}

static void test_order_by_seed(void **state)
{
	unsigned a[20], b[20], c[20];
	unsigned changes = 0;

	(void)state;
	order_of(7, a);
	order_of(7, b);
	order_of(8, c);
	assert_memory_equal(a, b, sizeof(a));
	assert_memory_not_equal(a, c, sizeof(a));
	assert_memory_not_equal(a, a + 10, sizeof(a) / 2);
	/* Columns 0 to 4 are of one kernel: they do not run in one go. */
	for (unsigned i = 1; i < 20; i++)
		changes += a[i] / 5 != a[i - 1] / 5;
	assert_true(changes > 4);
}

static void test_what_a_guest_is_told(void **state)
{
	static const char *const words[] = { "--set", "pages=1000" };
	struct frag_axis axes[] = { axis("mode=lockstep"),
				    axis("append=nokaslr"),
				    axis("watermark_boost_factor=0"),
				    axis("for=2s") };
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	config.scenario = "/mine.ini";
	config.text = "[phase a]\n";
	config.words = words;
	config.nwords = 2;
	config.axes = axes;
	config.naxes = 4;
	config.nkernels = 1;
	config.repeats = 2;
	config.seed = 42;
	config.guest.append = "quiet";
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 2);
	assert_string_equal(
		world.starts[1].command,
		"[\"run\",\"/mine.ini\",\"--seed\",\"43\",\"--yes\",\"--set\","
		"\"pages=1000\",\"--set\",\"mode=lockstep\",\"--knob\","
		"\"watermark_boost_factor=0\",\"--for\",\"2s\"]");
	assert_string_equal(world.starts[0].append, "quiet nokaslr");
	assert_string_equal(world.starts[1].label, "mine-6.1-r2");
	assert_true(world.starts[0].has_file);
	assert_int_equal(world.starts[1].repeat, 2);
	assert_int_equal(world.starts[1].repeats, 2);
	frag_matrix_free(&m);
	for (unsigned i = 0; i < 4; i++)
		frag_axis_free(&axes[i]);
}

static void test_columns_are_series(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;
	const char *of[2] = { NULL, NULL };

	(void)state;
	config.repeats = 3;
	assert_int_equal(matrix_do(&m, &config), 0);
	for (unsigned i = 0; i < world.nstarts; i++) {
		const struct start *s = &world.starts[i];
		unsigned k = strcmp(s->kernel, "debian:6.1") != 0;
		char seed[32];

		if (of[k])
			assert_string_equal(of[k], s->series);
		of[k] = s->series;
		/* The same seed for the same repeat in every column. */
		snprintf(seed, sizeof(seed), "\"%d\"", s->repeat);
		assert_non_null(strstr(s->command, seed));
	}
	assert_string_not_equal(of[0], of[1]);
	frag_matrix_free(&m);
}

static void test_guests_at_once(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	config.repeats = 6;
	config.jobs = 3;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 12);
	assert_int_equal(world.most_at_once, 3);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_DONE), 12);
	frag_matrix_free(&m);
}

static void test_failures_do_not_stop_others(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	config.repeats = 2;
	world.nends = 3;
	world.ends[0] = (struct ending){ FRAG_GUEST_DONE, 1, true, "" };
	world.ends[1] = (struct ending){ FRAG_GUEST_PANIC, 0, true, "ouch" };
	world.ends[2] = (struct ending){ FRAG_GUEST_DONE, 5, true, "" };
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 4);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_FAILED), 1);
	assert_int_equal(frag_matrix_exit(&m), FRAG_EXIT_FAILED);
	assert_string_equal(m.cells[1].why, "ouch");
	frag_matrix_free(&m);
}

static void test_fail_fast(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	config.repeats = 4;
	config.fails_fast = true;
	world.nends = 2;
	world.ends[0] = (struct ending){ FRAG_GUEST_DONE, 0, true, "" };
	world.ends[1] = (struct ending){ FRAG_GUEST_PANIC, 0, true, "no" };
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 2);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_WAITS), 6);
	assert_int_equal(frag_matrix_exit(&m), FRAG_EXIT_FAILED);
	frag_matrix_free(&m);
}

static const struct ending no_boot = { FRAG_GUEST_NO_BOOT, 0, false,
				       "Fatal exception" };

/* TCG breaks a boot now and then: once is no reason to blame the kernel. */
static void test_no_boot_is_tried_again(void **state)
{
	struct frag_matrix_config config = config_make();
	char why[128];
	struct frag_matrix m;

	(void)state;
	config.fails_fast = true;
	world.nends = 1;
	world.ends[0] = no_boot;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 3);
	assert_string_equal(world.starts[0].command, world.starts[1].command);
	assert_string_equal(world.starts[0].series, world.starts[1].series);
	assert_int_equal(m.cells[0].tries, 2);
	assert_int_equal(m.cells[1].tries, 1);
	assert_int_equal(frag_matrix_exit(&m), FRAG_EXIT_DONE);
	assert_int_equal(frag_matrix_verdict(&m, why, sizeof(why)),
			 FRAG_EXIT_DONE);
	frag_matrix_free(&m);
}

/* Nor does it tell anything of a kernel that its results were cut off. */
static void test_cut_is_tried_again(void **state)
{
	const struct ending cut = { FRAG_GUEST_BROKEN, 0, true, "cut" };
	const struct ending broken = { FRAG_GUEST_BROKEN, 0, true, "ouch" };
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	config.nkernels = 1;
	world.nends = 1;
	world.ends[0] = cut;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 2);
	assert_int_equal(frag_matrix_exit(&m), FRAG_EXIT_DONE);
	frag_matrix_free(&m);
	world_begin();
	config.seed = 2;
	world.nends = 2;
	world.ends[0] = world.ends[1] = cut;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 2);
	assert_int_equal(frag_matrix_exit(&m), FRAG_EXIT_FAILED);
	frag_matrix_free(&m);
	world_begin();
	config.seed = 3;
	world.nends = 1;
	world.ends[0] = broken;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 1);
	frag_matrix_free(&m);
}

static void test_no_boot_twice_fails(void **state)
{
	struct frag_matrix_config config = config_make();
	char why[128];
	struct frag_matrix m;

	(void)state;
	config.nkernels = 1;
	world.nends = 2;
	world.ends[0] = world.ends[1] = no_boot;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 2);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_FAILED), 1);
	assert_int_equal(frag_matrix_exit(&m), FRAG_EXIT_FAILED);
	assert_int_equal(frag_matrix_verdict(&m, why, sizeof(why)),
			 FRAG_EXIT_NO_BOOT);
	frag_matrix_free(&m);
	/* The second guest cannot be started: nothing runs on. */
	world_begin();
	world.nends = 1;
	world.ends[0] = no_boot;
	world.fail_at = 2;
	assert_int_equal(matrix_do(&m, &config), -ENOSPC);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_WAITS), 1);
	frag_matrix_free(&m);
}

/* With memory for one there is one; once there is more, there are more. */
static void test_memory_is_looked_at_again(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	config.repeats = 4;
	config.jobs = 4;
	world.short_until = 1000000;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.most_at_once, 1);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_DONE), 8);
	frag_matrix_free(&m);
	world_begin();
	config.seed = 2;
	world.short_until = 2;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.most_at_once, 4);
	frag_matrix_free(&m);
}

static void test_exit_is_the_worst(void **state)
{
	static const int codes[][3] = {
		{ 0, 0, 0 }, { 0, 1, 1 }, { 5, 1, 5 }, { 0, 3, 4 }
	};
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	config.is_kept = false;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		world_begin();
		world.nends = 2;
		for (unsigned k = 0; k < 2; k++)
			world.ends[k] =
				(struct ending){ FRAG_GUEST_DONE, codes[i][k],
						 true, "" };
		assert_int_equal(matrix_do(&m, &config), 0);
		assert_int_equal(frag_matrix_exit(&m), codes[i][2]);
		frag_matrix_free(&m);
	}
	/* A single run has its own code. */
	world_begin();
	world.nends = 1;
	world.ends[0] = (struct ending){ FRAG_GUEST_DONE, 3, true, "" };
	config.nkernels = 1;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(frag_matrix_exit(&m), 3);
	assert_string_equal(m.cells[0].why, "this kernel has no vm.x");
	frag_matrix_free(&m);
}

static void test_host_trouble_stops_all(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	config.repeats = 5;
	config.jobs = 2;
	world.fail_at = 4;
	assert_int_equal(matrix_do(&m, &config), -ENOSPC);
	assert_string_equal(e.what, "no room for a guest");
	assert_int_equal(world.nstarts, 3);
	assert_int_equal(world.at_once, 0);
	frag_matrix_free(&m);
}

/* A guest that was killed has no deadline: it is still looked after. */
static void test_no_deadline(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	config.nkernels = 1;
	world.is_endless = true;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_DONE), 1);
	frag_matrix_free(&m);
}

static void test_too_many(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;

	(void)state;
	memset(&e, 0, sizeof(e));
	config.repeats = 100000;
	assert_int_equal(frag_matrix_make(&m, &config, &e), -E2BIG);
	assert_int_equal(e.exit, FRAG_EXIT_USAGE);
	frag_matrix_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_cell_once),
		TEST(test_order_by_seed),
		TEST(test_what_a_guest_is_told),
		TEST(test_columns_are_series),
		TEST(test_guests_at_once),
		TEST(test_failures_do_not_stop_others),
		TEST(test_fail_fast),
		TEST(test_no_boot_is_tried_again),
		TEST(test_cut_is_tried_again),
		TEST(test_no_boot_twice_fails),
		TEST(test_memory_is_looked_at_again),
		TEST(test_exit_is_the_worst),
		TEST(test_host_trouble_stops_all),
		TEST(test_no_deadline),
		TEST(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
