/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of a run directory that may be kept compressed: NAME, or NAME.gz. */
#ifndef FRAGBENCH_BASE_PACKED_H
#define FRAGBENCH_BASE_PACKED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Open @name in @dirfd to read; where there is none but NAME.gz, what that
 * holds, unpacked into memory. Returns a descriptor at the start of the text,
 * which is the caller's, or a negative errno: -ENOENT when there is neither,
 * -EBADMSG when NAME.gz is damaged, -EFBIG above 1 GiB.
 */
int frag_packed_open(int dirfd, const char *name);

/* Is there NAME or NAME.gz that may be read? If not, errno says why. */
bool frag_packed_is_there(int dirfd, const char *name);

/* Write @n bytes of @data to @name in @dirfd, which must not be there; above
 * @plain_up_to bytes to NAME.gz. The same bytes make the same file. Returns 0
 * or a negative errno. */
int frag_packed_write(int dirfd, const char *name, const void *data, size_t n,
		      size_t plain_up_to);

#endif
