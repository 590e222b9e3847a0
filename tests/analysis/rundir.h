/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small run directories for tests: made in a temporary folder, filled row by
 * row, summarised, and taken away again.
 */
#ifndef TESTS_ANALYSIS_RUNDIR_H
#define TESTS_ANALYSIS_RUNDIR_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../analysis/analysis.h"
#include "fragbench/buddy.h"

struct rundir {
	char path[32];
	int fd;
	json_t *summary; /* of the last rundir_summarize() */
};

static const char *const rundir_files[] = {
	"manifest.json", "buddy.csv",	 "index.csv",	      ".index.csv.new",
	"vmstat.csv",	 "psi.csv",	 "kthreads.csv",      "thp.csv",
	"pagetypes.csv", "ops.csv",	 "latency.csv",	      "owners.csv",
	"frames.csv",	 "phases.csv",	 "sampler.csv",	      "summary.json",
	"scenario.ini",	 "counters.csv", "probes.csv",	      "shapes.csv",
	"events.csv",	 "episodes.csv", ".episodes.csv.new", "x",
};

enum { RUNDIR_FILES = sizeof(rundir_files) / sizeof(rundir_files[0]) };

/* Add text to the end of a file. */
static inline void __attribute__((format(printf, 3, 4)))
rundir_put(struct rundir *d, const char *name, const char *fmt, ...)
{
	int fd = openat(d->fd, name, O_WRONLY | O_CREAT | O_APPEND, 0644);
	va_list args;

	assert_true(fd >= 0);
	va_start(args, fmt);
	assert_true(vdprintf(fd, fmt, args) >= 0);
	va_end(args);
	close(fd);
}

/* Take a file away, so that it can be written anew. */
static inline void rundir_drop(struct rundir *d, const char *name)
{
	unlinkat(d->fd, name, 0);
}

/* A manifest of a machine with 4 KiB pages, 11 orders and pageblocks of order
 * 9; @more is further members, each with a comma before it. */
static inline void rundir_manifest(struct rundir *d, const char *more)
{
	rundir_drop(d, "manifest.json");
	rundir_put(d, "manifest.json",
		   "{\"schema\":1,\"name\":\"r\",\"scenario\":\"s\","
		   "\"machine\":{\"page_size\":4096,\"orders\":11,"
		   "\"pageblock_order\":9,\"copy_ns_per_page\":500}%s}\n",
		   more);
}

/* The same of a guest: @what is a member of the machine. */
static inline void rundir_guest(struct rundir *d, const char *what,
				const char *more)
{
	rundir_drop(d, "manifest.json");
	rundir_put(d, "manifest.json",
		   "{\"schema\":1,\"name\":\"r\",\"scenario\":\"s\","
		   "\"status\":\"done\",\"options\":{\"rate\":10},"
		   "\"machine\":{\"page_size\":4096,\"orders\":11,"
		   "\"pageblock_order\":9,\"copy_ns_per_page\":500,%s}%s}\n",
		   what, more);
}

static inline void rundir_make(struct rundir *d)
{
	/* summary.json is synced each time: where that is quick, if possible */
	snprintf(d->path, sizeof(d->path), "%s/fragbench-XXXXXX",
		 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	assert_non_null(mkdtemp(d->path));
	d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(d->fd >= 0);
	d->summary = NULL;
	rundir_manifest(d, ",\"status\":\"done\"");
}

static inline void rundir_remove(struct rundir *d)
{
	for (unsigned i = 0; i < RUNDIR_FILES; i++)
		rundir_drop(d, rundir_files[i]);
	json_decref(d->summary);
	close(d->fd);
	assert_int_equal(rmdir(d->path), 0);
}

/* A phase that was done; @kind is its "do". */
static inline void rundir_phase(struct rundir *d, const char *phase,
				const char *kind, uint64_t start_ns,
				uint64_t end_ns, uint64_t wall_ns,
				uint64_t cpu_ns)
{
	if (faccessat(d->fd, "phases.csv", F_OK, 0))
		rundir_put(d, "phases.csv",
			   "phase,do,result,start_ns,end_ns,"
			   "action_wall_ns,action_cpu_ns\n");
	rundir_put(d, "phases.csv", "%s,%s,done,%ju,%ju,%ju,%ju\n", phase, kind,
		   (uintmax_t)start_ns, (uintmax_t)end_ns, (uintmax_t)wall_ns,
		   (uintmax_t)cpu_ns);
}

static const char rundir_buddy_header[] =
	"t_ns,phase,node,zone,pcp_pages,boost,min,low,high,managed,free_0,"
	"free_1,free_2,free_3,free_4,free_5,free_6,free_7,free_8,free_9,"
	"free_10\n";

/* A row of buddy.csv. */
static inline void rundir_node(struct rundir *d, uint64_t t_ns,
			       const char *phase, unsigned node,
			       const char *zone, uint64_t pcp_pages,
			       const uint64_t free[11])
{
	if (faccessat(d->fd, "buddy.csv", F_OK, 0))
		rundir_put(d, "buddy.csv", "%s", rundir_buddy_header);
	rundir_put(d, "buddy.csv", "%ju,%s,%u,%s,%ju,0,1,2,3,4",
		   (uintmax_t)t_ns, phase, node, zone, (uintmax_t)pcp_pages);
	for (unsigned o = 0; o < 11; o++)
		rundir_put(d, "buddy.csv", ",%ju", (uintmax_t)free[o]);
	rundir_put(d, "buddy.csv", "\n");
}

/* The same of node 0. */
static inline void rundir_zone(struct rundir *d, uint64_t t_ns,
			       const char *phase, const char *zone,
			       uint64_t pcp_pages, const uint64_t free[11])
{
	rundir_node(d, t_ns, phase, 0, zone, pcp_pages, free);
}

/* Summarise; that must go well. */
static inline json_t *rundir_summarize(struct rundir *d)
{
	struct frag_error e = { 0 };

	json_decref(d->summary);
	d->summary = frag_summarize(d->fd, &e);
	if (!d->summary)
		fail_msg("%s: %s", e.what, e.why);
	return d->summary;
}

/* Summarise; that must fail with @what, and with @why among the cause. */
static inline void rundir_fails(struct rundir *d, const char *what,
				const char *why)
{
	struct frag_error e = { 0 };

	assert_null(frag_summarize(d->fd, &e));
	assert_string_equal(e.what, what);
	if (!strstr(e.why, why))
		fail_msg("\"%s\" does not say \"%s\"", e.why, why);
}

/* The metric @name of the last summary; it must be there. */
static inline const json_t *rundir_metric(const struct rundir *d,
					  const char *name)
{
	const json_t *metrics = json_object_get(d->summary, "metrics");
	const json_t *metric = json_object_get(metrics, name);

	if (!metric)
		fail_msg("there is no metric %s", name);
	return metric;
}

/* It has a value; this is it. */
static inline double rundir_value(const struct rundir *d, const char *name)
{
	const json_t *value = json_object_get(rundir_metric(d, name), "value");

	if (!json_is_number(value))
		fail_msg("%s has no value", name);
	return json_number_value(value);
}

/* It has none, and a reason that says @why. */
static inline void rundir_lacks(const struct rundir *d, const char *name,
				const char *why)
{
	const json_t *metric = rundir_metric(d, name);
	const char *reason =
		json_string_value(json_object_get(metric, "reason"));

	if (!json_is_null(json_object_get(metric, "value")))
		fail_msg("%s has a value", name);
	assert_non_null(reason);
	if (!strstr(reason, why))
		fail_msg("\"%s\" does not say \"%s\"", reason, why);
}

/* The same but for what a sum of binary fractions may lose. */
static inline void rundir_near(double got, double expected)
{
	double gap = got > expected ? got - expected : expected - got;

	if (!(gap <= 1e-9))
		fail_msg("%.12g is not %.12g", got, expected);
}

#define assert_metric(d, name, expected) \
	rundir_near(rundir_value(d, name), expected)

/* Does one of the texts of @list ("notes", "doubts") hold @part? */
static inline int rundir_says(const struct rundir *d, const char *list,
			      const char *part)
{
	const json_t *text;
	size_t i;

	json_array_foreach(json_object_get(d->summary, list), i,
			   text) if (strstr(json_string_value(text),
					    part)) return 1;
	return 0;
}

/* A test whose state is a fresh run directory. */
static inline int rundir_setup(void **state)
{
	*state = malloc(sizeof(struct rundir));
	rundir_make(*state);
	return 0;
}

static inline int rundir_teardown(void **state)
{
	rundir_remove(*state);
	free(*state);
	return 0;
}

#define rundir_test(f) \
	cmocka_unit_test_setup_teardown(f, rundir_setup, rundir_teardown)

#endif
