// SPDX-License-Identifier: GPL-2.0-or-later
/* How the end of a run is told on a terminal; every number is summary.json's. */
#include "show.h"

#include <stdbool.h>
#include <string.h>

#include "base/units.h"

enum { CELL = 6 };

static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static void free_print(const json_t *free, FILE *out)
{
	json_t *cell;
	size_t i;

	json_array_foreach(free, i, cell) fprintf(
		out, " %*" JSON_INTEGER_FORMAT, CELL, json_integer_value(cell));
}

static double mib(const json_t *row)
{
	return (double)json_integer_value(json_object_get(row, "free_bytes")) /
	       (double)FRAG_MIB;
}

static void index_print(const json_t *row, size_t order, FILE *out)
{
	const json_t *list = json_object_get(row, "unusable");
	const json_t *value = json_array_get(list, order);

	if (json_is_number(value))
		fprintf(out, " %8.3f", json_number_value(value));
	else
		fprintf(out, " %8s", "-");
}

/* How wide the names of the phases are: those of arms are long. */
static int width_of(const json_t *summary)
{
	size_t width = 10;
	json_t *phase;
	size_t i;

	json_array_foreach(json_object_get(summary, "phases"), i, phase)
	{
		size_t n = strlen(text_of(phase, "name"));

		width = n > width ? n : width;
	}
	return (int)width;
}

static void header_print(size_t orders, size_t order, int width, FILE *out)
{
	fprintf(out, "\n%-*s", width + 11, "free blocks of order");
	for (size_t o = 0; o < orders; o++)
		fprintf(out, " %*zu", CELL, o);
	fprintf(out, " %9s %7s unusable(%zu)\n", "MiB", "hidden", order);
}

/* Bytes of a page, from a zone's own numbers: its free bytes over its free
 * pages; 0 where nothing is free. */
static double page_size(const json_t *all)
{
	double pages = 0;
	json_t *cell;
	size_t o;

	json_array_foreach(json_object_get(all, "free"), o, cell) pages +=
		(double)json_integer_value(cell) * (double)(1ULL << o);
	return pages ? mib(all) * (double)FRAG_MIB / pages : 0;
}

static void state_print(const json_t *phase, const json_t *all, size_t order,
			int width, FILE *out)
{
	const char *result = text_of(phase, "result");
	double hidden =
		(double)json_integer_value(json_object_get(all, "pcp_pages")) *
		page_size(all) / (double)FRAG_MIB;

	fprintf(out, "%-*s %-10s", width, text_of(phase, "name"),
		!*result || !strcmp(result, "done") ? "here" : result);
	free_print(json_object_get(all, "free"), out);
	fprintf(out, " %9.2f %7.2f", mib(all), hidden);
	index_print(all, order, out);
	fputc('\n', out);
}

static void references_print(const json_t *references, const char *phase,
			     size_t order, int width, FILE *out)
{
	json_t *ref;
	json_t *row;
	size_t i;
	size_t j;

	json_array_foreach(references, i, ref)
	{
		json_array_foreach(json_object_get(ref, "rows"), j, row)
		{
			if (strcmp(text_of(row, "phase"), phase) != 0)
				continue;
			fprintf(out, "%-*s %-10.10s", width, "",
				text_of(ref, "name"));
			free_print(json_object_get(row, "free"), out);
			fprintf(out, " %9.2f %7s", mib(row), "?");
			index_print(row, order, out);
			fputc('\n', out);
		}
	}
}

/* What a workload was to make of the free lists, and what it made: of that
 * which was there before neither tells. */
static void shape_print(const json_t *phase, int width, FILE *out)
{
	static const char *const rows[] = { "asked", "got" };
	const json_t *shape = json_object_get(phase, "shape");

	for (unsigned i = 0; shape && i < 2; i++) {
		fprintf(out, "%-*s %-10s", width, "", rows[i]);
		free_print(json_object_get(shape, rows[i]), out);
		fputc('\n', out);
	}
}

/* The index of each node, phase by phase, where there are several nodes. */
static void nodes_print(const json_t *summary, size_t order, FILE *out)
{
	bool has_header = false;
	json_t *phase;
	json_t *node;
	size_t i;
	size_t n;

	json_array_foreach(json_object_get(summary, "phases"), i, phase)
	{
		const json_t *nodes = json_object_get(phase, "nodes");

		if (!json_array_size(nodes))
			continue;
		if (!has_header) {
			fprintf(out, "\nunusable(%zu) of node", order);
			json_array_foreach(nodes, n, node)
				fprintf(out, " %8" JSON_INTEGER_FORMAT,
					json_integer_value(
						json_object_get(node, "node")));
			fputc('\n', out);
		}
		has_header = true;
		fprintf(out, "%-19s", text_of(phase, "name"));
		json_array_foreach(nodes, n, node)
			index_print(node, order, out);
		fputc('\n', out);
	}
}

static bool metric_get(const json_t *summary, const char *name, double *value)
{
	const json_t *m =
		json_object_get(json_object_get(summary, "metrics"), name);
	const json_t *v = json_object_get(m, "value");

	*value = json_number_value(v);
	return json_is_number(v);
}

static void interleave_print(const json_t *summary, FILE *out)
{
	double share;
	double run;
	double mixed;

	if (!metric_get(summary, "interleave.switch_share", &share) ||
	    !metric_get(summary, "interleave.mean_run", &run) ||
	    !metric_get(summary, "interleave.mixed_pageblocks", &mixed))
		return;
	fprintf(out,
		"\ninterleave: %.4f of adjacent frames have two owners; one owner's run is %.2f pages long on average;\n"
		"            %.1f %% of the pageblocks have two owners\n",
		share, run, mixed * 100);
	/* One owner alone has nobody to alternate with. */
	if (share < 0.5 && mixed > 0)
		fprintf(out,
			"            (the hope that processes running freely alternate does not hold: they are\n"
			"            served in batches from the per-CPU lists)\n");
}

static void compaction_print(const json_t *summary, FILE *out)
{
	json_t *phase;
	size_t i;

	json_array_foreach(json_object_get(summary, "phases"), i, phase)
	{
		char name[128];
		char node[32] = "";
		double share;
		double gained;

		if (strcmp(text_of(phase, "do"), "compact") != 0)
			continue;
		snprintf(name, sizeof(name), "effectiveness.%s",
			 text_of(phase, "name"));
		if (!metric_get(summary, name, &share))
			continue;
		snprintf(name, sizeof(name), "blocks_gained.%s",
			 text_of(phase, "name"));
		metric_get(summary, name, &gained);
		if (json_is_integer(json_object_get(phase, "node")))
			snprintf(node, sizeof(node),
				 " of node %" JSON_INTEGER_FORMAT,
				 json_integer_value(
					 json_object_get(phase, "node")));
		fprintf(out,
			"%s: compaction%s gained %.0f blocks, effectiveness %.2f (1 is a perfect compactor)\n",
			text_of(phase, "name"), node, gained, share);
	}
}

/* What was held, of each phase that the workload hold was at work in. */
static void hold_print(const json_t *summary, FILE *out)
{
	json_t *phase;
	size_t i;

	json_array_foreach(json_object_get(summary, "phases"), i, phase)
	{
		const char *at = text_of(phase, "name");
		char name[128];
		double within;
		double value;

		snprintf(name, sizeof(name), "hold.within_005.%s", at);
		if (!metric_get(summary, name, &within))
			continue;
		fprintf(out,
			"%s: %.1f %% of the samples within 0.05 of the index to be held",
			at, within * 100);
		snprintf(name, sizeof(name), "hold.reached_s.%s", at);
		if (metric_get(summary, name, &value))
			fprintf(out, "; first within 0.02 after %.1f s", value);
		snprintf(name, sizeof(name), "hold.corrections_per_s.%s", at);
		if (metric_get(summary, name, &value))
			fprintf(out, "; %.1f corrections/s", value);
		snprintf(name, sizeof(name), "hold.cpu_share.%s", at);
		if (metric_get(summary, name, &value))
			fprintf(out, ", %.1f %% of a CPU", value * 100);
		fputc('\n', out);
	}
}

static void expectation_print(const json_t *one, FILE *out)
{
	const json_t *met = json_object_get(one, "met");
	const json_t *got = json_object_get(one, "got");

	fprintf(out, "expected %s %s %g: ", text_of(one, "metric"),
		text_of(one, "op"),
		json_number_value(json_object_get(one, "limit")));
	if (json_is_null(met))
		fputs("cannot be told\n", out);
	else if (!json_is_number(got))
		fputs("got nothing: MISSED\n", out);
	else
		fprintf(out, "got %.3f: %s\n", json_number_value(got),
			json_is_true(met) ? "met" : "MISSED");
}

static void doubts_print(const json_t *summary, FILE *out)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(summary, "doubts"), i, one)
		fprintf(out, "not to be trusted: %s\n", json_string_value(one));
	json_array_foreach(json_object_get(summary, "expectations"), i, one)
		expectation_print(one, out);
}

void frag_show_summary(const json_t *summary, FILE *out)
{
	size_t order =
		(size_t)json_integer_value(json_object_get(summary, "order"));
	json_t *references = json_object_get(summary, "references");
	int width = width_of(summary);
	bool has_header = false;
	json_t *phase;
	size_t i;

	json_array_foreach(json_object_get(summary, "phases"), i, phase)
	{
		const json_t *all =
			json_array_get(json_object_get(phase, "zones"), 0);
		const json_t *free = json_object_get(all, "free");

		if (!all)
			continue;
		if (!has_header)
			header_print(json_array_size(free), order, width, out);
		has_header = true;
		state_print(phase, all, order, width, out);
		shape_print(phase, width, out);
		references_print(references, text_of(phase, "name"), order,
				 width, out);
	}
	nodes_print(summary, order, out);
	interleave_print(summary, out);
	compaction_print(summary, out);
	hold_print(summary, out);
	if (!strcmp(text_of(summary, "accelerator"), "tcg"))
		fputs("made under TCG: counts and layouts stand; an emulator's times are not times, and none is told\n",
		      out);
	doubts_print(summary, out);
}
