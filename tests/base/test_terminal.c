// SPDX-License-Identifier: GPL-2.0-or-later
/* What gets to a terminal and to a shell of texts that others have written. */
#include "base/terminal.h"

#include "scratch.h"

static void test_control_clean(void **state)
{
	static const char *const rows[][3] = {
		{ "plain", "", "plain" },
		{ "a\033[2Jb\x7f\r", "", "a?[2Jb??" },
		{ "a\tb\nc\r", "\n\t", "a\tb\nc?" },
		{ "a\tb\n", "", "a?b?" },
		{ "\xc2\x9b"
		  "2J",
		  "", "??2J" },
		{ "gr\xc3\xb6\xc3\x9f"
		  "e \xc2\xb5s",
		  "",
		  "gr\xc3\xb6\xc3\x9f"
		  "e \xc2\xb5s" },
		{ "end\xc2", "", "end\xc2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];

		snprintf(text, sizeof(text), "%s", rows[i][0]);
		assert_string_equal(frag_control_clean(text, rows[i][1]),
				    rows[i][2]);
	}
}

static void test_shell_word(void **state)
{
	static const char *const rows[][2] = {
		{ "results/a-6.1.0-r1", "results/a-6.1.0-r1" },
		{ "my results/a", "'my results/a'" },
		{ "it's", "'it'\\''s'" },
		{ "", "''" },
		{ "$(x)", "'$(x)'" },
		{ "~/x", "'~/x'" },
	};
	char small[8];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char word[64];

		assert_string_equal(frag_shell_word(rows[i][0], word,
						    sizeof(word)),
				    rows[i][1]);
	}
	frag_shell_word("''''''''''", small, sizeof(small));
	assert_true(strlen(small) < sizeof(small));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_control_clean),
		cmocka_unit_test(test_shell_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
