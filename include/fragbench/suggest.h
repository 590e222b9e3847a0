/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": the nearest of a list of names to one that is unknown. */
#ifndef FRAGBENCH_SUGGEST_H
#define FRAGBENCH_SUGGEST_H

struct frag_suggest {
	const char *wanted;
	const char *best; /* NULL: nothing is near enough */
	unsigned distance;
};

/* Start looking for what @wanted may have meant. */
struct frag_suggest frag_suggest_for(const char *wanted);

/* Offer one known @name; it is borrowed. */
void frag_suggest_offer(struct frag_suggest *s, const char *name);

#endif
