/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a bzImage says of itself. */
#ifndef FRAGBENCH_VM_IMAGE_H
#define FRAGBENCH_VM_IMAGE_H

#include <stddef.h>

#include "fragbench/error.h"

/* What uname -r will say once @path runs, as far as it fits; "" when the image
 * does not tell. -EINVAL when it is no bzImage. */
int frag_image_release(const char *path, char *release, size_t size,
		       struct frag_error *e);

#endif
