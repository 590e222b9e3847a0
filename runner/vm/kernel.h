/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels that a guest can boot: a bzImage by its path, or one of Debian's,
 * fetched with apt-get from the archive that this system's own sources name,
 * unpacked into the cache and never installed.
 */
#ifndef FRAGBENCH_VM_KERNEL_H
#define FRAGBENCH_VM_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "fragbench/error.h"

enum { FRAG_KERNEL_PATH = 512 };

/*
 * One kernel. name: as it was asked for. image: absolute path of a bzImage.
 * release: what uname -r will say, from the image's own header. modules: the
 * folder lib/modules/RELEASE of the package, "" when there is none (also of
 * Debian's 6.19 to 7.1, whose modules the archive no longer has). package:
 * "NAME VERSION", "" for a path.
 */
struct frag_kernel {
	char name[FRAG_KERNEL_PATH];
	char image[FRAG_KERNEL_PATH];
	char release[128];
	char modules[FRAG_KERNEL_PATH];
	char package[256];
};

/* One line of `fragbench vm kernels`. */
struct frag_kernel_row {
	char name[64]; /* what --kernel takes: "debian:6.1" */
	char release[128];
	char version[64]; /* of the package */
	char suite[64]; /* where it is to be had, "" when only cached */
	bool is_cached;
};

/*
 * fragbench's folder for what can be fetched again: XDG_CACHE_HOME/fragbench,
 * or ~/.cache/fragbench; made when it is not there.
 */
int frag_cache_dir(char *path, size_t size, struct frag_error *e);

/*
 * Find the kernel @spec: the path of a bzImage (it holds a '/' or is a file),
 * or "debian:VERSION" where VERSION is a leading part of the upstream version
 * ("6.1", "6.12.48"); of several the newest. What is not in the cache is
 * fetched, unless @offline; progress goes to @say (NULL: none). Fails with exit
 * code FRAG_EXIT_CANNOT and a mend when it cannot be had here.
 */
int frag_kernel_find(struct frag_kernel *k, const char *spec, bool offline,
		     FILE *say, struct frag_error *e);

/* All kernels that can be had or are in the cache, oldest first; *rows is the
 * caller's to free. */
int frag_kernels_list(struct frag_kernel_row **rows, size_t *count,
		      bool offline, FILE *say, struct frag_error *e);

/*
 * The folder of kernel headers that modules for Debian's kernel @spec are
 * built against (make -C PATH M=$PWD modules): fetched and unpacked into the
 * cache like the kernel, fit to be used where it lies.
 */
int frag_kernel_headers(const char *spec, bool offline, FILE *say, char *path,
			size_t size, struct frag_error *e);

#endif
