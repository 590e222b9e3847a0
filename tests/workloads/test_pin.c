// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of pinned pages, one by one: what of them is held, by what the kernel
 * counts and by what waits in pipes. */
#include "fragbench/pin.h"

#include <linux/io_uring.h>
#include <sys/syscall.h>

#include "hand.h"
#include "pipes.h"

enum { PAGES = 64 };

struct rig {
	struct frag_worker_share share;
	struct frag_context ctx;
	struct frag_pins pins;
	char *memory;
	char *pages[PAGES];
	uint64_t pipes_before;
};

static void rig_make(struct rig *r, const char *how)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	memset(r, 0, sizeof(*r));
	r->ctx.page_size = page;
	r->ctx.share = &r->share;
	r->memory = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	assert_true(r->memory != MAP_FAILED);
	for (unsigned i = 0; i < PAGES; i++)
		r->pages[i] = r->memory + i * page;
	pipes_now(&r->pipes_before);
	assert_int_equal(frag_pins_open(&r->pins, &r->ctx, "how", how), 0);
}

static void rig_free(struct rig *r)
{
	frag_pins_close(&r->pins);
	munmap(r->memory, PAGES * r->ctx.page_size);
}

/* Pages that wait in our pipes. */
static uint64_t piped(const struct rig *r)
{
	uint64_t bytes;

	pipes_now(&bytes);
	return (bytes - r->pipes_before) / r->ctx.page_size;
}

static uint64_t pinned(const struct rig *r)
{
	FILE *f = fopen("/proc/self/status", "r");
	uint64_t kib = UINT64_MAX;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmPin:", 6))
			kib = strtoull(line + 6, NULL, 10);
	fclose(f);
	return kib * 1024 / r->ctx.page_size;
}

static bool has_ring(void)
{
	struct io_uring_params p = { 0 };
	int fd = (int)syscall(SYS_io_uring_setup, 1, &p);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Is it one of the first half? */
static bool is_low(const void *arg, const char *page)
{
	const struct rig *r = arg;

	return page < r->pages[PAGES / 2];
}

/* Two groups; the older goes, its number comes again, the other is thinned. */
static void groups_check(const char *how, uint64_t (*held)(const struct rig *r))
{
	struct rig r;
	uint64_t before;
	unsigned a;
	unsigned b;
	unsigned c;

	rig_make(&r, how);
	before = held(&r);
	assert_int_equal(frag_pins_add(&r.pins, r.pages, 8, &a), 8);
	assert_int_equal(frag_pins_add(&r.pins, r.pages + 28, 8, &b), 8);
	assert_true(a != b);
	assert_int_equal(held(&r) - before, 16);
	frag_pins_drop(&r.pins, a);
	assert_int_equal(held(&r) - before, 8);
	assert_int_equal(frag_pins_add(&r.pins, r.pages, 2, &c), 2);
	assert_int_equal(c, a);
	assert_int_equal(held(&r) - before, 10);
	assert_int_equal(frag_pins_keep(&r.pins, b, is_low, &r), 0);
	assert_int_equal(r.pins.groups[b].n, 4);
	assert_int_equal(held(&r) - before, 6);
	/* All of it is kept: nothing happens. */
	assert_int_equal(frag_pins_keep(&r.pins, c, is_low, &r), 0);
	assert_int_equal(held(&r) - before, 6);
	rig_free(&r);
	assert_int_equal(held(&r), before);
}

static void test_ring(void **state)
{
	(void)state;
	if (!has_ring()) {
		skip();
		return;
	}
	groups_check("io-uring", pinned);
}

static void test_pipe(void **state)
{
	(void)state;
	groups_check("vmsplice", piped);
}

/* A page that is nowhere cannot be pinned, and it is said why; others can. */
static void test_refused(void **state)
{
	char *nowhere = NULL;
	struct rig r;
	unsigned group;

	(void)state;
	rig_make(&r, "auto");
	assert_true(frag_pins_add(&r.pins, &nowhere, 1, &group) < 0);
	assert_non_null(strstr(r.share.message, "mend: "));
	assert_int_equal(frag_pins_add(&r.pins, r.pages, 1, &group), 1);
	rig_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
