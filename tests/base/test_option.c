// SPDX-License-Identifier: GPL-2.0-or-later
/* Option rows: defaults, values, command lines, and messages that mend. */
#include "base/option.h"

#include "scratch.h"

struct options {
	bool json;
	uint64_t repeats;
	uint64_t ballast;
	struct frag_room leave;
	uint64_t hold;
	double rate;
	const char *output;
	const char *mode;
	struct frag_words set;
};

#define ARGV(...) \
	((char **)(uintptr_t)(const char *const[]){ __VA_ARGS__, NULL })

static const struct frag_option rows[] = {
	{ "json", 'j', FRAG_FLAG, offsetof(struct options, json), NULL, NULL, 0,
	  0, "" },
	{ "repeats", 'r', FRAG_COUNT, offsetof(struct options, repeats), NULL,
	  "3", 1, 100, "" },
	{ "ballast", 0, FRAG_SIZE, offsetof(struct options, ballast), NULL,
	  "50%", 0, 0, "" },
	{ "leave", 0, FRAG_ROOM, offsetof(struct options, leave), NULL, "1M", 0,
	  0, "" },
	{ "hold", 0, FRAG_TIME, offsetof(struct options, hold), NULL, "250ms",
	  0, 60000000000, "" },
	{ "rate", 0, FRAG_RATE, offsetof(struct options, rate), NULL, "10", 1,
	  1000, "" },
	{ "output", 'o', FRAG_TEXT, offsetof(struct options, output), "DIR",
	  "results", 0, 0, "" },
	{ "mode", 0, FRAG_CHOICE, offsetof(struct options, mode),
	  "small|default", "small", 0, 0, "" },
	{ "set", 0, FRAG_WORDS, offsetof(struct options, set), "KEY=VALUE",
	  NULL, 0, 0, "" },
	{ .name = NULL },
};

static struct options defaults(void)
{
	struct options o = { 0 };

	assert_int_equal(frag_options_init(rows, &o, 1 << 20, NULL), 0);
	return o;
}

static void test_defaults(void **state)
{
	struct options o = defaults();

	(void)state;
	assert_false(o.json);
	assert_int_equal(o.repeats, 3);
	assert_int_equal(o.ballast, 1 << 19);
	assert_int_equal(o.leave.bytes, 1 << 20);
	assert_false(o.leave.is_whole);
	assert_int_equal(o.hold, 250000000);
	assert_true(o.rate > 9.9 && o.rate < 10.1);
	assert_string_equal(o.output, "results");
	assert_string_equal(o.mode, "small");
	assert_int_equal(o.set.count, 0);
	assert_int_equal(frag_options_init(NULL, &o, 0, NULL), 0);
}

static struct frag_error refused(const char *name, const char *text)
{
	struct options o = defaults();
	struct options before = o;
	struct frag_error e = { 0 };

	assert_true(frag_option_set(frag_option_find(rows, name), &o, text, 0,
				    &e) < 0);
	assert_memory_equal(&o, &before, sizeof(o));
	assert_int_equal(e.exit, FRAG_EXIT_USAGE);
	assert_non_null(strstr(e.what, name));
	assert_true(strlen(e.why) > 0);
	return e;
}

static void test_refusals_say_what_is_taken(void **state)
{
	(void)state;
	assert_non_null(strstr(refused("repeats", "many").why, "whole number"));
	assert_non_null(strstr(refused("repeats", "0").why, "1 to 100"));
	assert_non_null(strstr(refused("repeats", "101").why, "1 to 100"));
	assert_non_null(strstr(refused("hold", "2m").why, "0s to 60s"));
	assert_non_null(strstr(refused("rate", "0.5").why, "1 to 1000"));
	assert_non_null(strstr(refused("mode", "large").why, "small|default"));
	assert_non_null(strstr(refused("mode", "").why, "small|default"));
	assert_non_null(strstr(refused("mode", "smal").why, "small|default"));
	assert_non_null(strstr(refused("json", "maybe").why, "yes or no"));
	assert_non_null(strstr(refused("ballast", "2X").why, "size"));
	assert_non_null(strstr(refused("leave", "2M half").why, "word whole"));
	assert_non_null(strstr(refused("leave", "whole").why, "a size"));
	assert_non_null(strstr(refused("leave", "2M whole 1").why, "a size"));
}

static void test_text_of_every_type(void **state)
{
	static const char *const want[][2] = {
		{ "json", "no" },	 { "repeats", "3" },
		{ "ballast", "512k" },	 { "leave", "1M" },
		{ "hold", "250ms" },	 { "rate", "10" },
		{ "output", "results" }, { "mode", "small" },
	};
	struct options o = defaults();
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
		assert_string_equal(
			frag_option_text(frag_option_find(rows, want[i][0]), &o,
					 buf, sizeof(buf)),
			want[i][1]);
	assert_string_equal(frag_option_value(&rows[0]), "");
	assert_string_equal(frag_option_value(&rows[1]), "N");
	assert_string_equal(frag_option_value(&rows[6]), "DIR");
	assert_string_equal(frag_option_value(&rows[7]), "small|default");
}

/* So much of what is free, or so much of what is free in one piece. */
static void test_room(void **state)
{
	static const char *const same[][2] = {
		{ "700M", "700M" },
		{ "700M whole", "700M whole" },
		{ "50%\t whole", "512k whole" },
		{ "0 whole", "0" },
	};
	const struct frag_option *row = frag_option_find(rows, "leave");
	struct options o = defaults();
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		assert_int_equal(
			frag_option_set(row, &o, same[i][0], 1 << 20, NULL), 0);
		assert_string_equal(frag_option_text(row, &o, buf, sizeof(buf)),
				    same[i][1]);
	}
	assert_string_equal(frag_option_value(row), "SIZE [whole]");
}

/* Parse a command line, at most three words. */
static int line_parse(struct options *o, struct frag_args *a, char **argv,
		      struct frag_error *e)
{
	static const char *words[3];
	int argc = 0;

	while (argv[argc])
		argc++;
	*o = defaults();
	a->rows = rows;
	a->base = o;
	a->words = words;
	a->max_words = 3;
	return frag_args_parse(a, argc, argv, e);
}

static void test_command_line(void **state)
{
	char **argv = ARGV("one", "-jr5", "--output=out", "--rate", "100",
			   "two", "--set", "a=1", "--set", "b=2",
			   "--mode=default", "-", "--", "ls", "-l");
	struct frag_args a = { 0 };
	struct frag_error e = { 0 };
	struct options o;

	(void)state;
	assert_int_equal(line_parse(&o, &a, argv, &e), 0);
	assert_true(o.json);
	assert_int_equal(o.repeats, 5);
	assert_string_equal(o.output, "out");
	assert_true(o.rate > 99 && o.rate < 101);
	assert_string_equal(o.mode, "default");
	assert_int_equal(o.set.count, 2);
	assert_string_equal(o.set.word[1], "b=2");
	assert_int_equal(a.nwords, 3);
	assert_string_equal(a.words[0], "one");
	assert_string_equal(a.words[2], "-");
	assert_string_equal(a.rest[0], "ls");
	assert_string_equal(a.rest[1], "-l");
}

static void wrong_line(char **argv, const char *what, const char *why)
{
	struct frag_args a = { 0 };
	struct frag_error e = { 0 };
	struct options o;

	assert_true(line_parse(&o, &a, argv, &e) < 0);
	assert_int_equal(e.exit, FRAG_EXIT_USAGE);
	assert_non_null(strstr(e.what, what));
	assert_non_null(strstr(e.why, why));
}

static void test_wrong_command_lines(void **state)
{
	(void)state;
	wrong_line(ARGV("--jsno"), "--jsno", "--json");
	wrong_line(ARGV("--repaets=3"), "--repaets", "--repeats");
	wrong_line(ARGV("--repeats=x"), "repeats", "number");
}

static void test_missing_value(void **state)
{
	(void)state;
	wrong_line(ARGV("--output"), "--output needs a value", "");
	wrong_line(ARGV("-r"), "--repeats needs a value", "");
	wrong_line(ARGV("-x"), "-x", "");
	wrong_line(ARGV("a", "b", "c", "d"), "too many", "");
}

static int flag_take(void *ctx, const char *name, const char *value,
		     const char *next, bool *used_next, struct frag_error *e)
{
	(void)e;
	if (strcmp(name, "pages") != 0)
		return -ENOENT;
	*used_next = !value;
	*(const char **)ctx = value ? value : next;
	return 0;
}

static void test_flags_of_somebody_else(void **state)
{
	const char *taken = NULL;
	struct frag_args a = { .unknown = flag_take, .ctx = &taken };
	struct frag_error e = { 0 };
	struct options o;

	(void)state;
	assert_int_equal(line_parse(&o, &a, ARGV("--pages", "7", "x"), &e), 0);
	assert_string_equal(taken, "7");
	assert_int_equal(a.nwords, 1);
	a.nwords = 0;
	assert_int_equal(line_parse(&o, &a, ARGV("--pages=8"), &e), 0);
	assert_string_equal(taken, "8");
	assert_true(line_parse(&o, &a, ARGV("--pagse=8"), &e) < 0);
}

static void test_too_many_words_of_one_flag(void **state)
{
	struct options o = defaults();
	const struct frag_option *row = frag_option_find(rows, "set");

	(void)state;
	for (int i = 0; i < FRAG_WORDS_MAX; i++)
		assert_int_equal(frag_option_set(row, &o, "a=1", 0, NULL), 0);
	assert_int_equal(frag_option_set(row, &o, "a=1", 0, NULL), -ERANGE);
	assert_int_equal(o.set.count, FRAG_WORDS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_refusals_say_what_is_taken),
		cmocka_unit_test(test_text_of_every_type),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_wrong_command_lines),
		cmocka_unit_test(test_missing_value),
		cmocka_unit_test(test_flags_of_somebody_else),
		cmocka_unit_test(test_too_many_words_of_one_flag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
