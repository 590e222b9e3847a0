/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing all of it, in as many calls as the kernel wants. */
#ifndef FRAGBENCH_BASE_WRITE_H
#define FRAGBENCH_BASE_WRITE_H

#include <stddef.h>

/* Write the @n bytes of @data to @fd, which must not be non-blocking; 0 or a
 * negative errno, of which some may be written then. */
int frag_write_all(int fd, const void *data, size_t n);

#endif
