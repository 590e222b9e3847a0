// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs, pairs and switches, counted a second time by another way: the frames of
 * all workers sorted, neighbours compared. */
#include <inttypes.h>
#include <time.h>

#include "clock.h"
#include "owners.h"
#include "scratch.h"

struct bench {
	struct scratch d;
	struct frag_rundir rd;
	struct frag_scenario s;
	struct frag_topology *t;
	struct frag_crew crew;
	struct frag_owners o;
	struct frag_error e;
};

static int bench_set(void **state)
{
	static const char text[] =
		"[phase a]\ndo = run\nworkload = sbrk-interleave\n"
		"pages = 3000\nchunk = 3\nprocesses = 3\n";
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->d);
	assert_int_equal(frag_rundir_create(&b->rd, b->d.path, "x", 1, &b->e),
			 0);
	assert_int_equal(frag_scenario_parse(&b->s, "x", text, 1, &b->e), 0);
	assert_int_equal(frag_topology_load(&b->t, &b->e), 0);
	assert_int_equal(frag_crew_launch(&b->crew, &b->s, b->t, 1, -1, &b->e),
			 0);
	assert_int_equal(frag_owners_open(&b->o, &b->rd, 9,
					  (uint64_t)sysconf(_SC_PAGESIZE),
					  &b->e),
			 0);
	*state = b;
	return 0;
}

static int bench_clear(void **state)
{
	struct bench *b = *state;

	frag_crew_end(&b->crew, 0);
	frag_crew_free(&b->crew);
	frag_topology_free(b->t);
	frag_scenario_free(&b->s);
	frag_rundir_close(&b->rd);
	scratch_remove(&b->d);
	free(b);
	return 0;
}

static void fill(struct bench *b)
{
	const struct timespec ts = frag_timespec(1000000);

	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
	for (unsigned n = 0; n < 60000 && !frag_crew_is_settled(&b->crew, 0);
	     n++)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
	assert_true(frag_crew_is_settled(&b->crew, 0));
}

/* A frame and the worker that has it. */
struct frame {
	uint64_t pfn;
	unsigned owner;
};

static int frame_compare(const void *a, const void *b)
{
	const struct frame *x = a;
	const struct frame *y = b;

	return (x->pfn > y->pfn) - (x->pfn < y->pfn);
}

static size_t frames_read(const struct frag_worker *w, struct frame *to)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t at = w->share->ranges[0].start;
	char path[64];
	size_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", w->pid);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	for (; at < w->share->ranges[0].end; at += page) {
		uint64_t entry;

		assert_int_equal(pread(fd, &entry, 8, (off_t)(at / page * 8)),
				 8);
		/* Present, and its frame number (pagemap.rst). */
		if (entry >> 63)
			to[n++] = (struct frame){ entry & ((1ULL << 55) - 1),
						  w->number };
	}
	close(fd);
	return n;
}

/* What the columns of owners.csv add up to. */
struct sums {
	uint64_t owned;
	uint64_t runs;
	uint64_t pairs;
	uint64_t switches;
	uint64_t blocks;
	uint64_t mixed;
};

static struct sums sums_count(struct bench *b)
{
	struct frame *f = calloc(9000, sizeof(*f));
	struct sums s = { 0 };
	bool is_mixed = false;

	assert_non_null(f);
	for (unsigned i = 0; i < 3; i++)
		if (!b->crew.workers[i].is_dead)
			s.owned +=
				frames_read(&b->crew.workers[i], f + s.owned);
	qsort(f, s.owned, sizeof(*f), frame_compare);
	for (size_t i = 0; i < s.owned; i++) {
		bool is_pair = i && f[i].pfn == f[i - 1].pfn + 1;
		bool is_new = is_pair && f[i].owner != f[i - 1].owner;
		bool is_same = i && f[i].pfn >> 9 == f[i - 1].pfn >> 9;

		s.pairs += is_pair;
		s.switches += is_new;
		s.runs += !is_pair || is_new;
		s.blocks += !is_same;
		is_mixed =
			is_same && (is_mixed || f[i].owner != f[i - 1].owner);
		if (i + 1 == s.owned || f[i + 1].pfn >> 9 != f[i].pfn >> 9)
			s.mixed += is_mixed;
	}
	free(f);
	return s;
}

static uint64_t cell(const struct frag_csv_reader *r, const char *name)
{
	int i = frag_csv_column(r, name);

	assert_true(i >= 0);
	return frag_csv_cell(r, i);
}

static struct sums sums_read(struct bench *b, const char *phase)
{
	struct frag_csv_reader r;
	struct sums s = { 0 };

	assert_int_equal(frag_csv_open(&r, b->rd.dirfd, "owners.csv", &b->e),
			 0);
	while (frag_csv_next(&r, &b->e) > 0) {
		if (!frag_text_is(r.cells[1], phase))
			continue;
		assert_int_equal(cell(&r, "pageblock_pfn") % 512, 0);
		s.owned += cell(&r, "owned");
		s.runs += cell(&r, "runs");
		s.pairs += cell(&r, "pairs");
		s.switches += cell(&r, "switches");
		s.mixed += cell(&r, "owners") > 1;
		s.blocks++;
	}
	frag_csv_reader_close(&r);
	return s;
}

/* Read the owners at the end of a phase, and both ways of counting them: as
 * often as they differ, for the kernel may just be moving pages. The phases'
 * names are
 * @phase and a letter; the pages are to be @pages. */
static void owners_count(struct bench *b, const char *phase, uint64_t pages,
			 struct sums *want, struct sums *got)
{
	for (unsigned n = 0; n < 10; n++) {
		char name[32];

		snprintf(name, sizeof(name), "%s-%c", phase, 'a' + (int)n);
		assert_int_equal(frag_owners_read(&b->o, &b->rd, &b->crew, name,
						  &b->e),
				 0);
		*want = sums_count(b);
		*got = sums_read(b, name);
		if (want->owned == pages && !memcmp(want, got, sizeof(*got)))
			return;
	}
}

static void test_counts(void **state)
{
	struct bench *b = *state;
	struct sums got;
	struct sums want;

	if (geteuid()) {
		print_message("skipped: only root sees frame numbers\n");
		skip();
	}
	fill(b);
	owners_count(b, "fill", 9000, &want, &got);
	assert_int_equal(want.owned, 9000);
	assert_int_equal(got.owned, want.owned);
	assert_int_equal(got.pairs, want.pairs);
	assert_int_equal(got.switches, want.switches);
	assert_int_equal(got.runs, want.runs);
	assert_int_equal(got.blocks, want.blocks);
	assert_int_equal(got.mixed, want.mixed);
	/* One dies: its frames are nobody's. */
	frag_worker_kill(&b->crew.workers[0]);
	owners_count(b, "free", 6000, &want, &got);
	assert_int_equal(got.owned, 6000);
	assert_int_equal(frag_owners_close(&b->o), 0);
}

/* Every window of the strip is told from its first frame to its last. */
static void test_strip(void **state)
{
	struct bench *b = *state;
	struct frag_csv_reader r;
	uint64_t pages[FRAG_STRIP_WINDOWS] = { 0 };
	uint64_t next = 0;

	if (geteuid()) {
		print_message("skipped: only root sees frame numbers\n");
		skip();
	}
	fill(b);
	frag_owners_read(&b->o, &b->rd, &b->crew, "fill", &b->e);
	assert_int_equal(frag_owners_close(&b->o), 0);
	assert_int_equal(frag_csv_open(&r, b->rd.dirfd, "frames.csv", &b->e),
			 0);
	while (frag_csv_next(&r, &b->e) > 0) {
		uint64_t window = cell(&r, "window");
		uint64_t pfn = cell(&r, "pfn");

		assert_in_range(window, 0, FRAG_STRIP_WINDOWS - 1);
		assert_true(pages[window] ? pfn == next : pfn % 512 == 0);
		assert_in_range(cell(&r, "owner"), 0, 3);
		pages[window] += cell(&r, "pages");
		next = pfn + cell(&r, "pages");
	}
	frag_csv_reader_close(&r);
	for (unsigned i = 0; i < b->o.nwindows; i++)
		assert_int_equal(pages[i], 512);
}

/* Nobody has told of any memory: no rows, no complaint. */
static void test_nobody(void **state)
{
	struct bench *b = *state;

	assert_int_equal(
		frag_owners_read(&b->o, &b->rd, &b->crew, "base", &b->e), 0);
	assert_int_equal(frag_owners_close(&b->o), 0);
	assert_int_equal(sums_read(b, "base").blocks, 0);
	assert_int_equal(
		json_array_size(json_object_get(b->rd.manifest, "warnings")),
		0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set, bench_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_counts),
		TEST(test_strip),
		TEST(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
