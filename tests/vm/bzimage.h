/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that say of themselves that they are kernels. */
#ifndef FRAGBENCH_TESTS_BZIMAGE_H
#define FRAGBENCH_TESTS_BZIMAGE_H

#include "scratch.h"

/* The header of a bzImage that says @version of itself (NULL: nothing), as file
 * @name. */
static inline void image_make(struct scratch *s, const char *name,
			      const char *version)
{
	static const char magic[] = { 'H', 'd', 'r', 'S' };
	char head[0x400] = "";

	memcpy(head + 0x202, magic, sizeof(magic));
	head[0x207] = 2; /* protocol 2.15 */
	head[0x206] = 15;
	head[0x211] = 1; /* loaded high */
	if (version) {
		head[0x20f] = 1; /* 0x200 + 0x100 */
		snprintf(head + 0x300, 0x100, "%s", version);
	}
	scratch_bytes(s, name, head, sizeof(head));
}

#endif
