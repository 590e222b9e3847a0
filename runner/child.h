/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every process is that takes memory on behalf of a run. */
#ifndef FRAGBENCH_CHILD_H
#define FRAGBENCH_CHILD_H

#include <sys/types.h>

/*
 * The first thing in a process just forked by @parent: it dies with its parent
 * (at once, when that is gone already), has a process group and the name @name
 * of its own, the default actions of signals, and is the first to go when
 * memory runs out.
 */
void frag_child_begin(const char *name, pid_t parent);

#endif
