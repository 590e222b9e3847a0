/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading back what an initramfs was made of. */
#ifndef FRAGBENCH_TESTS_VM_ARCHIVE_H
#define FRAGBENCH_TESTS_VM_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "scratch.h"
#include "vm/initramfs.h"

static inline void finish(struct frag_initramfs *a, int *fd)
{
	struct frag_error e = { 0 };

	if (frag_initramfs_finish(a, fd, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_int_equal(lseek(*fd, 0, SEEK_CUR), 0);
	assert_null(a->archive);
	assert_int_equal(a->fd, -1);
}

static inline struct archive *archive_of(int fd)
{
	struct archive *a = archive_read_new();

	archive_read_support_format_cpio(a);
	assert_int_equal(archive_read_open_fd(a, fd, 65536), ARCHIVE_OK);
	return a;
}

/* Every entry as "MODE PATH SIZE", a line each; free it. */
static inline char *listing(int fd)
{
	struct archive *a = archive_of(fd);
	struct archive_entry *entry;
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		fprintf(f, "%o %s", archive_entry_mode(entry),
			archive_entry_pathname(entry));
		if (archive_entry_filetype(entry) == AE_IFREG)
			fprintf(f, " %lld",
				(long long)archive_entry_size(entry));
		if (archive_entry_filetype(entry) == AE_IFCHR)
			fprintf(f, " %u:%u",
				(unsigned)archive_entry_rdevmajor(entry),
				(unsigned)archive_entry_rdevminor(entry));
		if (archive_entry_symlink(entry))
			fprintf(f, " -> %s", archive_entry_symlink(entry));
		fputc('\n', f);
		assert_int_equal(archive_entry_mtime(entry), 0);
		assert_int_equal(archive_entry_uid(entry), 0);
		assert_int_equal(archive_entry_nlink(entry), 1);
	}
	archive_read_free(a);
	fclose(f);
	return text;
}

#endif
