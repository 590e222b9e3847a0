// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison as JSON: the struct of compare.h, member by member. */
#include "compare-parts.h"

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
	return json_pack("{s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "n",
			 (int)cell->n, "lacking", (int)cell->lacking, "reason",
			 text_or_null(cell->refusal ? cell->refusal
						    : cell->reason),
			 "median", number_or_null(cell->n, cell->median), "min",
			 number_or_null(cell->n, cell->min), "max",
			 number_or_null(cell->n, cell->max), "values", values);
}

static json_t *row_json(const struct frag_compare *c,
			const struct frag_compare_row *row)
{
	const struct frag_compare_difference *d = &row->difference;
	json_t *cells = json_array();
	json_t *json;

	for (unsigned i = 0; i < c->ngroups; i++)
		json_array_append_new(cells, cell_json(&row->cells[i]));
	json = json_pack("{s:o, s:o, s:o, s:b, s:o}", "name",
			 frag_json_text(row->metric->name), "unit",
			 frag_json_text(row->metric->unit), "better",
			 frag_json_text(row->metric->better), "is_time",
			 row->metric->is_time, "groups", cells);
	if (c->ngroups == 2)
		json_object_set_new(
			json, "difference",
			json_pack("{s:o, s:o, s:o}", "value",
				  number_or_null(!d->reason, d->value),
				  "percent",
				  number_or_null(d->has_percent, d->percent),
				  "reason", text_or_null(d->reason)));
	return json;
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
	return json_pack("{s:i, s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "schema",
			 1, "by", by, "alike", !c->is_refused, "refusals",
			 objections_json(c, true), "warnings",
			 objections_json(c, false), "left_out", left_out,
			 "groups", groups, "metrics", metrics);
}
