// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes that take memory of NUMA nodes by policy, each its own node, ask
 * the kernel where every page came to lie, and move it from node to node.
 */
#include <numaif.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fragbench/nodes.h"
#include "fragbench/workload.h"

enum {
	CHUNK = 64, /* pages that a step touches, or moves */
	NODE_COUNTERS = 8,
};

struct pinned_options {
	uint64_t size;
	const char *nodes;
	const char *policy;
	const char *migrate;
	uint64_t rounds;
};

static const struct frag_option pinned_options[] = {
	{ "size", 0, FRAG_SIZE, offsetof(struct pinned_options, size), NULL,
	  "32M", 4096, 0, "memory of each process" },
	{ "nodes", 0, FRAG_TEXT, offsetof(struct pinned_options, nodes),
	  "all|LIST", "all", 0, 0,
	  "the nodes that memory comes from, dealt out to the processes in turn: all that have memory, or a list such as 1,0 (of interleave: each process takes from all of them)" },
	{ "policy", 0, FRAG_CHOICE, offsetof(struct pinned_options, policy),
	  "bind|preferred|interleave|local", "bind", 0, 0,
	  "bind: only from the process's node; preferred: from it while it has any; interleave: page by page from each; local: from the node of the CPU, whatever nodes says" },
	{ "migrate", 0, FRAG_CHOICE, offsetof(struct pinned_options, migrate),
	  "no|move-pages|mbind", "no", 0, 0,
	  "whether all of it moves to the next of the nodes, and on, and back, and by which call: move_pages(2), page by page, or mbind(2) with MPOL_MF_MOVE, by range" },
	{ "rounds", 0, FRAG_COUNT, offsetof(struct pinned_options, rounds), NULL,
	  "4", 0, 0, "how often all of it is moved; 0: until told to stop" },
	{ 0 },
};

/* clang-format off */
/* Slots: the nodes themselves, then what those are to the CPU and the policy. */
enum {
	OTHER_NODES = NODE_COUNTERS, LOCAL, REMOTE, KEPT, BROKEN, MOVED, STAYED
};

#define NODE(n) { "node" #n, "pages", "pages seen on node " #n }

static const struct frag_workload_counter pinned_counters[] = {
	NODE(0), NODE(1), NODE(2), NODE(3), NODE(4), NODE(5), NODE(6), NODE(7),
	{ "other-nodes", "pages", "pages seen on node 8 and above" },
	{ "local", "pages", "pages seen on the node of the CPU" },
	{ "remote", "pages", "pages seen on another node than the CPU's" },
	{ "as-promised", "pages", "pages seen where the policy says" },
	{ "elsewhere", "pages", "pages seen where the policy does not say" },
	{ "moved", "pages", "pages that moved to the node meant" },
	{ "not-moved", "pages", "pages that did not move to the node meant" },
	{ 0 },
};
/* clang-format on */

struct pinned_state {
	char *memory;
	uint64_t pages; /* of the whole mapping */
	uint64_t touched;
	uint64_t held; /* of these, how many were not given back */
	uint64_t round; /* of migration: how many are done */
	uint64_t at; /* of this round: pages done */
	bool *is_held;
	struct frag_nodes nodes;
	unsigned target; /* index in nodes: where it is to be now */
	bool is_flat; /* the kernel knows of no nodes */
};

static int pinned_allowed(struct frag_error *e)
{
	void *page = &page;
	int node;

	if (!move_pages(0, 1, &page, NULL, &node, 0) || errno == ENOSYS)
		return 0;
	frag_fail(e, -errno, "move_pages");
	frag_error_mend(e, "allow the NUMA calls in the container, as docker "
			   "run --cap-add SYS_NICE does");
	return -EPERM;
}

static const struct frag_need pinned_needs[] = {
	{ .kind = FRAG_NEED_CALL,
	  .arg = "move_pages(2)",
	  .why = "seeing and choosing the node of a page",
	  .ask = pinned_allowed },
	{ .kind = FRAG_NEED_END },
};

static bool is_policy(const struct pinned_options *o, const char *policy)
{
	return !strcmp(o->policy, policy);
}

static int pinned_check(const void *options, unsigned processes,
			struct frag_error *e)
{
	const struct pinned_options *o = options;
	const struct frag_node_mask allowed = frag_nodes_allowed();
	struct frag_nodes nodes;
	int rc = frag_nodes_parse(o->nodes, &allowed, &nodes);

	(void)processes;
	if (rc) {
		frag_fail(e, 0, "nodes cannot be '%s'", o->nodes);
		frag_error_why(e, "%s",
			       rc == -ENODEV ? "not all of these have memory "
					       "here for us"
					     : "it is no list of nodes");
		frag_error_mend(e, "fragbench snapshot shows the nodes; or "
				   "--nodes all");
		return rc;
	}
	if (strcmp(o->migrate, "no") != 0 &&
	    (is_policy(o, "interleave") || is_policy(o, "local"))) {
		frag_fail(e, 0, "policy %s and migrate %s cannot go together",
			  o->policy, o->migrate);
		frag_error_why(e, "it names no node that is the next one");
		frag_error_mend(e, "--policy bind");
		return -EINVAL;
	}
	return 0;
}

static uint64_t pinned_bytes(const void *options, unsigned processes,
			     size_t page_size)
{
	const struct pinned_options *o = options;
	uint64_t bytes;

	(void)page_size;
	if (__builtin_mul_overflow(o->size, processes, &bytes))
		return UINT64_MAX;
	return bytes;
}

static bool pinned_shrink(void *options, unsigned processes, size_t page_size,
			  uint64_t bytes)
{
	struct pinned_options *o = options;

	o->size = bytes / processes / page_size * page_size;
	return o->size >= page_size;
}

static unsigned node_now(const struct pinned_state *s)
{
	return s->nodes.node[s->target];
}

/* Give @length bytes at @at the policy; flags: MPOL_MF_MOVE moves what is there
 * already. */
static int policy_set(const struct pinned_options *o, struct pinned_state *s,
		      char *at, uint64_t length, unsigned flags)
{
	struct frag_node_mask mask = { { 0 } };
	int mode = MPOL_BIND;

	if (is_policy(o, "local"))
		return mbind(at, length, MPOL_LOCAL, NULL, 0, flags);
	if (is_policy(o, "preferred"))
		mode = MPOL_PREFERRED;
	if (is_policy(o, "interleave")) {
		mode = MPOL_INTERLEAVE;
		for (unsigned i = 0; i < s->nodes.count; i++)
			frag_node_mask_set(&mask, s->nodes.node[i]);
	} else {
		frag_node_mask_set(&mask, node_now(s));
	}
	return mbind(at, length, mode, mask.bits, FRAG_NODE_NUMBERS + 1, flags);
}

static int pinned_setup(struct frag_context *ctx)
{
	const struct pinned_options *o = ctx->options;
	struct pinned_state *s = ctx->state;
	const struct frag_node_mask allowed = frag_nodes_allowed();
	int rc = frag_nodes_parse(o->nodes, &allowed, &s->nodes);

	if (rc)
		return rc;
	s->target = ctx->index % s->nodes.count;
	s->pages = (o->size + ctx->page_size - 1) / ctx->page_size;
	s->is_held = calloc(s->pages, sizeof(bool));
	if (!s->is_held)
		return -ENOMEM;
	s->memory =
		mmap(NULL, s->pages * ctx->page_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->memory == MAP_FAILED) {
		s->memory = NULL;
		return frag_no_space(ctx, s->pages * ctx->page_size);
	}
	/* Small pages: a huge one lies on one node whatever interleaves. */
	madvise(s->memory, s->pages * ctx->page_size, MADV_NOHUGEPAGE);
	if (!policy_set(o, s, s->memory, s->pages * ctx->page_size, 0))
		return 0;
	s->is_flat = errno == ENOSYS;
	if (s->is_flat)
		return 0;
	return frag_give_up(ctx, -errno, "mbind to %u: %s; mend: --nodes all",
			    node_now(s), strerror(errno));
}

/* On which node is each of @count pages from page @first on? Less than 0 where
 * there is none. */
static int nodes_look(struct frag_context *ctx, uint64_t first, uint64_t count,
		      int *node)
{
	const struct pinned_state *s = ctx->state;
	void *page[CHUNK];

	for (uint64_t i = 0; i < count; i++)
		page[i] = s->memory + (first + i) * ctx->page_size;
	if (!s->is_flat)
		return move_pages(0, count, page, NULL, node, 0) ? -errno : 0;
	memset(node, 0, count * sizeof(*node));
	return 0;
}

static bool is_promised(const struct pinned_options *o,
			const struct pinned_state *s, unsigned node,
			unsigned here)
{
	if (is_policy(o, "local"))
		return node == here;
	if (!is_policy(o, "interleave"))
		return node == node_now(s);
	for (unsigned i = 0; i < s->nodes.count; i++)
		if (s->nodes.node[i] == node)
			return true;
	return false;
}

/* Count where @count pages are. */
static void nodes_count(struct frag_context *ctx, const int *node,
			uint64_t count)
{
	const struct pinned_options *o = ctx->options;
	unsigned here = 0;

	getcpu(NULL, &here);
	for (uint64_t i = 0; i < count; i++) {
		unsigned n = (unsigned)node[i];

		if (node[i] < 0) /* swapped out meanwhile */
			continue;
		frag_count(ctx, n < NODE_COUNTERS ? n : OTHER_NODES, 1);
		frag_count(ctx, n == here ? LOCAL : REMOTE, 1);
		frag_count(ctx,
			   is_promised(o, ctx->state, n, here) ? KEPT : BROKEN,
			   1);
	}
}

static uint64_t chunk_of(uint64_t left)
{
	return left < CHUNK ? left : CHUNK;
}

static int chunk_touch(struct frag_context *ctx)
{
	struct pinned_state *s = ctx->state;
	uint64_t count = chunk_of(s->pages - s->touched);
	uint64_t first = s->touched;
	int node[CHUNK];
	int rc;

	for (uint64_t i = first; i < first + count; i++) {
		*(volatile char *)(s->memory + i * ctx->page_size) = 1;
		s->is_held[i] = true;
	}
	frag_time_to(ctx);
	s->touched += count;
	s->held += count;
	frag_add_pages(ctx, (int64_t)count);
	frag_set_range(ctx, 0, (uintptr_t)s->memory,
		       (uintptr_t)s->memory + s->touched * ctx->page_size);
	rc = nodes_look(ctx, first, count, node);
	if (!rc)
		nodes_count(ctx, node, count);
	return rc;
}

/* Move pages with move_pages(2); each that cannot be moved stays. */
static int pages_move(struct frag_context *ctx, uint64_t first, uint64_t count)
{
	const struct pinned_state *s = ctx->state;
	void *page[CHUNK];
	int node[CHUNK];
	int status[CHUNK];

	for (uint64_t i = 0; i < count; i++) {
		page[i] = s->memory + (first + i) * ctx->page_size;
		node[i] = (int)node_now(s);
	}
	/* Above 0: so many were not even tried. */
	return move_pages(0, count, page, node, status, MPOL_MF_MOVE) < 0
		       ? -errno
		       : 0;
}

static int chunk_migrate(struct frag_context *ctx)
{
	const struct pinned_options *o = ctx->options;
	struct pinned_state *s = ctx->state;
	uint64_t count = chunk_of(s->pages - s->at);
	char *at = s->memory + s->at * ctx->page_size;
	int before[CHUNK];
	int after[CHUNK];
	int target = (int)node_now(s);
	int rc = nodes_look(ctx, s->at, count, before);

	frag_time_from(ctx);
	if (!rc && strcmp(o->migrate, "mbind") != 0)
		rc = pages_move(ctx, s->at, count);
	else if (!rc &&
		 policy_set(o, s, at, count * ctx->page_size, MPOL_MF_MOVE))
		rc = -errno;
	frag_time_to(ctx);
	/* A node that is full takes none: they stay, and that is counted. */
	if (!rc || rc == -ENOMEM || rc == -EBUSY || rc == -EAGAIN)
		rc = nodes_look(ctx, s->at, count, after);
	if (rc)
		return frag_give_up(
			ctx, rc,
			"pages cannot move to node %d: %s; mend: --migrate no",
			target, strerror(-rc));
	for (uint64_t i = 0; i < count; i++) {
		if (after[i] >= 0 && after[i] != target)
			frag_count(ctx, STAYED, 1);
		else if (after[i] == target && before[i] != target)
			frag_count(ctx, MOVED, 1);
	}
	nodes_count(ctx, after, count);
	s->at += count;
	return 0;
}

/* All was moved once: the next node is the aim of the next round. */
static void round_begin(struct pinned_state *s)
{
	s->target = (s->target + 1) % s->nodes.count;
	s->at = 0;
}

static int pinned_step(struct frag_context *ctx)
{
	const struct pinned_options *o = ctx->options;
	struct pinned_state *s = ctx->state;
	bool migrates = strcmp(o->migrate, "no") != 0 && s->nodes.count > 1;
	int rc;

	if (s->touched < s->pages) {
		rc = chunk_touch(ctx);
		if (rc || s->touched < s->pages)
			return rc;
		/* With one node there is none to move to. */
		round_begin(s);
		return migrates ? FRAG_MORE : FRAG_DONE;
	}
	rc = chunk_migrate(ctx);
	if (rc || s->at < s->pages)
		return rc;
	if (++s->round == o->rounds)
		return FRAG_DONE;
	round_begin(s);
	return FRAG_MORE;
}

/*
 * By chance, page by page, and exactly as many as asked (Knuth, The Art of
 * Computer Programming 2, algorithm S). Every second page would give a pattern
 * that the free scanner of compaction, in strides of 32 frames, can pass by.
 */
static int pinned_release(struct frag_context *ctx, unsigned permille)
{
	struct pinned_state *s = ctx->state;
	uint64_t left = s->held;
	uint64_t due = left * permille / 1000;

	for (uint64_t i = 0; due && !frag_is_stopping(ctx); i++) {
		if (!s->is_held[i] || frag_random(&ctx->seed) % left-- >= due)
			continue;
		due--;
		if (madvise(s->memory + i * ctx->page_size, ctx->page_size,
			    MADV_DONTNEED))
			return -errno;
		s->is_held[i] = false;
		s->held--;
		frag_add_pages(ctx, -1);
	}
	return 0;
}

static void pinned_teardown(struct frag_context *ctx)
{
	struct pinned_state *s = ctx->state;

	if (s->memory)
		munmap(s->memory, s->pages * ctx->page_size);
	free(s->is_held);
}

extern const struct frag_workload frag_workload_numa_pinned;
const struct frag_workload frag_workload_numa_pinned = {
	.name = "numa-pinned",
	.summary = "memory of chosen NUMA nodes, taken, held and moved",
	.about =
		"Each process binds a mapping to a node with mbind (mm/mempolicy.c) "
		"and touches it page by page: order-0 allocations of movable "
		"memory through the anonymous page fault, whose zonelist "
		"(vma_alloc_folio, in 5.10 alloc_pages_vma) is that of the "
		"policy, so that the "
		"free lists of exactly that node shrink. Where each page came "
		"to lie is asked of the kernel (move_pages without nodes) and "
		"counted. migrate moves all of it on to the next node "
		"and back (do_pages_move or do_mbind, migrate_pages in "
		"mm/migrate.c): free lists of one node are filled in the order "
		"in which those of the other are emptied. A release gives back "
		"single pages, chosen by chance: each node keeps its own dust, "
		"and can be compacted alone (do = compact, node = N). Where the "
		"machine has one node, all processes run on it, and nothing "
		"moves.",
	.options = pinned_options,
	.options_size = sizeof(struct pinned_options),
	.state_size = sizeof(struct pinned_state),
	.processes = 4,
	.cpus = "node:all",
	.needs = pinned_needs,
	.counters = pinned_counters,
	.check = pinned_check,
	.bytes = pinned_bytes,
	.shrink = pinned_shrink,
	.setup = pinned_setup,
	.step = pinned_step,
	.release = pinned_release,
	.teardown = pinned_teardown,
};
