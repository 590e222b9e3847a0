// SPDX-License-Identifier: GPL-2.0-or-later
/* Which frames the two sieves keep, by pagemap, and that they are held fast, by
 * what the kernel counts as pinned and as locked. */
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "fragbench/pagemap.h"
#include "fragbench/sieve.h"
#include "hand.h"
#include "pipes.h"

enum { PAGES = 4096, BY_RING = FRAG_SIEVE_COUNTERS, BY_PIPE };

static struct hand *h;
static uint64_t bytes_before;
static uint64_t pfns[PAGES];

static int before(void **state)
{
	(void)state;
	pipes_now(&bytes_before);
	return 0;
}

static int hand_clear(void **state)
{
	(void)state;
	if (h)
		hand_free(h);
	h = NULL;
	return 0;
}

static uint64_t status_pages(const char *key)
{
	FILE *f = fopen("/proc/self/status", "r");
	uint64_t kib = UINT64_MAX;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			kib = strtoull(line + strlen(key), NULL, 10);
	fclose(f);
	assert_true(kib != UINT64_MAX);
	return kib * 1024 / (uint64_t)sysconf(_SC_PAGESIZE);
}

static bool has_ring(void)
{
	struct io_uring_params p = { 0 };
	int fd = (int)syscall(SYS_io_uring_setup, 1, &p);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static const char *size_text(void)
{
	static char text[32];

	snprintf(text, sizeof(text), "size=%ld", PAGES * sysconf(_SC_PAGESIZE));
	return text;
}

#define MAKE(name, ...) \
	hand_make(name, (const char *const[]){ size_text(), __VA_ARGS__, NULL })

#define START(name, ...)                                            \
	do {                                                        \
		h = MAKE(name, __VA_ARGS__);                        \
		assert_int_equal(hand_setup(h), 0);                 \
		assert_int_equal(hand_step(h, 1 << 20), FRAG_DONE); \
	} while (0)

static uint64_t counted(unsigned slot)
{
	return h->share.counters[slot];
}

static void release(unsigned permille)
{
	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, permille), 0);
}

/* How many pages are there, by the kernel; [i] says which. */
static uint64_t resident(unsigned char *there)
{
	uint64_t start = h->share.ranges[0].start;
	size_t bytes = h->share.ranges[0].end - start;
	uint64_t n = 0;

	assert_int_equal(mincore((void *)(uintptr_t)start, bytes, there), 0);
	for (uint64_t i = 0; i < bytes / h->ctx.page_size; i++)
		n += there[i] & 1;
	return n;
}

static void assert_resident(uint64_t pages)
{
	unsigned char there[PAGES];

	assert_int_equal(h->share.pages, pages);
	assert_int_equal(resident(there), pages);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The frames of what is there, in order; how many. Skips without their numbers. */
static unsigned frames(void)
{
	int fd = frag_pagemap_open(0);
	int64_t rc = fd < 0 ? fd
			    : frag_pagemap_read(fd, h->share.ranges[0].start,
						PAGES, pfns);
	unsigned n = 0;

	close(fd);
	if (rc == -EPERM || rc == -EACCES) {
		print_message("skipped: frame numbers are hidden\n");
		skip();
	}
	assert_int_equal(rc, PAGES);
	for (unsigned i = 0; i < PAGES; i++)
		if (pfns[i] != FRAG_NO_FRAME)
			pfns[n++] = pfns[i];
	qsort(pfns, n, sizeof(pfns[0]), compare);
	return n;
}

enum { CROWDED = PAGES + 1, TRIES = 5 };

/* How many blocks of 2^@order frames have @keep of them; CROWDED: one has more. */
static unsigned blocks_full(unsigned n, unsigned order, unsigned keep)
{
	unsigned run = 0;
	unsigned full = 0;

	for (unsigned i = 0; i < n; i++) {
		if (!i || pfns[i] >> order != pfns[i - 1] >> order)
			run = 0;
		if (++run > keep)
			return CROWDED;
		full += run == keep;
	}
	return full;
}

/* In one of a few: the kernel may move pages meanwhile that are not pinned. */
static void check_blocks(const char *name)
{
	unsigned n = 0;

	for (unsigned try = 0; try < TRIES; try++) {
		hand_clear(NULL);
		START(name, "block-order=4");
		n = frames();
		if (n == counted(FRAG_SIEVE_BLOCKS) && blocks_full(n, 4, 1) == n)
			break;
	}
	assert_int_equal(n, counted(FRAG_SIEVE_BLOCKS));
	assert_int_equal(blocks_full(n, 4, 1), n);
	assert_in_range(n, PAGES / 16, PAGES);
	assert_int_equal(counted(FRAG_SIEVE_HELD), n);
	assert_int_equal(counted(FRAG_SIEVE_HELD_BLOCKS), n);
	assert_int_equal(counted(FRAG_SIEVE_BLIND), 0);
	assert_resident(n);
}

static void test_one_in_each_block(void **state)
{
	(void)state;
	check_blocks("pinned-pages");
	hand_clear(NULL);
	check_blocks("mlock-sieve");
}

static void test_keep(void **state)
{
	unsigned n = 0;

	(void)state;
	/* Where it has fewer frames of a block it keeps those. */
	for (unsigned try = 0; try < TRIES; try++) {
		hand_clear(NULL);
		START("mlock-sieve", "block-order=6", "keep=5", "locked=0%");
		n = frames();
		if (blocks_full(n, 6, 5) != CROWDED)
			break;
	}
	assert_true(blocks_full(n, 6, 5) != CROWDED);
	assert_in_range(n, counted(FRAG_SIEVE_BLOCKS),
			counted(FRAG_SIEVE_BLOCKS) * 5);
	assert_true(n > counted(FRAG_SIEVE_BLOCKS) || n == PAGES);
	assert_int_equal(counted(FRAG_SIEVE_HELD), 0);
}

static void test_shares(void **state)
{
	uint64_t blocks;

	(void)state;
	START("pinned-pages", "block-order=2", "blocks=50%", "pinned=25%");
	blocks = counted(FRAG_SIEVE_BLOCKS);
	assert_resident((blocks + 1) / 2);
	assert_in_range(counted(FRAG_SIEVE_HELD), blocks / 8 - 1,
			blocks / 8 + 1);
}

/* Both ways of pinning: what the kernel counts is what was asked. */
static void test_io_uring(void **state)
{
	uint64_t pinned = status_pages("VmPin:");
	uint64_t held;

	(void)state;
	if (!has_ring()) {
		print_message("skipped: io_uring is disabled\n");
		skip();
	}
	START("pinned-pages", "block-order=3", "how=io-uring");
	held = counted(FRAG_SIEVE_HELD);
	assert_int_equal(counted(BY_RING), held);
	assert_int_equal(status_pages("VmPin:") - pinned, held);
	release(500);
	assert_in_range(status_pages("VmPin:") - pinned, held / 2,
			(held + 1) / 2);
	assert_resident(status_pages("VmPin:") - pinned);
	release(1000);
	assert_int_equal(status_pages("VmPin:"), pinned);
	assert_resident(0);
}

static uint64_t spliced(void)
{
	uint64_t bytes;

	pipes_now(&bytes);
	return (bytes - bytes_before) / h->ctx.page_size;
}

static void test_vmsplice(void **state)
{
	uint64_t held;

	(void)state;
	START("pinned-pages", "block-order=3", "how=vmsplice");
	held = counted(FRAG_SIEVE_HELD);
	assert_int_equal(counted(BY_PIPE), held);
	assert_int_equal(spliced(), held);
	release(500);
	assert_in_range(spliced(), held / 2, (held + 1) / 2);
	assert_resident(spliced());
	release(1000);
	assert_int_equal(spliced(), 0);
	assert_resident(0);
}

/* AddressSanitizer makes mlock() do nothing. */
static void mlock_need(void)
{
#ifdef __SANITIZE_ADDRESS__
	print_message("skipped: no mlock under AddressSanitizer\n");
	skip();
#endif
}

static void test_mlock(void **state)
{
	uint64_t locked = status_pages("VmLck:");
	uint64_t held;

	(void)state;
	mlock_need();
	START("mlock-sieve", "block-order=5");
	held = counted(FRAG_SIEVE_HELD);
	assert_int_equal(status_pages("VmLck:") - locked, held);
	release(500);
	assert_in_range(status_pages("VmLck:") - locked, held / 2,
			(held + 1) / 2);
	assert_resident(status_pages("VmLck:") - locked);
	release(1000);
	assert_int_equal(status_pages("VmLck:"), locked);
	assert_resident(0);
}

/* Told to hold before it has chosen: what it has is what it releases of. */
static void test_early(void **state)
{
	(void)state;
	h = MAKE("pinned-pages", "block-order=9");
	assert_int_equal(hand_setup(h), 0);
	hand_step(h, 3);
	assert_resident(1536);
	release(500);
	assert_resident(768);
	release(1000);
	assert_resident(0);
}

/* In the child: one page in every 16 by address, and no other. */
static void every_16th(struct hand *one)
{
	unsigned char there[PAGES];
	uint64_t first = one->share.ranges[0].start / one->ctx.page_size % 16;

	h = one;
	if (resident(there) != one->share.pages)
		_exit(2);
	for (uint64_t i = (16 - first) % 16; i + 16 <= PAGES; i += 16) {
		unsigned n = 0;

		for (unsigned k = 0; k < 16; k++)
			n += there[i + k] & 1;
		if (n != 1)
			_exit(3);
	}
}

/* Without frame numbers it is every n-th address, and it says so. */
static void test_blind(void **state)
{
	(void)state;
	h = MAKE("mlock-sieve", "block-order=4", "locked=0%");
	assert_int_equal(run_limited(h, RLIMIT_MEMLOCK, 0, every_16th),
			 FRAG_DONE);
	assert_int_equal(counted(FRAG_SIEVE_BLIND), h->share.pages);
	assert_int_equal(counted(FRAG_SIEVE_BLOCKS), h->share.pages);
}

/* Run it where nothing may be locked; what came of it. */
static int run_unlocked(const char *name, const char *more)
{
	h = MAKE(name, "block-order=6", more);
	return run_limited(h, RLIMIT_MEMLOCK, 0, NULL);
}

static void test_no_mlock(void **state)
{
	(void)state;
	mlock_need();
	assert_true(run_unlocked("mlock-sieve", NULL) < 0);
	assert_non_null(strstr(h->share.message, "RLIMIT_MEMLOCK"));
	assert_non_null(strstr(h->share.message, "ulimit -Hl unlimited"));
}

static void test_no_memlock(void **state)
{
	(void)state;
	/* Pipes are not under that limit. */
	assert_int_equal(run_unlocked("pinned-pages", NULL), FRAG_DONE);
	assert_int_equal(counted(BY_PIPE), counted(FRAG_SIEVE_HELD));
	assert_true(counted(BY_PIPE) > 0);
	hand_clear(NULL);
	if (!has_ring())
		return;
	assert_int_equal(run_unlocked("pinned-pages", "how=io-uring"), -ENOMEM);
	assert_non_null(strstr(h->share.message, "how = vmsplice"));
}

static unsigned char *seen; /* shared with children */

static void see(struct hand *one)
{
	h = one;
	resident(seen);
}

/* Another seed keeps other pages. By address, so that no block lacks pages. */
/* More than any machine has addresses for, as it is with less where
 * vm.overcommit_memory is 2: what is refused, and what can be done. */
static void test_no_space(void **state)
{
	(void)state;
	h = MAKE("mlock-sieve", NULL);
	((struct frag_sieve_options *)h->options)->size = 1ULL << 60;
	assert_int_equal(hand_setup(h), -ENOMEM);
	assert_non_null(strstr(h->share.message,
			       "no address space for 1099511627776 "));
	assert_non_null(strstr(h->share.message, "; mend: ulimit -v unlimited"));
	assert_non_null(strstr(h->share.message, "--knob overcommit_memory=0"));
}

static void test_another_seed(void **state)
{
	unsigned char first[PAGES];
	unsigned same = 0;

	(void)state;
	seen = mmap(NULL, PAGES, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(seen, MAP_FAILED);
	for (unsigned n = 0; n < 2; n++) {
		h = MAKE("mlock-sieve", "block-order=4", "locked=0%");
		h->ctx.seed = 7 + n;
		assert_int_equal(run_limited(h, RLIMIT_MEMLOCK, 0, see),
				 FRAG_DONE);
		hand_clear(NULL);
		if (!n)
			memcpy(first, seen, PAGES);
	}
	for (unsigned i = 0; i < PAGES; i++)
		same += first[i] & seen[i] & 1;
	munmap(seen, PAGES);
	/* One of 16 by chance, of 256 blocks. */
	assert_in_range(same, 0, PAGES / 16 / 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, before, hand_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_in_each_block),
		TEST(test_keep),
		TEST(test_shares),
		TEST(test_io_uring),
		TEST(test_vmsplice),
		TEST(test_mlock),
		TEST(test_early),
		TEST(test_blind),
		TEST(test_no_mlock),
		TEST(test_no_memlock),
		TEST(test_no_space),
		TEST(test_another_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
