// SPDX-License-Identifier: GPL-2.0-or-later
/* The answer of a probe as prose, and the same as JSON. */
#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "verb/probe.h"

const char *frag_ns_text(uint64_t ns, char *buf, size_t size)
{
	if (ns < 10 * FRAG_US_NS)
		snprintf(buf, size, "%.1f us", (double)ns / 1e3);
	else if (ns < 10 * FRAG_MS_NS)
		snprintf(buf, size, "%.0f us", (double)ns / 1e3);
	else if (ns < 10 * FRAG_SEC_NS)
		snprintf(buf, size, "%.0f ms", (double)ns / 1e6);
	else
		snprintf(buf, size, "%.0f s", (double)ns / 1e9);
	return buf;
}

static const struct {
	const char *name;
	double share;
} shares[] = {
	{ "p50", 0.5 },	    { "p90", 0.9 },	{ "p99", 0.99 },
	{ "p99.9", 0.999 }, { "longest", 1.0 },
};

enum { SHARES = sizeof(shares) / sizeof(shares[0]) };

static void times_say(FILE *out, const char *label,
		      const struct frag_histogram *h, const char *what)
{
	char text[32];

	if (!h->total)
		return;
	fprintf(out, "  %-11s ", label);
	for (unsigned i = 0; i < SHARES; i++)
		fprintf(out, "%s%s %s", i ? ", " : "", shares[i].name,
			frag_ns_text(frag_histogram_percentile(h,
							       shares[i].share),
				     text, sizeof(text)));
	fprintf(out, " (%s)\n", what);
}

static void failures_say(FILE *out, const struct frag_probe_result *r)
{
	char text[32];

	for (unsigned i = 0; i < FRAG_PROBE_CAUSES; i++)
		if (r->causes[i].count)
			fprintf(out, "  %-11s %" PRIu64 ": %s\n", "failed",
				r->causes[i].count,
				frag_probe_cause_about(r->causes[i].cause));
	if (r->failed_ns.total)
		fprintf(out, "  %-11s the longest failure took %s\n", "",
			frag_ns_text(r->failed_ns.max, text, sizeof(text)));
}

static const char *stopped_about(const char *stopped)
{
	if (!strcmp(stopped, "floor"))
		return "MemAvailable would have fallen below the floor (--floor)";
	if (!strcmp(stopped, "patience"))
		return "too many failures in a row (--patience)";
	return "the probe was killed, and what it held is free again";
}

static void counters_say(FILE *out, const struct frag_probe_result *r)
{
	const char *gap = "";

	for (unsigned i = 0; i < FRAG_PROBE_COUNTERS; i++) {
		if (!r->counters[i] || r->counters[i] == FRAG_ABSENT)
			continue;
		if (!*gap)
			fprintf(out, "  %-11s ", "meanwhile");
		fprintf(out, "%s%s %" PRIu64, gap, frag_probe_counters[i],
			r->counters[i]);
		gap = ", ";
	}
	if (*gap)
		fputc('\n', out);
}

void frag_probe_say(FILE *out, const struct frag_probe_result *r)
{
	char size[32];

	fprintf(out,
		"%s: if you ask for %" PRIu64 " blocks of %s (order %u) now, "
		"you get %" PRIu64 " (%.0f %%)\n",
		r->label, r->asked,
		frag_size_text(r->bytes, size, sizeof(size)), r->order,
		r->successes,
		r->asked ? 100.0 * (double)r->successes / (double)r->asked : 0);
	times_say(out, "time", &r->latency,
		  r->warmed == FRAG_ABSENT
			  ? "all held"
			  : "all held, memory as it was found");
	times_say(out, "again", &r->warm, "all held, memory touched before");
	failures_say(out, r);
	if (strcmp(r->stopped, "done") != 0)
		fprintf(out, "  %-11s after %" PRIu64 " attempts: %s\n",
			"stopped", r->attempts, stopped_about(r->stopped));
	if (r->warm_stopped && strcmp(r->warm_stopped, "done") != 0)
		fprintf(out,
			"  %-11s when it asked again, with %" PRIu64 ": %s\n",
			"stopped", r->warmed, stopped_about(r->warm_stopped));
	counters_say(out, r);
	if (!strcmp(r->verified, "anonhugepages"))
		fprintf(out,
			"  %-11s only AnonHugePages tells a huge page from small "
			"ones here; root sees the frames\n",
			"note");
}

static json_t *times_json(const struct frag_histogram *h)
{
	static const char *const names[SHARES] = { "p50_ns", "p90_ns", "p99_ns",
						   "p99_9_ns", "max_ns" };
	json_t *o = h->total ? json_object() : json_null();

	for (unsigned i = 0; i < SHARES && h->total; i++) {
		uint64_t ns = frag_histogram_percentile(h, shares[i].share);

		json_object_set_new(o, names[i], json_integer((json_int_t)ns));
	}
	return o;
}

static json_t *number_json(uint64_t n)
{
	return n == FRAG_ABSENT ? json_null() : json_integer((json_int_t)n);
}

json_t *frag_probe_json(const struct frag_probe_result *r)
{
	json_t *counters = json_object();
	json_t *o;
	char causes[256];

	for (unsigned i = 0; i < FRAG_PROBE_COUNTERS; i++)
		if (r->counters[i] != FRAG_ABSENT)
			json_object_set_new(
				counters, frag_probe_counters[i],
				json_integer((json_int_t)r->counters[i]));
	o = json_pack("{s:s, s:i, s:I, s:o, s:I, s:I, s:I, s:I, s:s, s:s, s:s}",
		      "probe", r->label, "order", (int)r->order, "bytes",
		      (json_int_t)r->bytes, "node",
		      r->node < 0 ? json_string("all") : json_integer(r->node),
		      "asked", (json_int_t)r->asked, "attempts",
		      (json_int_t)r->attempts, "successes",
		      (json_int_t)r->successes, "given_back",
		      (json_int_t)r->given_back, "stopped", r->stopped,
		      "verified", r->verified, "causes",
		      frag_probe_causes_text(r, "; ", causes, sizeof(causes)));
	json_object_set_new(o, "time", times_json(&r->latency));
	json_object_set_new(o, "failed_time", times_json(&r->failed_ns));
	json_object_set_new(o, "again", times_json(&r->warm));
	json_object_set_new(o, "again_successes", number_json(r->warmed));
	json_object_set_new(o, "again_given_back",
			    number_json(r->warm_given_back));
	json_object_set_new(o, "again_stopped",
			    r->warm_stopped ? json_string(r->warm_stopped)
					    : json_null());
	json_object_set_new(o, "counters", counters);
	return o;
}
