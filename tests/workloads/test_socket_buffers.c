// SPDX-License-Identifier: GPL-2.0-or-later
/* How much memory the kernel says that it holds for the sockets. */
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include "hand.h"

enum { MESSAGES, SOCKETS, RELEASED, FILES_SEEN = 4096 };

/* Bytes that wait in the sockets of this process, with the kernel's own heads;
 * *open: how many descriptors there are. */
static uint64_t waiting(unsigned *open)
{
	uint64_t bytes = 0;

	*open = 0;
	for (int fd = 3; fd < FILES_SEEN; fd++) {
		int n = 0;

		*open += fcntl(fd, F_GETFD) >= 0;
		if (!ioctl(fd, SIOCOUTQ, &n))
			bytes += (uint64_t)n;
	}
	return bytes;
}

/* Between the data alone, and the data with all the heads that we allow for. */
static void assert_waiting(uint64_t messages, uint64_t each)
{
	unsigned open;
	uint64_t bytes = waiting(&open);

	if (bytes < messages * each || bytes > messages * (each + 1536))
		fail_msg("%ju bytes wait in %ju messages of %ju",
			 (uintmax_t)bytes, (uintmax_t)messages,
			 (uintmax_t)each);
}

static void check_order(unsigned order)
{
	char text[32];
	const char *const more[] = { "messages=900", "depth=9", text, NULL };
	struct hand *h;
	unsigned before;
	unsigned after;

	snprintf(text, sizeof(text), "order=%u", order);
	h = hand_make("socket-buffers", more);
	waiting(&before);
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 10000), FRAG_DONE);
	assert_int_equal(h->share.pages, 900U << order);
	assert_int_equal(h->share.counters[MESSAGES], 900);
	assert_in_range(h->share.counters[SOCKETS], 100, 300);
	assert_waiting(900, h->ctx.page_size << order);

	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, 500), 0);
	assert_int_equal(h->share.pages, 450U << order);
	assert_waiting(450, h->ctx.page_size << order);
	assert_int_equal(h->share.counters[RELEASED], 450U << order);
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	assert_int_equal(h->share.pages, 0);
	assert_int_equal(waiting(&after), 0);
	assert_int_equal(after, before);
	hand_free(h);
}

static void test_orders(void **state)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	(void)state;
	for (unsigned order = 0; order <= 3; order++)
		if (!order || page << order <= 32768)
			check_order(order);
}

/* What is not released goes at the end. */
static void test_end(void **state)
{
	static const char *const more[] = { "messages=64", NULL };
	struct hand *h = hand_make("socket-buffers", more);
	unsigned before;
	unsigned after;

	(void)state;
	waiting(&before);
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 30), FRAG_MORE);
	hand_free(h);
	assert_int_equal(waiting(&after), 0);
	assert_int_equal(after, before);
}

/* Who may not open as many is told what to do. */
static void test_limit(void **state)
{
	static const char *const more[] = { "messages=100000", "depth=1",
					    NULL };
	const struct rlimit few = { 256, 256 };
	struct hand *h = hand_make("socket-buffers", more);
	struct rlimit before;

	(void)state;
	if (!geteuid()) {
		print_message("skipped: root may raise the limit\n");
		free(h->ctx.shared);
		free(h->ctx.state);
		free(h->options);
		free(h);
		skip();
		return;
	}
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(hand_setup(h), -EMFILE);
	assert_non_null(strstr(h->share.message, "mend: ulimit -Hn 200128"));
	hand_free(h);
}

int main(void)
{
	/* The last one lowers a limit for good. */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
