// SPDX-License-Identifier: GPL-2.0-or-later
/* Where processes end up, asked of the kernel; each in a process of its own. */
#include <numa.h>
#include <sched.h>
#include <sys/wait.h>

#include "fragbench/nodes.h"
#include "place.h"
#include "scratch.h"

static struct frag_topology *t;

static int topology_set(void **state)
{
	struct frag_error e = { 0 };

	(void)state;
	return frag_topology_load(&t, &e);
}

static int topology_clear(void **state)
{
	(void)state;
	frag_topology_free(t);
	return 0;
}

/* The CPUs that process @index of @count gets. */
static cpu_set_t placed(const char *cpus, unsigned index, unsigned count)
{
	cpu_set_t set;
	int pipes[2];
	pid_t pid;

	CPU_ZERO(&set);
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (!pid) {
		struct frag_error e = { 0 };

		if (frag_place_here(t, cpus, "default", index, count, &e) ||
		    sched_getaffinity(0, sizeof(set), &set))
			CPU_ZERO(&set);
		(void)!write(pipes[1], &set, sizeof(set));
		_exit(0);
	}
	assert_int_equal(read(pipes[0], &set, sizeof(set)), sizeof(set));
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(pipes[0]);
	close(pipes[1]);
	assert_true(CPU_COUNT(&set) > 0);
	return set;
}

static void test_same(void **state)
{
	cpu_set_t one = placed("same", 0, 2);
	cpu_set_t two = placed("same", 1, 2);

	(void)state;
	assert_int_equal(CPU_COUNT(&one), 1);
	assert_true(CPU_EQUAL(&one, &two));
}

static void test_split(void **state)
{
	cpu_set_t one = placed("split", 0, 2);
	cpu_set_t two = placed("split", 1, 2);

	(void)state;
	assert_int_equal(CPU_COUNT(&one), 1);
	assert_int_equal(CPU_COUNT(&two), 1);
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		assert_false(CPU_EQUAL(&one, &two));
	/* More than there are CPUs is no error. */
	placed("split", 99, 100);
}

static void test_any(void **state)
{
	cpu_set_t mine;
	cpu_set_t any = placed("any", 0, 1);

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(mine), &mine), 0);
	assert_true(CPU_EQUAL(&mine, &any));
}

static void test_list(void **state)
{
	cpu_set_t mine;
	unsigned cpu = 0;
	char list[32];

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(mine), &mine), 0);
	while (!CPU_ISSET(cpu, &mine))
		cpu++;
	snprintf(list, sizeof(list), "%u", cpu);
	for (unsigned i = 0; i < 3; i++) {
		cpu_set_t set = placed(list, i, 3);

		assert_int_equal(CPU_COUNT(&set), 1);
		assert_true(CPU_ISSET(cpu, &set));
	}
	if (!CPU_ISSET(0, &mine) || !CPU_ISSET(1, &mine))
		return;
	/* Dealt out in turn, and around. */
	for (unsigned i = 0; i < 4; i++) {
		cpu_set_t set = placed("0-1", i, 4);

		assert_int_equal(CPU_COUNT(&set), 1);
		assert_true(CPU_ISSET(i % 2, &set));
	}
}

static void assert_wrong(const char *cpus, const char *policy, const char *why)
{
	struct frag_error e = { 0 };

	if (frag_place_check(t, cpus, policy, &e) != -EINVAL ||
	    !strstr(e.why, why))
		fail_msg("%s %s: %s: %s", cpus, policy, e.what, e.why);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	assert_true(e.mend[0]);
}

static void test_wrong_cpus(void **state)
{
	static const char *const wrongs[] = { "",     "x",    "0;1",
					      "0:1",  " ",    "0x",
					      "some", "node", "nodes:0" };

	(void)state;
	for (unsigned i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++)
		assert_wrong(wrongs[i], "default", "it is no list of CPUs");
	assert_wrong("node:", "default", "it names no nodes");
	assert_wrong("far:x", "default", "it names no nodes");
	assert_wrong("node:0,", "default", "it names no nodes");
	assert_wrong("far:1000", "default", "no such node");
	assert_wrong("8191", "default", "no such CPU");
	assert_wrong("0,8191", "default", "no such CPU");
}

/* The CPUs of a node, and on one node those of the farthest, too. */
static void test_nodes(void **state)
{
	const struct frag_node_mask allowed = frag_nodes_allowed();
	struct frag_nodes all;
	cpu_set_t mine;

	(void)state;
	assert_int_equal(frag_nodes_parse("all", &allowed, &all), 0);
	assert_int_equal(sched_getaffinity(0, sizeof(mine), &mine), 0);
	for (unsigned i = 0; i < 2 * all.count; i++) {
		unsigned node = all.node[i % all.count];
		cpu_set_t near = placed("node:all", i, 2 * all.count);
		cpu_set_t far = placed("far:all", i, 2 * all.count);
		bool has_cpus = false;

		for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
			has_cpus |= CPU_ISSET(cpu, &mine) &&
				    numa_node_of_cpu(cpu) == (int)node;
		for (int cpu = 0; cpu < CPU_SETSIZE && has_cpus; cpu++)
			if (CPU_ISSET(cpu, &near))
				assert_int_equal(numa_node_of_cpu(cpu), node);
		if (all.count == 1)
			assert_true(CPU_EQUAL(&near, &far));
	}
}

static void test_policies(void **state)
{
	static const char *const rights[] = { "default", "bind:0",
					      "preferred:0", "interleave:0" };
	struct frag_error e = { 0 };

	(void)state;
	if (numa_available() < 0) {
		print_message("skipped: the kernel has no NUMA support\n");
		skip();
	}
	for (unsigned i = 0; i < 4; i++)
		if (frag_place_check(t, "any", rights[i], &e))
			fail_msg("%s: %s: %s", rights[i], e.what, e.why);
	assert_wrong("any", "bind", "names no node");
	assert_wrong("any", "bind:", "no such node");
	assert_wrong("any", "bind:999", "no such node");
	assert_wrong("any", "bound:0", "no such policy");
	assert_wrong("any", "", "names no node");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),	   cmocka_unit_test(test_split),
		cmocka_unit_test(test_any),	   cmocka_unit_test(test_list),
		cmocka_unit_test(test_wrong_cpus), cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests(tests, topology_set, topology_clear);
}
