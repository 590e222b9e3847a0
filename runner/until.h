/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The condition that a phase `do = wait` waits for. */
#ifndef FRAGBENCH_UNTIL_H
#define FRAGBENCH_UNTIL_H

#include <stdbool.h>

#include "fragbench/buddy.h"
#include "fragbench/error.h"

enum frag_until_what {
	FRAG_UNTIL_UNUSABLE, /* index at the pageblock order, 0 to 1 */
	FRAG_UNTIL_EXTFRAG, /* likewise, -1 to 1 */
	FRAG_UNTIL_FREE_MIB, /* MiB on the free lists */
};

/* what > limit, or what < limit with is_below: over all zones together. */
struct frag_until {
	enum frag_until_what what;
	bool is_below;
	double limit;
};

/* Read "unusable > 0.8". 0, or -EINVAL with @e filled, FRAG_EXIT_USAGE. */
int frag_until_parse(const char *text, struct frag_until *u,
		     struct frag_error *e);

/* Do these free lists meet @u? @order: of a pageblock; @page_size in bytes. */
bool frag_until_holds(const struct frag_until *u, const struct frag_buddy *b,
		      unsigned order, uint64_t page_size);

#endif
