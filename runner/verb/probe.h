/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the verb probe share: asking with the knobs journalled, the
 * answer in prose, what stands in the way, and the steps against it. */
#ifndef FRAGBENCH_VERB_PROBE_H
#define FRAGBENCH_VERB_PROBE_H

#include <jansson.h>
#include <stdio.h>

#include "probing.h"
#include "verb/picture.h"

/* A verb at work: the journal (fd -1 when not root) and its guardian. */
struct frag_prober {
	struct frag_journal journal;
	struct frag_guardian guardian;
	struct frag_crew *crew; /* nobody; the guardian wants one */
};

int frag_prober_open(struct frag_prober *p, struct frag_error *e);

/* Put every knob back and let the guardian go. Returns the first failure. */
int frag_prober_close(struct frag_prober *p, struct frag_error *e);

/* --- probe-say.c --- */

/* @ns as people read it: "312 us"; into @buf. */
const char *frag_ns_text(uint64_t ns, char *buf, size_t size);

/* The answer to one question, in prose and as an object (a new reference). */
void frag_probe_say(FILE *out, const struct frag_probe_result *r);
json_t *frag_probe_json(const struct frag_probe_result *r);

/* Did all come that were asked for? */
static inline bool frag_probe_is_met(const struct frag_probe_result *r)
{
	return r->successes >= r->asked;
}

/* --- probe-way.c --- */

/*
 * What stands between this machine and blocks of one order, from one picture.
 * Bytes, unless it says blocks; pageblocks are FRAG_ABSENT when they cannot be
 * read. node: whose zones it speaks of, -1: all; slab, page cache and swap are
 * always those of the whole machine. suitable and unusable: FRAG_ABSENT and -1
 * at an order that no free list has (max_order is the largest that one has).
 */
struct frag_way {
	unsigned order;
	unsigned max_order;
	int node;
	uint64_t block;
	uint64_t free;
	uint64_t suitable; /* blocks */
	int unusable; /* thousandths */
	uint64_t hidden;
	uint64_t movable;
	uint64_t unmovable;
	uint64_t reclaimable;
	uint64_t slab;
	uint64_t cached;
	uint64_t swap_total;
	uint64_t swap_free;
	uint64_t high; /* all zones' high watermarks */
	uint64_t min_free;
};

/* The way to order @order on @node ("all" or a number): now, or on the machine
 * of a picture, as far as that knows it. */
int frag_way_read(struct frag_way *w, unsigned order, const char *node,
		  struct frag_error *e);
void frag_way_of(struct frag_way *w, const struct frag_picture *p,
		 unsigned order, const char *node);

void frag_way_say(FILE *out, const struct frag_way *w);

/* What to do, cheapest first, with exact commands. */
void frag_way_advise(FILE *out, const struct frag_way *w);
json_t *frag_way_json(const struct frag_way *w);

/* --- probe-fix.c --- */

/*
 * Do one step after another against what stands in the way, ask again after
 * each, and print the table, until all is had. @p: how to ask, with a journal.
 * @is_sure: also the step that drops caches. @list: NULL, or an array that
 * takes the steps instead of the table. Returns an exit code, or a negative
 * errno.
 */
int frag_probe_fix(FILE *out, struct frag_probing *p, bool is_sure,
		   json_t *list, struct frag_error *e);

#endif
