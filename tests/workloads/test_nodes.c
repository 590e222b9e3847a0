// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of nodes, of a machine that is made up: its nodes are 0, 2, 3, 70. */
#include "fragbench/nodes.h"
#include "scratch.h"

static struct frag_node_mask allowed;
static struct frag_nodes n;

static int mask_make(void **state)
{
	static const unsigned nodes[] = { 0, 2, 3, 70 };

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		frag_node_mask_set(&allowed, nodes[i]);
	/* No such node can be: it is nowhere. */
	frag_node_mask_set(&allowed, FRAG_NODE_NUMBERS);
	return 0;
}

static void assert_list(const char *text, unsigned count, const unsigned *nodes)
{
	assert_int_equal(frag_nodes_parse(text, &allowed, &n), 0);
	assert_int_equal(n.count, count);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(n.node[i], nodes[i]);
}

static void test_order(void **state)
{
	(void)state;
	assert_list("0", 1, (const unsigned[]){ 0 });
	assert_list("all", 4, (const unsigned[]){ 0, 2, 3, 70 });
	assert_list("3,0", 2, (const unsigned[]){ 3, 0 });
	assert_list("2-3,0", 3, (const unsigned[]){ 2, 3, 0 });
	assert_list("70,0,0,70", 4, (const unsigned[]){ 70, 0, 0, 70 });
}

static void test_wrong(void **state)
{
	static const char *const wrongs[] = { "",   ",",    "0,", "0,,2", "x",
					      "-2", "3-2",  "2-", " 0",	  "0 ",
					      "0x", "node", "+2" };

	(void)state;
	for (unsigned i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++)
		if (frag_nodes_parse(wrongs[i], &allowed, &n) != -EINVAL)
			fail_msg("'%s' is a list", wrongs[i]);
	assert_int_equal(frag_nodes_parse("1", &allowed, &n), -ENODEV);
	assert_int_equal(frag_nodes_parse("0-3", &allowed, &n), -ENODEV);
	assert_int_equal(frag_nodes_parse("1024", &allowed, &n), -ENODEV);
	assert_int_equal(frag_nodes_parse("4294967296", &allowed, &n), -ENODEV);
	assert_int_equal(frag_nodes_parse("99999999999999999999999", &allowed,
					  &n),
			 -ENODEV);
}

static void test_many(void **state)
{
	char text[512] = "0";

	(void)state;
	for (unsigned i = 1; i < FRAG_NODES_MAX; i++)
		strcat(text, ",0");
	assert_int_equal(frag_nodes_parse(text, &allowed, &n), 0);
	assert_int_equal(n.count, FRAG_NODES_MAX);
	strcat(text, ",0");
	assert_int_equal(frag_nodes_parse(text, &allowed, &n), -E2BIG);
}

/* Of this machine, whatever it is: it has memory somewhere. */
static void test_here(void **state)
{
	const struct frag_node_mask here = frag_nodes_allowed();

	(void)state;
	assert_int_equal(frag_nodes_parse("all", &here, &n), 0);
	assert_true(n.count > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_here),
	};

	return cmocka_run_group_tests(tests, mask_make, NULL);
}
