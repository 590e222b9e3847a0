// SPDX-License-Identifier: GPL-2.0-or-later
/* The cursor: lines, words, numbers, and never a byte beyond the end. */
#include "base/text.h"

#include "scratch.h"

static struct frag_text text_of(const char *s)
{
	return frag_text_of(s, strlen(s));
}

static void test_lines(void **state)
{
	struct frag_text t = text_of("one\n\ntwo");
	struct frag_text line;

	(void)state;
	assert_true(frag_text_line(&t, &line));
	assert_true(frag_text_is(line, "one"));
	assert_true(frag_text_line(&t, &line));
	assert_true(frag_text_is(line, ""));
	assert_true(frag_text_line(&t, &line));
	assert_true(frag_text_is(line, "two"));
	assert_false(frag_text_line(&t, &line));
}

static void test_words(void **state)
{
	struct frag_text t = text_of(" \tone  two ");
	struct frag_text word;

	(void)state;
	assert_true(frag_text_word(&t, &word));
	assert_true(frag_text_is(word, "one"));
	assert_true(frag_text_word(&t, &word));
	assert_true(frag_text_is(word, "two"));
	assert_false(frag_text_word(&t, &word));
	assert_true(frag_text_done(&t));
}

static void test_numbers(void **state)
{
	struct frag_text t = text_of("0 18446744073709551615 "
				     "18446744073709551616");
	uint64_t v = 7;

	(void)state;
	assert_true(frag_text_u64(&t, &v));
	assert_int_equal(v, 0);
	assert_true(frag_text_u64(&t, &v));
	assert_true(v == UINT64_MAX);
	assert_false(frag_text_u64(&t, &v));
	assert_true(v == UINT64_MAX);
	assert_true(frag_text_is(t, "18446744073709551616"));
}

static void test_no_number(void **state)
{
	static const char *const texts[] = { "", " ", "-1", "x1", "+1" };
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct frag_text t = text_of(texts[i]);

		assert_false(frag_text_u64(&t, &v));
	}
}

static void test_take(void **state)
{
	struct frag_text t = text_of("  Node 3");

	(void)state;
	assert_false(frag_text_take(&t, "Nodes"));
	assert_true(frag_text_take(&t, "Node"));
	assert_false(frag_text_take(&t, "3 "));
	assert_true(frag_text_take(&t, "3"));
	assert_true(frag_text_done(&t));
}

/* The text is all of its allocation: a read past it is caught by ASan. */
static void test_ends_without_nul(void **state)
{
	char *buf = malloc(3);
	struct frag_text t;
	struct frag_text line = { 0 };
	uint64_t v = 0;

	(void)state;
	assert_non_null(buf);
	memset(buf, '7', 3);
	t = frag_text_of(buf, 3);
	assert_true(frag_text_line(&t, &line));
	assert_true(frag_text_u64(&line, &v));
	assert_int_equal(v, 777);
	assert_false(frag_text_take(&line, "x"));
	free(buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_no_number),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_ends_without_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
