/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers by chance that are the same every time, for tests of statistics. */
#ifndef TESTS_ANALYSIS_NUMBERS_H
#define TESTS_ANALYSIS_NUMBERS_H

#include <math.h>
#include <stdint.h>

/* SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t number_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* Between 0 and 1, and neither of them. */
static inline double number_even(uint64_t *state)
{
	return ((double)(number_next(state) >> 11) + 0.5) / 9007199254740992.0;
}

/* Standard normal, after Box and Muller. */
static inline double number_normal(uint64_t *state)
{
	double r = sqrt(-2 * log(number_even(state)));

	return r * cos(2 * acos(-1) * number_even(state));
}

/* Not further apart than that; 0: the same. */
#define assert_near(got, want, apart)                               \
	do {                                                        \
		if (!(fabs((got) - (want)) <= (apart)))             \
			fail_msg("%.12g is not %.12g", (got) + 0.0, \
				 (want) + 0.0);                     \
	} while (0)

#endif
