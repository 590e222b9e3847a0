// SPDX-License-Identifier: GPL-2.0-or-later
/* The sampler over collectors made up for it: slow, failing, growing ones; full
 * disks; and that every row stands in the phase in which it was taken. */
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>

#include "base/csv.h"
#include "base/source.h"
#include "clock.h"
#include "sampler.h"
#include "scratch.h"

enum { COLUMNS = 2, ROWS = 3 };

/* How a made-up source behaves. */
struct fake {
	_Atomic uint64_t reads;
	unsigned delay_ms;
	unsigned fail_every;
	unsigned grow_at; /* the read with which a row appears */
};

struct bench {
	struct scratch s;
	struct frag_rundir rd;
	struct frag_error e;
	struct fake every;
	struct fake marks;
	struct frag_collect collects[2];
	struct frag_row_key keys[2][ROWS];
	struct frag_sampler *sampler;
};

static const char *const phases[] = { "setup", "one", "two", NULL };

static void wait_ms(unsigned ms)
{
	const struct timespec ts = frag_timespec(ms * 1000000ULL);

	clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}

static int fake_read(struct frag_collect *c, uint64_t *values)
{
	struct fake *f = c->state;

	f->reads++;
	if (f->delay_ms)
		wait_ms(f->delay_ms);
	if (f->grow_at && f->reads == f->grow_at) {
		snprintf(c->shape.row_keys[1].text, FRAG_KEY_TEXT, "b");
		c->shape.nrows = 2;
	}
	for (unsigned i = 0; i < ROWS * COLUMNS; i++)
		values[i] = f->reads * 10 + i;
	values[1] = FRAG_ABSENT;
	return f->fail_every && f->reads % f->fail_every == 0 ? -EINVAL : 0;
}

static const struct frag_collector every_type = {
	.name = "every",
	.summary = "with every sample",
	.cadence = FRAG_EVERY_SAMPLE,
	.read = fake_read,
};

static const struct frag_collector marks_type = {
	.name = "marks",
	.summary = "at marks",
	.cadence = FRAG_AT_MARKS,
	.read = fake_read,
};

static void collect_set(struct bench *b, unsigned i,
			const struct frag_collector *type, struct fake *f)
{
	static const struct frag_key keys[] = { { "key", "which row" } };
	static struct frag_column columns[COLUMNS] = {
		{ "a", "count", "one" }, { "b", "count", "two" }
	};

	snprintf(b->keys[i][0].text, FRAG_KEY_TEXT, "a");
	b->collects[i] = (struct frag_collect){
		.type = type,
		.root = "",
		.state = f,
		.shape = { keys, 1, columns, COLUMNS, b->keys[i], 1, ROWS },
	};
}

static int bench_set(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->s);
	collect_set(b, 0, &every_type, &b->every);
	collect_set(b, 1, &marks_type, &b->marks);
	assert_int_equal(frag_rundir_create(&b->rd, b->s.path, "x", 1, &b->e),
			 0);
	*state = b;
	return 0;
}

static int bench_clear(void **state)
{
	struct bench *b = *state;

	frag_rundir_close(&b->rd);
	scratch_remove(&b->s);
	free(b);
	return 0;
}

static void start(struct bench *b, double rate)
{
	struct frag_collect *collects[] = { &b->collects[0], &b->collects[1] };
	const struct frag_sampler_config config = {
		.rundir = &b->rd,
		.rate = rate,
		.collects = collects,
		.ncollects = 2,
		.phases = phases,
	};

	assert_int_equal(frag_sampler_start(&b->sampler, &config, &b->e), 0);
}

/* Until the source was read @n times: on a busy machine no time is enough for
 * that, and none is asserted. */
static void wait_reads(struct bench *b, uint64_t n)
{
	for (unsigned i = 0; i < 6000 && b->every.reads < n; i++)
		wait_ms(10);
	assert_true(b->every.reads >= n);
}

static void stop(struct bench *b)
{
	assert_int_equal(frag_sampler_stop(b->sampler, &b->e), 0);
}

/* What table @name tells of phase @phase. */
struct told {
	uint64_t rows;
	uint64_t marks;
	uint64_t first_ns;
	uint64_t last_ns;
	uint64_t lost;
	uint64_t first_due; /* deadlines of ticks */
	uint64_t last_due;
	bool is_last_mark;
};

static void row_count(const struct frag_csv_reader *r, struct told *t)
{
	int kind = frag_csv_column(r, "kind");
	uint64_t t_ns = frag_csv_cell(r, 0);

	if (!t->rows++)
		t->first_ns = t_ns;
	assert_true(t_ns >= t->last_ns);
	t->last_ns = t_ns;
	if (kind < 0)
		return;
	t->is_last_mark = frag_text_is(r->cells[kind], "mark");
	t->marks += t->is_last_mark;
	if (t->is_last_mark)
		return;
	t->lost = frag_csv_cell(r, frag_csv_column(r, "lost"));
	t->last_due = t_ns - frag_csv_cell(r, frag_csv_column(r, "late_ns"));
	if (!t->first_due)
		t->first_due = t->last_due;
}

static struct told told(struct bench *b, const char *name, const char *phase)
{
	struct frag_csv_reader r;
	struct told t = { 0 };
	int rc;

	assert_int_equal(frag_csv_open(&r, b->rd.dirfd, name, &b->e), 0);
	while ((rc = frag_csv_next(&r, &b->e)) > 0)
		if (frag_text_is(r.cells[1], phase))
			row_count(&r, &t);
	assert_int_equal(rc, 0);
	frag_csv_reader_close(&r);
	return t;
}

static bool is_warned(struct bench *b, const char *severity, const char *text)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(b->rd.manifest, "warnings"), i, one)
	{
		if (!strcmp(json_string_value(json_object_get(one, "severity")),
			    severity) &&
		    strstr(json_string_value(json_object_get(one, "text")),
			   text))
			return true;
	}
	return false;
}

static void test_phases(void **state)
{
	struct bench *b = *state;
	static const char *const tables[] = { "sampler.csv", "every.csv",
					      "marks.csv" };
	uint64_t one;
	uint64_t two;

	start(b, 500);
	wait_reads(b, 4);
	one = frag_sampler_mark(b->sampler, 1);
	wait_reads(b, b->every.reads + 4);
	two = frag_sampler_mark(b->sampler, 2);
	wait_reads(b, b->every.reads + 4);
	stop(b);
	for (unsigned i = 0; i < 3; i++) {
		struct told t = told(b, tables[i], "setup");

		assert_true(t.rows >= 2 && t.last_ns <= one);
		t = told(b, tables[i], "one");
		assert_true(t.rows >= 2 && t.first_ns >= one);
		assert_true(t.last_ns <= two);
		t = told(b, tables[i], "two");
		assert_true(t.rows >= 2 && t.first_ns >= two);
	}
	assert_true(told(b, "sampler.csv", "setup").is_last_mark);
	assert_int_equal(told(b, "sampler.csv", "one").marks, 2);
	assert_int_equal(told(b, "sampler.csv", "two").marks, 2);
	assert_true(told(b, "sampler.csv", "one").rows > 2);
}

static void test_marks_only(void **state)
{
	struct bench *b = *state;

	start(b, 100);
	wait_reads(b, 5);
	frag_sampler_mark(b->sampler, 1);
	stop(b);
	assert_int_equal(told(b, "marks.csv", "setup").rows, 2);
	assert_int_equal(told(b, "marks.csv", "one").rows, 2);
	assert_int_equal(b->marks.reads, 4);
	assert_true(b->every.reads > 4);
}

/* As many samples as there were deadlines, be they taken or lost; how late one
 * was tells its deadline to the nanosecond, however busy the machine is. */
static void test_rate(void **state)
{
	const uint64_t period = 10000000;
	struct bench *b = *state;
	struct told t;

	start(b, 100);
	wait_reads(b, 40);
	stop(b);
	t = told(b, "sampler.csv", "setup");
	assert_true(t.first_due >= period);
	assert_int_equal((t.last_due - t.first_due) % period, 0);
	assert_int_equal(t.rows - t.marks + t.lost,
			 (t.last_due - t.first_due) / period + 1);
}

static void test_slow(void **state)
{
	struct bench *b = *state;
	struct told t;
	uint64_t begin = frag_now();
	uint64_t most;

	b->every.delay_ms = 25;
	start(b, 100);
	wait_reads(b, 14);
	stop(b);
	/* One sample at most in the time that one takes, however long the
	 * machine has let this last. */
	most = (frag_now() - begin) / 25000000 + 2;
	t = told(b, "sampler.csv", "setup");
	assert_true(t.lost >= 10);
	assert_true(t.rows - t.marks <= most);
	assert_true(is_warned(b, "note", "samples were lost"));
}

static void test_failing(void **state)
{
	struct bench *b = *state;
	char text[128];

	b->every.fail_every = 3;
	b->marks.fail_every = 2;
	start(b, 200);
	wait_reads(b, 8);
	stop(b);
	assert_int_equal(told(b, "every.csv", "setup").rows,
			 b->every.reads - b->every.reads / 3);
	assert_int_equal(told(b, "sampler.csv", "setup").rows, b->every.reads);
	snprintf(text, sizeof(text),
		 "every could not be read %" PRIu64 " times: Invalid argument",
		 b->every.reads / 3);
	assert_true(is_warned(b, "doubt", text));
	assert_true(is_warned(b, "doubt", "marks could not be read 1 times"));
}

static void test_growing(void **state)
{
	struct bench *b = *state;
	struct frag_csv_reader r;
	uint64_t samples = 0;
	uint64_t late = 0;

	b->every.grow_at = 4;
	start(b, 200);
	wait_reads(b, 8);
	stop(b);
	assert_int_equal(frag_csv_open(&r, b->rd.dirfd, "every.csv", &b->e), 0);
	while (frag_csv_next(&r, &b->e) > 0) {
		bool is_late = frag_text_is(r.cells[2], "b");

		samples += !is_late;
		late += is_late;
		assert_true(is_late || frag_text_is(r.cells[2], "a"));
		assert_int_equal(frag_csv_cell(&r, 3),
				 samples * 10 + (is_late ? 2 : 0));
		/* What the kernel did not give is an empty cell. */
		if (!is_late)
			assert_true(frag_text_is(r.cells[4], ""));
	}
	frag_csv_reader_close(&r);
	assert_int_equal(samples, b->every.reads);
	assert_int_equal(late, b->every.reads - 3);
}

/* A disk that is full is told at once, and what is there has whole rows. */
static void test_full(void **state)
{
	struct bench *b = *state;
	struct rlimit was;
	struct rlimit full;
	char path[PATH_MAX + 300];
	size_t size;
	char *text;
	int rc = 0;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	full = was;
	full.rlim_cur = 5000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	start(b, 1000);
	for (unsigned i = 0; i < 6000 && !rc; i++) {
		wait_ms(10);
		rc = frag_sampler_error(b->sampler);
	}
	assert_int_equal(rc, -EFBIG);
	rc = frag_sampler_stop(b->sampler, &b->e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(rc, -EFBIG);
	assert_non_null(strstr(b->e.what, "cannot write the samples"));
	snprintf(path, sizeof(path), "%s/sampler.csv", b->rd.path);
	text = file_read("", path, &size);
	assert_true(size > 4000 && size <= 5000);
	assert_int_equal(text[size - 1], '\n');
	free(text);
	assert_true(told(b, "sampler.csv", "setup").rows > 10);
}

/* A table that is there already is not written over. */
static void test_taken(void **state)
{
	struct bench *b = *state;
	struct frag_collect *collects[] = { &b->collects[0] };
	const struct frag_sampler_config config = {
		.rundir = &b->rd,
		.rate = 10,
		.collects = collects,
		.ncollects = 1,
		.phases = phases,
	};
	char name[FRAG_RUN_NAME + 32];

	snprintf(name, sizeof(name), "%s.partial/every.csv", b->rd.name);
	scratch_text(&b->s, name, "mine");
	assert_int_equal(frag_sampler_start(&b->sampler, &config, &b->e),
			 -EEXIST);
}

static uint64_t rss_kib(void)
{
	char text[4096];
	char *line;

	assert_true(frag_slurp("", "/proc/self/status", text, sizeof(text)) > 0);
	line = strstr(text, "VmRSS:");
	assert_non_null(line);
	return strtoull(line + 6, NULL, 10);
}

/* However long the run is, its memory is what it was after a second. */
static void test_memory(void **state)
{
	struct bench *b = *state;
	uint64_t early;

	start(b, 1000);
	wait_reads(b, 900);
	early = rss_kib();
	wait_reads(b, 3600);
	assert_in_range(rss_kib(), 0, early + 512);
	stop(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set, bench_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_phases), TEST(test_marks_only), TEST(test_rate),
		TEST(test_slow),   TEST(test_failing),	  TEST(test_growing),
		TEST(test_full),   TEST(test_taken),	  TEST(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
