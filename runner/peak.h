/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much memory the workloads of a scenario hold at the same time. */
#ifndef FRAGBENCH_PEAK_H
#define FRAGBENCH_PEAK_H

#include "scenario.h"

/* What one workload comes to hold, in bytes, all its processes together. */
uint64_t frag_instance_bytes(const struct frag_instance *i, uint64_t page_size);

/*
 * The most, in bytes, that all workloads hold at any time; UINT64_MAX when it
 * is more than can be counted. A phase of do = run adds all that its workloads
 * are ever to hold, and they keep it, whatever a release gives back: how much
 * of a share returns is their own affair. do = free takes away what the
 * processes have that it kills, which are the first of those that hold, in the
 * order of the phases; it takes away nothing while a run goes on in the
 * background, for nobody can tell then whom it finds holding.
 */
uint64_t frag_peak_bytes(const struct frag_scenario *s, uint64_t page_size);

#endif
