// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest's machine is made of; what QEMU is told; wrong machines are
 * answered with the word that was wrong and one that works. */
#include "vm/machine.h"

#include "base/units.h"
#include "scratch.h"

static struct frag_vm_machine make(uint64_t cpus, uint64_t memory,
				   const char *nodes, const char *distances)
{
	struct frag_vm_machine_options o = { cpus, memory, nodes, distances };
	struct frag_vm_machine m;
	struct frag_error e = { 0 };

	if (frag_vm_machine_make(&m, &o, &e))
		fail_msg("%s: %s", e.what, e.why);
	return m;
}

/* The nodes as "1024@2/0 512@0/1". */
static const char *nodes_text(const struct frag_vm_machine *m)
{
	static char text[256];
	size_t n = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < m->nnodes; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n, "%s%llu@%u/%u",
			i ? " " : "",
			(unsigned long long)(m->nodes[i].memory / FRAG_MIB),
			m->nodes[i].cpus, m->nodes[i].tier);
	return text;
}

/* All of QEMU's options, a blank between them; free it. */
static char *args_text(const struct frag_vm_machine *m, char *type, size_t size)
{
	struct frag_argv a = { 0 };
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	frag_vm_machine_args(m, &a, type, size);
	assert_null(a.argv[a.count]);
	for (unsigned i = 0; i < a.count; i++)
		fprintf(f, "%s%s", i ? " " : "", a.argv[i]);
	fclose(f);
	frag_argv_free(&a);
	return text;
}

static void assert_args(const struct frag_vm_machine *m, const char *type,
			const char *args)
{
	char said[64] = "pc";
	char *text = args_text(m, said, sizeof(said));

	assert_string_equal(text, args);
	assert_string_equal(said, type);
	free(text);
}

static void test_defaults(void **state)
{
	struct frag_vm_machine m = make(0, 0, NULL, NULL);

	(void)state;
	assert_int_equal(m.cpus, 2);
	assert_int_equal(m.memory, 2 * FRAG_GIB);
	assert_int_equal(m.nnodes, 0);
	assert_args(&m, "pc", "-m 2048 -smp 2");
	m = make(0, 0, "", "");
	assert_int_equal(m.nnodes, 0);
}

static void test_nodes_alike(void **state)
{
	struct frag_vm_machine m = make(0, 0, "2", NULL);

	(void)state;
	assert_string_equal(nodes_text(&m), "1024@1/0 1024@1/0");
	m = make(0, 0, "4", NULL);
	assert_int_equal(m.cpus, 4);
	assert_string_equal(nodes_text(&m), "512@1/0 512@1/0 512@1/0 512@1/0");
	m = make(2, 0, "4", NULL);
	assert_string_equal(nodes_text(&m), "512@1/0 512@1/0 512@0/0 512@0/0");
	m = make(5, 1000 * FRAG_MIB, "3", NULL);
	assert_string_equal(nodes_text(&m), "334@2/0 333@2/0 333@1/0");
	assert_int_equal(m.memory, 1000 * FRAG_MIB);
	m = make(0, 0, "1", NULL);
	assert_string_equal(nodes_text(&m), "2048@2/0");
}

static void test_nodes_listed(void **state)
{
	struct frag_vm_machine m = make(0, 0, "1G@2,1G@2,512M@0/1", NULL);

	(void)state;
	assert_string_equal(nodes_text(&m), "1024@2/0 1024@2/0 512@0/1");
	assert_int_equal(m.cpus, 4);
	assert_int_equal(m.memory, 2560 * FRAG_MIB);
	assert_true(m.has_tiers);
	m = make(0, 0, "1G,512M", NULL);
	assert_string_equal(nodes_text(&m), "1024@1/0 512@1/0");
	assert_false(m.has_tiers);
	m = make(0, 0, "1G,512M@0", NULL);
	assert_string_equal(nodes_text(&m), "1024@2/0 512@0/0");
	m = make(8, 2 * FRAG_GIB, "1G@1,512M,512M", NULL);
	assert_string_equal(nodes_text(&m), "1024@1/0 512@4/0 512@3/0");
	m = make(0, 0, "4G", NULL);
	assert_string_equal(nodes_text(&m), "4096@2/0");
}

static void test_distances(void **state)
{
	struct frag_vm_machine m = make(0, 0, "3", "0-1=15,2-0=40,1-1=10");

	(void)state;
	assert_true(m.has_distances);
	assert_int_equal(m.distances[0][1], 15);
	assert_int_equal(m.distances[1][0], 15);
	assert_int_equal(m.distances[0][2], 40);
	assert_int_equal(m.distances[1][2], 20);
	assert_int_equal(m.distances[2][2], 10);
	/* Said twice, and the same. */
	m = make(0, 0, "2", "0-1=15,1-0=15");
	assert_int_equal(m.distances[0][1], 15);
	m = make(0, 0, "2", NULL);
	assert_false(m.has_distances);
	assert_int_equal(m.distances[0][1], 20);
}

static void test_args(void **state)
{
	struct frag_vm_machine m = make(0, 0, "1G@2,512M@1,512M@0", "0-2=17");

	(void)state;
	assert_args(&m, "pc",
		    "-m 2048 -smp 3,sockets=3,cores=1,threads=1"
		    " -object memory-backend-ram,id=node0,size=1024M"
		    " -numa node,nodeid=0,memdev=node0,cpus=0-1"
		    " -object memory-backend-ram,id=node1,size=512M"
		    " -numa node,nodeid=1,memdev=node1,cpus=2"
		    " -object memory-backend-ram,id=node2,size=512M"
		    " -numa node,nodeid=2,memdev=node2"
		    " -numa dist,src=0,dst=1,val=20"
		    " -numa dist,src=0,dst=2,val=17"
		    " -numa dist,src=1,dst=2,val=20");
	m = make(4, 2 * FRAG_GIB, "2", NULL);
	assert_args(&m, "pc",
		    "-m 2048 -smp 4,sockets=2,cores=2,threads=1"
		    " -object memory-backend-ram,id=node0,size=1024M"
		    " -numa node,nodeid=0,memdev=node0,cpus=0-1"
		    " -object memory-backend-ram,id=node1,size=1024M"
		    " -numa node,nodeid=1,memdev=node1,cpus=2-3");
}

/* A memory-only node has the nearest node with CPUs as its initiator; slow
 * tiers and distant nodes are slower. */
static void test_tiers(void **state)
{
	struct frag_vm_machine m = make(0, 0, "512M@1,512M@1,1G@0/1", "0-2=30");

	(void)state;
	assert_args(
		&m, "pc,hmat=on",
		"-m 2048 -smp 2,sockets=2,cores=1,threads=1"
		" -object memory-backend-ram,id=node0,size=512M"
		" -numa node,nodeid=0,memdev=node0,cpus=0,initiator=0"
		" -object memory-backend-ram,id=node1,size=512M"
		" -numa node,nodeid=1,memdev=node1,cpus=1,initiator=1"
		" -object memory-backend-ram,id=node2,size=1024M"
		" -numa node,nodeid=2,memdev=node2,initiator=1"
		" -numa dist,src=0,dst=1,val=20 -numa dist,src=0,dst=2,val=30"
		" -numa dist,src=1,dst=2,val=20"
#define LB(i, t, latency, bandwidth)                                         \
	" -numa hmat-lb,initiator=" #i ",target=" #t                         \
	",hierarchy=memory,data-type=access-latency,latency=" #latency       \
	" -numa hmat-lb,initiator=" #i ",target=" #t                         \
	",hierarchy=memory,data-type=access-bandwidth,bandwidth=" #bandwidth \
	"M"
		LB(0, 0, 100, 40000) LB(0, 1, 200, 20000) LB(0, 2, 600, 6666)
			LB(1, 0, 200, 20000) LB(1, 1, 100, 40000)
				LB(1, 2, 400, 10000));
}

/* The largest number behind @key in @text. */
static unsigned long largest(const char *text, const char *key)
{
	unsigned long max = 0;

	while ((text = strstr(text, key))) {
		unsigned long n;

		text += strlen(key);
		n = strtoul(text, NULL, 10);
		max = n > max ? n : max;
	}
	return max;
}

/* The largest machine there is fits into an argv, and its HMAT into the 16 bits
 * that each number has there. */
static void test_largest(void **state)
{
	struct frag_vm_machine m =
		make(64, 0, "256M/0,256M/1,256M/2,256M/3,256M,256M,256M,256M",
		     "0-1=254");
	char type[64] = "pc";
	char *text = args_text(&m, type, sizeof(type));

	(void)state;
	assert_non_null(strstr(text, "initiator=7,target=7"));
	assert_in_range(largest(text, ",latency="), 800, 65534);
	assert_in_range(largest(text, ",bandwidth="), 1000, 65534);
	free(text);
}

static void test_json(void **state)
{
	struct frag_vm_machine m = make(0, 0, "1G@2,1G@0/1", "0-1=17");
	json_t *json = frag_vm_machine_json(&m);
	char *text = json_dumps(json, JSON_COMPACT);

	(void)state;
	assert_string_equal(
		text, "{\"cpus\":2,\"memory_bytes\":2147483648,\"nodes\":["
		      "{\"node\":0,\"memory_bytes\":1073741824,\"cpus\":\"0-1\""
		      ",\"tier\":0},"
		      "{\"node\":1,\"memory_bytes\":1073741824,\"cpus\":\"\""
		      ",\"tier\":1}],"
		      "\"distances\":[[10,17],[17,10]]}");
	free(text);
	json_decref(json);
	m = make(0, 0, NULL, NULL);
	json = frag_vm_machine_json(&m);
	text = json_dumps(json, JSON_COMPACT);
	assert_string_equal(
		text, "{\"cpus\":2,\"memory_bytes\":2147483648,\"nodes\":[]}");
	free(text);
	json_decref(json);
}

/* @said: must be in what; @why: in why. */
static void assert_wrong(struct frag_vm_machine_options o, const char *said,
			 const char *why)
{
	struct frag_vm_machine m;
	struct frag_error e = { 0 };

	assert_int_equal(frag_vm_machine_make(&m, &o, &e), -EINVAL);
	assert_int_equal(e.exit, FRAG_EXIT_USAGE);
	if (!strstr(e.what, said) || !strstr(e.why, why))
		fail_msg("said: %s: %s", e.what, e.why);
	assert_non_null(strstr(e.mend, "--"));
}

#define WRONG(said, why, ...) \
	assert_wrong((struct frag_vm_machine_options){ __VA_ARGS__ }, said, why)

static void test_wrong_whole(void **state)
{
	(void)state;
	WRONG("--cpus '65'", "1 to 64", .cpus = 65);
	WRONG("--memory '64M'", "128M", .memory = 64 * FRAG_MIB);
	WRONG("--memory", "whole MiB", .memory = FRAG_GIB + 4096);
	WRONG("--memory '1024G'", "512G", .memory = 1024 * FRAG_GIB);
	WRONG("--memory", "512G", .nodes = "512G,512G");
	WRONG("--distances", "no NUMA nodes", .distances = "0-1=20");
}

static void test_wrong_nodes(void **state)
{
	(void)state;
	WRONG("--nodes '0'", "1 to 8", .nodes = "0");
	WRONG("--nodes '9'", "1 to 8", .nodes = "9");
	WRONG("--nodes '1G,1G", "1 to 8",
	      .nodes = "1G,1G,1G,1G,1G,1G,1G,1G,1G");
	WRONG("the node '2@x'", "behind '@'", .nodes = "1G,2@x");
	WRONG("the node '1G@'", "behind '@'", .nodes = "1G@");
	WRONG("the node '1G@65'", "behind '@'", .nodes = "1G@65");
	WRONG("the node '1G@1/4'", "behind '/'", .nodes = "1G@1/4");
	WRONG("the node '1G/'", "behind '/'", .nodes = "1G/,1G");
	WRONG("the node '1G/1@2'", "behind '/'", .nodes = "1G/1@2");
	WRONG("the node 'x'", "whole MiB", .nodes = "x");
	WRONG("the node ''", "whole MiB", .nodes = "1G,");
	WRONG("the node '50%'", "whole MiB", .nodes = "50%,1G");
	WRONG("the node '1500k'", "whole MiB", .nodes = "1500k,1G");
	WRONG("the node '1T'", "512G", .nodes = "1T");
	WRONG("--nodes '1G,16M'", "32M", .nodes = "1G,16M");
	WRONG("--nodes '1G@0,1G@0'", "one node must have CPUs",
	      .nodes = "1G@0,1G@0");
	WRONG("--nodes '1G@0,1G'", "come last", .nodes = "1G@0,1G");
	WRONG("--nodes '1G,512M'", "add up to 1536M, --memory says 2G",
	      .nodes = "1G,512M", .memory = 2 * FRAG_GIB);
	WRONG("--nodes '1G@2,1G@2'", "have 4 CPUs, --cpus says 2",
	      .nodes = "1G@2,1G@2", .cpus = 2);
	WRONG("--nodes '1G@2,1G@1'", "have 3 CPUs, --cpus says 4",
	      .nodes = "1G@2,1G@1", .cpus = 4);
	WRONG("--nodes '1G@2,1G'", "--cpus says 1", .nodes = "1G@2,1G",
	      .cpus = 1);
	WRONG("--cpus '128'", "1 to 64", .nodes = "1G@64,1G@64");
}

static void test_wrong_distances(void **state)
{
	static const struct {
		const char *text, *said, *why;
	} rows[] = {
		{ "0-2=20", "'0-2=20'", "no such node" },
		{ "0-1=10", "'0-1=10'", "11 to 254" },
		{ "0-1=255", "'0-1=255'", "11 to 254" },
		{ "0-0=20", "'0-0=20'", "10 to itself" },
		{ "0-1=20,1-0=30", "'1-0=30'", "alike" },
		{ "0-1", "'0-1'", "NODE-NODE=DISTANCE" },
		{ "0-1=20,", "''", "NODE-NODE=DISTANCE" },
		{ "0-1=20x", "'0-1=20x'", "NODE-NODE=DISTANCE" },
		{ "a-1=20", "'a-1=20'", "NODE-NODE=DISTANCE" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		WRONG(rows[i].said, rows[i].why, .nodes = "2",
		      .distances = rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_nodes_alike),
		cmocka_unit_test(test_nodes_listed),
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_args),
		cmocka_unit_test(test_tiers),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_wrong_whole),
		cmocka_unit_test(test_wrong_nodes),
		cmocka_unit_test(test_wrong_distances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
