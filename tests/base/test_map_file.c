// SPDX-License-Identifier: GPL-2.0-or-later
/* A map file gives back what was put into it, is small, and says when it was
 * cut short, damaged, or is none. */
#include "mapped.h"

static struct scratch folder;

static const struct frag_map_head small = {
	.page_size = 4096,
	.pageblock_order = 9,
	.orders = 11,
	.frames = 1 << 20,
	.taken_ns = 1795354771472984978,
	.pcp_pages = 77,
	.does_unevictable_move = true,
	.nzones = 2,
	.zones = { { 0, "DMA", 1, 4095, 3998, 3840 },
		   { 1, "Normal", 4096, (1 << 20) - 4096, 1000, 900 } },
};

static int setup(void **state)
{
	(void)state;
	scratch_make(&folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&folder);
	return 0;
}

/* Write the runs; how many bytes the file has. */
static size_t runs_write(const char *name, const struct frag_map_head *head,
			 const struct frag_map_run *runs, unsigned n)
{
	struct frag_error e = { .exit = 0 };
	struct frag_map_writer w;
	size_t size;

	assert_int_equal(frag_map_create(&w, folder.fd, name, head, &e), 0);
	for (unsigned i = 0; i < n; i++)
		frag_map_put(&w, &runs[i]);
	assert_int_equal(frag_map_end(&w), 0);
	size = (size_t)w.bytes;
	return size;
}

/* Read them back: 0, or the error of the file. */
static int runs_read(const char *name, struct mapped_runs *got,
		     struct frag_map_head *head, struct frag_error *e)
{
	struct frag_map_reader r;
	struct frag_map_run run;
	int rc = frag_map_open(&r, folder.fd, name, e);

	got->count = 0;
	if (rc)
		return rc;
	if (head)
		*head = r.head;
	while ((rc = frag_map_next(&r, &run, e)) > 0)
		if (got->count < 4096)
			got->run[got->count++] = run;
	frag_map_close(&r);
	return rc;
}

static uint64_t chance(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Runs of chance that fill a map: many short ones, patterns, some long. */
static unsigned runs_make(struct frag_map_run *runs, unsigned most,
			  struct frag_map_head *head, uint64_t seed)
{
	unsigned kinds = 1 + chance(&seed) % 40;
	uint64_t pfn = head->first;
	unsigned n;

	for (n = 0; n < most; n++) {
		uint64_t r = chance(&seed);
		unsigned pick = (unsigned)(r % kinds);
		struct frag_map_run *run = &runs[n];

		if (n > 9 && r >> 60 < 12) {
			*run = runs[n - 2 - (r >> 62)];
		} else {
			run->frames = r >> 58 < 9 ? 1 + (r >> 20) % 20
						  : 1 + (r >> 20) % 99999;
			run->kind =
				(uint8_t)(pick < FRAG_KINDS
						  ? pick
						  : FRAG_KIND_FREE + pick % 11);
			run->owner = (uint8_t)(r >> 40 & 3);
		}
		run->pfn = pfn;
		/* No two that are the same. */
		if (n && run->kind == run[-1].kind &&
		    run->owner == run[-1].owner)
			run->owner ^= 8;
		pfn += run->frames;
	}
	head->frames = pfn - head->first;
	return n;
}

static void test_gives_back_what_was_put(void **state)
{
	static struct frag_map_run runs[4000];
	static struct mapped_runs got;
	struct frag_error e = { .exit = 0 };
	struct frag_map_head head = small;

	(void)state;
	for (unsigned i = 1; i < 60; i++) {
		unsigned n;
		char name[32];

		head.first = i % 3 * 512;
		n = runs_make(runs, i * 60, &head, i * 7919);
		snprintf(name, sizeof(name), "%u.map", i);
		runs_write(name, &head, runs, n);
		assert_int_equal(runs_read(name, &got, NULL, &e), 0);
		assert_int_equal(got.count, n);
		for (unsigned k = 0; k < n; k++) {
			assert_int_equal(got.run[k].pfn, runs[k].pfn);
			assert_int_equal(got.run[k].frames, runs[k].frames);
			assert_int_equal(got.run[k].kind, runs[k].kind);
			assert_int_equal(got.run[k].owner, runs[k].owner);
		}
	}
}

static void test_keeps_its_head(void **state)
{
	struct frag_map_run all = { 0, 1 << 20, FRAG_KIND_ANON, 0 };
	struct frag_error e = { .exit = 0 };
	struct frag_map_head head;
	struct mapped_runs got;

	(void)state;
	runs_write("head.map", &small, &all, 1);
	assert_int_equal(runs_read("head.map", &got, &head, &e), 0);
	assert_int_equal(head.page_size, 4096);
	assert_int_equal(head.pageblock_order, 9);
	assert_int_equal(head.orders, 11);
	assert_int_equal(head.frames, 1 << 20);
	assert_int_equal(head.taken_ns, small.taken_ns);
	assert_int_equal(head.pcp_pages, 77);
	assert_true(head.does_unevictable_move);
	assert_int_equal(head.nzones, 2);
	assert_string_equal(head.zones[1].name, "Normal");
	assert_int_equal(head.zones[1].node, 1);
	assert_int_equal(head.zones[1].start_pfn, 4096);
	assert_int_equal(head.zones[0].present, 3998);
}

/* 1-2-1-2 and held-free-held-free cost next to nothing; what has no pattern at
 * all stays below a byte a frame. */
static void test_is_small(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_map_writer w;
	uint64_t seed = 99;

	(void)state;
	assert_int_equal(frag_map_create(&w, folder.fd, "stripes", &small, &e),
			 0);
	for (unsigned i = 0; i < 1 << 20; i++)
		frag_map_put(&w, &(struct frag_map_run){ i, 1, FRAG_KIND_ANON,
							 1 + (i & 1) });
	assert_int_equal(frag_map_end(&w), 0);
	assert_true(w.bytes < 400);
	assert_int_equal(frag_map_create(&w, folder.fd, "chance", &small, &e),
			 0);
	for (unsigned i = 0; i < 1 << 20; i++) {
		unsigned r = (unsigned)(chance(&seed) % 3);

		frag_map_put(&w, &(struct frag_map_run){
					 i, 1,
					 (uint8_t)(i % 2 ? FRAG_KIND_FREE
							 : FRAG_KIND_ANON + r),
					 0 });
	}
	assert_int_equal(frag_map_end(&w), 0);
	assert_true(w.bytes < (1 << 20) + 400);
}

static size_t sample_write(const char *name)
{
	static struct frag_map_run runs[300];
	struct frag_map_head head = small;
	unsigned n = runs_make(runs, 300, &head, 4711);

	return runs_write(name, &head, runs, n);
}

static void test_tells_what_was_cut(void **state)
{
	struct frag_error e = { .exit = 0 };
	static struct mapped_runs got;
	size_t size = sample_write("whole.map");
	char *bytes = file_read(folder.path, "/whole.map", NULL);

	(void)state;
	for (size_t n = 0; n < size; n++) {
		scratch_bytes(&folder, "cut.map", bytes, n);
		frag_error_clear(&e);
		assert_true(runs_read("cut.map", &got, NULL, &e) < 0);
		assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
		assert_true(e.what[0] && e.why[0]);
	}
	free(bytes);
}

/* No damaged byte goes by unnoticed, wherever it is. */
static void test_tells_what_was_damaged(void **state)
{
	static struct mapped_runs got;
	size_t size = sample_write("sound.map");
	char *bytes = file_read(folder.path, "/sound.map", NULL);

	(void)state;
	for (size_t n = 0; n < size; n++)
		for (unsigned bit = 0; bit < 8; bit += 3) {
			struct frag_error e = { .exit = 0 };

			bytes[n] = (char)(bytes[n] ^ 1 << bit);
			scratch_bytes(&folder, "bad.map", bytes, size);
			assert_true(runs_read("bad.map", &got, NULL, &e) < 0);
			assert_true(e.what[0] && e.why[0]);
			bytes[n] = (char)(bytes[n] ^ 1 << bit);
		}
	/* Nor is a byte too many. */
	scratch_bytes(&folder, "bad.map", bytes, size + 1);
	assert_true(runs_read("bad.map", &got, NULL, NULL) < 0);
	free(bytes);
}

/* Bytes that others made up, with a checksum that fits: whatever is told fits
 * together, and only what tells of every frame is sound. */
static void test_made_up_bytes(void **state)
{
	size_t size = sample_write("base.map");
	char *sound = file_read(folder.path, "/base.map", NULL);
	char *bytes = calloc(1, size + 4);
	uint64_t seed = 271828;

	(void)state;
	assert_non_null(bytes);
	for (unsigned round = 0; round < 4000; round++) {
		struct frag_error e = { .exit = 0 };
		struct frag_map_reader r;
		struct frag_map_run run;
		uint64_t pfn;
		uint32_t crc;
		int rc;

		memcpy(bytes, sound, size);
		for (unsigned i = 0; i <= round % 5; i++)
			bytes[chance(&seed) % size] = (char)chance(&seed);
		crc = frag_crc32(0, bytes, size - 4);
		memcpy(bytes + size - 4, &crc, 4);
		scratch_bytes(&folder, "made.map", bytes, size);
		rc = frag_map_open(&r, folder.fd, "made.map", &e);
		assert_true(!rc || e.what[0]);
		if (rc)
			continue;
		pfn = r.head.first;
		/* Much may repeat: more than this is not waited for. */
		for (unsigned n = 0; n < 10000; n++) {
			rc = frag_map_next(&r, &run, &e);
			if (rc != 1)
				break;
			assert_true(run.pfn == pfn && run.frames);
			assert_true(run.kind < FRAG_KINDS ||
				    (run.kind >= FRAG_KIND_FREE &&
				     run.kind < FRAG_KIND_FREE + r.head.orders));
			pfn += run.frames;
			assert_true(pfn <= r.head.first + r.head.frames);
		}
		assert_true(rc >= 0 || e.what[0]);
		assert_true(rc || pfn == r.head.first + r.head.frames);
		frag_map_close(&r);
	}
	free(bytes);
	free(sound);
}

static void test_is_no_map(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct mapped_runs got;
	char *bytes;
	size_t size;

	(void)state;
	scratch_text(&folder, "text", "Node 0, zone DMA 1 2 3\n");
	assert_int_equal(runs_read("text", &got, NULL, &e), -EINVAL);
	assert_non_null(strstr(e.why, "no map"));
	frag_error_clear(&e);
	assert_int_equal(runs_read("nowhere", &got, NULL, &e), -ENOENT);
	frag_error_clear(&e);
	size = sample_write("next.map");
	bytes = file_read(folder.path, "/next.map", NULL);
	bytes[8] = 2;
	scratch_bytes(&folder, "next.map", bytes, size);
	free(bytes);
	assert_int_equal(runs_read("next.map", &got, NULL, &e), -EINVAL);
	assert_non_null(strstr(e.why, "version"));
}

static void test_nothing_is_overwritten(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_map_writer w;

	(void)state;
	sample_write("kept.map");
	assert_int_equal(frag_map_create(&w, folder.fd, "kept.map", &small, &e),
			 -EEXIST);
}

/* As zlib has it, so that others can check. */
static void test_checksum(void **state)
{
	(void)state;
	assert_int_equal(frag_crc32(0, "123456789", 9), 0xcbf43926);
	assert_int_equal(frag_crc32(frag_crc32(0, "1234", 4), "56789", 5),
			 0xcbf43926);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gives_back_what_was_put),
		cmocka_unit_test(test_keeps_its_head),
		cmocka_unit_test(test_is_small),
		cmocka_unit_test(test_tells_what_was_cut),
		cmocka_unit_test(test_tells_what_was_damaged),
		cmocka_unit_test(test_made_up_bytes),
		cmocka_unit_test(test_is_no_map),
		cmocka_unit_test(test_nothing_is_overwritten),
		cmocka_unit_test(test_checksum),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
