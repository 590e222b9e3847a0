/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debian's kernels: found in the cache or the archive. */
#ifndef FRAGBENCH_VM_DEBIAN_DEBIAN_H
#define FRAGBENCH_VM_DEBIAN_DEBIAN_H

#include "vm/debian/offers.h"

/* As frag_kernel_find(), for @asked behind "debian:". */
int frag_debian_find(struct frag_kernel *k, const char *asked, bool offline,
		     FILE *say, struct frag_error *e);

/* As frag_kernels_list(). */
int frag_debian_list(struct frag_kernel_row **rows, size_t *count, bool offline,
		     FILE *say, struct frag_error *e);

/*
 * All kernels that the archive has (not when @offline) and that lie in the
 * cache, sorted. When the archive cannot be asked, that is told and those in
 * the cache stand, unless there are none.
 */
int frag_debian_offers(struct frag_offers *o, struct frag_apt *a, bool offline,
		       struct frag_error *e);

/*
 * Fetching something of @o has come to @failed. 0: @o has been made anew, and
 * it is to be tried once more; else (nothing was to be fetched, or the archive
 * had been asked for @o just before) what it comes to. The rows of @o move.
 */
int frag_debian_renew(struct frag_offers *o, struct frag_apt *a, int failed);

/* Say that none of @o is called @asked, and which there are. */
int frag_debian_none(const struct frag_offers *o, const char *asked,
		     bool offline, struct frag_error *e);

/* Open apt's folder; fails with CANNOT on a machine that is not amd64. */
int frag_debian_open(struct frag_apt *a, FILE *say, struct frag_error *e);

#endif
