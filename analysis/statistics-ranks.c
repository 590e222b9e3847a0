// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The test of Mann and Whitney (H. B. Mann, D. R. Whitney, "On a test of
 * whether one of two random variables is stochastically larger than the other",
 * Annals of Mathematical Statistics 18, 1947). Counts all ways to deal numbers
 * to two sides, by the sum of ranks of the smaller one.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "statistics.h"

/*
 * The ranks of both sides together, doubled so that those of equal numbers,
 * which share the mean of theirs, are whole. ranks: in ascending order; sum: of
 * side a; ties: the sum of t^3 - t over all sets of t equal numbers.
 */
struct ranking {
	size_t n;
	uint32_t *ranks;
	uint64_t sum;
	double ties;
};

struct ranked {
	double value;
	bool is_a;
};

static int ranked_order(const void *x, const void *y)
{
	const struct ranked *a = x;
	const struct ranked *b = y;

	return (a->value > b->value) - (a->value < b->value);
}

static void ranking_fill(struct ranking *g, const struct ranked *sorted)
{
	size_t end;

	for (size_t i = 0; i < g->n; i = end) {
		double t;

		for (end = i + 1; end < g->n; end++)
			if (sorted[end].value > sorted[i].value)
				break;
		t = (double)(end - i);
		g->ties += t * t * t - t;
		for (size_t k = i; k < end; k++) {
			g->ranks[k] = (uint32_t)(i + end + 1);
			g->sum += sorted[k].is_a ? g->ranks[k] : 0;
		}
	}
}

static int ranking_make(struct ranking *g, const double *a, size_t na,
			const double *b, size_t nb)
{
	struct ranked *sorted = malloc((na + nb) * sizeof(*sorted));

	*g = (struct ranking){ .n = na + nb };
	g->ranks = malloc(g->n * sizeof(*g->ranks));
	if (!sorted || !g->ranks) {
		free(sorted);
		free(g->ranks);
		return -ENOMEM;
	}
	for (size_t i = 0; i < na; i++)
		sorted[i] = (struct ranked){ a[i], true };
	for (size_t i = 0; i < nb; i++)
		sorted[na + i] = (struct ranked){ b[i], false };
	qsort(sorted, g->n, sizeof(*sorted), ranked_order);
	ranking_fill(g, sorted);
	free(sorted);
	return 0;
}

/* How often each sum comes when @k of the ranks are taken: ways[sum], for sums
 * below *@size; NULL without memory. Counts are whole up to 2^53. */
static double *ways_count(const uint32_t *ranks, size_t n, size_t k,
			  size_t *size)
{
	double *ways;
	size_t max = 0;

	for (size_t i = n - k; i < n; i++)
		max += ranks[i];
	*size = max + 1;
	ways = calloc((k + 1) * *size, sizeof(*ways));
	if (!ways)
		return NULL;
	ways[0] = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t taken = i < k ? i + 1 : k; taken > 0; taken--) {
			double *to = ways + taken * *size;
			const double *from = to - *size;

			for (size_t s = ranks[i]; s < *size; s++)
				to[s] += from[s - ranks[i]];
		}
	/* The last row is all that is asked for. */
	memmove(ways, ways + k * *size, *size * sizeof(*ways));
	return ways;
}

/* Twice the smaller tail, of a distribution that need not be even. */
static int p_exact(const struct ranking *g, size_t na, struct frag_ranks *r)
{
	double below = 0;
	double above = 0;
	double first = 0;
	double last = 0;
	double all = 0;
	size_t size;
	double *ways = ways_count(g->ranks, g->n, na, &size);

	if (!ways)
		return -ENOMEM;
	for (size_t s = 0; s < size; s++) {
		below += s <= g->sum ? ways[s] : 0;
		above += s >= g->sum ? ways[s] : 0;
		first = first > 0 ? first : ways[s];
		last = ways[s] > 0 ? ways[s] : last;
		all += ways[s];
	}
	free(ways);
	r->is_exact = true;
	r->p = fmin(1, 2 * fmin(below, above) / all);
	r->p_least = fmin(1, 2 * fmin(first, last) / all);
	return 0;
}

static double deviation(size_t na, size_t nb, double ties)
{
	double n = (double)(na + nb);

	return sqrt((double)na * (double)nb / 12 *
		    (n + 1 - ties / (n * (n - 1))));
}

static double p_normal(double distance, double scatter)
{
	if (scatter <= 0)
		return 1;
	return fmin(1,
		    2 * frag_normal_upper(fmax(0, distance - 0.5) / scatter));
}

int frag_mann_whitney(const double *a, size_t na, const double *b, size_t nb,
		      struct frag_ranks *r)
{
	double mean = (double)na * (double)nb / 2;
	struct ranking g;
	double scatter;
	int rc;

	/* Fewer ways to count from the smaller side. */
	if (nb < na) {
		rc = frag_mann_whitney(b, nb, a, na, r);
		r->u = 2 * mean - r->u;
		return rc;
	}
	rc = ranking_make(&g, a, na, b, nb);
	if (rc)
		return rc;
	*r = (struct frag_ranks){ 0 };
	r->u = 2 * mean + (double)na * (double)(na + 1) / 2 - (double)g.sum / 2;
	if (g.n <= FRAG_EXACT_MAX) {
		rc = p_exact(&g, na, r);
	} else {
		scatter = deviation(na, nb, g.ties);
		r->p = p_normal(fabs(r->u - mean), scatter);
		r->p_least = p_normal(mean, scatter);
	}
	free(g.ranks);
	return rc;
}

/* Without ties U is the sum of ranks less the smallest there is. */
static long critical_exact(size_t na, size_t nb, double tail)
{
	size_t k = na < nb ? na : nb;
	uint32_t ranks[FRAG_EXACT_MAX];
	double all = 0;
	double sum = 0;
	long critical = 0;
	size_t size;
	double *ways;

	for (uint32_t i = 0; i < na + nb; i++)
		ranks[i] = i + 1;
	ways = ways_count(ranks, na + nb, k, &size);
	if (!ways)
		return -ENOMEM;
	for (size_t s = 0; s < size; s++)
		all += ways[s];
	for (size_t s = k * (k + 1) / 2; s < size; s++) {
		sum += ways[s];
		if (sum > tail * all)
			break;
		critical++;
	}
	free(ways);
	return critical;
}

long frag_ranks_critical(size_t na, size_t nb, double tail)
{
	double k;

	if (na + nb <= FRAG_EXACT_MAX)
		return critical_exact(na, nb, tail);
	k = (double)na * (double)nb / 2 + 0.5 -
	    frag_normal_quantile(tail) * deviation(na, nb, 0);
	return k < 1 ? 0 : (long)k;
}
