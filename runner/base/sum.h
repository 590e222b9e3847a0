/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checksum by which a sealed run vouches for its files. */
#ifndef FRAGBENCH_BASE_SUM_H
#define FRAGBENCH_BASE_SUM_H

enum { FRAG_SUM_SIZE = 65 };

/* The SHA-256 of what @name in @dirfd holds, packed (packed.h) or not, in
 * hexadecimal into @sum, of FRAG_SUM_SIZE bytes. 0 or a negative errno. */
int frag_packed_sum(int dirfd, const char *name, char *sum);

#endif
