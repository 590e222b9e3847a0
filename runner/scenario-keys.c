// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows behind the keys of a scenario, and what is said of an unknown key. */
#include "scenario-keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "tables.h"

#define ROW(struct_name, field) offsetof(struct struct_name, field)

const struct frag_option frag_scenario_options[] = {
	{ "start", 0, FRAG_CHOICE, ROW(frag_scenario_settings, start),
	  "as-is|clean", "as-is", 0, 0,
	  "the free lists at the start: as they are, or drained and compacted first" },
	{ "pcp", 0, FRAG_CHOICE, ROW(frag_scenario_settings, pcp),
	  "small|default", "default", 0, 0,
	  "the per-CPU lists: as the kernel tunes them, or as small as it allows, so that they hide little free memory from the indices" },
	{ "ballast", 0, FRAG_ROOM, ROW(frag_scenario_settings, ballast), NULL,
	  "0", 0, 0,
	  "leave this much memory free and set the rest aside in huge pages, so that any machine behaves like a small one; 0 sets nothing aside. With the word whole (700M whole) it is that much in free blocks of a pageblock and more, beside what a machine that has been up for long has free in smaller pieces" },
	{ "floor", 0, FRAG_SIZE, ROW(frag_scenario_settings, floor), NULL,
	  "64M", 0, 0,
	  "MemAvailable that the workloads never go below: they stop growing there" },
	{ "rate", 0, FRAG_RATE, ROW(frag_scenario_settings, rate), NULL, "10",
	  1, 1000, "samples a second" },
	{ "events", 0, FRAG_CHOICE, ROW(frag_scenario_settings, events),
	  "default|none|all", "default", 0, 0,
	  "the kernel's events that are recorded: the rare ones (default), none, or beside them how often pages are allocated, freed, scanned and migrated (all: a page fault then takes a fifth longer)" },
	{ "on-failure", 0, FRAG_CHOICE, ROW(frag_scenario_settings, on_failure),
	  "stop|go-on", "stop", 0, 0,
	  "when a workload cannot run here, or a worker fails: stop ends the run; go-on leaves the workload out, or ends its phase as failed (a doubt of the run), skips what then has nothing to act on, and does the rest" },
	{ "map", 0, FRAG_CHOICE, ROW(frag_scenario_settings, map), "no|marks",
	  "no", 0, 0,
	  "marks: at the end of each phase what every frame is used for, and by which worker, goes into maps/ of the run; root only, 0.1 us a frame" },
	{ "knobs", 0, FRAG_WORDS, ROW(frag_scenario_settings, knobs),
	  "NAME=VALUE...", NULL, 0, 0,
	  "kernel settings for the time of the run, put back at its end: files of /proc/sys/vm, or paths below /sys/kernel/mm, such as swappiness=10 transparent_hugepage/defrag=never; a row of numbers is written with commas (lowmem_reserve_ratio=256,256,32)" },
	{ 0 },
};

const struct frag_option frag_phase_options[] = {
	{ "do", 0, FRAG_CHOICE, ROW(frag_phase_settings, action),
	  "settle|run|stop|release|free|wait|drain|compact|probe", "settle", 0,
	  0,
	  "settle: do nothing; run: run the workloads until they reach their goal; stop: end a run that goes on in the background; release: workers give back a share of what they hold; free: kill some of their processes; wait: until a condition holds; drain: push the per-CPU lists back to the free lists; compact: write to compact_memory; probe: ask for blocks, and give them back" },
	{ "for", 0, FRAG_TIME, ROW(frag_phase_settings, duration), NULL, "0s",
	  0, 0,
	  "how long the phase lasts: of run and wait the longest time (0s: until the goal is reached), of a run in the background and all others the time to wait after the action" },
	{ "kill", 0, FRAG_COUNT, ROW(frag_phase_settings, kill), NULL, "1", 0, 0,
	  "of free: how many of the processes that hold memory are killed, in the order they were started" },
	{ "node", 0, FRAG_TEXT, ROW(frag_phase_settings, node), "N|all", "all",
	  0, 0, "of compact and probe: the NUMA node, or all of them" },
	{ "share", 0, FRAG_SHARE, ROW(frag_phase_settings, share), NULL, "50%",
	  1, 0,
	  "of release: how much of what it holds each worker gives back, of all workloads that can" },
	{ "times", 0, FRAG_COUNT, ROW(frag_phase_settings, times), NULL, "1", 1,
	  1000000, "of compact: how many times memory is compacted" },
	{ "every", 0, FRAG_TIME, ROW(frag_phase_settings, every), NULL, "0s", 0,
	  0,
	  "of compact: from the start of one compaction to that of the next (0s: at once); one that takes longer delays the next" },
	{ "background", 0, FRAG_FLAG, ROW(frag_phase_settings, is_background),
	  NULL, "no", 0, 0,
	  "of run: the workloads go on through all phases that follow, until a phase do = stop or the end" },
	{ "phase", 0, FRAG_TEXT, ROW(frag_phase_settings, phase), "NAME", "", 0,
	  0, "of stop: the phase whose workloads stop and hold what they have" },
	{ "until", 0, FRAG_TEXT, ROW(frag_phase_settings, until),
	  "METRIC <|> NUMBER", "", 0, 0,
	  "of wait: unusable or extfrag (the index at the pageblock order, over all zones) or free_mib, as in unusable > 0.8; looked at ten times a second" },
	{ "knobs", 0, FRAG_WORDS, ROW(frag_phase_settings, knobs),
	  "NAME=VALUE...", NULL, 0, 0,
	  "kernel settings for the time of the phase, as [scenario] has them; they go back at its end to what they were, or to what the scenario sets. With a ? in front (?defrag_mode=1) the phase, and its arm with it, is left out where the kernel has no such setting" },
	{ 0 },
};

const struct frag_option frag_worker_options[] = {
	{ "processes", 0, FRAG_COUNT, ROW(frag_worker_settings, processes),
	  NULL, NULL, 1, FRAG_PROCESSES_MAX,
	  "processes that run the workload together" },
	{ "cpus", 0, FRAG_TEXT, ROW(frag_worker_settings, cpus),
	  "same|split|any|LIST|node:NODES|far:NODES", NULL, 0, 0,
	  "the CPUs of the processes: all on the same one, split over as many as there are, any that the scheduler likes, a list such as 0,2-3 dealt out in turn, or NUMA nodes dealt out in turn (a list such as 1,0, or all that have memory): node: the CPUs of that node (of the nearest that has some), far: those of the node farthest from it" },
	{ "mempolicy", 0, FRAG_TEXT, ROW(frag_worker_settings, mempolicy),
	  "default|bind:NODES|preferred:NODE|interleave:NODES", "default", 0, 0,
	  "the NUMA memory policy of the processes" },
	{ "rate", 0, FRAG_RATE, ROW(frag_worker_settings, rate), NULL, "0", 0,
	  1000000,
	  "steps a second that each process makes at most; 0: as fast as it goes" },
	{ "share", 0, FRAG_SHARE, ROW(frag_worker_settings, share), NULL, "0%",
	  0, 0,
	  "share of MemAvailable (or of what a memory cgroup leaves) that all its processes together may hold: the workload is made smaller to fit; 0%: as large as its own keys say" },
	{ 0 },
};

/* A copy of @text that lives as long as the scenario. */
char *frag_scenario_keep(struct frag_scenario *s, const char *text)
{
	char **texts = realloc(s->texts, (s->ntexts + 1) * sizeof(*texts));
	char *copy = strdup(text);

	if (!texts || !copy)
		abort();
	s->texts = texts;
	s->texts[s->ntexts++] = copy;
	return copy;
}

int frag_usage_fail(struct frag_error *e, const char *what, const char *name)
{
	frag_fail(e, 0, "%s '%s'", what, name);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

void frag_rows_offer(struct frag_suggest *g, const struct frag_option *rows)
{
	for (; rows && rows->name; rows++)
		frag_suggest_offer(g, rows->name);
}

void frag_keys_offer(struct frag_suggest *g, const struct frag_scenario *s)
{
	frag_rows_offer(g, frag_scenario_options);
	frag_rows_offer(g, frag_worker_options);
	for (unsigned p = 0; p < s->nphases; p++)
		for (unsigned i = 0; i < s->phases[p].ninstances; i++)
			frag_rows_offer(
				g, s->phases[p].instances[i].type->options);
}

static int workload_unknown(const char *name, struct frag_error *e)
{
	struct frag_suggest g = frag_suggest_for(name);

	for (unsigned i = 0; frag_workloads[i]; i++)
		frag_suggest_offer(&g, frag_workloads[i]->name);
	frag_usage_fail(e, "unknown workload", name);
	if (g.best)
		frag_error_why(e, "did you mean %s?", g.best);
	frag_error_mend(e, "fragbench list workloads");
	return -EINVAL;
}

/* "50%" comes to another size in every run. */
static void asked_note(struct frag_instance *i, const struct frag_option *row,
		       const char *text)
{
	if (row->type == FRAG_SIZE && text && strchr(text, '%'))
		json_object_set_new(i->asked, row->name, json_string(text));
	else
		json_object_del(i->asked, row->name);
}

static int instance_add(struct frag_scenario *s, struct frag_phase *p,
			const char *name)
{
	const struct frag_workload *type = frag_workload_find(name);
	struct frag_instance *i = &p->instances[p->ninstances];
	int rc;

	if (!type)
		return workload_unknown(name, s->error);
	if (p->ninstances == FRAG_INSTANCES_MAX)
		return frag_usage_fail(s->error, "too many workloads in phase",
				       p->name);
	i->type = type;
	i->options = calloc(1, type->options_size + 1);
	i->asked = json_object();
	if (!i->options)
		return frag_fail(s->error, -ENOMEM, "cannot load the scenario");
	p->ninstances++;
	rc = frag_options_init(frag_worker_options, &i->common, s->whole,
			       s->error);
	if (!rc)
		rc = frag_options_init(type->options, i->options, s->whole,
				       s->error);
	for (const struct frag_option *row = type->options; row && row->name;
	     row++)
		asked_note(i, row, row->initial);
	i->common.processes = type->processes;
	i->common.cpus = type->cpus ? type->cpus : "any";
	return rc;
}

/* Set @key of one workload; -ENOENT when it has no such key. */
int frag_instance_set(struct frag_scenario *s, struct frag_instance *i,
		      const char *key, const char *value)
{
	const struct frag_option *row;

	row = frag_option_find(i->type->options, key);
	if (row) {
		asked_note(i, row, value);
		return frag_option_set(row, i->options, value, s->whole,
				       s->error);
	}
	row = frag_option_find(frag_worker_options, key);
	if (row)
		return frag_option_set(row, &i->common, value, s->whole,
				       s->error);
	return -ENOENT;
}

static int key_unknown(struct frag_scenario *s, const struct frag_phase *p,
		       const char *key)
{
	struct frag_suggest g = frag_suggest_for(key);

	for (unsigned i = 0; p && i < p->ninstances; i++)
		frag_rows_offer(&g, p->instances[i].type->options);
	for (unsigned i = 0; p && i < p->nqueries; i++)
		frag_rows_offer(&g, p->queries[i].type->options);
	if (p)
		frag_rows_offer(&g, p->nqueries ? frag_probe_options
						: frag_worker_options);
	frag_rows_offer(&g, p ? frag_phase_options : frag_scenario_options);
	frag_usage_fail(s->error, "unknown key", key);
	if (g.best)
		frag_error_why(s->error, "did you mean %s?", g.best);
	return -EINVAL;
}

bool frag_phase_has_row(const struct frag_phase *p,
			const struct frag_option *row)
{
	static const char *const only[][2] = {
		{ "kill", "free" },	 { "node", "compact" },
		{ "node", "probe" },	 { "share", "release" },
		{ "background", "run" }, { "phase", "stop" },
		{ "until", "wait" },	 { "times", "compact" },
		{ "every", "compact" },
	};
	bool is_free = true;

	for (unsigned i = 0; i < sizeof(only) / sizeof(only[0]); i++) {
		if (strcmp(row->name, only[i][0]) != 0)
			continue;
		if (frag_phase_is(p, only[i][1]))
			return true;
		is_free = false;
	}
	return is_free;
}

bool frag_phase_tells_row(const struct frag_phase *p,
			  const struct frag_option *row)
{
	if (!strcmp(row->name, "times") || !strcmp(row->name, "every"))
		return frag_phase_has_row(p, row) && p->settings.times > 1;
	return frag_phase_has_row(p, row) &&
	       (row->type != FRAG_WORDS || p->settings.knobs.count);
}

int frag_phase_key(struct frag_scenario *s, struct frag_phase *p,
		   const char *key, const char *value)
{
	const struct frag_option *row =
		frag_option_find(frag_phase_options, key);
	int rc = -ENOENT;

	if (!strcmp(key, "workload"))
		return instance_add(s, p, value);
	if (!strcmp(key, "probe"))
		return frag_query_add(s, p, value);
	/* Behind a workload a key is its own: both it and a release have a
	 * share. */
	if (p->ninstances)
		rc = frag_instance_set(s, &p->instances[p->ninstances - 1], key,
				       value);
	if (rc != -ENOENT)
		return rc;
	if (row)
		return frag_option_set(row, &p->settings, value, s->whole,
				       s->error);
	if (p->nqueries)
		rc = frag_query_set(s, &p->queries[p->nqueries - 1], key,
				    value);
	return rc == -ENOENT ? key_unknown(s, p, key) : rc;
}

/* Is @name, perhaps with a star, how a scenario calls @p? */
static bool is_called(const struct frag_phase *p, const char *name)
{
	size_t n = strlen(p->name);
	bool is_starred = p->star[0] && !p->arm;

	return !strncmp(p->name, name, n) &&
	       !strcmp(name + n, is_starred ? "*" : "");
}

struct frag_phase *frag_phase_find(struct frag_scenario *s, const char *name)
{
	for (unsigned i = 0; i < s->nphases; i++)
		if (is_called(&s->phases[i], name))
			return &s->phases[i];
	return NULL;
}

static bool is_phase_name(const char *name)
{
	char clean[FRAG_PHASE_NAME];

	return *name && strlen(name) < FRAG_PHASE_NAME &&
	       !strcmp(frag_name_clean(name, clean, sizeof(clean)), name) &&
	       !strchr(name, '.') && strcmp(name, "setup") != 0 &&
	       strcmp(name, "teardown") != 0;
}

static bool is_there(const struct frag_scenario *s, const char *name)
{
	for (unsigned i = 0; i < s->nphases; i++)
		if (!strcmp(s->phases[i].name, name))
			return true;
	return false;
}

struct frag_phase *frag_phase_add(struct frag_scenario *s, const char *full)
{
	struct frag_phase *p = &s->phases[s->nphases];
	size_t n = strlen(full);
	bool is_starred = n && full[n - 1] == '*';
	char name[2 * FRAG_PHASE_NAME];

	snprintf(name, sizeof(name), "%.*s", (int)(n - is_starred), full);
	if (!is_phase_name(name)) {
		frag_usage_fail(s->error, "cannot name a phase", full);
		frag_error_why(s->error,
			       "a name is made of a-z, 0-9, + and -; "
			       "setup and teardown are fragbench's own");
		return NULL;
	}
	if (is_there(s, name)) {
		frag_usage_fail(s->error,
				"there is one with a star and one without: "
				"phase",
				name);
		return NULL;
	}
	if (s->nphases == FRAG_PHASES_MAX) {
		frag_usage_fail(s->error, "too many phases at", name);
		return NULL;
	}
	memset(p, 0, sizeof(*p));
	snprintf(p->name, sizeof(p->name), "%.*s", FRAG_PHASE_NAME - 1, name);
	if (is_starred)
		memcpy(p->star, p->name, sizeof(p->star));
	s->nphases++;
	if (frag_options_init(frag_phase_options, &p->settings, s->whole,
			      s->error))
		return NULL;
	return p;
}

int frag_scenario_key(struct frag_scenario *s, const char *key,
		      const char *value)
{
	const struct frag_option *row =
		frag_option_find(frag_scenario_options, key);

	if (!row)
		return key_unknown(s, NULL, key);
	return frag_option_set(row, &s->settings, value, s->whole, s->error);
}

const struct frag_option *frag_scenario_row(const char *name)
{
	const struct frag_option *row =
		frag_option_find(frag_scenario_options, name);

	if (!row)
		row = frag_option_find(frag_worker_options, name);
	for (unsigned i = 0; !row && frag_workloads[i]; i++)
		row = frag_option_find(frag_workloads[i]->options, name);
	if (!row)
		row = frag_option_find(frag_probe_options, name);
	for (unsigned i = 0; !row && frag_probes[i]; i++)
		row = frag_option_find(frag_probes[i]->options, name);
	return row;
}
