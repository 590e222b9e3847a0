// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets numbers on a page: tables with a column for each order, MiB, indices as
 * decimals, text in lines. */
#include "verb/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static unsigned cells_width(const struct frag_order_row *rows, unsigned nrows,
			    unsigned orders)
{
	size_t width = 6;

	for (unsigned r = 0; r < nrows; r++)
		for (unsigned o = 0; o < orders; o++)
			if (strlen(rows[r].cell[o]) > width)
				width = strlen(rows[r].cell[o]);
	return (unsigned)width + 1;
}

static unsigned labels_width(const struct frag_order_row *rows, unsigned nrows)
{
	size_t width = 0;

	for (unsigned r = 0; r < nrows; r++)
		if (strlen(rows[r].label) > width)
			width = strlen(rows[r].label);
	return (unsigned)width + 2;
}

void frag_order_rows_print(FILE *out, const struct frag_order_row *rows,
			   unsigned nrows, unsigned orders)
{
	unsigned label = labels_width(rows, nrows);
	unsigned width = cells_width(rows, nrows, orders);
	unsigned band = (FRAG_PAGE_COLUMNS - label) / width;

	for (unsigned from = 0; from < orders; from += band) {
		unsigned to = from + band < orders ? from + band : orders;

		for (unsigned r = 0; r < nrows; r++) {
			fprintf(out, "  %-*s", (int)label - 2, rows[r].label);
			for (unsigned o = from; o < to && *rows[r].cell[o]; o++)
				fprintf(out, "%*s", (int)width,
					rows[r].cell[o]);
			fputc('\n', out);
		}
	}
}

void frag_order_row_head(struct frag_order_row *row,
			 const struct frag_picture *p)
{
	memset(row, 0, sizeof(*row));
	row->label = "order";
	for (unsigned o = 0; o < p->orders; o++)
		snprintf(row->cell[o], FRAG_CELL_TEXT,
			 (int)o == p->pageblock_order ? "[%u]" : "%u", o);
}

void frag_order_row_index(struct frag_order_row *row, const char *label,
			  const struct frag_buddy *b, frag_index *index)
{
	memset(row, 0, sizeof(*row));
	row->label = label;
	for (unsigned o = 0; o < b->orders; o++)
		frag_index_decimal(index(b, o), row->cell[o], FRAG_CELL_TEXT);
}

const char *frag_index_decimal(int thousandths, char *buf, size_t size)
{
	snprintf(buf, size, "%s%d.%03d", thousandths < 0 ? "-" : "",
		 abs(thousandths) / 1000, abs(thousandths) % 1000);
	return buf;
}

const char *frag_mib_text(uint64_t pages, uint64_t page_size, char *buf,
			  size_t size)
{
	snprintf(buf, size, "%.2f MiB",
		 (double)pages * (double)page_size / (1024 * 1024));
	return buf;
}

void frag_wrapped_print(FILE *out, unsigned indent, const char *text)
{
	unsigned column = 0;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (column && column + 1 + n > FRAG_PAGE_COLUMNS) {
			fputc('\n', out);
			column = 0;
		}
		column += (unsigned)fprintf(out, "%*s%.*s",
					    column ? 1 : (int)indent, "",
					    (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
	if (column)
		fputc('\n', out);
}

const char *frag_zone_title(const struct frag_zone *z, char *buf, size_t size)
{
	if (z->node < 0)
		snprintf(buf, size, "all zones");
	else
		snprintf(buf, size, "node %d, zone %s", z->node, z->name);
	return buf;
}

void frag_machine_print(FILE *out, const struct frag_picture *p)
{
	char plain[256];

	frag_text_plain(frag_text_of(p->origin, strlen(p->origin)), plain,
			sizeof(plain));
	if (p->kernel[0])
		fprintf(out, "Linux %s, ", p->kernel);
	fprintf(out, "%s%s\n", p->is_bare || p->is_live ? "" : "recorded in ",
		plain);
	fprintf(out, "pages of %" PRIu64 " KiB, orders 0 to %u",
		p->page_size / 1024, p->orders - 1);
	if (p->pageblock_order >= 0)
		fprintf(out, ", pageblocks of order [%d] = %" PRIu64 " KiB",
			p->pageblock_order,
			(p->page_size << p->pageblock_order) / 1024);
	fputc('\n', out);
}
