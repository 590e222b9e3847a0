// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb `run`: a scenario or a workload, on real memory, N times. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "analysis/analysis.h"
#include "origin.h"
#include "run.h"
#include "show.h"
#include "stop.h"
#include "verb/keys.h"
#include "verb/verbs.h"

struct run_options {
	bool json;
	bool dry_run;
	bool yes;
	struct frag_keys keys;
	uint64_t repeats;
	uint64_t seed;
	const char *rate;
	const char *duration;
	const char *output;
};

static const struct frag_option run_options[] = {
	FRAG_ROW_SET(run_options),
	FRAG_ROW_KNOB(run_options),
	FRAG_ROW_EXPECT(run_options),
	{ "repeats", 'r', FRAG_COUNT, offsetof(struct run_options, repeats),
	  "N", "1", 1, 10000, "run N times, as one series" },
	{ "seed", 's', FRAG_COUNT, offsetof(struct run_options, seed), "N", "0",
	  0, 0, "seed of all chance; 0 takes a new one and writes it down" },
	{ "for", 0, FRAG_TEXT, offsetof(struct run_options, duration), "TIME",
	  NULL, 0, 0, "how long the phases that run workloads last at most" },
	{ "output", 'o', FRAG_TEXT, offsetof(struct run_options, output), "DIR",
	  NULL, 0, 0,
	  "folder that run directories go to (default: FRAGBENCH_RESULTS, or results)" },
	{ "dry-run", 'n', FRAG_FLAG, offsetof(struct run_options, dry_run),
	  NULL, NULL, 0, 0, "print the resolved plan and touch nothing" },
	{ "yes", 'y', FRAG_FLAG, offsetof(struct run_options, yes), NULL, NULL,
	  0, 0,
	  "go on where more than 90 % of the memory is taken, or where a workload asks for it" },
	FRAG_ROW_JSON(run_options),
	{ 0 },
};

/* --pages 1000 is --set pages=1000 for every key that a scenario may have. */
static int flag_take(void *ctx, const char *name, const char *value,
		     const char *next, bool *used_next, struct frag_error *e)
{
	struct run_options *o = ctx;

	return frag_keys_take(&o->keys, frag_verb_run.options, name, value,
			      next, used_next, e);
}

/* The scenario as it was asked for, fitted to this machine as it is now. Free
 * @s in any case. */
static int scenario_plan(struct frag_scenario *s, struct frag_plan *plan,
			 const struct frag_call *call, struct frag_topology *t,
			 struct frag_error *e)
{
	const struct run_options *o = call->options;
	struct frag_facts facts;
	int rc;

	frag_facts_read(&facts);
	rc = frag_scenario_load(s, call->words[0], frag_facts_memory(&facts),
				e);
	if (!rc && o->duration)
		rc = frag_scenario_set_run(s, "for", o->duration, e);
	if (!rc)
		rc = frag_keys_apply(&o->keys, s, e);
	return rc ? rc : frag_plan_make(plan, s, &facts, t, o->yes, e);
}

static json_t *result_json(const struct frag_result *r)
{
	return json_pack("{s:s, s:s, s:O*}", "run", r->path, "status",
			 r->status, "summary", r->summary);
}

static void result_tell(const struct frag_result *r, bool json, json_t *list)
{
	if (json) {
		json_array_append_new(list, result_json(r));
		return;
	}
	if (r->summary)
		frag_show_summary(r->summary, stdout);
	if (r->path[0])
		printf("\nrun: %s\n", r->path);
	fflush(stdout);
}

static int exit_of(const struct frag_result *r)
{
	return r->signal ? 128 + r->signal : frag_summary_exit(r->summary);
}

/* A series of our own, or our place in one that a guest's host has begun. */
static int series_begin(struct frag_session_config *config,
			struct frag_origin *o, struct frag_error *e)
{
	uint64_t chance = 0;

	if (!o->series[0]) {
		(void)!getrandom(&chance, sizeof(chance), GRND_NONBLOCK);
		snprintf(o->series, sizeof(o->series), "%016llx",
			 (unsigned long long)chance);
	} else if (config->repeats > 1) {
		frag_fail(e, 0, "run -r %u cannot be one run of a series",
			  config->repeats);
		frag_error_why(e, FRAG_ORIGIN_SERIES " says that it is");
		frag_error_mend(e,
				"leave -r away, or unset " FRAG_ORIGIN_SERIES);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	config->series = o->series;
	config->guest = o->guest;
	return 0;
}

static uint64_t seed_make(uint64_t asked)
{
	uint32_t chance = 1;

	if (asked)
		return asked;
	(void)!getrandom(&chance, sizeof(chance), GRND_NONBLOCK);
	return chance ? chance : 1;
}

/* One repeat: planned anew, for the machine may have changed. */
static int repeat_do(struct frag_call *call, struct frag_topology *t,
		     struct frag_session_config *config, json_t *list,
		     struct frag_error *e)
{
	const struct run_options *o = call->options;
	struct frag_scenario s;
	struct frag_result r = { 0 };
	struct frag_plan plan;
	int rc = scenario_plan(&s, &plan, call, t, e);

	if (!rc) {
		config->rate = s.settings.rate;
		rc = frag_run(config, &s, &plan, t, &r, e);
		result_tell(&r, o->json, list);
		rc = rc ? rc : exit_of(&r);
	}
	json_decref(r.summary);
	frag_scenario_free(&s);
	return rc;
}

/* All repeats, or the one that @origin says we are. */
static int series_do(struct frag_call *call, struct frag_topology *t,
		     const struct frag_origin *origin,
		     struct frag_session_config *config, json_t *list,
		     struct frag_error *e)
{
	const unsigned repeats = config->repeats;
	int worst = 0;
	int rc = 0;

	for (unsigned i = 1; i <= repeats && rc >= 0 && !frag_stop; i++) {
		config->repeat = origin->repeat ? origin->repeat : i;
		if (origin->repeats)
			config->repeats = origin->repeats;
		rc = repeat_do(call, t, config, list, e);
		worst = rc > worst ? rc : worst;
	}
	return rc < 0 ? rc : worst;
}

static int repeats_do(struct frag_call *call, struct frag_topology *t,
		      struct frag_error *e)
{
	const struct run_options *o = call->options;
	struct frag_session_config config = {
		.kind = "run",
		.output = o->output,
		.repeats = (unsigned)o->repeats,
		.seed = seed_make(o->seed),
		.argc = call->argc,
		.argv = call->argv,
		.summarize = frag_summarize,
		.index_columns = frag_index_columns,
		.episode_columns = frag_episode_columns,
	};
	struct frag_origin origin;
	json_t *list = json_array();
	int rc = frag_origin_read(&origin, e);

	frag_stop_on_signals();
	if (!rc)
		rc = series_begin(&config, &origin, e);
	if (!rc)
		rc = series_do(call, t, &origin, &config, list, e);
	if (o->json)
		json_dumpf(list, stdout,
			   JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	if (o->json)
		putchar('\n');
	json_decref(list);
	frag_origin_free(&origin);
	return rc;
}

static int dry_run(struct frag_call *call, struct frag_topology *t,
		   struct frag_error *e)
{
	struct frag_scenario s;
	struct frag_plan plan;
	int rc = scenario_plan(&s, &plan, call, t, e);

	if (!rc)
		frag_plan_print(&plan, &s, stdout);
	frag_scenario_free(&s);
	return rc;
}

static int run_call(struct frag_call *call, struct frag_error *e)
{
	const struct run_options *o = call->options;
	struct frag_topology *t = NULL;
	int rc;

	if (call->nwords != 1) {
		frag_fail(e, 0, "run takes one scenario or workload");
		frag_error_mend(e, "fragbench list");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	rc = frag_topology_load(&t, e);
	if (!rc)
		rc = o->dry_run ? dry_run(call, t, e) : repeats_do(call, t, e);
	frag_topology_free(t);
	return rc;
}

const struct frag_verb frag_verb_run = {
	.name = "run",
	.group = FRAG_DO,
	.summary = "run a scenario or a workload and record what memory does",
	.usage = "SCENARIO|WORKLOAD|FILE.ini [--KEY VALUE]...",
	.about =
		"Runs the phases of a scenario on the memory of this machine, samples the free lists and counters all along, and seals the result as a run directory. A workload by its name runs for ten seconds between two quiet moments.\n"
		"Every knob that is written is journalled first and put back at the end, on an error, on ^C, and by a guardian process when the run is killed. What was sampled until then stays readable in a directory that ends in .partial.\n"
		"Without root the knobs stay as they are and compaction is skipped: the run says so.",
	.options = run_options,
	.options_size = sizeof(struct run_options),
	.unknown = flag_take,
	.call = run_call,
};
