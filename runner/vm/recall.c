// SPDX-License-Identifier: GPL-2.0-or-later
/* Which cells of a matrix were done by an earlier call: those that its state
 * tells of, and those whose run came home when it could not be noted any more. */
#include "vm/matrix-parts.h"

#include <dirent.h>
#include <string.h>

#include "base/json.h"
#include "run.h"

static struct frag_cell *cell_find(struct frag_matrix *m, json_int_t column,
				   json_int_t repeat)
{
	for (unsigned i = 0; i < m->ncells; i++)
		if (m->cells[i].column == column && m->cells[i].repeat == repeat)
			return &m->cells[i];
	return NULL;
}

static json_t *run_file(const struct frag_matrix *m, const char *run,
			const char *file)
{
	char path[600];

	snprintf(path, sizeof(path), "%.300s/%s", run, file);
	return frag_json_read(m->resume->dirfd, path, NULL);
}

/* The run @name is that of @cell; one whose directory has vanished is to be run
 * again. */
static bool cell_take(struct frag_matrix *m, struct frag_cell *cell,
		      const char *name)
{
	cell->summary = run_file(m, name, "summary.json");
	if (!cell->summary)
		return false;
	snprintf(cell->path, sizeof(cell->path), "%s/%s",
		 m->config.guest.output, name);
	cell->state = FRAG_CELL_DONE;
	cell->end = FRAG_GUEST_DONE;
	cell->was_before = true;
	cell->has_booted = true;
	return true;
}

static void row_recall(struct frag_matrix *m, const json_t *row)
{
	const char *name = json_string_value(json_object_get(row, "run"));
	json_t *column = json_object_get(row, "column");
	json_t *repeat = json_object_get(row, "repeat");
	struct frag_cell *cell = cell_find(m, json_integer_value(column),
					   json_integer_value(repeat));

	if (!cell || !name || cell->state == FRAG_CELL_DONE ||
	    !cell_take(m, cell, name))
		return;
	cell->code = (int)json_integer_value(json_object_get(row, "code"));
	cell->total_ns =
		(uint64_t)json_integer_value(json_object_get(row, "total_ns"));
}

/* The cell whose run has @manifest; NULL when it is none of this matrix, or is
 * not sealed. */
static struct frag_cell *cell_of(struct frag_matrix *m, const json_t *manifest)
{
	const char *series =
		json_string_value(json_object_get(manifest, "series"));
	const char *status =
		json_string_value(json_object_get(manifest, "status"));
	json_t *repeat = json_object_get(manifest, "repeat");

	if (!series || !*series || !status || strcmp(status, "done") != 0)
		return NULL;
	for (unsigned i = 0; i < m->ncolumns; i++)
		if (!strcmp(m->columns[i].series, series))
			return cell_find(m, i, json_integer_value(repeat));
	return NULL;
}

/* Sealed runs have their plain name, whatever went wrong has one behind it. */
static bool is_run(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return d->d_name[0] != '.' && d->d_type != DT_LNK &&
	       !(dot && (!strcmp(dot, ".partial") || !strcmp(dot, ".failed")));
}

static void run_recall(struct frag_matrix *m, const char *name)
{
	json_t *manifest = run_file(m, name, "manifest.json");
	struct frag_cell *cell = manifest ? cell_of(m, manifest) : NULL;

	if (cell && cell->state != FRAG_CELL_DONE && cell_take(m, cell, name))
		cell->code = frag_summary_exit(cell->summary);
	json_decref(manifest);
}

/* Killed between the arrival of a run and its note, or the disk was full. */
static void runs_search(struct frag_matrix *m)
{
	DIR *dir = opendir(m->config.guest.output);
	struct dirent *d;

	while (dir && (d = readdir(dir)))
		if (is_run(d))
			run_recall(m, d->d_name);
	if (dir)
		closedir(dir);
}

void frag_resume_recall(struct frag_matrix *m)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(m->resume->state, "done"), i, row)
		row_recall(m, row);
	if (m->config.is_kept && !m->resume->is_new)
		runs_search(m);
}
