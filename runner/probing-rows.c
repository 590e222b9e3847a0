// SPDX-License-Identifier: GPL-2.0-or-later
/* What came of probes, kept and written down: causes in words, probes.csv, and
 * their part of latency.csv. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tell.h"

enum { FIRST_COUNTER = 24 };

int frag_probe_log_add(struct frag_probe_log *log, const char *phase,
		       const struct frag_probe_result *results, unsigned n)
{
	struct frag_probe_row *rows =
		realloc(log->rows, (log->count + n) * sizeof(*rows));

	if (n && !rows)
		return -ENOMEM;
	log->rows = rows;
	for (unsigned i = 0; i < n; i++)
		rows[log->count++] =
			(struct frag_probe_row){ phase, results[i] };
	return 0;
}

void frag_probe_log_free(struct frag_probe_log *log)
{
	free(log->rows);
	log->rows = NULL;
	log->count = 0;
}

static const struct {
	int cause;
	const char *name;
	const char *about;
} causes[] = {
	{ FRAG_SMALLER, "smaller", "smaller pages came instead" },
	{ -ENOMEM, "ENOMEM", "no block was to be had" },
	{ -EAGAIN, "EAGAIN", "a page could not be taken for the moment" },
	{ -EBUSY, "EBUSY", "refused: a memory cgroup, or somebody else at it" },
	{ -E2BIG, "E2BIG", "too many mappings (vm.max_map_count)" },
	{ -EINVAL, "EINVAL", "the kernel does not do this here" },
};

enum { CAUSES = sizeof(causes) / sizeof(causes[0]) };

static const char *cause_name(int cause)
{
	const char *name;

	for (unsigned i = 0; i < CAUSES; i++)
		if (causes[i].cause == cause)
			return causes[i].name;
	name = strerrorname_np(-cause);
	return name ? name : "unknown";
}

const char *frag_probe_cause_about(int cause)
{
	for (unsigned i = 0; i < CAUSES; i++)
		if (causes[i].cause == cause)
			return causes[i].about;
	return strerror(-cause);
}

const char *frag_probe_causes_text(const struct frag_probe_result *r,
				   const char *gap, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < FRAG_PROBE_CAUSES && used < size; i++)
		if (r->causes[i].count)
			used += (size_t)snprintf(buf + used, size - used,
						 "%s%s %" PRIu64,
						 used ? gap : "",
						 cause_name(r->causes[i].cause),
						 r->causes[i].count);
	return buf;
}

static const struct frag_column columns[FIRST_COUNTER] = {
	{ "phase", "", "phase name" },
	{ "probe", "", "probe name, with the block size where it has several" },
	{ "order", "", "order of the blocks that were asked for" },
	{ "node", "", "NUMA node that was asked, or all" },
	{ "asked", "blocks", "how many were wanted, all at once" },
	{ "attempts", "count", "how many were asked for before it stopped" },
	{ "successes", "blocks", "how many came" },
	{ "given_back", "blocks", "how many went back afterwards" },
	{ "stopped", "",
	  "done, floor (of MemAvailable), patience (failures in a row) or killed" },
	{ "verified", "",
	  "by what a block is known to be one: frames, anonhugepages (weaker), pool" },
	{ "causes", "", "why the other attempts failed, and how many of them" },
	{ "p50_ns", "ns", "median time of a success" },
	{ "p90_ns", "ns", "90th percentile of it" },
	{ "p99_ns", "ns", "99th percentile of it" },
	{ "p99_9_ns", "ns", "99.9th percentile of it" },
	{ "max_ns", "ns", "the longest success" },
	{ "failed_max_ns", "ns", "the longest failure" },
	{ "warm_successes", "blocks",
	  "how many came when it asked again, over memory that it had touched; empty when it did not" },
	{ "warm_stopped", "", "why it stopped then, as in stopped" },
	{ "warm_p50_ns", "ns", "median time of those" },
	{ "warm_p90_ns", "ns", "90th percentile of it" },
	{ "warm_p99_ns", "ns", "99th percentile of it" },
	{ "warm_p99_9_ns", "ns", "99.9th percentile of it" },
	{ "warm_max_ns", "ns", "the longest of those" },
};

static void time_write(struct frag_csv *csv, const struct frag_histogram *h,
		       double share)
{
	frag_csv_u64(csv, h->total ? frag_histogram_percentile(h, share)
				   : FRAG_ABSENT);
}

static void times_write(struct frag_csv *csv, const struct frag_probe_result *r)
{
	time_write(csv, &r->latency, 0.5);
	time_write(csv, &r->latency, 0.9);
	time_write(csv, &r->latency, 0.99);
	time_write(csv, &r->latency, 0.999);
	time_write(csv, &r->latency, 1);
	time_write(csv, &r->failed_ns, 1);
	frag_csv_u64(csv, r->warmed);
	frag_csv_text(csv, r->warm_stopped ? r->warm_stopped : "");
	time_write(csv, &r->warm, 0.5);
	time_write(csv, &r->warm, 0.9);
	time_write(csv, &r->warm, 0.99);
	time_write(csv, &r->warm, 0.999);
	time_write(csv, &r->warm, 1);
}

static void row_write(struct frag_csv *csv, const char *phase,
		      const struct frag_probe_result *r)
{
	char text[256];

	frag_csv_text(csv, phase);
	frag_csv_text(csv, r->label);
	frag_csv_u64(csv, r->order);
	if (r->node < 0)
		frag_csv_text(csv, "all");
	else
		frag_csv_i64(csv, r->node);
	frag_csv_u64(csv, r->asked);
	frag_csv_u64(csv, r->attempts);
	frag_csv_u64(csv, r->successes);
	frag_csv_u64(csv, r->given_back);
	frag_csv_text(csv, r->stopped);
	frag_csv_text(csv, r->verified);
	frag_csv_text(csv, frag_probe_causes_text(r, "; ", text, sizeof(text)));
	times_write(csv, r);
	for (unsigned i = 0; i < FRAG_PROBE_COUNTERS; i++)
		frag_csv_u64(csv, r->counters[i]);
	frag_csv_end(csv);
}

int frag_tell_probes(struct frag_rundir *rd, const struct frag_probe_log *log)
{
	struct frag_column all[FIRST_COUNTER + FRAG_PROBE_COUNTERS];
	struct frag_csv csv;
	int rc;

	if (!log->count)
		return 0;
	memcpy(all, columns, sizeof(columns));
	for (unsigned i = 0; i < FRAG_PROBE_COUNTERS; i++) {
		struct frag_column *c = &all[FIRST_COUNTER + i];

		snprintf(c->name, sizeof(c->name), "%s",
			 frag_probe_counters[i]);
		c->unit = "count";
		c->about =
			"how far this counter of /proc/vmstat moved meanwhile";
	}
	rc = frag_rundir_table(
		rd, &csv, "probes.csv",
		"one row for each block size that a probe asked for", all,
		FIRST_COUNTER + FRAG_PROBE_COUNTERS, NULL);
	if (rc)
		return rc;
	for (unsigned i = 0; i < log->count; i++)
		row_write(&csv, log->rows[i].phase, &log->rows[i].result);
	return frag_csv_close(&csv);
}

void frag_tell_probe_times(struct frag_csv *csv,
			   const struct frag_probe_log *log)
{
	char name[FRAG_PROBE_LABEL + 16];

	for (unsigned i = 0; i < log->count; i++) {
		const struct frag_probe_row *row = &log->rows[i];

		snprintf(name, sizeof(name), "probe:%s", row->result.label);
		frag_tell_histogram(csv, row->phase, name,
				    &row->result.latency);
		snprintf(name, sizeof(name), "probe:%s:failed",
			 row->result.label);
		frag_tell_histogram(csv, row->phase, name,
				    &row->result.failed_ns);
		snprintf(name, sizeof(name), "probe:%s:warm",
			 row->result.label);
		frag_tell_histogram(csv, row->phase, name, &row->result.warm);
	}
}
