/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crew to be watched from the outside, also of workloads that are made up. */
#ifndef FRAGBENCH_TESTS_CREW_BENCH_H
#define FRAGBENCH_TESTS_CREW_BENCH_H

#include <time.h>

#include "clock.h"
#include "crew.h"
#include "scratch.h"

static const uint64_t ms = 1000000;

struct bench {
	struct frag_scenario s;
	struct frag_topology *t;
	struct frag_crew crew;
	struct frag_error e;
	struct frag_workload made_up; /* what a test makes workers of */
};

static inline int bench_set(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->crew.eventfd = -1;
	assert_int_equal(frag_topology_load(&b->t, &b->e), 0);
	*state = b;
	return 0;
}

static inline int bench_clear(void **state)
{
	struct bench *b = *state;

	frag_crew_end(&b->crew, 0);
	frag_crew_free(&b->crew);
	frag_scenario_free(&b->s);
	frag_topology_free(b->t);
	free(b);
	return 0;
}

static inline void parse(struct bench *b, const char *text)
{
	if (frag_scenario_parse(&b->s, "x", text, 1 << 30, &b->e))
		fail_msg("%s: %s", b->e.what, b->e.why);
}

static inline void launch(struct bench *b, const char *text)
{
	parse(b, text);
	assert_int_equal(frag_crew_launch(&b->crew, &b->s, b->t, 1, -1, &b->e),
			 0);
}

/* Launch the workers of the first phase as ones of which each step is @step;
 * setup and release are those of b->made_up. */
static inline void make_up(struct bench *b, int (*step)(struct frag_context *))
{
	struct frag_instance *one = &b->s.phases[0].instances[0];
	struct frag_workload type = *one->type;

	type.name = "made-up";
	type.setup = b->made_up.setup;
	type.release = b->made_up.release;
	type.step = step;
	b->made_up = type;
	one->type = &b->made_up;
	assert_int_equal(frag_crew_launch(&b->crew, &b->s, b->t, 1, -1, &b->e),
			 0);
}

/* The same with one worker, which is told to run. */
static inline void launch_made_up(struct bench *b,
				  int (*setup)(struct frag_context *),
				  int (*step)(struct frag_context *))
{
	parse(b, "[phase a]\ndo = run\nworkload = null\n");
	b->made_up.setup = setup;
	make_up(b, step);
	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
}

static inline void pause_ms(unsigned n)
{
	const struct timespec ts = frag_timespec(n * ms);

	clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}

/* Wait until worker @i is in state @state, a minute at most. */
static inline void wait_state(struct bench *b, unsigned i, uint32_t state)
{
	for (unsigned n = 0; n < 60000; n++) {
		if (atomic_load(&b->crew.workers[i].share->state) == state)
			return;
		pause_ms(1);
	}
	fail_msg("worker %u is in state %u, not %u", i,
		 atomic_load(&b->crew.workers[i].share->state), state);
}

static inline void wait_dead(struct bench *b, unsigned i)
{
	for (unsigned n = 0; n < 60000 && !b->crew.workers[i].is_dead; n++) {
		frag_crew_reap(&b->crew);
		pause_ms(1);
	}
	assert_true(b->crew.workers[i].is_dead);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set, bench_clear)

#endif
