// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb `hold`: the workload of that name as a scenario of its own, for a
 * time or beside a command. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "analysis/analysis.h"
#include "clock.h"
#include "fragbench/freelists.h"
#include "origin.h"
#include "run.h"
#include "show.h"
#include "stage.h"
#include "stop.h"
#include "verb/command.h"
#include "verb/keys.h"
#include "verb/verbs.h"

struct hold_options {
	struct frag_keys keys;
	const char *unusable;
	const char *order;
	const char *unmovable;
	const char *memory;
	const char *node;
	const char *duration;
	const char *output;
	uint64_t seed;
	bool dry_run;
	bool yes;
};

#define ROW(field) offsetof(struct hold_options, field)

static const struct frag_option hold_options[] = {
	{ "unusable", 0, FRAG_TEXT, ROW(unusable), "0..1", NULL, 0, 0,
	  "the unusable index to hold (default: 0.8)" },
	{ "order", 0, FRAG_TEXT, ROW(order), "K", NULL, 0, 0,
	  "the order that it is about (default: that of a pageblock)" },
	{ "unmovable", 0, FRAG_TEXT, ROW(unmovable), "N%", NULL, 0, 0,
	  "share of the blocks that no compaction is to mend (default: 0%)" },
	{ "memory", 0, FRAG_TEXT, ROW(memory), "N%", NULL, 0, 0,
	  "share of MemAvailable to hold at most (default: 30%)" },
	{ "node", 0, FRAG_TEXT, ROW(node), "N", NULL, 0, 0,
	  "the only NUMA node that it is about (default: all)" },
	{ "for", 0, FRAG_TEXT, ROW(duration), "TIME", NULL, 0, 0,
	  "how long; without it until the command ends, or until ^C" },
	FRAG_ROW_SET(hold_options),
	FRAG_ROW_KNOB(hold_options),
	FRAG_ROW_EXPECT(hold_options),
	{ "seed", 's', FRAG_COUNT, ROW(seed), "N", "1", 1, 0,
	  "seed of all chance" },
	{ "output", 'o', FRAG_TEXT, ROW(output), "DIR", NULL, 0, 0,
	  "folder that run directories go to (default: FRAGBENCH_RESULTS, or results)" },
	{ "dry-run", 'n', FRAG_FLAG, ROW(dry_run), NULL, NULL, 0, 0,
	  "print the resolved plan and touch nothing" },
	{ "yes", 'y', FRAG_FLAG, ROW(yes), NULL, NULL, 0, 0,
	  "go on where more than 90 % of the memory is taken" },
	{ 0 },
};

/* `take` begins, `reach` lasts until the target is reached, and `hold` as long
 * as it is wanted: until then nothing of it is in the numbers. */
static const char scenario_text[] =
	"; What `fragbench hold` does: fragmentation that is kept up.\n"
	"[scenario]\n"
	"start = as-is\n"
	"pcp = small\n"
	"ballast = 0\n"
	"[phase before]\n"
	"do = settle\n"
	"for = 500ms\n"
	"[phase take]\n"
	"do = run\n"
	"background = yes\n"
	"workload = hold\n"
	"[phase reach]\n"
	"do = settle\n"
	"for = 30s\n"
	"[phase hold]\n"
	"do = settle\n";

/* --- beside the phases --- */

struct beside {
	struct frag_command command;
	bool has_begun; /* the command */
	struct frag_freelists lists;
	struct frag_hold_goal {
		double target;
		unsigned order;
	} goal;
	int failed; /* the command could not begin */
};

/* What counter @name of the workload hold stands at. */
static uint64_t counter_of(const struct frag_stage *st, const char *name)
{
	for (unsigned i = 0; i < st->crew.count; i++) {
		const struct frag_worker *w = &st->crew.workers[i];
		const struct frag_workload_counter *c =
			w->instance->type->counters;

		if (strcmp(w->instance->type->name, "hold") != 0)
			continue;
		for (unsigned slot = 0; c[slot].name; slot++)
			if (!strcmp(c[slot].name, name))
				return atomic_load(&w->share->counters[slot]);
	}
	return 0;
}

static bool is_over(struct frag_stage *st, void *ctx)
{
	struct beside *b = ctx;

	if (frag_stop)
		return true;
	if (!strcmp(st->phase, "reach"))
		return counter_of(st, "reached") > 0;
	if (strcmp(st->phase, "hold") != 0)
		return false;
	if (!b->has_begun && !counter_of(st, "reached"))
		frag_rundir_warn(
			&st->session.rundir, true, st->phase,
			"the target was not reached before: memory that the host has to fetch first is taken slowly, and what others hold cannot be taken at all");
	if (!b->has_begun)
		b->failed = frag_command_go(&b->command, NULL);
	b->has_begun = true;
	return b->failed || frag_command_is_over(&b->command);
}

static void say(struct frag_stage *st, void *ctx, char *line, size_t size)
{
	const struct beside *b = ctx;
	struct frag_free_look look;
	struct frag_buddy seen;

	*line = '\0';
	if (!b->lists.files || frag_freelists_look(&b->lists, &look))
		return;
	seen = frag_buddy_with_pcp(&look.buddy, look.pcp_pages);
	snprintf(line, size, "unusable(%u) %.3f, to be %.3f; %ju corrections",
		 b->goal.order, frag_buddy_unusable(&seen, b->goal.order) / 1e3,
		 b->goal.target, (uintmax_t)counter_of(st, "corrections"));
}

/* --- the scenario --- */

static int flag_take(void *ctx, const char *name, const char *value,
		     const char *next, bool *used_next, struct frag_error *e)
{
	struct hold_options *o = ctx;

	return frag_keys_take(&o->keys, frag_verb_hold.options, name, value,
			      next, used_next, e);
}

static int value_set(struct frag_scenario *s, const char *key,
		     const char *value, struct frag_error *e)
{
	char setting[256];

	if (!value)
		return 0;
	snprintf(setting, sizeof(setting), "%s=%s", key, value);
	return frag_scenario_set(s, setting, e);
}

static int scenario_plan(struct frag_scenario *s, struct frag_plan *plan,
			 const struct hold_options *o, struct frag_topology *t,
			 struct frag_error *e)
{
	const char *const values[][2] = {
		{ "take.unusable", o->unusable },
		{ "take.order", o->order },
		{ "take.unmovable", o->unmovable },
		{ "take.memory", o->memory },
		{ "take.node", o->node },
		{ "hold.for", o->duration },
	};
	struct frag_facts facts;
	int rc;

	frag_facts_read(&facts);
	rc = frag_scenario_parse(s, "hold", scenario_text,
				 frag_facts_memory(&facts), e);
	for (unsigned i = 0; i < sizeof(values) / sizeof(*values) && !rc; i++)
		rc = value_set(s, values[i][0], values[i][1], e);
	if (!rc)
		rc = frag_keys_apply(&o->keys, s, e);
	return rc ? rc : frag_plan_make(plan, s, &facts, t, o->yes, e);
}

/* What the progress line speaks of, from the options as they were resolved. */
static void goal_set(struct beside *b, const struct frag_scenario *s)
{
	const struct frag_instance *i = &s->phases[1].instances[0];
	char text[64];
	char zone[64];
	int node = -1;

	frag_option_text(frag_option_find(i->type->options, "unusable"),
			 i->options, text, sizeof(text));
	b->goal.target = strtod(text, NULL);
	frag_option_text(frag_option_find(i->type->options, "order"),
			 i->options, text, sizeof(text));
	b->goal.order = (unsigned)strtoul(text, NULL, 10);
	if (!b->goal.order)
		b->goal.order = frag_pageblock_order("");
	frag_option_text(frag_option_find(i->type->options, "node"), i->options,
			 text, sizeof(text));
	if (strcmp(text, "all") != 0)
		node = atoi(text);
	frag_option_text(frag_option_find(i->type->options, "zone"), i->options,
			 zone, sizeof(zone));
	(void)frag_freelists_open(&b->lists, "", node, zone, NULL);
}

/* --- running it --- */

static int run_do(struct frag_call *call, const struct frag_scenario *s,
		  const struct frag_plan *plan, struct frag_topology *t,
		  struct beside *b, struct frag_error *e)
{
	const struct hold_options *o = call->options;
	const struct frag_beside beside = { is_over, say, true, b };
	struct frag_session_config config = {
		.kind = "run",
		.output = o->output,
		.series = "",
		.repeat = 1,
		.repeats = 1,
		.seed = o->seed,
		.rate = s->settings.rate,
		.argc = call->argc,
		.argv = call->argv,
		.beside = &beside,
		.summarize = frag_summarize,
		.index_columns = frag_index_columns,
	};
	struct frag_result r = { 0 };
	struct frag_origin origin;
	int rc = frag_origin_read(&origin, e);

	config.guest = origin.guest;
	if (!rc)
		rc = frag_run(&config, s, plan, t, &r, e);
	frag_command_stop(&b->command);
	if (r.summary)
		frag_show_summary(r.summary, stdout);
	if (r.path[0])
		printf("\nrun: %s\n", r.path);
	fflush(stdout);
	if (!rc)
		rc = frag_summary_exit(r.summary);
	json_decref(r.summary);
	frag_origin_free(&origin);
	return rc;
}

static int hold_do(struct frag_call *call, struct frag_topology *t,
		   struct frag_error *e)
{
	const struct hold_options *o = call->options;
	struct beside b = { .command = { .pidfd = -1, .go = -1 } };
	struct frag_scenario s;
	struct frag_plan plan;
	int code = 0;
	int rc = scenario_plan(&s, &plan, o, t, e);

	if (!rc && o->dry_run) {
		frag_plan_print(&plan, &s, stdout);
	} else if (!rc) {
		frag_stop_on_signals();
		goal_set(&b, &s);
		rc = frag_command_start(&b.command, call->rest, e);
		if (!rc)
			rc = run_do(call, &s, &plan, t, &b, e);
		if (rc < 0 && rc != -EINTR && b.command.pid > 0)
			fprintf(stderr,
				"warning: %s: %s: nothing is held any more; a "
				"command that has begun goes on\n",
				e->what, e->why);
		code = frag_command_end(&b.command);
	}
	frag_freelists_close(&b.lists);
	frag_scenario_free(&s);
	/* The command's own code, unless that is 0, when we are not to blame. */
	return rc < 0 || !b.command.pid || !code ? rc : code;
}

static int hold_call(struct frag_call *call, struct frag_error *e)
{
	struct frag_topology *t = NULL;
	int rc;

	if (call->nwords) {
		frag_fail(e, 0, "hold does not take '%s'", call->words[0]);
		frag_error_mend(e, "fragbench hold -- %s", call->words[0]);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	rc = frag_topology_load(&t, e);
	if (!rc)
		rc = hold_do(call, t, e);
	frag_topology_free(t);
	return rc;
}

const struct frag_verb frag_verb_hold = {
	.name = "hold",
	.group = FRAG_DO,
	.summary = "keep memory fragmented while something else runs",
	.usage = "[-- CMD [ARG]...]",
	.about =
		"Brings the unusable index of this machine to where it is asked to be, and keeps it there against whatever else runs, until the time is over, the command ends, or ^C; then gives everything back. It is recorded as a run whose phases are before, take, reach and hold; the command begins with the last of them.\n"
		"The result is not to be trusted, which the run says and exit code 5 stands for, where the target was not reached within the 30 s of reach (--set reach.for=5m), and where fewer than 95 % of the samples of hold were within 0.05 of it.\n"
		"With a command its exit code is the one of fragbench (126 and 127 when it cannot be run, 128+n when signal n ended it); where that is 0, it is 5 when the result is not to be trusted, and 1 when an expectation was not met.\n"
		"It is the workload of that name; `fragbench help hold` has the rest of its keys, all of which are flags here, too.",
	.options = hold_options,
	.options_size = sizeof(struct hold_options),
	.takes_command = true,
	.unknown = flag_take,
	.call = hold_call,
};
