// SPDX-License-Identifier: GPL-2.0-or-later
#include "fragbench/workload.h"
extern const struct frag_workload frag_workload_null;
const struct frag_workload frag_workload_null = { .name = "null" };
