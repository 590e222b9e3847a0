// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb list: what there is to run and what there is to read. */
#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "fragbench/suggest.h"
#include "help.h"
#include "needs.h"
#include "verb/verbs.h"

struct list_options {
	bool json;
};

static const struct frag_option list_rows[] = {
	FRAG_ROW_JSON(list_options),
	{ .name = NULL },
};

/* Called with each row of a table. missing: what it lacks here, or NULL. */
typedef void row_show(void *ctx, const char *name, const char *summary,
		      const char *missing);

static void workloads_walk(row_show *show, void *ctx)
{
	struct frag_facts facts;

	frag_facts_read(&facts);
	for (unsigned i = 0; frag_workloads[i]; i++) {
		const struct frag_workload *w = frag_workloads[i];
		struct frag_error e = { .exit = 0 };
		bool is_lacking;

		if (w->is_hidden)
			continue;
		/* A yes is the user's to say, not the machine's to have. */
		is_lacking = frag_needs_check(w->name, w->needs, &facts, true,
					      &e) != 0;
		show(ctx, w->name, w->summary, is_lacking ? e.why : NULL);
	}
}

static void scenarios_walk(row_show *show, void *ctx)
{
	char summary[256];

	for (const struct frag_builtin *b = frag_builtins; b->name; b++)
		show(ctx, b->name,
		     frag_builtin_summary(b, summary, sizeof(summary)), NULL);
}

static void collectors_walk(row_show *show, void *ctx)
{
	for (unsigned i = 0; frag_collectors[i]; i++)
		show(ctx, frag_collectors[i]->name, frag_collectors[i]->summary,
		     NULL);
}

static void probes_walk(row_show *show, void *ctx)
{
	for (unsigned i = 0; frag_probes[i]; i++)
		show(ctx, frag_probes[i]->name, frag_probes[i]->summary, NULL);
}

static const struct kind {
	const char *name;
	void (*walk)(row_show *show, void *ctx);
} kinds[] = {
	{ "workloads", workloads_walk },
	{ "scenarios", scenarios_walk },
	{ "probes", probes_walk },
	{ "collectors", collectors_walk },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void row_ink(void *ink, const char *name, const char *summary,
		    const char *missing)
{
	char text[1024];

	if (missing)
		snprintf(text, sizeof(text), "%s (cannot run here: %s)",
			 summary, missing);
	frag_ink_row(ink, name, missing ? text : summary);
}

static void row_json(void *list, const char *name, const char *summary,
		     const char *missing)
{
	json_t *row = json_object();

	json_object_set_new(row, "name", frag_json_text(name));
	if (missing)
		json_object_set_new(row, "missing", frag_json_text(missing));
	json_object_set_new(row, "summary", frag_json_text(summary));
	json_array_append_new(list, row);
}

static void kinds_print(const bool *wanted)
{
	struct frag_ink ink = { .type = &frag_ink_plain, .out = stdout };

	for (unsigned i = 0; i < KINDS; i++) {
		if (!wanted[i])
			continue;
		frag_ink_label(&ink, kinds[i].name, 16);
		kinds[i].walk(row_ink, &ink);
	}
	frag_ink_end(&ink);
}

static void kinds_dump(const bool *wanted)
{
	json_t *all = json_object();

	for (unsigned i = 0; i < KINDS; i++) {
		json_t *list = json_array();

		kinds[i].walk(row_json, list);
		if (wanted[i])
			json_object_set(all, kinds[i].name, list);
		json_decref(list);
	}
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

static int kind_unknown(const char *name, struct frag_error *e)
{
	struct frag_suggest s = frag_suggest_for(name);

	for (unsigned i = 0; i < KINDS; i++)
		frag_suggest_offer(&s, kinds[i].name);
	frag_fail(e, 0, "cannot list '%s'", name);
	if (s.best)
		frag_error_why(e, "did you mean %s?", s.best);
	frag_error_why(e,
		       "there are workloads, scenarios, probes and collectors");
	frag_error_mend(e, "fragbench list");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int kinds_choose(const struct frag_call *call, bool *wanted,
			struct frag_error *e)
{
	for (unsigned i = 0; i < KINDS; i++)
		wanted[i] = call->nwords == 0;
	for (unsigned w = 0; w < call->nwords; w++) {
		unsigned i = 0;

		while (i < KINDS && strcmp(kinds[i].name, call->words[w]) != 0)
			i++;
		if (i == KINDS)
			return kind_unknown(call->words[w], e);
		wanted[i] = true;
	}
	return 0;
}

static int list_call(struct frag_call *call, struct frag_error *e)
{
	const struct list_options *o = call->options;
	bool wanted[KINDS];
	int rc = kinds_choose(call, wanted, e);

	if (rc)
		return rc;
	if (o->json)
		kinds_dump(wanted);
	else
		kinds_print(wanted);
	return FRAG_EXIT_DONE;
}

const struct frag_verb frag_verb_list = {
	.name = "list",
	.group = FRAG_LOOK,
	.summary = "the workloads, scenarios, probes and collectors",
	.usage = "[--json] [workloads|scenarios|probes|collectors]...",
	.about = "Workloads fragment memory, scenarios say what happens when, "
		 "probes ask for blocks, collectors read the kernel. Of a "
		 "workload that cannot run here it says why; what mends it is "
		 "in `fragbench doctor`. "
		 "`fragbench help NAME` has the options of a workload or a "
		 "probe and the phases of a scenario.",
	.options = list_rows,
	.options_size = sizeof(struct list_options),
	.call = list_call,
};
