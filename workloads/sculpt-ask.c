// SPDX-License-Identifier: GPL-2.0-or-later
/* What a user asks sculpt for, on the machine that is here: how much memory
 * that takes, and what of it cannot be had. */
#include <stdlib.h>
#include <string.h>

#include "fragbench/nodes.h"
#include "fragbench/sculpt-stages.h"

static const uint64_t free_default = 256ULL << 20;

/* --- what is asked for --- */

int frag_carve_node(const struct sculpt_options *o, int *rc)
{
	char *end = NULL;
	unsigned long node;

	*rc = 0;
	if (!strcmp(o->node, "all"))
		return -1;
	node = strtoul(o->node, &end, 10);
	if (end == o->node || *end || *o->node == '-' ||
	    node >= FRAG_NODE_NUMBERS)
		*rc = -EINVAL;
	return (int)(node % FRAG_NODE_NUMBERS);
}

static int machine_read(const struct sculpt_options *o,
			struct frag_sculpt_machine *m, struct frag_error *e)
{
	struct frag_freelists lists = { 0 };
	struct frag_free_look look;
	int rc;
	int node = frag_carve_node(o, &rc);

	if (rc) {
		frag_fail(e, rc, "sculpt: numa-node = %s is no number",
			  o->node);
		frag_error_mend(e, "numa-node = 0, or all");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return rc;
	}
	rc = frag_freelists_open(&lists, "", node, o->zone, e);
	if (!rc)
		rc = frag_freelists_look(&lists, &look);
	frag_freelists_close(&lists);
	if (rc)
		return frag_fail(e, rc, "sculpt: no look at the free lists");
	*m = (struct frag_sculpt_machine){
		.page_size = (size_t)getpagesize(),
		.orders = look.buddy.orders,
		.block_order = frag_blocks_order(),
		.managed = look.managed,
	};
	if (m->block_order && m->block_order < m->orders)
		return 0;
	frag_fail(e, 0, "sculpt: this kernel has no huge pages to carve");
	frag_error_mend(e, "a kernel with CONFIG_TRANSPARENT_HUGEPAGE");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOTSUP;
}

int frag_carve_target(const struct sculpt_options *o, uint64_t seed,
		      struct frag_sculpt_machine *m,
		      struct frag_sculpt_target *t,
		      struct frag_sculpt_need *need, struct frag_error *e)
{
	bool is_auto = !strcmp(o->pattern, "auto");
	bool is_pattern =
		!is_auto || (!*o->like && !*o->unusable && !*o->blocks);
	struct frag_sculpt_ask ask = {
		.like = o->like,
		.unusable = o->unusable,
		.blocks = o->blocks,
		.pattern = is_auto && is_pattern ? "checkerboard"
			   : is_auto		 ? ""
						 : o->pattern,
		.free = o->free,
		.order = o->order,
		.zone = o->zone,
		.is_scaled = o->is_scaled,
		.seed = seed,
	};
	int rc = machine_read(o, m, e);

	if (!rc)
		ask.node = frag_carve_node(o, &rc);
	if (!ask.free && (is_pattern || *o->unusable))
		ask.free = free_default;
	if (!rc)
		rc = frag_sculpt_target(&ask, m, t, e);
	if (!rc)
		rc = frag_sculpt_need(&t->asked, m, need, e);
	return rc;
}

/* --- what can be had here --- */

static int memory_check(const struct frag_sculpt_machine *m,
			const struct frag_sculpt_need *need,
			struct frag_error *e)
{
	if (need->pages <= m->managed)
		return 0;
	frag_fail(e, 0, "sculpt: such a shape is larger than the memory");
	frag_error_why(e, "it needs %ju MiB, and there are %ju MiB",
		       (uintmax_t)need->pages * m->page_size >> 20,
		       (uintmax_t)m->managed * m->page_size >> 20);
	frag_error_mend(e, "free = %ju%s",
			(uintmax_t)m->managed * m->page_size >> 22, "M");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -ENOMEM;
}

/* Without frame numbers nobody can tell which blocks are neighbours, and which
 * zone one is of. */
static int frames_check(const struct sculpt_options *o,
			const struct frag_sculpt_need *need,
			struct frag_error *e)
{
	if (!frag_frames_are_hidden() ||
	    (!need->runs && !*o->zone && strcmp(o->scope, "zone") != 0))
		return 0;
	frag_fail(e, 0, "sculpt: frame numbers are hidden from this user");
	frag_error_why(e, "%s",
		       *o->zone	    ? "which zone a block is of cannot be told"
		       : need->runs ? "which blocks are neighbours cannot be "
				      "told, and blocks of the pageblock order "
				      "or above are asked for"
				    : "what is not free cannot be told");
	frag_error_mend(e, "run as root, or ask for smaller blocks only, "
			   "without zone, with scope = added");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -EPERM;
}

static int pins_check(const struct sculpt_options *o, struct frag_error *e)
{
	int rc;

	if (!o->unmovable || !strcmp(o->unmovable_by, "page-tables"))
		return 0;
	rc = frag_pins_check("sculpt", "unmovable-by", o->unmovable_by, e);
	if (!rc)
		rc = frag_pins_ask(e);
	if (rc)
		frag_error_exit(e, FRAG_EXIT_CANNOT);
	return rc;
}

int frag_carve_check(const void *options, unsigned processes,
		     struct frag_error *e)
{
	const struct sculpt_options *o = options;
	struct frag_sculpt_machine m = { 0 };
	struct frag_sculpt_target t;
	struct frag_sculpt_need need = { 0 };
	int rc;

	if (processes != 1) {
		frag_fail(e, 0, "sculpt: the free lists have one shape");
		frag_error_why(e, "processes = %u", processes);
		frag_error_mend(e, "processes = 1");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	rc = frag_carve_target(o, 1, &m, &t, &need, e);
	if (!rc)
		rc = memory_check(&m, &need, e);
	if (!rc)
		rc = frames_check(o, &need, e);
	if (!rc)
		rc = pins_check(o, e);
	return rc;
}

bool frag_carve_is_rinsed(const struct frag_sculpt_need *need)
{
	return need->blocks >= SCULPT_RINSE_LEAST;
}

uint64_t frag_carve_bytes(const void *options, unsigned processes,
			  size_t page_size)
{
	struct frag_sculpt_machine m = { 0 };
	struct frag_sculpt_target t;
	struct frag_sculpt_need need = { 0 };
	struct frag_error e = { 0 };
	uint64_t pages;

	if (frag_carve_target(options, 1, &m, &t, &need, &e))
		return 0;
	pages = need.pages;
	if (frag_carve_is_rinsed(&need))
		pages += SCULPT_RINSES << m.block_order;
	return pages * page_size * processes;
}

/* A shape that was asked for is had, or is not: only the size that nobody gave
 * can be smaller. */
bool frag_carve_shrink(void *options, unsigned processes, size_t page_size,
		       uint64_t bytes)
{
	struct sculpt_options *o = options;
	uint64_t now = free_default;

	if (o->free != o->fitted || *o->blocks || *o->like)
		return false;
	for (; now >= page_size; now -= (now / 16 | page_size)) {
		o->free = o->fitted = now / page_size * page_size;
		if (frag_carve_bytes(o, processes, page_size) - 1 < bytes)
			return true;
		if (now < page_size + (now / 16 | page_size))
			break;
	}
	return false;
}
