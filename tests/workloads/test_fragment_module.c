// SPDX-License-Identifier: GPL-2.0-or-later
/* What can be told without the module, and, where it is loaded, what it holds. */
#include "hand.h"

enum { TAKEN, RELEASED };

static const struct frag_workload *type(void)
{
	return frag_workload_find("fragment-module");
}

static uint64_t bytes_of(const char *const *more, size_t page)
{
	struct hand *h = hand_make("fragment-module", more);
	uint64_t bytes = h->type->bytes(h->options, 2, page);

	hand_free(h);
	return bytes;
}

/* kmalloc takes blocks of the buddy, vmalloc as many pages as it wants. */
static void test_bytes(void **state)
{
	static const char *const kmalloc[] = { "size=20k", "objects=10", NULL };
	static const char *const vmalloc[] = { "size=20k", "objects=10",
					       "method=vmalloc", NULL };

	(void)state;
	assert_int_equal(bytes_of(kmalloc, 4096), 2 * 10 * 32768);
	assert_int_equal(bytes_of(vmalloc, 4096), 2 * 10 * 20480);
	assert_int_equal(bytes_of(vmalloc, 16384), 2 * 10 * 32768);
}

static int check_of(const char *method, const char *migratetype)
{
	const char *const more[] = { method, migratetype, NULL };
	struct hand *h = hand_make("fragment-module", more);
	struct frag_error e = { 0 };
	int rc = h->type->check(h->options, 1, &e);

	assert_true(!rc || (*e.what && *e.why && *e.mend &&
			    e.exit == FRAG_EXIT_USAGE));
	hand_free(h);
	return rc;
}

static void test_check(void **state)
{
	(void)state;
	assert_int_equal(check_of("method=kmalloc", "migratetype=unmovable"),
			 0);
	assert_int_equal(check_of("method=kmalloc", "migratetype=reclaimable"),
			 0);
	assert_int_equal(check_of("method=pages", "migratetype=movable"), 0);
	assert_int_equal(check_of("method=kmalloc", "migratetype=movable"),
			 -EINVAL);
	assert_int_equal(check_of("method=vmalloc", "migratetype=reclaimable"),
			 -EINVAL);
}

/* Nobody gets it by accident: the module must be there, and --yes be said. */
static void test_needs(void **state)
{
	const struct frag_need *n = type()->needs;
	struct frag_error e = { 0 };
	bool is_loaded = !access("/dev/fragment", R_OK | W_OK);

	(void)state;
	assert_int_equal(n[0].kind, FRAG_NEED_CALL);
	assert_int_equal(n[1].kind, FRAG_NEED_YES);
	if (is_loaded) {
		assert_int_equal(n[0].ask(&e), 0);
		return;
	}
	assert_in_range(n[0].ask(&e), -ENODEV, -EPERM);
	assert_non_null(strstr(e.what, "/dev/fragment"));
	assert_true(*e.mend);
}

static void test_no_control_file(void **state)
{
	struct hand *h;

	(void)state;
	if (!access("/dev/fragment", F_OK))
		skip();
	h = hand_make("fragment-module", NULL);
	assert_int_equal(hand_setup(h), -ENOENT);
	assert_non_null(strstr(h->share.message, "mend: "));
	hand_free(h);
}

/* With the module: what is told of is what it holds. */
static void test_takes_and_releases(void **state)
{
	static const char *const more[] = { "objects=101", "batch=10", NULL };
	struct hand *h;

	(void)state;
	if (access("/dev/fragment", R_OK | W_OK)) {
		printf("skipped: the module is not loaded, or this is not root\n");
		skip();
	}
	h = hand_make("fragment-module", more);
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 20), FRAG_DONE);
	assert_int_equal(h->share.counters[TAKEN], 101);
	assert_int_equal(h->share.pages, 101 * 16384 / h->ctx.page_size);
	assert_int_equal(h->type->release(&h->ctx, 500), 0);
	assert_int_equal(h->share.counters[RELEASED], 50);
	assert_int_equal(h->share.pages, 51 * 16384 / h->ctx.page_size);
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	assert_int_equal(h->share.pages, 0);
	hand_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_no_control_file),
		cmocka_unit_test(test_takes_and_releases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
