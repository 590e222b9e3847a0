// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel files: read again and again, grown, gone, too large, not there. */
#include "base/source.h"

#include "scratch.h"

static int scratch_up(void **state)
{
	struct scratch *s = calloc(1, sizeof(*s));

	scratch_make(s);
	*state = s;
	return 0;
}

static int scratch_down(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

static void test_reads_again(void **state)
{
	struct scratch *s = *state;
	struct frag_source source;
	char more[40000];

	scratch_text(s, "proc/x", "one\n");
	assert_int_equal(frag_source_open(&source, s->path, "/proc/x", NULL),
			 0);
	assert_true(frag_text_is(frag_source_text(&source), "one\n"));
	scratch_text(s, "proc/x", "other\n");
	assert_int_equal(frag_source_read(&source), 0);
	assert_true(frag_text_is(frag_source_text(&source), "other\n"));
	memset(more, 'x', sizeof(more));
	scratch_bytes(s, "proc/x", more, sizeof(more));
	assert_int_equal(frag_source_read(&source), -ENOBUFS);
	assert_int_equal(source.length, 0);
	scratch_text(s, "proc/x", "");
	assert_int_equal(frag_source_read(&source), 0);
	assert_int_equal(source.length, 0);
	frag_source_close(&source);
	frag_source_close(&source);
}

static void test_room_to_grow(void **state)
{
	struct scratch *s = *state;
	struct frag_source source;
	char text[60000];

	memset(text, 'x', sizeof(text));
	scratch_bytes(s, "proc/x", text, 30000);
	assert_int_equal(frag_source_open(&source, s->path, "/proc/x", NULL),
			 0);
	scratch_bytes(s, "proc/x", text, 60000);
	assert_int_equal(frag_source_read(&source), 0);
	assert_int_equal(source.length, 60000);
	frag_source_close(&source);
}

static void test_not_there(void **state)
{
	struct scratch *s = *state;
	struct frag_source source;
	struct frag_error e = { 0 };

	assert_int_equal(frag_source_open(&source, s->path,
					  "/sys/kernel/debug/x", &e),
			 -ENOENT);
	assert_int_equal(source.fd, -1);
	assert_non_null(strstr(e.what, "/sys/kernel/debug/x"));
	assert_non_null(strstr(e.mend, "mount -t debugfs"));
	frag_error_clear(&e);
	assert_int_equal(frag_source_open(&source, s->path, "/proc", &e),
			 -ENOENT);
	scratch_text(s, "proc/x", "");
	frag_error_clear(&e);
	assert_int_equal(frag_source_open(&source, s->path, "/proc", &e),
			 -EISDIR);
}

static void test_slurp(void **state)
{
	struct scratch *s = *state;
	char buf[8];
	uint64_t v;

	scratch_text(s, "a", "seven\n\n");
	assert_int_equal(frag_slurp(s->path, "/a", buf, sizeof(buf)), 5);
	assert_string_equal(buf, "seven");
	scratch_text(s, "a", "eightbyt");
	assert_int_equal(frag_slurp(s->path, "/a", buf, sizeof(buf)), -ENOBUFS);
	assert_int_equal(frag_slurp(s->path, "/b", buf, sizeof(buf)), -ENOENT);
	assert_string_equal(buf, "");
	scratch_text(s, "a", "12\n");
	assert_int_equal(frag_slurp_u64(s->path, "/a", &v), 0);
	assert_int_equal(v, 12);
	scratch_text(s, "a", "x\n");
	assert_int_equal(frag_slurp_u64(s->path, "/a", &v), -EINVAL);
}

static void test_spit(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX + 8];
	char *text;

	snprintf(path, sizeof(path), "%s/knob", s->path);
	assert_int_equal(frag_spit(path, "1"), -ENOENT);
	scratch_text(s, "knob", "0");
	assert_int_equal(frag_spit(path, "1"), 0);
	text = file_read(s->path, "/knob", NULL);
	assert_string_equal(text, "1");
	free(text);
	assert_int_equal(frag_spit("/dev/full", "1"), -ENOSPC);
}

static void test_meminfo(void **state)
{
	struct scratch *s = *state;
	uint64_t bytes = 0;

	scratch_text(s, "proc/meminfo",
		     "MemTotal:       2000 kB\nMemAvailable:   1000 kB\n"
		     "Broken: x\n");
	assert_int_equal(frag_meminfo(s->path, "MemAvailable", &bytes), 0);
	assert_int_equal(bytes, 1024000);
	assert_int_equal(frag_meminfo(s->path, "Mem", &bytes), -ENOENT);
	assert_int_equal(frag_meminfo(s->path, "Broken", &bytes), -EINVAL);
}

#define SCRATCH_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_up, scratch_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_reads_again), SCRATCH_TEST(test_room_to_grow),
		SCRATCH_TEST(test_not_there),	SCRATCH_TEST(test_slurp),
		SCRATCH_TEST(test_spit),	SCRATCH_TEST(test_meminfo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
