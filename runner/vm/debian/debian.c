// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chooses among Debian's kernels. Each one in the cache is a folder
 * kernels/RELEASE_VERSION, that kernel.json in it describes, so that it is
 * found without apt.
 */
#include "vm/debian/debian.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/json.h"
#include "vm/debian/unpack.h"
#include "vm/debian/version.h"
#include "vm/image.h"

#define ABOUT "kernel.json"

int frag_debian_open(struct frag_apt *a, FILE *say, struct frag_error *e)
{
	struct utsname name;

	if (!uname(&name) && strcmp(name.machine, "x86_64")) {
		frag_fail(e, 0, "cannot use Debian's kernels here");
		frag_error_why(e, "only those for amd64 are known, this is %s",
			       name.machine);
		frag_error_mend(e, "give a kernel by its path");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -ENOTSUP;
	}
	return frag_apt_open(a, say, e);
}

/* Mark what lies in the cache, and add what the archive no longer has. */
static int cached_take(struct frag_offers *o, struct frag_apt *a,
		       const char *folder)
{
	const char *release, *version, *suite;
	char path[NAME_MAX + 32];
	struct frag_offer *row;
	json_t *about;
	int rc = 0;

	snprintf(path, sizeof(path), "kernels/%s/" ABOUT, folder);
	about = frag_json_read(a->rootfd, path, NULL);
	if (about && !json_unpack(about, "{ss ss ss}", "release", &release,
				  "version", &version, "suite", &suite)) {
		row = frag_offers_row(o, release, version);
		if (row)
			row->is_cached = true;
		else
			rc = -ENOMEM;
	}
	json_decref(about);
	return rc;
}

static int cached_scan(struct frag_offers *o, struct frag_apt *a,
		       struct frag_error *e)
{
	int fd = openat(a->rootfd, "kernels",
			O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int rc = 0;

	if (!dir)
		return frag_fail(e, -errno, "cannot list %s/kernels", a->root);
	while (!rc && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			rc = cached_take(o, a, entry->d_name);
	closedir(dir);
	frag_offers_sort(o);
	return rc ? frag_fail(e, rc, "cannot list kernels") : 0;
}

int frag_debian_offers(struct frag_offers *o, struct frag_apt *a, bool offline,
		       struct frag_error *e)
{
	struct frag_error failed = { 0 };
	int rc = 0;

	*o = (struct frag_offers){ 0 };
	if (!offline)
		rc = frag_offers_load(o, a, &failed);
	if (rc != -EINTR && cached_scan(o, a, e))
		return -EIO;
	if (!rc)
		return 0;
	if (rc == -EINTR || !o->count) {
		if (e && !e->what[0])
			*e = failed;
		return rc;
	}
	frag_apt_say(a, "%s: %s\nusing the kernels in the cache", failed.what,
		     failed.why);
	return 0;
}

int frag_debian_none(const struct frag_offers *o, const char *asked,
		     bool offline, struct frag_error *e)
{
	char series[256] = "", head[32], last[32] = "";
	size_t n = 0;

	for (size_t i = 0; i < o->count && n < sizeof(series); i++) {
		frag_version_head(o->rows[i].version, 2, head, sizeof(head));
		if (strcmp(head, last))
			n += (size_t)snprintf(series + n, sizeof(series) - n,
					      " %s", head);
		snprintf(last, sizeof(last), "%s", head);
	}
	frag_fail(e, 0, "no kernel debian:%s", asked);
	frag_error_why(e, "%s%s",
		       offline ? "in the cache, and offline, are:"
			       : "there are:",
		       series[0] ? series : " none");
	frag_error_mend(e, "fragbench vm kernels");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOENT;
}

/* Fill @k from what kernel.json says of the cached kernel at @path. */
static int about_take(struct frag_kernel *k, const struct frag_apt *a,
		      const char *path, struct frag_error *e)
{
	char name[FRAG_KERNEL_PATH + 16];
	const char *image, *modules, *package;
	json_t *about;
	int rc = 0;

	snprintf(name, sizeof(name), "%s/" ABOUT, path);
	about = frag_json_read(a->rootfd, name, e);
	if (!about)
		return -ENOENT;
	if (json_unpack(about, "{ss ss ss}", "image", &image, "modules",
			&modules, "package", &package)) {
		rc = frag_fail(e, 0, "cannot read " ABOUT);
		frag_error_why(e, "its " ABOUT " does not tell of a kernel");
	} else {
		snprintf(k->package, sizeof(k->package), "%s", package);
		snprintf(k->image, sizeof(k->image), "%s/%s/%s", a->root, path,
			 image);
		if (modules[0])
			snprintf(k->modules, sizeof(k->modules), "%s/%s/%s",
				 a->root, path, modules);
		rc = frag_image_release(k->image, k->release,
					sizeof(k->release), e);
	}
	json_decref(about);
	return rc;
}

/* Fill @k with the cached kernel @row. */
static int kernel_fill(struct frag_kernel *k, const struct frag_apt *a,
		       const struct frag_offer *row, struct frag_error *e)
{
	char path[FRAG_KERNEL_PATH];
	struct frag_error failed = { 0 };
	int rc;

	snprintf(path, sizeof(path), "kernels/%s_%s", row->release,
		 row->version);
	rc = about_take(k, a, path, &failed);
	if (!rc)
		return 0;
	frag_fail(e, 0, "cannot use the kernel in the cache, %s", row->version);
	frag_error_why(e, "%s", failed.why);
	frag_error_mend(e, "rm -r %s/%s", a->root, path);
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return rc;
}

/* Where packages have put things over the years, around the release. */
static const struct place_row {
	const char *before;
	const char *after;
} image_places[] = {
	{ "boot/vmlinuz-", "" },
	{ "usr/lib/modules/", "/vmlinuz" },
	{ "lib/modules/", "/vmlinuz" },
}, module_places[] = {
	{ "lib/modules/", "/kernel" },
	{ "usr/lib/modules/", "/kernel" },
};

/* The first of @places that is there below the tree; "" when none is. */
static void tree_find(const struct frag_apt *a, const struct place_row *places,
		      unsigned count, const char *release, char *path,
		      size_t size)
{
	char whole[FRAG_KERNEL_PATH];

	for (unsigned i = 0; i < count; i++) {
		snprintf(path, size, "%s%s%s", places[i].before, release,
			 places[i].after);
		snprintf(whole, sizeof(whole), FRAG_UNPACK_TREE "/%s", path);
		if (!faccessat(a->rootfd, whole, R_OK, 0))
			return;
	}
	path[0] = '\0';
}

/* Describe the tree that has been unpacked. */
static int about_write(const struct frag_apt *a, const struct frag_offer *row,
		       struct frag_error *e)
{
	char image[256], folder[256], package[256];
	json_t *about;
	int fd, rc;

	tree_find(a, image_places, 3, row->release, image, sizeof(image));
	tree_find(a, module_places, 2, row->release, folder, sizeof(folder));
	if (folder[0])
		*strrchr(folder, '/') = '\0';
	if (!image[0]) {
		frag_fail(e, 0, "cannot use %s %s", row->image, row->version);
		frag_error_why(e, "there is no kernel in it");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -ENOENT;
	}
	snprintf(package, sizeof(package), "%s %s", row->image, row->version);
	about = json_pack("{ss ss ss ss ss ss}", "release", row->release,
			  "version", row->version, "suite", row->suite, "image",
			  image, "modules", folder, "package", package);
	fd = openat(a->rootfd, FRAG_UNPACK_TREE,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = about && fd >= 0 ? frag_json_write(fd, ABOUT, about, e)
			      : frag_fail(e, -ENOMEM, "cannot write " ABOUT);
	if (fd >= 0)
		close(fd);
	json_decref(about);
	return rc;
}

static int kernel_fetch(struct frag_apt *a, const struct frag_offer *row,
			struct frag_error *e)
{
	const char *const wanted[] = { row->image, row->modules, row->base };
	char names[3][256], name[FRAG_KERNEL_PATH], *packages[4];
	struct frag_kernel there;
	unsigned n = 0;
	int rc = frag_apt_lock(a, e);

	if (rc)
		return rc;
	snprintf(name, sizeof(name), "kernels/%s_%s", row->release,
		 row->version);
	/* Another may have fetched it while we waited for the lock. What else
	 * is there is no kernel, and stands in the way of one. */
	if (!kernel_fill(&there, a, row, NULL))
		return 0;
	frag_unpack_remove(a, name);
	for (unsigned i = 0; i < 3; i++) {
		if (!wanted[i][0])
			continue;
		snprintf(names[n], sizeof(names[n]), "%s=%s", wanted[i],
			 row->version);
		packages[n] = names[n];
		n++;
	}
	packages[n] = NULL;
	rc = frag_unpack(a, packages, e);
	if (!rc)
		rc = about_write(a, row, e);
	if (!rc)
		return frag_unpack_keep(a, name, e);
	frag_unpack_drop(a);
	return rc;
}

/* The newest in the cache that @asked names; NULL: none. */
static const struct frag_offer *cached_find(const struct frag_offers *o,
					    const char *asked, bool is_exact)
{
	for (size_t i = o->count; i-- > 0;) {
		const struct frag_offer *row = &o->rows[i];

		if (row->is_cached &&
		    (!strcmp(asked, row->version) ||
		     !strcmp(asked, row->release) ||
		     (!is_exact && frag_version_is(asked, row->version))))
			return row;
	}
	return NULL;
}

int frag_debian_renew(struct frag_offers *o, struct frag_apt *a, int failed)
{
	struct frag_error ignored = { 0 };
	int rc;

	if (failed != -EIO || o->was_asked)
		return failed;
	frag_apt_say(a, "the list of kernels may be too old");
	rc = frag_offers_renew(o, a, &ignored);
	if (!rc)
		rc = cached_scan(o, a, &ignored);
	return rc && rc != -EINTR ? failed : rc;
}

/* Fetch @asked; *chosen is what was fetched, NULL after a failure. */
static int offer_fetch(struct frag_apt *a, struct frag_offers *o,
		       const struct frag_offer **chosen, const char *asked,
		       struct frag_error *e)
{
	struct frag_error first = { 0 };
	const struct frag_offer *row = *chosen;
	int rc = kernel_fetch(a, row, &first);

	if (rc) {
		rc = frag_debian_renew(o, a, rc);
		row = rc ? NULL : frag_offers_find(o, asked);
		if (!rc && !row)
			rc = -EIO;
		if (row && !row->is_cached)
			rc = kernel_fetch(a, row, e);
	}
	*chosen = rc ? NULL : row;
	if (rc && e && !e->what[0])
		*e = first;
	return rc;
}

/* Choose from the archive and the cache, and see that it is in the cache. */
static int offer_get(struct frag_apt *a, struct frag_offers *o,
		     const struct frag_offer **chosen, const char *asked,
		     bool offline, struct frag_error *e)
{
	struct frag_error failed = { 0 };
	const struct frag_offer *row;
	int rc = frag_debian_offers(o, a, offline, e);

	if (rc)
		return rc;
	*chosen = row = frag_offers_find(o, asked);
	if (!row)
		return frag_debian_none(o, asked, offline, e);
	if (row->is_cached)
		return 0;
	rc = offer_fetch(a, o, chosen, asked, &failed);
	if (rc && rc != -EINTR)
		*chosen = cached_find(o, asked, false);
	if (rc && *chosen) {
		frag_apt_say(a, "%s: %s\nusing %s, which is in the cache",
			     failed.what, failed.why, (*chosen)->version);
		return 0;
	}
	if (rc && e && !e->what[0])
		*e = failed;
	return rc;
}

int frag_debian_find(struct frag_kernel *k, const char *asked, bool offline,
		     FILE *say, struct frag_error *e)
{
	struct frag_offers o = { 0 };
	const struct frag_offer *row;
	struct frag_apt a;
	int rc = frag_debian_open(&a, say, e);

	if (rc)
		return rc;
	/* What is asked for by its whole version cannot be had any newer. */
	rc = cached_scan(&o, &a, e);
	row = rc ? NULL : cached_find(&o, asked, true);
	if (!rc && !row) {
		frag_offers_free(&o);
		rc = offer_get(&a, &o, &row, asked, offline, e);
	}
	if (!rc)
		rc = kernel_fill(k, &a, row, e);
	frag_offers_free(&o);
	frag_apt_close(&a);
	return rc;
}

int frag_debian_list(struct frag_kernel_row **rows, size_t *count, bool offline,
		     FILE *say, struct frag_error *e)
{
	struct frag_offers o = { 0 };
	struct frag_apt a;
	int rc = frag_debian_open(&a, say, e);

	*rows = NULL;
	*count = 0;
	if (rc)
		return rc;
	rc = frag_debian_offers(&o, &a, offline, e);
	if (!rc)
		*rows = calloc(o.count + 1, sizeof(**rows));
	if (!rc && !*rows) {
		rc = -ENOMEM;
		frag_fail(e, rc, "cannot list kernels");
	}
	for (size_t i = 0; !rc && i < o.count; i++) {
		const struct frag_offer *from = &o.rows[i];
		struct frag_kernel_row *row = &(*rows)[(*count)++];
		char name[96];

		frag_offers_name(&o, from, name, sizeof(name));
		snprintf(row->name, sizeof(row->name), "debian:%s", name);
		snprintf(row->release, sizeof(row->release), "%s",
			 from->release);
		snprintf(row->version, sizeof(row->version), "%s",
			 from->version);
		snprintf(row->suite, sizeof(row->suite), "%s", from->suite);
		row->is_cached = from->is_cached;
	}
	frag_offers_free(&o);
	frag_apt_close(&a);
	return rc;
}
