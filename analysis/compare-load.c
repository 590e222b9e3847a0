// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a run is kept for a comparison, and which runs take no part. */
#include "compare-parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/packed.h"
#include "base/sum.h"
#include "run.h"

static const char tcg_reason[] =
	"made under TCG: an emulator's times are not times";

static void leave_out(struct frag_compare *c, const char *path, const char *why)
{
	c->left_out = frag_compare_grow(c->left_out, c->nleft_out,
					sizeof(*c->left_out));
	c->left_out[c->nleft_out++] = (struct frag_compare_left_out){
		frag_compare_keep(c, "%s", path), why
	};
}

const char *frag_compare_fact(const struct frag_compare_run *r,
			      const char *name)
{
	return frag_json_string(r->facts, name);
}

/* Is it a time, or made of times? By the unit, too, and not only by what the
 * summary says: an older one says nothing of it, and a time that passes for a
 * count is believed. */
static bool is_time(const char *name, const json_t *metric)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	const struct frag_metric *m = frag_metric_find(name);
	const char *unit = frag_json_string(metric, "unit");
	size_t n = strcspn(unit, "/");

	if (m && m->is_time)
		return true;
	for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i]) == n && !strncmp(unit, units[i], n))
			return true;
	return !strcmp(unit + n, "/s") ||
	       json_is_true(json_object_get(metric, "is_time"));
}

static unsigned metric_number(struct frag_compare *c, const char *name,
			      const json_t *metric)
{
	json_t *number = json_object_get(c->index, name);
	const char *better = frag_json_string(metric, "better");

	if (number)
		return (unsigned)json_integer_value(number);
	c->metrics =
		frag_compare_grow(c->metrics, c->nmetrics, sizeof(*c->metrics));
	c->metrics[c->nmetrics] = (struct frag_compare_metric){
		.name = frag_compare_keep(c, "%s", name),
		.unit = frag_compare_keep(c, "%s",
					  frag_json_string(metric, "unit")),
		.better = *better ? frag_compare_keep(c, "%s", better) : "none",
		.is_time = is_time(name, metric),
	};
	json_object_set_new(c->index, name, json_integer(c->nmetrics));
	return c->nmetrics++;
}

/* The same few reasons come again with every run: each is kept once. */
static const char *reason_keep(struct frag_compare *c, const char *reason)
{
	if (!*reason)
		reason = "it gives no reason";
	if (!json_object_get(c->reasons, reason))
		json_object_set_new(c->reasons, reason, json_true());
	return json_object_iter_key(json_object_iter_at(c->reasons, reason));
}

static void values_load(struct frag_compare *c, struct frag_compare_run *r,
			json_t *metrics)
{
	bool is_tcg = !strcmp(frag_compare_fact(r, "accel"), "tcg");
	const char *name;
	json_t *metric;

	json_object_foreach(metrics, name, metric)
		metric_number(c, name, metric);
	r->nvalues = c->nmetrics;
	r->values = calloc(r->nvalues + 1, sizeof(*r->values));
	if (!r->values)
		abort();
	json_object_foreach(metrics, name, metric)
	{
		unsigned i = metric_number(c, name, metric);
		struct frag_compare_value *v = &r->values[i];
		json_t *value = json_object_get(metric, "value");

		v->is_known = json_is_number(value);
		v->number = json_number_value(value);
		if (is_tcg && c->metrics[i].is_time)
			*v = (struct frag_compare_value){ .reason =
								  tcg_reason };
		else if (!v->is_known)
			v->reason = reason_keep(c, frag_json_string(metric,
								    "reason"));
	}
}

/* "tcg" as soon as anybody says so: only then a time is no time. */
static const char *accel_of(const json_t *machine, const json_t *summary)
{
	const char *said = frag_json_string(summary, "accelerator");
	const char *known =
		frag_json_string(json_object_get(machine, "guest"), "accel");

	if (!strcmp(said, "tcg") || (!*known && *said))
		return said;
	return *known ? known : "none";
}

/* A guest has what it was given, whatever its kernel leaves of it. */
static json_int_t memory_of(const json_t *machine)
{
	json_t *given = json_object_get(json_object_get(machine, "guest"),
					"memory_bytes");

	if (json_integer_value(given) > 0)
		return json_integer_value(given);
	return json_integer_value(json_object_get(machine, "mem_total_bytes"));
}

/* "baseline:settle fill:run": what was done, as one text. */
static json_t *phases_text(const json_t *summary)
{
	json_t *phases = json_object_get(summary, "phases");
	char text[1024] = "";
	json_t *phase;
	size_t n = 0;
	size_t i;

	json_array_foreach(phases, i, phase) if (n < sizeof(text)) n +=
		(size_t)snprintf(text + n, sizeof(text) - n, "%s%s:%s",
				 i ? " " : "", frag_json_string(phase, "name"),
				 frag_json_string(phase, "do"));
	return frag_json_text(text);
}

/* The kind of each phase, by name, in order. */
static json_t *actions_of(const json_t *summary)
{
	json_t *actions = json_object();
	json_t *phase;
	size_t i;

	json_array_foreach(json_object_get(summary, "phases"), i, phase)
		json_object_set_new(actions, frag_json_string(phase, "name"),
				    json_string(frag_json_string(phase, "do")));
	return actions;
}

/* The unusable index in which the first phase left the machine; null when that
 * phase ran the workload, for then it is a result. */
static json_t *start_of(const json_t *summary)
{
	json_t *first = json_array_get(json_object_get(summary, "phases"), 0);
	json_t *metrics = json_object_get(summary, "metrics");
	char name[FRAG_PHASE_NAME + 16];
	json_t *value;

	if (!strcmp(frag_json_string(first, "do"), "run"))
		return json_null();
	snprintf(name, sizeof(name), "unusable.%s",
		 frag_json_string(first, "name"));
	value = json_object_get(json_object_get(metrics, name), "value");
	return value ? json_incref(value) : json_null();
}

/* What the manifest vouches for, or "". */
static const char *sum_of(const json_t *manifest, const char *name)
{
	json_t *file;
	size_t i;

	json_array_foreach(json_object_get(manifest, "files"), i, file)
	{
		if (!strcmp(frag_json_string(file, "name"), name))
			return frag_json_string(file, "sha256");
	}
	return "";
}

static json_t *facts_of(const json_t *manifest, const json_t *summary)
{
	static const char *const kept[] = { "scenario", "series",  "seed",
					    "tool",	"options", "workloads",
					    "start_utc" };
	json_t *machine = json_object_get(manifest, "machine");
	json_t *fitted = json_object();
	json_t *facts = json_object();

	for (unsigned i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		json_object_set(facts, kept[i],
				json_object_get(manifest, kept[i]));
	/* Long, and nobody asks for them. */
	json_object_del(machine, "pcp");
	json_object_del(machine, "nodes");
	json_object_set(facts, "machine", machine);
	json_object_set_new(facts, "accel",
			    json_string(accel_of(machine, summary)));
	json_object_set_new(facts, "memory_bytes",
			    json_integer(memory_of(machine)));
	json_object_set_new(facts, "phases", phases_text(summary));
	json_object_set_new(facts, "actions", actions_of(summary));
	json_object_set_new(facts, "start", start_of(summary));
	json_object_set(facts, "order", json_object_get(summary, "order"));
	json_object_set_new(facts, "scenario_sum",
			    json_string(sum_of(manifest, "scenario.ini")));
	json_object_set_new(facts, "settings",
			    frag_compare_settings(manifest, fitted));
	json_object_set_new(facts, "fitted", fitted);
	json_object_set_new(facts, "knobs", frag_compare_knobs(manifest, NULL));
	json_object_set_new(facts, "asked_knobs",
			    frag_compare_knobs(manifest, "scenario"));
	return facts;
}

static void run_take(struct frag_compare *c, const char *path,
		     enum frag_compare_side side, const json_t *manifest,
		     const json_t *summary)
{
	struct frag_compare_run *r = calloc(1, sizeof(*r));

	if (!r)
		abort();
	r->path = frag_compare_keep(c, "%s", path);
	r->side = side;
	r->is_trusted = json_is_true(json_object_get(summary, "trusted"));
	r->facts = facts_of(manifest, summary);
	r->number = c->nruns;
	values_load(c, r, json_object_get(summary, "metrics"));
	c->runs = frag_compare_grow(c->runs, c->nruns,
				    sizeof(struct frag_compare_run *));
	c->runs[c->nruns++] = r;
	c->has_sides |= side != FRAG_SIDE_NONE;
}

/* A run may have been copied, and guests that run at once may share a name. */
static bool is_seen(struct frag_compare *c, const json_t *m)
{
	json_int_t start =
		json_integer_value(json_object_get(m, "start_monotonic_ns"));
	const char *id = frag_compare_keep(
		c, "%s %s %lld %lld", frag_json_string(m, "name"),
		frag_json_string(m, "series"),
		(long long)json_integer_value(json_object_get(m, "repeat")),
		(long long)start);
	bool seen = json_object_get(c->seen, id) != NULL;

	json_object_set_new(c->seen, id, json_true());
	return seen;
}

/* Why the run can take no part; NULL when it can. */
static const char *refusal_of(struct frag_compare *c, const json_t *manifest,
			      const json_t *summary)
{
	const char *status = frag_json_string(manifest, "status");
	json_t *doubts = json_object_get(summary, "doubts");
	const char *doubt = json_string_value(json_array_get(doubts, 0));

	if (json_integer_value(json_object_get(manifest, "schema")) !=
		    FRAG_SCHEMA ||
	    json_integer_value(json_object_get(summary, "schema")) !=
		    FRAG_SCHEMA)
		return "another version of fragbench wrote it: its schema is "
		       "not known here";
	if (strcmp(status, "done") != 0)
		return frag_compare_keep(
			c, "its status is \"%s\"",
			!strcmp(status, "running") ? "interrupted" : status);
	if (!json_is_object(json_object_get(summary, "metrics")))
		return "its summary.json has no metrics";
	if (is_seen(c, manifest)) {
		c->nrepeated++;
		return "the same run was named before";
	}
	if (json_is_true(json_object_get(summary, "trusted")) ||
	    c->config.with_untrusted)
		return NULL;
	c->nuntrusted++;
	return frag_compare_keep(c, "untrusted: %s",
				 doubt ? doubt : "it does not say why");
}

static json_t *file_load(struct frag_compare *c, int dirfd, const char *name,
			 const char **why)
{
	struct frag_error e = { 0 };
	json_t *json;

	if (!frag_packed_is_there(dirfd, name) && errno == ENOENT) {
		*why = frag_compare_keep(c, "it has no %s", name);
		return NULL;
	}
	json = frag_json_read(dirfd, name, &e);
	if (json_is_object(json))
		return json;
	*why = frag_compare_keep(c, "%s: %s", *e.what ? e.what : name,
				 *e.why ? e.why : "it is no object");
	json_decref(json);
	return NULL;
}

/* Does the manifest vouch for another summary than that? */
static const char *seal_check(int dirfd, const json_t *manifest)
{
	const char *sealed = sum_of(manifest, "summary.json");
	char sum[FRAG_SUM_SIZE];

	if (!*sealed || (!frag_packed_sum(dirfd, "summary.json", sum) &&
			 !strcmp(sealed, sum)))
		return NULL;
	return "its summary.json was changed after the run was sealed: "
	       "fragbench summarize computes it anew";
}

void frag_compare_add(struct frag_compare *c, int dirfd, const char *path,
		      enum frag_compare_side side)
{
	const char *why = NULL;
	json_t *manifest = file_load(c, dirfd, "manifest.json", &why);
	json_t *summary = NULL;

	if (!why)
		summary = file_load(c, dirfd, "summary.json", &why);
	if (!why)
		why = seal_check(dirfd, manifest);
	if (!why)
		why = refusal_of(c, manifest, summary);
	if (why)
		leave_out(c, path, why);
	else
		run_take(c, path, side, manifest, summary);
	json_decref(manifest);
	json_decref(summary);
}
