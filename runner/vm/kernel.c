// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Knows where things that can be fetched again are kept, and what a bzImage
 * says of itself.
 */
#include "vm/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "vm/debian/debian.h"
#include "vm/image.h"

int frag_cache_dir(char *path, size_t size, struct frag_error *e)
{
	const char *base = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	int n;

	/* The XDG rules: a relative path in the variable does not count. */
	if (base && base[0] == '/') {
		n = snprintf(path, size, "%s/fragbench", base);
	} else if (home && home[0] == '/') {
		n = snprintf(path, size, "%s/.cache/fragbench", home);
	} else {
		frag_fail(e, 0, "cannot tell where the cache is");
		frag_error_why(e, "neither XDG_CACHE_HOME nor HOME is set");
		frag_error_mend(e,
				"export HOME=\"$(getent passwd $(id -u) | cut "
				"-d: -f6)\"");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -EINVAL;
	}
	if (n < 0 || (size_t)n >= size)
		return frag_fail(e, -ENAMETOOLONG,
				 "the path of the cache is too long");
	return frag_mkdirs(path, e);
}

static int path_find(struct frag_kernel *k, const char *spec,
		     struct frag_error *e)
{
	char *whole = realpath(spec, NULL);
	int rc;

	if (!whole || strlen(whole) >= sizeof(k->image)) {
		frag_error_exit(e, FRAG_EXIT_USAGE);
		rc = frag_fail(e, whole ? -ENAMETOOLONG : -errno,
			       "cannot open the kernel %s", spec);
	} else {
		strcpy(k->image, whole);
		rc = frag_image_release(whole, k->release, sizeof(k->release),
					e);
	}
	free(whole);
	return rc;
}

/* A folder lib/modules/RELEASE beside a kernel by path is not looked for: which
 * one belongs to it cannot be told from a name alone. */
int frag_kernel_find(struct frag_kernel *k, const char *spec, bool offline,
		     FILE *say, struct frag_error *e)
{
	*k = (struct frag_kernel){ 0 };
	snprintf(k->name, sizeof(k->name), "%s", spec);
	if (strchr(spec, '/') || !access(spec, F_OK))
		return path_find(k, spec, e);
	if (!strncmp(spec, "debian:", 7) && spec[7])
		return frag_debian_find(k, spec + 7, offline, say, e);
	frag_fail(e, 0, "cannot tell what kernel '%s' is", spec);
	frag_error_why(e, "there is no such file, and it is not "
			  "debian:VERSION");
	frag_error_mend(e, "fragbench vm kernels");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

int frag_kernels_list(struct frag_kernel_row **rows, size_t *count,
		      bool offline, FILE *say, struct frag_error *e)
{
	return frag_debian_list(rows, count, offline, say, e);
}
