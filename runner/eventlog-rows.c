// SPDX-License-Identifier: GPL-2.0-or-later
/* What the event log writes: rows, counts, and what the manifest says. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "eventlog-parts.h"

static const struct frag_column columns[] = {
	{ "t_ns", "ns", "time since the start of the run" },
	{ "phase", "", "phase name" },
	{ "event", "", "tracepoint" },
	{ "cpu", "", "CPU on which it happened" },
	{ "tid", "", "thread to which it happened, 0 for an idle CPU" },
	{ "comm", "", "its name; ? when it was gone before it could be asked" },
	{ "order", "", "order that was asked for" },
	{ "fallback_order", "", "order of the block that was taken instead" },
	{ "migratetype", "", "migratetype that was asked for" },
	{ "fallback_migratetype", "", "migratetype that it was taken from" },
	{ "change_ownership", "",
	  "1: the whole pageblock changes its migratetype" },
	{ "pfn", "pfn", "first frame of the block" },
	{ "node", "", "NUMA node" },
	{ "zone", "",
	  "zone; of kcompactd_wake the highest that it is woken for" },
	{ "gfp_flags", "", "flags of the allocation, as a number" },
	{ "prio", "", "priority of the compaction, 0 tries hardest" },
	{ "sync", "", "0: the compaction is asynchronous, 1: it may wait" },
	{ "status", "", "how the compaction of the zone ended" },
	{ "zone_start", "pfn", "first frame of the zone" },
	{ "nr_reclaimed", "pages", "pages that were reclaimed" },
};

enum { NCOLUMNS = sizeof(columns) / sizeof(*columns) };

int frag_eventlog_table(struct frag_eventlog *log, struct frag_error *e)
{
	return frag_rundir_table(log->config.rundir, &log->csv, "events.csv",
				 "rare events of memory management, one a row",
				 columns, NCOLUMNS, e);
}

/* The names that stand for numbers; NULL for a number that stays one. */
static const char *cell_name(const struct frag_eventlog *log,
			     const struct frag_listened *l,
			     const struct frag_place *place,
			     enum frag_event_cell cell, int64_t value)
{
	switch (cell) {
	case FRAG_CELL_MIGRATETYPE:
	case FRAG_CELL_FALLBACK_MIGRATETYPE:
		return frag_migratetype_name(&log->places, value);
	case FRAG_CELL_ZONE:
		return place ? place->zone
			     : frag_format_symbol(&l->format, l->field[cell],
						  value);
	case FRAG_CELL_STATUS:
		return frag_format_symbol(&l->format, l->field[cell], value);
	default:
		return NULL;
	}
}

/* Where the event says a frame, that tells its node and zone. */
static const struct frag_place *place_find(const struct frag_eventlog *log,
					   struct frag_event *event)
{
	const struct frag_place *place = NULL;

	if (frag_event_has(event, FRAG_CELL_PFN))
		place = frag_place_of(&log->places,
				      (uint64_t)event->cell[FRAG_CELL_PFN]);
	else if (frag_event_has(event, FRAG_CELL_ZONE_START))
		place = frag_place_of(
			&log->places,
			(uint64_t)event->cell[FRAG_CELL_ZONE_START]);
	if (!place)
		return NULL;
	event->has |= 1U << FRAG_CELL_NODE | 1U << FRAG_CELL_ZONE;
	event->cell[FRAG_CELL_NODE] = place->node;
	return place;
}

static void cells_write(struct frag_eventlog *log,
			const struct frag_listened *l, struct frag_event *event)
{
	const struct frag_place *place = place_find(log, event);

	for (enum frag_event_cell i = 0; i < FRAG_CELLS; i++) {
		int64_t value = event->cell[i];
		const char *name;

		if (!frag_event_has(event, i)) {
			frag_csv_text(&log->csv, "");
			continue;
		}
		name = cell_name(log, l, place, i, value);
		if (name)
			frag_csv_text(&log->csv, name);
		else if (value >= 0)
			frag_csv_u64(&log->csv, (uint64_t)value);
		else
			frag_csv_i64(&log->csv, value);
	}
}

void frag_eventlog_row(struct frag_eventlog *log, const struct frag_record *r)
{
	int i = frag_listening_of(&log->listening, r->raw, r->length);
	const struct frag_phase_mark *mark = &log->marks[log->mark];
	uint64_t start = log->config.rundir->start_ns;
	struct frag_event event = { 0 };

	if (i < 0)
		return;
	frag_event_decode(&log->listening.events[i], r->raw, r->length, &event);
	frag_csv_u64(&log->csv, r->t_ns > start ? r->t_ns - start : 0);
	frag_csv_text(&log->csv, log->config.phases[mark->phase]);
	frag_csv_text(&log->csv, log->listening.events[i].type->name);
	frag_csv_u64(&log->csv, r->cpu);
	/* A thread that is past its end has no number any more. */
	frag_csv_u64(&log->csv, r->tid == UINT32_MAX ? FRAG_ABSENT : r->tid);
	frag_csv_text(&log->csv, frag_comms_name(&log->comms, r->tid));
	cells_write(log, &log->listening.events[i], &event);
	frag_csv_end(&log->csv);
}

/* --- tracepoints.csv --------------------------------------------------------- */

/* To read the counts of a CPU is to interrupt it: of more CPUs than these it is
 * done once in REREAD_NS, and at phase marks. */
enum { CPUS_READ_ALWAYS = 16 };
#define REREAD_NS 1000000000ULL

static bool is_due(const struct frag_eventlog *log, uint64_t now)
{
	return log->perf.ncpus <= CPUS_READ_ALWAYS || !log->counted_ns ||
	       now >= log->counted_ns + REREAD_NS ||
	       atomic_load(&log->limit_ns) != UINT64_MAX;
}

static int counts_add(struct frag_eventlog *log)
{
	uint64_t of_cpu[FRAG_TRACEPOINTS_MAX];
	uint64_t sum[FRAG_TRACEPOINTS_MAX] = { 0 };

	for (unsigned i = 0; i < log->perf.ncpus; i++) {
		int rc = frag_perf_counts(&log->perf, i, of_cpu);

		if (rc)
			return rc;
		for (unsigned k = 0; k < log->perf.nevents; k++)
			sum[k] += of_cpu[k];
	}
	memcpy(log->counted, sum, sizeof(sum));
	return 0;
}

static int counts_read(struct frag_collect *c, uint64_t *values)
{
	struct frag_eventlog *log = c->state;
	uint64_t now = frag_now();

	if (is_due(log, now)) {
		int rc = counts_add(log);

		if (rc)
			return rc;
		log->counted_ns = now;
	}
	memcpy(values, log->counted, c->shape.ncolumns * sizeof(*values));
	return 0;
}

static const struct frag_collector counts_type = {
	.name = "tracepoints",
	.summary = "how often tracepoints of memory management were hit",
	.cadence = FRAG_EVERY_SAMPLE,
	.read = counts_read,
};

int frag_eventlog_counts_open(struct frag_eventlog *log)
{
	const struct frag_listening *l = &log->listening;
	struct frag_shape *shape = &log->counts.shape;

	log->counts.type = &counts_type;
	log->counts.root = "";
	log->counts.state = log;
	shape->columns = calloc(l->count, sizeof(*shape->columns));
	shape->row_keys = calloc(1, sizeof(*shape->row_keys));
	if (!shape->columns || !shape->row_keys)
		return -ENOMEM;
	for (unsigned i = 0; i < l->count; i++) {
		snprintf(shape->columns[i].name, FRAG_COLUMN_NAME, "%s",
			 l->events[i].type->name);
		shape->columns[i].unit = "count";
		shape->columns[i].about = l->events[i].type->about;
	}
	shape->ncolumns = l->count;
	shape->nrows = 1;
	shape->max_rows = 1;
	return 0;
}

void frag_eventlog_counts_close(struct frag_eventlog *log)
{
	free(log->counts.shape.columns);
	free(log->counts.shape.row_keys);
	memset(&log->counts, 0, sizeof(log->counts));
}

/* --- the manifest ------------------------------------------------------------ */

void frag_eventlog_tell(struct frag_eventlog *log, const char *why_not)
{
	const struct frag_listening *l = &log->listening;
	json_t *missing = json_array();
	json_t *told = json_pack("{s:s, s:s*, s:I}", "set", log->config.set,
				 "why_not", why_not, "runner_tid",
				 (json_int_t)syscall(SYS_gettid));

	for (unsigned i = 0; i < l->nmissing; i++)
		json_array_append_new(missing,
				      json_string(l->missing[i]->name));
	if (l->count) {
		json_object_set_new(told, "source",
				    json_string(log->tracefs.source));
		json_object_set(told, "missing", missing);
	}
	json_decref(missing);
	json_object_set_new(log->config.rundir->manifest, "events", told);
}

/* Of CPU number @i: what was counted, and did not come out of its ring;
 * UINT64_MAX when its counters cannot be read. */
static uint64_t lost_of(const struct frag_eventlog *log, unsigned i)
{
	uint64_t counts[FRAG_TRACEPOINTS_MAX];
	uint64_t all = 0;

	if (frag_perf_counts(&log->perf, i, counts))
		return UINT64_MAX;
	for (unsigned k = 0; k < log->listening.count; k++)
		if (log->listening.events[k].type->listen == FRAG_LISTEN_ROWS)
			all += counts[k];
	return all > log->taken[i] ? all - log->taken[i] : 0;
}

/* What a reader of the kernel's source needs to find out why. */
static void nonsense_tell(struct frag_rundir *rd,
			  const struct frag_ring_nonsense *n)
{
	if (!n->times)
		return;
	frag_rundir_warn(
		rd, true, NULL,
		"%" PRIu64 " record%s of events made no sense and %" PRIu64
		" bytes were passed over; the first: type %u, misc %u, size %u, %" PRIu64
		" bytes before the end",
		n->times, n->times == 1 ? "" : "s", n->bytes,
		(unsigned)n->first.type, (unsigned)n->first.misc,
		(unsigned)n->first.size, n->ahead);
}

/* What happened on CPUs that were not listened to, or could not be asked. */
static void cpus_tell(struct frag_eventlog *log, unsigned unread)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (unread)
		frag_rundir_warn(log->config.rundir, true, NULL,
				 "the counters of %u CPU%s could not be read: "
				 "whether events of theirs were lost is not "
				 "known",
				 unread, unread == 1 ? "" : "s");
	if (log->perf.ncpus && online > (long)log->perf.ncpus)
		frag_rundir_warn(log->config.rundir, true, NULL,
				 "%ld CPUs are online and %u were when the run "
				 "began: events of the others were not seen",
				 online, log->perf.ncpus);
}

void frag_eventlog_tell_end(struct frag_eventlog *log)
{
	struct frag_rundir *rd = log->config.rundir;
	json_t *told = json_object_get(rd->manifest, "events");
	json_t *by_cpu = json_array();
	uint64_t lost = 0;
	unsigned unread = 0;

	for (unsigned i = 0; i < log->perf.ncpus; i++) {
		uint64_t one = lost_of(log, i);

		if (one == UINT64_MAX) {
			unread++;
			continue;
		}
		lost += one;
		if (one)
			json_array_append_new(
				by_cpu, json_pack("{s:i, s:I}", "cpu",
						  (int)log->perf.cpus[i].cpu,
						  "lost", (json_int_t)one));
	}
	json_object_set_new(told, "rows",
			    json_integer((json_int_t)log->csv.rows));
	json_object_set_new(told, "lost", json_integer((json_int_t)lost));
	json_object_set_new(told, "lost_by_cpu", by_cpu);
	json_object_set_new(told, "out_of_order",
			    json_integer((json_int_t)log->order.late));
	if (lost)
		frag_rundir_warn(rd, true, NULL,
				 "%" PRIu64 " event%s lost, of %" PRIu64
				 ": they came faster than they could be written",
				 lost, lost == 1 ? " was" : "s were",
				 lost + log->csv.rows);
	cpus_tell(log, unread);
	if (log->order.late)
		frag_rundir_warn(
			rd, true, NULL,
			"%" PRIu64
			" event%s too late to be put in order: what they began or ended may be told wrong",
			log->order.late,
			log->order.late == 1 ? " came" : "s came");
	nonsense_tell(rd, &log->nonsense);
}
