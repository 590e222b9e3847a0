// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel counts: dentries, and pages of slabs that it may reclaim. The
 * whole machine is in those numbers, so that one of a few tries must do. */
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "fragbench/folder.h"
#include "hand.h"

enum { NAMES, FOLDERS, RELEASED, COUNT = 100000, TRIES = 6 };

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

/* The first number behind @key in the kernel file @path; "": of the file. */
static int64_t number_of(const char *path, const char *key)
{
	FILE *f = fopen(path, "r");
	int64_t value = -1;
	char line[256];
	size_t n = strlen(key);

	assert_non_null(f);
	while (value < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, n))
			value = strtoll(line + n, NULL, 10);
	fclose(f);
	assert_true(value >= 0);
	return value;
}

static int64_t dentries_now(void)
{
	return number_of("/proc/sys/fs/dentry-state", "");
}

static int64_t slab_now(void)
{
	return number_of("/proc/vmstat", "nr_slab_reclaimable ");
}

/* Does the kernel have what was promised, and give it back? */
static bool is_counted(void)
{
	const char *const more[] = { "count=100000", dir_word, NULL };
	struct hand *h = hand_make("slab-dentries", more);
	int64_t slab = slab_now();
	int64_t at[4] = { dentries_now() };

	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, COUNT), FRAG_DONE);
	at[1] = dentries_now() - at[0];
	slab = slab_now() - slab;
	assert_int_equal(h->share.counters[NAMES], COUNT);
	assert_int_equal(h->share.counters[FOLDERS], COUNT / 256 + 1);
	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, 500), 0);
	at[2] = dentries_now() - at[0];
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	at[3] = dentries_now() - at[0];
	assert_int_equal(h->share.pages, 0);
	assert_int_equal(h->share.counters[RELEASED], COUNT);
	hand_free(h);
	print_message("%jd dentries, %jd, %jd; %jd pages of slabs\n",
		      (intmax_t)at[1], (intmax_t)at[2], (intmax_t)at[3],
		      (intmax_t)slab);
	/* How many slabs are new depends on the room in those that were there.
	 * An overlay has dentries of its own and those of what lies below. */
	return at[1] > COUNT * 9 / 10 && at[2] < at[1] * 6 / 10 &&
	       at[2] > at[1] * 4 / 10 && at[3] < at[1] / 10;
}

static void test_negative(void **state)
{
	bool is_memory;

	(void)state;
	assert_int_equal(frag_folder_check(s.path, &is_memory, NULL), 0);
	if (is_memory) {
		print_message("skipped: %s is no disk\n", s.path);
		skip();
	}
	for (unsigned n = 0; n < TRIES; n++)
		if (is_counted())
			return;
	fail_msg("the kernel counts something else");
}

/* How many files and folders there are. */
static unsigned tally[2];

static int entry_count(const char *path, const struct stat *st, int kind,
		       struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)ftw;
	tally[kind == FTW_D]++;
	return 0;
}

static void assert_tally(unsigned files, unsigned folders)
{
	memset(tally, 0, sizeof(tally));
	assert_int_equal(nftw(s.path, entry_count, 16, FTW_PHYS), 0);
	assert_int_equal(tally[0], files);
	assert_int_equal(tally[1], folders + 1);
}

static void test_inodes(void **state)
{
	const char *const more[] = { "count=1000", "group=100", "kind=inodes",
				     dir_word, NULL };
	struct hand *h = hand_make("slab-dentries", more);
	uint64_t held;

	(void)state;
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 1000), FRAG_DONE);
	assert_tally(1000, 11);
	held = h->share.pages;
	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, 300), 0);
	assert_tally(700, 8);
	assert_in_range(h->share.pages, held * 7 / 10, held * 7 / 10 + 1);
	hand_free(h);
	assert_tally(0, 0);
}

/* In the middle of a group; the rest goes at the end. */
static void test_halfway(void **state)
{
	const char *const more[] = { "count=1000", "group=100", "kind=inodes",
				     dir_word, NULL };
	struct hand *h = hand_make("slab-dentries", more);

	(void)state;
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 2), FRAG_MORE);
	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	assert_int_equal(h->share.pages, 0);
	assert_tally(0, 1);
	hand_free(h);
	assert_tally(0, 0);
}

static void test_memory(void **state)
{
	static const char *const more[] = { "dir=/dev/shm", NULL };
	static const char *const inodes[] = { "dir=/dev/shm", "kind=inodes",
					      NULL };
	struct frag_error e = { 0 };
	struct hand *h = hand_make("slab-dentries", more);

	(void)state;
	if (!has_shm()) {
		hand_free(h);
		print_message("skipped: /dev/shm is no tmpfs\n");
		skip();
		return;
	}
	assert_int_equal(h->type->check(h->options, 1, &e), -EOPNOTSUPP);
	assert_int_equal(e.exit, FRAG_EXIT_CANNOT);
	assert_non_null(strstr(e.mend, "--kind inodes"));
	hand_free(h);
	h = hand_make("slab-dentries", inodes);
	assert_int_equal(h->type->check(h->options, 1, &e), 0);
	hand_free(h);
}

/* Some inodes of the disk are left, whatever is asked for. */
static void test_inodes_left(void **state)
{
	const char *const more[] = { "kind=inodes", "count=10000", dir_word,
				     NULL };
	struct hand *h;
	struct statvfs fs;
	int rc = FRAG_MORE;

	(void)state;
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", s.path, "tmpfs", 0, "nr_inodes=4000")) {
		print_message("skipped: no file system of our own\n");
		skip();
		return;
	}
	h = hand_make("slab-dentries", more);
	assert_int_equal(hand_setup(h), 0);
	while (rc == FRAG_MORE)
		rc = h->type->step(&h->ctx);
	assert_int_equal(rc, -ENOSPC);
	assert_non_null(strstr(h->share.message, "; mend: --count"));
	assert_int_equal(statvfs(s.path, &fs), 0);
	/* A step makes no more than 32 and a folder. */
	assert_in_range(fs.f_favail, 4, 40);
	hand_free(h);
	assert_int_equal(umount(s.path), 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_open, scratch_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_negative), TEST(test_inodes),	     TEST(test_halfway),
		TEST(test_memory),   TEST(test_inodes_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
