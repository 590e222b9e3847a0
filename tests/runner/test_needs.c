// SPDX-License-Identifier: GPL-2.0-or-later
/* What is said of each kind of need that is missing. */
#include "needs.h"

#include "scratch.h"

static struct frag_error e;
static bool is_there;

static int ask(struct frag_error *told)
{
	if (is_there)
		return 0;
	frag_fail(told, 0, "io_uring is disabled");
	frag_error_why(told, "by the sysctl");
	frag_error_mend(told, "sysctl kernel.io_uring_disabled=0");
	return -EPERM;
}

static int check(const struct frag_need *n, const struct frag_facts *f,
		 bool is_sure)
{
	const struct frag_need needs[] = { *n, { .kind = FRAG_NEED_END } };

	frag_error_clear(&e);
	return frag_needs_check("eater", needs, f, is_sure, &e);
}

static void assert_missing(const char *why, const char *mend)
{
	assert_string_equal(e.what, "eater cannot run here");
	assert_string_equal(e.why, why);
	assert_string_equal(e.mend, mend);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
}

static void test_root(void **state)
{
	const struct frag_need n = { .kind = FRAG_NEED_ROOT, .why = "eating" };
	struct frag_facts f = { .is_root = true };

	(void)state;
	assert_int_equal(check(&n, &f, false), 0);
	f.is_root = false;
	assert_int_equal(check(&n, &f, false), -EPERM);
	assert_missing("root: missing; needed for eating", "run as root");
}

static void test_file(void **state)
{
	struct frag_need n = { .kind = FRAG_NEED_FILE,
			       .arg = "/proc/self/maps",
			       .why = "eating" };
	const struct frag_facts f = { .is_root = true };
	const struct frag_facts nobody = { .is_root = false };

	(void)state;
	assert_int_equal(check(&n, &f, false), 0);
	n.arg = "/proc/no-such-file";
	assert_int_equal(check(&n, &f, false), -ENOENT);
	assert_missing(
		"/proc/no-such-file: No such file or directory; needed for eating",
		"run on a kernel that has it; see fragbench doctor");
	/* Root would not find it, either. */
	assert_int_equal(check(&n, &nobody, false), -ENOENT);
	assert_string_equal(e.mend,
			    "run on a kernel that has it; see fragbench "
			    "doctor");
}

static void test_call(void **state)
{
	const struct frag_need n = { .kind = FRAG_NEED_CALL,
				     .arg = "io_uring",
				     .why = "eating",
				     .ask = ask };
	const struct frag_facts f = { .is_root = true };

	(void)state;
	is_there = true;
	assert_int_equal(check(&n, &f, false), 0);
	is_there = false;
	assert_int_equal(check(&n, &f, false), -EPERM);
	assert_missing("io_uring is disabled: by the sysctl; needed for eating",
		       "sysctl kernel.io_uring_disabled=0");
}

static void test_nodes(void **state)
{
	const struct frag_need n = { .kind = FRAG_NEED_NODES,
				     .count = 2,
				     .why = "eating" };
	struct frag_facts f = { .nodes = 2 };

	(void)state;
	assert_int_equal(check(&n, &f, false), 0);
	f.nodes = 1;
	assert_int_equal(check(&n, &f, false), -ENODEV);
	assert_missing(
		"2 NUMA nodes: missing; needed for eating",
		"run it in a guest: fragbench vm eater -k debian:6.12 --nodes 2");
}

static void test_yes(void **state)
{
	const struct frag_need n = { .kind = FRAG_NEED_YES, .why = "eating" };
	const struct frag_facts f = { .is_root = true };

	(void)state;
	assert_int_equal(check(&n, &f, true), 0);
	assert_int_equal(check(&n, &f, false), -EPERM);
	assert_missing("--yes: missing; needed for eating",
		       "fragbench run eater --yes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root), cmocka_unit_test(test_file),
		cmocka_unit_test(test_call), cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_yes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
