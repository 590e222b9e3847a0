// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands in the way of building against headers that are not installed:
 * paths that begin with /usr/src, a compiler and a C library newer than this
 * machine's, and a vmlinux that asks for BTF and so for one more program.
 */
#include "vm/debian/headers-fit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 4 << 20 };

/*
 * How one file is changed: lines that hold @drop go, @from becomes @to, @head
 * goes before and @tail behind all; NULL: nothing. A file that is not there is
 * none of this release.
 */
struct edit_row {
	const char *file;
	const char *drop;
	const char *from;
	const char *to;
	const char *head;
	const char *tail;
};

#define NO_ALIGNMENT  "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT"
#define NO_COUNTED_BY "CONFIG_CC_HAS_COUNTED_BY"

/*
 * GCC has -fmin-function-alignment from 14, and the attribute counted_by
 * from 15. Without these options the kernel's own Makefile takes
 * -falign-functions, which every compiler has, and its headers do without the
 * attribute.
 */
static const struct edit_row edits[] = {
	{ .file = "Makefile",
	  .from = "/usr/src/",
	  .to = "$(FRAGBENCH_SRC)/",
	  .head = "FRAGBENCH_SRC := "
		  "$(abspath $(dir $(lastword $(MAKEFILE_LIST)))..)\n" },
	{ .file = ".kernelvariables",
	  .tail = "ifeq ($(shell command -v $(CC) 2>/dev/null),)\n"
		  "CC := $(CROSS_COMPILE)gcc\n"
		  "endif\n" },
	{ .file = "include/config/auto.conf", .drop = NO_ALIGNMENT "=" },
	{ .file = "include/generated/autoconf.h", .drop = NO_ALIGNMENT " " },
	{ .file = "include/config/auto.conf", .drop = NO_COUNTED_BY },
	{ .file = "include/generated/autoconf.h", .drop = NO_COUNTED_BY },
};

/* The whole file, NUL-terminated; NULL with errno set. */
static char *file_read(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC), wrong = 0;
	char *text = fd < 0 ? NULL : malloc(FILE_MAX);
	size_t n = 0;
	ssize_t got = 0;

	if (fd < 0)
		return NULL;
	while (text && n < FILE_MAX &&
	       (got = read(fd, text + n, FILE_MAX - n)) > 0)
		n += (size_t)got;
	if (!text)
		wrong = ENOMEM;
	else if (got < 0)
		wrong = errno;
	else if (n == FILE_MAX)
		wrong = EFBIG;
	else
		text[n] = '\0';
	close(fd);
	if (!wrong)
		return text;
	free(text);
	errno = wrong;
	return NULL;
}

/* A new file: what other packages share with it, as a hard link, stays. */
static int file_write(int dirfd, const char *name, const char *text, size_t n,
		      mode_t mode)
{
	int fd, rc = 0;

	unlinkat(dirfd, name, 0);
	fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	errno = ENOSPC;
	if (write(fd, text, n) != (ssize_t)n)
		rc = -errno;
	if (close(fd) && !rc)
		rc = -errno;
	return rc;
}

static void line_put(FILE *f, const struct edit_row *row, const char *line)
{
	const char *at;

	if (row->drop && strstr(line, row->drop))
		return;
	while (row->from && (at = strstr(line, row->from))) {
		fprintf(f, "%.*s%s", (int)(at - line), line, row->to);
		line = at + strlen(row->from);
	}
	fprintf(f, "%s\n", line);
}

static int edit_apply(int dirfd, const struct edit_row *row)
{
	char *text = file_read(dirfd, row->file), *out = NULL, *save;
	size_t size = 0;
	FILE *f;
	int rc;

	if (!text)
		return errno == ENOENT ? 0 : -errno;
	f = open_memstream(&out, &size);
	if (f) {
		fputs(row->head ? row->head : "", f);
		for (char *line = strtok_r(text, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			line_put(f, row, line);
		fputs(row->tail ? row->tail : "", f);
	}
	rc = f && !fclose(f) ? file_write(dirfd, row->file, out, size, 0644)
			     : -ENOMEM;
	free(out);
	free(text);
	return rc;
}

static bool is_elf(const char *path)
{
	char magic[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool yes = fd >= 0 && read(fd, magic, 4) == 4 &&
		   !memcmp(magic, "\177ELF", 4);

	if (fd >= 0)
		close(fd);
	return yes;
}

/*
 * Put a script in the place of the program @path, @level folders below usr/lib,
 * that runs it by the loader of the C library beside it: this machine's may be
 * older than the one that it was built with.
 */
static int program_wrap(const char *path, int level)
{
	char text[1024], up[256] = "", moved[PATH_MAX];

	if (level * 3 >= (int)sizeof(up))
		return -ENAMETOOLONG;
	for (int i = 0; i < level; i++)
		strcat(up, "../");
	snprintf(moved, sizeof(moved), "%s.elf", path);
	if (rename(path, moved))
		return -errno;
	snprintf(text, sizeof(text),
		 "#!/bin/sh\n"
		 "top=${0%%/*}/%s..\n"
		 "name=lib/x86_64-linux-gnu\n"
		 "loader=$top/$name/ld-linux-x86-64.so.2\n"
		 "[ -e \"$loader\" ] ||\n"
		 "\tloader=$top/../$name/ld-linux-x86-64.so.2\n"
		 "exec \"$loader\" --argv0 \"$0\" --library-path \\\n"
		 "\t\"$top/$name:$top/../$name\" \"$0.elf\" \"$@\"\n",
		 up);
	return file_write(AT_FDCWD, path, text, strlen(text), 0755);
}

/* Of one entry below usr/lib; 0 or an errno, as -1 is nftw()'s own. */
static int entry_wrap(const char *path, const struct stat *st, int kind,
		      struct FTW *ftw)
{
	size_t n = strlen(path);

	if (kind != FTW_F || !(st->st_mode & S_IXUSR) ||
	    !strstr(path, "/linux-kbuild-") || !is_elf(path) ||
	    (n > 4 && !strcmp(path + n - 4, ".elf")))
		return 0;
	return -program_wrap(path, ftw->level - 1);
}

static int programs_wrap(const char *folder)
{
	int rc = nftw(folder, entry_wrap, 16, FTW_PHYS);

	return rc < 0 ? -errno : -rc;
}

int frag_headers_fit(int treefd, const char *tree, const char *release,
		     struct frag_error *e)
{
	char path[PATH_MAX];
	int fd, rc = 0;

	snprintf(path, sizeof(path), "usr/src/linux-headers-%s", release);
	fd = openat(treefd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return frag_fail(e, -errno, "cannot open %s/%s", tree, path);
	for (unsigned i = 0; !rc && i < sizeof(edits) / sizeof(*edits); i++)
		rc = edit_apply(fd, &edits[i]);
	if (!rc && unlinkat(fd, "vmlinux", 0) && errno != ENOENT)
		rc = -errno;
	close(fd);
	snprintf(path, sizeof(path), "%s/usr/lib", tree);
	if (!rc)
		rc = programs_wrap(path);
	return rc ? frag_fail(e, rc, "cannot fit the headers in %s", tree) : 0;
}
