// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written, what of it is in the page cache, and where it stops. */
#include <sys/mman.h>

#include "fragbench/folder.h"
#include "hand.h"

enum { FILES, WRITTEN, ANON, READ, CHURNED, RELEASED };

static struct scratch s;
static char dir_word[PATH_MAX + 8];

static int scratch_open(void **state)
{
	(void)state;
	scratch_make(&s);
	snprintf(dir_word, sizeof(dir_word), "dir=%s", s.path);
	return 0;
}

static int scratch_close(void **state)
{
	(void)state;
	scratch_remove(&s);
	return 0;
}

static struct {
	unsigned files;
	uint64_t pages;
	uint64_t cached; /* pages */
} seen;

static int file_look(const char *path, const struct stat *st, int kind,
		     struct FTW *ftw)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = (size_t)st->st_size;
	unsigned char in[256];
	void *map;
	int fd;

	(void)ftw;
	if (kind != FTW_F || !size)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_true(size / page <= sizeof(in));
	assert_int_equal(mincore(map, size, in), 0);
	for (size_t i = 0; i < size / page; i++)
		seen.cached += in[i] & 1;
	seen.files++;
	seen.pages += size / page;
	munmap(map, size);
	close(fd);
	return 0;
}

static void look(void)
{
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(nftw(s.path, file_look, 16, FTW_PHYS), 0);
}

/* 4 MiB, half of it anonymous, three quarters of it as files. */
static void test_written(void **state)
{
	const char *const more[] = {
		"budget=4M",	"anon=50%", "tmpfs=yes", "file-size=64k",
		"disk-floor=0", dir_word,   NULL
	};
	struct hand *h = hand_make("page-cache-mix", more);
	uint64_t pages = (4 << 20) / h->ctx.page_size;
	bool is_memory;
	uint64_t wanted;

	(void)state;
	assert_int_equal(frag_folder_check(s.path, &is_memory, NULL), 0);
	wanted = is_memory ? pages / 2 : pages * 3 / 4;
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 10000), FRAG_DONE);
	look();
	assert_int_equal(seen.pages, wanted);
	assert_in_range(seen.cached, wanted * 9 / 10, wanted);
	assert_int_equal(seen.files, wanted * h->ctx.page_size >> 16);
	assert_int_equal(h->share.counters[FILES], seen.files);
	assert_int_equal(h->share.counters[WRITTEN], wanted);
	assert_int_equal(h->share.counters[ANON], pages / 2);
	/* No more is said to be held than the budget. */
	assert_int_equal(h->share.pages, pages);

	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, 500), 0);
	look();
	assert_int_equal(seen.pages, wanted / 2);
	assert_int_equal(h->share.pages, pages / 2);
	assert_int_equal(h->share.counters[RELEASED], wanted / 2 + pages / 4);
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	assert_int_equal(h->share.pages, 0);
	hand_free(h);
	look();
	assert_int_equal(seen.files, 0);
}

/* Both kinds come in turn: at any time there are as many of both. */
static void test_in_turn(void **state)
{
	const char *const more[] = { "budget=4M",    "written=100", "tmpfs=yes",
				     "disk-floor=0", dir_word,	    NULL };
	struct hand *h = hand_make("page-cache-mix", more);
	int rc = FRAG_MORE;

	(void)state;
	assert_int_equal(hand_setup(h), 0);
	while (rc == FRAG_MORE) {
		rc = hand_step(h, 1);
		assert_int_equal(h->share.counters[ANON],
				 h->share.counters[WRITTEN]);
	}
	hand_free(h);
}

static void test_goes_on(void **state)
{
	const char *const read[] = {
		"budget=1M",	"then=read", "tmpfs=yes", "file-dist=pareto",
		"disk-floor=0", dir_word,    NULL
	};
	const char *const churn[] = { "budget=1M",
				      "then=churn",
				      "tmpfs=yes",
				      "file-dist=lognormal",
				      "disk-floor=0",
				      dir_word,
				      NULL };
	struct hand *h = hand_make("page-cache-mix", read);
	uint64_t pages;

	(void)state;
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 1000), FRAG_MORE);
	look();
	assert_int_equal(seen.pages, h->share.counters[WRITTEN]);
	assert_true(h->share.counters[READ] > 1000);
	hand_free(h);

	h = hand_make("page-cache-mix", churn);
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 1000), FRAG_MORE);
	pages = h->share.pages;
	assert_int_equal(hand_step(h, 1000), FRAG_MORE);
	look();
	assert_int_equal(h->share.pages, pages);
	assert_int_equal(h->share.counters[CHURNED], 2000 - seen.files);
	assert_int_equal(h->share.counters[FILES], 2000);
	hand_free(h);
}

static void floor_check(const char *tmpfs)
{
	const char *const more[] = { "budget=4M", "disk-floor=1000000G", tmpfs,
				     dir_word, NULL };
	struct hand *h = hand_make("page-cache-mix", more);
	struct frag_error e = { 0 };

	assert_true(h->type->check(h->options, 2, &e) < 0);
	assert_int_equal(e.exit, FRAG_EXIT_CANNOT);
	assert_non_null(strstr(e.mend, "--dir"));
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(h->type->step(&h->ctx), -ENOSPC);
	assert_non_null(strstr(h->share.message, "no inodes; mend:"));
	look();
	assert_int_equal(seen.files, 0);
	hand_free(h);
}

/* 64 MiB are left above the floor: room for one process, not for 200. */
static void several_check(unsigned processes)
{
	char floor[64];
	const char *const more[] = { "budget=64k", "written=1", floor, dir_word,
				     NULL };
	struct frag_error e = { 0 };
	struct hand *h;

	snprintf(floor, sizeof(floor), "disk-floor=%ju",
		 (uintmax_t)frag_folder_room(s.path) - (64 << 20));
	h = hand_make("page-cache-mix", more);
	h->ctx.count = processes;
	assert_int_equal(h->type->check(h->options, processes, &e) == 0,
			 processes == 1);
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(h->type->step(&h->ctx) == -ENOSPC, processes > 1);
	hand_free(h);
}

/* The disk is never filled above its floor, also when others fill it, and
 * though a tmpfs would do as well. */
static void test_floor(void **state)
{
	bool is_memory;

	(void)state;
	assert_int_equal(frag_folder_check(s.path, &is_memory, NULL), 0);
	if (is_memory || frag_folder_room(s.path) < 128 << 20) {
		print_message("skipped: %s is no disk with room\n", s.path);
		skip();
		return;
	}
	floor_check("tmpfs=no");
	floor_check("tmpfs=yes");
	/* Each of the others may write a file at the same time. */
	several_check(1);
	several_check(200);
}

static void test_memory(void **state)
{
	static const char *const refused[] = { "dir=/dev/shm", NULL };
	static const char *const asked[] = { "dir=/dev/shm", "tmpfs=yes",
					     "budget=1M", NULL };
	struct frag_error e = { 0 };
	struct hand *h = hand_make("page-cache-mix", refused);

	(void)state;
	if (!has_shm()) {
		hand_free(h);
		print_message("skipped: /dev/shm is no tmpfs\n");
		skip();
		return;
	}
	assert_true(h->type->check(h->options, 1, &e) < 0);
	assert_int_equal(e.exit, FRAG_EXIT_CANNOT);
	assert_non_null(strstr(e.mend, "--tmpfs"));
	hand_free(h);
	h = hand_make("page-cache-mix", asked);
	assert_int_equal(h->type->check(h->options, 1, &e), 0);
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 1000), FRAG_DONE);
	assert_int_equal(h->share.counters[WRITTEN], h->share.counters[ANON]);
	hand_free(h);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_open, scratch_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_written), TEST(test_in_turn), TEST(test_goes_on),
		TEST(test_floor),   TEST(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
