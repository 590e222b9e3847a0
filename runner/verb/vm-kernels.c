// SPDX-License-Identifier: GPL-2.0-or-later
/* `vm kernels` and `vm headers`: what guests can be booted with. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "verb/vm.h"

enum { COLUMNS = 5 };

/* The cells of one row of the table. */
static void row_cells(const struct frag_kernel_row *row,
		      const char *cells[COLUMNS])
{
	cells[0] = row->name;
	cells[1] = row->release;
	cells[2] = row->version;
	cells[3] = *row->suite ? row->suite : "-";
	cells[4] = row->is_cached ? "yes" : "no";
}

static void table_print(const struct frag_kernel_row *rows, size_t count)
{
	const char *cells[COLUMNS] = { "kernel", "release", "package", "suite",
				       "cached" };
	int widths[COLUMNS];

	for (unsigned c = 0; c < COLUMNS; c++)
		widths[c] = (int)strlen(cells[c]);
	for (size_t i = 0; i < count; i++) {
		const char *row[COLUMNS];

		row_cells(&rows[i], row);
		for (unsigned c = 0; c < COLUMNS; c++)
			if ((int)strlen(row[c]) > widths[c])
				widths[c] = (int)strlen(row[c]);
	}
	for (size_t i = 0; i <= count; i++) {
		if (i)
			row_cells(&rows[i - 1], cells);
		for (unsigned c = 0; c + 1 < COLUMNS; c++)
			printf("%-*s  ", widths[c], cells[c]);
		printf("%s\n", cells[COLUMNS - 1]);
	}
}

static void table_dump(const struct frag_kernel_row *rows, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:o, s:o, s:b}", "kernel",
				  frag_json_text(rows[i].name), "release",
				  frag_json_text(rows[i].release), "package",
				  frag_json_text(rows[i].version), "suite",
				  frag_json_text(rows[i].suite), "cached",
				  (int)rows[i].is_cached));
	json_dumpf(list, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(list);
}

int frag_vm_kernels(const struct vm_options *o, struct frag_error *e)
{
	struct frag_kernel_row *rows = NULL;
	size_t count = 0;
	int rc = frag_kernels_list(&rows, &count, o->offline, stderr, e);

	if (!rc && o->json)
		table_dump(rows, count);
	else if (!rc)
		table_print(rows, count);
	free(rows);
	return rc;
}

int frag_vm_headers(const struct vm_options *o, const char *spec,
		    struct frag_error *e)
{
	char path[FRAG_KERNEL_PATH];
	int rc = frag_kernel_headers(spec, o->offline, stderr, path,
				     sizeof(path), e);

	if (!rc)
		puts(path);
	return rc;
}
