// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb compare: which runs, in which groups, put out how; and what is said
 * on standard error of runs that are not alike or take no part. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/terminal.h"
#include "verb.h"
#include "verb/compare.h"
#include "verb/verbs.h"

enum { LEFT_OUT_SHOWN = 5 };

/* How likely a drift is by chance: of those that count, and of all. */
static const double certain = 0.05;
static const double any_chance = 2;

struct compare_options {
	struct frag_words by;
	struct frag_words differ;
	struct frag_words metric;
	bool all;
	bool untrusted;
	bool csv;
	bool markdown;
	bool json;
	bool junit;
	bool ktap;
	bool openmetrics;
	const char *gate;
	const char *fail_on;
	const char *baseline;
};

#define ROW(field) offsetof(struct compare_options, field)

static const struct frag_option rows[] = {
	{ "by", 0, FRAG_WORDS, ROW(by), "KEY", NULL, 0, 0,
	  "what makes the groups: kernel, scenario, series, accel, memory, cpus, seed, append (kernel parameters), a key of the scenario or of its phases, workloads and probes (mode, PHASE.mode, PHASE.WORKLOAD.mode; workload: its name), or a knob; may be given again: then a group is one of each" },
	{ "differ", 0, FRAG_WORDS, ROW(differ), "KEY", NULL, 0, 0,
	  "the runs are meant to differ in this, as of --by, without being grouped by it: what was changed between the sides of a gate; may be given again" },
	{ "metric", 0, FRAG_WORDS, ROW(metric), "GLOB", NULL, 0, 0,
	  "show these metrics ('effectiveness', '*.compact'; without a phase: of all phases); may be given again" },
	{ "all", 0, FRAG_FLAG, ROW(all), NULL, NULL, 0, 0,
	  "show every metric of summary.json; without it: the headline of the phases that run, free, release, compact or probe and of the one before them" },
	{ "untrusted", 0, FRAG_FLAG, ROW(untrusted), NULL, NULL, 0, 0,
	  "let untrusted runs take part (exit code 5)" },
	{ "csv", 0, FRAG_FLAG, ROW(csv), NULL, NULL, 0, 0,
	  "print CSV: a line for each metric and group" },
	{ "markdown", 0, FRAG_FLAG, ROW(markdown), NULL, NULL, 0, 0,
	  "print tables of Markdown, for documents and cover letters" },
	{ "junit", 0, FRAG_FLAG, ROW(junit), NULL, NULL, 0, 0,
	  "print JUnit XML: a test case for each metric" },
	{ "ktap", 0, FRAG_FLAG, ROW(ktap), NULL, NULL, 0, 0,
	  "print KTAP, as tests of the kernel do" },
	{ "openmetrics", 0, FRAG_FLAG, ROW(openmetrics), NULL, NULL, 0, 0,
	  "print OpenMetrics text, for the textfile collector of node_exporter" },
	{ "gate", 0, FRAG_TEXT, ROW(gate), "FILE", "", 0, 0,
	  "hold these metrics to their limits: sections [METRIC] with limit, direction and floor; exit code 1 when one fails, 5 when one cannot be told" },
	{ "fail-on", 0, FRAG_CHOICE, ROW(fail_on), "nothing|worse", "nothing",
	  0, 0,
	  "exit code 1 when a metric is WORSE, 5 when none could be tested" },
	{ "baseline", 0, FRAG_TEXT, ROW(baseline), "DIR", "", 0, 0,
	  "the runs in this folder are the base, RUN... are the new side" },
	FRAG_ROW_JSON(compare_options),
	{ .name = NULL },
};

/* --- what was asked
 * ----------------------------------------------------------- */

static int usage_fail(struct frag_error *e, const char *why)
{
	frag_fail(e, 0, "cannot compare");
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "fragbench help compare");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int options_check(const struct frag_call *call, struct frag_error *e)
{
	const struct compare_options *o = call->options;

	if (o->csv + o->markdown + o->json + o->junit + o->ktap +
		    o->openmetrics >
	    1)
		return usage_fail(e, "one of --json, --csv, --markdown, "
				     "--junit, --ktap and --openmetrics");
	if (*o->gate && (o->all || o->metric.count))
		return usage_fail(e, "a gate says which metrics are shown: "
				     "neither --all nor --metric");
	if (*o->baseline && (call->rest || o->by.count))
		return usage_fail(e, "--baseline makes the sides: neither -- "
				     "nor --by");
	if (o->all && o->metric.count)
		return usage_fail(e, "either --all or --metric");
	if (call->rest && o->by.count)
		return usage_fail(e, "the groups are made either by -- or by "
				     "--by");
	if (call->rest && !call->nwords)
		return usage_fail(e, "there is no run before --");
	return 0;
}

/* --- what was found
 * ----------------------------------------------------------- */

/* One level is looked at: the runs of one series, not a folder of several. */
static int baseline_fail(struct frag_error *e, const char *path)
{
	frag_fail(e, 0, "there is no baseline");
	frag_error_why(e, "no run is in the folder %s itself", path);
	frag_error_mend(e,
			"name the folder that holds the runs of one series: "
			"find %s -name 'manifest.json*'",
			path);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int runs_add(struct frag_compare *c, const struct frag_call *call,
		    struct frag_runs_skipped *skipped, struct frag_error *e)
{
	const struct compare_options *o = call->options;
	enum frag_compare_side side =
		call->rest ? FRAG_SIDE_BASE : FRAG_SIDE_NONE;
	const char *results = getenv("FRAGBENCH_RESULTS");
	json_t *seen = json_object();
	int rc = 0;

	if (*o->baseline) {
		side = FRAG_SIDE_NEW;
		rc = frag_runs_add(c, o->baseline, FRAG_SIDE_BASE, seen,
				   skipped, e);
		if (!rc && !c->nruns && !c->nleft_out && !skipped->unfinished &&
		    !skipped->failed)
			rc = baseline_fail(e, o->baseline);
	}
	if (!rc && !call->nwords)
		rc = frag_runs_add(c, results && *results ? results : "results",
				   side, seen, skipped, e);
	for (unsigned i = 0; !rc && i < call->nwords; i++)
		rc = frag_runs_add(c, call->words[i], side, seen, skipped, e);
	/* The library sees to a run on both sides. */
	json_object_clear(seen);
	for (char **word = call->rest; !rc && word && *word; word++)
		rc = frag_runs_add(c, *word, FRAG_SIDE_NEW, seen, skipped, e);
	json_decref(seen);
	return rc;
}

static void skipped_say(const struct frag_runs_skipped *s)
{
	if (s->unfinished)
		fprintf(stderr,
			"fragbench: %u unfinished run%s skipped (.partial)\n",
			s->unfinished, s->unfinished == 1 ? " was" : "s were");
	if (s->failed)
		fprintf(stderr,
			"fragbench: %u failed run%s skipped (.failed)\n",
			s->failed, s->failed == 1 ? " was" : "s were");
}

static void left_out_say(const struct frag_compare *c)
{
	unsigned n = c->nleft_out;

	for (unsigned i = 0; i < n && i < LEFT_OUT_SHOWN; i++)
		fprintf(stderr, "fragbench: left out: %s: %s\n",
			c->left_out[i].path, c->left_out[i].why);
	if (n > LEFT_OUT_SHOWN)
		fprintf(stderr,
			"fragbench: left out: %u more: --json has all\n",
			n - LEFT_OUT_SHOWN);
}

static void objections_say(const struct frag_compare *c)
{
	for (unsigned i = 0; i < c->nobjections; i++) {
		const struct frag_compare_objection *o = &c->objections[i];

		fprintf(stderr, "fragbench: %s: %s\n",
			o->is_refusal ? "not alike" : "warning", o->what);
		if (*o->mend)
			fprintf(stderr, "  mend: %s\n", o->mend);
	}
}

/* --- putting it out
 * ----------------------------------------------------------- */

/* What is certain to drift; with --all, what changed at all. */
static void drift_text_put(const struct frag_compare *c, unsigned width)
{
	struct frag_grid g =
		frag_grid_drift(c, c->config.all ? any_chance : certain);

	if (g.rows > 1) {
		printf("\ndrift from run to run (p after Holm; it takes 5 "
		       "runs for one metric, 7 for a hundred)\n");
		frag_grid_print(stdout, &g, width);
	}
	frag_grid_free(&g);
}

static void text_put(const struct frag_compare *c)
{
	struct frag_grid groups = frag_grid_groups(c);
	struct frag_grid metrics = frag_grid_metrics(c);
	unsigned width = frag_output_width();
	char by[256];

	printf("%u runs in %u groups, by %s\n\n", c->nruns, c->ngroups,
	       frag_compare_by_text(c, by, sizeof(by)));
	frag_grid_print(stdout, &groups, width);
	printf("\nmedian (lowest..highest)\n");
	frag_grid_print(stdout, &metrics, width);
	frag_grid_free(&groups);
	frag_grid_free(&metrics);
	drift_text_put(c, width);
}

/* Put out and freed; nothing where @g is a head alone. */
static void grid_put(struct frag_grid g, const char *title)
{
	if (g.rows > 1) {
		printf("%s", title);
		frag_grid_markdown(stdout, &g);
	}
	frag_grid_free(&g);
}

/* What is pasted elsewhere takes its caveats with it. */
static void markdown_put(const struct frag_compare *c)
{
	char title[256];

	grid_put(frag_grid_groups(c), "");
	grid_put(frag_grid_metrics(c), "\nMedian (lowest..highest):\n\n");
	snprintf(title, sizeof(title), "\nAgainst %.200s:\n\n",
		 c->groups[0].label);
	if (c->ngroups > 2)
		grid_put(frag_grid_against(c), title);
	grid_put(frag_grid_drift(c, any_chance),
		 "\nDrift from run to run (p after Holm):\n\n");
	for (unsigned i = 0; i < c->nobjections; i++)
		printf("\n**%s**: %s\n",
		       c->objections[i].is_refusal ? "Not alike" : "Warning",
		       c->objections[i].what);
}

static void json_put(const struct frag_compare *c,
		     const struct frag_runs_skipped *s)
{
	json_t *json = frag_compare_json(c);

	json_object_set_new(json, "skipped",
			    json_pack("{s:i, s:i}", "unfinished",
				      (int)s->unfinished, "failed",
				      (int)s->failed));
	json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(json);
}

static int table_put(const struct frag_compare *c,
		     const struct compare_options *o,
		     const struct frag_runs_skipped *skipped)
{
	if (o->json)
		json_put(c, skipped);
	else if (o->csv)
		frag_compare_csv(stdout, c);
	else if (o->markdown)
		markdown_put(c);
	else if (o->junit)
		frag_compare_junit(stdout, c);
	else if (o->ktap)
		frag_compare_ktap(stdout, c);
	else if (o->openmetrics)
		frag_compare_openmetrics(stdout, c);
	else
		text_put(c);
	/* On a terminal what is said of the table stands below it. */
	fflush(stdout);
	objections_say(c);
	return (int)frag_compare_exit(c, !strcmp(o->fail_on, "worse"));
}

static int compare_do(const struct frag_call *call,
		      const struct frag_compare_config *config,
		      struct frag_error *e)
{
	struct frag_compare *c = frag_compare_new(config);
	struct frag_runs_skipped skipped = { 0 };
	int rc = runs_add(c, call, &skipped, e);

	if (!rc) {
		skipped_say(&skipped);
		left_out_say(c);
		rc = frag_compare_finish(c, e);
	}
	if (!rc)
		rc = table_put(c, call->options, &skipped);
	frag_compare_free(c);
	return rc;
}

static int compare_call(struct frag_call *call, struct frag_error *e)
{
	const struct compare_options *o = call->options;
	struct frag_gate gate = { 0 };
	struct frag_compare_config config = {
		.by = o->by.word,
		.nby = o->by.count,
		.differ = o->differ.word,
		.ndiffer = o->differ.count,
		.globs = o->metric.word,
		.nglobs = o->metric.count,
		.all = o->all,
		.with_untrusted = o->untrusted,
		.rules = gate.rules,
	};
	int rc = options_check(call, e);

	if (!rc && *o->gate)
		rc = frag_gate_read(&gate, o->gate, e);
	config.nrules = gate.nrules;
	if (!rc)
		rc = compare_do(call, &config, e);
	frag_gate_free(&gate);
	return rc;
}

const struct frag_verb frag_verb_compare = {
	.name = "compare",
	.group = FRAG_READ,
	.summary = "set series of runs side by side: medians, tests, "
		   "verdicts, gates",
	.usage = "BASE... -- NEW...  |  --baseline DIR [RUN]...  |  [--by "
		 "KEY]... [RUN]...",
	.about =
		"Takes sealed runs, makes groups of them and shows every metric of each group as its median and, in parentheses, its range; of two groups also the difference of the medians, absolute and in percent of the first. RUN is a run directory, or a folder that holds some (without RUN: results, or $FRAGBENCH_RESULTS). Groups are what stands before and behind --, or what --by says, or else the series of the runs.\n"
		"\n"
		"  fragbench compare results/*6.1* -- results/*6.18*\n"
		"  fragbench compare --by kernel --by mode results\n"
		"  fragbench compare --by kernel --metric effectiveness --markdown\n"
		"\n"
		"From 4 runs on each side on, each metric is tested (Mann-Whitney) and has a 95 % interval of the shift (Hodges-Lehmann), a p and behind it that after Holm for all tests of the table, and a verdict: better or WORSE where p after Holm is below 0.05 and the shift not below the metric's floor (5 % of the base, mostly); different, where no way is the good one; same, where the interval lies within the floor; otherwise cannot tell, with the smallest shift that could have been told. Several groups are each held against the first. ~ marks a p that is approximate. Runs that drift, each on from the one before, are warned of.\n"
		"\n"
		"A gate: --gate FILE with sections such as\n"
		"\n"
		"  [unusable.compact]\n"
		"  limit = 10%        ; how much worse it may be, or a number in its unit\n"
		"  floor = 0.02       ; less is no difference\n"
		"  direction = lower  ; which way is good\n"
		"\n"
		"What is not said is the metric's own; a limit below its floor is its floor, too. A gate fails where the verdict is WORSE by more than the limit, passes where the bad end of the interval is within it, and else cannot be told.\n"
		"\n"
		"A value without a range is that of all runs of its group. A metric that some runs lack carries a mark, and the reason stands below. Times that were made in a guest under TCG are no times and are not shown; times of different accelerators are not compared.\n"
		"\n"
		"Runs that differ in something else than what makes the groups are not alike: another scenario, other options or knobs, another size of memory, another state at the start. Then it says so on standard error, with a mend, shows each group for itself, no differences, and ends with 5. What may matter less (the kernel's own settings, CPUs, versions) is a warning. Untrusted runs are left out unless --untrusted is given; runs that failed or were interrupted always are.",
	.options = rows,
	.options_size = sizeof(struct compare_options),
	.takes_command = true,
	.call = compare_call,
};
