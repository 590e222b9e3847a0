// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * This program as a file that starts somewhere else: asks the dynamic linker
 * what it has loaded, and puts each object where the linker of the guest, which
 * has no ld.so.cache, looks for it.
 */
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "vm/initramfs.h"

enum { OBJECTS_MAX = 64 };

/* interpreter: of the program; NULL: it is static. paths: as the linker opened
 * them; owned. */
struct objects {
	char *interpreter;
	char *paths[OBJECTS_MAX];
	unsigned count;
	bool is_full;
};

static bool is_known(const struct objects *o, const char *path)
{
	if (o->interpreter && !strcmp(o->interpreter, path))
		return true;
	for (unsigned i = 0; i < o->count; i++)
		if (!strcmp(o->paths[i], path))
			return true;
	return false;
}

/* The program's own entry has no name; vdso has one and is no file. */
static int object_note(struct dl_phdr_info *info, size_t size, void *data)
{
	struct objects *o = data;
	const char *path = info->dlpi_name;

	(void)size;
	for (unsigned i = 0; !*path && i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_INTERP)
			o->interpreter = strdup(
				(const char *)(info->dlpi_addr +
					       info->dlpi_phdr[i].p_vaddr));
	if (!strchr(path, '/') || is_known(o, path))
		return 0;
	if (o->count < OBJECTS_MAX)
		o->paths[o->count] = strdup(path);
	if (o->count == OBJECTS_MAX || !o->paths[o->count]) {
		o->is_full = true;
		return 1;
	}
	o->count++;
	return 0;
}

static void objects_free(struct objects *o)
{
	for (unsigned i = 0; i < o->count; i++)
		free(o->paths[i]);
	free(o->interpreter);
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * The folder that the C library came from: one that the linker looks in by
 * itself, whatever RUNPATH, LD_LIBRARY_PATH or ld.so.cache said.
 */
static void default_folder(const struct objects *o, char *buf, size_t size)
{
	snprintf(buf, size, "/lib");
	for (unsigned i = 0; i < o->count; i++) {
		const char *path = o->paths[i];
		char *real = NULL;

		if (strncmp(base_of(path), "libc.so.", 8))
			continue;
		if (!frag_initramfs_is_plain(path))
			path = real = realpath(path, NULL);
		if (path)
			snprintf(buf, size, "%.*s",
				 (int)(base_of(path) - path - 1), path);
		free(real);
	}
}

/*
 * Into the linker's own @folder: the guest mounts over some of the others
 * (/tmp, /run). A link at its own path serves who asks for it by that; one
 * that was found through ".." ($ORIGIN/../lib) has no such path there.
 */
static int object_add(struct frag_initramfs *a, const char *path,
		      const char *folder, struct frag_error *e)
{
	char to[256];
	int r;

	snprintf(to, sizeof(to), "%s/%s", folder, base_of(path));
	r = frag_initramfs_file(a, path, to, e);
	if (r || !frag_initramfs_is_plain(path) || !strcmp(to, path))
		return r;
	return frag_initramfs_link(a, to, path, e);
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat one, two;

	return !stat(a, &one) && !stat(b, &two) && one.st_dev == two.st_dev &&
	       one.st_ino == two.st_ino;
}

static int objects_add(struct frag_initramfs *a, const struct objects *o,
		       struct frag_error *e)
{
	char folder[256];
	int r = 0;

	if (o->interpreter && is_same_file("/proc/self/exe", o->interpreter)) {
		frag_fail(e, 0, "cannot take this program into a guest");
		frag_error_why(e, "it was started through %s", o->interpreter);
		frag_error_mend(e, "start fragbench by its own path");
		return -EINVAL;
	}
	if (o->is_full) {
		frag_fail(e, 0, "cannot take this program into a guest");
		frag_error_why(e, "it has more than %d shared objects",
			       OBJECTS_MAX);
		return -E2BIG;
	}
	if (o->interpreter)
		r = frag_initramfs_file(a, o->interpreter, o->interpreter, e);
	default_folder(o, folder, sizeof(folder));
	for (unsigned i = 0; i < o->count && !r; i++)
		r = object_add(a, o->paths[i], folder, e);
	return r;
}

int frag_initramfs_program(struct frag_initramfs *a, struct frag_error *e)
{
	static const char *const folders[] = { "/proc", "/sys", "/dev", "/tmp",
					       "/run" };
	struct objects o = { 0 };
	int r = 0;

	for (unsigned i = 0; i < sizeof(folders) / sizeof(folders[0]) && !r;
	     i++)
		r = frag_initramfs_folder(a, folders[i], e);
	if (!r)
		r = frag_initramfs_device(a, "/dev/console", 5, 1, e);
	if (!r)
		r = frag_initramfs_device(a, "/dev/null", 1, 3, e);
	if (!r)
		r = frag_initramfs_file(a, "/proc/self/exe", "/fragbench", e);
	if (!r) {
		dl_iterate_phdr(object_note, &o);
		r = objects_add(a, &o, e);
	}
	objects_free(&o);
	return r;
}
