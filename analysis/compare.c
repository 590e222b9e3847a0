// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of work of a comparison, and what it owns. */
#include "compare-parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *frag_compare_grow(void *array, unsigned count, size_t size)
{
	/* Doubled at each power of two: no need to remember the room. */
	if (count & (count - 1))
		return array;
	array = realloc(array, (count ? (size_t)count * 2 : 1) * size);
	if (!array)
		abort();
	return array;
}

const char *frag_compare_keep(struct frag_compare *c, const char *fmt, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0)
		abort();
	c->texts = frag_compare_grow(c->texts, c->ntexts, sizeof(*c->texts));
	c->texts[c->ntexts++] = text;
	return text;
}

struct frag_compare *frag_compare_new(const struct frag_compare_config *config)
{
	struct frag_compare *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->config = *config;
	c->index = json_object();
	c->seen = json_object();
	c->reasons = json_object();
	return c;
}

int frag_compare_finish(struct frag_compare *c, struct frag_error *e)
{
	int rc = frag_compare_groups(c, e);

	if (rc)
		return rc;
	/* First, for no difference is worked out of what is not alike. */
	frag_compare_check(c);
	return frag_compare_rows(c, e);
}

void frag_compare_free(struct frag_compare *c)
{
	if (!c)
		return;
	frag_compare_rows_free(c);
	for (unsigned i = 0; i < c->ngroups; i++) {
		json_decref(c->groups[i].keys);
		free(c->groups[i].runs);
	}
	for (unsigned i = 0; i < c->nruns; i++) {
		json_decref(c->runs[i]->facts);
		free(c->runs[i]->values);
		free(c->runs[i]);
	}
	for (unsigned i = 0; i < c->ntexts; i++)
		free(c->texts[i]);
	json_decref(c->index);
	json_decref(c->seen);
	json_decref(c->reasons);
	free(c->metrics);
	free(c->runs);
	free(c->groups);
	free(c->objections);
	free(c->left_out);
	free(c->texts);
	free(c);
}

const char *frag_compare_by_text(const struct frag_compare *c, char *buf,
				 size_t size)
{
	size_t n = 0;

	if (!c->config.nby)
		return c->has_sides ? "side" : "series";
	buf[0] = '\0';
	for (unsigned i = 0; i < c->config.nby && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s",
				      i ? " and " : "", c->config.by[i]);
	return buf;
}
