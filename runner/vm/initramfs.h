/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole of a guest's userland: a newc archive (written by libarchive) of
 * the running program, the shared objects that it has loaded, kernel modules
 * and a job. It lives in a memfd: nothing is left behind.
 */
#ifndef FRAGBENCH_VM_INITRAMFS_H
#define FRAGBENCH_VM_INITRAMFS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "fragbench/error.h"

struct archive;

struct frag_initramfs {
	struct archive *archive;
	int fd; /* memfd that the archive is written to */
	char (*folders)[256]; /* that it has so far; owned */
	size_t nfolders;
};

/* Begin an empty archive; end with _finish() or _drop(). Errors of any call
 * below are negative errnos with @e filled. */
int frag_initramfs_begin(struct frag_initramfs *a, struct frag_error *e);

/* In all that follow @to is a plain path in the guest ("/a/b"), shorter than
 * 256 bytes; folders above it are made. Paths are not to be added twice. */

/* Is @to one: absolute, without "//", "." and ".." in it? */
bool frag_initramfs_is_plain(const char *to);

/* Add the regular file @from of this machine as @to, 0755 or 0644. */
int frag_initramfs_file(struct frag_initramfs *a, const char *from,
			const char *to, struct frag_error *e);

/* Add a file of @size bytes with mode @mode (0644). */
int frag_initramfs_text(struct frag_initramfs *a, const char *to,
			const void *text, size_t size, unsigned mode,
			struct frag_error *e);

/* Add an empty folder; nothing when it is there. */
int frag_initramfs_folder(struct frag_initramfs *a, const char *to,
			  struct frag_error *e);

/* Add a symbolic link to @target. */
int frag_initramfs_link(struct frag_initramfs *a, const char *target,
			const char *to, struct frag_error *e);

/* Add a character device. */
int frag_initramfs_device(struct frag_initramfs *a, const char *to,
			  unsigned major, unsigned minor, struct frag_error *e);

/*
 * Add the running program as /fragbench, the program interpreter and every
 * shared object that is loaded into it, where the interpreter will look for
 * it; the folders that a guest mounts on: /proc /sys /dev /tmp
 * /run; and /dev/console, which the kernel opens for PID 1, and /dev/null.
 */
int frag_initramfs_program(struct frag_initramfs *a, struct frag_error *e);

/*
 * Add the kernel module @name ("virtio_console") and whatever it needs from the
 * folder @modules (lib/modules/RELEASE), uncompressed, below /modules, and append
 * their paths in the guest to @order in the order to load them in (none twice).
 * A module that is built in (modules.builtin) adds nothing. *found: false when
 * the kernel has it neither way. What a module needs it says itself (depends in
 * .modinfo): depmod need not have been run, and in a package it was not.
 */
int frag_initramfs_module(struct frag_initramfs *a, const char *modules,
			  const char *name, json_t *order, bool *found,
			  struct frag_error *e);

/* Close the archive and hand over the memfd, at its beginning, to the caller.
 * Nothing is left of @a, whatever comes out. */
int frag_initramfs_finish(struct frag_initramfs *a, int *fd,
			  struct frag_error *e);

void frag_initramfs_drop(struct frag_initramfs *a);

/*
 * A module of the user's own: is the file @path a kernel module that says it
 * is for @release (vermagic in .modinfo)? 0, or a negative errno with @e filled
 * (-EINVAL for what is none, with exit code FRAG_EXIT_USAGE). An unknown
 * release ("") is not checked. A compressed one is refused.
 */
int frag_module_check(const char *path, const char *release,
		      struct frag_error *e);

#endif
