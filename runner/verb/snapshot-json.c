// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a picture as JSON. By hand, for indices have exactly three decimals,
 * as the kernel prints them, and jansson would write 0.0 for 0.000.
 */
#include "verb/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

void frag_json_text_print(FILE *out, const char *text)
{
	json_t *json = frag_json_text(text);
	char *dump = json ? json_dumps(json, JSON_ENCODE_ANY) : NULL;

	fputs(dump ? dump : "null", out);
	free(dump);
	json_decref(json);
}

void frag_json_u64_print(FILE *out, uint64_t value)
{
	if (value == FRAG_ABSENT)
		fputs("null", out);
	else
		fprintf(out, "%" PRIu64, value);
}

void frag_json_counts_print(FILE *out, const char *name,
			    const struct frag_buddy *b)
{
	fprintf(out, "\"%s\": [", name);
	for (unsigned o = 0; o < b->orders; o++)
		fprintf(out, "%s%" PRIu64, o ? ", " : "", b->free[o]);
	fputc(']', out);
}

void frag_json_indices_print(FILE *out, const char *name,
			     const struct frag_buddy *b, frag_index *index)
{
	char buf[FRAG_CELL_TEXT];

	fprintf(out, "\"%s\": [", name);
	for (unsigned o = 0; o < b->orders; o++)
		fprintf(out, "%s%s", o ? ", " : "",
			frag_index_decimal(index(b, o), buf, sizeof(buf)));
	fputc(']', out);
}

void frag_json_node_print(FILE *out, const struct frag_zone *z)
{
	if (z->node < 0)
		fputs("\"node\": \"all\", \"zone\": ", out);
	else
		fprintf(out, "\"node\": %d, \"zone\": ", z->node);
	frag_json_text_print(out, z->name);
}

static void number_print(FILE *out, const char *name, uint64_t value)
{
	fprintf(out, ", \"%s\": ", name);
	frag_json_u64_print(out, value);
}

static void suitable_print(FILE *out, const struct frag_buddy *b)
{
	fputs(",\n   \"suitable\": [", out);
	for (unsigned o = 0; o < b->orders; o++)
		fprintf(out, "%s%" PRIu64, o ? ", " : "",
			frag_buddy_suitable(b, o));
	fputc(']', out);
}

/* What the indices would be if the hidden pages were on the free lists. */
static void hidden_print(FILE *out, const struct frag_picture_zone *z)
{
	struct frag_buddy seen;

	if (z->pcp_pages == FRAG_ABSENT)
		return;
	seen = frag_buddy_with_pcp(&z->zone.buddy, z->pcp_pages);
	fputs(",\n   ", out);
	frag_json_indices_print(out, "unusable_pcp", &seen,
				frag_buddy_unusable);
	fputs(",\n   ", out);
	frag_json_indices_print(out, "extfrag_pcp", &seen, frag_buddy_extfrag);
}

static void zone_print(FILE *out, const struct frag_picture *p,
		       const struct frag_picture_zone *z)
{
	const struct frag_buddy *b = &z->zone.buddy;
	uint64_t pages = frag_buddy_pages(b);

	fputs("{", out);
	frag_json_node_print(out, &z->zone);
	fputs(",\n   ", out);
	frag_json_counts_print(out, "free", b);
	fputs(",\n   ", out);
	fprintf(out, "\"free_pages\": %" PRIu64, pages);
	number_print(out, "free_bytes", pages * p->page_size);
	number_print(out, "pcp_pages", z->pcp_pages);
	number_print(out, "boost", z->boost);
	number_print(out, "min", z->min);
	number_print(out, "low", z->low);
	number_print(out, "high", z->high);
	number_print(out, "managed", z->managed);
	suitable_print(out, b);
	fputs(",\n   ", out);
	frag_json_indices_print(out, "unusable", b, frag_buddy_unusable);
	fputs(",\n   ", out);
	frag_json_indices_print(out, "extfrag", b, frag_buddy_extfrag);
	hidden_print(out, z);
	fputs("}", out);
}

static void head_print(FILE *out, const struct frag_picture *p)
{
	fputs("{\n \"schema\": 1,\n \"origin\": ", out);
	frag_json_text_print(out, p->origin);
	fputs(",\n \"kernel\": ", out);
	if (p->kernel[0])
		frag_json_text_print(out, p->kernel);
	else
		fputs("null", out);
	fprintf(out, ",\n \"page_size\": %" PRIu64 ",\n \"orders\": %u",
		p->page_size, p->orders);
	fputs(",\n \"pageblock_order\": ", out);
	frag_json_u64_print(out, p->pageblock_order < 0
					 ? FRAG_ABSENT
					 : (uint64_t)p->pageblock_order);
	fputs(",\n \"mem_free_bytes\": ", out);
	frag_json_u64_print(out, p->mem_free);
}

static void zones_print(FILE *out, const struct frag_picture *p)
{
	fputs(",\n \"zones\": [", out);
	for (unsigned i = 0; i < p->nzones; i++) {
		fputs(i ? ",\n  " : "\n  ", out);
		zone_print(out, p, &p->zones[i]);
	}
	fputs("],\n \"all\": ", out);
	zone_print(out, p, &p->all);
}

static void type_print(FILE *out, const struct frag_picture_type *m)
{
	fprintf(out, "{\"node\": %d, \"zone\": ", m->node);
	frag_json_text_print(out, m->zone);
	fputs(", \"migratetype\": ", out);
	frag_json_text_print(out, m->type);
	number_print(out, "pageblocks", m->pageblocks);
	number_print(out, "capped", m->capped);
	fputs(", ", out);
	frag_json_counts_print(out, "free", &m->buddy);
	fputs("}", out);
}

static void types_print(FILE *out, const struct frag_picture *p)
{
	fputs(",\n \"migratetypes\": ", out);
	if (!p->types) {
		fputs("null", out);
		return;
	}
	fputs("[", out);
	for (unsigned i = 0; i < p->ntypes; i++) {
		fputs(i ? ",\n  " : "\n  ", out);
		type_print(out, &p->types[i]);
	}
	fputs("]", out);
}

/* One row of a table as an object: column name to value. */
static void row_print(FILE *out, const struct frag_table *t, unsigned row,
		      const char *between)
{
	const struct frag_shape *s = &t->collect.shape;

	for (unsigned i = 0; i < s->ncolumns; i++) {
		fputs(i ? between : "", out);
		frag_json_text_print(out, s->columns[i].name);
		fputs(": ", out);
		frag_json_u64_print(out, t->values[row * s->ncolumns + i]);
	}
}

static void counters_print(FILE *out, const struct frag_picture *p)
{
	fputs(",\n \"counters\": ", out);
	if (!p->vmstat.values || !p->vmstat.collect.shape.nrows) {
		fputs("null", out);
		return;
	}
	fputs("{\n  ", out);
	row_print(out, &p->vmstat, 0, ",\n  ");
	fputs("}", out);
}

static void sizes_print(FILE *out, const struct frag_picture *p)
{
	const struct frag_shape *s = &p->thp.collect.shape;
	char size[24];

	fputs(",\n \"thp_sizes\": ", out);
	if (!p->thp.values) {
		fputs("null", out);
		return;
	}
	fputs("[", out);
	for (unsigned row = 0; row < s->nrows; row++) {
		frag_row_key_cell(&s->row_keys[row], 0, size, sizeof(size));
		fprintf(out, "%s{\"size_kb\": %" PRIu64 ", ",
			row ? ",\n  " : "\n  ",
			(uint64_t)strtoull(size, NULL, 10));
		row_print(out, &p->thp, row, ", ");
		fputs("}", out);
	}
	fputs("]", out);
}

void frag_snapshot_json(FILE *out, const struct frag_picture *p)
{
	head_print(out, p);
	zones_print(out, p);
	types_print(out, p);
	counters_print(out, p);
	sizes_print(out, p);
	fputs(",\n \"notes\": [", out);
	for (unsigned i = 0; i < p->nnotes; i++) {
		fputs(i ? ",\n  " : "\n  ", out);
		frag_json_text_print(out, p->notes[i]);
	}
	fputs("]\n}\n", out);
}
