// SPDX-License-Identifier: GPL-2.0-or-later
/* The same matrix again goes on where it was stopped; another one does not. */
#include <sys/file.h>

#include "standin.h"

static struct frag_error e;

/* Run 2 kernels x 4 repeats as @config has them; returns what that returned. */
static int matrix_do(struct frag_matrix *m,
		     const struct frag_matrix_config *config)
{
	int rc;

	memset(&e, 0, sizeof(e));
	rc = frag_matrix_make(m, config, &e);
	return rc ? rc : frag_matrix_run(m, &e);
}

static struct frag_matrix_config config_of_eight(void)
{
	struct frag_matrix_config config = config_make();

	config.repeats = 4;
	config.seed = 0;
	return config;
}

/* Stop it when the guest number @at has started; its seed. */
static uint64_t stopped_at(unsigned at)
{
	struct frag_matrix_config config = config_of_eight();
	struct frag_matrix m;
	uint64_t seed;

	world.stop_at = at;
	assert_int_equal(matrix_do(&m, &config), -EINTR);
	assert_string_equal(e.what, "");
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_DONE), at - 1);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_RUNS), 0);
	seed = m.seed;
	frag_matrix_free(&m);
	assert_int_equal(files_count("vm-"), 1);
	assert_int_equal(files_count(".vm-"), 0);
	return seed;
}

static void test_goes_on(void **state)
{
	struct frag_matrix_config config = config_of_eight();
	uint64_t seed = stopped_at(4);
	char series[2][32];
	struct frag_matrix m;
	unsigned before = 0;

	(void)state;
	for (unsigned k = 0; k < 2; k++)
		for (unsigned i = 0; i < world.nstarts; i++)
			if (!strcmp(world.starts[i].kernel, kernels[k].name))
				snprintf(series[k], sizeof(series[k]), "%s",
					 world.starts[i].series);
	world_begin();
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 5);
	assert_int_equal(m.seed, seed);
	for (unsigned k = 0; k < 2; k++)
		assert_string_equal(m.columns[k].series, series[k]);
	for (unsigned i = 0; i < m.ncells; i++) {
		assert_int_equal(m.cells[i].state, FRAG_CELL_DONE);
		assert_non_null(m.cells[i].summary);
		before += m.cells[i].was_before;
	}
	assert_int_equal(before, 3);
	frag_matrix_free(&m);
	/* All is done: nothing is left of the state. */
	assert_int_equal(files_count("vm-"), 0);
	assert_int_equal(files_count(".vm-"), 0);
	assert_int_equal(files_count("run-"), 8);
	world_begin();
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 8);
	frag_matrix_free(&m);
}

static void test_a_lost_run_is_run_again(void **state)
{
	struct frag_matrix_config config = config_of_eight();
	struct frag_matrix m;
	char path[512];

	(void)state;
	stopped_at(4);
	world_begin();
	assert_int_equal(frag_matrix_make(&m, &config, &e), 0);
	snprintf(path, sizeof(path), "%s/summary.json", m.cells[1].path);
	assert_int_equal(unlink(path), 0);
	frag_matrix_free(&m);
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 6);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_DONE), 8);
	frag_matrix_free(&m);
}

/* What failed is not done: the same command line runs it again. */
static void test_failed_runs_are_run_again(void **state)
{
	struct frag_matrix_config config = config_of_eight();
	struct frag_matrix m;

	(void)state;
	world.nends = 1;
	world.ends[0] = (struct ending){ FRAG_GUEST_HANG, 0, true, "silent" };
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(frag_matrix_exit(&m), FRAG_EXIT_FAILED);
	frag_matrix_free(&m);
	assert_int_equal(files_count("vm-"), 1);
	world_begin();
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 1);
	assert_int_equal(frag_matrix_exit(&m), 0);
	frag_matrix_free(&m);
	assert_int_equal(files_count("vm-"), 0);
}

/* How many runs of a changed matrix are done already. */
static unsigned done_before(const struct frag_matrix_config *config)
{
	struct frag_matrix m;
	unsigned n;

	assert_int_equal(frag_matrix_make(&m, config, &e), 0);
	n = frag_matrix_count(&m, FRAG_CELL_DONE);
	frag_matrix_free(&m);
	return n;
}

static void test_another_matrix_is_another(void **state)
{
	static const char *const words[] = { "--set", "pages=1" };
	static const char *const modules[] = { "a.ko", NULL };
	struct frag_vm_machine large = machine;
	struct frag_matrix_config config;

	(void)state;
	stopped_at(4);
	config = config_of_eight();
	assert_int_equal(done_before(&config), 3);
	/* These decide how it is run, not what. */
	config.jobs = 2;
	config.guest.boot_ns = 1;
	assert_int_equal(done_before(&config), 3);
	config = config_of_eight();
	config.repeats = 5;
	assert_int_equal(done_before(&config), 0);
	config = config_of_eight();
	config.seed = 3;
	assert_int_equal(done_before(&config), 0);
	config = config_of_eight();
	config.nkernels = 3;
	assert_int_equal(done_before(&config), 0);
	config = config_of_eight();
	config.scenario = "/null.ini";
	config.text = "[phase a]\n";
	assert_int_equal(done_before(&config), 0);
	config = config_of_eight();
	config.words = words;
	config.nwords = 2;
	assert_int_equal(done_before(&config), 0);
	config = config_of_eight();
	large.memory *= 2;
	config.guest.machine = &large;
	assert_int_equal(done_before(&config), 0);
	config = config_of_eight();
	config.guest.append = "quiet";
	assert_int_equal(done_before(&config), 0);
	config = config_of_eight();
	config.guest.accel = "kvm";
	assert_int_equal(done_before(&config), 0);
	config = config_of_eight();
	config.guest.modules = modules;
	assert_int_equal(done_before(&config), 0);
	config = config_of_eight();
	config.tool = "1";
	assert_int_equal(done_before(&config), 0);
}

/* A kernel that was built anew is another kernel, whatever it is called. */
static void test_another_image_is_another(void **state)
{
	struct frag_kernel own = { .name = "./bzImage", .release = "7.4.0" };
	struct frag_matrix_config config = config_of_eight();
	struct frag_matrix m;

	(void)state;
	snprintf(own.image, sizeof(own.image), "%s/bzImage", world.s.path);
	scratch_text(&world.s, "bzImage", "one");
	config.kernels = &own;
	config.nkernels = 1;
	world.stop_at = 3;
	assert_int_equal(matrix_do(&m, &config), -EINTR);
	frag_matrix_free(&m);
	assert_int_equal(done_before(&config), 2);
	scratch_text(&world.s, "bzImage", "two");
	assert_int_equal(done_before(&config), 0);
}

static void test_two_at_once(void **state)
{
	struct frag_matrix_config config = config_of_eight();
	struct frag_matrix first;
	struct frag_matrix second;

	(void)state;
	assert_int_equal(frag_matrix_make(&first, &config, &e), 0);
	assert_int_equal(frag_matrix_make(&second, &config, &e), -EBUSY);
	assert_non_null(strstr(e.what, "the same matrix is at work in "));
	frag_matrix_free(&second);
	/* The one that was refused has not let go of what is not its own. */
	memset(&e, 0, sizeof(e));
	assert_int_equal(frag_matrix_make(&second, &config, &e), -EBUSY);
	frag_matrix_free(&second);
	/* Without a state there is nothing to fight over. */
	config.is_kept = false;
	assert_int_equal(frag_matrix_make(&second, &config, &e), 0);
	frag_matrix_free(&second);
	frag_matrix_free(&first);
	config.is_kept = true;
	memset(&e, 0, sizeof(e));
	assert_int_equal(frag_matrix_make(&second, &config, &e), 0);
	frag_matrix_free(&second);
}

/* A state that is damaged is as good as none, and never a crash. */
static void test_damaged_state(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{\"version\": 2}",
		"{\"version\": 1, \"seed\": 1, \"columns\": 3}",
		"{\"version\": 1, \"seed\": 1, \"columns\": [1, 2], "
		"\"done\": {\"a\": 1}}",
		"{\"version\": 1, \"seed\": 1, \"columns\": [{\"series\": \"a\"}, "
		"{\"series\": \"b\"}], \"done\": {}}",
		"{\"version\": 1, \"seed\": 1, \"columns\": [1, 2], "
		"\"done\": [7, {\"run\": 3}, {\"column\": 9, \"run\": \"x\"}, "
		"{\"column\": 0, \"repeat\": 1, \"run\": \"../../x\"}]}",
	};
	struct frag_matrix_config config = config_of_eight();
	DIR *dir = NULL;
	struct dirent *d;
	char name[64] = "";

	(void)state;
	stopped_at(3);
	dir = opendir(world.s.path);
	assert_non_null(dir);
	while ((d = readdir(dir)))
		if (!strncmp(d->d_name, "vm-", 3))
			snprintf(name, sizeof(name), "%s", d->d_name);
	closedir(dir);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		memset(&e, 0, sizeof(e));
		scratch_text(&world.s, name, texts[i]);
		assert_int_equal(done_before(&config), 0);
	}
}

/* The name of the state file. */
static void state_name(char *name, size_t size)
{
	DIR *dir = opendir(world.s.path);
	struct dirent *d;

	assert_non_null(dir);
	while ((d = readdir(dir)))
		if (!strncmp(d->d_name, "vm-", 3))
			snprintf(name, size, "%s", d->d_name);
	closedir(dir);
}

/* A state without its list of what is done would note nothing for ever. */
static void test_a_state_without_a_list_is_none(void **state)
{
	struct frag_matrix_config config = config_of_eight();
	struct frag_matrix m;
	char name[64] = "";

	(void)state;
	stopped_at(3);
	state_name(name, sizeof(name));
	scratch_text(&world.s, name,
		     "{\"version\": 1, \"seed\": 1, \"columns\": [{\"series\": "
		     "\"a\"}, {\"series\": \"b\"}], \"done\": {}}");
	world_begin();
	world.stop_at = 3;
	assert_int_equal(matrix_do(&m, &config), -EINTR);
	frag_matrix_free(&m);
	assert_int_equal(done_before(&config), 2);
}

/* Killed between the arrival of the runs and their notes: they are there. */
static void test_runs_that_were_not_noted(void **state)
{
	struct frag_matrix_config config = config_of_eight();
	struct frag_matrix m;
	char name[64] = "";
	json_t *kept;

	(void)state;
	stopped_at(4);
	state_name(name, sizeof(name));
	kept = frag_json_read(world.s.fd, name, NULL);
	assert_non_null(kept);
	assert_int_equal(json_array_clear(json_object_get(kept, "done")), 0);
	assert_int_equal(frag_json_write(world.s.fd, name, kept, NULL), 0);
	json_decref(kept);
	world_begin();
	assert_int_equal(frag_matrix_make(&m, &config, &e), 0);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_DONE), 3);
	/* What failed, or is not sealed, is no run. */
	for (unsigned i = 0; i < 2; i++) {
		char path[600];

		snprintf(path, sizeof(path), "%s%s", m.cells[i].path,
			 i ? ".failed" : ".partial");
		assert_int_equal(rename(m.cells[i].path, path), 0);
	}
	frag_matrix_free(&m);
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_int_equal(world.nstarts, 7);
	assert_int_equal(frag_matrix_count(&m, FRAG_CELL_DONE), 8);
	frag_matrix_free(&m);
}

/* Even the first run is known by its series, which is written before it. */
static void test_begun_before_the_first_run(void **state)
{
	struct frag_matrix_config config = config_of_eight();
	struct frag_matrix m;

	(void)state;
	assert_int_equal(frag_matrix_make(&m, &config, &e), 0);
	assert_int_equal(files_count("vm-"), 1);
	assert_true(frag_matrix_is_begun(world.s.path));
	frag_matrix_free(&m);
	/* Nothing was done: nothing is to be gone on with. */
	assert_int_equal(files_count("vm-"), 0);
	assert_false(frag_matrix_is_begun(world.s.path));
}

static void test_locks_of_the_killed_go(void **state)
{
	struct frag_matrix_config config = config_of_eight();
	struct frag_matrix m;
	int held;

	(void)state;
	scratch_text(&world.s, ".vm-0000000000000000.lock", "");
	scratch_text(&world.s, ".vm-1111111111111111.lock", "");
	held = openat(world.s.fd, ".vm-1111111111111111.lock",
		      O_RDWR | O_CLOEXEC);
	assert_true(held >= 0);
	assert_int_equal(flock(held, LOCK_EX), 0);
	assert_int_equal(frag_matrix_make(&m, &config, &e), 0);
	assert_int_equal(files_count(".vm-0000000000000000"), 0);
	assert_int_equal(files_count(".vm-1111111111111111"), 1);
	assert_int_equal(files_count(".vm-"), 2);
	frag_matrix_free(&m);
	close(held);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_goes_on),
		TEST(test_a_lost_run_is_run_again),
		TEST(test_failed_runs_are_run_again),
		TEST(test_another_matrix_is_another),
		TEST(test_another_image_is_another),
		TEST(test_two_at_once),
		TEST(test_damaged_state),
		TEST(test_a_state_without_a_list_is_none),
		TEST(test_runs_that_were_not_noted),
		TEST(test_begun_before_the_first_run),
		TEST(test_locks_of_the_killed_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
