/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tree of kernel headers is made to work where it lies, on this machine. */
#ifndef FRAGBENCH_VM_DEBIAN_HEADERS_FIT_H
#define FRAGBENCH_VM_DEBIAN_HEADERS_FIT_H

#include "fragbench/error.h"

/*
 * Fit the headers of @release in the tree @treefd, which has been unpacked from
 * Debian's headers packages, linux-kbuild, and the C library for the programs
 * in it. @tree is its path, for messages.
 */
int frag_headers_fit(int treefd, const char *tree, const char *release,
		     struct frag_error *e);

#endif
