// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose folders are removed: those of the dead, and nothing else. */
#include "fragbench/folder.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "scratch.h"

static struct scratch s;

static int scratch_open(void **state)
{
	(void)state;
	scratch_make(&s);
	return 0;
}

static int scratch_close(void **state)
{
	(void)state;
	scratch_remove(&s);
	return 0;
}

/* How many entries the scratch folder has. */
static unsigned entries(void)
{
	DIR *dir = opendir(s.path);
	unsigned n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void folder_fill(struct frag_folder *f)
{
	struct frag_worker_share share = { .command = FRAG_TELL_RUN };
	struct frag_context ctx = { .share = &share };

	assert_int_equal(frag_folder_make(&ctx, f, s.path), 0);
	assert_int_equal(mkdirat(f->fd, "0", 0700), 0);
	assert_int_equal(mkdirat(f->fd, "1", 0700), 0);
	for (unsigned i = 0; i < 100; i++) {
		char name[32];
		int fd;

		snprintf(name, sizeof(name), "%u/%u", i / 60, i);
		fd = openat(f->fd, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert_true(fd >= 0);
		close(fd);
	}
}

/* A process that has a folder, and waits to be killed. */
static pid_t owner_start(void)
{
	int told[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(told), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		struct frag_folder f = { 0 };

		folder_fill(&f);
		if (write(told[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(told[0], &c, 1), 1);
	close(told[0]);
	close(told[1]);
	return pid;
}

static void owner_kill(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void test_own(void **state)
{
	struct frag_folder f = { 0 };

	(void)state;
	frag_folder_remove(&f);
	folder_fill(&f);
	assert_int_equal(entries(), 1);
	frag_folder_remove(&f);
	assert_int_equal(entries(), 0);
	frag_folder_remove(&f);
}

/* The living keep theirs; the next one removes what the dead have left. */
static void test_killed(void **state)
{
	struct frag_folder f = { 0 };
	pid_t one = owner_start();
	pid_t two = owner_start();

	(void)state;
	assert_int_equal(frag_folder_sweep(NULL, s.path), 0);
	assert_int_equal(entries(), 2);
	owner_kill(one);
	folder_fill(&f);
	assert_int_equal(entries(), 2);
	owner_kill(two);
	assert_int_equal(entries(), 2);
	frag_folder_remove(&f);
	assert_int_equal(entries(), 0);
}

/* What only looks like ours stays, and what it points at. */
static void test_others(void **state)
{
	char path[PATH_MAX + 64];
	unsigned before;

	(void)state;
	scratch_text(&s, "fragbench-worker-abcdef/notes.txt", "mine");
	scratch_text(&s, "fragbench-worker-123456/0/deep/1", "mine");
	scratch_text(&s, "fragbench-worker-long-name/1", "mine");
	scratch_text(&s, "other/1", "mine");
	snprintf(path, sizeof(path), "%s/fragbench-worker-symlnk", s.path);
	assert_int_equal(symlink("other", path), 0);
	before = entries();
	assert_int_equal(frag_folder_sweep(NULL, s.path), 0);
	assert_int_equal(entries(), before);
	assert_int_equal(faccessat(s.fd, "fragbench-worker-abcdef/notes.txt",
				   F_OK, 0),
			 0);
	assert_int_equal(faccessat(s.fd, "fragbench-worker-123456/0/deep/1",
				   F_OK, 0),
			 0);
	assert_int_equal(
		faccessat(s.fd, "fragbench-worker-long-name/1", F_OK, 0), 0);
	assert_int_equal(faccessat(s.fd, "other/1", F_OK, 0), 0);
}

static void test_wrong(void **state)
{
	struct frag_worker_share share = { .command = FRAG_TELL_RUN };
	struct frag_context ctx = { .share = &share };
	struct frag_error e = { 0 };
	struct frag_folder f = { 0 };
	bool is_memory;

	(void)state;
	assert_int_equal(frag_folder_check("/no/such", &is_memory, &e),
			 -ENOENT);
	assert_int_equal(e.exit, FRAG_EXIT_CANNOT);
	assert_non_null(strstr(e.mend, "--dir"));
	assert_int_equal(frag_folder_make(&ctx, &f, "/no/such"), -ENOENT);
	assert_non_null(strstr(share.message, "mend: --dir"));
	assert_false(f.is_made);
	assert_int_equal(frag_folder_check(s.path, &is_memory, NULL), 0);
	if (has_shm()) {
		assert_int_equal(
			frag_folder_check("/dev/shm", &is_memory, NULL), 0);
		assert_true(is_memory);
	}
	assert_true(frag_folder_room(s.path) > 0);
	assert_int_equal(frag_folder_room("/no/such"), 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_open, scratch_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_own),
		TEST(test_killed),
		TEST(test_others),
		TEST(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
