// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of all metrics, and how a value of one is written: its decimals,
 * and the reason where there is no value. */
#include <math.h>
#include <stdio.h>

#include "analysis.h"
#include "run.h"

#define FRAG_METRIC(name, unit, better, is_time, about) \
	{ name, unit, better, is_time, about },
#define FRAG_BILL(name, unit, is_time, about)                            \
	{ name, unit, "lower", is_time, about },                         \
		{ name "_per_block", unit "/block", "lower", is_time,    \
		  name " for each block gained: what one more suitable " \
		       "block cost." },

const struct frag_metric frag_metrics[] = {
#include "metrics.def"
	{ NULL, NULL, NULL, false, NULL },
};

#undef FRAG_METRIC
#undef FRAG_BILL
#define FRAG_METRIC(name, unit, better, is_time, about)
#define FRAG_BILL(name, unit, is_time, about)
#define FRAG_FLOOR(name, share, least) { name, share, least },

static const struct {
	const char *name;
	double share;
	double least;
} floors[] = {
#include "metrics.def"
};

static const double floor_share = 0.05;

static const char emulated[] =
	"made under TCG: an emulator's times are not times";

/* Decimals that a number of that unit can carry; none for the others. */
static const struct {
	const char *unit;
	int decimals;
} precisions[] = {
	{ "index", 3 },	    { "MiB", 2 },	  { "ms", 3 },
	{ "us", 1 },	    { "share", 5 },	  { "ratio", 3 },
	{ "index/min", 4 }, { "pages/block", 2 }, { "ms/block", 4 },
	{ "pages/run", 2 }, { "s", 2 },		  { "1/s", 2 },
};

int frag_metric_decimals(const char *unit)
{
	size_t n = sizeof(precisions) / sizeof(precisions[0]);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(precisions[i].unit, unit))
			return precisions[i].decimals;
	return 0;
}

double frag_metric_floor(const char *name, const char *unit, double base)
{
	const struct frag_metric *m = frag_metric_find(name);

	for (size_t i = 0; m && i < sizeof(floors) / sizeof(floors[0]); i++)
		if (!strcmp(floors[i].name, m->name))
			return fmax(floors[i].share * fabs(base),
				    floors[i].least);
	return fmax(floor_share * fabs(base),
		    pow(10, -frag_metric_decimals(unit)));
}

static json_t *number_json(double number, const char *unit)
{
	double scale = pow(10, frag_metric_decimals(unit));

	if (!isfinite(number))
		return json_null();
	if (scale <= 1)
		return json_integer(llround(number));
	/* + 0.0 turns -0.0 into 0.0 */
	return json_real(round(number * scale) / scale + 0.0);
}

/* How much of @name the row's name @m is, up to its end or a dot; 0 when it is
 * another one. A '*' stands for any text without a dot. */
static size_t metric_length(const char *m, const char *name)
{
	const char *at = name;

	for (; *m; m++) {
		if (*m == '*' && strcspn(at, ".") > 0)
			at += strcspn(at, ".");
		else if (*m != *at++)
			return 0;
	}
	return !*at || *at == '.' ? (size_t)(at - name) : 0;
}

const struct frag_metric *frag_metric_find(const char *name)
{
	const struct frag_metric *best = NULL;
	size_t longest = 0;

	for (const struct frag_metric *m = frag_metrics; m->name; m++) {
		size_t n = metric_length(m->name, name);

		if (n > longest) {
			best = m;
			longest = n;
		}
	}
	return best;
}

void frag_metric_put(struct frag_run *r, const char *full,
		     const struct frag_metric *m, struct frag_value value)
{
	json_t *json = json_object();

	if (m->is_time && frag_run_is_emulated(r))
		value = frag_unknown(emulated);
	if (value.reason) {
		json_object_set_new(json, "value", json_null());
		json_object_set_new(json, "reason", json_string(value.reason));
	} else {
		json_object_set_new(json, "value",
				    number_json(value.number, m->unit));
	}
	json_object_set_new(json, "unit", json_string(m->unit));
	json_object_set_new(json, "better", json_string(m->better));
	json_object_set_new(json, "is_time", json_boolean(m->is_time));
	json_object_set_new(json, "about", json_string(m->about));
	json_object_set_new(r->metrics, full, json);
}

/* Was it left out? What was seen meanwhile is what phases before it have left. */
static bool is_skipped(const struct frag_run *r, const char *phase)
{
	for (unsigned i = 0; i < r->nphases; i++)
		if (!strcmp(r->phases[i]->name, phase))
			return !strcmp(r->phases[i]->result, "skipped");
	return false;
}

void frag_metric_set(struct frag_run *r, const char *name, const char *phase,
		     struct frag_value value)
{
	char full[FRAG_PHASE_NAME + 96];

	if (phase && is_skipped(r, phase))
		value = frag_unknown("the phase was skipped");
	snprintf(full, sizeof(full), phase ? "%s.%s" : "%s", name, phase);
	frag_metric_put(r, full, frag_metric_find(name), value);
}

struct frag_value frag_quotient(struct frag_value a, struct frag_value b,
				const char *reason)
{
	if (a.reason)
		return a;
	if (b.reason)
		return b;
	if (b.number <= 0)
		return frag_unknown(reason);
	return frag_known(a.number / b.number);
}
