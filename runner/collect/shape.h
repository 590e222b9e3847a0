/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the collectors share: making and freeing a shape, and reading the
 * "Node 0, zone DMA" that begins a line in three of the kernel's files.
 */
#ifndef FRAGBENCH_COLLECT_SHAPE_H
#define FRAGBENCH_COLLECT_SHAPE_H

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/source.h"
#include "fragbench/buddy.h"
#include "fragbench/collector.h"

/* What a table keeps free at open for rows that appear later. */
enum { SPARE_ROWS = 8 };

/* A zone as the kernel's files name it. */
struct zone_name {
	int node;
	char name[FRAG_ZONE_NAME];
};

static inline int shape_make(struct frag_shape *s, unsigned ncolumns,
			     unsigned max_rows)
{
	s->columns = calloc(ncolumns, sizeof(*s->columns));
	s->row_keys = calloc(max_rows, sizeof(*s->row_keys));
	s->ncolumns = ncolumns;
	s->max_rows = max_rows;
	return s->columns && s->row_keys ? 0 : -ENOMEM;
}

static inline void shape_free(struct frag_shape *s)
{
	free(s->columns);
	free(s->row_keys);
	memset(s, 0, sizeof(*s));
}

/* The columns of @s from @first on: free_0, free_1, ... */
static inline void shape_orders(struct frag_shape *s, unsigned first,
				const char *about)
{
	for (unsigned i = first; i < s->ncolumns; i++) {
		snprintf(s->columns[i].name, FRAG_COLUMN_NAME, "free_%u",
			 i - first);
		s->columns[i].unit = "blocks";
		s->columns[i].about = about;
	}
}

/* Make every cell absent: what a read does not find stays so. */
static inline void values_clear(const struct frag_shape *s, uint64_t *values)
{
	memset(values, 0xff,
	       sizeof(*values) * s->max_rows * (size_t)s->ncolumns);
}

/* Words that go into CSV keys and column names: letters, digits, '_'. */
static inline bool is_plain(const char *word)
{
	for (; *word; word++)
		if (!isalnum((unsigned char)*word) && *word != '_')
			return false;
	return true;
}

/* Copy the plain word @t into @to; false when it is empty, too long or not
 * plain (a NUL byte inside is not). */
static inline bool word_copy(struct frag_text t, char *to, size_t size)
{
	size_t n = (size_t)(t.end - t.at);

	if (!n || n >= size || memchr(t.at, '\0', n))
		return false;
	memcpy(to, t.at, n);
	to[n] = '\0';
	return is_plain(to);
}

/* Take "Node 0, zone DMA", or "... DMA," as pagetypeinfo has it. */
static inline bool zone_take(struct frag_text *t, struct zone_name *z)
{
	struct frag_text word;
	uint64_t node;

	if (!frag_text_take(t, "Node") || !frag_text_u64(t, &node) ||
	    node > 65535 || !frag_text_take(t, ",") ||
	    !frag_text_take(t, "zone") || !frag_text_word(t, &word))
		return false;
	if (word.end[-1] == ',')
		word.end--;
	z->node = (int)node;
	return word_copy(word, z->name, sizeof(z->name));
}

static inline bool zone_is(const struct zone_name *a, const struct zone_name *b)
{
	return a->node == b->node && !strcmp(a->name, b->name);
}

#endif
