// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Knows where things that can be fetched again are kept, and what a bzImage
 * says of itself.
 */
#include "vm/kernel.h"

#include <errno.h>
#include <stdlib.h>

#include "base/path.h"

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
		frag_error_mend(e, "export XDG_CACHE_HOME=/var/tmp/cache");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -EINVAL;
	}
	if (n < 0 || (size_t)n >= size)
		return frag_fail(e, -ENAMETOOLONG,
				 "the path of the cache is too long");
	return frag_mkdirs(path, e);
}
