/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table that a run ends with: the free lists after each phase. */
#ifndef FRAGBENCH_SHOW_H
#define FRAGBENCH_SHOW_H

#include <jansson.h>
#include <stdio.h>

/*
 * Print, for the phases of @summary (summary.json), the free blocks of every
 * order over all zones, MiB, hidden MiB and the unusable index at the pageblock
 * order, each beside the row of a reference for the same phase; then what
 * compaction achieved, how the frames interleave, and what cannot be trusted.
 */
void frag_show_summary(const json_t *summary, FILE *out);

#endif
