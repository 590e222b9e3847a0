/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A collector opened over a folder, its cells by name, and recorded files. */
#ifndef FRAGBENCH_TESTS_TABLE_H
#define FRAGBENCH_TESTS_TABLE_H

#include "fragbench/collector.h"
#include "scratch.h"

enum { CANARY = 0x5a };

struct table {
	struct frag_collect c;
	struct frag_error e;
	uint64_t *values; /* with a canary behind the last cell */
};

static inline size_t table_cells(const struct table *t)
{
	return (size_t)t->c.shape.max_rows * t->c.shape.ncolumns;
}

static inline int table_open(struct table *t, const struct frag_collector *type,
			     const char *root)
{
	int rc;

	memset(t, 0, sizeof(*t));
	t->c.type = type;
	t->c.root = root;
	rc = type->open(&t->c, &t->e);
	if (rc) {
		assert_true(strlen(t->e.what) > 0);
		type->close(&t->c);
		return rc;
	}
	assert_true(t->c.shape.nrows <= t->c.shape.max_rows);
	t->values = malloc((table_cells(t) + 1) * sizeof(uint64_t));
	assert_non_null(t->values);
	memset(&t->values[table_cells(t)], CANARY, sizeof(uint64_t));
	return 0;
}

/* Open what should be refused: the error, and what @e says. */
static inline int open_fails(const struct frag_collector *type,
			     const char *root, struct frag_error *e)
{
	struct frag_collect c = { .type = type, .root = root };
	int rc;

	memset(e, 0, sizeof(*e));
	rc = type->open(&c, e);
	type->close(&c);
	if (rc)
		assert_true(strlen(e->what) > 0);
	return rc;
}

static inline int table_read(struct table *t)
{
	unsigned rows = t->c.shape.nrows;
	int rc = t->c.type->read(&t->c, t->values);
	const unsigned char *canary =
		(const unsigned char *)&t->values[table_cells(t)];

	for (size_t i = 0; i < sizeof(uint64_t); i++)
		assert_int_equal(canary[i], CANARY);
	assert_in_range(t->c.shape.nrows, rows, t->c.shape.max_rows);
	return rc;
}

static inline void table_close(struct table *t)
{
	t->c.type->close(&t->c);
	free(t->values);
}

/* -1 when there is no such column. */
static inline int column_find(const struct table *t, const char *name)
{
	for (unsigned i = 0; i < t->c.shape.ncolumns; i++)
		if (!strcmp(t->c.shape.columns[i].name, name))
			return (int)i;
	return -1;
}

static inline int row_find(const struct table *t, const char *key)
{
	for (unsigned i = 0; i < t->c.shape.nrows; i++)
		if (!strcmp(t->c.shape.row_keys[i].text, key))
			return (int)i;
	return -1;
}

static inline uint64_t cell(const struct table *t, const char *key,
			    const char *column)
{
	int r = row_find(t, key);
	int c = column_find(t, column);

	if (r < 0 || c < 0)
		fail_msg("no cell '%s' '%s'", key, column);
	return t->values[(size_t)r * t->c.shape.ncolumns + (unsigned)c];
}

static inline void cell_is(const struct table *t, const char *key,
			   const char *column, uint64_t value)
{
	uint64_t v = cell(t, key, column);

	if (v != value)
		fail_msg("cell '%s' '%s' is %llu, not %llu", key, column,
			 (unsigned long long)v, (unsigned long long)value);
}

/* Every column of an open table must be fit for the manifest. */
static inline void columns_check(const struct table *t)
{
	for (unsigned i = 0; i < t->c.shape.ncolumns; i++) {
		const struct frag_column *c = &t->c.shape.columns[i];

		assert_true(strlen(c->name) > 0);
		assert_non_null(c->unit);
		assert_true(strlen(c->about) > 0);
		assert_int_equal(column_find(t, c->name), i);
	}
}

static inline const char *machine(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), TESTS_DIR "/machines/%s", name);
	return path;
}

static inline void machine_copy(struct scratch *s, const char *name,
				const char *file)
{
	size_t size;
	char *text = file_read(machine(name), file, &size);

	scratch_bytes(s, file, text, size);
	free(text);
}

static inline int scratch_up(void **state)
{
	struct scratch *s = calloc(1, sizeof(*s));

	scratch_make(s);
	*state = s;
	return 0;
}

static inline int scratch_down(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

#define SCRATCH_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_up, scratch_down)

#endif
