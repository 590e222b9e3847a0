// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel headers of a Debian kernel, fit to build modules against. */
#include <errno.h>

#include "vm/debian.h"

int frag_kernel_headers(const char *spec, bool offline, FILE *say, char *path,
			size_t size, struct frag_error *e)
{
	(void)offline;
	(void)say;
	(void)path;
	(void)size;
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return frag_fail(e, -ENOSYS, "no headers for %s", spec);
}
