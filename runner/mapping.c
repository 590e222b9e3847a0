// SPDX-License-Identifier: GPL-2.0-or-later
/* Names the maps of a run, and keeps half of one from being left behind. */
#include "mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "clock.h"

enum { NAME_SIZE = 128 };

int frag_mapping_begin(struct frag_mapping *m, struct frag_rundir *rd,
		       struct frag_error *e)
{
	if (mkdirat(rd->dirfd, "maps", 0755))
		return frag_fail(e, -errno, "cannot make %s/maps", rd->path);
	json_object_set_new(rd->manifest, "maps", json_array());
	m->is_on = true;
	return 0;
}

static void map_tell(struct frag_rundir *rd, const char *name,
		     const char *phase, uint64_t t_ns)
{
	uint64_t scan_ns = frag_now() - rd->start_ns - t_ns;

	frag_rundir_describe(rd, name,
			     "what every frame is used for, at a phase end: a "
			     "map of the physical memory",
			     NULL);
	json_array_append_new(json_object_get(rd->manifest, "maps"),
			      json_pack("{s:s, s:s, s:I, s:I}", "phase", phase,
					"file", name, "t_ns", (json_int_t)t_ns,
					"scan_ns", (json_int_t)scan_ns));
}

static void note(struct frag_mapping *m, struct frag_rundir *rd,
		 const char *phase, const struct frag_error *why)
{
	m->is_on = false;
	frag_rundir_warn(rd, false, phase, "no maps: %s: %s%s%s", why->what,
			 why->why, why->mend[0] ? "; mend: " : "", why->mend);
}

/* Scan into @name. What was looked at in vain goes to @why: a positive number
 * then. */
static int map_write(struct frag_mapping *m, struct frag_rundir *rd,
		     const char *name, const uint8_t *owners, uint64_t nowners,
		     struct frag_error *why, struct frag_error *e)
{
	struct frag_map_writer w;
	int rc = frag_map_head_read(&m->head, "", why);
	int end;

	if (rc)
		return -rc;
	rc = frag_map_create(&w, rd->dirfd, name, &m->head, e);
	if (rc)
		return rc;
	rc = frag_map_scan(&m->head, "", owners, nowners, frag_map_put, &w,
			   why);
	end = frag_map_end(&w);
	if (end)
		frag_fail(e, end, "cannot write %s/%s", rd->path, name);
	if (rc || end)
		unlinkat(rd->dirfd, name, 0);
	return end ? end : -rc;
}

int frag_mapping_take(struct frag_mapping *m, struct frag_rundir *rd,
		      const char *phase, const uint8_t *owners,
		      uint64_t nowners, struct frag_error *e)
{
	struct frag_error why = { 0 };
	char name[NAME_SIZE];
	char clean[64];
	uint64_t t_ns;
	int rc;

	if (!m->is_on)
		return 0;
	t_ns = frag_now() - rd->start_ns;
	snprintf(name, sizeof(name), "maps/%02u-%s.map", m->taken,
		 frag_name_clean(phase, clean, sizeof(clean)));
	rc = map_write(m, rd, name, owners, nowners, &why, e);
	if (rc > 0) {
		note(m, rd, phase, &why);
		return 0;
	}
	if (rc)
		return rc;
	m->taken++;
	map_tell(rd, name, phase, t_ns);
	return 0;
}
