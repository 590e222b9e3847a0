/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The columns that collectors know before they open a file, for `explain`.
 * Each table ends with a column whose name is empty. The columns of vmstat are
 * in base/counters.h, those of kthreads are named after the threads.
 */
#ifndef FRAGBENCH_COLLECT_COLUMNS_H
#define FRAGBENCH_COLLECT_COLUMNS_H

#include "fragbench/collector.h"

extern const struct frag_column frag_buddy_columns[];
extern const struct frag_column frag_psi_columns[];
extern const struct frag_column frag_thp_columns[];
extern const struct frag_column frag_pagetypes_columns[];

#endif
