/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel module says of itself, in the section .modinfo of its file. */
#ifndef FRAGBENCH_VM_MODINFO_H
#define FRAGBENCH_VM_MODINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "fragbench/error.h"

/* A module's file, whole; image is owned, NULL for an empty file. */
struct frag_modfile {
	unsigned char *image;
	size_t size;
};

/* Read the file @path; with @unpack what is compressed (gzip, xz, zstd) is
 * unpacked, what is not is taken as it is. */
int frag_modfile_read(struct frag_modfile *m, const char *path, bool unpack,
		      struct frag_error *e);

void frag_modfile_free(struct frag_modfile *m);

/*
 * The value of @key ("depends", "vermagic") in the .modinfo of the 64-bit
 * little-endian ELF file in @image, or NULL when there is none or it is not
 * such a file. It points into @image and ends with NUL. Never reads outside,
 * whatever the file holds.
 */
const char *frag_modinfo(const void *image, size_t size, const char *key);

#endif
