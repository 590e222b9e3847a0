/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packages are fetched and unpacked side by side into a folder of the cache,
 * which is there whole or not at all. */
#ifndef FRAGBENCH_VM_DEBIAN_UNPACK_H
#define FRAGBENCH_VM_DEBIAN_UNPACK_H

#include "vm/debian/apt.h"

/* Where a tree lies while it is not whole: ROOT/work/tree. */
#define FRAG_UNPACK_TREE "work/tree"

/*
 * With the lock held: fetch @packages ("NAME=VERSION" or "NAME", ends with
 * NULL) and unpack them over one another into ROOT/work/tree, which is new.
 * What an earlier call left there is gone.
 */
int frag_unpack(struct frag_apt *a, char *const *packages,
		struct frag_error *e);

/* More packages into the same tree. */
int frag_unpack_more(struct frag_apt *a, char *const *packages,
		     struct frag_error *e);

/* The tree is whole: it is to be ROOT/@name. */
int frag_unpack_keep(struct frag_apt *a, const char *name,
		     struct frag_error *e);

/* Remove what is left of the work; for the way out after a failure. */
void frag_unpack_drop(struct frag_apt *a);

/* With the lock held: remove the tree ROOT/@name, as far as can be. */
void frag_unpack_remove(struct frag_apt *a, const char *name);

#endif
