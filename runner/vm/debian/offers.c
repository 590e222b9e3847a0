// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Knows how Debian's kernel packages are called. To 6.18, linux-image-RELEASE
 * holds kernel and modules; from 6.19 it is empty, and depends on linux-binary-,
 * linux-modules- and linux-base-RELEASE (which has modules.builtin).
 * linux-image-6.1-cloud-amd64 is empty and depends on the newest.
 */
#include "vm/debian/offers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "vm/debian/version.h"

enum { RANK_BASE, RANK_MODULES, RANK_IMAGE = 4, RANK_BINARY = 6 };

/* Longer prefixes first. Of two images that of the higher rank is taken; what
 * is not signed is one below. */
static const struct {
	const char *prefix;
	unsigned rank;
} kinds[] = {
	{ "linux-image-", RANK_IMAGE },
	{ "linux-binary-unsigned-", RANK_BINARY - 1 },
	{ "linux-binary-", RANK_BINARY },
	{ "linux-modules-", RANK_MODULES },
	{ "linux-base-", RANK_BASE },
};

void frag_offers_free(struct frag_offers *o)
{
	free(o->rows);
	*o = (struct frag_offers){ 0 };
}

struct frag_offer *frag_offers_row(struct frag_offers *o, const char *release,
				   const char *version)
{
	struct frag_offer *row;

	for (size_t i = 0; i < o->count; i++) {
		row = &o->rows[i];
		if (!strcmp(row->release, release) &&
		    !strcmp(row->version, version))
			return row;
	}
	row = realloc(o->rows, (o->count + 1) * sizeof(*row));
	if (!row)
		return NULL;
	o->rows = row;
	row += o->count++;
	*row = (struct frag_offer){ 0 };
	snprintf(row->release, sizeof(row->release), "%s", release);
	snprintf(row->version, sizeof(row->version), "%s", version);
	return row;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcmp(text + n - m, end);
}

/* "6.1-cloud-amd64" and "cloud-amd64" are no kernels: they depend on one. */
static bool is_release(const char *text)
{
	char head[32];

	if (text[0] < '0' || text[0] > '9' || !ends_with(text, "-cloud-amd64"))
		return false;
	frag_version_head(text, 3, head, sizeof(head));
	return strcmp(text + strlen(head), "-cloud-amd64") ||
	       strchr(head, '.') != strrchr(head, '.');
}

/* What kind of package @name is, and its @release; -1: none of ours. */
static int package_rank(const char *name, char *release, size_t size)
{
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t n = strlen(kinds[i].prefix);
		unsigned rank = kinds[i].rank;

		if (strncmp(name, kinds[i].prefix, n))
			continue;
		snprintf(release, size, "%s", name + n);
		if (ends_with(release, "-unsigned")) {
			release[strlen(release) - strlen("-unsigned")] = '\0';
			rank--;
		}
		if (is_release(release))
			return (int)rank;
	}
	return -1;
}

/* "linux-image-X | 6.1.192-2 | ADDRESS bookworm/main amd64 Packages" */
static int line_take(struct frag_offers *o, struct frag_text line)
{
	struct frag_text name, version, suite, bar;
	char text[160], release[96], number[64];
	struct frag_offer *row;
	const char *slash;
	int rank;

	if (!frag_text_word(&line, &name) || !frag_text_word(&line, &bar) ||
	    !frag_text_word(&line, &version) || !frag_text_word(&line, &bar) ||
	    !frag_text_word(&line, &bar) || !frag_text_word(&line, &suite))
		return 0;
	snprintf(text, sizeof(text), "%.*s", (int)(name.end - name.at),
		 name.at);
	rank = package_rank(text, release, sizeof(release));
	if (rank < 0)
		return 0;
	snprintf(number, sizeof(number), "%.*s",
		 (int)(version.end - version.at), version.at);
	row = frag_offers_row(o, release, number);
	if (!row)
		return -ENOMEM;
	slash = memchr(suite.at, '/', (size_t)(suite.end - suite.at));
	if (!row->suite[0] && slash)
		snprintf(row->suite, sizeof(row->suite), "%.*s",
			 (int)(slash - suite.at), suite.at);
	if (rank == RANK_BASE)
		snprintf(row->base, sizeof(row->base), "%s", text);
	else if (rank == RANK_MODULES)
		snprintf(row->modules, sizeof(row->modules), "%s", text);
	else if ((unsigned)rank > row->rank)
		snprintf(row->image, sizeof(row->image), "%s", text);
	if ((unsigned)rank > row->rank)
		row->rank = (unsigned)rank;
	return 0;
}

int frag_offers_parse(struct frag_offers *o, const char *madison,
		      struct frag_error *e)
{
	struct frag_text text = frag_text_of(madison, strlen(madison)), line;
	size_t kept = 0;

	while (frag_text_line(&text, &line))
		if (line_take(o, line))
			return frag_fail(e, -ENOMEM, "cannot list kernels");
	for (size_t i = 0; i < o->count; i++) {
		struct frag_offer *row = &o->rows[i];

		if (!row->image[0])
			continue;
		/* An image that is whole does not want the others. */
		if (row->rank < RANK_BINARY - 1)
			row->base[0] = row->modules[0] = '\0';
		o->rows[kept++] = *row;
	}
	o->count = kept;
	frag_offers_sort(o);
	return 0;
}

static int row_compare(const void *a, const void *b)
{
	const struct frag_offer *x = a, *y = b;
	int order = frag_version_compare(x->version, y->version);

	return order ? order : strcmp(x->release, y->release);
}

void frag_offers_sort(struct frag_offers *o)
{
	if (o->count)
		qsort(o->rows, o->count, sizeof(*o->rows), row_compare);
}

const struct frag_offer *frag_offers_find(const struct frag_offers *o,
					  const char *asked)
{
	for (size_t i = o->count; i-- > 0;)
		if (frag_version_is(asked, o->rows[i].version) ||
		    !strcmp(asked, o->rows[i].release))
			return &o->rows[i];
	return NULL;
}

void frag_offers_name(const struct frag_offers *o, const struct frag_offer *row,
		      char *buf, size_t size)
{
	for (unsigned numbers = 2; numbers <= 3; numbers++) {
		frag_version_head(row->version, numbers, buf, size);
		if (frag_offers_find(o, buf) == row)
			return;
	}
	snprintf(buf, size, "%s", row->version);
	if (frag_offers_find(o, buf) != row)
		snprintf(buf, size, "%s", row->release);
}
