// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes the archive that the kernel unpacks as its root: entries in the order
 * in which the kernel can make them, a folder before what is in it, and nothing
 * in them that differs from one writing to the next.
 */
#include "vm/initramfs.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = sizeof(*((struct frag_initramfs *)0)->folders) };

static int archive_fail(struct frag_initramfs *a, const char *to,
			struct frag_error *e)
{
	int errnum = archive_errno(a->archive);
	const char *why = archive_error_string(a->archive);

	frag_fail(e, 0, "cannot write %s into the initramfs", to);
	frag_error_why(e, "%s", why ? why : "libarchive does not say why");
	return errnum > 0 ? -errnum : -EIO;
}

int frag_initramfs_begin(struct frag_initramfs *a, struct frag_error *e)
{
	int r;

	*a = (struct frag_initramfs){ .fd = -1 };
	a->fd = memfd_create("fragbench-initramfs", MFD_CLOEXEC);
	if (a->fd < 0)
		return frag_fail(e, -errno, "cannot make a memfd");
	a->archive = archive_write_new();
	if (!a->archive ||
	    archive_write_set_format_cpio_newc(a->archive) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(a->archive, 1) != ARCHIVE_OK ||
	    archive_write_open_fd(a->archive, a->fd) != ARCHIVE_OK) {
		r = frag_fail(e, -ENOMEM, "cannot begin an initramfs");
		frag_initramfs_drop(a);
		return r;
	}
	return 0;
}

/* Begin an entry: @mode with its type, the same owner and time for all. */
static struct archive_entry *entry_new(const char *to, unsigned mode,
				       size_t size)
{
	struct archive_entry *entry = archive_entry_new();

	if (!entry)
		return NULL;
	archive_entry_set_pathname(entry, to + 1);
	archive_entry_set_mode(entry, (mode_t)mode);
	archive_entry_set_size(entry, (la_int64_t)size);
	archive_entry_set_nlink(entry, 1);
	archive_entry_set_mtime(entry, 0, 0);
	return entry;
}

/* Write @entry, which is freed. */
static int entry_write(struct frag_initramfs *a, struct archive_entry *entry,
		       const char *to, struct frag_error *e)
{
	int r;

	if (!entry)
		return frag_fail(e, -ENOMEM,
				 "cannot write %s into the initramfs", to);
	r = archive_write_header(a->archive, entry);
	archive_entry_free(entry);
	return r == ARCHIVE_OK ? 0 : archive_fail(a, to, e);
}

static int folder_add(struct frag_initramfs *a, const char *to,
		      struct frag_error *e)
{
	char(*folders)[PATH_SIZE];

	for (size_t i = 0; i < a->nfolders; i++)
		if (!strcmp(a->folders[i], to))
			return 0;
	folders = reallocarray(a->folders, a->nfolders + 1, sizeof(*folders));
	if (!folders)
		return frag_fail(e, -ENOMEM,
				 "cannot write %s into the initramfs", to);
	a->folders = folders;
	memcpy(folders[a->nfolders++], to, strlen(to) + 1);
	return entry_write(a, entry_new(to, S_IFDIR | 0755, 0), to, e);
}

bool frag_initramfs_is_plain(const char *to)
{
	for (const char *at = to; *at; at = strchrnul(at + 1, '/')) {
		size_t n = (size_t)(strchrnul(at + 1, '/') - at - 1);

		if (*at != '/' || !n || (n == 1 && at[1] == '.') ||
		    (n == 2 && at[1] == '.' && at[2] == '.'))
			return false;
	}
	return *to;
}

/* Make the folders above @to. */
static int folders_add(struct frag_initramfs *a, const char *to,
		       struct frag_error *e)
{
	char part[PATH_SIZE];
	size_t n = strlen(to);
	int r = 0;

	if (n >= sizeof(part))
		return frag_fail(e, -ENAMETOOLONG,
				 "cannot write %s into the initramfs", to);
	if (!frag_initramfs_is_plain(to)) {
		frag_fail(e, 0, "cannot write '%s' into the initramfs", to);
		frag_error_why(e, "it is no absolute path");
		return -EINVAL;
	}
	memcpy(part, to, n + 1);
	for (char *p = strchr(part + 1, '/'); p && !r; p = strchr(p + 1, '/')) {
		*p = '\0';
		r = folder_add(a, part, e);
		*p = '/';
	}
	return r;
}

int frag_initramfs_folder(struct frag_initramfs *a, const char *to,
			  struct frag_error *e)
{
	int r = folders_add(a, to, e);

	return r ? r : folder_add(a, to, e);
}

int frag_initramfs_device(struct frag_initramfs *a, const char *to,
			  unsigned major, unsigned minor, struct frag_error *e)
{
	struct archive_entry *entry;
	int r = folders_add(a, to, e);

	if (r)
		return r;
	entry = entry_new(to, S_IFCHR | 0600, 0);
	if (entry) {
		archive_entry_set_rdevmajor(entry, major);
		archive_entry_set_rdevminor(entry, minor);
	}
	return entry_write(a, entry, to, e);
}

int frag_initramfs_link(struct frag_initramfs *a, const char *target,
			const char *to, struct frag_error *e)
{
	struct archive_entry *entry;
	int r = folders_add(a, to, e);

	if (r)
		return r;
	entry = entry_new(to, S_IFLNK | 0777, 0);
	if (entry)
		archive_entry_set_symlink(entry, target);
	return entry_write(a, entry, to, e);
}

static int data_write(struct frag_initramfs *a, const char *to,
		      const void *data, size_t size, struct frag_error *e)
{
	if (archive_write_data(a->archive, data, size) == (la_ssize_t)size)
		return 0;
	return archive_fail(a, to, e);
}

int frag_initramfs_text(struct frag_initramfs *a, const char *to,
			const void *text, size_t size, unsigned mode,
			struct frag_error *e)
{
	int r = folders_add(a, to, e);

	if (!r)
		r = entry_write(a, entry_new(to, S_IFREG | mode, size), to, e);
	return r ? r : data_write(a, to, text, size, e);
}

/* Copy what @fd holds into the entry that was begun with @size bytes. */
static int content_copy(struct frag_initramfs *a, int fd, const char *from,
			const char *to, size_t size, struct frag_error *e)
{
	size_t done = 0;
	char buf[65536];
	ssize_t n;
	int r;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		done += (size_t)n;
		if (done > size)
			break;
		r = data_write(a, to, buf, (size_t)n, e);
		if (r)
			return r;
	}
	if (n < 0)
		return frag_fail(e, -errno, "cannot read %s", from);
	if (done == size)
		return 0;
	frag_fail(e, 0, "cannot copy %s into the initramfs", from);
	frag_error_why(e, "it changed while it was read");
	frag_error_mend(e, "try again once nothing writes to it");
	return -EAGAIN;
}

static int file_copy(struct frag_initramfs *a, int fd, const char *from,
		     const char *to, struct frag_error *e)
{
	struct stat st;
	int r;

	if (fstat(fd, &st))
		return frag_fail(e, -errno, "cannot look at %s", from);
	if (!S_ISREG(st.st_mode)) {
		frag_fail(e, 0, "cannot copy %s into the initramfs", from);
		frag_error_why(e, "it is no regular file");
		return -EINVAL;
	}
	r = folders_add(a, to, e);
	if (!r)
		r = entry_write(
			a,
			entry_new(to,
				  S_IFREG | (st.st_mode & 0111 ? 0755 : 0644),
				  (size_t)st.st_size),
			to, e);
	return r ? r : content_copy(a, fd, from, to, (size_t)st.st_size, e);
}

int frag_initramfs_file(struct frag_initramfs *a, const char *from,
			const char *to, struct frag_error *e)
{
	/* Not to wait for ever where a FIFO is given. */
	int fd = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int r;

	if (fd < 0)
		return frag_fail(e, -errno, "cannot open %s", from);
	r = file_copy(a, fd, from, to, e);
	close(fd);
	return r;
}

int frag_initramfs_finish(struct frag_initramfs *a, int *fd,
			  struct frag_error *e)
{
	int r = 0;

	if (archive_write_close(a->archive) != ARCHIVE_OK)
		r = archive_fail(a, "the end", e);
	else if (lseek(a->fd, 0, SEEK_SET) < 0)
		r = frag_fail(e, -errno, "cannot rewind the initramfs");
	if (!r) {
		*fd = a->fd;
		a->fd = -1;
	}
	frag_initramfs_drop(a);
	return r;
}

void frag_initramfs_drop(struct frag_initramfs *a)
{
	/* Writes the end of the archive first, where that was not done; without
	 * it libarchive leaks. */
	archive_write_free(a->archive);
	if (a->fd >= 0)
		close(a->fd);
	free(a->folders);
	*a = (struct frag_initramfs){ .fd = -1 };
}
