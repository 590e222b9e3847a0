// SPDX-License-Identifier: GPL-2.0-or-later
/* What makes runs unlike: what must be the same for a difference to be one of
 * what was compared, what should be, and how to mend it. */
#include "compare-parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statistics.h"

/* How far the start may be apart. */
static const double start_gap = 0.1;

/* --- numbers that should be near one another --------------------------------- */

static double memory_of(const struct frag_compare_run *r)
{
	return json_number_value(json_object_get(r->facts, "memory_bytes"));
}

/* Object when the memory of these runs is apart; @where: " inside of GROUP". */
static void memory_object(struct frag_compare *c,
			  struct frag_compare_run *const *runs, unsigned n,
			  const char *where, const char *mend)
{
	double min = INFINITY;
	double max = 0;

	for (unsigned i = 0; i < n; i++) {
		min = fmin(min, memory_of(runs[i]));
		max = fmax(max, memory_of(runs[i]));
	}
	if (max - min > FRAG_MEMORY_SHARE * max)
		frag_compare_object(
			c, true,
			frag_compare_keep(c,
					  "the size of the memory differs%s: "
					  "%.0f to %.0f MiB",
					  where, min / (1024 * 1024),
					  max / (1024 * 1024)),
			mend);
}

/* Groups by memory take sizes together that are written alike: not too far. */
static void memory_check(struct frag_compare *c)
{
	if (!frag_compare_is_key(c, "memory")) {
		memory_object(c, c->runs, c->nruns, "",
			      frag_trait_by(c, "memory"));
		return;
	}
	for (unsigned i = 0; i < c->ngroups; i++)
		memory_object(c, c->groups[i].runs, c->groups[i].nruns,
			      frag_compare_keep(c, " inside of %s",
						c->groups[i].label),
			      "compare runs of one size of memory");
}

/* The starts of a group's runs; returns how many are known. */
static unsigned starts_of(const struct frag_compare_group *g, double *starts)
{
	unsigned n = 0;

	for (unsigned i = 0; i < g->nruns; i++) {
		json_t *start = json_object_get(g->runs[i]->facts, "start");

		if (json_is_number(start))
			starts[n++] = json_number_value(start);
	}
	return n;
}

static void start_object(struct frag_compare *c, bool is_refusal, double min,
			 double max, const char *where)
{
	frag_compare_object(
		c, is_refusal,
		frag_compare_keep(
			c,
			"the states at the start are apart%s: unusable "
			"from %.3f to %.3f at the end of the first "
			"phase",
			where, min, max),
		"fragbench run SCENARIO --start clean, or on a machine that was "
		"booted for it");
}

/* Apart from group to group: what is compared is the start. Inside of a group
 * it is noise, and seen as range. */
static void start_check(struct frag_compare *c)
{
	double *starts = calloc(c->nruns, sizeof(*starts));
	double min = INFINITY;
	double max = -INFINITY;

	if (!starts)
		abort();
	for (unsigned i = 0; i < c->ngroups; i++) {
		const struct frag_compare_group *g = &c->groups[i];
		unsigned n = starts_of(g, starts);
		double median;

		if (!n)
			continue;
		median = frag_median(starts, n);
		min = fmin(min, median);
		max = fmax(max, median);
		if (starts[n - 1] - starts[0] > start_gap)
			start_object(c, false, starts[0], starts[n - 1],
				     frag_compare_keep(c, " inside of %s",
						       g->label));
	}
	free(starts);
	if (max - min > start_gap)
		start_object(c, !frag_compare_is_key(c, "start"), min, max, "");
}

/* --- kernels ---------------------------------------------------------------- */

/* A group of several kernels says nothing of any of them. Returns whether it
 * has several; builds of one kernel may be meant, as in a bisection. */
static bool kernels_object(struct frag_compare *c,
			   const struct frag_compare_group *g)
{
	static const struct frag_trait kernel = { .text = frag_trait_key,
						  .name = "kernel" };
	static const struct frag_trait build = { .text = frag_trait_key,
						 .name = "kernel_version" };
	json_t *kernels = frag_trait_count(g->runs, g->nruns, &kernel);
	json_t *builds = frag_trait_count(g->runs, g->nruns, &build);
	bool has_several = json_object_size(kernels) > 1;

	if (has_several)
		frag_compare_object(
			c, true,
			frag_compare_keep(c, "%s has several kernels: %s",
					  g->label,
					  frag_trait_counts_text(c, kernels)),
			frag_trait_by(c, "kernel"));
	else if (json_object_size(builds) > 1)
		frag_compare_object(
			c, false,
			frag_compare_keep(c,
					  "%s has several builds of a kernel: "
					  "%s",
					  g->label,
					  frag_trait_counts_text(c, builds)),
			frag_trait_by(c, "kernel_version"));
	json_decref(kernels);
	json_decref(builds);
	return has_several;
}

/* Sides and series may be of different kernels: that is what they are for.
 * Groups by another key may not. */
static void kernels_check(struct frag_compare *c)
{
	bool has_several = false;

	for (unsigned i = 0; i < c->ngroups; i++)
		has_several |= kernels_object(c, &c->groups[i]);
	if (c->config.nby && !has_several &&
	    !frag_compare_is_key(c, "series") &&
	    !frag_compare_is_key(c, "kernel_version"))
		frag_trait_refuse(c, frag_trait_key, "kernel", "the kernel",
				  frag_trait_by(c, "kernel"));
}

/* --- the tool ---------------------------------------------------------------- */

/* A build that was not made to measure with. */
static void build_check(struct frag_compare *c)
{
	unsigned slow = 0;
	char buf[FRAG_VALUE_SIZE];

	for (unsigned i = 0; i < c->nruns; i++) {
		const char *build =
			frag_compare_key(c->runs[i], "build", buf, sizeof(buf));

		slow += build && (strstr(build, "Debug") == build ||
				  strstr(build, "sanitizers"));
	}
	if (slow)
		frag_compare_object(
			c, false,
			frag_compare_keep(
				c,
				"%u of %u runs were made by a debug or "
				"sanitizer build",
				slow, c->nruns),
			"./dev build, and run with build/fragbench");
	frag_trait_refuse(c, frag_trait_key, "build", "the build of fragbench",
			  "./dev build, and run with build/fragbench");
	frag_trait_warn(c, frag_trait_key, "version",
			"the version of fragbench", "run all with one version");
}

/* Of one run nobody knows how far the next would have been from it; and few can
 * be told apart by chance, the fewer the more metrics there are. */
static void number_check(struct frag_compare *c)
{
	const struct frag_compare_group *least = &c->groups[0];
	unsigned alone = 0;

	for (unsigned i = 0; i < c->ngroups; i++) {
		alone += c->groups[i].nruns == 1;
		if (c->groups[i].nruns < least->nruns)
			least = &c->groups[i];
	}
	if (least->nruns >= FRAG_RUNS_GOOD)
		return;
	frag_compare_object(
		c, false,
		alone ? frag_compare_keep(c,
					  "%u of %u groups have one run only: "
					  "a difference may be chance",
					  alone, c->ngroups)
		: least->nruns < FRAG_RUNS_LEAST
			? frag_compare_keep(c,
					    "%s has %u runs: with fewer than 4 "
					    "on a side a difference may be "
					    "chance, and there is no verdict",
					    least->label, least->nruns)
			: frag_compare_keep(c,
					    "%s has %u runs: with fewer than 9 "
					    "on a side only large differences "
					    "of few metrics can be told",
					    least->label, least->nruns),
		"fragbench run SCENARIO -r 9");
}

static void trust_check(struct frag_compare *c)
{
	unsigned untrusted = 0;

	for (unsigned i = 0; i < c->nruns; i++)
		untrusted += !c->runs[i]->is_trusted;
	if (untrusted)
		frag_compare_object(
			c, false,
			frag_compare_keep(c,
					  "untrusted runs take part: %u of %u",
					  untrusted, c->nruns),
			"leave them out: without --untrusted");
}

/* What stands in no manifest (the order of keys, remarks, expectations) the
 * scenario as it ran tells, once nothing else may differ in it. */
static void scenario_check(struct frag_compare *c)
{
	static const char *const harmless[] = {
		"kernel", "series", "accel", "memory", "kernel_version",
		"append", "cpus",   "arch",  "build",  "version"
	};
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		n += frag_compare_is_key(c, harmless[i]);
	/* It has sizes that followed from the memory, too. */
	if (c->is_refused || n < frag_compare_keys(c) ||
	    frag_compare_has_fitted(c))
		return;
	frag_trait_warn(c, frag_trait_fact, "scenario_sum",
			"scenario.ini, its checksum,",
			"diff the scenario.ini of two of the runs");
}

void frag_compare_check(struct frag_compare *c)
{
	frag_trait_refuse(c, frag_trait_key, "scenario", "the scenario",
			  frag_trait_by(c, "scenario"));
	if (!frag_compare_is_key(c, "scenario"))
		frag_trait_refuse(c, frag_trait_fact, "phases", "what was done",
				  "compare runs of one scenario file");
	frag_compare_check_settings(c);
	frag_compare_check_knobs(c);
	frag_trait_refuse(c, frag_trait_key, "append",
			  "the kernel command line",
			  frag_trait_by(c, "append"));
	frag_trait_refuse(c, frag_trait_key, "page_size", "the page size", "");
	frag_trait_refuse(c, frag_trait_number, "order", "the pageblock order",
			  "");
	memory_check(c);
	start_check(c);
	build_check(c);
	kernels_check(c);
	frag_compare_check_defaults(c);
	frag_trait_warn(c, frag_trait_key, "rate", "the sampling rate",
			frag_trait_by(c, "rate"));
	frag_trait_warn(c, frag_trait_key, "cpus", "the number of CPUs",
			frag_trait_by(c, "cpus"));
	frag_trait_warn(c, frag_trait_key, "arch", "the architecture",
			frag_trait_by(c, "arch"));
	frag_trait_warn(c, frag_trait_key, "accel",
			"times are not compared: the accelerator",
			frag_trait_by(c, "accel"));
	scenario_check(c);
	number_check(c);
	trust_check(c);
}
