// SPDX-License-Identifier: GPL-2.0-or-later
/* What every workload of the table does when it is run, the skeleton among
 * them: a new one is tested by being in the table. */
#include <inttypes.h>
#include <time.h>

#include "clock.h"
#include "crew.h"
#include "hand.h"
#include "needs.h"
#include "scratch.h"
#include "tables.h"

enum {
	SMALL = 4 << 20,
	BIG = 256 << 20,
	HUGE_PAGE = 2 << 20,
	STOP_MS = 100,
	TRIES = 10,
};

/* When a worker is told to stop. */
enum when { EARLY, AT_WORK, RELEASED };

/* Did setup() give up, and say what has to be done on this machine before? Or
 * is memory too scattered, or the disk too small, which shows only when it is
 * taken? Then the rest cannot be tested; why is told. */
static bool is_refused(const struct frag_workload *w,
		       const struct frag_worker_share *share)
{
	if (!strstr(share->message, "mend: ") ||
	    (share->ops && !strstr(share->message, " whole blocks ") &&
	     !strstr(share->message, "no room above disk-floor")))
		return false;
	printf("not run: %s: %s\n", w->name, share->message);
	return true;
}

/* The options as they are by default; free them. */
static void *options_new(const struct frag_workload *w)
{
	void *options = calloc(1, w->options_size + 1);
	struct frag_error e = { 0 };

	assert_non_null(options);
	if (frag_options_init(w->options, options, 1 << 30, &e))
		fail_msg("%s: %s: %s", w->name, e.what, e.why);
	return options;
}

static void test_bytes(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	static const uint64_t asked[] = { 1ULL << 33, 64 << 20, SMALL,
					  (1 << 20) + 12345 };

	(void)state;
	for (unsigned i = 0; frag_workloads[i]; i++) {
		const struct frag_workload *w = frag_workloads[i];
		void *options = options_new(w);

		if (w->check) {
			struct frag_error e = { 0 };

			/* What this machine lacks is no fault of the rows. */
			if (w->check(options, w->processes, &e) &&
			    e.exit != FRAG_EXIT_CANNOT)
				fail_msg("%s: %s: %s", w->name, e.what, e.why);
		}
		for (unsigned n = 1; w->bytes && n <= 3; n++) {
			for (unsigned a = 0; a < 4; a++) {
				bool fits =
					w->shrink(options, n, page, asked[a]);

				/* Not even one huge page for each. */
				if (!fits && asked[a] < n * HUGE_PAGE)
					continue;
				assert_true(fits);
				assert_in_range(w->bytes(options, n, page), 1,
						asked[a]);
			}
		}
		/* Less than a page for each cannot be. */
		if (w->bytes)
			assert_false(w->shrink(options, 4, page, 2 * page));
		free(options);
	}
}

/* Is all of [start, end) mapped in process @pid? */
static bool is_mapped(pid_t pid, uint64_t start, uint64_t end)
{
	char path[64];
	char line[512];
	uint64_t from;
	uint64_t to;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &from, &to) == 2 &&
		    from <= start && start < to)
			start = to < end ? to : end;
	fclose(f);
	return start == end;
}

static void check_ranges(const struct frag_workload *w,
			 const struct frag_worker *worker, size_t page)
{
	const struct frag_worker_share *share = worker->share;
	uint64_t pages = 0;

	assert_true(share->nranges <= FRAG_RANGES_MAX);
	for (unsigned i = 0; i < share->nranges; i++) {
		uint64_t start = share->ranges[i].start;
		uint64_t end = share->ranges[i].end;

		if (start % page || end % page || start > end ||
		    !is_mapped(worker->pid, start, end))
			fail_msg("%s: range %u is not its memory", w->name, i);
		pages += (end - start) / page;
	}
	/* It cannot hold more than it has room for. */
	assert_true(!share->nranges || share->pages <= pages);
}

/* Wait until all work, then until all have done so, or for @ms in all. False
 * when it cannot be done here. */
static bool wait_at_work(const struct frag_workload *w, struct frag_crew *crew,
			 unsigned ms)
{
	const struct timespec ts = frag_timespec(1000000);
	const struct frag_worker *failed = NULL;

	for (unsigned n = 0; n < 60000; n++) {
		bool is_working = true;

		for (unsigned i = 0; i < crew->count; i++)
			is_working &= crew->workers[i].share->ops > 0;
		frag_crew_reap(crew);
		failed = frag_crew_failed(crew, -1);
		if (failed ||
		    (is_working && (frag_crew_is_settled(crew, 0) || n > ms)))
			break;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
	}
	if (failed && is_refused(w, failed->share))
		return false;
	if (failed)
		fail_msg("%s: %s", w->name, failed->share->message);
	for (unsigned i = 0; i < crew->count; i++) {
		uint32_t now = crew->workers[i].share->state;

		assert_true(now == FRAG_WORKER_HOLDING ||
			    now == FRAG_WORKER_RUNNING);
		assert_true(crew->workers[i].share->ops > 0);
	}
	return true;
}

/* Half of it, then the rest: each worker holds what that leaves, but for one
 * huge page's worth of rounding. */
static void check_release(const struct frag_workload *w, struct frag_crew *crew)
{
	static const unsigned permille[] = { 500, 1000 };
	const struct timespec ts = frag_timespec(1000000);
	uint64_t held[FRAG_WORKERS_MAX] = { 0 };

	for (unsigned turn = 0; w->release && turn < 2; turn++) {
		for (unsigned i = 0; i < crew->count; i++)
			held[i] = crew->workers[i].share->pages;
		assert_int_equal(frag_crew_release(crew, permille[turn]),
				 crew->count);
		for (unsigned n = 0; n < 60000 && frag_crew_is_releasing(crew);
		     n++)
			clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
		frag_crew_reap(crew);
		assert_null(frag_crew_failed(crew, -1));
		for (unsigned i = 0; i < crew->count; i++) {
			uint64_t left = crew->workers[i].share->pages;
			uint64_t want =
				held[i] * (1000 - permille[turn]) / 1000;

			if (left > want + (turn ? 0 : 512) || left + 512 < want)
				fail_msg("%s: %ju pages left of %ju", w->name,
					 (uintmax_t)left, (uintmax_t)held[i]);
		}
	}
}

/* Tell all to hold, and wait until they do. */
static void crew_hold(struct frag_crew *crew)
{
	const struct timespec ts = frag_timespec(1000000);

	frag_crew_tell(crew, -1, FRAG_TELL_HOLD);
	for (unsigned n = 0; n < 60000 && !frag_crew_is_settled(crew, 0); n++)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
	assert_true(frag_crew_is_settled(crew, 0));
}

static void check_slots(const struct frag_workload *w,
			const struct frag_worker_share *share)
{
	unsigned n = 0;

	while (w->counters && n < FRAG_COUNTERS_MAX && w->counters[n].name)
		n++;
	/* Nothing is counted where the table has no row. */
	for (; n < FRAG_COUNTERS_MAX; n++)
		assert_int_equal(share->counters[n], 0);
	assert_true(share->pages <= share->allocated);
}

/* A crew of one workload, and what it needs. */
struct rig {
	struct frag_scenario s;
	struct frag_topology *t;
	struct frag_crew crew;
};

/* Let @w begin to work, in processes of its own, in @bytes at most. */
static void rig_begin(struct rig *r, const struct frag_workload *w,
		      uint64_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct frag_error e = { 0 };
	struct frag_instance *one;
	char text[256];

	snprintf(text, sizeof(text), "[phase a]\ndo = run\nworkload = %s\n",
		 w->name);
	assert_int_equal(frag_scenario_parse(&r->s, "x", text, bytes, &e), 0);
	assert_int_equal(frag_topology_load(&r->t, &e), 0);
	one = &r->s.phases[0].instances[0];
	if (w->bytes && w->bytes(one->options, w->processes, page) > bytes)
		assert_true(w->shrink(one->options, w->processes, page, bytes));
	assert_int_equal(frag_crew_launch(&r->crew, &r->s, r->t, 1, -1, &e), 0);
	frag_crew_tell(&r->crew, 0, FRAG_TELL_RUN);
}

static void rig_free(struct rig *r)
{
	frag_crew_free(&r->crew);
	frag_scenario_free(&r->s);
	frag_topology_free(r->t);
}

/* Run @w small; how long did it take to stop, in ms? */
static uint64_t crew_run(const struct frag_workload *w, enum when when)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct rig r;
	bool is_well = true;
	uint64_t begin;

	rig_begin(&r, w, SMALL);
	if (when != EARLY)
		is_well = wait_at_work(w, &r.crew, 500);
	if (is_well && when == RELEASED) {
		crew_hold(&r.crew);
		check_release(w, &r.crew);
	}
	for (unsigned i = 0; i < r.crew.count && is_well && when == AT_WORK;
	     i++)
		if (frag_crew_is_settled(&r.crew, 0))
			check_ranges(w, &r.crew.workers[i], page);
	for (unsigned i = 0; i < r.crew.count; i++)
		check_slots(w, r.crew.workers[i].share);
	begin = frag_now();
	frag_crew_end(&r.crew, 60000000000);
	begin = (frag_now() - begin) / 1000000;
	for (unsigned i = 0; i < r.crew.count; i++) {
		assert_false(r.crew.workers[i].is_killed);
		if (r.crew.workers[i].status &&
		    !is_refused(w, r.crew.workers[i].share))
			fail_msg("%s: left with status %d", w->name,
				 r.crew.workers[i].status);
	}
	rig_free(&r);
	return begin;
}

/* Can this machine run it? What it cannot is not held against the workload. */
static bool is_here(const struct frag_workload *w)
{
	struct frag_facts facts;
	struct frag_error e = { 0 };

	frag_facts_read(&facts);
	if (!frag_needs_check(w->name, w->needs, &facts, true, &e))
		return true;
	printf("not run: %s: %s\n", e.what, e.why);
	return false;
}

/* What it holds it gives back when asked, and then ends as it should. */
static void test_releases(void **state)
{
	(void)state;
	for (unsigned i = 0; frag_workloads[i]; i++)
		if (frag_workloads[i]->release && is_here(frag_workloads[i]))
			crew_run(frag_workloads[i], RELEASED);
}

/* How many want each CPU, on average of the last minute; 1 at least. */
static double crowd(void)
{
	double load;

	if (getloadavg(&load, 1) != 1)
		return 1;
	load /= (double)sysconf(_SC_NPROCESSORS_ONLN);
	return load > 1 ? load : 1;
}

/* Soon enough in one of ten: the machine may have been busy. */
static void test_runs_and_stops(void **state)
{
	double most = STOP_MS * crowd();

	(void)state;
	for (unsigned i = 0; frag_workloads[i]; i++) {
		uint64_t took;

		if (!is_here(frag_workloads[i]))
			continue;
		took = crew_run(frag_workloads[i], AT_WORK);
		for (unsigned n = 1; n < TRIES && (double)took > most; n++)
			took = crew_run(frag_workloads[i], AT_WORK);
		if ((double)took > most)
			fail_msg("%s took %" PRIu64 " ms to stop",
				 frag_workloads[i]->name, took);
	}
}

/* Told to stop when it has hardly begun. */
static void test_stops_early(void **state)
{
	(void)state;
	for (unsigned i = 0; frag_workloads[i]; i++) {
		uint64_t took = UINT64_MAX;

		for (unsigned n = 0;
		     n < TRIES && took >= 2000 && is_here(frag_workloads[i]);
		     n++)
			took = crew_run(frag_workloads[i], EARLY);
		assert_true(took < 2000 || !is_here(frag_workloads[i]));
	}
}

/* As large as it is by default: how long, in ms, from being told to hold after
 * @ms milliseconds of work until it does? Tearing down is not in it. */
static uint64_t crew_hold_time(const struct frag_workload *w, unsigned ms)
{
	uint64_t begin = 0;
	uint64_t end = 0;
	struct rig r;

	rig_begin(&r, w, BIG);
	if (wait_at_work(w, &r.crew, ms)) {
		begin = frag_now();
		crew_hold(&r.crew);
		end = frag_now();
	}
	frag_crew_end(&r.crew, 60000000000);
	rig_free(&r);
	return (end - begin) / 1000000;
}

/* The rule of workload.h: within 100 ms, however much it holds. */
static void test_holds_soon(void **state)
{
	static const unsigned after_ms[] = { 1, 60, 180 };
	double most = STOP_MS * crowd();

	(void)state;
	for (unsigned i = 0; frag_workloads[i]; i++) {
		for (unsigned n = 0; n < 3 && is_here(frag_workloads[i]); n++) {
			uint64_t took = UINT64_MAX;

			for (unsigned try = 0;
			     try < TRIES && (double)took > most; try++)
				took = crew_hold_time(frag_workloads[i],
						      after_ms[n]);
			if ((double)took > most)
				fail_msg("%s took %" PRIu64 " ms to hold",
					 frag_workloads[i]->name, took);
		}
	}
}

/* In this process, so that the sanitizers see what is not given back. */
static void leaks_check(const struct frag_workload *w)
{
	struct hand *h = hand_make(w->name, NULL);
	size_t page = h->ctx.page_size;
	uint64_t most = 64;
	int rc;

	/* As small as it can be, which may be one huge page. */
	if (w->bytes && !w->shrink(h->options, 1, page, most * page)) {
		most = HUGE_PAGE / page;
		assert_true(w->shrink(h->options, 1, page, HUGE_PAGE));
	}
	if (hand_setup(h)) {
		if (!is_refused(w, &h->share))
			fail_msg("%s: %s", w->name, h->share.message);
		hand_free(h);
		return;
	}
	rc = hand_step(h, 200);
	assert_in_range(rc, FRAG_MORE, FRAG_IDLE);
	if (w->bytes)
		assert_in_range(h->share.pages, 1, most);
	h->share.command = FRAG_TELL_RELEASE;
	if (w->release)
		assert_int_equal(w->release(&h->ctx, 500), 0);
	hand_free(h);
}

static void test_leaks_nothing(void **state)
{
	(void)state;
	for (unsigned i = 0; frag_workloads[i]; i++)
		if (is_here(frag_workloads[i]))
			leaks_check(frag_workloads[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_releases),
		cmocka_unit_test(test_runs_and_stops),
		cmocka_unit_test(test_stops_early),
		cmocka_unit_test(test_holds_soon),
		cmocka_unit_test(test_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
