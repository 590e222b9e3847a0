// SPDX-License-Identifier: GPL-2.0-or-later
/* What it counts against what /proc/self/numa_maps tells. What needs several
 * nodes is proven in guests: tests/system/vm-numa.sh. */
#include <sys/mman.h>

#include "fragbench/nodes.h"
#include "hand.h"

enum { NODES = 9, LOCAL = 9, REMOTE, KEPT, BROKEN, MOVED, STAYED, PAGES = 200 };

static struct hand *h;
static struct frag_nodes all;

static int nodes_set(void **state)
{
	const struct frag_node_mask allowed = frag_nodes_allowed();

	(void)state;
	return frag_nodes_parse("all", &allowed, &all);
}

static int hand_clear(void **state)
{
	(void)state;
	if (h)
		hand_free(h);
	h = NULL;
	return 0;
}

#define START(...)                                                             \
	do {                                                                   \
		h = hand_make("numa-pinned",                                   \
			      (const char *const[]){ size_text(), __VA_ARGS__, \
						     NULL });                  \
		assert_int_equal(hand_setup(h), 0);                            \
	} while (0)

static const char *size_text(void)
{
	static char text[32];

	snprintf(text, sizeof(text), "size=%ld", PAGES * sysconf(_SC_PAGESIZE));
	return text;
}

/* The line of numa_maps for the memory of the workload; false where the kernel
 * has no such file. */
static bool maps_line(char *line, size_t size)
{
	FILE *f = fopen("/proc/self/numa_maps", "r");
	uint64_t start;
	bool found = false;

	if (!f)
		return false;
	while (!found && fgets(line, (int)size, f))
		found = sscanf(line, "%" SCNx64, &start) == 1 &&
			start == h->share.ranges[0].start;
	fclose(f);
	assert_true(found);
	return true;
}

/* How many pages are on @node by that line. */
static uint64_t maps_pages(const char *line, unsigned node)
{
	char word[32];
	const char *at;

	snprintf(word, sizeof(word), " N%u=", node);
	at = strstr(line, word);
	return at ? strtoull(at + strlen(word), NULL, 10) : 0;
}

static void assert_seen(uint64_t times)
{
	const _Atomic uint64_t *c = h->share.counters;
	uint64_t sum = 0;

	for (unsigned i = 0; i < NODES; i++)
		sum += c[i];
	assert_int_equal(sum, times * PAGES);
	assert_int_equal(c[LOCAL] + c[REMOTE], times * PAGES);
	assert_int_equal(c[KEPT] + c[BROKEN], times * PAGES);
}

static void check_policy(const char *setting, const char *policy)
{
	char line[4096];

	START(setting);
	assert_int_equal(hand_step(h, PAGES), FRAG_DONE);
	assert_int_equal(h->share.pages, PAGES);
	assert_seen(1);
	assert_int_equal(h->share.counters[BROKEN], 0);
	if (!maps_line(line, sizeof(line))) {
		print_message("skipped: this kernel has no numa_maps\n");
		skip();
	}
	if (!strstr(line, policy))
		fail_msg("%s: %s", setting, line);
	for (unsigned i = 0; i < all.count && all.node[i] < 8; i++)
		assert_int_equal(h->share.counters[all.node[i]],
				 maps_pages(line, all.node[i]));
}

static void test_bind(void **state)
{
	char policy[32];

	(void)state;
	snprintf(policy, sizeof(policy), " bind:%u ", all.node[0]);
	check_policy("policy=bind", policy);
}

static void test_preferred(void **state)
{
	(void)state;
	check_policy("policy=preferred", " prefer");
}

static void test_interleave(void **state)
{
	(void)state;
	check_policy("policy=interleave", " interleave:");
}

static void test_local(void **state)
{
	(void)state;
	check_policy("policy=local", " local ");
	assert_int_equal(h->share.counters[REMOTE], 0);
}

/* With one node nothing moves, with more all of it does. */
static void check_migration(const char *call)
{
	uint64_t moves = all.count > 1 ? 3 : 0;

	START("rounds=3", call);
	assert_int_equal(hand_step(h, 10 * PAGES), FRAG_DONE);
	assert_int_equal(h->share.counters[MOVED], moves * PAGES);
	assert_int_equal(h->share.counters[STAYED], 0);
	assert_seen(1 + moves);
	assert_int_equal(h->share.pages, PAGES);
}

static void test_migrates(void **state)
{
	(void)state;
	check_migration("migrate=move-pages");
	hand_clear(NULL);
	check_migration("migrate=mbind");
}

/* Pages of its memory that are there, by mincore(2). */
static unsigned resident(void)
{
	uintptr_t start = h->share.ranges[0].start;
	unsigned char is_there[PAGES];
	unsigned count = 0;

	assert_int_equal(
		mincore((void *)start, PAGES * h->ctx.page_size, is_there), 0);
	for (unsigned i = 0; i < PAGES; i++)
		count += is_there[i] & 1;
	return count;
}

static void test_releases(void **state)
{
	(void)state;
	START("policy=bind");
	hand_step(h, PAGES);
	assert_int_equal(resident(), PAGES);
	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, 250), 0);
	assert_int_equal(h->share.pages, PAGES * 3 / 4);
	assert_int_equal(resident(), PAGES * 3 / 4);
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	assert_int_equal(h->share.pages, 0);
	assert_int_equal(resident(), 0);
}

static void assert_refused(const char *first, const char *second,
			   const char *what, int code)
{
	struct frag_error e = { 0 };

	h = hand_make("numa-pinned",
		      (const char *const[]){ first, second, NULL });
	assert_int_equal(h->type->check(h->options, 1, &e), code);
	assert_string_equal(e.what, what);
	assert_true(e.why[0] && e.mend[0]);
	hand_clear(NULL);
}

static void test_wrong(void **state)
{
	(void)state;
	assert_refused("nodes=0-", NULL, "nodes cannot be '0-'", -EINVAL);
	assert_refused("nodes=1023", NULL, "nodes cannot be '1023'", -ENODEV);
	assert_refused("migrate=mbind", "policy=local",
		       "policy local and migrate mbind cannot go together",
		       -EINVAL);
	assert_refused("migrate=mbind", "policy=interleave",
		       "policy interleave and migrate mbind cannot go together",
		       -EINVAL);
}

#define TEST(name) cmocka_unit_test_teardown(name, hand_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bind),  TEST(test_preferred), TEST(test_interleave),
		TEST(test_local), TEST(test_migrates),	TEST(test_releases),
		TEST(test_wrong),
	};

	return cmocka_run_group_tests(tests, nodes_set, NULL);
}
