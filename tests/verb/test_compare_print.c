// SPDX-License-Identifier: GPL-2.0-or-later
/* The CSV of a comparison: what has a comma is quoted, and a lack of some runs
 * does not hide why there is no difference. */
#include "scratch.h"

#include "verb/compare.h"

/* The last line of the CSV of a row with these two cells. */
static void last_line(struct frag_compare_cell *cells, const char *reason,
		      char *buf, size_t size)
{
	const struct frag_compare_metric metric = {
		.name = "m", .unit = "pages, held", .better = "a \"b\"", 0
	};
	struct frag_compare_group groups[] = { { .label = "x" },
					       { .label = "y" } };
	struct frag_compare_difference differences[] = { { .reason = NULL },
							 { .reason = reason } };
	struct frag_compare_row row = { .metric = &metric,
					.better = metric.better,
					.cells = cells,
					.differences = differences };
	const struct frag_compare c = {
		.groups = groups, .ngroups = 2, .rows = &row, .nrows = 1
	};
	char text[1024] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	char *line;

	assert_non_null(out);
	frag_compare_csv(out, &c);
	fclose(out);
	text[strlen(text) - 1] = '\0';
	line = strrchr(text, '\n') + 1;
	assert_true(strlen(line) < size);
	snprintf(buf, size, "%s", line);
}

static void csv_is_quoted_and_says_both_reasons(void **state)
{
	struct frag_compare_cell cells[] = {
		{ .n = 1 }, { .n = 1, .lacking = 1, .reason = "none was told" }
	};
	char line[256];

	(void)state;
	last_line(cells, "not alike", line, sizeof(line));
	assert_string_equal(line,
			    "m,\"pages, held\",\"a \"\"b\"\"\",y,1,1,0,0,0,,,"
			    "none was told; not alike,,,,,,cannot tell,,");
	last_line(cells, NULL, line, sizeof(line));
	assert_non_null(strstr(line, ",0,,none was told"));
	cells[1].n = 0;
	last_line(cells, "none", line, sizeof(line));
	assert_non_null(strstr(line, ",,,,,,none was told"));
	assert_null(strstr(line, ";"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_quoted_and_says_both_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
