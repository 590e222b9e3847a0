/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the workload sculpt know of one another. */
#ifndef FRAGBENCH_SCULPT_STAGES_H
#define FRAGBENCH_SCULPT_STAGES_H

#include "fragbench/blocks.h"
#include "fragbench/pin.h"
#include "fragbench/sculpt.h"

struct sculpt_options {
	const char *like;
	const char *unusable;
	uint64_t order;
	uint64_t free; /* bytes; 0: not told */
	const char *blocks;
	const char *pattern;
	uint64_t unmovable; /* thousandths */
	const char *unmovable_by;
	const char *spread;
	const char *scope;
	const char *node;
	const char *zone;
	bool is_scaled;
	uint64_t tolerance; /* thousandths */
	uint64_t fitted; /* free, where nobody gave it and it was made to fit */
};

enum sculpt_counter {
	SCULPT_BLOCKS,
	SCULPT_ASIDE,
	SCULPT_ODD,
	SCULPT_TOUCHED,
	SCULPT_PINNED_BLOCKS,
	SCULPT_PINNED,
	SCULPT_FILLED,
	SCULPT_GIVEN,
	SCULPT_TOPPED,
	SCULPT_MOVED,
	SCULPT_PLAN_NS,
	SCULPT_GIVE_NS,
	SCULPT_DISTANCE,
};

enum {
	/* Fewer blocks than these are not worth rinsing for. */
	SCULPT_RINSE_LEAST = 8,
	SCULPT_RINSES = 6, /* blocks of each zone */
};

enum sculpt_rinse {
	SCULPT_RINSE_BEFORE,
	SCULPT_RINSE_GIVEN, /* and those behind it, a look each */
	SCULPT_RINSE_LAST = SCULPT_RINSE_GIVEN + 2,
	SCULPT_TOP_UP, /* these are not dropped but thinned out, see there */
};

/* A zone that blocks lie in, and the blocks that rinse its per-CPU list. */
struct sculpt_zone {
	struct frag_zone_span span;
	uint32_t rinse[SCULPT_RINSES];
	unsigned nrinse;
};

/* mine: slots of blocks in the zones that are meant; aside: of those that came
 * from others. pfn: by the number in mine. before, after: the free lists of
 * those zones. */
struct sculpt_state {
	unsigned stage;
	uint64_t at;
	bool is_zone; /* scope = zone */
	bool is_rinsed;
	unsigned looks; /* at the free lists, since the shape was made */
	bool is_looked; /* the last look at the free lists is good to judge by */
	struct frag_blocks blocks;
	struct frag_pins pins;
	struct frag_freelists lists;
	struct frag_sculpt_machine machine;
	struct frag_sculpt_target target;
	struct frag_sculpt_need need;
	struct frag_sculpt_plan plan;
	struct sculpt_zone zones[FRAG_BLOCKS_ZONES];
	unsigned nzones;
	uint64_t goal; /* blocks to be taken */
	uint32_t *mine;
	uint32_t nmine;
	uint32_t *aside;
	uint32_t naside;
	uint32_t vain; /* takes that brought nothing of what was free */
	uint64_t *pfn;
	uint8_t *is_going; /* by slot: in a release */
	char **pages; /* to be pinned */
	struct frag_free_look before;
	struct frag_free_look after;
	char *fill; /* single pages that hold what no block holds */
	uint64_t fill_room;
	uint64_t filled;
	char *tables; /* address space for page tables */
	uint64_t tables_bytes;
};

/* The node of option node: less than 0 for all; -EINVAL in *rc for no number. */
int frag_carve_node(const struct sculpt_options *o, int *rc);

/* What is asked for on this machine, by options @o; the random pattern by
 * @seed. 0 or a negative errno with @e filled. */
int frag_carve_target(const struct sculpt_options *o, uint64_t seed,
		      struct frag_sculpt_machine *m,
		      struct frag_sculpt_target *t,
		      struct frag_sculpt_need *need, struct frag_error *e);

/* Is so much taken that the per-CPU lists are worth rinsing? */
bool frag_carve_is_rinsed(const struct frag_sculpt_need *need);

/* check(), bytes() and shrink() of the descriptor. */
int frag_carve_check(const void *options, unsigned processes,
		     struct frag_error *e);
uint64_t frag_carve_bytes(const void *options, unsigned processes,
			  size_t page_size);
bool frag_carve_shrink(void *options, unsigned processes, size_t page_size,
		       uint64_t bytes);

/*
 * The stages. Each does one bounded piece of its work: SCULPT_MORE, SCULPT_NEXT
 * when nothing of it is left, SCULPT_BACK when more blocks have to be taken
 * first, or a negative errno. s->at: how far it has come.
 */
enum { SCULPT_MORE, SCULPT_NEXT, SCULPT_BACK };

int frag_carve_take(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_fill(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_pack(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_pin(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_drop(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_split(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_look(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_rinse(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_give(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_top_up(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_judge(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_tables(struct frag_context *ctx, struct sculpt_state *s);
int frag_carve_look_for_tables(struct frag_context *ctx,
			       struct sculpt_state *s);

/* Drop the blocks that rinse @which is made with; returns how many they were,
 * or a negative errno. */
int frag_carve_zones_rinse(struct sculpt_state *s, enum sculpt_rinse which);

#endif
