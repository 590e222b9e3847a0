// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From what a user says of a machine ("1G@2,512M@0/1") to what every node has:
 * how CPUs and memory are shared out, and which machines Linux would refuse.
 */
#include "vm/machine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"

enum {
	CPUS_DEFAULT = 2,
	DISTANCE_LOCAL = 10, /* ACPI 6.5, 5.2.17 SLIT */
	DISTANCE_REMOTE = 20,
	DISTANCE_MAX = 254, /* 255: cannot be reached */
	WORD_MAX = 64,
};

#define MEMORY_DEFAULT (2 * FRAG_GIB)
#define MEMORY_MIN     (128 * FRAG_MIB) /* 6.1 and 7.2 boot in 96 MiB, not in 64 */
#define MEMORY_MAX     (512 * FRAG_GIB) /* of QEMU's 40 bits of address, half */
#define NODE_MIN       (32 * FRAG_MIB) /* Linux may leave out smaller nodes */
#define LIST_EXAMPLE   "--nodes 1G@2,1G@2,512M@0/1"

static int wrong(struct frag_error *e, const char *what, const char *word,
		 const char *why, const char *mend)
{
	frag_fail(e, 0, "cannot take %s '%s'", what, word);
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "%s", mend);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* The share of number @i, of @n, in @whole. */
static uint64_t share_of(uint64_t whole, unsigned n, unsigned i)
{
	return whole / n + (i < whole % n);
}

static uint64_t memory_sum(const struct frag_vm_machine *m)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < m->nnodes; i++)
		sum += m->nodes[i].memory;
	return sum;
}

/* --- "4" ------------------------------------------------------------------- */

static int nodes_alike(struct frag_vm_machine *m,
		       const struct frag_vm_machine_options *o, uint64_t n,
		       struct frag_error *e)
{
	if (!n || n > FRAG_VM_NODES_MAX)
		return wrong(e, "--nodes", o->nodes, "a guest has 1 to 8 nodes",
			     "--nodes 4");
	m->nnodes = (unsigned)n;
	if (!o->cpus && n > m->cpus)
		m->cpus = m->nnodes;
	for (unsigned i = 0; i < m->nnodes; i++) {
		m->nodes[i].cpus = (unsigned)share_of(m->cpus, m->nnodes, i);
		m->nodes[i].memory =
			share_of(m->memory / FRAG_MIB, m->nnodes, i) * FRAG_MIB;
	}
	return 0;
}

/* --- "1G@2,1G@2,512M@0/1" ---------------------------------------------------- */

/* The number behind the sign at @sign, which becomes the end of what is before
 * it. */
static int number_cut(char *sign, uint64_t max, unsigned *value)
{
	uint64_t n;

	*sign = '\0';
	if (frag_parse_count(sign + 1, &n) || n > max)
		return -EINVAL;
	*value = (unsigned)n;
	return 0;
}

/* Read one @node; *has_cpus tells whether it says how many. */
static int node_read(struct frag_vm_machine *m, struct frag_vm_node *node,
		     bool *has_cpus, struct frag_text text,
		     struct frag_error *e)
{
	char word[WORD_MAX];
	char whole[WORD_MAX];
	char *sign;

	snprintf(whole, sizeof(whole), "%.*s", (int)(text.end - text.at),
		 text.at);
	memcpy(word, whole, sizeof(word));
	sign = strchr(word, '/');
	if (sign) {
		m->has_tiers = true;
		if (number_cut(sign, FRAG_VM_TIERS_MAX - 1, &node->tier))
			return wrong(e, "the node", whole,
				     "behind '/' stands its tier, 0 (the "
				     "fastest memory) to 3",
				     LIST_EXAMPLE);
	}
	sign = strchr(word, '@');
	*has_cpus = sign != NULL;
	if (sign && number_cut(sign, FRAG_VM_CPUS_MAX, &node->cpus))
		return wrong(e, "the node", whole,
			     "behind '@' stands how many CPUs it has, 0 to 64",
			     LIST_EXAMPLE);
	if (strchr(word, '%') || frag_parse_size(word, 0, &node->memory) ||
	    node->memory % FRAG_MIB || node->memory > MEMORY_MAX)
		return wrong(e, "the node", whole,
			     "it begins with its memory, in whole MiB, 512G at "
			     "most",
			     LIST_EXAMPLE);
	return 0;
}

/* Give the CPUs that no node asked for to the nodes that did not say. */
static int cpus_spread(struct frag_vm_machine *m, const bool *has_cpus,
		       const struct frag_vm_machine_options *o,
		       struct frag_error *e)
{
	unsigned named = 0;
	unsigned open = 0;

	for (unsigned i = 0; i < m->nnodes; i++) {
		named += m->nodes[i].cpus;
		open += !has_cpus[i];
	}
	if (!o->cpus) {
		m->cpus = named + open;
		if (open && m->cpus < CPUS_DEFAULT)
			m->cpus = CPUS_DEFAULT;
	}
	if (named > m->cpus || (!open && named != m->cpus)) {
		frag_fail(e, 0, "cannot take --nodes '%s'", o->nodes);
		frag_error_why(e, "the nodes have %u CPUs, --cpus says %u",
			       named, m->cpus);
		frag_error_mend(e, "--cpus %u, or no --cpus at all", named);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	for (unsigned i = 0, at = 0; open && i < m->nnodes; i++)
		if (!has_cpus[i])
			m->nodes[i].cpus =
				(unsigned)share_of(m->cpus - named, open, at++);
	return 0;
}

/* The next of the words between commas. */
static bool word_next(const char **at, struct frag_text *word)
{
	if (!*at)
		return false;
	word->at = *at;
	word->end = strchrnul(*at, ',');
	*at = *word->end ? word->end + 1 : NULL;
	return true;
}

static int nodes_listed(struct frag_vm_machine *m,
			const struct frag_vm_machine_options *o,
			struct frag_error *e)
{
	bool has_cpus[FRAG_VM_NODES_MAX] = { false };
	const char *at = o->nodes;
	struct frag_text word;
	char sum[32], said[32];
	int r;

	while (word_next(&at, &word)) {
		if (m->nnodes == FRAG_VM_NODES_MAX)
			return wrong(e, "--nodes", o->nodes,
				     "a guest has 1 to 8 nodes", LIST_EXAMPLE);
		r = node_read(m, &m->nodes[m->nnodes], &has_cpus[m->nnodes],
			      word, e);
		if (r)
			return r;
		m->nnodes++;
	}
	if (!o->memory)
		m->memory = memory_sum(m);
	if (m->memory != memory_sum(m)) {
		frag_size_text(memory_sum(m), sum, sizeof(sum));
		frag_size_text(m->memory, said, sizeof(said));
		frag_fail(e, 0, "cannot take --nodes '%s'", o->nodes);
		frag_error_why(e, "the nodes add up to %s, --memory says %s",
			       sum, said);
		frag_error_mend(e, "--memory %s, or no --memory at all", sum);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	return cpus_spread(m, has_cpus, o, e);
}

/* --- "0-1=20,0-2=40"
 * ---------------------------------------------------------- */

static int distance_read(struct frag_vm_machine *m, struct frag_text text,
			 struct frag_error *e)
{
	static const char *const example = "--distances 0-1=20,0-2=40";
	uint64_t a, b, value;
	char word[WORD_MAX];
	unsigned char now;

	snprintf(word, sizeof(word), "%.*s", (int)(text.end - text.at),
		 text.at);
	if (!frag_text_u64(&text, &a) || !frag_text_take(&text, "-") ||
	    !frag_text_u64(&text, &b) || !frag_text_take(&text, "=") ||
	    !frag_text_u64(&text, &value) || !frag_text_done(&text))
		return wrong(e, "the distance", word,
			     "it is NODE-NODE=DISTANCE", example);
	if (a >= m->nnodes || b >= m->nnodes)
		return wrong(e, "the distance", word,
			     "there is no such node; they count from 0",
			     example);
	if (a == b ? value != DISTANCE_LOCAL
		   : value <= DISTANCE_LOCAL || value > DISTANCE_MAX)
		return wrong(e, "the distance", word,
			     "it is 11 to 254, and 10 to itself", example);
	now = m->distances[a][b];
	if (a != b && now && now != value)
		return wrong(e, "the distance", word,
			     "it was given before, and differs: there and back "
			     "are alike",
			     example);
	m->distances[a][b] = m->distances[b][a] = (unsigned char)value;
	return 0;
}

static int distances_read(struct frag_vm_machine *m, const char *text,
			  struct frag_error *e)
{
	struct frag_text word;
	int r;

	m->has_distances = text && *text;
	if (m->has_distances && !m->nnodes)
		return wrong(e, "--distances", text,
			     "this guest has no NUMA nodes", "--nodes 2");
	for (const char *at = m->has_distances ? text : NULL;
	     word_next(&at, &word);) {
		r = distance_read(m, word, e);
		if (r)
			return r;
	}
	for (unsigned i = 0; i < m->nnodes; i++)
		for (unsigned j = 0; j < m->nnodes; j++)
			if (!m->distances[i][j])
				m->distances[i][j] = i == j ? DISTANCE_LOCAL
							    : DISTANCE_REMOTE;
	return 0;
}

/* --- the whole
 * ------------------------------------------------------------------ */

static int whole_check(const struct frag_vm_machine *m, const char *nodes,
		       struct frag_error *e)
{
	char text[32];

	frag_size_text(m->memory, text, sizeof(text));
	if (m->memory < MEMORY_MIN)
		return wrong(e, "--memory", text, "a kernel needs 128M to boot",
			     "--memory 2G");
	if (m->memory > MEMORY_MAX)
		return wrong(e, "--memory", text, "a guest has 512G at most",
			     "--memory 2G");
	snprintf(text, sizeof(text), "%u", m->cpus);
	if (!m->cpus)
		return wrong(e, "--nodes", nodes,
			     "at least one node must have CPUs", LIST_EXAMPLE);
	if (m->cpus > FRAG_VM_CPUS_MAX)
		return wrong(e, "--cpus", text, "a guest has 1 to 64 CPUs",
			     "--cpus 2");
	for (unsigned i = 0; i < m->nnodes; i++)
		if (m->nodes[i].memory < NODE_MIN)
			return wrong(e, "--nodes", nodes,
				     "a node needs 32M at least: Linux may "
				     "leave out smaller ones",
				     LIST_EXAMPLE);
	return 0;
}

/* Linux numbers nodes as the SRAT names them, and it names CPUs first: with a
 * memory-only node before one with CPUs its numbers would not be ours. */
static int order_check(const struct frag_vm_machine *m, const char *nodes,
		       struct frag_error *e)
{
	for (unsigned i = 1; i < m->nnodes; i++)
		if (m->nodes[i].cpus && !m->nodes[i - 1].cpus)
			return wrong(e, "--nodes", nodes,
				     "memory-only nodes come last: Linux "
				     "numbers the nodes with CPUs first",
				     LIST_EXAMPLE);
	return 0;
}

static int options_check(const struct frag_vm_machine_options *o,
			 struct frag_error *e)
{
	char text[32];

	if (o->memory % FRAG_MIB) {
		frag_size_text(o->memory, text, sizeof(text));
		return wrong(e, "--memory", text, "it must be whole MiB",
			     "--memory 2G");
	}
	if (o->cpus > FRAG_VM_CPUS_MAX) {
		snprintf(text, sizeof(text), "%llu",
			 (unsigned long long)o->cpus);
		return wrong(e, "--cpus", text, "a guest has 1 to 64 CPUs",
			     "--cpus 2");
	}
	return 0;
}

int frag_vm_machine_make(struct frag_vm_machine *m,
			 const struct frag_vm_machine_options *o,
			 struct frag_error *e)
{
	const char *nodes = o->nodes ? o->nodes : "";
	uint64_t n;
	int r = options_check(o, e);

	*m = (struct frag_vm_machine){
		.cpus = o->cpus ? (unsigned)o->cpus : CPUS_DEFAULT,
		.memory = o->memory ? o->memory : MEMORY_DEFAULT,
	};
	if (!r && *nodes)
		r = frag_parse_count(nodes, &n) ? nodes_listed(m, o, e)
						: nodes_alike(m, o, n, e);
	if (!r)
		r = whole_check(m, nodes, e);
	if (!r)
		r = order_check(m, nodes, e);
	return r ? r : distances_read(m, o->distances, e);
}
