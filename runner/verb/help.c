// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb help: which pages a name has. */
#include "help.h"

#include <errno.h>
#include <string.h>

#include "fragbench/suggest.h"
#include "verb/verbs.h"

struct help_options {
	bool json;
	bool man;
	bool completion;
};

/* Without about: for the build, which keeps the two files fresh. */
static const struct frag_option help_rows[] = {
	FRAG_ROW_JSON(help_options),
	{ .name = "man",
	  .type = FRAG_FLAG,
	  .offset = offsetof(struct help_options, man) },
	{ .name = "completion",
	  .type = FRAG_FLAG,
	  .offset = offsetof(struct help_options, completion) },
	{ .name = NULL },
};

static const struct frag_verb *verb_named(const char *name)
{
	for (unsigned i = 0; frag_verbs[i]; i++)
		if (!strcmp(frag_verbs[i]->name, name))
			return frag_verbs[i];
	return NULL;
}

static int topic_unknown(const char *name, struct frag_error *e)
{
	struct frag_suggest s = frag_suggest_for(name);

	frag_suggest_offer(&s, FRAG_HELP_SCENARIO);
	for (unsigned i = 0; frag_verbs[i]; i++)
		if (!frag_verbs[i]->is_hidden)
			frag_suggest_offer(&s, frag_verbs[i]->name);
	for (unsigned i = 0; frag_workloads[i]; i++)
		frag_suggest_offer(&s, frag_workloads[i]->name);
	for (unsigned i = 0; frag_probes[i]; i++)
		frag_suggest_offer(&s, frag_probes[i]->name);
	for (unsigned i = 0; frag_builtins[i].name; i++)
		frag_suggest_offer(&s, frag_builtins[i].name);
	frag_fail(e, 0, "no verb, workload, probe or scenario is called '%s'",
		  name);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	if (s.best)
		frag_error_why(e, "did you mean %s?", s.best);
	frag_error_mend(e, "fragbench help");
	return -EINVAL;
}

static bool is_topic(const char *name)
{
	return verb_named(name) || frag_workload_find(name) ||
	       frag_probe_find(name) || frag_builtin_find(name) ||
	       !strcmp(name, FRAG_HELP_SCENARIO);
}

/* A workload and the scenario that shows it may share a name: both answer. */
static int topic_put(struct frag_ink *ink, const char *name,
		     struct frag_error *e)
{
	const struct frag_verb *verb = verb_named(name);
	const struct frag_workload *workload = frag_workload_find(name);
	const struct frag_probe *probe = frag_probe_find(name);
	const struct frag_builtin *builtin = frag_builtin_find(name);

	if (verb)
		frag_page_verb(ink, verb);
	if (workload)
		frag_page_workload(ink, workload, true);
	if (probe)
		frag_page_probe(ink, probe);
	if (!strcmp(name, FRAG_HELP_SCENARIO))
		frag_page_scenario(ink);
	return builtin ? frag_page_builtin(ink, builtin, e) : 0;
}

static int topics_put(struct frag_ink *ink, const struct frag_call *call,
		      struct frag_error *e)
{
	int rc = 0;

	/* All names first: half an answer is no JSON. */
	for (unsigned i = 0; i < call->nwords; i++)
		if (!is_topic(call->words[i]))
			return topic_unknown(call->words[i], e);
	if (!call->nwords)
		frag_page_overview(ink);
	for (unsigned i = 0; i < call->nwords && !rc; i++)
		rc = topic_put(ink, call->words[i], e);
	frag_ink_end(ink);
	return rc;
}

static int help_call(struct frag_call *call, struct frag_error *e)
{
	const struct help_options *o = call->options;
	struct frag_ink ink = {
		.type = o->json ? &frag_ink_json : &frag_ink_plain,
		.out = stdout,
	};

	if (o->man)
		frag_manual_print(stdout);
	else if (o->completion)
		frag_completion_print(stdout);
	else
		return topics_put(&ink, call, e);
	return FRAG_EXIT_DONE;
}

const struct frag_verb frag_verb_help = {
	.name = "help",
	.group = FRAG_LOOK,
	.summary =
		"a verb, a workload, a probe or a scenario, with all its options",
	.usage = "[--json] [VERB|WORKLOAD|PROBE|SCENARIO|" FRAG_HELP_SCENARIO
		 "]...",
	.about =
		"Without a name: all verbs. `help scenario` says how a scenario "
		"is written. VERB --help says the same.",
	.options = help_rows,
	.options_size = sizeof(struct help_options),
	.call = help_call,
};
