// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON files: whole or not at all; indices keep their three decimals. */
#include "base/json.h"

#include "scratch.h"

static void test_there_and_back(void **state)
{
	struct scratch s;
	struct frag_error e = { 0 };
	json_t *out =
		json_pack("{s:i, s:o}", "a", 1, "b", frag_json_index(802));
	json_t *in;

	(void)state;
	scratch_make(&s);
	assert_int_equal(frag_json_write(s.fd, "x.json", out, &e), 0);
	in = frag_json_read(s.fd, "x.json", &e);
	assert_true(json_equal(in, out));
	json_decref(in);
	json_object_set_new(out, "a", json_integer(2));
	assert_int_equal(frag_json_write(s.fd, "x.json", out, &e), 0);
	in = frag_json_read(s.fd, "x.json", &e);
	assert_true(json_equal(in, out));
	assert_int_equal(faccessat(s.fd, ".x.json.new", F_OK, 0), -1);
	json_decref(in);
	json_decref(out);
	scratch_remove(&s);
}

static void test_cannot_write(void **state)
{
	struct frag_error e = { 0 };
	json_t *out = json_object();
	int fd = open("/proc/self", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_true(frag_json_write(fd, "x.json", out, &e) < 0);
	assert_string_equal(e.what, "cannot write x.json");
	json_decref(out);
	close(fd);
}

static void test_cannot_read(void **state)
{
	struct scratch s;
	struct frag_error e = { 0 };

	(void)state;
	scratch_make(&s);
	assert_null(frag_json_read(s.fd, "x.json", &e));
	assert_string_equal(e.what, "cannot open x.json");
	frag_error_clear(&e);
	scratch_text(&s, "x.json", "{\n\"a\": 1,\n");
	assert_null(frag_json_read(s.fd, "x.json", &e));
	assert_string_equal(e.what, "x.json is not JSON");
	assert_non_null(strstr(e.why, "line 3"));
	scratch_remove(&s);
}

static void test_texts_that_are_no_utf8(void **state)
{
	json_t *text = frag_json_text("caf\xe9");
	json_t *good = frag_json_text("caf\xc3\xa9");

	(void)state;
	assert_string_equal(json_string_value(text), "caf?");
	assert_string_equal(json_string_value(good), "caf\xc3\xa9");
	json_decref(text);
	json_decref(good);
}

/* Every index value is written with the digits that the kernel prints. */
static void test_indices_have_three_decimals(void **state)
{
	(void)state;
	for (int i = -1000; i <= 1000; i++) {
		json_t *json = frag_json_index(i);
		char *text = json_dumps(json, JSON_ENCODE_ANY |
						      JSON_REAL_PRECISION(12));
		char want[16];

		snprintf(want, sizeof(want), "%.3f", i / 1000.0);
		assert_true(strlen(text) <= strlen(want));
		assert_true(strtod(text, NULL) == strtod(want, NULL));
		free(text);
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_cannot_write),
		cmocka_unit_test(test_cannot_read),
		cmocka_unit_test(test_texts_that_are_no_utf8),
		cmocka_unit_test(test_indices_have_three_decimals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
