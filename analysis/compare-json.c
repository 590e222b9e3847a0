// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison as JSON: the struct of compare.h, member by member. */
#include "compare-parts.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

static json_t *number_or_null(bool is_known, double number)
{
	return is_known ? json_real(number) : json_null();
}

static json_t *text_or_null(const char *text)
{
	return text ? frag_json_text(text) : json_null();
}

json_t *frag_compare_values(const struct frag_compare_group *g, const char *key)
{
	json_t *seen = json_object();
	json_t *list = json_array();
	char buf[256];

	for (unsigned i = 0; i < g->nruns; i++) {
		const char *value =
			frag_compare_key(g->runs[i], key, buf, sizeof(buf));

		if (!value || json_object_get(seen, value))
			continue;
		json_object_set_new(seen, value, json_true());
		json_array_append_new(list, frag_json_text(value));
	}
	json_decref(seen);
	return list;
}

static json_t *group_json(const struct frag_compare_group *g)
{
	json_t *runs = json_array();

	for (unsigned i = 0; i < g->nruns; i++)
		json_array_append_new(runs, frag_json_text(g->runs[i]->path));
	return json_pack("{s:o, s:O, s:i, s:o, s:o, s:o, s:o, s:o}", "label",
			 frag_json_text(g->label), "keys", g->keys, "n",
			 (int)g->nruns, "scenarios",
			 frag_compare_values(g, "scenario"), "kernels",
			 frag_compare_values(g, "kernel"), "accelerators",
			 frag_compare_values(g, "accel"), "memory",
			 frag_compare_values(g, "memory"), "runs", runs);
}

static json_t *cell_json(const struct frag_compare_cell *cell)
{
	json_t *values = json_array();

	for (unsigned i = 0; i < cell->n; i++)
		json_array_append_new(values, json_real(cell->values[i]));
	return json_pack(
		"{s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "n",
		(int)cell->n, "lacking", (int)cell->lacking, "reason",
		text_or_null(cell->refusal ? cell->refusal : cell->reason),
		"median", number_or_null(cell->n, cell->median), "min",
		number_or_null(cell->n, cell->min), "max",
		number_or_null(cell->n, cell->max), "slope",
		number_or_null(cell->has_slope, cell->slope), "slope_p",
		number_or_null(cell->has_slope, cell->slope_p), "values",
		values);
}

static const char *gate_text(enum frag_gate_outcome gate)
{
	static const char *const texts[] = { NULL, "pass", "fail",
					     "cannot tell" };

	return texts[gate];
}

static json_t *test_json(const struct frag_compare_difference *d)
{
	if (!d->is_tested)
		return json_null();
	return json_pack("{s:f, s:f, s:f, s:b, s:f, s:f, s:o, s:o}", "u",
			 d->ranks.u, "p", d->ranks.p, "p_holm", d->adjusted,
			 "exact", d->ranks.is_exact, "p_least",
			 d->ranks.p_least, "shift", d->shift.value, "low",
			 number_or_null(d->shift.has_interval, d->shift.low),
			 "high",
			 number_or_null(d->shift.has_interval, d->shift.high));
}

static json_t *difference_json(const struct frag_compare *c,
			       const struct frag_compare_row *row,
			       unsigned group)
{
	const struct frag_compare_difference *d = &row->differences[group];
	bool is_known = !d->reason;

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}",
		"group", frag_json_text(c->groups[group].label), "value",
		number_or_null(is_known, d->value), "percent",
		number_or_null(d->has_percent, d->percent), "reason",
		text_or_null(d->reason), "test", test_json(d), "verdict",
		frag_verdict_text(d->verdict), "why", text_or_null(d->why),
		"floor", number_or_null(is_known, d->floor), "detectable",
		number_or_null(d->detectable > 0 && isfinite(d->detectable),
			       d->detectable),
		"gate", text_or_null(gate_text(d->gate)), "limit",
		number_or_null(is_known && row->rule, d->limit));
}

static json_t *row_json(const struct frag_compare *c,
			const struct frag_compare_row *row)
{
	json_t *differences = json_array();
	json_t *cells = json_array();

	for (unsigned i = 0; i < c->ngroups; i++)
		json_array_append_new(cells, cell_json(&row->cells[i]));
	for (unsigned i = 1; i < c->ngroups; i++)
		json_array_append_new(differences, difference_json(c, row, i));
	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o}", "name",
			 frag_json_text(row->metric->name), "unit",
			 frag_json_text(row->metric->unit), "better",
			 frag_json_text(row->better), "is_time",
			 row->metric->is_time, "groups", cells, "differences",
			 differences);
}

static json_t *objections_json(const struct frag_compare *c, bool is_refusal)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < c->nobjections; i++)
		if (c->objections[i].is_refusal == is_refusal)
			json_array_append_new(
				list,
				json_pack(
					"{s:o, s:o}", "what",
					frag_json_text(c->objections[i].what),
					"mend",
					frag_json_text(c->objections[i].mend)));
	return list;
}

json_t *frag_compare_json(const struct frag_compare *c)
{
	json_t *left_out = json_array();
	json_t *metrics = json_array();
	json_t *groups = json_array();
	json_t *by = json_array();

	for (unsigned i = 0; i < c->config.nby; i++)
		json_array_append_new(by, frag_json_text(c->config.by[i]));
	if (!c->config.nby)
		json_array_append_new(by, json_string(c->has_sides ? "side"
								   : "series"));
	for (unsigned i = 0; i < c->ngroups; i++)
		json_array_append_new(groups, group_json(&c->groups[i]));
	for (unsigned i = 0; i < c->nrows; i++)
		json_array_append_new(metrics, row_json(c, &c->rows[i]));
	for (unsigned i = 0; i < c->nleft_out; i++)
		json_array_append_new(
			left_out,
			json_pack("{s:o, s:o}", "run",
				  frag_json_text(c->left_out[i].path), "why",
				  frag_json_text(c->left_out[i].why)));
	return json_pack("{s:i, s:o, s:b, s:i, s:o, s:o, s:o, s:o, s:o}",
			 "schema", 1, "by", by, "alike", !c->is_refused,
			 "tests", (int)c->ntests, "refusals",
			 objections_json(c, true), "warnings",
			 objections_json(c, false), "left_out", left_out,
			 "groups", groups, "metrics", metrics);
}
