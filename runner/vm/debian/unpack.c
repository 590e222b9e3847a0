// SPDX-License-Identifier: GPL-2.0-or-later
/* Knows how a package becomes files without being installed. */
#include "vm/debian/unpack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "vm/debian/command.h"

void frag_unpack_remove(struct frag_apt *a, const char *name)
{
	char path[2 * FRAG_KERNEL_PATH];

	snprintf(path, sizeof(path), "%s/%s", a->root, name);
	frag_remove_tree(path);
}

void frag_unpack_drop(struct frag_apt *a)
{
	frag_unpack_remove(a, "work");
}

static int deb_unpack(struct frag_apt *a, const char *deb, struct frag_error *e)
{
	const char *const argv[] = { "dpkg-deb", "-x", deb, "tree", NULL };
	char work[FRAG_KERNEL_PATH + 16];
	struct frag_command c = { .argv = argv, .folder = work, .log = a->log };
	struct frag_error failed = { 0 };
	int rc;

	snprintf(work, sizeof(work), "%s/work", a->root);
	rc = frag_command_run(&c, NULL, &failed);
	if (!rc)
		return 0;
	frag_fail(e, 0, "cannot unpack %s", deb);
	frag_error_why(e, "%s", failed.why);
	frag_error_mend(
		e, rc == -ENOENT ? "as root, apt-get install dpkg" : "df -h %s",
		a->root);
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return rc;
}

/* Unpack every package that lies in the work folder, and remove it. */
static int debs_unpack(struct frag_apt *a, struct frag_error *e)
{
	int fd = openat(a->rootfd, "work", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int rc = 0;

	if (!dir)
		return frag_fail(e, -errno, "cannot list %s/work", a->root);
	while (!rc && (entry = readdir(dir))) {
		size_t n = strlen(entry->d_name);

		if (n < 4 || strcmp(entry->d_name + n - 4, ".deb"))
			continue;
		rc = deb_unpack(a, entry->d_name, e);
		unlinkat(fd, entry->d_name, 0);
	}
	closedir(dir);
	return rc;
}

int frag_unpack_more(struct frag_apt *a, char *const *packages,
		     struct frag_error *e)
{
	static const char *const words[] = { "-q", "download", NULL };
	char work[FRAG_KERNEL_PATH + 16];
	struct frag_error failed = { 0 };
	int rc = frag_apt_room(a, e);

	if (rc)
		return rc;
	snprintf(work, sizeof(work), "%s/work", a->root);
	for (unsigned i = 0; packages[i]; i++)
		frag_apt_say(a, "fetching %s", packages[i]);
	rc = frag_apt_run(a, work, "apt-get", words, packages, NULL, &failed);
	if (!rc)
		return debs_unpack(a, e);
	snprintf(work, sizeof(work), "cannot fetch %s", packages[0]);
	frag_apt_fetch_fail(a, &failed, work, e);
	return rc;
}

int frag_unpack(struct frag_apt *a, char *const *packages, struct frag_error *e)
{
	frag_unpack_drop(a);
	if (mkdirat(a->rootfd, "work", 0755) ||
	    mkdirat(a->rootfd, FRAG_UNPACK_TREE, 0755)) {
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return frag_fail(e, -errno, "cannot make the folder %s/work",
				 a->root);
	}
	return frag_unpack_more(a, packages, e);
}

int frag_unpack_keep(struct frag_apt *a, const char *name, struct frag_error *e)
{
	int rc = 0;

	/* After a power cut too, it is whole or not there. */
	if (syncfs(a->rootfd) ||
	    renameat(a->rootfd, FRAG_UNPACK_TREE, a->rootfd, name))
		rc = frag_fail(e, -errno, "cannot keep %s/%s", a->root, name);
	frag_unpack_drop(a);
	return rc;
}
