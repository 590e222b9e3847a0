// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Joins one read of /proc/buddyinfo with one of /proc/zoneinfo right after:
 * the free lists of each zone, what its per-CPU lists hide, its watermarks.
 */
#include "collect/columns.h"
#include "collect/shape.h"

extern const struct frag_collector frag_collector_buddy;

enum { PCP_PAGES, BOOST, MIN, LOW, HIGH, MANAGED, FREE };

const struct frag_column frag_buddy_columns[] = {
	[PCP_PAGES] = { "pcp_pages", "pages",
			"Hidden pages: pages on the per-CPU lists of all CPUs. "
			"They are free, but neither /proc/buddyinfo nor an "
			"index of the kernel sees them, and compact_memory "
			"leaves them there. The sum of the `count:` lines of "
			"the zone in /proc/zoneinfo." },
	[BOOST] = { "boost", "pages",
		    "Watermark boost in force: by so much the watermarks are "
		    "raised for a while after an allocation fell back to "
		    "another migratetype, so that kswapd frees more. Empty "
		    "on kernels that do not print it." },
	[MIN] = { "min", "pages",
		  "Min watermark, boost not included: below it ordinary "
		  "allocations must reclaim by themselves." },
	[LOW] = { "low", "pages",
		  "Low watermark, boost not included: below it kswapd is "
		  "woken." },
	[HIGH] = { "high", "pages",
		   "High watermark, boost not included: above it kswapd goes "
		   "to sleep." },
	[MANAGED] = { "managed", "pages",
		      "Pages of the zone that the buddy allocator manages: "
		      "present pages without what was reserved at boot." },
	[FREE] = { "", NULL, NULL },
};

static const struct frag_key keys[] = {
	{ "node", "NUMA node" },
	{ "zone", "zone name" },
};

struct state {
	struct frag_source buddyinfo;
	struct frag_source zoneinfo;
	unsigned orders;
	struct zone_name *zones; /* of each row */
};

/* The row of @z, which is most often @hint; max_rows when there is none. */
static unsigned row_find(const struct frag_collect *c,
			 const struct zone_name *z, unsigned hint)
{
	const struct state *s = c->state;

	if (hint < c->shape.nrows && zone_is(&s->zones[hint], z))
		return hint;
	for (unsigned i = 0; i < c->shape.nrows; i++)
		if (zone_is(&s->zones[i], z))
			return i;
	return c->shape.max_rows;
}

static int row_add(struct frag_collect *c, const struct zone_name *z,
		   unsigned *row)
{
	struct state *s = c->state;

	*row = c->shape.nrows;
	if (*row == c->shape.max_rows)
		return -ENOBUFS;
	s->zones[*row] = *z;
	snprintf(c->shape.row_keys[*row].text, FRAG_KEY_TEXT, "%d,%s", z->node,
		 z->name);
	c->shape.nrows++;
	return 0;
}

static int free_lists_read(struct frag_collect *c, uint64_t *values)
{
	const struct state *s = c->state;
	struct frag_text text = frag_source_text(&s->buddyinfo);
	struct frag_text line;
	struct frag_zone zone;
	unsigned hint = 0;

	while (frag_text_line(&text, &line)) {
		struct zone_name z;
		unsigned row;
		int rc = frag_buddy_parse(line.at, (size_t)(line.end - line.at),
					  &zone);

		if (!rc)
			continue;
		if (rc < 0 || zone.buddy.orders != s->orders ||
		    !is_plain(zone.name))
			return -EINVAL;
		z.node = zone.node;
		memcpy(z.name, zone.name, sizeof(z.name));
		row = row_find(c, &z, hint);
		if (row == c->shape.max_rows && (rc = row_add(c, &z, &row)) < 0)
			return rc;
		memcpy(values + (size_t)row * c->shape.ncolumns + FREE,
		       zone.buddy.free, s->orders * sizeof(uint64_t));
		hint = row + 1;
	}
	return hint ? 0 : -EINVAL;
}

/* "  pages free 3" and "  min 88": the number behind @word, if it is there. */
static int number_take(struct frag_text line, const char *word, uint64_t *value)
{
	if (!frag_text_take(&line, word))
		return 0;
	if (line.at < line.end && *line.at != ' ')
		return 0;
	return frag_text_u64(&line, value) ? 0 : -EINVAL;
}

static int count_add(struct frag_text line, uint64_t *pcp_pages)
{
	uint64_t count;

	if (!frag_text_take(&line, "count:"))
		return 0;
	/* Without its "pagesets" line there is nothing to add to. */
	if (*pcp_pages == FRAG_ABSENT || !frag_text_u64(&line, &count))
		return -EINVAL;
	*pcp_pages += count;
	return 0;
}

/* One line inside a zone of zoneinfo. Most lines are none of ours: their first
 * letter tells. */
static int zone_line(struct frag_text line, uint64_t *cells)
{
	frag_text_blanks(&line);
	if (line.at == line.end)
		return 0;
	switch (*line.at) {
	case 'b':
		return number_take(line, "boost", &cells[BOOST]);
	case 'c':
		return count_add(line, &cells[PCP_PAGES]);
	case 'h':
		return number_take(line, "high", &cells[HIGH]);
	case 'l':
		return number_take(line, "low", &cells[LOW]);
	case 'm':
		if (line.end - line.at > 1 && line.at[1] == 'i')
			return number_take(line, "min", &cells[MIN]);
		return number_take(line, "managed", &cells[MANAGED]);
	case 'p':
		if (frag_text_is(line, "pagesets"))
			cells[PCP_PAGES] = 0;
		return 0;
	default:
		return 0;
	}
}

static int zones_read(struct frag_collect *c, uint64_t *values)
{
	const struct state *s = c->state;
	struct frag_text text = frag_source_text(&s->zoneinfo);
	struct frag_text line;
	uint64_t *cells = NULL;
	unsigned row = UINT32_MAX;
	bool any = false;
	int rc = 0;

	while (!rc && frag_text_line(&text, &line)) {
		if (line.at < line.end && *line.at == 'N') {
			struct zone_name z;

			if (!zone_take(&line, &z))
				return -EINVAL;
			/* Zones without memory are here and not in buddyinfo. */
			row = row_find(c, &z, row + 1);
			cells = row < c->shape.nrows
					? values + (size_t)row *
							   c->shape.ncolumns
					: NULL;
			any = true;
		} else if (cells) {
			rc = zone_line(line, cells);
		}
	}
	return rc ? rc : any ? 0 : -EINVAL;
}

static int buddy_read(struct frag_collect *c, uint64_t *values)
{
	struct state *s = c->state;
	int rc;

	values_clear(&c->shape, values);
	/* The two reads stand side by side, parsing comes after. */
	rc = frag_source_read(&s->buddyinfo);
	if (!rc)
		rc = frag_source_read(&s->zoneinfo);
	if (!rc)
		rc = free_lists_read(c, values);
	return rc ? rc : zones_read(c, values);
}

/* How many zones and orders buddyinfo has; -EINVAL for no buddyinfo. */
static int buddyinfo_measure(struct state *s, unsigned *zones)
{
	struct frag_text text = frag_source_text(&s->buddyinfo);
	struct frag_text line;
	struct frag_zone zone;

	*zones = 0;
	while (frag_text_line(&text, &line)) {
		int rc = frag_buddy_parse(line.at, (size_t)(line.end - line.at),
					  &zone);

		if (rc < 0)
			return rc;
		if (rc)
			s->orders = zone.buddy.orders;
		*zones += (unsigned)rc;
	}
	return *zones ? 0 : -EINVAL;
}

static int tables_make(struct frag_collect *c, unsigned zones)
{
	struct state *s = c->state;
	uint64_t *values;
	int rc;

	rc = shape_make(&c->shape, FREE + s->orders, zones + SPARE_ROWS);
	s->zones = calloc(zones + SPARE_ROWS, sizeof(*s->zones));
	values = calloc((size_t)(zones + SPARE_ROWS) * (FREE + s->orders),
			sizeof(*values));
	if (rc || !s->zones || !values) {
		free(values);
		return -ENOMEM;
	}
	c->shape.keys = keys;
	c->shape.nkeys = 2;
	memcpy(c->shape.columns, frag_buddy_columns,
	       FREE * sizeof(*frag_buddy_columns));
	shape_orders(&c->shape, FREE, "free blocks of this order");
	/* The first read names the rows and proves both files readable. */
	rc = buddy_read(c, values);
	free(values);
	return rc;
}

static void buddy_close(struct frag_collect *c)
{
	struct state *s = c->state;

	if (s) {
		frag_source_close(&s->buddyinfo);
		frag_source_close(&s->zoneinfo);
		free(s->zones);
	}
	free(s);
	c->state = NULL;
	shape_free(&c->shape);
}

static int buddy_open(struct frag_collect *c, struct frag_error *e)
{
	struct state *s = calloc(1, sizeof(*s));
	unsigned zones;
	int rc;

	memset(&c->shape, 0, sizeof(c->shape));
	c->state = s;
	if (!s)
		return frag_fail(e, -ENOMEM, "cannot read /proc/buddyinfo");
	s->buddyinfo.fd = -1;
	s->zoneinfo.fd = -1;
	rc = frag_source_open(&s->buddyinfo, c->root, "/proc/buddyinfo", e);
	if (!rc)
		rc = frag_source_open(&s->zoneinfo, c->root, "/proc/zoneinfo",
				      e);
	if (!rc)
		rc = buddyinfo_measure(s, &zones);
	if (!rc)
		rc = tables_make(c, zones);
	if (rc) {
		frag_fail(e, rc,
			  "cannot make sense of %s/proc/buddyinfo and "
			  "zoneinfo",
			  c->root);
		buddy_close(c);
	}
	return rc;
}

static const char *const sources[] = { "/proc/buddyinfo", "/proc/zoneinfo",
				       NULL };

const struct frag_collector frag_collector_buddy = {
	.name = "buddy",
	.summary = "free lists, hidden pages and watermarks of every zone",
	.cadence = FRAG_EVERY_SAMPLE,
	.sources = sources,
	.open = buddy_open,
	.read = buddy_read,
	.close = buddy_close,
};
