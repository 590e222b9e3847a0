// SPDX-License-Identifier: GPL-2.0-or-later
/* Turns counters.def into the table of counters. */
#include "counters.h"

#include <stddef.h>
#include <string.h>

const struct frag_counter frag_counters[] = {
#define FRAG_COUNTER(name, unit, is_gauge, about) \
	{ #name, unit, is_gauge, about },
#include "counters.def"
#undef FRAG_COUNTER
	{ NULL, NULL, false, NULL },
};

const struct frag_counter *frag_counter_find(const char *name)
{
	for (const struct frag_counter *c = frag_counters; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}
