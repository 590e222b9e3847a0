/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a workload or a probe cannot do without, asked of this machine. */
#ifndef FRAGBENCH_NEEDS_H
#define FRAGBENCH_NEEDS_H

#include "facts.h"
#include "fragbench/workload.h"

/* What @n asks for, as people call it: "root", "2 NUMA nodes", a path. */
const char *frag_need_text(const struct frag_need *n, char *buf, size_t size);

/*
 * Is all there of @needs (NULL: none), of who is called @name? @is_sure: the
 * user has said --yes. 0, or a negative errno with @e filled for the first that
 * is missing (why it is and its mend; what is "NAME cannot run here") and
 * FRAG_EXIT_CANNOT.
 */
int frag_needs_check(const char *name, const struct frag_need *needs,
		     const struct frag_facts *facts, bool is_sure,
		     struct frag_error *e);

#endif
