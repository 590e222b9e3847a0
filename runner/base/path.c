// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes folders and clean names, and takes folders away. */
#include "path.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { OPEN_FOLDERS = 16 };

int frag_mkdirs(const char *path, struct frag_error *e)
{
	char part[PATH_MAX];
	size_t n = strlen(path);
	struct stat st;

	if (!n || n >= sizeof(part))
		return frag_fail(e, -ENAMETOOLONG, "cannot make a folder '%s'",
				 path);
	memcpy(part, path, n + 1);
	for (char *p = part + 1;; p++) {
		bool is_last = !*p;

		if (*p != '/' && !is_last)
			continue;
		*p = '\0';
		if (mkdir(part, 0755) && errno != EEXIST)
			return frag_fail(e, -errno, "cannot make the folder %s",
					 part);
		if (is_last)
			break;
		*p = '/';
	}
	/* What was there already may be a file. */
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	return frag_fail(e, -ENOTDIR, "cannot make the folder %s", path);
}

static int entry_remove(const char *path, const struct stat *st, int kind,
			struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	(void)remove(path);
	return 0;
}

void frag_remove_tree(const char *path)
{
	nftw(path, entry_remove, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

const char *frag_name_clean(const char *text, char *buf, size_t size)
{
	size_t n = 0;

	for (; text[n] && n + 1 < size; n++) {
		char c = text[n];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			 c != '.' && c != '+' && c != '-')
			c = '-';
		buf[n] = c;
	}
	buf[n] = '\0';
	return buf;
}
