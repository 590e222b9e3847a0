/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run while it is summarised: what each table has told of each phase, and
 * what the answers are made of. Private to the analysis library.
 */
#ifndef FRAGBENCH_ANALYSIS_RUN_H
#define FRAGBENCH_ANALYSIS_RUN_H

#include <jansson.h>

#include "analysis.h"
#include "base/json.h"
#include "fragbench/buddy.h"
#include "fragbench/histogram.h"
#include "table.h"

enum {
	FRAG_SCHEMA = 1,
	FRAG_PHASE_NAME = 64,
	FRAG_PHASES_MAX = 1024,
	FRAG_ZONES_MAX = 1024,
};

/* A zone in one sample. is_known: the kernel gave its free lists;
 * pcp_pages is FRAG_ABSENT when it did not give these. */
struct frag_zone_state {
	struct frag_zone zone;
	uint64_t pcp_pages;
	bool is_known;
};

/* All zones of one sample, in the kernel's order. */
struct frag_zones {
	struct frag_zone_state *zone;
	unsigned count;
	unsigned room;
};

/* What the analysis takes differences of; frag_tallies[] names the columns. */
enum frag_tally {
	FRAG_MIGRATE_SCANNED,
	FRAG_FREE_SCANNED,
	FRAG_ISOLATED,
	FRAG_MIGRATED,
	FRAG_MIGRATE_FAILED,
	FRAG_COMPACT_STALLS,
	FRAG_HUGE_HELD,
	FRAG_SWAPPED_OUT,
	FRAG_OOM_KILLS,
	FRAG_KCOMPACTD_NS,
	FRAG_KSWAPD_NS,
	FRAG_PSI_SOME_US,
	FRAG_PSI_FULL_US,
	FRAG_TALLIES,
};

/* A counter over a stretch of samples: its first and its last value. */
struct frag_span {
	uint64_t first;
	uint64_t last;
	uint64_t samples;
	bool went_back;
};

/* The sums of a phase's rows in owners.csv. */
struct frag_owned {
	uint64_t t_ns;
	uint64_t pageblocks;
	uint64_t mixed; /* pageblocks with two owners or more */
	uint64_t owned;
	uint64_t runs;
	uint64_t pairs;
	uint64_t switches;
};

/* What the workers gained in a phase: pages, and between which two samples. */
struct frag_gain {
	uint64_t pages;
	uint64_t begin_ns; /* the last sample before the first gain */
	uint64_t end_ns; /* the first sample after the last gain */
	uint64_t sample_ns;
	uint64_t earlier_ns; /* the sample before that one */
};

/* The shapes that workloads told of in a phase, by shapes.csv. */
struct frag_shape_sums {
	bool has_distance; /* some order was asked for */
	uint64_t distance; /* the largest |got - asked| of all orders */
	bool has_unusable;
	uint64_t unusable; /* in thousandths; of several, the largest */
	unsigned orders; /* that numbers were told of */
	uint64_t asked[FRAG_ORDERS_MAX]; /* of several workers, added up */
	uint64_t got[FRAG_ORDERS_MAX];
};

struct frag_series; /* drift.c */

/* What the workload `hold` is to hold in a phase, as the manifest tells; node
 * -1 and zone "": all of them. since: the place of the phase that began it.
 * is_still: it is to reach that once, and to hold still then. */
struct frag_hold_asked {
	bool is_there;
	bool is_still;
	int since;
	double target;
	unsigned order;
	int node;
	char zone[FRAG_ZONE_NAME];
};

/* How the samples of a phase stand to that. is_asked: the manifest was asked. */
struct frag_held {
	bool is_asked;
	struct frag_hold_asked asked;
	uint64_t samples;
	uint64_t within;
	bool is_reached;
	uint64_t reached_ns;
};
struct frag_fallbacks; /* events.h, as the two below */
struct frag_stalls;
struct frag_events;

/*
 * One phase. kind is its "do". was_listed: phases.csv or the manifest told of
 * it; otherwise the times are those of its samples. node: the only NUMA node
 * that it was about, as the manifest tells of a compaction; -1: of all.
 */
struct frag_phase {
	char name[FRAG_PHASE_NAME];
	char kind[32];
	char result[32];
	bool was_listed;
	uint64_t start_ns;
	uint64_t end_ns;
	uint64_t wall_ns;
	uint64_t cpu_ns;
	int node;
	struct frag_zones begin;
	struct frag_zones end;
	struct frag_span tally[FRAG_TALLIES];
	struct frag_owned owned;
	struct frag_gain gain;
	struct frag_shape_sums shape;
	struct frag_held held;
	struct frag_histogram *steps; /* NULL: latency.csv has no row of it */
	struct frag_series *unusable; /* at the pageblock order; may be NULL */
	unsigned running; /* workers that were seen running in it */
	struct frag_fallbacks *fallbacks; /* NULL: there were none */
	struct frag_stalls *stalls; /* NULL: there were none */
};

/* The sampler, as sampler.csv tells. */
struct frag_observer {
	uint64_t samples;
	uint64_t lost;
	uint64_t cost_ns;
	uint64_t last_ns;
	struct frag_histogram late; /* ticks only: marks have no deadline */
	struct frag_histogram cost;
};

struct frag_run {
	int dirfd;
	struct frag_error *e;
	json_t *manifest;
	json_t *notes;
	json_t *doubts;
	json_t *metrics;
	json_t *maps; /* with their census; NULL: none were taken */
	json_t *counted; /* phase -> "WORKLOAD.COUNTER" -> by how much it grew */
	const char
		*accelerator; /* "tcg", "kvm", ..., "none" outside of guests */
	uint64_t page_size;
	unsigned order; /* the pageblock order */
	unsigned orders;
	struct frag_phase *phases[FRAG_PHASES_MAX];
	unsigned nphases;
	struct frag_phase *here; /* the phase found last */
	struct frag_span tally[FRAG_TALLIES];
	struct frag_observer observer;
	struct frag_events *events; /* NULL: there is no events.csv */
};

/* --- values --- */

/* A number, or the reason why there is none. */
struct frag_value {
	double number;
	const char *reason; /* NULL: number stands */
};

static inline struct frag_value frag_known(double number)
{
	return (struct frag_value){ number, NULL };
}

static inline struct frag_value frag_unknown(const char *reason)
{
	return (struct frag_value){ 0, reason };
}

/* --- run.c: the manifest, the phases, walking a table --- */

/* Read the manifest and the phases. */
int frag_run_open(struct frag_run *r, int dirfd, struct frag_error *e);
void frag_run_close(struct frag_run *r);

/* What a reader of a table does once, to find its columns, and at each row. */
typedef void frag_begin_fn(struct frag_table *t, void *ctx);
typedef void frag_row_fn(struct frag_run *r, struct frag_table *t, void *ctx);

/*
 * Read the table @name row by row. A missing or empty file and a last line that
 * was cut become a note, with @lack as what cannot be told without it; NULL:
 * nobody will miss it. Returns 0, or a negative errno with the run's error
 * filled.
 */
int frag_run_walk(struct frag_run *r, const char *name, const char *lack,
		  frag_begin_fn *begin, frag_row_fn *row, void *ctx);

/* The phase named in column @phase of this row, at @t_ns; a name that is new
 * becomes a phase that has not ended. NULL: the table has failed. */
struct frag_phase *frag_run_phase(struct frag_run *r, struct frag_table *t,
				  int phase, uint64_t t_ns);

/* Add to the notes, or to what speaks against the numbers. */
void frag_run_note(struct frag_run *r, const char *fmt, ...) FRAG_PRINTF(2, 3);
void frag_run_doubt(struct frag_run *r, const char *fmt, ...) FRAG_PRINTF(2, 3);

/* A count, below 2^63, as JSON. */
static inline json_t *frag_count_json(uint64_t count)
{
	return json_integer((json_int_t)count);
}

/* Note that there is no table @name, and what is not known without it. */
void frag_run_lacks(struct frag_run *r, const char *name, const char *lack);

/* Were there workers? Not when something was only recorded. */
bool frag_run_has_workers(const struct frag_run *r);

/* Was it made in a machine whose CPU is a program? Then its times tell of that
 * program, whatever its counts are worth. */
bool frag_run_is_emulated(const struct frag_run *r);

/* The text of @key in @object, "" when there is none. */
const char *frag_json_string(const json_t *object, const char *key);

/* --- one reader for each table --- */

int frag_read_buddy(struct frag_run *r); /* and writes index.csv */
int frag_read_tallies(struct frag_run *r); /* vmstat, kthreads, psi */
int frag_read_owners(struct frag_run *r);
int frag_read_ops(struct frag_run *r);
int frag_read_counters(struct frag_run *r);
int frag_read_latency(struct frag_run *r);
int frag_read_probes(struct frag_run *r); /* and sets their metrics */
int frag_read_shapes(struct frag_run *r);
int frag_read_sampler(struct frag_run *r);
int frag_read_maps(struct frag_run *r); /* and sets their metrics */
int frag_read_events(struct frag_run *r); /* and writes episodes.csv */

/* --- events.c --- */

/* Free what the phases and the run have of events. */
void frag_events_free(struct frag_run *r);

/* How long tasks were in direct compaction in phase @p, in ms: from the events
 * or, where none are there, 0 when the kernel counted no such thing. */
struct frag_value frag_direct_ms(const struct frag_run *r,
				 const struct frag_phase *p);

/* How long all episodes of compaction in phase @p took, in ms. */
struct frag_value frag_compacting_ms(const struct frag_run *r,
				     const struct frag_phase *p);

/* How many explicit compactions of @p gave up because others wanted the lock or
 * the CPU, and where the first was; 0 when events tell of none. */
uint64_t frag_contended(const struct frag_phase *p, const char **where);

/* The blocks `fallbacks` and `episodes` of summary.json; new references, null
 * where such events were not captured. */
json_t *frag_fallbacks_json(const struct frag_run *r);
json_t *frag_episodes_json(const struct frag_run *r);

/* --- state.c --- */

/*
 * The sum of all known zones of @node or, where that is -1, of all nodes: its
 * own node is @node, its zone "all". Hidden pages are absent as
 * soon as one known zone lacks them; it is unknown when no zone is known.
 */
struct frag_zone_state frag_node_sum(const struct frag_zones *z, int node);

static inline struct frag_zone_state frag_zones_sum(const struct frag_zones *z)
{
	return frag_node_sum(z, -1);
}

/* A zone's state as summary.json has it; a new reference. */
json_t *frag_zone_json(const struct frag_zone_state *z, uint64_t page_size);

/* An array of @orders values of an index; a new reference. */
json_t *frag_indices_json(const struct frag_buddy *b,
			  int (*index)(const struct frag_buddy *, unsigned));

/* --- hold.c --- */

/* One sample of phase @p, at @t_ns; later phases have not begun. */
void frag_hold_sample(const struct frag_run *r, struct frag_phase *p,
		      uint64_t t_ns, const struct frag_zones *z);

/* --- index.c --- */

struct frag_index;

/* Begin index.csv; NULL in *@out when the run is sealed with one already. */
int frag_index_begin(struct frag_index **out, const struct frag_run *r);

/* The rows of one sample; @x may be NULL. */
void frag_index_rows(struct frag_index *x, uint64_t t_ns, const char *phase,
		     const struct frag_zones *z);

/* Put index.csv into place, or, when @keep is false, throw it away. */
int frag_index_end(struct frag_index *x, bool keep, struct frag_error *e);

/* --- tally.c --- */

/* name: the counter; table: the file; column: its column, or the start of
 * several that are added up; end: how those end, NULL for one column only.
 * is_level: it goes up and down, which no counter does. */
struct frag_tally_source {
	const char *name;
	const char *table;
	const char *column;
	const char *end;
	bool is_level;
};
extern const struct frag_tally_source frag_tallies[FRAG_TALLIES];

/* --- drift.c --- */

/* Take note of the sample @z of phase @p; 0 or -ENOMEM. */
int frag_drift_add(struct frag_phase *p, uint64_t t_ns,
		   const struct frag_zones *z, unsigned order);

/* Add @value at @t_ns, which never goes back, to *@series, which is made (to be
 * freed) when it is NULL; 0 or -ENOMEM. */
int frag_series_add(struct frag_series **series, uint64_t t_ns, double value);

/* --- metrics.c: setting the metrics of summary.json --- */

/* @a / @b; without a quotient the reason of either, or @reason when b is 0. */
struct frag_value frag_quotient(struct frag_value a, struct frag_value b,
				const char *reason);

/* The slope of @s (may be NULL), per minute. */
struct frag_value frag_series_slope(const struct frag_series *s);

/* How far the counter moved over @s. */
struct frag_value frag_span_moved(const struct frag_span *s);

/*
 * Set the metric @name, a row of frag_metrics[], with "." and @phase behind it
 * when that is not NULL. Rounded to the decimals that its unit can carry.
 */
void frag_metric_set(struct frag_run *r, const char *name, const char *phase,
		     struct frag_value value);

/* Set the metric @full, which no row of frag_metrics[] knows, as @m says; the
 * name in @m is not used. */
void frag_metric_put(struct frag_run *r, const char *full,
		     const struct frag_metric *m, struct frag_value value);

void frag_metrics_state(struct frag_run *r); /* state.c */
void frag_metrics_compaction(struct frag_run *r); /* compaction.c */
void frag_metrics_interleave(struct frag_run *r); /* interleave.c */
void frag_metrics_work(struct frag_run *r); /* work.c */
void frag_metrics_counters(struct frag_run *r); /* counters.c */
void frag_metrics_latency(struct frag_run *r); /* latency.c */
void frag_metrics_pressure(struct frag_run *r); /* tally.c */
void frag_metrics_shape(struct frag_run *r); /* shape.c */

/* {asked, got}: blocks by order, from 0 on. */
json_t *frag_shape_json(const struct frag_shape_sums *s);
void frag_metrics_hold(struct frag_run *r); /* hold.c */

/* Doubts where hold never came to its target, or did not stay there. */
void frag_hold_judge(struct frag_run *r);
void frag_metrics_observer(struct frag_run *r); /* observer.c */
void frag_metrics_events(struct frag_run *r); /* events.c */

/* --- expect.c, trust.c --- */

/* The manifest's references with their indices; a new reference. */
json_t *frag_references(struct frag_run *r);

/* The manifest's expectations held against the metrics; a new reference. */
json_t *frag_expectations(struct frag_run *r);

/* Fill the doubts, and the notes of the manifest. */
void frag_trust(struct frag_run *r);

#endif
