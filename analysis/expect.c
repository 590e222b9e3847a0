// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the scenario holds the run against: other people's rows, with the
 * indices that follow from them, and the limits that it expects of metrics.
 */
#include "run.h"

enum { REFERENCE_PAGE_SIZE = 4096 };

/* A row of free blocks, order 0 first; false when it is no such row. */
static bool row_read(const json_t *row, struct frag_buddy *b)
{
	*b = (struct frag_buddy){ .orders = (unsigned)json_array_size(row) };
	if (!b->orders || json_array_size(row) > FRAG_ORDERS_MAX)
		return false;
	for (unsigned o = 0; o < b->orders; o++) {
		const json_t *blocks = json_array_get(row, o);
		json_int_t n = json_integer_value(blocks);

		if (!json_is_integer(blocks) || n < 0 || n > (1LL << 38) >> o)
			return false;
		b->free[o] = (uint64_t)n;
	}
	return true;
}

static json_t *row_json(const char *phase, const json_t *row,
			const struct frag_buddy *b, uint64_t page_size)
{
	json_t *json = json_object();

	json_object_set_new(json, "phase", frag_json_text(phase));
	json_object_set(json, "free", (json_t *)row);
	json_object_set_new(json, "free_bytes",
			    frag_count_json(frag_buddy_pages(b) * page_size));
	json_object_set_new(json, "unusable",
			    frag_indices_json(b, frag_buddy_unusable));
	return json;
}

static json_t *reference_json(struct frag_run *r, json_t *from)
{
	json_int_t page_size =
		json_integer_value(json_object_get(from, "page_size"));
	json_t *rows = json_array();
	const char *phase;
	const json_t *row;

	if (page_size <= 0 || page_size > 1 << 24)
		page_size = REFERENCE_PAGE_SIZE;
	json_object_foreach(json_object_get(from, "rows"), phase, row)
	{
		struct frag_buddy b;

		if (row_read(row, &b))
			json_array_append_new(rows,
					      row_json(phase, row, &b,
						       (uint64_t)page_size));
		else
			frag_run_note(r,
				      "The reference \"%s\" has no row of "
				      "free blocks for phase %s.",
				      frag_json_string(from, "name"), phase);
	}
	return json_pack("{s:s,s:s,s:o}", "name",
			 frag_json_string(from, "name"), "about",
			 frag_json_string(from, "about"), "rows", rows);
}

json_t *frag_references(struct frag_run *r)
{
	json_t *list = json_array();
	json_t *from;
	size_t i;

	json_array_foreach(json_object_get(r->manifest, "references"), i, from)
		json_array_append_new(list, reference_json(r, from));
	return list;
}

/* Holds @got @op @limit? -1 for an operator that is not known. */
static int is_met(double got, const char *op, double limit)
{
	if (!strcmp(op, ">="))
		return got >= limit;
	if (!strcmp(op, ">"))
		return got > limit;
	if (!strcmp(op, "<="))
		return got <= limit;
	if (!strcmp(op, "<"))
		return got < limit;
	return -1;
}

/* A time cannot be held against anything in a run that has none. */
static bool cannot_tell(const struct frag_run *r, const char *metric)
{
	const struct frag_metric *m = frag_metric_find(metric);
	const json_t *there = json_object_get(r->metrics, metric);
	bool is_time = m ? m->is_time
			 : json_is_true(json_object_get(there, "is_time"));

	return is_time && frag_run_is_emulated(r);
}

static json_t *expectation_json(struct frag_run *r, const json_t *from)
{
	const char *metric = frag_json_string(from, "metric");
	const char *op = frag_json_string(from, "op");
	json_t *limit = json_object_get(from, "limit");
	json_t *got =
		json_object_get(json_object_get(r->metrics, metric), "value");
	json_t *verdict;
	int met = is_met(json_number_value(got), op, json_number_value(limit));

	if (met < 0 || !json_is_number(limit)) {
		frag_run_note(r,
			      "The expectation of %s is no comparison with "
			      "a number, and counts as missed.",
			      metric);
		verdict = json_false();
	} else if (cannot_tell(r, metric)) {
		verdict = json_null();
	} else {
		verdict = json_boolean(met && json_is_number(got));
	}
	return json_pack("{s:s,s:s,s:O?,s:O?,s:o}", "metric", metric, "op", op,
			 "limit", limit, "got", got, "met", verdict);
}

json_t *frag_expectations(struct frag_run *r)
{
	json_t *list = json_array();
	const json_t *from;
	size_t i;

	json_array_foreach(json_object_get(r->manifest, "expect"), i, from)
		json_array_append_new(list, expectation_json(r, from));
	return list;
}
