// SPDX-License-Identifier: GPL-2.0-or-later
/* The workload that does nothing: what is left is the harness itself. */
#include <time.h>

#include "fragbench/workload.h"

static int null_step(struct frag_context *ctx)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	(void)ctx;
	nanosleep(&pause, NULL);
	return FRAG_MORE;
}

extern const struct frag_workload frag_workload_null;
const struct frag_workload frag_workload_null = {
	.name = "null",
	.summary = "does nothing: measures the harness",
	.about =
		"Sleeps for a millisecond a step and touches no memory. Whatever "
		"the indices do under it is the machine's own doing, or the "
		"harness's; compare other workloads with it.",
	.processes = 1,
	.cpus = "any",
	.step = null_step,
};
