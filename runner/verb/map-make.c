// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes the view of a map in one pass: a scan or a file goes to the census, to
 * the file that is saved and, frame by frame beside an earlier map, to what
 * changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verb/map-make.h"

/* One pass. save: the file being written, if it is_saved. then: the earlier
 * map, read in step; NULL when there is none. */
struct pass {
	struct frag_map_view *view;
	struct frag_map_writer save;
	bool is_saved;
	struct frag_map_reader *then;
	struct frag_map_run old; /* of it, from the frame at hand on */
	int error;
	struct frag_error *e;
};

static enum frag_change change_of(uint8_t before, uint8_t after)
{
	bool was_free = frag_kind_is_free(before);
	bool is_free = frag_kind_is_free(after);

	if (was_free != is_free)
		return is_free ? FRAG_CHANGE_FREED : FRAG_CHANGE_TAKEN;
	return is_free || before == after ? FRAG_CHANGE_NONE
					  : FRAG_CHANGE_OTHER;
}

static void changes_put(struct pass *p, const struct frag_map_run *run)
{
	uint64_t pfn = run->pfn;
	uint64_t left = run->frames;

	while (left && !p->error) {
		enum frag_change change;
		uint64_t n;
		int rc = 1;

		if (!p->old.frames)
			rc = frag_map_next(p->then, &p->old, p->e);
		if (rc <= 0) {
			p->error = rc;
			return;
		}
		n = left < p->old.frames ? left : p->old.frames;
		change = change_of(p->old.kind, run->kind);
		/* A hole in both is no news. */
		if (p->old.kind || run->kind) {
			p->view->changes[change] += n;
			frag_map_grid_change(&p->view->grid, pfn, n, change);
		}
		pfn += n;
		left -= n;
		p->old.frames -= n;
	}
}

static void run_put(void *pass, const struct frag_map_run *run)
{
	struct pass *p = pass;

	frag_census_put(&p->view->census, run);
	if (p->is_saved)
		frag_map_put(&p->save, run);
	if (p->then)
		changes_put(p, run);
}

static int file_walk(struct pass *p, struct frag_map_reader *r)
{
	struct frag_map_run run;
	int rc;

	while ((rc = frag_map_next(r, &run, p->e)) > 0)
		run_put(p, &run);
	return rc;
}

/* The census of the earlier map, and that it is of the same machine. */
static int before_read(struct frag_map_view *v, const char *path,
		       struct frag_map_reader *again, struct frag_error *e)
{
	struct frag_map_reader r;
	int rc = frag_map_open(&r, AT_FDCWD, path, e);

	if (rc)
		return rc;
	v->has_before = true;
	snprintf(v->before, sizeof(v->before), "%s", path);
	v->before_head = r.head;
	rc = frag_census_read(&v->before_census, &r, NULL, NULL, e);
	frag_map_close(&r);
	if (rc)
		return rc;
	if (v->head.page_size == v->before_head.page_size &&
	    v->head.first == v->before_head.first &&
	    v->head.frames == v->before_head.frames &&
	    v->head.pageblock_order == v->before_head.pageblock_order)
		return frag_map_open(again, AT_FDCWD, path, e);
	frag_fail(e, 0, "cannot hold %s against %s", v->origin, path);
	frag_error_why(e, "they are of machines with different memory");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -EINVAL;
}

static int pass_make(struct pass *p, const struct frag_map_source *s,
		     struct frag_map_reader *file, struct frag_error *e)
{
	struct frag_map_view *v = p->view;
	int rc = 0;
	int end;

	if (s->save) {
		rc = frag_map_create(&p->save, s->dirfd, s->save, &v->head, e);
		if (rc)
			return rc;
		p->is_saved = true;
	}
	frag_census_begin(&v->census, &v->head, frag_map_grid_block, &v->grid);
	rc = file ? file_walk(p, file)
		  : frag_map_scan(&v->head, s->root, NULL, 0, run_put, p, e);
	rc = rc ? rc : p->error;
	end = p->is_saved ? frag_map_end(&p->save) : 0;
	if (end && !rc)
		rc = frag_fail(e, end, "cannot write %s", s->save);
	end = frag_census_end(&v->census);
	if (end && !rc)
		rc = frag_fail(e, end, "cannot take the census");
	/* Half a map is none. */
	if (rc && s->save)
		unlinkat(s->dirfd, s->save, 0);
	return rc;
}

int frag_map_view_make(struct frag_map_view *v, const struct frag_map_source *s,
		       struct frag_error *e)
{
	struct pass p = { .view = v, .e = e };
	struct frag_map_reader file = { .fd = -1 };
	struct frag_map_reader then = { .fd = -1 };
	int rc;

	memset(v, 0, sizeof(*v));
	snprintf(v->origin, sizeof(v->origin), "%s",
		 s->load    ? s->load
		 : *s->root ? s->root
			    : "this machine");
	rc = s->load ? frag_map_open(&file, AT_FDCWD, s->load, e)
		     : frag_map_head_read(&v->head, s->root, e);
	if (!rc && s->load)
		v->head = file.head;
	if (!rc)
		rc = frag_map_grid_make(&v->grid, &v->head, s->width,
					s->is_hilbert, e);
	if (!rc && s->before) {
		rc = before_read(v, s->before, &then, e);
		p.then = &then;
	}
	if (!rc)
		rc = pass_make(&p, s, s->load ? &file : NULL, e);
	frag_map_close(&file);
	frag_map_close(&then);
	return rc;
}

void frag_map_view_free(struct frag_map_view *v)
{
	frag_census_free(&v->census);
	frag_census_free(&v->before_census);
	free(v->grid.cells);
	v->grid.cells = NULL;
}
