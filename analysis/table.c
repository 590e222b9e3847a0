// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a CSV of a run directory, and names the place of what is wrong. */
#include "table.h"

#include <errno.h>
#include <inttypes.h>

int frag_table_open(struct frag_table *t, int dirfd, const char *name,
		    struct frag_error *e)
{
	struct frag_error why = { 0 };

	t->name = name;
	t->e = e;
	t->error = frag_csv_open(&t->csv, dirfd, name, &why);
	if (!t->error || t->error == -ENOENT || t->error == -ENODATA)
		return t->error;
	frag_fail(e, 0, "%s", why.what);
	frag_error_why(e, "%s", why.why);
	return t->error;
}

int frag_table_next(struct frag_table *t)
{
	struct frag_error why = { 0 };
	int rc = t->error;

	if (rc)
		return rc;
	rc = frag_csv_next(&t->csv, &why);
	if (rc >= 0)
		return rc;
	t->error = rc;
	frag_fail(t->e, 0, "%s cannot be read", t->name);
	if (rc == -EINVAL)
		frag_error_why(t->e, "%s", why.what);
	else
		frag_error_why(t->e, "%s: %s", why.what, why.why);
	frag_error_mend(t->e, "look at it: sed -n %" PRIu64 "p %s", t->csv.line,
			t->name);
	return rc;
}

int frag_table_find(const struct frag_table *t, const char *name)
{
	return frag_csv_column(&t->csv, name);
}

int frag_table_need(struct frag_table *t, const char *name)
{
	int i = frag_table_find(t, name);

	if (i >= 0 || t->error)
		return i;
	t->error = frag_fail(t->e, 0, "%s cannot be read", t->name);
	frag_error_why(t->e, "line 1: there is no column %s", name);
	return i;
}

/* As much of a damaged cell as can be shown: printable, and short. */
static void cell_show(struct frag_text cell, char *buf, size_t size)
{
	size_t n = 0;

	for (; cell.at < cell.end && n + 1 < size; cell.at++)
		buf[n++] = *cell.at > ' ' && *cell.at < 0x7f ? *cell.at : '?';
	buf[n] = '\0';
}

void frag_table_fail(struct frag_table *t, int i, const char *why)
{
	char column[FRAG_COLUMN_NAME];
	char cell[24];

	if (t->error)
		return;
	cell_show(t->csv.names[i], column, sizeof(column));
	cell_show(t->csv.cells[i], cell, sizeof(cell));
	t->error = frag_fail(t->e, 0, "%s cannot be read", t->name);
	frag_error_why(t->e, "line %" PRIu64 ", column %s: \"%s\" %s",
		       t->csv.line, column, cell, why);
	frag_error_mend(t->e, "look at it: sed -n %" PRIu64 "p %s", t->csv.line,
			t->name);
}

uint64_t frag_table_u64(struct frag_table *t, int i)
{
	struct frag_text cell;
	uint64_t value;

	if (i < 0)
		return FRAG_ABSENT;
	cell = t->csv.cells[i];
	if (cell.at == cell.end)
		return FRAG_ABSENT;
	if (*cell.at >= '0' && *cell.at <= '9' &&
	    frag_text_u64(&cell, &value) && cell.at == cell.end &&
	    value < 1ULL << 62)
		return value;
	frag_table_fail(t, i, "is not a number that can stand there");
	return FRAG_ABSENT;
}

uint64_t frag_table_number(struct frag_table *t, int i)
{
	uint64_t value = frag_table_u64(t, i);

	if (value != FRAG_ABSENT)
		return value;
	if (i >= 0)
		frag_table_fail(t, i, "is empty, and a number must be there");
	return 0;
}

void frag_table_text(struct frag_table *t, int i, char *buf, size_t size)
{
	struct frag_text cell;
	size_t n;

	buf[0] = '\0';
	if (i < 0)
		return;
	cell = t->csv.cells[i];
	n = (size_t)(cell.end - cell.at);
	if (n >= size || memchr(cell.at, '\0', n)) {
		frag_table_fail(t, i, "is not a name");
		return;
	}
	memcpy(buf, cell.at, n);
	buf[n] = '\0';
}

bool frag_table_is_cut(const struct frag_table *t)
{
	return t->csv.length > t->csv.start;
}

void frag_table_close(struct frag_table *t)
{
	frag_csv_reader_close(&t->csv);
}
