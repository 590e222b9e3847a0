// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a scenario back as INI, so that a run can be repeated from its copy. */
#include "scenario.h"

#include <inttypes.h>
#include <string.h>

/* One line for each of the words, however they were given: lines have an end. */
static void words_write(const char *name, const struct frag_words *words,
			FILE *out)
{
	static const char blanks[] = " \t\r\n";
	unsigned count = 0;

	for (unsigned i = 0; i < words->count; i++) {
		const char *at =
			words->word[i] + strspn(words->word[i], blanks);

		while (*at) {
			int n = (int)strcspn(at, blanks);

			fprintf(out, "%s = %.*s\n", name, n, at);
			at += n;
			at += strspn(at, blanks);
			count++;
		}
	}
	if (!count)
		fprintf(out, "%s =\n", name);
}

static void row_write(const struct frag_option *row, const void *base,
		      FILE *out)
{
	char buf[256];

	if (row->type == FRAG_WORDS)
		words_write(row->name,
			    (const void *)((const char *)base + row->offset),
			    out);
	else
		fprintf(out, "%s = %s\n", row->name,
			frag_option_text(row, base, buf, sizeof(buf)));
}

static void rows_write(const struct frag_option *rows, const void *base,
		       FILE *out)
{
	for (; rows && rows->name; rows++)
		row_write(rows, base, out);
}

static void about_write(const char *about, FILE *out)
{
	bool is_start = true;

	for (; about && *about; about++) {
		if (is_start)
			fputs("; ", out);
		fputc(*about, out);
		is_start = *about == '\n';
	}
}

static void reference_write(const json_t *ref, FILE *out)
{
	const char *phase;
	json_t *row;
	json_t *cell;
	size_t i;

	fprintf(out, "\n[reference %s]\nabout = %s\n",
		json_string_value(json_object_get(ref, "name")),
		json_string_value(json_object_get(ref, "about")));
	json_object_foreach(json_object_get(ref, "rows"), phase, row)
	{
		fprintf(out, "%s =", phase);
		json_array_foreach(row, i, cell)
			fprintf(out, " %" JSON_INTEGER_FORMAT,
				json_integer_value(cell));
		fputc('\n', out);
	}
}

static void expect_write(const json_t *expect, FILE *out)
{
	json_t *one;
	size_t i;

	if (json_array_size(expect))
		fputs("\n[expect]\n", out);
	json_array_foreach(expect, i, one)
		fprintf(out, "%s = %s %.12g\n",
			json_string_value(json_object_get(one, "metric")),
			json_string_value(json_object_get(one, "op")),
			json_number_value(json_object_get(one, "limit")));
}

static void phase_write(const struct frag_phase *p, FILE *out)
{
	fprintf(out, "\n[phase %s]\n", p->name);
	for (const struct frag_option *row = frag_phase_options; row->name;
	     row++)
		if (frag_phase_tells_row(p, row))
			row_write(row, &p->settings, out);
	for (unsigned i = 0; i < p->ninstances; i++) {
		const struct frag_instance *one = &p->instances[i];

		fprintf(out, "workload = %s\n", one->type->name);
		rows_write(frag_worker_options, &one->common, out);
		rows_write(one->type->options, one->options, out);
	}
	for (unsigned i = 0; i < p->nqueries; i++) {
		const struct frag_query *one = &p->queries[i];

		fprintf(out, "probe = %s\n", one->type->name);
		rows_write(frag_probe_options, &one->common, out);
		rows_write(one->type->options, one->options, out);
	}
}

/* Whose phases those above are, and by what they differ: they have it. */
static void arm_write(const struct frag_scenario *s, unsigned arm, FILE *out)
{
	const struct frag_arm *a = &s->arms[arm - 1];

	fprintf(out, "\n[arm %s]\nphases =", a->name);
	for (unsigned p = 0; p < s->nphases; p++)
		if (s->phases[p].arm == arm)
			fprintf(out, " %s", s->phases[p].star);
	fputc('\n', out);
	for (unsigned i = 0; i < a->nsettings; i++)
		fprintf(out, "%s = %s\n", a->settings[i].key,
			a->settings[i].value);
}

void frag_scenario_write(const struct frag_scenario *s, FILE *out)
{
	json_t *ref;
	size_t i;

	about_write(s->about, out);
	fputs("\n[scenario]\n", out);
	rows_write(frag_scenario_options, &s->settings, out);
	for (unsigned p = 0; p < s->nphases; p++)
		phase_write(&s->phases[p], out);
	for (unsigned a = 1; a <= s->narms; a++)
		arm_write(s, a, out);
	json_array_foreach(s->references, i, ref) reference_write(ref, out);
	expect_write(s->expect, out);
}
