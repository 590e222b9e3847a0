// SPDX-License-Identifier: GPL-2.0-or-later
/* The grammar of scenario files: sections, keys, and the rows behind them. */
#include "scenario.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/source.h"
#include "base/suggest.h"
#include "base/units.h"
#include "tables.h"

#define ROW(struct_name, field) offsetof(struct struct_name, field)

const struct frag_option frag_scenario_options[] = {
	{ "start", 0, FRAG_CHOICE, ROW(frag_scenario_settings, start),
	  "as-is|clean", "as-is", 0, 0,
	  "the free lists at the start: as they are, or drained and compacted first" },
	{ "pcp", 0, FRAG_CHOICE, ROW(frag_scenario_settings, pcp),
	  "small|default", "default", 0, 0,
	  "the per-CPU lists: as the kernel tunes them, or as small as it allows, so that they hide little free memory from the indices" },
	{ "ballast", 0, FRAG_SIZE, ROW(frag_scenario_settings, ballast), NULL,
	  "0", 0, 0,
	  "leave this much memory free and set the rest aside in huge pages, so that any machine behaves like a small one; 0 sets nothing aside" },
	{ "floor", 0, FRAG_SIZE, ROW(frag_scenario_settings, floor), NULL,
	  "64M", 0, 0,
	  "MemAvailable that the workloads never go below: they stop growing there" },
	{ "rate", 0, FRAG_RATE, ROW(frag_scenario_settings, rate), NULL, "10",
	  1, 1000, "samples a second" },
	{ 0 },
};

const struct frag_option frag_phase_options[] = {
	{ "do", 0, FRAG_CHOICE, ROW(frag_phase_settings, action),
	  "settle|run|free|drain|compact", "settle", 0, 0,
	  "settle: do nothing; run: run the workloads until they reach their goal; free: kill some of their processes; drain: push the per-CPU lists back to the free lists; compact: write to compact_memory" },
	{ "for", 0, FRAG_TIME, ROW(frag_phase_settings, duration), NULL, "0s",
	  0, 0,
	  "how long the phase lasts: of run the longest time (0s: until the goal is reached), of all others the time to wait after the action" },
	{ "kill", 0, FRAG_COUNT, ROW(frag_phase_settings, kill), NULL, "1", 0, 0,
	  "of free: how many of the processes that hold memory are killed, in the order they were started" },
	{ "node", 0, FRAG_TEXT, ROW(frag_phase_settings, node), "N|all", "all",
	  0, 0, "of compact: the NUMA node, or all of them" },
	{ 0 },
};

const struct frag_option frag_worker_options[] = {
	{ "processes", 0, FRAG_COUNT, ROW(frag_worker_settings, processes),
	  NULL, NULL, 0, 250, "processes that run the workload together" },
	{ "cpus", 0, FRAG_TEXT, ROW(frag_worker_settings, cpus),
	  "same|split|any|LIST", NULL, 0, 0,
	  "the CPUs of the processes: all on the same one, split over as many as there are, any that the scheduler likes, or a list such as 0,2-3 dealt out in turn" },
	{ "mempolicy", 0, FRAG_TEXT, ROW(frag_worker_settings, mempolicy),
	  "default|bind:NODES|preferred:NODE|interleave:NODES", "default", 0, 0,
	  "the NUMA memory policy of the processes" },
	{ 0 },
};

/* A copy of @text that lives as long as the scenario. */
static const char *text_keep(struct frag_scenario *s, const char *text)
{
	char **texts = realloc(s->texts, (s->ntexts + 1) * sizeof(*texts));
	char *copy = strdup(text);

	if (!texts || !copy)
		abort();
	s->texts = texts;
	s->texts[s->ntexts++] = copy;
	return copy;
}

static int usage_fail(struct frag_error *e, const char *what, const char *name)
{
	frag_fail(e, 0, "%s '%s'", what, name);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static void rows_offer(struct frag_suggest *g, const struct frag_option *rows)
{
	for (; rows && rows->name; rows++)
		frag_suggest_offer(g, rows->name);
}

static int workload_unknown(const char *name, struct frag_error *e)
{
	struct frag_suggest g = frag_suggest_for(name);

	for (unsigned i = 0; frag_workloads[i]; i++)
		frag_suggest_offer(&g, frag_workloads[i]->name);
	usage_fail(e, "unknown workload", name);
	if (g.best)
		frag_error_why(e, "did you mean %s?", g.best);
	frag_error_mend(e, "fragbench list workloads");
	return -EINVAL;
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
		return usage_fail(s->error, "too many workloads in phase",
				  p->name);
	i->type = type;
	i->options = calloc(1, type->options_size + 1);
	if (!i->options)
		return frag_fail(s->error, -ENOMEM, "cannot load the scenario");
	p->ninstances++;
	rc = frag_options_init(frag_worker_options, &i->common, s->whole,
			       s->error);
	if (!rc)
		rc = frag_options_init(type->options, i->options, s->whole,
				       s->error);
	i->common.processes = type->processes;
	i->common.cpus = type->cpus ? type->cpus : "any";
	return rc;
}

/* Set @key of one workload; -ENOENT when it has no such key. */
static int instance_set(struct frag_scenario *s, struct frag_instance *i,
			const char *key, const char *value)
{
	const struct frag_option *row;

	row = frag_option_find(i->type->options, key);
	if (row)
		return frag_option_set(row, i->options, value, s->whole,
				       s->error);
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

	rows_offer(&g, p ? frag_phase_options : frag_scenario_options);
	for (unsigned i = 0; p && i < p->ninstances; i++)
		rows_offer(&g, p->instances[i].type->options);
	if (p)
		rows_offer(&g, frag_worker_options);
	usage_fail(s->error, "unknown key", key);
	if (g.best)
		frag_error_why(s->error, "did you mean %s?", g.best);
	return -EINVAL;
}

static int phase_key(struct frag_scenario *s, struct frag_phase *p,
		     const char *key, const char *value)
{
	const struct frag_option *row =
		frag_option_find(frag_phase_options, key);
	int rc;

	if (!strcmp(key, "workload"))
		return instance_add(s, p, value);
	if (row)
		return frag_option_set(row, &p->settings, value, s->whole,
				       s->error);
	rc = p->ninstances ? instance_set(s, &p->instances[p->ninstances - 1],
					  key, value)
			   : -ENOENT;
	return rc == -ENOENT ? key_unknown(s, p, key) : rc;
}

static struct frag_phase *phase_find(struct frag_scenario *s, const char *name)
{
	for (unsigned i = 0; i < s->nphases; i++)
		if (!strcmp(s->phases[i].name, name))
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

static struct frag_phase *phase_add(struct frag_scenario *s, const char *name)
{
	struct frag_phase *p = &s->phases[s->nphases];

	if (!is_phase_name(name)) {
		usage_fail(s->error, "cannot name a phase", name);
		frag_error_why(s->error,
			       "a name is made of a-z, 0-9, + and -; "
			       "setup and teardown are fragbench's own");
		return NULL;
	}
	if (s->nphases == FRAG_PHASES_MAX) {
		usage_fail(s->error, "too many phases at", name);
		return NULL;
	}
	snprintf(p->name, sizeof(p->name), "%s", name);
	s->nphases++;
	if (frag_options_init(frag_phase_options, &p->settings, s->whole,
			      s->error))
		return NULL;
	return p;
}

static int scenario_key(struct frag_scenario *s, const char *key,
			const char *value)
{
	const struct frag_option *row =
		frag_option_find(frag_scenario_options, key);

	if (!row)
		return key_unknown(s, NULL, key);
	return frag_option_set(row, &s->settings, value, s->whole, s->error);
}

/* "fill = 146 138 ..." of a [reference NAME] section. */
static int reference_key(struct frag_scenario *s, const char *name,
			 const char *key, const char *value)
{
	struct frag_text t = frag_text_of(value, strlen(value));
	size_t n = json_array_size(s->references);
	json_t *ref = n ? json_array_get(s->references, n - 1) : NULL;
	json_t *row;
	uint64_t v;

	if (!ref || strcmp(json_string_value(json_object_get(ref, "name")),
			   name) != 0) {
		ref = json_pack("{s:s, s:s, s:{}}", "name", name, "about", "",
				"rows");
		json_array_append_new(s->references, ref);
	}
	if (!strcmp(key, "about"))
		return json_object_set_new(ref, key, json_string(value));
	row = json_array();
	while (frag_text_u64(&t, &v))
		json_array_append_new(row, json_integer((json_int_t)v));
	json_object_set_new(json_object_get(ref, "rows"), key, row);
	if (frag_text_done(&t) && json_array_size(row))
		return 0;
	usage_fail(s->error, "cannot read the reference row", key);
	frag_error_why(s->error, "it is the free blocks of order 0, 1, 2 ...");
	return -EINVAL;
}

/* "unusable.free = >= 0.80" of [expect]. */
static int expect_key(struct frag_scenario *s, const char *key,
		      const char *value)
{
	static const char *const ops[] = { ">=", "<=", ">", "<", NULL };
	unsigned i = 0;
	double limit;

	while (ops[i] && strncmp(value, ops[i], strlen(ops[i])) != 0)
		i++;
	if (!ops[i] ||
	    frag_parse_rate(value + strlen(ops[i]) +
				    strspn(value + strlen(ops[i]), " "),
			    &limit)) {
		usage_fail(s->error, "cannot expect", value);
		frag_error_why(s->error, "%s takes >=, <=, > or < and a number",
			       key);
		return -EINVAL;
	}
	return json_array_append_new(s->expect,
				     json_pack("{s:s, s:s, s:f}", "metric", key,
					       "op", ops[i], "limit", limit));
}

static int key_read(struct frag_scenario *s, const char *section,
		    const char *key, const char *value)
{
	struct frag_phase *p;

	if (!strcmp(section, "scenario"))
		return scenario_key(s, key, value);
	if (!strcmp(section, "expect"))
		return expect_key(s, key, value);
	if (!strncmp(section, "reference ", 10))
		return reference_key(s, section + 10, key, value);
	if (strncmp(section, "phase ", 6) != 0) {
		usage_fail(s->error, "unknown section", section);
		frag_error_why(s->error, "there are [scenario], [phase NAME], "
					 "[reference NAME] and [expect]");
		return -EINVAL;
	}
	p = phase_find(s, section + 6);
	if (!p)
		p = phase_add(s, section + 6);
	return p ? phase_key(s, p, key, value) : -EINVAL;
}

static int ini_key(void *user, const char *section, const char *key,
		   const char *value)
{
	struct frag_scenario *s = user;

	return !key_read(s, section, key, text_keep(s, value ? value : ""));
}

/* The comment block that a scenario begins with, without its marks. */
static char *about_read(const char *text)
{
	char *about = calloc(1, strlen(text) + 1);
	struct frag_text t = frag_text_of(text, strlen(text));
	struct frag_text line;

	while (about && frag_text_line(&t, &line) && line.at < line.end &&
	       *line.at == ';') {
		line.at += 1 + (line.at + 1 < line.end && line.at[1] == ' ');
		strncat(about, line.at, (size_t)(line.end - line.at));
		strcat(about, "\n");
	}
	return about;
}

int frag_scenario_parse(struct frag_scenario *s, const char *name,
			const char *text, uint64_t whole, struct frag_error *e)
{
	int line;
	int rc;

	memset(s, 0, sizeof(*s));
	s->error = e;
	s->whole = whole;
	s->references = json_array();
	s->expect = json_array();
	s->about = about_read(text);
	frag_name_clean(name, s->name, sizeof(s->name));
	rc = frag_options_init(frag_scenario_options, &s->settings, whole, e);
	if (rc)
		return rc;
	line = ini_parse_string(text, ini_key, s);
	if (line) {
		struct frag_error inner = *e;

		frag_error_clear(e);
		frag_fail(e, 0, "scenario %s, line %d: %s", name, line,
			  inner.what[0] ? inner.what : "not a key = value");
		frag_error_why(e, "%s", inner.why);
		frag_error_mend(e, "%s", inner.mend);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	if (!s->nphases)
		return usage_fail(e, "no [phase NAME] in scenario", name);
	return 0;
}

static int file_load(struct frag_scenario *s, const char *path, uint64_t whole,
		     struct frag_error *e)
{
	struct frag_source file;
	char name[64];
	char *text;
	int rc = frag_source_open(&file, "", path, e);
	const char *base = strrchr(path, '/');

	if (rc) {
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return rc;
	}
	text = strndup(file.buf, file.length);
	frag_source_close(&file);
	if (!text)
		return frag_fail(e, -ENOMEM, "cannot load %s", path);
	snprintf(name, sizeof(name), "%s", base ? base + 1 : path);
	if (strlen(name) > 4 && !strcmp(name + strlen(name) - 4, ".ini"))
		name[strlen(name) - 4] = '\0';
	rc = frag_scenario_parse(s, name, text, whole, e);
	free(text);
	return rc;
}

static int unknown_fail(const char *what, struct frag_error *e)
{
	struct frag_suggest g = frag_suggest_for(what);

	for (unsigned i = 0; frag_builtins[i].name; i++)
		frag_suggest_offer(&g, frag_builtins[i].name);
	for (unsigned i = 0; frag_workloads[i]; i++)
		frag_suggest_offer(&g, frag_workloads[i]->name);
	usage_fail(e, "there is no scenario or workload", what);
	if (g.best)
		frag_error_why(e, "did you mean %s?", g.best);
	frag_error_mend(e, "fragbench list");
	return -EINVAL;
}

/* A bare workload: a moment before, the workload, a moment after. */
static int workload_load(struct frag_scenario *s, const char *what,
			 uint64_t whole, struct frag_error *e)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "; The workload %s by itself.\n"
		 "[scenario]\n"
		 "[phase baseline]\ndo = settle\nfor = 1s\n"
		 "[phase run]\ndo = run\nfor = 10s\nworkload = %s\n"
		 "[phase hold]\ndo = settle\nfor = 1s\n",
		 what, what);
	return frag_scenario_parse(s, what, text, whole, e);
}

int frag_scenario_load(struct frag_scenario *s, const char *what,
		       uint64_t whole, struct frag_error *e)
{
	const struct frag_builtin *builtin = frag_builtin_find(what);
	size_t n = strlen(what);

	memset(s, 0, sizeof(*s));
	if (strchr(what, '/') || (n > 4 && !strcmp(what + n - 4, ".ini")))
		return file_load(s, what, whole, e);
	if (builtin)
		return frag_scenario_parse(s, what, builtin->text, whole, e);
	if (frag_workload_find(what))
		return workload_load(s, what, whole, e);
	return unknown_fail(what, e);
}

/* Set @key of every workload that has it; -ENOENT when none has. */
static int workloads_set(struct frag_scenario *s, const char *key,
			 const char *value)
{
	int found = -ENOENT;

	for (unsigned p = 0; p < s->nphases; p++) {
		for (unsigned i = 0; i < s->phases[p].ninstances; i++) {
			int rc = instance_set(s, &s->phases[p].instances[i],
					      key, value);

			if (rc && rc != -ENOENT)
				return rc;
			found = rc ? found : 0;
		}
	}
	return found;
}

static int unqualified_set(struct frag_scenario *s, const char *key,
			   const char *value)
{
	struct frag_suggest g = frag_suggest_for(key);
	int rc;

	if (frag_option_find(frag_scenario_options, key))
		return scenario_key(s, key, value);
	rc = workloads_set(s, key, value);
	if (rc != -ENOENT)
		return rc;
	usage_fail(s->error, "the scenario has no key", key);
	if (frag_option_find(frag_phase_options, key)) {
		frag_error_why(s->error, "it is a key of the phases");
		frag_error_mend(s->error, "say which phase: --set %s.%s=%s",
				s->phases[0].name, key, value);
		return -EINVAL;
	}
	rows_offer(&g, frag_scenario_options);
	rows_offer(&g, frag_worker_options);
	for (unsigned p = 0; p < s->nphases; p++)
		for (unsigned i = 0; i < s->phases[p].ninstances; i++)
			rows_offer(&g, s->phases[p].instances[i].type->options);
	if (g.best)
		frag_error_why(s->error, "did you mean %s?", g.best);
	return -EINVAL;
}

int frag_scenario_set(struct frag_scenario *s, const char *setting,
		      struct frag_error *e)
{
	const char *equals = strchr(setting, '=');
	char *key;
	char *dot;
	struct frag_phase *p;

	s->error = e;
	if (!equals || equals == setting) {
		usage_fail(e, "cannot set", setting);
		frag_error_why(e, "it takes KEY=VALUE or PHASE.KEY=VALUE");
		return -EINVAL;
	}
	setting = text_keep(s, setting);
	key = s->texts[s->ntexts - 1];
	equals = setting + strcspn(setting, "=");
	key[equals - setting] = '\0';
	dot = strchr(key, '.');
	if (!dot)
		return unqualified_set(s, key, equals + 1);
	*dot = '\0';
	p = phase_find(s, key);
	if (!p)
		return usage_fail(e, "the scenario has no phase", key);
	return phase_key(s, p, dot + 1, equals + 1);
}

int frag_scenario_set_run(struct frag_scenario *s, const char *key,
			  const char *value, struct frag_error *e)
{
	int rc = 0;

	s->error = e;
	for (unsigned p = 0; p < s->nphases && !rc; p++)
		if (frag_phase_is(&s->phases[p], "run"))
			rc = phase_key(s, &s->phases[p], key, value);
	return rc;
}

const struct frag_option *frag_scenario_row(const char *name)
{
	const struct frag_option *row =
		frag_option_find(frag_scenario_options, name);

	if (!row)
		row = frag_option_find(frag_worker_options, name);
	for (unsigned i = 0; !row && frag_workloads[i]; i++)
		row = frag_option_find(frag_workloads[i]->options, name);
	return row;
}

unsigned frag_instance_processes(const struct frag_instance *i)
{
	return i->common.processes ? (unsigned)i->common.processes : 1;
}

bool frag_phase_is(const struct frag_phase *p, const char *action)
{
	return !strcmp(p->settings.action, action);
}

void frag_scenario_free(struct frag_scenario *s)
{
	for (unsigned p = 0; p < s->nphases; p++)
		for (unsigned i = 0; i < s->phases[p].ninstances; i++)
			free(s->phases[p].instances[i].options);
	for (unsigned i = 0; i < s->ntexts; i++)
		free(s->texts[i]);
	free(s->texts);
	free(s->about);
	json_decref(s->references);
	json_decref(s->expect);
	memset(s, 0, sizeof(*s));
}
