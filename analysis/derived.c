// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a derived table so that it is either whole or not there, and never
 * over one that was sealed with the run. */
#include "derived.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/packed.h"

/* Is there a table @name that the manifest vouches for? Any other may have been
 * derived while the run was still going on. */
static bool is_sealed(const struct frag_run *r, const char *name)
{
	const json_t *file;
	size_t i;

	if (!frag_packed_is_there(r->dirfd, name))
		return false;
	json_array_foreach(json_object_get(r->manifest, "files"), i, file)
	{
		if (!strcmp(frag_json_string(file, "name"), name))
			return frag_json_string(file, "sha256")[0];
	}
	return false;
}

int frag_derived_begin(struct frag_derived *d, const struct frag_run *r,
		       const char *name)
{
	int rc;

	if (is_sealed(r, name))
		return 0;
	*d = (struct frag_derived){ .dirfd = r->dirfd, .name = name };
	snprintf(d->side, sizeof(d->side), ".%s.new", name);
	unlinkat(d->dirfd, d->side, 0);
	rc = frag_csv_create(&d->csv, d->dirfd, d->side, r->e);
	if (rc)
		frag_csv_close(&d->csv);
	return rc ? rc : 1;
}

void frag_derived_header(struct frag_derived *d, json_t *columns)
{
	const json_t *column;
	size_t i;

	json_array_foreach(columns, i, column)
		frag_csv_text(&d->csv, frag_json_string(column, "name"));
	frag_csv_end(&d->csv);
	json_decref(columns);
}

int frag_derived_end(struct frag_derived *d, bool keep, struct frag_error *e)
{
	int rc = frag_csv_close(&d->csv);

	if (!rc && keep && renameat(d->dirfd, d->side, d->dirfd, d->name))
		rc = -errno;
	if (rc || !keep)
		unlinkat(d->dirfd, d->side, 0);
	return rc ? frag_fail(e, rc, "cannot write %s", d->name) : 0;
}

json_t *frag_derived_column(const char *name, const char *unit,
			    const char *about)
{
	return json_pack("{s:s,s:s,s:s}", "name", name, "unit", unit, "about",
			 about);
}
