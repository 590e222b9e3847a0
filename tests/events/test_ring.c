// SPDX-License-Identifier: GPL-2.0-or-later
/* Rings made up byte by byte: records around the end, cut off, and nonsense. */
#include "events/ring.h"

#include "scratch.h"

enum { SIZE = 512, MOST = 64 };

/* head: where the writer stands; start: where the first record began. */
struct ring {
	uint8_t data[SIZE];
	uint64_t head;
	uint64_t start;
	unsigned count;
	struct frag_record records[MOST];
	struct frag_ring_nonsense nonsense;
};

static void ring_make(struct ring *r, uint64_t start)
{
	memset(r, 0, sizeof(*r));
	memset(r->data, 0xa5, sizeof(r->data));
	r->start = start;
	r->head = start;
}

static void bytes_put(struct ring *r, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		memcpy(&r->data[r->head++ % SIZE], (const char *)bytes + i, 1);
}

struct id {
	uint32_t pid;
	uint32_t tid;
	uint64_t t_ns;
	uint32_t cpu;
	uint32_t filler;
};

static void header_put(struct ring *r, unsigned type, size_t size)
{
	const struct perf_event_header h = {
		.type = type, .size = (uint16_t)(size + sizeof(h))
	};

	bytes_put(r, &h, sizeof(h));
}

/* An event whose raw bytes are all @byte. */
static void event_put(struct ring *r, uint64_t t_ns, uint32_t raw, uint8_t byte)
{
	const struct id id = { 10, 11, t_ns, 3, 0 };
	uint32_t padded = (raw + 4 + 7) / 8 * 8 - 4;

	header_put(r, PERF_RECORD_SAMPLE, sizeof(id) + 4 + padded);
	bytes_put(r, &id, sizeof(id));
	bytes_put(r, &padded, sizeof(padded));
	for (uint32_t i = 0; i < padded; i++)
		bytes_put(r, &byte, 1);
}

static void keep(void *ctx, const struct frag_record *record)
{
	struct ring *r = ctx;

	assert_true(r->count < MOST);
	r->records[r->count++] = *record;
}

/* How many times there was nonsense. */
static int take(struct ring *r)
{
	r->count = 0;
	memset(&r->nonsense, 0, sizeof(r->nonsense));
	frag_ring_take(r->data, SIZE, r->start, r->head, keep, r, &r->nonsense);
	return (int)r->nonsense.times;
}

/* At every position of the ring's end the same records come out. */
static void test_around_the_end(void **state)
{
	static struct ring r;

	(void)state;
	for (uint64_t at = 0; at < SIZE; at += 8) {
		ring_make(&r, UINT64_C(1) << 40 | at);
		event_put(&r, 100, 36, 1);
		event_put(&r, 101, 52, 2);
		event_put(&r, 102, 44, 3);
		assert_int_equal(take(&r), 0);
		assert_int_equal(r.count, 3);
		for (unsigned i = 0; i < 3; i++) {
			assert_int_equal(r.records[i].kind, FRAG_RECORD_EVENT);
			assert_int_equal(r.records[i].t_ns, 100 + i);
			assert_int_equal(r.records[i].tid, 11);
			assert_int_equal(r.records[i].cpu, 3);
			assert_int_equal(r.records[i].raw[0], i + 1);
			assert_int_equal(
				r.records[i].raw[r.records[i].length - 1],
				i + 1);
		}
		assert_int_equal(r.records[0].length, 36);
	}
}

static void test_kinds(void **state)
{
	const struct id id = { 20, 21, 500, 1, 0 };
	const uint32_t comm_ids[] = { 30, 31 };
	const uint32_t fork_ids[] = { 40, 41, 42, 43 };
	const uint64_t fork_time = 400;
	const uint64_t lost[] = { 9, 77 };
	static struct ring r;

	(void)state;
	ring_make(&r, 0);
	header_put(&r, PERF_RECORD_COMM, 8 + 8 + sizeof(id));
	bytes_put(&r, comm_ids, sizeof(comm_ids));
	bytes_put(&r, "cc1plus\0", 8);
	bytes_put(&r, &id, sizeof(id));
	header_put(&r, PERF_RECORD_FORK, 16 + 8 + sizeof(id));
	bytes_put(&r, fork_ids, sizeof(fork_ids));
	bytes_put(&r, &fork_time, sizeof(fork_time));
	bytes_put(&r, &id, sizeof(id));
	header_put(&r, PERF_RECORD_EXIT, 0);
	header_put(&r, PERF_RECORD_LOST, 16 + sizeof(id));
	bytes_put(&r, lost, sizeof(lost));
	bytes_put(&r, &id, sizeof(id));
	assert_int_equal(take(&r), 0);
	assert_int_equal(r.count, 3);
	assert_int_equal(r.records[0].kind, FRAG_RECORD_COMM);
	assert_int_equal(r.records[0].tid, 31);
	assert_int_equal(r.records[0].t_ns, 500);
	assert_string_equal(r.records[0].comm, "cc1plus");
	assert_int_equal(r.records[1].kind, FRAG_RECORD_FORK);
	assert_int_equal(r.records[1].tid, 42);
	assert_int_equal(r.records[1].parent, 43);
	assert_int_equal(r.records[1].t_ns, 500);
	assert_int_equal(r.records[2].kind, FRAG_RECORD_LOST);
	assert_int_equal(r.records[2].lost, 77);
}

/* Of an event without sample_id_all the kernel says what was lost without a
 * trailer: what comes after it comes out. */
static void test_lost_bare(void **state)
{
	const uint64_t lost[] = { 9, 77 };
	static struct ring r;

	(void)state;
	ring_make(&r, SIZE - 8);
	event_put(&r, 1, 36, 1);
	header_put(&r, PERF_RECORD_LOST, 16);
	bytes_put(&r, lost, sizeof(lost));
	event_put(&r, 2, 52, 2);
	assert_int_equal(take(&r), 0);
	assert_int_equal(r.count, 3);
	assert_int_equal(r.records[1].kind, FRAG_RECORD_LOST);
	assert_int_equal(r.records[1].lost, 77);
	assert_int_equal(r.records[1].t_ns, 0);
	assert_int_equal(r.records[2].t_ns, 2);
	assert_int_equal(r.records[2].raw[0], 2);
}

/* A name of 16 letters has no room for its end. */
static void test_long_name(void **state)
{
	const struct id id = { 0, 0, 1, 0, 0 };
	const uint32_t ids[] = { 30, 31 };
	static struct ring r;

	(void)state;
	ring_make(&r, 0);
	header_put(&r, PERF_RECORD_COMM, 8 + 24 + sizeof(id));
	bytes_put(&r, ids, sizeof(ids));
	bytes_put(&r, "abcdefghijklmnopqrstuvwx", 24);
	bytes_put(&r, &id, sizeof(id));
	assert_int_equal(take(&r), 0);
	assert_string_equal(r.records[0].comm, "abcdefghijklmno");
}

/* Of a raw part that is longer than any of ours the beginning is kept. */
static void test_long_raw(void **state)
{
	static struct ring r;

	(void)state;
	ring_make(&r, 40);
	event_put(&r, 1, 300, 9);
	event_put(&r, 2, 36, 8);
	assert_int_equal(take(&r), 0);
	assert_int_equal(r.count, 2);
	assert_int_equal(r.records[0].length, FRAG_RAW_MAX);
	assert_int_equal(r.records[1].raw[0], 8);
}

/* One record without sense inside is passed over, and told. */
static void test_passed_over(void **state)
{
	static struct ring r;
	uint32_t far = 4000;

	(void)state;
	ring_make(&r, 0);
	assert_int_equal(take(&r), 0);
	assert_int_equal(r.count, 0);
	event_put(&r, 1, 36, 1);
	header_put(&r, PERF_RECORD_SAMPLE, 0); /* too short to be one */
	event_put(&r, 2, 36, 2);
	assert_int_equal(take(&r), 1);
	assert_int_equal(r.count, 2);
	assert_int_equal(r.records[1].t_ns, 2);
	assert_int_equal(r.nonsense.bytes, 8);
	assert_int_equal(r.nonsense.first.type, PERF_RECORD_SAMPLE);
	assert_int_equal(r.nonsense.first.size, 8);
	assert_int_equal(r.nonsense.ahead, 80);
	ring_make(&r, 0);
	event_put(&r, 1, 36, 1); /* longer inside than outside */
	memcpy(r.data + 8 + sizeof(struct id), &far, 4);
	header_put(&r, PERF_RECORD_FORK, 0);
	event_put(&r, 2, 36, 2);
	assert_int_equal(take(&r), 2);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.nonsense.bytes, 80);
	assert_int_equal(r.nonsense.first.size, 72);
}

/* The whole records before one whose size is nonsense come out; all of what is
 * behind it is told as passed over. */
static void test_cut_short(void **state)
{
	static struct ring r;

	(void)state;
	ring_make(&r, 0);
	event_put(&r, 1, 36, 1);
	r.head += 4; /* no room for a header */
	assert_int_equal(take(&r), 1);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.nonsense.bytes, 4);
	ring_make(&r, 0);
	event_put(&r, 1, 36, 1);
	r.head -= 8; /* cut off */
	assert_int_equal(take(&r), 1);
	assert_int_equal(r.count, 0);
	ring_make(&r, 0);
	event_put(&r, 1, 36, 1);
	event_put(&r, 2, 36, 1);
	memset(r.data + 72 + 6, 0, 2); /* of no size */
	assert_int_equal(take(&r), 1);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.nonsense.bytes, 72);
	assert_int_equal(r.nonsense.first.size, 0);
	ring_make(&r, 0);
	r.head = SIZE + 8; /* the writer cannot be so far ahead */
	assert_int_equal(take(&r), 1);
	assert_int_equal(r.count, 0);
	assert_int_equal(r.nonsense.bytes, SIZE + 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_around_the_end),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_lost_bare),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_long_raw),
		cmocka_unit_test(test_passed_over),
		cmocka_unit_test(test_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
