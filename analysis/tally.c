// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counters that only count up: how far each moved in a phase and over the run,
 * from vmstat.csv, kthreads.csv and psi.csv. Knows also when one went back,
 * for then no difference of it means anything.
 */
#include "run.h"

const struct frag_tally_source frag_tallies[FRAG_TALLIES] = {
	[FRAG_MIGRATE_SCANNED] = { "compact_migrate_scanned", "vmstat.csv",
				   "compact_migrate_scanned", NULL, false },
	[FRAG_FREE_SCANNED] = { "compact_free_scanned", "vmstat.csv",
				"compact_free_scanned", NULL, false },
	[FRAG_ISOLATED] = { "compact_isolated", "vmstat.csv",
			    "compact_isolated", NULL, false },
	[FRAG_MIGRATED] = { "pgmigrate_success", "vmstat.csv",
			    "pgmigrate_success", NULL, false },
	[FRAG_MIGRATE_FAILED] = { "pgmigrate_fail", "vmstat.csv",
				  "pgmigrate_fail", NULL, false },
	[FRAG_COMPACT_STALLS] = { "compact_stall", "vmstat.csv",
				  "compact_stall", NULL, false },
	[FRAG_HUGE_HELD] = { "nr_anon_transparent_hugepages", "vmstat.csv",
			     "nr_anon_transparent_hugepages", NULL,
			     .is_level = true },
	[FRAG_SWAPPED_OUT] = { "pswpout", "vmstat.csv", "pswpout", NULL, false },
	[FRAG_OOM_KILLS] = { "oom_kill", "vmstat.csv", "oom_kill", NULL, false },
	[FRAG_KCOMPACTD_NS] = { "CPU time of kcompactd", "kthreads.csv",
				"kcompactd", "_ns", false },
	[FRAG_KSWAPD_NS] = { "CPU time of kswapd", "kthreads.csv", "kswapd",
			     "_ns", false },
	[FRAG_PSI_SOME_US] = { "some_total_us", "psi.csv", "some_total_us",
			       NULL, false },
	[FRAG_PSI_FULL_US] = { "full_total_us", "psi.csv", "full_total_us",
			       NULL, false },
};

/* One table, and for each of its columns the tally it adds to, or -1. */
struct tally_reader {
	const char *table;
	int t_ns, phase;
	int tally[FRAG_CSV_COLUMNS];
	unsigned columns;
};

static bool is_column_of(struct frag_text name,
			 const struct frag_tally_source *s)
{
	uint64_t node;

	if (!s->end)
		return frag_text_is(name, s->column);
	return frag_text_take(&name, s->column) &&
	       frag_text_u64(&name, &node) && frag_text_is(name, s->end);
}

static void tally_begin(struct frag_table *t, void *ctx)
{
	struct tally_reader *reader = ctx;

	reader->t_ns = frag_table_need(t, "t_ns");
	reader->phase = frag_table_need(t, "phase");
	reader->columns = t->csv.ncolumns;
	for (unsigned i = 0; i < reader->columns; i++) {
		reader->tally[i] = -1;
		for (int k = 0; k < FRAG_TALLIES; k++)
			if (!strcmp(frag_tallies[k].table, reader->table) &&
			    is_column_of(t->csv.names[i], &frag_tallies[k]))
				reader->tally[i] = k;
	}
}

static void span_add(struct frag_span *s, bool is_level, uint64_t value)
{
	if (s->first == FRAG_ABSENT)
		s->first = value;
	else if (value < s->last && !is_level)
		s->went_back = true;
	s->last = value;
	s->samples++;
}

static void tally_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	const struct tally_reader *reader = ctx;
	uint64_t t_ns = frag_table_number(t, reader->t_ns);
	struct frag_phase *p = frag_run_phase(r, t, reader->phase, t_ns);
	uint64_t sum[FRAG_TALLIES] = { 0 };
	bool has[FRAG_TALLIES] = { false };
	bool lacks[FRAG_TALLIES] = { false };

	if (!p)
		return;
	for (unsigned i = 0; i < reader->columns; i++) {
		int k = reader->tally[i];
		uint64_t value;

		if (k < 0)
			continue;
		value = frag_table_u64(t, (int)i);
		has[k] = true;
		lacks[k] |= value == FRAG_ABSENT;
		sum[k] += value;
	}
	for (unsigned k = 0; k < FRAG_TALLIES; k++)
		if (has[k] && !lacks[k] && !t->error) {
			span_add(&p->tally[k], frag_tallies[k].is_level,
				 sum[k]);
			span_add(&r->tally[k], frag_tallies[k].is_level,
				 sum[k]);
		}
}

static int table_read(struct frag_run *r, const char *name, const char *lack)
{
	struct tally_reader reader = { .table = name };

	return frag_run_walk(r, name, lack, tally_begin, tally_row, &reader);
}

int frag_read_tallies(struct frag_run *r)
{
	int rc = table_read(r, "vmstat.csv", "what compaction did");

	if (!rc)
		rc = table_read(r, "kthreads.csv",
				"the CPU time of kcompactd and kswapd");
	if (!rc)
		rc = table_read(r, "psi.csv", "pressure stalls");
	return rc;
}

struct frag_value frag_span_moved(const struct frag_span *s)
{
	if (s->went_back)
		return frag_unknown("the counter went backwards");
	if (!s->samples)
		return frag_unknown("the run does not tell this counter");
	if (s->samples < 2)
		return frag_unknown("there is only one sample of the counter");
	return frag_known((double)s->last - (double)s->first);
}

static void pressure_set(struct frag_run *r, const char *metric,
			 const struct frag_phase *p, enum frag_tally tally)
{
	struct frag_value v = frag_span_moved(&p->tally[tally]);

	v.number /= 1000;
	frag_metric_set(r, metric, p->name, v);
}

void frag_metrics_pressure(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		pressure_set(r, "psi_some_ms", r->phases[i], FRAG_PSI_SOME_US);
		pressure_set(r, "psi_full_ms", r->phases[i], FRAG_PSI_FULL_US);
	}
}
