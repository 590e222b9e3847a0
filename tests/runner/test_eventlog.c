// SPDX-License-Identifier: GPL-2.0-or-later
/* How often the counts of many CPUs are read, and what the manifest says of
 * events at the end. The CPUs are made up: one socket of numbers for all. */
#include <sys/socket.h>

#include "clock.h"
#include "eventlog-parts.h"
#include "scratch.h"

enum { MANY = 17, ROUNDS = 3 };

#define FAR_NS (10 * 1000000000ULL)

struct bench {
	struct scratch s;
	struct frag_rundir rd;
	struct frag_error e;
	struct frag_perf_cpu cpus[MANY];
	struct frag_tracepoint type;
	struct frag_eventlog log;
};

/* What each CPU has counted in turn: in round n, n + 1 events. */
static int numbers_make(unsigned cpus)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	for (uint64_t i = 0; i < (uint64_t)ROUNDS * cpus; i++) {
		const uint64_t group[3] = { 2, 0, i / cpus + 1 };

		assert_int_equal(write(fd[1], group, sizeof(group)),
				 sizeof(group));
	}
	close(fd[1]);
	return fd[0];
}

static void cpus_make(struct bench *b, unsigned cpus)
{
	int fd = numbers_make(cpus);

	b->type = (struct frag_tracepoint){ .name = "x", .about = "it" };
	b->log.listening.count = 1;
	b->log.listening.events[0].type = &b->type;
	b->log.perf.nevents = 1;
	b->log.perf.ncpus = cpus;
	b->log.perf.cpus = b->cpus;
	for (unsigned i = 0; i < cpus; i++)
		b->cpus[i].fd[0] = fd;
	assert_int_equal(frag_eventlog_counts_open(&b->log), 0);
}

static int bench_set(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->s);
	b->rd.dirfd = -1;
	b->log.config.rundir = &b->rd;
	b->log.config.set = "default";
	atomic_store(&b->log.limit_ns, UINT64_MAX);
	*state = b;
	return 0;
}

static int bench_clear(void **state)
{
	struct bench *b = *state;

	if (b->log.perf.ncpus)
		close(b->cpus[0].fd[0]);
	frag_eventlog_counts_close(&b->log);
	frag_rundir_close(&b->rd);
	scratch_remove(&b->s);
	free(b);
	return 0;
}

static uint64_t count_now(struct bench *b)
{
	struct frag_collect *c = frag_eventlog_counts(&b->log);
	uint64_t value = 0;

	assert_int_equal(c->type->read(c, &value), 0);
	return value;
}

static void test_few_cpus(void **state)
{
	struct bench *b = *state;

	cpus_make(b, MANY - 1);
	for (unsigned i = 1; i <= ROUNDS; i++)
		assert_int_equal(count_now(b), i * (MANY - 1));
}

/* The numbers stay while the last reading is fresh, however slow the test is;
 * at a mark they are read anew, and when it is old. */
static void test_many_cpus(void **state)
{
	struct bench *b = *state;

	cpus_make(b, MANY);
	assert_int_equal(count_now(b), MANY);
	b->log.counted_ns = frag_now() + FAR_NS;
	assert_int_equal(count_now(b), MANY);
	b->log.counted_ns = frag_now() - FAR_NS;
	assert_int_equal(count_now(b), 2 * MANY);
	b->log.counted_ns = frag_now() + FAR_NS;
	frag_eventlog_pause(&b->log);
	assert_int_equal(count_now(b), 3 * MANY);
}

static bool is_doubted(struct bench *b, const char *text)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(b->rd.manifest, "warnings"), i, one)
	{
		if (!strcmp(json_string_value(json_object_get(one, "severity")),
			    "doubt") &&
		    strstr(json_string_value(json_object_get(one, "text")),
			   text))
			return true;
	}
	return false;
}

static void late_tell(struct bench *b, uint64_t late)
{
	assert_int_equal(
		frag_rundir_create(&b->rd, b->s.path, "late", 1, &b->e), 0);
	frag_eventlog_tell(&b->log, NULL);
	b->log.order.late = late;
	frag_eventlog_tell_end(&b->log);
}

static void test_late_is_a_doubt(void **state)
{
	struct bench *b = *state;
	const json_t *told;

	late_tell(b, 3);
	told = json_object_get(b->rd.manifest, "events");
	assert_int_equal(
		json_integer_value(json_object_get(told, "out_of_order")), 3);
	assert_true(is_doubted(b, "3 events came too late"));
	assert_int_equal(b->rd.doubts, 1);
}

static void test_in_order_is_none(void **state)
{
	struct bench *b = *state;

	late_tell(b, 0);
	assert_int_equal(b->rd.doubts, 0);
}

/* What a CPU that cannot be asked has lost is not 0. */
static void test_unread_is_a_doubt(void **state)
{
	struct bench *b = *state;
	struct frag_perf_cpu cpu = { .cpu = 0 };

	memset(cpu.fd, 0xff, sizeof(cpu.fd));
	b->log.perf.cpus = &cpu;
	b->log.perf.ncpus = 1;
	late_tell(b, 0);
	b->log.perf.cpus = NULL;
	b->log.perf.ncpus = 0;
	assert_true(is_doubted(b, "the counters of 1 CPU could not be read"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set, bench_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_few_cpus),	      TEST(test_many_cpus),
		TEST(test_late_is_a_doubt),   TEST(test_in_order_is_none),
		TEST(test_unread_is_a_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
