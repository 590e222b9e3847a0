// SPDX-License-Identifier: GPL-2.0-or-later
/* How a run can find the journal of another one: held, waiting, of an earlier
 * boot, damaged, cut, or gone. */
#include <sys/wait.h>

#include "bench.h"

/* Take the lock in another process; returns it once it is taken. */
static pid_t other_begin(int *hold)
{
	struct frag_journal j = { .fd = -1 };
	struct frag_error e = { 0 };
	int ready[2] = { -1, -1 };
	int go[2] = { -1, -1 };
	char c;
	pid_t pid;

	assert_int_equal(pipe(ready) || pipe(go), 0);
	pid = fork();
	if (!pid) {
		close(go[1]);
		c = frag_journal_begin(&j, &e) ? 'n' : 'y';
		(void)!write(ready[1], &c, 1);
		(void)!read(go[0], &c, 1);
		_exit(0);
	}
	close(go[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(c, 'y');
	close(ready[0]);
	close(ready[1]);
	*hold = go[1];
	return pid;
}

static void test_busy(void **state)
{
	struct bench *b = *state;
	char path[256];
	char text[32];
	FILE *nowhere = fopen("/dev/null", "w");
	int hold;
	pid_t pid = other_begin(&hold);

	assert_int_equal(frag_journal_begin(&b->j, &b->e), -EBUSY);
	assert_int_equal(frag_error_code(&b->e), FRAG_EXIT_CANNOT);
	snprintf(text, sizeof(text), "kill %d", pid);
	assert_non_null(strstr(b->e.mend, text));
	assert_int_equal(b->j.fd, -1);
	/* Somebody lives who will put it back: nothing waits. */
	assert_false(frag_journal_is_waiting(path, sizeof(path)));
	frag_error_clear(&b->e);
	assert_int_equal(frag_journal_replay(nowhere, &b->e), -EBUSY);
	fclose(nowhere);
	close(hold);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	/* Killed before it wrote a knob: nothing to put back. */
	assert_false(frag_journal_is_waiting(path, sizeof(path)));
	frag_error_clear(&b->e);
	begin(b);
}

static void test_waiting(void **state)
{
	struct bench *b = *state;
	const char *path = knob(b, "one", "1");
	FILE *say = tmpfile();
	char text[512] = "";
	char where[256];

	assert_false(frag_journal_is_waiting(where, sizeof(where)));
	begin(b);
	assert_int_equal(frag_knob_write(&b->j, path, "9", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	die(b);
	assert_true(frag_journal_is_waiting(where, sizeof(where)));
	assert_int_equal(frag_journal_begin(&b->j, &b->e), -EEXIST);
	assert_int_equal(frag_error_code(&b->e), FRAG_EXIT_CANNOT);
	assert_string_equal(b->e.mend, "fragbench doctor --restore");
	assert_reads(path, "9");

	frag_error_clear(&b->e);
	assert_int_equal(frag_journal_replay(say, &b->e), 1);
	assert_reads(path, "1");
	rewind(say);
	assert_non_null(fgets(text, sizeof(text), say));
	assert_non_null(strstr(text, "/one: 1\n"));
	assert_false(frag_journal_is_waiting(where, sizeof(where)));
	assert_int_equal(frag_journal_replay(say, &b->e), 0);
	begin(b);
	fclose(say);
}

/* Only its owner may open it; what another user has put there is not played. */
static void test_owner(void **state)
{
	struct bench *b = *state;
	const char *path = knob(b, "one", "1");
	FILE *nowhere = fopen("/dev/null", "w");
	struct stat st;
	char line[600];

	journal_plant(b, "0-0-0-0", "");
	begin(b);
	assert_int_equal(fstat(b->j.fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	die(b);
	snprintf(line, sizeof(line), "knob %s\tplanted\n", path);
	journal_plant(b, NULL, line);
	if (geteuid() || chown(b->journal, 65534, 65534)) {
		fclose(nowhere);
		print_message("without root no file can be given away\n");
		return;
	}
	assert_int_equal(frag_journal_begin(&b->j, &b->e), -EPERM);
	assert_non_null(strstr(b->e.what, "is not ours"));
	assert_int_equal(b->j.fd, -1);
	frag_error_clear(&b->e);
	assert_int_equal(frag_journal_replay(nowhere, &b->e), -EPERM);
	assert_int_equal(frag_error_code(&b->e), FRAG_EXIT_CANNOT);
	assert_reads(path, "1");
	fclose(nowhere);
}

static void test_other_boot(void **state)
{
	struct bench *b = *state;
	const char *path = knob(b, "one", "now");
	FILE *say = tmpfile();
	char line[600];
	char where[256];

	snprintf(line, sizeof(line), "knob %s\tthen\n", path);
	journal_plant(b, "0-0-0-0", line);
	/* The knobs of another boot are gone with it. */
	assert_false(frag_journal_is_waiting(where, sizeof(where)));
	assert_int_equal(frag_journal_replay(say, &b->e), 0);
	assert_reads(path, "now");
	rewind(say);
	assert_non_null(fgets(line, sizeof(line), say));
	assert_non_null(strstr(line, "started anew"));
	assert_int_equal(access(b->journal, F_OK), -1);
	fclose(say);

	journal_plant(b, "0-0-0-0", "knob damaged\n");
	begin(b);
	assert_int_equal(b->j.count, 0);
}

static void test_damaged(void **state)
{
	struct bench *b = *state;
	FILE *nowhere = fopen("/dev/null", "w");
	char where[256];

	journal_plant(b, NULL, "knob garbage\n");
	assert_true(frag_journal_is_waiting(where, sizeof(where)));
	assert_int_equal(frag_journal_begin(&b->j, &b->e), -EINVAL);
	assert_non_null(strstr(b->e.what, "is damaged"));
	assert_int_equal(frag_error_code(&b->e), FRAG_EXIT_CANNOT);
	frag_error_clear(&b->e);
	assert_int_equal(frag_journal_replay(nowhere, &b->e), -EINVAL);
	assert_non_null(strstr(b->e.what, "is damaged"));
	assert_int_equal(access(b->journal, F_OK), 0);
	fclose(nowhere);
}

/* A line that was cut is of a knob that was never written. */
static void test_cut(void **state)
{
	struct bench *b = *state;
	const char *one = knob(b, "one", "9");
	const char *two = knob(b, "two", "60");
	FILE *nowhere = fopen("/dev/null", "w");
	char lines[1200];

	snprintf(lines, sizeof(lines), "knob %s\t1\nknob %s\t6", one, two);
	journal_plant(b, NULL, lines);
	assert_int_equal(frag_journal_replay(nowhere, &b->e), 1);
	assert_reads(one, "1");
	assert_reads(two, "60");
	fclose(nowhere);
}

/* The journal of the next run is not the last one's to take away. */
static void test_next_run(void **state)
{
	struct bench *b = *state;
	const char *path = knob(b, "one", "1");
	struct frag_journal next = { .fd = -1 };

	begin(b);
	assert_int_equal(frag_knob_write(&b->j, path, "2", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
	assert_int_equal(frag_journal_begin(&next, &b->e), 0);
	assert_int_equal(frag_knob_write(&next, path, "3", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	/* Once more, as after a failure that comes later. */
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
	assert_reads(path, "3");
	/* And as the guardian would, who reads the file that it has open. */
	b->j.is_back = false;
	assert_int_equal(frag_journal_reload(&b->j), 0);
	assert_int_equal(b->j.count, 0);
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
	assert_reads(path, "3");
	assert_int_equal(access(b->journal, F_OK), 0);
	assert_int_equal(frag_journal_restore(&next, &b->e), 0);
	assert_reads(path, "1");
	frag_journal_end(&next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_busy),       TEST(test_waiting), TEST(test_owner),
		TEST(test_other_boot), TEST(test_damaged), TEST(test_cut),
		TEST(test_next_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
