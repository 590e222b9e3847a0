/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs to be compared by tests: each is a plain one but for what a test
 * changes. */
#ifndef TESTS_ANALYSIS_COMPARED_H
#define TESTS_ANALYSIS_COMPARED_H

#include "rundir.h"

#include <errno.h>

#include "../../analysis/compare.h"

enum { RUNS_MAX = 24 };

/* What a run of these tests is; the defaults are alike. */
struct sample {
	const char *kernel;
	const char *version;
	const char *mode;
	const char *accel; /* of the guest; NULL: no guest */
	const char *more; /* further members of the manifest */
	const char *build;
	double start;
	double free;
	const char *cpu; /* cpu_ms.compact as JSON; NULL: it is not there */
	double memory_gib;
	const char *phases; /* of the summary; NULL: a alone */
	const char *trust; /* the doubt; NULL: trusted */
	int series;
};

struct bench {
	struct frag_compare *c;
	struct rundir runs[RUNS_MAX];
	unsigned nruns;
	struct frag_compare_config config;
};

static const struct sample plain = {
	.kernel = "6.1.0-50-amd64",
	.version = "#1",
	.mode = "lockstep",
	.more = "",
	.build = "Release",
	.start = 0.02,
	.free = 0.8,
	.cpu = "{\"value\":100.5,\"unit\":\"ms\",\"better\":\"lower\"}",
	.memory_gib = 2,
};

static inline void manifest_put(struct rundir *d, const struct sample *s,
				unsigned n)
{
	rundir_drop(d, "manifest.json");
	rundir_put(d, "manifest.json",
		   "{\"schema\":1,\"name\":\"r%u\",\"scenario\":\"s\","
		   "\"series\":\"series-%d\",\"status\":\"done\","
		   "\"start_utc\":\"2026-11-22T07:00:%02uZ\","
		   "\"tool\":{\"version\":\"1\",\"build\":\"%s\"},"
		   "\"options\":{\"rate\":10,\"seed\":%u},"
		   "\"machine\":{\"kernel\":\"%s\",\"kernel_version\":\"%s\","
		   "\"cpus\":2,\"mem_total_bytes\":%.0f",
		   n, s->series, n, s->build, n, s->kernel, s->version,
		   s->memory_gib * 1024 * 1024 * 1024);
	if (s->accel)
		rundir_put(d, "manifest.json", ",\"guest\":{\"accel\":\"%s\"}",
			   s->accel);
	rundir_put(
		d, "manifest.json",
		"},\"workloads\":[{\"phase\":\"fill\",\"name\":\"w\",\"options\":{"
		"\"mode\":\"%s\"}}]%s}\n",
		s->mode, s->more);
}

static inline void summary_put(struct rundir *d, const struct sample *s)
{
	rundir_put(d, "summary.json",
		   "{\"schema\":1,\"trusted\":%s,\"doubts\":[\"%s\"],"
		   "\"order\":9,\"phases\":[%s],"
		   "\"metrics\":{\"unusable.a\":{\"value\":%f,\"unit\":"
		   "\"index\",\"better\":\"lower\"},\"unusable.free\":{"
		   "\"value\":%f,\"unit\":\"index\",\"better\":\"lower\"}",
		   s->trust ? "false" : "true", s->trust ? s->trust : "",
		   s->phases ? s->phases : "{\"name\":\"a\",\"do\":\"settle\"}",
		   s->start, s->free);
	if (s->cpu)
		rundir_put(d, "summary.json", ",\"cpu_ms.compact\":%s", s->cpu);
	rundir_put(d, "summary.json", "}}\n");
}

static inline void add(struct bench *b, struct sample s,
		       enum frag_compare_side side)
{
	struct rundir *d = &b->runs[b->nruns];

	assert_true(b->nruns < RUNS_MAX);
	rundir_make(d);
	manifest_put(d, &s, b->nruns);
	summary_put(d, &s);
	frag_compare_add(b->c, d->fd, d->path, side);
	b->nruns++;
}

/* Begin again, with these keys; the runs of before are gone. */
static inline void begin(struct bench *b, const char *const *by, unsigned nby)
{
	frag_compare_free(b->c);
	for (unsigned i = 0; i < b->nruns; i++)
		rundir_remove(&b->runs[i]);
	b->nruns = 0;
	b->config.by = by;
	b->config.nby = nby;
	b->c = frag_compare_new(&b->config);
}

static inline void finish(struct bench *b)
{
	struct frag_error e = { 0 };

	if (frag_compare_finish(b->c, &e))
		fail_msg("%s: %s", e.what, e.why);
}

static inline const struct frag_compare_row *row(const struct bench *b,
						 const char *name)
{
	for (unsigned i = 0; i < b->c->nrows; i++)
		if (!strcmp(b->c->rows[i].metric->name, name))
			return &b->c->rows[i];
	fail_msg("there is no row %s", name);
	abort();
}

/* Is there an objection of this kind that says @part? */
static inline bool objects(const struct bench *b, bool is_refusal,
			   const char *part)
{
	for (unsigned i = 0; i < b->c->nobjections; i++)
		if (b->c->objections[i].is_refusal == is_refusal &&
		    strstr(b->c->objections[i].what, part))
			return true;
	return false;
}

static inline int bench_setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	b->config.all = true;
	begin(b, NULL, 0);
	*state = b;
	return 0;
}

static inline int bench_teardown(void **state)
{
	struct bench *b = *state;

	begin(b, NULL, 0);
	frag_compare_free(b->c);
	free(b);
	return 0;
}

/* Two series, the second one unlike the first in what @s has changed. */
static inline void two_series(struct bench *b, struct sample s)
{
	begin(b, NULL, 0);
	add(b, plain, FRAG_SIDE_NONE);
	s.series = 1;
	add(b, s, FRAG_SIDE_NONE);
	finish(b);
}

#define bench_test(f) \
	cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)

#endif
