/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debian's version numbers: their order, and what part of one is asked for. */
#ifndef FRAGBENCH_VM_DEBIAN_VERSION_H
#define FRAGBENCH_VM_DEBIAN_VERSION_H

#include <stdbool.h>
#include <stddef.h>

/* <0, 0 or >0 as version @a is before, the same as or behind @b; the order of
 * deb-version(7): '~' is before the end, letters are before other signs. */
int frag_version_compare(const char *a, const char *b);

/*
 * Does @asked name the version @version? It does when it is the whole of it, or
 * its beginning up to the end of a number: "6.1" names "6.1.192-2" and
 * "6.1~rc3-1", and neither "6.12.1-1" nor "6.10-1".
 */
bool frag_version_is(const char *asked, const char *version);

/* The first @numbers numbers of @version with the dots between: 2 of
 * "6.12.43-1~bpo12+1" is "6.12". */
void frag_version_head(const char *version, unsigned numbers, char *buf,
		       size_t size);

#endif
