// SPDX-License-Identifier: GPL-2.0-or-later
/* Does a scenario fit a machine? The machines are made up. */
#include "plan.h"
#include "scratch.h"

static const uint64_t mib = 1 << 20;

static struct frag_scenario s;
static struct frag_topology *t;
static struct frag_plan p;
static struct frag_error e;

/* A quiet machine of 8 GiB, most of it free. */
static struct frag_facts machine(void)
{
	return (struct frag_facts){
		.page_size = 4096,
		.pageblock_order = 9,
		.orders = 11,
		.cpus = 2,
		.mem_total = 8192 * mib,
		.mem_available = 7000 * mib,
		.mem_free = 6800 * mib,
		.whole_free = 5000 * mib,
		.is_root = true,
	};
}

static int plan(const char *text, const struct frag_facts *f, bool is_sure)
{
	frag_scenario_free(&s);
	frag_error_clear(&e);
	if (frag_scenario_parse(&s, "x", text, f->mem_available, &e))
		fail_msg("%s: %s", e.what, e.why);
	return frag_plan_make(&p, &s, f, t, is_sure, &e);
}

static bool is_noted(const char *text)
{
	for (unsigned i = 0; i < p.nnotes; i++)
		if (strstr(p.notes[i], text))
			return true;
	return false;
}

/* A workload that cannot run here ends the plan, or is left out of it; one
 * that nobody could run is an error in both. */
static void test_go_on(void **state)
{
	static const char text[] =
		"[phase a]\ndo = run\nworkload = sbrk-interleave\npages = 1\n"
		"workload = fragment-module\n"
		"[phase b]\ndo = run\nworkload = fragment-module\n";
	static const char odd[] = "[scenario]\non-failure = go-on\n"
				  "[phase a]\ndo = run\nworkload = null\n"
				  "cpus = nobody\n";
	const struct frag_facts f = machine();
	char go_on[sizeof(text) + 64];

	(void)state;
	/* It wants the module, and somebody's yes. */
	assert_true(plan(text, &f, false) < 0);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	snprintf(go_on, sizeof(go_on), "[scenario]\non-failure = go-on\n%s",
		 text);
	assert_int_equal(plan(go_on, &f, false), 0);
	assert_null(s.phases[0].out);
	assert_null(s.phases[0].instances[0].out);
	assert_non_null(strstr(s.phases[0].instances[1].out,
			       "fragment-module cannot run here"));
	assert_non_null(s.phases[1].out);
	assert_int_equal(p.bytes, (uint64_t)2 * 4096);
	assert_true(plan(odd, &f, false) < 0);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
}

static const char fill[] = "[phase a]\ndo = run\n"
			   "workload = sbrk-interleave\npages = 25600\n";

static void test_fits(void **state)
{
	const struct frag_facts f = machine();

	(void)state;
	assert_int_equal(plan(fill, &f, false), 0);
	/* Two processes of 25,600 pages; nine tenths of what there is. */
	assert_int_equal(p.bytes, 200 * mib);
	assert_int_equal(p.budget, 6300 * mib);
	assert_int_equal(p.ballast.bytes, 0);
	assert_int_equal(p.nnotes, 0);
}

static void test_shrinks(void **state)
{
	struct frag_facts f = machine();
	char text[512];

	(void)state;
	f.mem_available = 180 * mib;
	assert_int_equal(plan(fill, &f, false), 0);
	assert_in_range(p.bytes, 99 * mib, 100 * mib);
	assert_true(is_noted(
		"asks for 200 MiB at a time and 100 MiB may be taken"));
	/* Each by the same share. */
	snprintf(text, sizeof(text), "%sworkload = skeleton\nsize = 200M\n",
		 fill);
	assert_int_equal(plan(text, &f, false), 0);
	assert_in_range(p.bytes, 99 * mib, 100 * mib);
	assert_in_range(s.phases[0].instances[1].type->bytes(
				s.phases[0].instances[1].options, 1, 4096),
			49 * mib, 50 * mib);
}

static void test_refuses(void **state)
{
	struct frag_facts f = machine();

	(void)state;
	f.mem_available = 64 * mib;
	assert_int_equal(plan(fill, &f, true), -ENOMEM);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	assert_string_equal(e.why, "it wants 200 MiB, and 0 MiB may be taken");
	/* A few bytes are less than a page for each. */
	f.mem_available = 64 * mib + 8000;
	assert_int_equal(plan(fill, &f, true), -ENOMEM);
}

/* On one node, who places by node is told so, once. */
static void test_one_node(void **state)
{
	static const char text[] = "[phase a]\ndo = run\n"
				   "workload = numa-pinned\nsize = 1M\n"
				   "workload = numa-pinned\nsize = 1M\n";
	struct frag_facts f = machine();

	(void)state;
	f.nodes = 1;
	assert_int_equal(plan(text, &f, false), 0);
	assert_int_equal(p.nnotes, 1);
	assert_true(is_noted("one NUMA node: numa-pinned runs as on one"));
	assert_true(is_noted("fragbench vm x -k debian:6.12 --nodes 2"));
	assert_int_equal(plan(fill, &f, false), 0);
	assert_int_equal(p.nnotes, 0);
	f.nodes = 2;
	assert_int_equal(plan(text, &f, false), 0);
	assert_int_equal(p.nnotes, 0);
}

/* The last tenth only with a yes. */
static void test_ninety_percent(void **state)
{
	static const char text[] = "[scenario]\nfloor = 1M\n"
				   "[phase a]\ndo = run\n"
				   "workload = skeleton\nsize = 210M\n";
	struct frag_facts f = machine();

	(void)state;
	f.mem_available = 230 * mib;
	assert_int_equal(plan(text, &f, false), 0);
	assert_in_range(p.bytes, 206 * mib, 207 * mib);
	assert_true(is_noted("scaled down"));
	assert_int_equal(plan(text, &f, true), 0);
	assert_int_equal(p.bytes, 210 * mib);
	assert_int_equal(p.nnotes, 0);
}

/* A share is of all that there is; the rest keeps its size. */
static void test_share(void **state)
{
	static const char text[] = "[phase a]\ndo = run\n"
				   "workload = sbrk-interleave\npages = 25600\n"
				   "share = 2%\n"
				   "workload = skeleton\nsize = 50M\n";
	const struct frag_facts f = machine();

	(void)state;
	assert_int_equal(plan(text, &f, false), 0);
	/* 2 % of 7000 MiB are 140, in two processes. */
	assert_int_equal(p.bytes, 190 * mib);
	assert_true(is_noted("sbrk-interleave in phase a: made smaller from "
			     "200 to 140 MiB, its share"));
	/* One that is small enough already stays. */
	assert_int_equal(plan("[phase a]\ndo = run\nworkload = skeleton\n"
			      "size = 50M\nshare = 1%\n",
			      &f, false),
			 0);
	assert_int_equal(p.bytes, 50 * mib);
	assert_int_equal(p.nnotes, 0);
	assert_int_equal(plan("[phase a]\ndo = run\nworkload = null\n"
			      "share = 1%\n",
			      &f, false),
			 -EINVAL);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
}

/* It is what is held at a time that has to fit. */
static void test_peak(void **state)
{
	static const char one[] = "[phase %c]\ndo = run\n%s"
				  "workload = skeleton\nsize = 100M\n"
				  "processes = 2\n";
	static const struct {
		const char *between;
		const char *how; /* the first phase runs */
		uint64_t mib; /* then the same again */
	} cases[] = {
		{ "", "", 400 },
		{ "[phase f]\ndo = free\nkill = 2\n", "", 200 },
		{ "[phase f]\ndo = free\nkill = 1\n", "", 300 },
		{ "[phase f]\ndo = free\nkill = 9\n", "", 200 },
		/* What a release gives back is not counted on. */
		{ "[phase f]\ndo = release\nshare = 100%\n", "", 400 },
		/* Who holds nothing may be killed in the place of others. */
		{ "[phase f]\ndo = free\nkill = 2\n", "workload = null\n", 300 },
		{ "[phase f]\ndo = free\nkill = 2\n", "background = yes\n",
		  400 },
		{ "[phase s]\ndo = stop\nphase = a\n"
		  "[phase f]\ndo = free\nkill = 2\n",
		  "background = yes\n", 200 },
	};
	const struct frag_facts f = machine();

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[1024];
		int n = snprintf(text, sizeof(text), one, 'a', cases[i].how);

		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s",
			      cases[i].between);
		snprintf(text + n, sizeof(text) - (size_t)n, one, 'b', "");
		assert_int_equal(plan(text, &f, false), 0);
		if (p.bytes / mib != cases[i].mib)
			fail_msg("%s: %ju MiB", text,
				 (uintmax_t)(p.bytes / mib));
	}
}

/* What the memory cgroup leaves counts as all that there is. */
static void test_cgroup(void **state)
{
	static const char text[] = "[phase a]\ndo = run\n"
				   "workload = skeleton\nsize = 300M\n"
				   "share = 10%\n";
	struct frag_facts f = machine();

	(void)state;
	f.group_room = 280 * mib;
	assert_int_equal(plan(fill, &f, true), 0);
	assert_int_equal(p.budget, 200 * mib);
	assert_int_equal(p.bytes, 200 * mib);
	assert_true(is_noted("the memory cgroup leaves 280 MiB"));
	f.group_room = 180 * mib;
	assert_int_equal(plan(fill, &f, true), 0);
	assert_in_range(p.bytes, 99 * mib, 100 * mib);
	assert_int_equal(plan(text, &f, true), 0);
	assert_in_range(p.bytes, 17 * mib, 18 * mib);
	/* A limit above all memory is none. */
	f.group_room = 9000 * mib;
	assert_int_equal(plan(fill, &f, false), 0);
	assert_int_equal(p.nnotes, 0);
}

static const char ballast[] = "[scenario]\nballast = 1000M\n"
			      "[phase a]\ndo = run\n"
			      "workload = sbrk-interleave\npages = 200000\n";

static const char whole[] = "[scenario]\nballast = 1000M whole\n"
			    "[phase a]\ndo = run\nworkload = null\n";

static void test_ballast(void **state)
{
	struct frag_facts f = machine();

	(void)state;
	if (access("/proc/sys/vm/nr_hugepages", R_OK)) {
		print_message("skipped: no hugetlb pool here\n");
		skip();
	}
	assert_int_equal(plan(ballast, &f, false), 0);
	if (is_noted("the machine is busy")) {
		print_message("skipped: this machine is busy\n");
		skip();
	}
	assert_int_equal(p.ballast.bytes, 1000 * mib);
	/* What ballast leaves is what there is. */
	assert_int_equal(p.budget, 936 * mib);
	assert_in_range(p.bytes, 935 * mib, 936 * mib);
	assert_true(is_noted("5800 MiB are set aside"));
	assert_true(is_noted("scaled down"));
	/* What is scattered beside whole pageblocks is not counted on. */
	assert_int_equal(plan(whole, &f, false), 0);
	if (is_noted("the machine is busy"))
		skip();
	assert_int_equal(p.ballast.bytes, 1000 * mib);
	assert_true(p.ballast.is_whole);
	assert_int_equal(p.budget, 936 * mib);
	assert_true(is_noted("1000 MiB stay free in whole pageblocks (5000 "
			     "MiB now) beside what is scattered (1800 MiB"));
}

/* Where ballast is not safe it is not taken, and why is said. */
static void test_no_ballast(void **state)
{
	struct frag_facts f = machine();

	(void)state;
	f.is_root = false;
	assert_int_equal(plan(ballast, &f, false), 0);
	assert_int_equal(p.ballast.bytes, 0);
	assert_true(is_noted("no ballast: only root may set memory aside"));
	assert_int_equal(p.bytes, 200000ULL * 2 * 4096);
	if (access("/proc/sys/vm/nr_hugepages", R_OK))
		return;
	f = machine();
	f.swap_used = 1;
	assert_int_equal(plan(ballast, &f, false), 0);
	assert_true(is_noted("no ballast: swap is in use"));
	f = machine();
	f.mem_free = 1200 * mib;
	assert_int_equal(plan(ballast, &f, false), 0);
	assert_true(is_noted("no ballast: what is free is page cache"));
	f = machine();
	f.mem_available = 1200 * mib;
	assert_int_equal(plan(ballast, &f, false), 0);
	assert_true(is_noted("small already (1200 MiB to be had)"));
	f = machine();
	f.high = 500 * mib;
	assert_int_equal(plan(ballast, &f, false), 0);
	assert_true(is_noted("the kernel itself keeps 500 MiB back"));
	f = machine();
	f.mem_available = 4000 * mib;
	assert_int_equal(plan(ballast, &f, false), 0);
	assert_true(is_noted("others use more than half of the memory"));
	assert_int_equal(p.ballast.bytes, 0);
}

static const struct wrong {
	const char *text;
	const char *what;
	const char *why;
} wrongs[] = {
	{ "[phase a]\ndo = run\n",
	  "phase a: do = run and workload = NAME belong together", "" },
	{ "[phase a]\nworkload = null\n", "phase a: do = run and workload", "" },
	{ "[phase a]\ndo = run\nworkload = null\n[phase b]\ndo = release\n",
	  "phase b: nobody can release anything there", "no phase before it" },
	{ "[phase a]\ndo = run\nworkload = null\n"
	  "[phase b]\ndo = stop\nphase = a\n",
	  "phase b: there is nothing to stop", "phase = a is no phase" },
	{ "[phase b]\ndo = stop\n", "phase b: there is nothing to stop",
	  "phase = NAME is no phase" },
	{ "[phase b]\nbackground = yes\n",
	  "phase b: background = yes is of do = run", "" },
	{ "[phase b]\ndo = wait\n",
	  "phase b: do = wait takes until = CONDITION", "" },
	{ "[phase b]\ndo = wait\nuntil = unusable\n",
	  "until: cannot be 'unusable'", "as in unusable > 0.8" },
	{ "[phase a]\ndo = run\nworkload = null\ncpus = 0,8191\n",
	  "cpus cannot be '0,8191'", "no such CPU" },
	{ "[phase a]\ndo = run\nworkload = null\nmempolicy = bind:999\n",
	  "mempolicy cannot be 'bind:999'", "" },
	{ "[phase a]\ndo = run\nworkload = null\nprocesses = 200\n"
	  "[phase b]\ndo = run\nworkload = null\nprocesses = 51\n",
	  "251 processes are too many", "250" },
};

static void test_wrong(void **state)
{
	const struct frag_facts f = machine();

	(void)state;
	for (unsigned i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		int rc = plan(wrongs[i].text, &f, true);

		if (rc >= 0 || !strstr(e.what, wrongs[i].what) ||
		    !strstr(e.why, wrongs[i].why))
			fail_msg("%s -> %d %s: %s", wrongs[i].text, rc, e.what,
				 e.why);
		assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	}
}

static void test_print(void **state)
{
	struct frag_facts f = machine();
	struct frag_scenario again;
	char *text = NULL;
	size_t size;
	FILE *out;

	(void)state;
	f.mem_available = 180 * mib;
	assert_int_equal(plan(fill, &f, false), 0);
	out = open_memstream(&text, &size);
	frag_plan_print(&p, &s, out);
	fclose(out);
	assert_non_null(
		strstr(text, " MiB at a time of the 100 MiB that they may\n"));
	/* What is printed is a scenario itself, of the size that it has now. */
	assert_int_equal(frag_scenario_parse(&again, "y", text, 1, &e), 0);
	assert_int_equal(again.nphases, 1);
	frag_scenario_free(&again);
	free(text);
}

static int machine_set(void **state)
{
	(void)state;
	return frag_topology_load(&t, &e);
}

static int machine_clear(void **state)
{
	(void)state;
	frag_scenario_free(&s);
	frag_topology_free(t);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_go_on),
		cmocka_unit_test(test_shrinks),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_one_node),
		cmocka_unit_test(test_ninety_percent),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_peak),
		cmocka_unit_test(test_cgroup),
		cmocka_unit_test(test_ballast),
		cmocka_unit_test(test_no_ballast),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, machine_set, machine_clear);
}
