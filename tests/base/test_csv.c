// SPDX-License-Identifier: GPL-2.0-or-later
/* CSV: what is written is read back; torn, wrong and huge files are told. */
#include "base/csv.h"

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

static void rows_write(struct frag_csv *c, unsigned n)
{
	frag_csv_text(c, "t_ns");
	frag_csv_text(c, "value");
	frag_csv_text(c, "name");
	frag_csv_end(c);
	c->rows = 0;
	for (unsigned i = 0; i < n; i++) {
		frag_csv_u64(c, i);
		frag_csv_u64(c, i % 2 ? UINT64_MAX : i * 3ULL);
		frag_csv_format(c, "row%u", i);
		frag_csv_end(c);
	}
}

/* More than the writer's and the reader's buffers hold. */
static void test_there_and_back(void **state)
{
	static struct frag_csv_reader r;
	struct scratch *s = *state;
	struct frag_csv c;
	struct frag_error e = { 0 };
	unsigned n = 20000;

	assert_int_equal(frag_csv_create(&c, s->fd, "a.csv", &e), 0);
	rows_write(&c, n);
	assert_int_equal(c.rows, n);
	assert_int_equal(frag_csv_close(&c), 0);
	assert_int_equal(frag_csv_open(&r, s->fd, "a.csv", &e), 0);
	assert_int_equal(frag_csv_column(&r, "value"), 1);
	assert_int_equal(frag_csv_column(&r, "valu"), -1);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(frag_csv_next(&r, &e), 1);
		assert_int_equal(frag_csv_cell(&r, 0), i);
		assert_true(frag_csv_cell(&r, 1) ==
			    (i % 2 ? UINT64_MAX : i * 3ULL));
	}
	assert_true(frag_text_is(r.cells[2], "row19999"));
	assert_true(frag_csv_cell(&r, 2) == UINT64_MAX);
	assert_true(frag_csv_cell(&r, 3) == UINT64_MAX);
	assert_true(frag_csv_cell(&r, -1) == UINT64_MAX);
	assert_int_equal(frag_csv_next(&r, &e), 0);
	frag_csv_reader_close(&r);
}

static void test_nothing_is_overwritten(void **state)
{
	struct scratch *s = *state;
	struct frag_csv c;
	struct frag_error e = { 0 };
	char *text;

	scratch_text(s, "a.csv", "precious\n");
	assert_int_equal(frag_csv_create(&c, s->fd, "a.csv", &e), -EEXIST);
	frag_csv_close(&c);
	assert_non_null(strstr(e.what, "a.csv"));
	text = file_read(s->path, "/a.csv", NULL);
	assert_string_equal(text, "precious\n");
	free(text);
}

/* /dev/full stands for the disk: the first failure stays, nothing is lost on
 * the way but what did not fit. */
static void test_full_disk(void **state)
{
	struct frag_csv c = { 0 };

	(void)state;
	c.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	c.buf = malloc(64 << 10);
	assert_true(c.fd >= 0);
	assert_non_null(c.buf);
	rows_write(&c, 20000);
	assert_int_equal(c.error, -ENOSPC);
	assert_true(c.rows < 20000);
	assert_int_equal(frag_csv_flush(&c), -ENOSPC);
	assert_int_equal(frag_csv_close(&c), -ENOSPC);
}

static int first_row(struct scratch *s, const char *text, size_t size,
		     struct frag_error *e)
{
	static struct frag_csv_reader r;
	int rc;

	scratch_bytes(s, "x.csv", text, size);
	rc = frag_csv_open(&r, s->fd, "x.csv", e);
	if (rc)
		return rc;
	rc = frag_csv_next(&r, e);
	frag_csv_reader_close(&r);
	return rc;
}

static void test_wrong_files(void **state)
{
	struct scratch *s = *state;
	struct frag_error e = { 0 };

	assert_int_equal(first_row(s, "", 0, &e), -ENODATA);
	frag_error_clear(&e);
	assert_int_equal(first_row(s, "a,b", 3, &e), -ENODATA);
	frag_error_clear(&e);
	assert_int_equal(first_row(s, "a,b\n1\n", 6, &e), -EINVAL);
	assert_string_equal(e.what, "line 2 has 1 cells, not 2");
	frag_error_clear(&e);
	assert_int_equal(first_row(s, "a,b\n1,2,3\n", 10, &e), -EINVAL);
	assert_int_equal(first_row(s, "a,b\n1,2", 7, NULL), 0);
	assert_int_equal(first_row(s, "a,b\n,\n", 6, NULL), 1);
	assert_int_equal(first_row(s, "a\n\0\n", 4, NULL), 1);
}

static void test_too_many_columns(void **state)
{
	struct scratch *s = *state;
	struct frag_error e = { 0 };
	char text[2 * FRAG_CSV_COLUMNS + 2];

	memset(text, ',', sizeof(text));
	text[sizeof(text) - 1] = '\n';
	assert_int_equal(first_row(s, text, sizeof(text), &e), -E2BIG);
	assert_int_equal(first_row(s, text + FRAG_CSV_COLUMNS + 2,
				   FRAG_CSV_COLUMNS, NULL),
			 0);
}

static void test_endless_line(void **state)
{
	struct scratch *s = *state;
	size_t size = 5 << 20;
	char *text = malloc(size);

	assert_non_null(text);
	memset(text, 'x', size);
	text[1] = '\n';
	assert_int_equal(first_row(s, text, size, NULL), -EOVERFLOW);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_there_and_back, scratch_up,
						scratch_down),
		cmocka_unit_test_setup_teardown(test_nothing_is_overwritten,
						scratch_up, scratch_down),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test_setup_teardown(test_wrong_files, scratch_up,
						scratch_down),
		cmocka_unit_test_setup_teardown(test_too_many_columns,
						scratch_up, scratch_down),
		cmocka_unit_test_setup_teardown(test_endless_line, scratch_up,
						scratch_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
