// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the unusable index drifts while workloads run: the slope over a phase,
 * by the estimator of Theil and Sen. Outliers, such as the seconds in which the
 * workloads fill up, do not move it as long as they are fewer than 29 %.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "run.h"
#include "statistics.h"

enum { POINTS_MAX = 1024, POINTS_MIN = 5 };

/* Samples of a phase: of more than POINTS_MAX every second goes, and from then
 * on only one in @stride comes in. Memory does not grow with the run. */
struct frag_series {
	unsigned count;
	uint64_t stride;
	uint64_t seen;
	double minutes[POINTS_MAX];
	double values[POINTS_MAX];
};

int frag_series_add(struct frag_series **series, uint64_t t_ns, double value)
{
	struct frag_series *s = *series;

	if (!s) {
		s = *series = calloc(1, sizeof(*s));
		if (!s)
			return -ENOMEM;
		s->stride = 1;
	}
	if (s->seen++ % s->stride)
		return 0;
	if (s->count == POINTS_MAX) {
		s->count /= 2;
		for (unsigned i = 0; i < s->count; i++) {
			s->minutes[i] = s->minutes[2 * i];
			s->values[i] = s->values[2 * i];
		}
		s->stride *= 2;
	}
	s->minutes[s->count] = (double)t_ns / 60e9;
	s->values[s->count++] = value;
	return 0;
}

struct frag_value frag_series_slope(const struct frag_series *s)
{
	double slope = 0;

	if (!s || s->count < POINTS_MIN)
		return frag_unknown("too few samples of the phase to tell a "
				    "slope");
	switch (frag_theil_sen(s->minutes, s->values, s->count, &slope)) {
	case 0:
		return frag_known(slope);
	case -ENOMEM:
		return frag_unknown("no memory to tell a slope");
	default:
		return frag_unknown("all samples are of one time");
	}
}

int frag_drift_add(struct frag_phase *p, uint64_t t_ns,
		   const struct frag_zones *z, unsigned order)
{
	struct frag_zone_state all = frag_zones_sum(z);
	double pages = (double)frag_buddy_pages(&all.zone.buddy);
	double usable;

	if (!all.is_known || pages < 1)
		return 0;
	usable = ldexp((double)frag_buddy_suitable(&all.zone.buddy, order),
		       (int)order);
	return frag_series_add(&p->unusable, t_ns, 1 - usable / pages);
}
