// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads one collector once and finds its cells by name. Also what is shown of
 * text that came from a kernel or a file: never anything a terminal acts upon.
 */
#include "picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tables.h"

bool frag_is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

const char *frag_text_plain(struct frag_text text, char *buf, size_t size)
{
	size_t n = 0;

	for (; text.at < text.end && n + 1 < size; text.at++)
		buf[n++] = *text.at >= ' ' && *text.at < 0x7f ? *text.at : '?';
	buf[n] = '\0';
	return buf;
}

static int table_values(struct frag_table *t, struct frag_error *e)
{
	struct frag_shape *s = &t->collect.shape;
	size_t cells = (size_t)s->max_rows * s->ncolumns;
	int rc;

	t->values = calloc(cells ? cells : 1, sizeof(*t->values));
	if (!t->values)
		return frag_fail(e, -ENOMEM, "cannot hold a table");
	rc = t->collect.type->read(&t->collect, t->values);
	if (!rc)
		return 0;
	frag_fail(e, rc == -EINVAL ? 0 : rc, "cannot read %s%s",
		  t->collect.root, t->collect.type->sources[0]);
	frag_error_why(e, "the text is not what the kernel prints there");
	free(t->values);
	t->values = NULL;
	return rc;
}

int frag_table_read(struct frag_table *t, const char *name, const char *root,
		    struct frag_error *e)
{
	const struct frag_collector *type = frag_collector_find(name);
	int rc;

	memset(t, 0, sizeof(*t));
	if (!type)
		return frag_fail(e, -ENOENT, "no collector called %s", name);
	t->collect.type = type;
	t->collect.root = root;
	rc = type->open(&t->collect, e);
	return rc ? rc : table_values(t, e);
}

void frag_table_free(struct frag_table *t)
{
	free(t->values);
	t->values = NULL;
	if (t->collect.type)
		t->collect.type->close(&t->collect);
	t->collect.type = NULL;
}

uint64_t frag_table_cell(const struct frag_table *t, unsigned row,
			 const char *column)
{
	const struct frag_shape *s = &t->collect.shape;

	for (unsigned i = 0; t->values && row < s->nrows && i < s->ncolumns;
	     i++)
		if (!strcmp(s->columns[i].name, column))
			return t->values[row * s->ncolumns + i];
	return FRAG_ABSENT;
}

const char *frag_row_key_cell(const struct frag_row_key *key, unsigned i,
			      char *buf, size_t size)
{
	const char *at = key->text;
	size_t n;

	for (; i; i--) {
		at += strcspn(at, ",");
		at += *at == ',';
	}
	n = strcspn(at, ",");
	return frag_text_plain(frag_text_of(at, n), buf, size);
}
