// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts the pages of help together from the rows of verbs, workloads and
 * scenarios; holds the examples. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "base/units.h"
#include "help.h"
#include "needs.h"
#include "scenario.h"

enum { VERB_COLUMN = 10, OPTION_COLUMN = 22, EXAMPLE_COLUMN = 40 };

bool frag_row_is_shown(const struct frag_option *row)
{
	return row->about != NULL;
}

const char *frag_flag_term(const struct frag_option *row, char *buf,
			   size_t size)
{
	const char *value = frag_option_value(row);
	char letter[8] = "";

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	snprintf(buf, size, "%s--%s%s%s", letter, row->name, *value ? " " : "",
		 value);
	return buf;
}

static const char *key_term(const struct frag_option *row, char *buf,
			    size_t size)
{
	snprintf(buf, size, "%s = %s", row->name,
		 row->type == FRAG_FLAG ? "yes|no" : frag_option_value(row));
	return buf;
}

static const char *number_text(const struct frag_option *row, uint64_t v,
			       char *buf, size_t size)
{
	if (row->type == FRAG_SIZE || row->type == FRAG_ROOM)
		return frag_size_text(v, buf, size);
	if (row->type == FRAG_TIME)
		return frag_time_text(v, buf, size);
	snprintf(buf, size, "%llu", (unsigned long long)v);
	return buf;
}

/* "1 to 1000", "at least 1", "at most 250"; "" without bounds. */
static void bounds_text(const struct frag_option *row, char *buf, size_t size)
{
	char low[32];
	char high[32];

	number_text(row, row->min, low, sizeof(low));
	number_text(row, row->max, high, sizeof(high));
	buf[0] = '\0';
	if (row->min && row->max)
		snprintf(buf, size, "%s to %s", low, high);
	else if (row->min)
		snprintf(buf, size, "at least %s", low);
	else if (row->max)
		snprintf(buf, size, "at most %s", high);
}

/* What a row is, with its default and its bounds. */
static void row_text(const struct frag_option *row, char *buf, size_t size)
{
	bool has_initial =
		row->initial && row->initial[0] && row->type != FRAG_FLAG;
	char bounds[80];

	bounds_text(row, bounds, sizeof(bounds));
	if (!has_initial && !bounds[0])
		snprintf(buf, size, "%s", row->about);
	else
		snprintf(buf, size, "%s (%s%s%s%s)", row->about,
			 has_initial ? "default: " : "",
			 has_initial ? row->initial : "",
			 has_initial && bounds[0] ? "; " : "", bounds);
}

typedef const char *row_term(const struct frag_option *row, char *buf,
			     size_t size);

static void rows_put(struct frag_ink *ink, const struct frag_option *rows,
		     row_term *term)
{
	char name[160];
	char text[1024];

	for (; rows && rows->name; rows++) {
		if (!frag_row_is_shown(rows))
			continue;
		row_text(rows, text, sizeof(text));
		frag_ink_row(ink, term(rows, name, sizeof(name)), text);
	}
}

static bool has_rows(const struct frag_option *rows)
{
	for (; rows && rows->name; rows++)
		if (frag_row_is_shown(rows))
			return true;
	return false;
}

static const char *group_title(enum frag_verb_group group)
{
	static const char *const titles[] = {
		[FRAG_LOOK] = "look",
		[FRAG_DO] = "do",
		[FRAG_READ] = "read",
	};

	return titles[group];
}

const char *frag_builtin_summary(const struct frag_builtin *builtin, char *buf,
				 size_t size)
{
	const char *line = builtin->text + strspn(builtin->text, "; ");

	snprintf(buf, size, "%.*s", (int)strcspn(line, "\n"), line);
	return buf;
}

void frag_page_verb(struct frag_ink *ink, const struct frag_verb *verb)
{
	char usage[256];

	snprintf(usage, sizeof(usage), "fragbench %s%s%s", verb->name,
		 verb->usage && *verb->usage ? " " : "",
		 verb->usage ? verb->usage : "");
	frag_ink_entry(ink, verb->name, usage, verb->summary);
	frag_ink_text(ink, verb->about);
	if (has_rows(verb->options)) {
		frag_ink_label(ink, "options", OPTION_COLUMN);
		rows_put(ink, verb->options, frag_flag_term);
	}
	if (verb->unknown)
		frag_ink_text(ink, "Every key of the scenario and of its "
				   "workloads is an option too: --KEY VALUE. "
				   "`fragbench help scenario` has the keys.");
}

/* What a workload holds by default, on a machine such as this one. */
static void bytes_put(struct frag_ink *ink, const struct frag_workload *w)
{
	void *options = calloc(1, w->options_size + 1);
	struct frag_error e = { .exit = 0 };
	uint64_t whole = 0;
	char text[128];

	if (!options)
		return;
	(void)frag_meminfo("", "MemAvailable", &whole);
	if (!frag_options_init(w->options, options, whole, &e)) {
		uint64_t bytes = w->bytes(options, w->processes,
					  (size_t)sysconf(_SC_PAGESIZE));

		snprintf(text, sizeof(text),
			 "With its defaults it comes to hold %.1f MiB.",
			 (double)bytes / (double)FRAG_MIB);
		frag_ink_text(ink, bytes ? text : "It holds no memory.");
	}
	free(options);
}

static void needs_put(struct frag_ink *ink, const struct frag_need *need)
{
	char text[256];
	char name[64];

	if (!need || need->kind == FRAG_NEED_END)
		return;
	frag_ink_label(ink, "needs", OPTION_COLUMN);
	for (; need->kind != FRAG_NEED_END; need++) {
		snprintf(text, sizeof(text), "needed for %s", need->why);
		frag_ink_row(ink, frag_need_text(need, name, sizeof(name)),
			     text);
	}
}

static void counters_put(struct frag_ink *ink,
			 const struct frag_workload_counter *counter)
{
	char text[256];

	if (!counter)
		return;
	frag_ink_label(ink, "counts (metrics NAME.COUNTER.PHASE)",
		       OPTION_COLUMN);
	for (; counter->name; counter++) {
		snprintf(text, sizeof(text), "%s (%s)", counter->about,
			 counter->unit);
		frag_ink_row(ink, counter->name, text);
	}
}

/* The rows that all workloads have, with this one's own defaults. */
static void common_put(struct frag_ink *ink, const struct frag_workload *w)
{
	char processes[24];

	snprintf(processes, sizeof(processes), "%u", w->processes);
	for (const struct frag_option *r = frag_worker_options; r->name; r++) {
		struct frag_option rows[] = { *r, { .name = NULL } };

		if (!strcmp(r->name, "processes"))
			rows[0].initial = processes;
		else if (!strcmp(r->name, "cpus"))
			rows[0].initial = w->cpus ? w->cpus : "any";
		rows_put(ink, rows, key_term);
	}
}

void frag_page_workload(struct frag_ink *ink, const struct frag_workload *w,
			bool on_machine)
{
	char name[80];

	snprintf(name, sizeof(name), "%s (workload)", w->name);
	frag_ink_entry(ink, name, NULL, w->summary);
	frag_ink_text(ink, w->about);
	if (on_machine && w->bytes)
		bytes_put(ink, w);
	frag_ink_label(ink, "keys (in a scenario; behind run: --KEY VALUE)",
		       OPTION_COLUMN);
	rows_put(ink, w->options, key_term);
	common_put(ink, w);
	counters_put(ink, w->counters);
	needs_put(ink, w->needs);
}

void frag_page_probe(struct frag_ink *ink, const struct frag_probe *probe)
{
	char count[24];
	char name[80];

	snprintf(name, sizeof(name), "%s (probe)", probe->name);
	frag_ink_entry(ink, name, NULL, probe->summary);
	frag_ink_text(ink, probe->about);
	frag_ink_label(ink, "keys (in a scenario, behind probe = NAME)",
		       OPTION_COLUMN);
	rows_put(ink, probe->options, key_term);
	snprintf(count, sizeof(count), "%llu",
		 (unsigned long long)probe->count);
	for (const struct frag_option *r = frag_probe_options; r->name; r++) {
		struct frag_option rows[] = { *r, { .name = NULL } };

		if (!strcmp(r->name, "count"))
			rows[0].initial = count;
		rows_put(ink, rows, key_term);
	}
	needs_put(ink, probe->needs);
}

void frag_page_scenario(struct frag_ink *ink)
{
	frag_ink_entry(ink, "scenario", NULL,
		       "what happens to the memory, phase by phase");
	frag_ink_text(
		ink,
		"A scenario is an INI file: sections in brackets, KEY = VALUE, "
		"comments behind a semicolon. It begins with a comment that "
		"says what it shows. Its phases run in the order in which "
		"they stand. `fragbench run FILE.ini` runs it; --set "
		"KEY=VALUE changes a key, --set PHASE.KEY=VALUE that of one "
		"phase. Sizes are written 4k, 64M, 2G or 50% (of "
		"MemAvailable), times 250ms, 30s or 5m.");
	frag_ink_label(ink, "[scenario]", OPTION_COLUMN);
	rows_put(ink, frag_scenario_options, key_term);
	frag_ink_label(ink, "[phase NAME], once for each phase", OPTION_COLUMN);
	rows_put(ink, frag_phase_options, key_term);
	frag_ink_row(ink, "workload = NAME",
		     "of run: a workload; the keys that follow are its own");
	frag_ink_label(ink, "keys of every workload", OPTION_COLUMN);
	rows_put(ink, frag_worker_options, key_term);
	frag_ink_row(ink, "probe = NAME",
		     "of probe: a probe; the keys that follow are its own");
	frag_ink_label(ink, "keys of every probe", OPTION_COLUMN);
	rows_put(ink, frag_probe_options, key_term);
	frag_ink_label(ink, "[arm LABEL], once for each arm", OPTION_COLUMN);
	frag_ink_row(
		ink, "[phase NAME*]",
		"a phase that is done once in every arm, as NAME-LABEL; all "
		"phases with a star stand together, and arm after arm does "
		"all of them");
	frag_ink_row(ink, "NAME.KEY = VALUE",
		     "what is different in this arm: a key of the phase NAME*");
	frag_ink_row(ink, "KEY = VALUE",
		     "the same of all its workloads and probes that have the "
		     "key; knobs: of all its phases");
	frag_ink_label(ink, "[reference NAME], other people's measurement",
		       OPTION_COLUMN);
	frag_ink_row(ink, "about = TEXT", "whose it is, and of what");
	frag_ink_row(ink, "PHASE = N N N...",
		     "the free blocks of order 0, 1, 2 ... at that phase");
	frag_ink_label(ink, "[expect]", OPTION_COLUMN);
	frag_ink_row(ink, "METRIC = OP NUMBER",
		     "a metric of the summary, >=, <=, > or <, and a limit; a "
		     "run that misses one ends with exit code 1");
}

static const struct {
	const char *command;
	const char *what;
} examples[] = {
	{ "fragbench doctor", "what can be measured here" },
	{ "fragbench snapshot", "how fragmented it is now" },
	{ "fragbench run sbrk-interleave", "fragment it, measure, put it back" },
	{ "fragbench run sbrk-interleave --dry-run", "only say what would be "
						     "done" },
	{ "fragbench record --for 60s", "sample only" },
	{ "fragbench report", "draw the newest run" },
};

void frag_page_examples(struct frag_ink *ink)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		frag_ink_row(ink, examples[i].command, examples[i].what);
}

void frag_page_exits(struct frag_ink *ink)
{
	for (const struct frag_exit_row *r = frag_exit_rows; r->about; r++)
		frag_ink_row(ink, r->code, r->about);
}

static void group_put(struct frag_ink *ink, enum frag_verb_group group)
{
	frag_ink_label(ink, group_title(group), VERB_COLUMN);
	for (unsigned i = 0; frag_verbs[i]; i++)
		if (frag_verbs[i]->group == group && !frag_verbs[i]->is_hidden)
			frag_ink_row(ink, frag_verbs[i]->name,
				     frag_verbs[i]->summary);
}

void frag_page_overview(struct frag_ink *ink)
{
	frag_ink_entry(ink, "fragbench", "fragbench VERB [OPTION]... [NAME]...",
		       "fragments memory and measures what the kernel does "
		       "about it");
	group_put(ink, FRAG_LOOK);
	group_put(ink, FRAG_DO);
	group_put(ink, FRAG_READ);
	frag_ink_label(ink, "examples", EXAMPLE_COLUMN);
	frag_page_examples(ink);
	frag_ink_label(ink, "exit status", 4);
	frag_page_exits(ink);
	frag_ink_label(ink, "more", EXAMPLE_COLUMN);
	frag_ink_row(ink, "fragbench help NAME",
		     "a verb, a workload, a probe, a scenario");
	frag_ink_row(ink, "fragbench help scenario", "how to write a scenario");
	frag_ink_row(ink, "fragbench explain NAME",
		     "a counter, a column, an index");
}

void frag_help_overview(FILE *out)
{
	struct frag_ink ink = { .type = &frag_ink_plain, .out = out };

	frag_page_overview(&ink);
	frag_ink_end(&ink);
}
