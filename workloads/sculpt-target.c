// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From what a user types to free blocks by order: a row to be copied, an index
 * to be reached, a histogram, or a pattern.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fragbench/sculpt-parts.h"

/* More pages than any machine has: sums stay below 2^64. */
static const uint64_t pages_max = 1ULL << 40;

static int refuse(struct frag_error *e, const char *what, const char *why,
		  const char *mend)
{
	frag_fail(e, 0, "%s", what);
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "%s", mend);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static bool is_given(const char *text)
{
	return text && *text;
}

/* --- just one of four --- */

static int kinds_check(const struct frag_sculpt_ask *ask, struct frag_error *e)
{
	const char *const kinds[] = { ask->like, ask->unusable, ask->blocks,
				      ask->pattern };
	static const char *const names[] = { "like", "unusable", "blocks",
					     "pattern" };
	char given[64] = "";
	unsigned n = 0;

	for (unsigned i = 0; i < 4; i++)
		if (is_given(kinds[i]) && n++ < 4)
			snprintf(given + strlen(given),
				 sizeof(given) - strlen(given), "%s%s",
				 *given ? ", " : "", names[i]);
	if (n > 1) {
		char why[128];

		snprintf(why, sizeof(why),
			 "%s were given, and each is a whole target", given);
		return refuse(e, "more than one target", why,
			      "give one of like, unusable, blocks, pattern");
	}
	if (!n)
		return refuse(e, "no target",
			      "none of like, unusable, blocks, pattern is "
			      "given",
			      "--unusable 0.80 --free 1G");
	if (ask->free && is_given(ask->blocks))
		return refuse(e, "free does not go with blocks",
			      "blocks is a histogram as it is to be",
			      "leave out free");
	if (!ask->free && (is_given(ask->unusable) || is_given(ask->pattern)))
		return refuse(e, "free is missing",
			      "unusable and pattern need to know how much free "
			      "memory there is to be",
			      "--free 1G");
	if (ask->is_scaled && !is_given(ask->like))
		return refuse(e, "scale goes with like alone",
			      "nothing else comes from a machine of another "
			      "size",
			      "leave out scale");
	return 0;
}

/* --- scaling, keeping the proportions --- */

/* A block of which order is owed most? @owed: what was rounded off, in blocks;
 * less than 0: done with. */
static int order_owed(const double *owed, unsigned orders)
{
	int best = -1;

	for (unsigned o = 0; o < orders; o++)
		if (owed[o] > 0 && (best < 0 || owed[o] > owed[best]))
			best = (int)o;
	return best;
}

/* Make @b come to @pages at most, by largest remainders: what is left over goes
 * to the orders that rounding took most from, as long as a block fits. */
static void row_scale(struct frag_buddy *b, uint64_t pages)
{
	double factor = (double)pages / (double)frag_buddy_pages(b);
	double owed[FRAG_ORDERS_MAX];
	uint64_t left;
	int o;

	for (unsigned k = 0; k < b->orders; k++) {
		double exact = (double)b->free[k] * factor;

		b->free[k] = (uint64_t)exact;
		owed[k] = exact - floor(exact);
	}
	left = frag_buddy_pages(b);
	left = left < pages ? pages - left : 0;
	while ((o = order_owed(owed, b->orders)) >= 0) {
		owed[o] = -1;
		if (left >> o) {
			b->free[o]++;
			left -= 1ULL << o;
		}
	}
}

/* Blocks of orders that this machine lacks become as many of its largest. */
static void orders_split(struct frag_buddy *b, unsigned orders,
			 struct frag_sculpt_target *t)
{
	uint64_t split = 0;

	for (unsigned o = orders; o < b->orders; o++) {
		split += b->free[o];
		b->free[orders - 1] += b->free[o] << (o - orders + 1);
		b->free[o] = 0;
	}
	b->orders = b->orders < orders ? b->orders : orders;
	if (split)
		snprintf(t->note, sizeof(t->note),
			 "%llu blocks above order %u, the largest here, are "
			 "split into blocks of that order",
			 (unsigned long long)split, orders - 1);
}

/* --- the four kinds --- */

static int like_target(const struct frag_sculpt_ask *ask,
		       const struct frag_sculpt_machine *m,
		       struct frag_sculpt_target *t, struct frag_error *e)
{
	uint64_t there = 0;
	uint64_t pages = ask->free / m->page_size;
	int rc = frag_sculpt_like_read(ask, &t->asked, &there, e);

	if (rc)
		return rc;
	if (!frag_buddy_pages(&t->asked))
		return refuse(e, "like: nothing is free in that row",
			      "a row of zeros has no shape",
			      "choose another with --numa-node and --zone");
	if (ask->free && !pages)
		return refuse(e, "free is less than a page",
			      "a row cannot be as small as that", "--free 1G");
	if (ask->is_scaled && ask->free)
		return refuse(e, "free and scale do not go together",
			      "each says how much memory there is to be",
			      "leave out one of them");
	if (ask->is_scaled && (!there || !m->managed))
		return refuse(e, "scale: how large the zones were is not known",
			      "only a folder made by 'fragbench snapshot "
			      "--save' tells it",
			      "--free 1G in the place of scale");
	if (ask->is_scaled) {
		pages = (uint64_t)((double)frag_buddy_pages(&t->asked) *
				   (double)m->managed / (double)there);
		if (!pages)
			return refuse(e, "scale leaves less than a page",
				      "that machine was so much larger",
				      "--free 1G in the place of scale");
	}
	orders_split(&t->asked, m->orders, t);
	if (pages)
		row_scale(&t->asked, pages);
	return 0;
}

/* Put @pages into blocks below order @to, above 0: as many of each order as
 * there are, the rest in as few as can be. */
static void orders_fill(struct frag_buddy *b, unsigned to, uint64_t pages)
{
	uint64_t each = (1ULL << to) - 1;

	for (unsigned o = 0; o < to; o++)
		b->free[o] = pages / each + (pages % each >> o & 1);
}

static int share_parse(const char *text, double *share)
{
	char *end;

	errno = 0;
	*share = strtod(text, &end);
	if (end == text || errno)
		return -EINVAL;
	if (*end == '%') {
		*share /= 100;
		end++;
	}
	return *end || !(*share >= 0 && *share <= 1) ? -EINVAL : 0;
}

static int unusable_target(const struct frag_sculpt_ask *ask,
			   const struct frag_sculpt_machine *m,
			   struct frag_sculpt_target *t, struct frag_error *e)
{
	unsigned large = t->order > m->block_order ? t->order : m->block_order;
	uint64_t free = ask->free / m->page_size;
	double pages = (double)free;
	uint64_t usable;
	uint64_t rest = 0;
	double index = 0;

	if (share_parse(ask->unusable, &index))
		return refuse(e, "unusable: no such share",
			      "it is a number between 0 and 1",
			      "--unusable 0.80");
	usable = (uint64_t)llround(ldexp((1 - index) * pages, -(int)t->order))
		 << t->order;
	/* Whole blocks only: the rest follows from them, so that the index is
	 * kept; where there are few of them the size is, instead. */
	if (usable && index < 1)
		rest = (uint64_t)llround((double)usable * index / (1 - index));
	if (!usable || fabs((double)(usable + rest) - pages) > pages / 20)
		rest = (uint64_t)llround(index * pages);
	t->asked.orders = m->orders;
	t->asked.free[large] = usable >> large;
	for (unsigned o = t->order; o < large; o++)
		t->asked.free[o] = usable >> o & 1;
	orders_fill(&t->asked, t->order, rest);
	return 0;
}

static int blocks_target(const struct frag_sculpt_ask *ask,
			 const struct frag_sculpt_machine *m,
			 struct frag_sculpt_target *t, struct frag_error *e)
{
	const char *at = ask->blocks;
	unsigned o = 0;

	t->asked.orders = m->orders;
	for (; *at; at += strspn(at, ", \t")) {
		char *end;
		unsigned long long n;

		errno = 0;
		n = strtoull(at, &end, 10);
		if (end == at || *at == '-' || errno || !strchr(", \t", *end) ||
		    n > pages_max)
			return refuse(e, "blocks: no list of numbers",
				      "it is how many free blocks of order 0, "
				      "1, 2 ... there are to be",
				      "--blocks 6446,6410,6335");
		if (n && o >= m->orders) {
			frag_fail(e, 0, "blocks: no order %u here", o);
			frag_error_why(e, "the largest order is %u",
				       m->orders - 1);
			frag_error_mend(e, "give %u numbers", m->orders);
			frag_error_exit(e, FRAG_EXIT_USAGE);
			return -EINVAL;
		}
		if (o < m->orders)
			t->asked.free[o] = n;
		o++;
		at = end;
	}
	return 0;
}

/* Add the free blocks of 64 frames: bit i of @word is set when frame i is free.
 * All 64 at once would go on into the next word; it is as unlikely as 2^-64. */
static void word_add(struct frag_buddy *b, uint64_t word)
{
	static const uint64_t first_of[] = {
		0x5555555555555555ULL, 0x1111111111111111ULL,
		0x0101010101010101ULL, 0x0001000100010001ULL,
		0x0000000100000001ULL,
	};

	for (unsigned o = 0; o < 5; o++) {
		uint64_t pairs = word & word >> (1U << o) & first_of[o];

		b->free[o] += (unsigned)__builtin_popcountll(word) -
			      2 * (unsigned)__builtin_popcountll(pairs);
		word = pairs;
	}
	b->free[5] += (unsigned)__builtin_popcountll(word);
}

/* Each of twice as many frames is free or not, by a toss of a coin. */
static void random_fill(struct frag_buddy *b, uint64_t pages, uint64_t seed)
{
	uint64_t got;

	for (uint64_t i = 0; i + 32 <= pages; i += 32)
		word_add(b, frag_random(&seed));
	got = frag_buddy_pages(b);
	/* The coin is off by a few. */
	if (got <= pages)
		b->free[0] += pages - got;
	else
		b->free[0] -=
			got - pages < b->free[0] ? got - pages : b->free[0];
}

static int pattern_target(const struct frag_sculpt_ask *ask,
			  const struct frag_sculpt_machine *m,
			  struct frag_sculpt_target *t, struct frag_error *e)
{
	uint64_t pages = ask->free / m->page_size;

	t->asked.orders = m->orders;
	if (!strcmp(ask->pattern, "checkerboard"))
		t->asked.free[0] = pages;
	else if (!strcmp(ask->pattern, "one-per-pageblock"))
		orders_fill(&t->asked, m->block_order, pages);
	else if (!strcmp(ask->pattern, "random"))
		random_fill(&t->asked, pages, ask->seed);
	else
		return refuse(e, "pattern: there is no such one",
			      "there are " FRAG_SCULPT_PATTERNS,
			      "--pattern checkerboard");
	return 0;
}

/* --- can it be? --- */

static int target_check(const struct frag_sculpt_target *t,
			const struct frag_sculpt_machine *m,
			struct frag_error *e)
{
	uint64_t pages = 0;

	for (unsigned o = 0; o < t->asked.orders; o++) {
		if (t->asked.free[o] > pages_max >> o)
			pages = pages_max;
		else
			pages += t->asked.free[o] << o;
	}
	if (!pages)
		return refuse(e, "the target has no free block",
			      "less than one fits into what was asked for",
			      "ask for more free memory");
	if (pages < pages_max && (!m->managed || pages < m->managed))
		return 0;
	frag_fail(e, 0, "the target cannot be: more free than memory");
	frag_error_why(e, "%llu MiB are asked for, and the zones have %llu",
		       (unsigned long long)(pages * m->page_size >> 20),
		       (unsigned long long)(m->managed * m->page_size >> 20));
	frag_error_mend(e, "ask for less, or scale it with --free");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

int frag_sculpt_target(const struct frag_sculpt_ask *ask,
		       const struct frag_sculpt_machine *m,
		       struct frag_sculpt_target *t, struct frag_error *e)
{
	int rc = kinds_check(ask, e);

	memset(t, 0, sizeof(*t));
	t->order = ask->order ? (unsigned)ask->order : m->block_order;
	if (!rc && ask->order >= m->orders) {
		frag_fail(e, 0, "order: no order %llu here",
			  (unsigned long long)ask->order);
		frag_error_why(e, "the largest order is %u", m->orders - 1);
		frag_error_mend(e, "--order %u", m->block_order);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	if (!rc && is_given(ask->like))
		rc = like_target(ask, m, t, e);
	else if (!rc && is_given(ask->unusable))
		rc = unusable_target(ask, m, t, e);
	else if (!rc && is_given(ask->blocks))
		rc = blocks_target(ask, m, t, e);
	else if (!rc)
		rc = pattern_target(ask, m, t, e);
	rc = rc ? rc : target_check(t, m, e);
	if (!rc)
		t->unusable = frag_buddy_unusable(&t->asked, t->order);
	return rc;
}

int frag_sculpt_gained_unusable(const struct frag_buddy *before,
				const struct frag_buddy *after, unsigned k)
{
	int64_t small = 0;
	int64_t all = 0;

	for (unsigned o = 0; o < after->orders; o++) {
		int64_t pages =
			((int64_t)after->free[o] - (int64_t)before->free[o]) *
			(1LL << o);

		small += o < k ? pages : 0;
		all += pages;
	}
	if (all <= 0 || small >= all)
		return 1000;
	return small > 0 ? (int)(small * 1000 / all) : 0;
}
