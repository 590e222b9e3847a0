// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts a comparison out for what runs tests and watches machines: JUnit XML,
 * KTAP and OpenMetrics; a test is a metric of a group against the first. */
#include <string.h>

#include "verb/compare.h"

enum outcome { PASSED, FAILED, SKIPPED };

/* A gate decides where there is one; else WORSE is a failure. */
static enum outcome outcome_of(const struct frag_compare_difference *d)
{
	static const enum outcome gates[] = { PASSED, PASSED, FAILED, SKIPPED };

	if (d->gate)
		return gates[d->gate];
	if (d->verdict == FRAG_WORSE)
		return FAILED;
	return d->verdict == FRAG_CANNOT_TELL ? SKIPPED : PASSED;
}

/* "cannot tell: 0.79 -> 0.81 index, p 0.3 after Holm". */
static const char *said_of(const struct frag_compare_row *row, unsigned group,
			   char *buf, size_t size)
{
	const struct frag_compare_difference *d = &row->differences[group];
	size_t n = (size_t)snprintf(buf, size, "%s",
				    frag_verdict_text(d->verdict));

	if (!d->reason && n < size)
		n += (size_t)snprintf(buf + n, size - n, ": %.12g -> %.12g %s",
				      row->cells[0].median,
				      row->cells[group].median,
				      row->metric->unit);
	if (d->is_tested && n < size)
		n += (size_t)snprintf(buf + n, size - n, ", p %.2g after Holm",
				      d->adjusted);
	if (d->why && n < size)
		snprintf(buf + n, size - n, ": %s", d->why);
	return buf;
}

typedef void test_fn(FILE *out, const struct frag_compare *c,
		     const struct frag_compare_row *row, unsigned group,
		     unsigned number);

static void tests_walk(FILE *out, const struct frag_compare *c, test_fn *call)
{
	unsigned n = 0;

	for (unsigned r = 0; r < c->nrows; r++)
		for (unsigned i = 1; i < c->ngroups; i++)
			call(out, c, &c->rows[r], i, ++n);
}

static unsigned outcomes_count(const struct frag_compare *c, enum outcome o)
{
	unsigned n = 0;

	for (unsigned r = 0; r < c->nrows; r++)
		for (unsigned i = 1; i < c->ngroups; i++)
			n += outcome_of(&c->rows[r].differences[i]) == o;
	return n;
}

/* All that makes the runs unlike, as one text. */
static const char *refusal_text(const struct frag_compare *c, char *buf,
				size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < c->nobjections && n < size; i++)
		if (c->objections[i].is_refusal)
			n += (size_t)snprintf(buf + n, size - n, "%s%s",
					      n ? "; " : "",
					      c->objections[i].what);
	return buf;
}

/* Runs that are not alike are one more test, which fails. */
static unsigned tests_count(const struct frag_compare *c)
{
	return c->nrows * (c->ngroups - 1) + c->is_refused;
}

/* --- JUnit ------------------------------------------------------------------- */

static void xml_text(FILE *out, const char *text)
{
	static const char *const names[] = { "&lt;", "&gt;", "&amp;",
					     "&quot;" };
	static const char marks[] = "<>&\"";

	for (; *text; text++) {
		const char *mark = strchr(marks, *text);

		if (mark)
			fputs(names[mark - marks], out);
		else
			fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
}

static void junit_test(FILE *out, const struct frag_compare *c,
		       const struct frag_compare_row *row, unsigned group,
		       unsigned number)
{
	static const char *const tags[] = { "system-out", "failure",
					    "skipped" };
	enum outcome o = outcome_of(&row->differences[group]);
	char text[512];

	(void)number;
	fputs(" <testcase classname=\"fragbench.", out);
	xml_text(out, c->groups[group].label);
	fputs("\" name=\"", out);
	xml_text(out, row->metric->name);
	fprintf(out, "\"><%s%s", tags[o], o ? " message=\"" : ">");
	xml_text(out, said_of(row, group, text, sizeof(text)));
	if (o)
		fputs("\"/></testcase>\n", out);
	else
		fprintf(out, "</%s></testcase>\n", tags[o]);
}

static void junit_refusal(FILE *out, const struct frag_compare *c)
{
	char text[2048];

	fputs(" <testcase classname=\"fragbench\" name=\"alike\"><error "
	      "message=\"not alike: ",
	      out);
	xml_text(out, refusal_text(c, text, sizeof(text)));
	fputs("\"/></testcase>\n", out);
}

void frag_compare_junit(FILE *out, const struct frag_compare *c)
{
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"fragbench compare\" tests=\"%u\" "
		"failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n",
		tests_count(c), outcomes_count(c, FAILED),
		(unsigned)c->is_refused, outcomes_count(c, SKIPPED));
	tests_walk(out, c, junit_test);
	if (c->is_refused)
		junit_refusal(out, c);
	fputs("</testsuite>\n", out);
}

/* --- KTAP -------------------------------------------------------------------- */

/* Without "#", behind which a directive stands ("#2" is a second series). */
static void ktap_text(FILE *out, const char *text)
{
	for (; *text; text++)
		if (*text != '#')
			fputc(*text == '\n' ? ' ' : *text, out);
}

static void ktap_test(FILE *out, const struct frag_compare *c,
		      const struct frag_compare_row *row, unsigned group,
		      unsigned number)
{
	enum outcome o = outcome_of(&row->differences[group]);
	char text[512];

	fprintf(out, "%s %u ", o == FAILED ? "not ok" : "ok", number);
	ktap_text(out, row->metric->name);
	if (c->ngroups > 2) {
		fputs(" in ", out);
		ktap_text(out, c->groups[group].label);
	}
	fprintf(out, " # %s", o == SKIPPED ? "SKIP " : "");
	ktap_text(out, said_of(row, group, text, sizeof(text)));
	fputc('\n', out);
}

void frag_compare_ktap(FILE *out, const struct frag_compare *c)
{
	char text[2048];

	fprintf(out, "KTAP version 1\n1..%u\n", tests_count(c));
	tests_walk(out, c, ktap_test);
	if (!c->is_refused)
		return;
	fprintf(out, "not ok %u alike # not alike: ", tests_count(c));
	ktap_text(out, refusal_text(c, text, sizeof(text)));
	fputc('\n', out);
}

/* --- OpenMetrics
 * ---------------------------------------------------------------- */

static void label_put(FILE *out, const char *name, const char *text)
{
	fprintf(out, "%s=\"", name);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text == '\n' ? ' ' : *text, out);
	}
	fputc('"', out);
}

static void sample_put(FILE *out, const struct frag_compare *c,
		       const char *name, const struct frag_compare_row *row,
		       unsigned group, double value)
{
	fprintf(out, "%s{", name);
	label_put(out, "metric", row->metric->name);
	fputc(',', out);
	label_put(out, "unit", row->metric->unit);
	fputc(',', out);
	label_put(out, "group", c->groups[group].label);
	fprintf(out, "} %.12g\n", value);
}

static void shift_put(FILE *out, const struct frag_compare *c,
		      const struct frag_compare_row *row, unsigned group,
		      unsigned number)
{
	(void)number;
	if (row->differences[group].is_tested)
		sample_put(out, c, "fragbench_shift", row, group,
			   row->differences[group].shift.value);
}

static void p_put(FILE *out, const struct frag_compare *c,
		  const struct frag_compare_row *row, unsigned group,
		  unsigned number)
{
	(void)number;
	if (row->differences[group].is_tested)
		sample_put(out, c, "fragbench_p_holm", row, group,
			   row->differences[group].adjusted);
}

static void failed_put(FILE *out, const struct frag_compare *c,
		       const struct frag_compare_row *row, unsigned group,
		       unsigned number)
{
	enum outcome o = outcome_of(&row->differences[group]);

	(void)number;
	if (o != SKIPPED)
		sample_put(out, c, "fragbench_failed", row, group, o == FAILED);
}

void frag_compare_openmetrics(FILE *out, const struct frag_compare *c)
{
	fputs("# TYPE fragbench_median gauge\n"
	      "# HELP fragbench_median Median of the runs of a group.\n",
	      out);
	for (unsigned r = 0; r < c->nrows; r++)
		for (unsigned i = 0; i < c->ngroups; i++)
			if (c->rows[r].cells[i].n)
				sample_put(out, c, "fragbench_median",
					   &c->rows[r], i,
					   c->rows[r].cells[i].median);
	fputs("# TYPE fragbench_shift gauge\n"
	      "# HELP fragbench_shift Shift from the first group "
	      "(Hodges-Lehmann).\n",
	      out);
	tests_walk(out, c, shift_put);
	fputs("# TYPE fragbench_p_holm gauge\n"
	      "# HELP fragbench_p_holm Mann-Whitney p after Holm.\n",
	      out);
	tests_walk(out, c, p_put);
	fputs("# TYPE fragbench_failed gauge\n"
	      "# HELP fragbench_failed Whether it is worse, or fails its gate; "
	      "missing where that cannot be told.\n",
	      out);
	tests_walk(out, c, failed_put);
	fprintf(out,
		"# TYPE fragbench_compare_refused gauge\n"
		"# HELP fragbench_compare_refused Whether the runs are not alike, "
		"so that nothing was compared.\n"
		"fragbench_compare_refused %d\n# EOF\n",
		c->is_refused);
}
