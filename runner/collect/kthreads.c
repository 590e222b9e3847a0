// SPDX-License-Identifier: GPL-2.0-or-later
#include "fragbench/collector.h"
extern const struct frag_collector frag_collector_kthreads;
const struct frag_collector frag_collector_kthreads = { .name = "kthreads" };
