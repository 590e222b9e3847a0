/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clocks of the runner, in nanoseconds. */
#ifndef FRAGBENCH_CLOCK_H
#define FRAGBENCH_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t frag_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/* CLOCK_MONOTONIC: the time base of every run. */
static inline uint64_t frag_now(void)
{
	return frag_clock(CLOCK_MONOTONIC);
}

static inline struct timespec frag_timespec(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / 1000000000ULL),
				  .tv_nsec = (long)(ns % 1000000000ULL) };
}

#endif
