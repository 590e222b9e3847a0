// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Folders that workers make, and how those of the dead are told from those of
 * the living: by a lock on the folder itself.
 */
#include "fragbench/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define NAME "fragbench-worker-"

enum { RANDOM = 6, TRIES = 16 };

const char *frag_folder_base(const char *dir)
{
	if (dir && *dir)
		return dir;
	dir = getenv("TMPDIR");
	if (dir && *dir)
		return dir;
	/* A guest has nothing but /tmp. */
	return access("/var/tmp", F_OK) ? "/tmp" : "/var/tmp";
}

int frag_folder_check(const char *dir, bool *is_memory, struct frag_error *e)
{
	struct statfs fs;
	int rc;

	dir = frag_folder_base(dir);
	if (statfs(dir, &fs) || access(dir, W_OK | X_OK)) {
		rc = -errno;
		frag_fail(e, rc, "no folder can be made in %s", dir);
		frag_error_mend(e, "--dir DIR, a folder on a disk");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return rc;
	}
	*is_memory = (uint64_t)fs.f_type == TMPFS_MAGIC ||
		     (uint64_t)fs.f_type == RAMFS_MAGIC;
	return 0;
}

uint64_t frag_folder_room(const char *dir)
{
	struct statvfs fs;

	if (statvfs(frag_folder_base(dir), &fs))
		return 0;
	return (uint64_t)fs.f_bavail * fs.f_frsize;
}

bool frag_folder_is_short(const char *dir)
{
	struct statvfs fs;

	return !statvfs(frag_folder_base(dir), &fs) &&
	       fs.f_favail < fs.f_files / 100;
}

/* Only what we made is ever removed. */
static bool is_number(const char *name)
{
	return *name && !name[strspn(name, "0123456789")];
}

static void entries_remove(const struct frag_context *ctx, int fd,
			   unsigned deep);

static void entry_remove(const struct frag_context *ctx, int fd,
			 const char *name, unsigned deep)
{
	int below;

	if (!unlinkat(fd, name, 0) || errno != EISDIR || !deep)
		return;
	/* Folders of names that are not there, mostly: nothing in them. */
	if (!unlinkat(fd, name, AT_REMOVEDIR))
		return;
	below = openat(fd, name,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (below < 0)
		return;
	entries_remove(ctx, below, deep - 1);
	close(below);
	unlinkat(fd, name, AT_REMOVEDIR);
}

/* Remove what is in the folder @fd, @deep folders down. */
static void entries_remove(const struct frag_context *ctx, int fd,
			   unsigned deep)
{
	int twin = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = twin < 0 ? NULL : fdopendir(twin);
	const struct dirent *d;

	if (!dir) {
		if (twin >= 0)
			close(twin);
		return;
	}
	while ((!ctx || !frag_is_stopping(ctx)) && (d = readdir(dir)))
		if (is_number(d->d_name))
			entry_remove(ctx, fd, d->d_name, deep);
	closedir(dir);
}

/* Open folder @path for ourselves alone. The descriptor, or a negative errno:
 * -EWOULDBLOCK when somebody lives there. */
static int folder_lock(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB))
		rc = -errno;
	/* Who had it before us may have removed it just now. */
	else if (fstat(fd, &st) || !st.st_nlink || st.st_uid != geteuid())
		rc = -ENOENT;
	if (rc) {
		close(fd);
		return rc;
	}
	return fd;
}

static bool is_ours(const char *name)
{
	return !strncmp(name, NAME, strlen(NAME)) &&
	       strlen(name) == strlen(NAME) + RANDOM;
}

unsigned frag_folder_sweep(const struct frag_context *ctx, const char *dir)
{
	const char *base = frag_folder_base(dir);
	DIR *all = opendir(base);
	const struct dirent *d;
	char path[PATH_MAX];
	unsigned gone = 0;
	int fd;

	while (all && (!ctx || !frag_is_stopping(ctx)) && (d = readdir(all))) {
		if (!is_ours(d->d_name) ||
		    snprintf(path, sizeof(path), "%s/%s", base, d->d_name) >=
			    (int)sizeof(path))
			continue;
		fd = folder_lock(path);
		if (fd < 0)
			continue;
		entries_remove(ctx, fd, 1);
		gone += !rmdir(path);
		close(fd);
	}
	if (all)
		closedir(all);
	return gone;
}

static int mkdir_fail(struct frag_context *ctx, const char *base, int why)
{
	bool is_full = why == ENOSPC || why == EDQUOT;

	return frag_give_up(
		ctx, -why, "no folder in %.100s: %s; mend: %s", base,
		is_full ? "no room, or no inodes" : strerror(why),
		is_full ? "--dir DIR, where there is (see df, df -i)"
			: "--dir DIR, a folder on a disk");
}

int frag_folder_make(struct frag_context *ctx, struct frag_folder *f,
		     const char *dir)
{
	const char *base = frag_folder_base(dir);

	frag_folder_sweep(ctx, dir);
	/* Another worker's sweep may find it before it is locked, and take it
	 * for a dead one's. */
	for (unsigned n = 0; n < TRIES; n++) {
		if (snprintf(f->path, sizeof(f->path), "%s/" NAME "XXXXXX",
			     base) >= (int)sizeof(f->path))
			return -ENAMETOOLONG;
		if (!mkdtemp(f->path))
			return mkdir_fail(ctx, base, errno);
		f->fd = folder_lock(f->path);
		f->is_made = f->fd >= 0;
		if (f->is_made)
			return 0;
	}
	return frag_give_up(ctx, f->fd,
			    "no lock on a folder in %.100s: %s; mend: --dir "
			    "DIR, a folder on a local disk",
			    base, strerror(-f->fd));
}

void frag_folder_remove(struct frag_folder *f)
{
	if (!f->is_made)
		return;
	entries_remove(NULL, f->fd, 1);
	rmdir(f->path);
	close(f->fd);
	f->is_made = false;
	/* What is next to it are siblings; the killed ones leave theirs. */
	*strrchr(f->path, '/') = '\0';
	frag_folder_sweep(NULL, f->path);
}
