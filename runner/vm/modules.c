// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the modules of a kernel in the tree that its package unpacks to, and
 * the order to load them in. There is no modules.dep in a package (depmod
 * writes it when the package is installed, and ours never is): a module is
 * found by its name, and says itself which others it needs.
 */
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "vm/initramfs.h"
#include "vm/modinfo.h"

enum { NAME_SIZE = 64, DEPTH_MAX = 16 };

/* What goes through the recursion. */
struct search {
	struct frag_initramfs *initramfs;
	const char *folder;
	json_t *order;
	struct frag_text builtin; /* lines "kernel/fs/fuse/fuse.ko" */
};

/*
 * The module's name from a file name "x/virtio-rng.ko.xz" of @n bytes:
 * "virtio_rng", as the kernel has it. False when it is no module's file.
 */
static bool module_name(const char *file, size_t n, char name[NAME_SIZE])
{
	static const char *const tails[] = { ".ko", ".ko.xz", ".ko.zst",
					     ".ko.gz" };
	const char *slash = memrchr(file, '/', n);
	const char *base = slash ? slash + 1 : file;
	size_t length = 0;

	n -= (size_t)(base - file);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		size_t tail = strlen(tails[i]);

		if (n > tail && !memcmp(base + n - tail, tails[i], tail))
			length = n - tail;
	}
	if (!length || length >= NAME_SIZE)
		return false;
	for (size_t i = 0; i < length; i++)
		name[i] = base[i];
	name[length] = '\0';
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	return true;
}

static bool is_builtin(const struct search *s, const char *wanted)
{
	struct frag_text rest = s->builtin;
	struct frag_text line;
	char name[NAME_SIZE];

	while (frag_text_line(&rest, &line))
		if (module_name(line.at, (size_t)(line.end - line.at), name) &&
		    !strcmp(name, wanted))
			return true;
	return false;
}

/* "updates" before "kernel" before "extra", and always the same. */
static int names_compare(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*b)->fts_name, (*a)->fts_name);
}

/* Find the file of the module @wanted; 0, 1 when there is none, or a negative
 * errno. */
static int file_find(const char *folder, const char *wanted, char *path,
		     size_t size, struct frag_error *e)
{
	char root[PATH_MAX];
	char *const roots[] = { root, NULL };
	char name[NAME_SIZE];
	int r = 1;
	FTSENT *entry;
	FTS *tree;

	snprintf(root, sizeof(root), "%s", folder);
	tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, names_compare);
	if (!tree)
		return frag_fail(e, -errno, "cannot look into %s", folder);
	while (r == 1 && (entry = fts_read(tree))) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS) {
			r = frag_fail(e, -entry->fts_errno,
				      "cannot look into %s", entry->fts_path);
		} else if ((entry->fts_info == FTS_F ||
			    entry->fts_info == FTS_SL) &&
			   module_name(entry->fts_name, entry->fts_namelen,
				       name) &&
			   !strcmp(name, wanted)) {
			snprintf(path, size, "%s", entry->fts_path);
			r = 0;
		}
	}
	fts_close(tree);
	return r;
}

static bool is_in(const json_t *order, const char *path)
{
	const json_t *one;
	size_t i;

	json_array_foreach(order, i, one) if (!strcmp(json_string_value(one),
						      path)) return true;
	return false;
}

static int module_add(const struct search *s, const char *name, unsigned depth,
		      struct frag_error *e);

/* Add the modules of the list @depends, "virtio_ring,virtio". */
static int depends_add(const struct search *s, const char *name,
		       const char *depends, unsigned depth,
		       struct frag_error *e)
{
	char need[NAME_SIZE];
	int r = 0;

	for (const char *at = depends; *at && !r;) {
		size_t n = strcspn(at, ",");

		snprintf(need, sizeof(need), "%.*s", (int)n, at);
		if (n)
			r = module_add(s, need, depth + 1, e);
		if (r > 0) {
			r = frag_fail(e, 0,
				      "cannot take the module %s into a guest",
				      name);
			frag_error_why(e, "it needs %s, which is not in %s",
				       need, s->folder);
		}
		at += n + (at[n] == ',');
	}
	return r;
}

/* What the module in @m needs, then itself. */
static int image_add(const struct search *s, const char *name, const char *to,
		     const struct frag_modfile *m, unsigned depth,
		     struct frag_error *e)
{
	const char *depends = frag_modinfo(m->image, m->size, "depends");
	int r = 0;

	if (!depends && !frag_modinfo(m->image, m->size, "vermagic")) {
		frag_fail(e, 0, "cannot take the module %s into a guest", name);
		frag_error_why(e, "its file in %s is no module", s->folder);
		return -EINVAL;
	}
	if (depends)
		r = depends_add(s, name, depends, depth, e);
	if (!r)
		r = frag_initramfs_text(s->initramfs, to, m->image, m->size,
					0644, e);
	if (!r && json_array_append_new(s->order, json_string(to)))
		r = frag_fail(e, -ENOMEM, "cannot add the module %s", name);
	return r;
}

/* 0, 1 when there is no module @name, or a negative errno. */
static int module_add(const struct search *s, const char *name, unsigned depth,
		      struct frag_error *e)
{
	struct frag_modfile m;
	char path[PATH_MAX];
	char to[128];
	int r;

	snprintf(to, sizeof(to), "/modules/%s.ko", name);
	if (is_builtin(s, name) || is_in(s->order, to))
		return 0;
	if (depth > DEPTH_MAX) {
		frag_fail(e, 0, "cannot take the module %s into a guest", name);
		frag_error_why(e, "the modules in %s need one another",
			       s->folder);
		return -ELOOP;
	}
	r = file_find(s->folder, name, path, sizeof(path), e);
	if (!r)
		r = frag_modfile_read(&m, path, true, e);
	if (r)
		return r;
	r = image_add(s, name, to, &m, depth, e);
	frag_modfile_free(&m);
	return r;
}

int frag_initramfs_module(struct frag_initramfs *a, const char *modules,
			  const char *name, json_t *order, bool *found,
			  struct frag_error *e)
{
	struct search s = { .initramfs = a, .folder = modules, .order = order };
	struct frag_source builtin = { .fd = -1 };
	char plain[NAME_SIZE];
	char file[NAME_SIZE + 4];
	int r;

	*found = false;
	snprintf(file, sizeof(file), "%s.ko", name);
	if (!module_name(file, strlen(file), plain)) {
		frag_fail(e, 0, "cannot look for a module '%s'", name);
		frag_error_why(e, "it is no module's name");
		return -EINVAL;
	}
	if (!*modules)
		return 0;
	/* A kernel without the list has at least its files. */
	if (!frag_source_open(&builtin, modules, "/modules.builtin", NULL))
		s.builtin = frag_source_text(&builtin);
	r = module_add(&s, plain, 0, e);
	frag_source_close(&builtin);
	*found = !r;
	return r > 0 ? 0 : r;
}
