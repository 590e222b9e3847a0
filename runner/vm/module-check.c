// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a file that a user gives is a module that the guest's kernel will
 * load: said here, in words, rather than by the guest's "Invalid module
 * format". */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "vm/initramfs.h"
#include "vm/modinfo.h"

static int refuse(struct frag_error *e, const char *path, const char *why)
{
	frag_fail(e, 0, "cannot take %s into a guest", path);
	frag_error_why(e, "%s", why);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* The command that unpacks the file, or NULL: it is not compressed. */
static const char *unpacker_of(const struct frag_modfile *m)
{
	static const struct {
		unsigned char magic[4];
		size_t size;
		const char *command;
	} rows[] = {
		{ { 0x1f, 0x8b }, 2, "gzip -dk" },
		{ { 0xfd, '7', 'z', 'X' }, 4, "xz -dk" },
		{ { 0x28, 0xb5, 0x2f, 0xfd }, 4, "zstd -dk" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (m->size >= rows[i].size &&
		    !memcmp(m->image, rows[i].magic, rows[i].size))
			return rows[i].command;
	return NULL;
}

/* vermagic is the release, then words such as "SMP preempt mod_unload". */
static int release_check(const char *path, const char *vermagic,
			 const char *release, struct frag_error *e)
{
	size_t n = strcspn(vermagic, " ");
	char why[256];

	if (!*release ||
	    (strlen(release) == n && !strncmp(vermagic, release, n)))
		return 0;
	snprintf(why, sizeof(why), "it is for Linux %.*s, the guest runs %s",
		 (int)(n < 100 ? n : 100), vermagic, release);
	refuse(e, path, why);
	frag_error_mend(e, "build it against the headers of %s", release);
	return -EINVAL;
}

static int image_check(const char *path, const struct frag_modfile *m,
		       const char *release, struct frag_error *e)
{
	const char *unpacker = unpacker_of(m);
	const char *vermagic;

	if (unpacker) {
		refuse(e, path, "it is compressed, and is wanted plain");
		frag_error_mend(e, "%s %s", unpacker, path);
		return -EINVAL;
	}
	vermagic = frag_modinfo(m->image, m->size, "vermagic");
	if (!vermagic) {
		refuse(e, path, "it is no kernel module: it has no vermagic");
		frag_error_mend(e, "give the .ko that kbuild made");
		return -EINVAL;
	}
	return release_check(path, vermagic, release, e);
}

int frag_module_check(const char *path, const char *release,
		      struct frag_error *e)
{
	struct frag_modfile m;
	int r = frag_modfile_read(&m, path, false, e);

	if (r)
		return r;
	r = image_check(path, &m, release, e);
	frag_modfile_free(&m);
	return r;
}
