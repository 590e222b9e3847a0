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

struct compare_options {
	struct frag_words by;
	struct frag_words metric;
	bool all;
	bool untrusted;
	bool csv;
	bool markdown;
	bool json;
};

#define ROW(field) offsetof(struct compare_options, field)

static const struct frag_option rows[] = {
	{ "by", 0, FRAG_WORDS, ROW(by), "KEY", NULL, 0, 0,
	  "what makes the groups: kernel, scenario, series, accel, memory, cpus, seed, append (kernel parameters), a key of the scenario or of its phases, workloads and probes (mode, PHASE.mode, PHASE.WORKLOAD.mode; workload: its name), or a knob; may be given again: then a group is one of each" },
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

	if (o->csv + o->markdown + o->json > 1)
		return usage_fail(e, "one of --json, --csv and --markdown");
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

static int runs_add(struct frag_compare *c, const struct frag_call *call,
		    struct frag_runs_skipped *skipped, struct frag_error *e)
{
	enum frag_compare_side side =
		call->rest ? FRAG_SIDE_BASE : FRAG_SIDE_NONE;
	const char *results = getenv("FRAGBENCH_RESULTS");
	json_t *seen = json_object();
	int rc = 0;

	if (!call->nwords)
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
}

/* What is pasted elsewhere takes its caveats with it. */
static void markdown_put(const struct frag_compare *c)
{
	struct frag_grid groups = frag_grid_groups(c);
	struct frag_grid metrics = frag_grid_metrics(c);

	frag_grid_markdown(stdout, &groups);
	printf("\nMedian (lowest..highest):\n\n");
	frag_grid_markdown(stdout, &metrics);
	for (unsigned i = 0; i < c->nobjections; i++)
		printf("\n**%s**: %s\n",
		       c->objections[i].is_refusal ? "Not alike" : "Warning",
		       c->objections[i].what);
	frag_grid_free(&groups);
	frag_grid_free(&metrics);
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
	bool has_untrusted = false;

	if (o->json)
		json_put(c, skipped);
	else if (o->csv)
		frag_compare_csv(stdout, c);
	else if (o->markdown)
		markdown_put(c);
	else
		text_put(c);
	/* On a terminal what is said of the table stands below it. */
	fflush(stdout);
	objections_say(c);
	for (unsigned i = 0; i < c->nruns; i++)
		has_untrusted |= !c->runs[i]->is_trusted;
	return c->is_refused || has_untrusted ? FRAG_EXIT_DOUBT
					      : FRAG_EXIT_DONE;
}

static int compare_call(struct frag_call *call, struct frag_error *e)
{
	const struct compare_options *o = call->options;
	struct frag_compare_config config = {
		.by = o->by.word,
		.nby = o->by.count,
		.globs = o->metric.word,
		.nglobs = o->metric.count,
		.all = o->all,
		.with_untrusted = o->untrusted,
	};
	struct frag_runs_skipped skipped = { 0 };
	struct frag_compare *c;
	int rc = options_check(call, e);

	if (rc)
		return rc;
	c = frag_compare_new(&config);
	rc = runs_add(c, call, &skipped, e);
	if (!rc) {
		skipped_say(&skipped);
		left_out_say(c);
		rc = frag_compare_finish(c, e);
	}
	if (!rc)
		rc = table_put(c, o, &skipped);
	frag_compare_free(c);
	return rc;
}

const struct frag_verb frag_verb_compare = {
	.name = "compare",
	.group = FRAG_READ,
	.summary = "set series of runs side by side: medians, ranges, "
		   "differences",
	.usage = "BASE... -- NEW...  |  [--by KEY]... [RUN]...",
	.about =
		"Takes sealed runs, makes groups of them and shows every metric of each group as its median and, in parentheses, its range; of two groups also the difference of the medians, absolute and in percent of the first. RUN is a run directory, or a folder that holds some (without RUN: results, or $FRAGBENCH_RESULTS). Groups are what stands before and behind --, or what --by says, or else the series of the runs.\n"
		"\n"
		"  fragbench compare results/*6.1* -- results/*6.18*\n"
		"  fragbench compare --by kernel --by mode results\n"
		"  fragbench compare --by kernel --metric effectiveness --markdown\n"
		"\n"
		"A value without a range is that of all runs of its group. A metric that some runs lack carries a mark, and the reason stands below. Times that were made in a guest under TCG are no times and are not shown; times of different accelerators are not compared.\n"
		"\n"
		"Runs that differ in something else than what makes the groups are not alike: another scenario, other options or knobs, another size of memory, another state at the start. Then it says so on standard error, with a mend, shows each group for itself, no differences, and ends with 5. What may matter less (the kernel's own settings, CPUs, versions) is a warning. Untrusted runs are left out unless --untrusted is given; runs that failed or were interrupted always are.",
	.options = rows,
	.options_size = sizeof(struct compare_options),
	.takes_command = true,
	.call = compare_call,
};
