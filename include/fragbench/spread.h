/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How sizes and lifetimes spread around a mean: the four distributions that
 * studies of allocators draw them from. All have the mean that was asked for,
 * so that one can be put in the place of another and only the spread changes;
 * of whole numbers it holds as far as none is rounded up or cut at an end.
 */
#ifndef FRAGBENCH_SPREAD_H
#define FRAGBENCH_SPREAD_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "fragbench/workload.h"

/* The choices of an option row for frag_spread_make(). */
#define FRAG_SPREADS "fixed|uniform|lognormal|pareto"

enum frag_spread_kind {
	FRAG_SPREAD_FIXED, /* always the mean */
	FRAG_SPREAD_UNIFORM, /* 0 to twice the mean */
	FRAG_SPREAD_LOGNORMAL, /* median = mean / exp(sigma^2 / 2) */
	FRAG_SPREAD_PARETO, /* at least mean * (alpha - 1) / alpha */
};

/*
 * mean: above 0, in any unit. sigma: of lognormal, the standard deviation of
 * the logarithm. alpha: of pareto, above 1; P(x > y) falls as y^-alpha, below 2
 * the variance is infinite.
 */
struct frag_spread {
	enum frag_spread_kind kind;
	double mean;
	double sigma;
	double alpha;
};

/* @kind: one of FRAG_SPREADS. */
static inline struct frag_spread frag_spread_make(const char *kind, double mean,
						  double sigma, double alpha)
{
	struct frag_spread s = { FRAG_SPREAD_FIXED, mean, sigma, alpha };

	if (!strcmp(kind, "uniform"))
		s.kind = FRAG_SPREAD_UNIFORM;
	else if (!strcmp(kind, "lognormal"))
		s.kind = FRAG_SPREAD_LOGNORMAL;
	else if (!strcmp(kind, "pareto"))
		s.kind = FRAG_SPREAD_PARETO;
	return s;
}

/* Uniform in (0, 1), both ends excluded: 53 bits of frag_random(). */
static inline double frag_random_unit(uint64_t *seed)
{
	return ((double)(frag_random(seed) >> 11) + 0.5) / 9007199254740992.0;
}

/* Normal with mean 0 and deviation 1: Box and Muller, "A note on the generation
 * of random normal deviates", 1958. */
static inline double frag_random_normal(uint64_t *seed)
{
	double radius = sqrt(-2 * log(frag_random_unit(seed)));

	return radius *
	       cos(2 * 3.14159265358979323846 * frag_random_unit(seed));
}

/* The next value: above 0, with no upper end but for fixed and uniform. */
static inline double frag_spread_next(const struct frag_spread *s,
				      uint64_t *seed)
{
	switch (s->kind) {
	case FRAG_SPREAD_UNIFORM:
		return 2 * s->mean * frag_random_unit(seed);
	case FRAG_SPREAD_LOGNORMAL:
		return s->mean * exp(s->sigma * frag_random_normal(seed) -
				     s->sigma * s->sigma / 2);
	case FRAG_SPREAD_PARETO:
		return s->mean * (s->alpha - 1) / s->alpha *
		       pow(frag_random_unit(seed), -1 / s->alpha);
	default:
		return s->mean;
	}
}

/* The next value, rounded up, as a whole number from 1 to @most. */
static inline uint64_t frag_spread_whole(const struct frag_spread *s,
					 uint64_t most, uint64_t *seed)
{
	double v = ceil(frag_spread_next(s, seed));

	if (v < 1)
		return 1;
	return v < (double)most ? (uint64_t)v : most;
}

#endif
