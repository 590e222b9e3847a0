// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables: an empty cell is no damage, all damage is named by file and line. */
#include "../../analysis/table.h"
#include "rundir.h"

#include <errno.h>

static void missing_and_empty_leave_error_alone(void **state)
{
	struct rundir *d = *state;
	struct frag_error e = { 0 };
	struct frag_table t;

	assert_int_equal(frag_table_open(&t, d->fd, "psi.csv", &e), -ENOENT);
	rundir_put(d, "psi.csv", "t_ns,pha");
	assert_int_equal(frag_table_open(&t, d->fd, "psi.csv", &e), -ENODATA);
	assert_string_equal(e.what, "");
}

static void cells_are_read(void **state)
{
	struct rundir *d = *state;
	struct frag_error e = { 0 };
	struct frag_table t;
	char text[8];

	rundir_put(d, "psi.csv", "a,b,c\n12,,word\n3,4");
	assert_int_equal(frag_table_open(&t, d->fd, "psi.csv", &e), 0);
	assert_int_equal(frag_table_need(&t, "b"), 1);
	assert_int_equal(frag_table_find(&t, "z"), -1);
	assert_int_equal(frag_table_next(&t), 1);
	assert_int_equal(frag_table_u64(&t, 0), 12);
	assert_true(frag_table_u64(&t, 1) == FRAG_ABSENT);
	assert_true(frag_table_u64(&t, -1) == FRAG_ABSENT);
	frag_table_text(&t, 2, text, sizeof(text));
	assert_string_equal(text, "word");
	assert_int_equal(frag_table_next(&t), 0);
	assert_true(frag_table_is_cut(&t));
	assert_string_equal(e.what, "");
	frag_table_close(&t);
}

/* Read column b of the only row as a number; the cause must be @why. */
static void cell_fails(struct rundir *d, const char *cell, const char *why)
{
	struct frag_error e = { 0 };
	struct frag_table t;

	rundir_drop(d, "psi.csv");
	rundir_put(d, "psi.csv", "a,b\n1,%s\n", cell);
	assert_int_equal(frag_table_open(&t, d->fd, "psi.csv", &e), 0);
	assert_int_equal(frag_table_next(&t), 1);
	frag_table_number(&t, 1);
	assert_int_equal(frag_table_next(&t), -EINVAL);
	assert_string_equal(e.what, "psi.csv cannot be read");
	assert_string_equal(e.why, why);
	assert_string_equal(e.mend, "look at it: sed -n 2p psi.csv");
	frag_table_close(&t);
}

static void damage_is_named(void **state)
{
	cell_fails(*state, "",
		   "line 2, column b: \"\" is empty, and a number must be "
		   "there");
	cell_fails(*state, "1x",
		   "line 2, column b: \"1x\" is not a number that can stand "
		   "there");
	cell_fails(*state, "-1",
		   "line 2, column b: \"-1\" is not a number that can stand "
		   "there");
	cell_fails(*state, " 1",
		   "line 2, column b: \"?1\" is not a number that can stand "
		   "there");
	cell_fails(*state, "\x1b[31m",
		   "line 2, column b: \"?[31m\" is not a number that can stand "
		   "there");
	cell_fails(*state, "4611686018427387904", /* 2^62 */
		   "line 2, column b: \"4611686018427387904\" is not a number "
		   "that can stand there");
}

static void long_text_and_missing_column_fail(void **state)
{
	struct rundir *d = *state;
	struct frag_error e = { 0 };
	struct frag_table t;
	char text[4];

	rundir_put(d, "psi.csv", "a,b\n1,long\n");
	assert_int_equal(frag_table_open(&t, d->fd, "psi.csv", &e), 0);
	assert_int_equal(frag_table_next(&t), 1);
	frag_table_text(&t, 1, text, sizeof(text));
	assert_int_equal(frag_table_next(&t), -EINVAL);
	assert_string_equal(e.why, "line 2, column b: \"long\" is not a name");
	frag_table_close(&t);

	frag_error_clear(&e);
	assert_int_equal(frag_table_open(&t, d->fd, "psi.csv", &e), 0);
	assert_int_equal(frag_table_need(&t, "zone"), -1);
	assert_int_equal(frag_table_next(&t), -EINVAL);
	assert_string_equal(e.why, "line 1: there is no column zone");
	frag_table_close(&t);
}

static void wrong_number_of_cells_fails(void **state)
{
	struct rundir *d = *state;
	struct frag_error e = { 0 };
	struct frag_table t;

	rundir_put(d, "psi.csv", "a,b\n1,2\n1,2,3\n");
	assert_int_equal(frag_table_open(&t, d->fd, "psi.csv", &e), 0);
	assert_int_equal(frag_table_next(&t), 1);
	assert_int_equal(frag_table_next(&t), -EINVAL);
	assert_int_equal(frag_table_next(&t), -EINVAL);
	assert_string_equal(e.what, "psi.csv cannot be read");
	assert_string_equal(e.why, "line 3 has 3 cells, not 2");
	frag_table_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(missing_and_empty_leave_error_alone),
		rundir_test(cells_are_read),
		rundir_test(damage_is_named),
		rundir_test(long_text_and_missing_column_fail),
		rundir_test(wrong_number_of_cells_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
