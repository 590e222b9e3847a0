// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which packages building a module wants: the headers of the flavour, what they
 * and linux-kbuild depend on, and the C library that the programs in linux-kbuild
 * were linked with. A tree lies in headers/RELEASE_VERSION of the cache.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm/debian/debian.h"
#include "vm/debian/headers-fit.h"
#include "vm/debian/unpack.h"

enum { PACKAGES = 8, PACKAGE = 256 };

/* libzstd1 is what libelf of the newer suites wants. */
static const char *const runtime[] = { "libc6", "zlib1g", "libzstd1" };

struct wanted_list {
	char names[PACKAGES][PACKAGE];
	char *list[PACKAGES + 1];
	unsigned count;
};

static void wanted_add(struct wanted_list *w, const char *name)
{
	if (w->count == PACKAGES)
		return;
	snprintf(w->names[w->count], PACKAGE, "%s", name);
	w->list[w->count] = w->names[w->count];
	w->list[++w->count] = NULL;
}

/* Add those that the package @of depends on and whose name begins with @prefix. */
static int depends_add(struct wanted_list *w, const struct frag_apt *a,
		       const char *of, const char *prefix, struct frag_error *e)
{
	const char *const words[] = { "show", "--no-all-versions", of, NULL };
	char *out, *line, *end, *save;
	int rc = frag_apt_run(a, NULL, "apt-cache", words, NULL, &out, e);

	line = rc ? NULL : strstr(out, "\nDepends:");
	end = line ? strchr(line + 1, '\n') : NULL;
	if (end)
		*end = '\0';
	/* "linux-kbuild-6.1 (>= 6.1.192-2), a | b": the first word of each. */
	for (char *one = line ? strtok_r(line + 9, ",", &save) : NULL; one;
	     one = strtok_r(NULL, ",", &save)) {
		one += strspn(one, " ");
		one[strcspn(one, " ")] = '\0';
		if (!strncmp(one, prefix, strlen(prefix)))
			wanted_add(w, one);
	}
	free(out);
	return rc;
}

static int headers_none(const struct frag_offer *row, const char *why,
			struct frag_error *e)
{
	frag_fail(e, 0, "no headers for %s %s", row->release, row->version);
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "take the newest of a series: fragbench vm kernels");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOENT;
}

static int wanted_fill(struct wanted_list *w, const struct frag_apt *a,
		       const struct frag_offer *row, struct frag_error *e)
{
	char name[PACKAGE];
	struct frag_error missing = { 0 };
	int rc;

	snprintf(name, sizeof(name), "linux-headers-%s=%s", row->release,
		 row->version);
	wanted_add(w, name);
	rc = depends_add(w, a, name, "linux-headers-", &missing);
	if (rc == -EIO || (!rc && w->count < 2))
		return headers_none(row, "the archive has none, or no longer",
				    e);
	if (rc && e && !e->what[0])
		*e = missing;
	if (!rc)
		rc = depends_add(w, a, name, "linux-kbuild-", e);
	if (!rc && w->count == 3)
		rc = depends_add(w, a, w->names[2], "libelf1", e);
	for (unsigned i = 0; !rc && i < sizeof(runtime) / sizeof(*runtime); i++)
		wanted_add(w, runtime[i]);
	return rc;
}

static int tree_fit(struct frag_apt *a, const struct frag_offer *row,
		    struct frag_error *e)
{
	char path[FRAG_KERNEL_PATH + 32];
	int fd = openat(a->rootfd, FRAG_UNPACK_TREE,
			O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return frag_fail(e, -errno, "cannot open %s/" FRAG_UNPACK_TREE,
				 a->root);
	snprintf(path, sizeof(path), "%s/" FRAG_UNPACK_TREE, a->root);
	rc = frag_headers_fit(fd, path, row->release, e);
	close(fd);
	return rc;
}

static int headers_fetch(struct frag_apt *a, const struct frag_offer *row,
			 const char *name, struct frag_error *e)
{
	struct wanted_list wanted = { 0 };
	int rc = frag_apt_lock(a, e);

	if (rc || !faccessat(a->rootfd, name, F_OK, 0))
		return rc;
	rc = wanted_fill(&wanted, a, row, e);
	if (!rc)
		rc = frag_unpack(a, wanted.list, e);
	if (!rc)
		rc = tree_fit(a, row, e);
	if (!rc)
		return frag_unpack_keep(a, name, e);
	frag_unpack_drop(a);
	return rc;
}

static int row_get(struct frag_apt *a, const struct frag_offers *o,
		   const char *asked, bool offline, char *path, size_t size,
		   struct frag_error *e)
{
	const struct frag_offer *row = frag_offers_find(o, asked);
	char name[FRAG_KERNEL_PATH];
	int rc = 0;

	if (!row)
		return frag_debian_none(o, asked, offline, e);
	snprintf(name, sizeof(name), "headers/%s_%s", row->release,
		 row->version);
	if (faccessat(a->rootfd, name, F_OK, 0))
		rc = offline ? headers_none(row,
					    "offline, and not in the cache", e)
			     : headers_fetch(a, row, name, e);
	if (!rc)
		snprintf(path, size, "%s/%s/usr/src/linux-headers-%s", a->root,
			 name, row->release);
	return rc;
}

/* Those of @asked in the cache or, unless @offline, in the archive. */
static int headers_get(struct frag_apt *a, const char *asked, bool offline,
		       char *path, size_t size, struct frag_error *e)
{
	struct frag_error first = { 0 };
	struct frag_offers o;
	int rc = frag_debian_offers(&o, a, offline, &first);

	if (!rc) {
		rc = row_get(a, &o, asked, offline, path, size, &first);
		if (rc && !offline)
			rc = frag_debian_renew(&o, a, rc);
		/* It had failed, and there is a new list. */
		if (!rc && first.what[0])
			rc = row_get(a, &o, asked, offline, path, size, e);
	}
	if (rc && e && !e->what[0])
		*e = first;
	frag_offers_free(&o);
	return rc;
}

int frag_kernel_headers(const char *spec, bool offline, FILE *say, char *path,
			size_t size, struct frag_error *e)
{
	struct frag_apt a;
	int rc;

	if (strncmp(spec, "debian:", 7)) {
		frag_fail(e, 0, "cannot fetch the headers of %s", spec);
		frag_error_why(e, "it is not one of Debian's kernels");
		frag_error_mend(e, "build against its own build folder: "
				   "make -C FOLDER M=$PWD modules");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	rc = frag_debian_open(&a, say, e);
	if (rc)
		return rc;
	rc = headers_get(&a, spec + 7, offline, path, size, e);
	frag_apt_close(&a);
	return rc;
}
