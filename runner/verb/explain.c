// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The verb explain: finds a name in every table that has texts. It holds no
 * text of its own but the words of glossary.def.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "analysis/analysis.h"
#include "base/counters.h"
#include "base/json.h"
#include "collect/columns.h"
#include "events/tracepoints.h"
#include "fragbench/suggest.h"
#include "tables.h"
#include "verb/ink.h"
#include "verb/verbs.h"

struct explain_options {
	bool json;
};

/* What can be explained. unit: NULL when there is none. */
struct entry {
	const char *kind;
	const char *name;
	const char *unit;
	const char *about;
};

typedef void entry_visit(void *ctx, const struct entry *entry);

/* Kinds in the order in which they are listed, and their headlines. */
static const struct kind {
	const char *name;
	const char *title;
} kinds[] = {
	{ "index", "Indices" },
	{ "term", "Terms" },
	{ "column", "Columns" },
	{ "metric", "Metrics" },
	{ "counter", "Counters of /proc/vmstat that only count up" },
	{ "gauge", "Gauges of /proc/vmstat, which go up and down" },
	{ "statistic", "Statistics of each huge page size" },
	{ "tracepoint", "Tracepoints in events.csv and tracepoints.csv" },
	{ "collector", "Collectors" },
	{ "exit code", "Exit codes" },
};

enum { NKINDS = sizeof(kinds) / sizeof(*kinds) };

static const struct entry glossary[] = {
#define FRAG_TERM(kind, name, about) { kind, name, NULL, about },
#include "glossary.def"
#undef FRAG_TERM
	{ NULL, NULL, NULL, NULL },
};

static void columns_walk(const char *kind, const struct frag_column *column,
			 entry_visit *visit, void *ctx)
{
	for (; *column->name; column++)
		visit(ctx, &(struct entry){ kind, column->name, column->unit,
					    column->about });
}

static void counters_walk(entry_visit *visit, void *ctx)
{
	for (const struct frag_counter *c = frag_counters; c->name; c++)
		visit(ctx, &(struct entry){ c->is_gauge ? "gauge" : "counter",
					    c->name, c->unit, c->about });
}

static void entries_walk(entry_visit *visit, void *ctx)
{
	for (const struct entry *g = glossary; g->name; g++)
		visit(ctx, g);
	columns_walk("column", frag_buddy_columns, visit, ctx);
	columns_walk("column", frag_psi_columns, visit, ctx);
	columns_walk("column", frag_pagetypes_columns, visit, ctx);
	counters_walk(visit, ctx);
	for (const struct frag_metric *m = frag_metrics; m->name; m++)
		visit(ctx,
		      &(struct entry){ "metric", m->name, m->unit, m->about });
	columns_walk("statistic", frag_thp_columns, visit, ctx);
	for (const struct frag_tracepoint *t = frag_tracepoints; t->name; t++)
		visit(ctx, &(struct entry){ "tracepoint", t->name, "count",
					    t->about });
	for (unsigned i = 0; frag_collectors[i]; i++)
		visit(ctx,
		      &(struct entry){ "collector", frag_collectors[i]->name,
				       NULL, frag_collectors[i]->summary });
	for (const struct frag_exit_row *r = frag_exit_rows; r->code; r++)
		visit(ctx, &(struct entry){ "exit code", "exit", r->code,
					    r->about });
}

/* "free_9" is meant by "free_N", "unusable.free" by the metric "unusable",
 * "probe.thp.p50_ns" by "probe.*.p50_ns"; small and large letters are the same. */
static bool is_meant(const struct entry *entry, const char *word)
{
	const char *n = entry->name;

	for (; *n; n++) {
		if (*n == '*' && *word && *word != '.') {
			word += strcspn(word, ".");
		} else if (*n == 'N' && isdigit((unsigned char)*word)) {
			while (isdigit((unsigned char)*word))
				word++;
		} else if (tolower((unsigned char)*n) ==
			   tolower((unsigned char)*word)) {
			word++;
		} else {
			return false;
		}
	}
	return !*word || (*word == '.' && !strcmp(entry->kind, "metric"));
}

struct search {
	const char *word;
	unsigned found;
	json_t *out; /* NULL: print */
	struct frag_suggest suggest;
};

static void entry_count(void *ctx, const struct entry *entry)
{
	struct search *s = ctx;

	s->found += is_meant(entry, s->word);
	frag_suggest_offer(&s->suggest, entry->name);
}

static void entry_print(const struct entry *e)
{
	if (!strcmp(e->kind, "exit code"))
		printf("%s %s\n  ", e->name, e->unit);
	else if (e->unit && *e->unit)
		printf("%s (%s, %s)\n  ", e->name, e->kind, e->unit);
	else
		printf("%s (%s)\n  ", e->name, e->kind);
	frag_text_wrap(stdout, e->about, 2);
}

static json_t *entry_json(const struct entry *e)
{
	bool is_exit = !strcmp(e->kind, "exit code");

	return json_pack("{s:s, s:s, s:s?, s:s}", "name", e->name, "kind",
			 e->kind, is_exit ? "code" : "unit", e->unit, "about",
			 e->about);
}

static void entry_say(void *ctx, const struct entry *entry)
{
	struct search *s = ctx;

	if (s->word && !is_meant(entry, s->word))
		return;
	if (s->out)
		json_array_append_new(s->out, entry_json(entry));
	else
		entry_print(entry);
}

/* Names of one kind, as many a line as fit; a name that comes again (the exit
 * codes all have one) stands once. */
struct listing {
	const char *kind;
	const char *last;
	unsigned column;
};

static void entry_list(void *ctx, const struct entry *entry)
{
	struct listing *l = ctx;
	unsigned n = (unsigned)strlen(entry->name);

	if (strcmp(entry->kind, l->kind) != 0 ||
	    (l->last && !strcmp(l->last, entry->name)))
		return;
	if (l->column && l->column + n + 2 > FRAG_INK_WIDTH)
		l->column = 0;
	if (!l->column)
		l->column = (unsigned)printf("%s  %s", l->last ? "\n" : "",
					     entry->name) -
			    (l->last != NULL);
	else
		l->column += (unsigned)printf("  %s", entry->name);
	l->last = entry->name;
}

static void all_list(void)
{
	for (unsigned i = 0; i < NKINDS; i++) {
		struct listing l = { kinds[i].name, NULL, 0 };

		printf("%s%s:\n", i ? "\n\n" : "", kinds[i].title);
		entries_walk(entry_list, &l);
	}
	printf("\n\nfragbench explain NAME... says what they mean.\n");
}

static int word_check(const char *word, struct frag_error *e)
{
	struct search s = { .word = word, .suggest = frag_suggest_for(word) };

	entries_walk(entry_count, &s);
	if (s.found)
		return 0;
	frag_fail(e, 0, "unknown name '%s'", word);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	if (s.suggest.best)
		frag_error_why(e, "did you mean %s?", s.suggest.best);
	else
		frag_error_why(e, "no counter, column, metric or term is "
				  "called so");
	frag_error_mend(e, "fragbench explain");
	return -EINVAL;
}

static void words_explain(const struct frag_call *call, json_t *out)
{
	struct search s = { .out = out };

	for (unsigned i = 0; i < call->nwords; i++) {
		s.word = call->words[i];
		if (i && !out)
			putchar('\n');
		entries_walk(entry_say, &s);
	}
	if (!call->nwords && out)
		entries_walk(entry_say, &s);
	else if (!call->nwords)
		all_list();
}

static int explain_call(struct frag_call *call, struct frag_error *e)
{
	const struct explain_options *options = call->options;
	json_t *out = NULL;

	for (unsigned i = 0; i < call->nwords; i++)
		if (word_check(call->words[i], e))
			return -EINVAL;
	if (options->json && !(out = json_array()))
		return frag_fail(e, -ENOMEM, "cannot explain");
	words_explain(call, out);
	if (out) {
		json_dumpf(out, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(out);
	}
	return FRAG_EXIT_DONE;
}

static const struct frag_option rows[] = {
	FRAG_ROW_JSON(explain_options),
	{ .name = NULL },
};

const struct frag_verb frag_verb_explain = {
	.name = "explain",
	.group = FRAG_LOOK,
	.summary = "say what a counter, a column, a metric or a term means",
	.usage = "[NAME]...",
	.about = "Explains every counter that is recorded, every column of the "
		 "tables, every metric of summary.json, the indices, the terms "
		 "of the reports and the exit codes (explain exit). Small and "
		 "large letters are the same; a name may carry a number "
		 "(free_9) or a phase (unusable.free).\n"
		 "\n"
		 "Without a NAME it lists what can be explained.",
	.options = rows,
	.options_size = sizeof(struct explain_options),
	.call = explain_call,
};
