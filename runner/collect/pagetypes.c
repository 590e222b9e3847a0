// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads /proc/pagetypeinfo: free blocks and pageblocks of each migratetype.
 * The kernel prints the whole file once for every node, and caps the count of
 * a long list: ">100000" means at least so many.
 */
#include "collect/columns.h"
#include "collect/shape.h"

extern const struct frag_collector frag_collector_pagetypes;

enum { PAGEBLOCKS, CAPPED, FREE };
enum { MAX_TYPES = 16 };

const struct frag_column frag_pagetypes_columns[] = {
	[PAGEBLOCKS] = { "pageblocks", "pageblocks",
			 "Pageblocks of that migratetype: what the kernel "
			 "prefers to put there, not what lies there." },
	[CAPPED] = { "capped", "count",
		     "How many of the free_* cells the kernel capped (it "
		     "prints >100000): they are lower bounds." },
	[FREE] = { "", NULL, NULL },
};

static const struct frag_key keys[] = {
	{ "node", "NUMA node" },
	{ "zone", "zone name" },
	{ "migratetype", "migratetype, lower case" },
};

struct row {
	struct zone_name zone;
	char type[FRAG_ZONE_NAME];
};

/* Which part of the file the lines belong to. */
enum part { FREE_PAGES, BLOCK_COUNTS, MIXED_COUNTS };

struct state {
	struct frag_source source;
	unsigned orders;
	struct row *rows;
	/* While parsing: */
	enum part part;
	unsigned hint;
	unsigned ntypes;
	char types[MAX_TYPES][FRAG_ZONE_NAME]; /* of the block counts' head */
};

static bool type_take(struct frag_text *t, char *type)
{
	struct frag_text word;

	if (!frag_text_word(t, &word) || !word_copy(word, type, FRAG_ZONE_NAME))
		return false;
	for (; *type; type++)
		*type = (char)tolower((unsigned char)*type);
	return true;
}

static bool row_is(const struct row *a, const struct row *b)
{
	return zone_is(&a->zone, &b->zone) && !strcmp(a->type, b->type);
}

/* The row of @wanted; a new one when there is none yet. */
static int row_get(struct frag_collect *c, const struct row *wanted,
		   unsigned *row)
{
	struct state *s = c->state;

	*row = s->hint;
	if (*row >= c->shape.nrows || !row_is(&s->rows[*row], wanted))
		for (*row = 0; *row < c->shape.nrows; ++*row)
			if (row_is(&s->rows[*row], wanted))
				break;
	s->hint = *row + 1;
	if (*row < c->shape.nrows)
		return 0;
	if (*row == c->shape.max_rows)
		return -ENOBUFS;
	s->rows[*row] = *wanted;
	snprintf(c->shape.row_keys[*row].text, FRAG_KEY_TEXT, "%d,%s,%s",
		 wanted->zone.node, wanted->zone.name, wanted->type);
	c->shape.nrows++;
	return 0;
}

/* "Node 0, zone DMA, type Movable 0 0 >100000 ..." */
static int free_line(struct frag_collect *c, struct frag_text line,
		     uint64_t *values)
{
	const struct state *s = c->state;
	uint64_t *cells;
	struct row wanted;
	unsigned row;
	int rc;

	if (!zone_take(&line, &wanted.zone) || !frag_text_take(&line, "type") ||
	    !type_take(&line, wanted.type))
		return -EINVAL;
	rc = row_get(c, &wanted, &row);
	if (rc)
		return rc;
	cells = values + (size_t)row * c->shape.ncolumns;
	cells[CAPPED] = 0;
	for (unsigned i = 0; i < s->orders; i++) {
		cells[CAPPED] += frag_text_take(&line, ">");
		if (!frag_text_u64(&line, &cells[FREE + i]))
			return -EINVAL;
	}
	return frag_text_done(&line) ? 0 : -EINVAL;
}

/* "Number of blocks type Unmovable Movable ..." */
static int types_line(struct state *s, struct frag_text line)
{
	s->part = BLOCK_COUNTS;
	for (s->ntypes = 0; !frag_text_done(&line); s->ntypes++)
		if (s->ntypes == MAX_TYPES ||
		    !type_take(&line, s->types[s->ntypes]))
			return -EINVAL;
	return s->ntypes ? 0 : -EINVAL;
}

/* "Node 0, zone DMA 1 7 0 0 0": a count for each type of the head. */
static int blocks_line(struct frag_collect *c, struct frag_text line,
		       uint64_t *values)
{
	const struct state *s = c->state;
	struct row wanted;

	if (!zone_take(&line, &wanted.zone))
		return -EINVAL;
	for (unsigned i = 0; i < s->ntypes; i++) {
		uint64_t count;
		unsigned row;
		int rc;

		memcpy(wanted.type, s->types[i], sizeof(wanted.type));
		rc = row_get(c, &wanted, &row);
		if (rc)
			return rc;
		if (!frag_text_u64(&line, &count))
			return -EINVAL;
		values[(size_t)row * c->shape.ncolumns + PAGEBLOCKS] = count;
	}
	return frag_text_done(&line) ? 0 : -EINVAL;
}

static int line_parse(struct frag_collect *c, struct frag_text line,
		      uint64_t *values)
{
	struct state *s = c->state;

	if (frag_text_take(&line, "Free pages count")) {
		s->part = FREE_PAGES;
		return 0;
	}
	if (frag_text_take(&line, "Number of blocks type"))
		return types_line(s, line);
	if (frag_text_take(&line, "Number of mixed blocks")) {
		s->part = MIXED_COUNTS;
		return 0;
	}
	if (line.at == line.end || *line.at != 'N' || s->part == MIXED_COUNTS)
		return 0;
	return s->part == FREE_PAGES ? free_line(c, line, values)
				     : blocks_line(c, line, values);
}

static int text_parse(struct frag_collect *c, uint64_t *values)
{
	struct state *s = c->state;
	struct frag_text text = frag_source_text(&s->source);
	struct frag_text line;
	int rc = 0;

	values_clear(&c->shape, values);
	s->part = FREE_PAGES;
	s->hint = 0;
	while (!rc && frag_text_line(&text, &line))
		rc = line_parse(c, line, values);
	return rc ? rc : s->hint ? 0 : -EINVAL;
}

static int pagetypes_read(struct frag_collect *c, uint64_t *values)
{
	struct state *s = c->state;
	int rc = frag_source_read(&s->source);

	return rc ? rc : text_parse(c, values);
}

/* The orders of the head line, and how many lines a table can come from. */
static int text_measure(struct state *s, unsigned *rows)
{
	struct frag_text text = frag_source_text(&s->source);
	struct frag_text line;
	uint64_t order;

	*rows = 0;
	s->orders = 0;
	while (frag_text_line(&text, &line)) {
		*rows += line.at < line.end && *line.at == 'N';
		if (s->orders ||
		    !frag_text_take(&line,
				    "Free pages count per migrate type at "
				    "order"))
			continue;
		while (frag_text_u64(&line, &order))
			s->orders++;
	}
	return s->orders && s->orders <= FRAG_ORDERS_MAX && *rows ? 0 : -EINVAL;
}

static int tables_make(struct frag_collect *c, unsigned rows)
{
	struct state *s = c->state;
	unsigned columns = FREE + s->orders;
	unsigned max_rows = rows + SPARE_ROWS * MAX_TYPES;
	uint64_t *values = calloc((size_t)max_rows * columns, sizeof(*values));
	int rc = shape_make(&c->shape, columns, max_rows);

	s->rows = calloc(max_rows, sizeof(*s->rows));
	if (rc || !s->rows || !values) {
		free(values);
		return -ENOMEM;
	}
	c->shape.keys = keys;
	c->shape.nkeys = 3;
	memcpy(c->shape.columns, frag_pagetypes_columns,
	       FREE * sizeof(*frag_pagetypes_columns));
	shape_orders(&c->shape, FREE, "free blocks of this type and order");
	rc = text_parse(c, values);
	free(values);
	return rc;
}

static void pagetypes_close(struct frag_collect *c)
{
	struct state *s = c->state;

	if (s) {
		frag_source_close(&s->source);
		free(s->rows);
	}
	free(s);
	c->state = NULL;
	shape_free(&c->shape);
}

static int pagetypes_open(struct frag_collect *c, struct frag_error *e)
{
	struct state *s = calloc(1, sizeof(*s));
	unsigned rows;
	int rc;

	memset(&c->shape, 0, sizeof(c->shape));
	c->state = s;
	if (!s)
		return frag_fail(e, -ENOMEM, "cannot read /proc/pagetypeinfo");
	s->source.fd = -1;
	rc = frag_source_open(&s->source, c->root, "/proc/pagetypeinfo", e);
	if (!rc)
		rc = text_measure(s, &rows);
	if (!rc)
		rc = tables_make(c, rows);
	if (rc) {
		frag_fail(e, rc, "cannot make sense of %s/proc/pagetypeinfo",
			  c->root);
		pagetypes_close(c);
	}
	return rc;
}

static const char *const sources[] = { "/proc/pagetypeinfo", NULL };

const struct frag_collector frag_collector_pagetypes = {
	.name = "pagetypes",
	.summary = "free blocks and pageblocks of every migratetype",
	.cadence = FRAG_AT_MARKS,
	.sources = sources,
	.privilege = "root",
	.open = pagetypes_open,
	.read = pagetypes_read,
	.close = pagetypes_close,
};
