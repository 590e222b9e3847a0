// SPDX-License-Identifier: GPL-2.0-or-later
/* How help breaks and escapes text, and what it holds every verb to. */
#include "verb/help.h"

#include "scenario.h"
#include "scratch.h"
#include "verb/verbs.h"

/* What @write inks, as @type would write it; free it. */
static char *inked(const struct frag_ink_type *type,
		   void (*write)(struct frag_ink *ink))
{
	char *text = NULL;
	size_t size = 0;
	struct frag_ink ink = { .type = type };

	ink.out = open_memstream(&text, &size);
	assert_non_null(ink.out);
	write(&ink);
	frag_ink_end(&ink);
	assert_int_equal(fclose(ink.out), 0);
	return text;
}

static void assert_inked(const struct frag_ink_type *type,
			 void (*write)(struct frag_ink *ink), const char *want)
{
	char *got = inked(type, write);

	assert_string_equal(got, want);
	free(got);
}

static void test_lines(void **state)
{
	const char *text = "one two three";
	const char *next;

	(void)state;
	assert_int_equal(frag_line_length(text, 7, &next), 7);
	assert_string_equal(next, "three");
	assert_int_equal(frag_line_length(text, 6, &next), 3);
	assert_string_equal(next, "two three");
	/* A word that does not fit stays whole; so does the last one. */
	assert_int_equal(frag_line_length(text, 1, &next), 3);
	assert_int_equal(frag_line_length(text, 13, &next), 13);
	assert_string_equal(next, "");
	assert_int_equal(frag_line_length(text, 1000, &next), 13);
	assert_int_equal(frag_line_length("", 10, &next), 0);
	assert_int_equal(frag_line_length("a  b", 10, &next), 4);
}

static void prose_write(struct frag_ink *ink)
{
	frag_ink_text(ink, "One\ntwo.\n\n  verbatim  line\n   more\nThree.");
}

static void test_prose(void **state)
{
	(void)state;
	assert_inked(&frag_ink_plain, prose_write,
		     "  One two.\n\n    verbatim  line\n    more\n\n"
		     "  Three.\n");
	assert_inked(&frag_ink_roff, prose_write,
		     ".PP\nOne two.\n.PP\n.RS 4\n.nf\nverbatim  line\nmore\n"
		     ".fi\n.RE\n.PP\nThree.\n");
}

/* A paragraph above the buffer is cut in two and loses nothing. */
static void long_write(struct frag_ink *ink)
{
	char prose[12001];

	for (size_t i = 0; i < sizeof(prose) - 1; i += 6)
		memcpy(prose + i, "abcde\n", 6);
	prose[sizeof(prose) - 1] = '\0';
	frag_ink_text(ink, prose);
}

static void test_long_prose(void **state)
{
	char *got = inked(&frag_ink_plain, long_write);
	size_t letters = 0;

	(void)state;
	for (char *p = got; *p; p++)
		letters += *p >= 'a' && *p <= 'e';
	assert_int_equal(letters, 10000);
	free(got);
}

static void escapes_write(struct frag_ink *ink)
{
	frag_ink_entry(ink, "a-b", "say \"x\"", ".TH is 'no' \\fBmacro");
	frag_ink_label(ink, "label", 8);
	frag_ink_row(ink, "--x", "'quoted' ^~`");
	frag_ink_row(ink, "a term that is long", "text");
}

static void test_escapes(void **state)
{
	(void)state;
	assert_inked(&frag_ink_roff, escapes_write,
		     ".SS \"a\\-b\"\n.B \"say \\(dqx\\(dq\"\n"
		     ".PP\n\\&.TH is \\(aqno\\(aq \\efBmacro\n"
		     ".PP\n.I \"label\"\n"
		     ".TP\n.B \"\\-\\-x\"\n\\(aqquoted\\(aq \\(ha\\(ti\\(ga\n"
		     ".TP\n.B \"a term that is long\"\ntext\n");
	assert_inked(&frag_ink_plain, escapes_write,
		     "a-b - .TH is 'no' \\fBmacro\n\nusage\n  say \"x\"\n"
		     "\nlabel\n  --x       'quoted' ^~`\n"
		     "  a term that is long\n            text\n");
}

static void test_json(void **state)
{
	char *got = inked(&frag_ink_json, escapes_write);
	json_t *json = json_loads(got, 0, NULL);
	json_t *topic = json_array_get(json, 0);
	json_t *group = json_array_get(json_object_get(topic, "groups"), 0);

	(void)state;
	assert_non_null(json);
	assert_int_equal(json_array_size(json), 1);
	assert_string_equal(json_string_value(json_object_get(topic, "usage")),
			    "say \"x\"");
	assert_int_equal(json_array_size(json_object_get(group, "rows")), 2);
	json_decref(json);
	free(got);
}

static bool has_json(const struct frag_verb *verb)
{
	const struct frag_option *row = frag_option_find(verb->options, "json");

	return row && row->type == FRAG_FLAG;
}

/* One line, no full stop, no newline: it stands in lists. */
static void assert_summary(const char *text)
{
	size_t n = strlen(text ? text : "");

	assert_in_range(n, 10, 70);
	assert_true(text && text[n - 1] != '.' && !strchr(text, '\n'));
}

static void test_verbs(void **state)
{
	(void)state;
	for (unsigned i = 0; frag_verbs[i]; i++) {
		const struct frag_verb *v = frag_verbs[i];

		assert_ptr_equal(frag_verb_find(v->name, NULL), v);
		assert_summary(v->summary);
		assert_non_null(v->usage);
		assert_true(v->about && strlen(v->about) > 40);
		assert_non_null(v->call);
		/* verb.h: every look and read verb speaks JSON. */
		if (v->group != FRAG_DO && !has_json(v))
			fail_msg("%s has no --json", v->name);
	}
}

static void test_unknown_verb(void **state)
{
	struct frag_error e = { .exit = 0 };

	(void)state;
	assert_null(frag_verb_find("lsit", &e));
	assert_string_equal(e.what, "unknown verb 'lsit'");
	assert_string_equal(e.why, "did you mean list?");
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	assert_null(frag_verb_find("", NULL));
}

/* Every row: its default fits, its names are free, its texts are there. */
static void test_rows(void **state)
{
	(void)state;
	for (unsigned i = 0; frag_verbs[i]; i++) {
		const struct frag_verb *v = frag_verbs[i];
		void *options = calloc(1, v->options_size + 1);
		struct frag_error e = { .exit = 0 };

		assert_non_null(options);
		if (frag_options_init(v->options, options, 1 << 30, &e))
			fail_msg("%s: %s: %s", v->name, e.what, e.why);
		free(options);
		for (const struct frag_option *r = v->options; r && r->name;
		     r++) {
			assert_true(r->offset < v->options_size);
			assert_int_not_equal(r->letter, 'h');
			assert_string_not_equal(r->name, "help");
			if (frag_row_is_shown(r))
				assert_true(strlen(r->about) > 5);
		}
	}
}

static const struct frag_option *letter_row(const struct frag_verb *v, char c)
{
	for (const struct frag_option *r = v->options; r && r->name; r++)
		if (r->letter == c)
			return r;
	return NULL;
}

/* The same letter means the same in every verb; so does the same name. */
static void test_letters(void **state)
{
	(void)state;
	for (char c = '!'; c < 127; c++) {
		const char *name = NULL;

		for (unsigned i = 0; frag_verbs[i]; i++) {
			const struct frag_option *r =
				letter_row(frag_verbs[i], c);

			if (!r)
				continue;
			if (!name)
				name = r->name;
			assert_string_equal(name, r->name);
		}
	}
}

static void assert_has(const char *text, const char *part, const char *where)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in the %s", part, where);
}

static char *printed(void (*print)(FILE *out))
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	print(out);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* A key as roff writes it: "no-run = " with its hyphens escaped. */
static const char *key_roff(const char *name, char *buf, size_t size)
{
	size_t n = (size_t)snprintf(buf, size, ".B \"");

	for (; *name && n + 8 < size; name++)
		n += (size_t)snprintf(buf + n, size - n, "%s%c",
				      *name == '-' ? "\\" : "", *name);
	snprintf(buf + n, size - n, " = ");
	return buf;
}

static void assert_rows(const char *man, const char *completion,
			const struct frag_option *rows)
{
	char text[128];

	for (; rows && rows->name; rows++) {
		assert_has(man, key_roff(rows->name, text, sizeof(text)),
			   "man page");
		snprintf(text, sizeof(text), " %s=", rows->name);
		assert_has(completion, text, "completion");
		snprintf(text, sizeof(text), " --%s", rows->name);
		assert_has(completion, text, "completion");
	}
}

/* What a scenario can set stands in the man page and in the completion. */
static void test_keys(void **state)
{
	char *man = printed(frag_manual_print);
	char *completion = printed(frag_completion_print);

	(void)state;
	assert_rows(man, completion, frag_scenario_options);
	assert_rows(man, completion, frag_worker_options);
	for (unsigned i = 0; frag_workloads[i]; i++) {
		if (!frag_workloads[i]->is_hidden)
			assert_rows(man, completion,
				    frag_workloads[i]->options);
		else if (strstr(man, frag_workloads[i]->name))
			fail_msg("%s is hidden", frag_workloads[i]->name);
	}
	for (const struct frag_builtin *b = frag_builtins; b->name; b++)
		assert_has(completion, b->name, "completion");
	assert_null(strstr(man, "(null)"));
	assert_null(strstr(completion, "(null)"));
	free(man);
	free(completion);
}

static void test_builtin_summary(void **state)
{
	const struct frag_builtin one = { "x", "; What it is.\n; More.\n[a]" };
	const struct frag_builtin two = { "x", "[scenario]\n" };
	char buf[64];

	(void)state;
	assert_string_equal(frag_builtin_summary(&one, buf, sizeof(buf)),
			    "What it is.");
	assert_string_equal(frag_builtin_summary(&one, buf, 5), "What");
	assert_string_equal(frag_builtin_summary(&two, buf, sizeof(buf)),
			    "[scenario]");
}

static void test_terms(void **state)
{
	const struct frag_option flag = { .name = "dry-run",
					  .letter = 'n',
					  .type = FRAG_FLAG };
	const struct frag_option rate = { .name = "rate", .type = FRAG_RATE };
	char buf[64];

	(void)state;
	assert_string_equal(frag_flag_term(&flag, buf, sizeof(buf)),
			    "-n, --dry-run");
	assert_string_equal(frag_flag_term(&rate, buf, sizeof(buf)),
			    "--rate HZ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_prose),
		cmocka_unit_test(test_long_prose),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_unknown_verb),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_builtin_summary),
		cmocka_unit_test(test_terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
