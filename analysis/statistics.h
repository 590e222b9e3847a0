/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statistics of plain numbers, which know nothing of runs and metrics. */
#ifndef FRAGBENCH_ANALYSIS_STATISTICS_H
#define FRAGBENCH_ANALYSIS_STATISTICS_H

#include <stddef.h>

/* The median of @n numbers, at least one and none of them NaN; of an even
 * number the mean of the two in the middle. Sorts them. */
double frag_median(double *values, size_t n);

#endif
