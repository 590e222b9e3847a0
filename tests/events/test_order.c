// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of several rings leave the window by their time. */
#include "events/order.h"

#include "scratch.h"

enum { MOST = 64 };

struct left {
	unsigned count;
	uint64_t t_ns[MOST];
	uint32_t tid[MOST];
};

static void keep(void *ctx, const struct frag_record *r)
{
	struct left *l = ctx;

	assert_true(l->count < MOST);
	l->t_ns[l->count] = r->t_ns;
	l->tid[l->count++] = r->tid;
}

static void put(struct frag_order *o, struct left *l, uint64_t t_ns,
		uint32_t tid)
{
	const struct frag_record r = { .t_ns = t_ns, .tid = tid };

	frag_order_put(o, &r, keep, l);
}

static void test_two_rings(void **state)
{
	struct left l = { 0 };
	struct frag_order o;

	(void)state;
	assert_int_equal(frag_order_make(&o, 16), 0);
	for (unsigned i = 0; i < 4; i++)
		put(&o, &l, 10 + 10 * i, 1);
	for (unsigned i = 0; i < 4; i++)
		put(&o, &l, 15 + 10 * i, 2);
	put(&o, &l, 15, 3); /* at the same time: after the one before it */
	frag_order_leave(&o, 25, keep, &l);
	assert_int_equal(l.count, 5);
	frag_order_leave(&o, UINT64_MAX, keep, &l);
	assert_int_equal(l.count, 9);
	for (unsigned i = 1; i < l.count; i++)
		assert_true(l.t_ns[i - 1] <= l.t_ns[i]);
	assert_int_equal(l.tid[1], 2);
	assert_int_equal(l.tid[2], 3);
	assert_int_equal(o.late, 0);
	assert_int_equal(o.count, 0);
	frag_order_free(&o);
}

/* A full window lets its older half go, and says when one comes too late. */
static void test_full(void **state)
{
	struct left l = { 0 };
	struct frag_order o;

	(void)state;
	assert_int_equal(frag_order_make(&o, 4), 0);
	put(&o, &l, 40, 1);
	put(&o, &l, 10, 1);
	put(&o, &l, 30, 1);
	put(&o, &l, 20, 1);
	assert_int_equal(l.count, 0);
	put(&o, &l, 50, 1);
	assert_int_equal(l.count, 2);
	assert_int_equal(l.t_ns[0], 10);
	assert_int_equal(l.t_ns[1], 20);
	put(&o, &l, 15, 1);
	frag_order_leave(&o, UINT64_MAX, keep, &l);
	assert_int_equal(l.count, 6);
	assert_int_equal(l.t_ns[2], 15);
	assert_int_equal(l.t_ns[5], 50);
	assert_int_equal(o.late, 1);
	assert_int_equal(o.last_ns, 50);
	frag_order_free(&o);
}

/* More CPUs, more room, but never without end. */
static void test_capacity(void **state)
{
	(void)state;
	assert_int_equal(frag_order_capacity(1), 16 << 10);
	assert_int_equal(frag_order_capacity(4), 16 << 10);
	assert_int_equal(frag_order_capacity(16), 64 << 10);
	assert_int_equal(frag_order_capacity(64), 256 << 10);
	assert_int_equal(frag_order_capacity(65), 256 << 10);
	assert_int_equal(frag_order_capacity(UINT_MAX), 256 << 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_rings),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_capacity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
