// SPDX-License-Identifier: GPL-2.0-or-later
/* The steps against what stands in the way, in order of cost, each proved by
 * asking again. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "clock.h"
#include "stage.h"
#include "verb/probe.h"

static int nothing_do(struct frag_probing *p, struct frag_error *e)
{
	(void)p;
	(void)e;
	return 0;
}

static int drain_do(struct frag_probing *p, struct frag_error *e)
{
	return frag_pcp_drain(p->journal, e);
}

static int slab_do(struct frag_probing *p, struct frag_error *e)
{
	int rc;

	(void)p;
	/* An inode that is dirty stays. */
	sync();
	rc = frag_spit("/proc/sys/vm/drop_caches", "2");
	return rc ? frag_fail(e, rc, "cannot drop dentries and inodes") : 0;
}

static int compact_do(struct frag_probing *p, struct frag_error *e)
{
	return frag_compact(p->node, e);
}

static const struct step {
	const char *name;
	bool needs_yes;
	int (*perform)(struct frag_probing *p, struct frag_error *e);
} steps[] = {
	{ "as it was", false, nothing_do },
	{ "drained", false, drain_do },
	{ "slab dropped", true, slab_do },
	{ "compacted", false, compact_do },
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

/* What a step came to: how long it took, and what could be had then. */
struct proof {
	const char *step;
	uint64_t took_ns;
	struct frag_way way;
	struct frag_probe_result *result;
};

static int step_do(struct frag_probing *p, const struct step *step,
		   struct proof *proof, struct frag_error *e)
{
	uint64_t begin = frag_now();
	unsigned n = 0;
	int rc = step->perform(p, e);

	proof->step = step->name;
	proof->took_ns = step->perform == nothing_do ? 0 : frag_now() - begin;
	if (!rc)
		rc = frag_way_read(&proof->way, (unsigned)p->settings.order,
				   p->node, e);
	if (!rc)
		rc = frag_probe_ask(p, &proof->result, &n, e);
	return rc;
}

static void head_print(FILE *out, const struct frag_probing *p)
{
	fprintf(out, "%-14s %10s  %20s  %16s  %10s\n", p->type->name, "took",
		"free blocks of order", "you get", "p99");
}

static void proof_print(FILE *out, const struct proof *proof)
{
	const struct frag_probe_result *r = proof->result;
	char took[32] = "-";
	char p99[32] = "-";
	char suitable[32] = "-";
	char got[48];

	if (proof->took_ns)
		frag_ns_text(proof->took_ns, took, sizeof(took));
	if (r->latency.total)
		frag_ns_text(frag_histogram_percentile(&r->latency, 0.99), p99,
			     sizeof(p99));
	snprintf(got, sizeof(got), "%" PRIu64 " of %" PRIu64, r->successes,
		 r->asked);
	if (proof->way.suitable != FRAG_ABSENT)
		snprintf(suitable, sizeof(suitable), "%" PRIu64,
			 proof->way.suitable);
	fprintf(out, "%-14s %10s  %15s (%2u)  %16s  %10s\n", proof->step, took,
		suitable, proof->way.order, got, p99);
	fflush(out);
}

static json_t *proof_json(const struct proof *proof)
{
	return json_pack("{s:s, s:I, s:o, s:o}", "step", proof->step, "took_ns",
			 (json_int_t)proof->took_ns, "way",
			 frag_way_json(&proof->way), "answer",
			 frag_probe_json(proof->result));
}

static const char *end_about(bool is_met, bool is_at_floor)
{
	if (is_met)
		return "all came: nothing more is to be done";
	if (is_at_floor)
		return "memory is what is missing, not blocks: ask for fewer, "
		       "or free some";
	return "still fewer than asked: what is left is not free, or cannot "
	       "be moved";
}

int frag_probe_fix(FILE *out, struct frag_probing *p, bool is_sure,
		   json_t *list, struct frag_error *e)
{
	bool is_at_floor = false;
	bool is_met = false;
	int rc = 0;

	fprintf(stderr,
		"until all is had: drain the per-CPU lists, drop dentries and inodes%s, compact; every knob is put back\n",
		is_sure ? "" : " (only with --yes: left out)");
	if (!list)
		head_print(out, p);
	for (unsigned i = 0; i < STEPS && !rc && !is_met; i++) {
		struct proof proof = { 0 };

		if (steps[i].needs_yes && !is_sure)
			continue;
		rc = step_do(p, &steps[i], &proof, e);
		if (!rc && list)
			json_array_append_new(list, proof_json(&proof));
		else if (!rc)
			proof_print(out, &proof);
		is_met = !rc && frag_probe_is_met(proof.result);
		is_at_floor = !rc && !strcmp(proof.result->stopped, "floor");
		free(proof.result);
	}
	if (rc)
		return rc;
	if (!list)
		fprintf(out, "\n%s\n", end_about(is_met, is_at_floor));
	return is_met ? FRAG_EXIT_DONE : FRAG_EXIT_BAD;
}
