// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the counters of counters.def from /proc/vmstat. Remembers which line
 * is which, and checks each name all the same: when the layout is another one
 * than before, the lines are mapped anew, and no number lands in a wrong column.
 */
#include "base/counters.h"
#include "collect/shape.h"

extern const struct frag_collector frag_collector_vmstat;

enum { SPARE_LINES = 64, NO_COLUMN = -1 };

struct state {
	struct frag_source source;
	int *columns; /* of each line; NO_COLUMN: not recorded */
	uint8_t *lengths; /* of each column's name */
	unsigned lines;
	unsigned max_lines;
	unsigned mapped; /* lines that have a column */
};

/* The column that the name at the start of @line belongs to. */
static int column_of(const struct frag_collect *c, struct frag_text line)
{
	struct frag_text name;

	frag_text_word(&line, &name);
	for (unsigned i = 0; i < c->shape.ncolumns; i++)
		if (frag_text_is(name, c->shape.columns[i].name))
			return (int)i;
	return NO_COLUMN;
}

static int lines_map(struct frag_collect *c)
{
	struct state *s = c->state;
	struct frag_text text = frag_source_text(&s->source);
	struct frag_text line;

	s->lines = 0;
	s->mapped = 0;
	while (frag_text_line(&text, &line)) {
		int column = column_of(c, line);

		if (s->lines == s->max_lines)
			return -ENOBUFS;
		s->columns[s->lines++] = column;
		s->mapped += column != NO_COLUMN;
	}
	return s->mapped ? 0 : -EINVAL;
}

/* 0; -ESTALE when @line is not the one that the map says; -EINVAL for a value
 * that is no number. */
static int value_take(const struct frag_collect *c, int column,
		      struct frag_text line, uint64_t *values)
{
	const struct state *s = c->state;
	size_t n = s->lengths[column];

	if ((size_t)(line.end - line.at) <= n || line.at[n] != ' ' ||
	    memcmp(line.at, c->shape.columns[column].name, n) != 0)
		return -ESTALE;
	line.at += n;
	if (!frag_text_u64(&line, &values[column]) || line.at != line.end)
		return -EINVAL;
	return 0;
}

/* Fill @values by the map; -ESTALE when the text has another layout. */
static int values_take(const struct frag_collect *c, uint64_t *values)
{
	const struct state *s = c->state;
	struct frag_text text = frag_source_text(&s->source);
	struct frag_text line;
	unsigned taken = 0;

	for (unsigned i = 0; frag_text_line(&text, &line); i++) {
		int rc;

		if (i == s->lines)
			return -ESTALE;
		if (s->columns[i] == NO_COLUMN)
			continue;
		rc = value_take(c, s->columns[i], line, values);
		if (rc)
			return rc;
		taken++;
	}
	return taken == s->mapped ? 0 : -ESTALE;
}

static int vmstat_read(struct frag_collect *c, uint64_t *values)
{
	struct state *s = c->state;
	int rc = frag_source_read(&s->source);

	if (rc)
		return rc;
	values_clear(&c->shape, values);
	/* While a counter is missing, look for it again at every read. */
	rc = s->mapped < c->shape.ncolumns ? -ESTALE : values_take(c, values);
	if (rc != -ESTALE)
		return rc;
	values_clear(&c->shape, values);
	rc = lines_map(c);
	if (!rc)
		rc = values_take(c, values);
	return rc == -ESTALE ? -EINVAL : rc;
}

/* Is a line that begins with @name and a blank in the text? */
static bool has_counter(const struct state *s, const char *name,
			unsigned *lines)
{
	struct frag_text text = frag_source_text(&s->source);
	struct frag_text line;
	struct frag_text word;
	bool found = false;

	*lines = 0;
	while (frag_text_line(&text, &line)) {
		++*lines;
		frag_text_word(&line, &word);
		found |= frag_text_is(word, name);
	}
	return found;
}

static unsigned counters_count(void)
{
	unsigned n = 0;

	while (frag_counters[n].name)
		n++;
	return n;
}

static void columns_fill(struct frag_collect *c, unsigned *lines)
{
	struct state *s = c->state;
	struct frag_shape *shape = &c->shape;

	shape->ncolumns = 0;
	for (const struct frag_counter *k = frag_counters; k->name; k++) {
		struct frag_column *column = &shape->columns[shape->ncolumns];

		if (!has_counter(s, k->name, lines))
			continue;
		snprintf(column->name, FRAG_COLUMN_NAME, "%s", k->name);
		column->unit = k->unit;
		column->about = k->about;
		s->lengths[shape->ncolumns++] = (uint8_t)strlen(k->name);
	}
}

static int tables_make(struct frag_collect *c)
{
	struct state *s = c->state;
	unsigned n = counters_count();
	unsigned lines = 0;
	uint64_t *values;
	int rc = shape_make(&c->shape, n, 1);

	s->lengths = calloc(n, sizeof(*s->lengths));
	if (rc || !s->lengths)
		return -ENOMEM;
	columns_fill(c, &lines);
	if (!c->shape.ncolumns)
		return -EINVAL;
	c->shape.nrows = 1;
	s->max_lines = lines + SPARE_LINES;
	s->columns = calloc(s->max_lines, sizeof(*s->columns));
	values = calloc(c->shape.ncolumns, sizeof(*values));
	rc = s->columns && values ? vmstat_read(c, values) : -ENOMEM;
	free(values);
	return rc;
}

static void vmstat_close(struct frag_collect *c)
{
	struct state *s = c->state;

	if (s) {
		frag_source_close(&s->source);
		free(s->columns);
		free(s->lengths);
	}
	free(s);
	c->state = NULL;
	shape_free(&c->shape);
}

static int vmstat_open(struct frag_collect *c, struct frag_error *e)
{
	struct state *s = calloc(1, sizeof(*s));
	int rc;

	memset(&c->shape, 0, sizeof(c->shape));
	c->state = s;
	if (!s)
		return frag_fail(e, -ENOMEM, "cannot read /proc/vmstat");
	s->source.fd = -1;
	rc = frag_source_open(&s->source, c->root, "/proc/vmstat", e);
	if (!rc)
		rc = tables_make(c);
	if (rc) {
		frag_fail(e, rc, "cannot make sense of %s/proc/vmstat",
			  c->root);
		vmstat_close(c);
	}
	return rc;
}

static const char *const sources[] = { "/proc/vmstat", NULL };

const struct frag_collector frag_collector_vmstat = {
	.name = "vmstat",
	.summary = "the kernel's counters of compaction, reclaim, migration, "
		   "THP and allocation",
	.cadence = FRAG_EVERY_SAMPLE,
	.sources = sources,
	.open = vmstat_open,
	.read = vmstat_read,
	.close = vmstat_close,
};
