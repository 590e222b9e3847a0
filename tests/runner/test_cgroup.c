// SPDX-License-Identifier: GPL-2.0-or-later
/* Limits of made-up cgroups of both hierarchies. */
#include "cgroup.h"

#include "scratch.h"

static struct scratch s;
static struct frag_cgroup g;

static int folder_set(void **state)
{
	(void)state;
	scratch_make(&s);
	return 0;
}

static int folder_clear(void **state)
{
	(void)state;
	scratch_remove(&s);
	return 0;
}

static void test_none(void **state)
{
	(void)state;
	assert_false(frag_cgroup_read(&g, s.path));
	scratch_text(&s, "/proc/self/cgroup", "3:cpuset:/\n1:name=x:/\n");
	assert_false(frag_cgroup_read(&g, s.path));
	assert_true(g.limit == UINT64_MAX && g.room == UINT64_MAX);
}

/* The tightest of the three counts, each with what it has used itself. */
static void test_unified(void **state)
{
	(void)state;
	scratch_text(&s, "/proc/self/cgroup", "0::/a/b\n");
	scratch_text(&s, "/sys/fs/cgroup/a/b/memory.max", "max\n");
	scratch_text(&s, "/sys/fs/cgroup/a/b/memory.current", "400\n");
	assert_true(frag_cgroup_read(&g, s.path));
	assert_true(g.limit == UINT64_MAX && g.room == UINT64_MAX);
	assert_string_equal(g.top, "/sys/fs/cgroup");

	scratch_text(&s, "/sys/fs/cgroup/a/memory.max", "5000\n");
	scratch_text(&s, "/sys/fs/cgroup/a/memory.current", "1000\n");
	scratch_text(&s, "/sys/fs/cgroup/a/memory.stat",
		     "anon 100\nfile 900\ninactive_anon 7\n"
		     "inactive_file 300\nactive_file 600\n");
	assert_true(frag_cgroup_read(&g, s.path));
	assert_int_equal(g.limit, 5000);
	assert_int_equal(g.room, 4300);

	/* A larger limit that is nearly used up leaves less. */
	scratch_text(&s, "/sys/fs/cgroup/a/b/memory.max", "6000\n");
	scratch_text(&s, "/sys/fs/cgroup/a/b/memory.current", "5900\n");
	assert_true(frag_cgroup_read(&g, s.path));
	assert_int_equal(g.limit, 5000);
	assert_int_equal(g.room, 100);

	scratch_text(&s, "/sys/fs/cgroup/a/b/memory.current", "7000\n");
	assert_true(frag_cgroup_read(&g, s.path));
	assert_int_equal(g.room, 0);
}

/* Where both are mounted the older one has the limits, in a container at the
 * root of what it sees. */
static void test_legacy(void **state)
{
	(void)state;
	scratch_text(&s, "/proc/self/cgroup",
		     "9:name=systemd:/\n4:memory:/box/1234\n0::/a/b\n");
	scratch_text(&s, "/sys/fs/cgroup/memory/memory.limit_in_bytes",
		     "8000\n");
	scratch_text(&s, "/sys/fs/cgroup/memory/memory.usage_in_bytes",
		     "3000\n");
	scratch_text(&s, "/sys/fs/cgroup/memory/memory.stat",
		     "inactive_file 1\ntotal_inactive_file 500\n");
	assert_true(frag_cgroup_read(&g, s.path));
	assert_int_equal(g.limit, 8000);
	assert_int_equal(g.room, 5500);
	assert_string_equal(g.top, "/sys/fs/cgroup/memory");

	/* Mounted together with another one. */
	scratch_text(&s, "/proc/self/cgroup",
		     "5:cpu,cpuacct:/\n4:cpu,memory:/box/1234\n");
	assert_true(frag_cgroup_read(&g, s.path));
	assert_int_equal(g.limit, 8000);
	scratch_text(&s, "/proc/self/cgroup", "4:cpu,xmemory:/box/1234\n");
	assert_false(frag_cgroup_read(&g, s.path));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, folder_set, folder_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_none),
		TEST(test_unified),
		TEST(test_legacy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
