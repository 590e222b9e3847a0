// SPDX-License-Identifier: GPL-2.0-or-later
/* The distance between two names (Levenshtein), for "did you mean". */
#include "fragbench/suggest.h"

#include <limits.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 48 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

static unsigned name_distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_LENGTH + 1];
	size_t n = strlen(b);

	if (n > NAME_MAX_LENGTH || strlen(a) > NAME_MAX_LENGTH)
		return UINT_MAX;
	for (unsigned j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1]; i++) {
		unsigned corner = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			unsigned up = row[j];

			row[j] = least(up + 1, row[j - 1] + 1,
				       corner + (a[i - 1] != b[j - 1]));
			corner = up;
		}
	}
	return row[n];
}

struct frag_suggest frag_suggest_for(const char *wanted)
{
	/* A third of the letters may be wrong, and at least two. */
	unsigned limit = (unsigned)strlen(wanted) / 3;

	return (struct frag_suggest){ wanted, NULL, limit < 2 ? 3 : limit + 1 };
}

void frag_suggest_offer(struct frag_suggest *s, const char *name)
{
	size_t n = strlen(s->wanted);
	unsigned d = name_distance(s->wanted, name);

	/* The beginning of a name is what people type of it. */
	if (n >= 3 && !strncmp(s->wanted, name, n))
		d = 1;
	/* Of a name with no letter right nobody has meant anything. */
	if (d < s->distance && d < strlen(name)) {
		s->distance = d;
		s->best = name;
	}
}
