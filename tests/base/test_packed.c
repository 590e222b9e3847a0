// SPDX-License-Identifier: GPL-2.0-or-later
/* What was packed comes back, damage is told, and what is plain goes first. */
#include "base/packed.h"

#include "scratch.h"

static void text_is(struct scratch *s, const char *name, const char *text)
{
	char buf[64] = "";
	int fd = frag_packed_open(s->fd, name);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, buf, sizeof(buf) - 1), strlen(text));
	assert_string_equal(buf, text);
	close(fd);
}

static void test_there_and_back(void **state)
{
	struct scratch s;

	(void)state;
	scratch_make(&s);
	assert_int_equal(frag_packed_open(s.fd, "a"), -ENOENT);
	assert_false(frag_packed_is_there(s.fd, "a"));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(frag_packed_write(s.fd, "a", "long", 4, 3), 0);
	assert_int_equal(frag_packed_write(s.fd, "b", "abc", 3, 3), 0);
	assert_int_equal(frag_packed_write(s.fd, "c", "", 0, 3), 0);
	assert_int_equal(faccessat(s.fd, "a", F_OK, 0), -1);
	assert_int_equal(faccessat(s.fd, "a.gz", F_OK, 0), 0);
	assert_int_equal(faccessat(s.fd, "b", F_OK, 0), 0);
	assert_true(frag_packed_is_there(s.fd, "a"));
	assert_true(frag_packed_is_there(s.fd, "b"));
	text_is(&s, "a", "long");
	text_is(&s, "b", "abc");
	text_is(&s, "c", "");
	assert_int_equal(frag_packed_write(s.fd, "a", "long", 4, 3), -EEXIST);
	assert_int_equal(frag_packed_write(s.fd, "b", "x", 1, 3), -EEXIST);
	scratch_text(&s, "a", "plain");
	text_is(&s, "a", "plain");
	scratch_remove(&s);
}

/* The same bytes make the same file, so that it can lie in a repository. */
static void test_repeatable(void **state)
{
	struct scratch s;
	char *first;
	char *again;
	size_t size[2];

	(void)state;
	scratch_make(&s);
	assert_int_equal(frag_packed_write(s.fd, "a", "aaaaaaaa", 8, 0), 0);
	assert_int_equal(frag_packed_write(s.fd, "b", "aaaaaaaa", 8, 0), 0);
	first = file_read(s.path, "/a.gz", &size[0]);
	again = file_read(s.path, "/b.gz", &size[1]);
	assert_int_equal(size[0], size[1]);
	assert_memory_equal(first, again, size[0]);
	for (size_t i = 4; i < 8; i++) /* no time stands in it */
		assert_int_equal(first[i], 0);
	free(first);
	free(again);
	scratch_remove(&s);
}

static void test_damaged(void **state)
{
	struct scratch s;
	char data[4096];
	char *packed;
	size_t size;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * i >> 3);
	scratch_make(&s);
	assert_int_equal(frag_packed_write(s.fd, "a", data, sizeof(data), 0),
			 0);
	packed = file_read(s.path, "/a.gz", &size);
	scratch_bytes(&s, "cut.gz", packed, size / 2);
	packed[size / 2] ^= 0x55;
	scratch_bytes(&s, "bent.gz", packed, size);
	scratch_text(&s, "other.gz", "this is no gzip");
	assert_int_equal(frag_packed_open(s.fd, "cut"), -EBADMSG);
	assert_int_equal(frag_packed_open(s.fd, "bent"), -EBADMSG);
	assert_int_equal(frag_packed_open(s.fd, "other"), -EBADMSG);
	free(packed);
	scratch_remove(&s);
}

static void test_long_name(void **state)
{
	char name[NAME_MAX + 1];
	struct scratch s;

	(void)state;
	scratch_make(&s);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(frag_packed_open(s.fd, name), -ENAMETOOLONG);
	assert_false(frag_packed_is_there(s.fd, name));
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_repeatable),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_long_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
