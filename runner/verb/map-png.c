// SPDX-License-Identifier: GPL-2.0-or-later
/* Lets Python draw a map into a side folder, and puts the picture in its
 * place. */
#include "verb/map-png.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verb/report-python.h"

static int place_fail(const char *path, int rc, struct frag_error *e)
{
	frag_fail(e, rc, "cannot write %s", path);
	if (rc == -EEXIST)
		frag_error_mend(e, "choose another name: nothing is "
				   "overwritten");
	return rc;
}

int frag_map_png_begin(struct frag_map_png *p, const char *path,
		       struct frag_error *e)
{
	const char *slash = strrchr(path, '/');
	int above = slash ? (int)(slash - path) + 1 : 0;

	*p = (struct frag_map_png){ .path = path, .dirfd = -1 };
	if (!access(path, F_OK))
		return place_fail(path, -EEXIST, e);
	snprintf(p->side, sizeof(p->side), "%.*s.map-XXXXXX", above, path);
	if (!mkdtemp(p->side))
		return place_fail(path, -errno, e);
	p->dirfd = open(p->side, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->dirfd >= 0)
		return 0;
	rmdir(p->side);
	return place_fail(path, -errno, e);
}

int frag_map_png_draw(struct frag_map_png *p, const struct frag_map_source *s,
		      struct frag_error *e)
{
	char drawn[PATH_MAX + 16];
	char scan[PATH_MAX + 16];
	char script[PATH_MAX + 64];
	const char *map = s->load ? s->load : s->save;
	int rc = frag_script_find(script, sizeof(script), "picture.py", e);

	if (rc)
		return rc;
	snprintf(drawn, sizeof(drawn), "%s/map.png", p->side);
	snprintf(scan, sizeof(scan), "%s/%s", p->side, s->save ? s->save : "");
	if (s->dirfd == p->dirfd)
		map = scan;
	rc = frag_python_run((const char *const[]){
		script, drawn, map, s->before ? s->before : "",
		s->is_hilbert ? "--hilbert" : NULL, NULL });
	if (rc)
		return frag_python_fail(rc, "the map", e);
	/* link, not rename: nothing is overwritten. */
	if (link(drawn, p->path))
		return place_fail(p->path, -errno, e);
	return 0;
}

void frag_map_png_end(struct frag_map_png *p)
{
	unlinkat(p->dirfd, "map.png", 0);
	unlinkat(p->dirfd, "scan.map", 0);
	close(p->dirfd);
	rmdir(p->side);
}
