// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the run directories that the words of a command line mean. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/packed.h"
#include "verb/compare.h"

static bool has_end(const char *name, const char *end)
{
	size_t n = strlen(name);
	size_t m = strlen(end);

	while (n > 1 && name[n - 1] == '/')
		n--;
	return n > m && !strncmp(name + n - m, end, m);
}

static void path_keep(json_t *paths, const char *path)
{
	/* Any bytes may stand in it. */
	if (paths)
		json_array_append_new(paths, json_string_nocheck(path));
}

/* Is it one that was not sealed? Then it is counted. */
static bool is_unsealed(const char *path, struct frag_runs_skipped *skipped)
{
	if (has_end(path, ".partial"))
		skipped->unfinished++;
	else if (has_end(path, ".failed"))
		skipped->failed++;
	else
		return false;
	path_keep(skipped->paths, path);
	return true;
}

static bool has_manifest(const char *path)
{
	char file[PATH_MAX + 16];

	snprintf(file, sizeof(file), "%s/manifest.json", path);
	return frag_packed_is_there(AT_FDCWD, file);
}

/* Once each: results/latest is the same as what it points at. */
static bool is_new(json_t *seen, const char *path)
{
	char real[PATH_MAX];

	if (!realpath(path, real))
		return true;
	if (json_object_get(seen, real))
		return false;
	json_object_set_new(seen, real, json_true());
	return true;
}

static void run_find(const char *path, json_t *found, json_t *seen,
		     struct frag_runs_skipped *skipped)
{
	if (!is_unsealed(path, skipped) && is_new(seen, path))
		path_keep(found, path);
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Links are passed over: what they point at stands beside them. */
static int folder_find(const char *folder, json_t *found, json_t *seen,
		       struct frag_runs_skipped *skipped, struct frag_error *e)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_shown, alphasort);
	bool is_idle = true;

	if (n < 0) {
		int rc = frag_fail(e, -errno, "cannot read the folder %s",
				   folder);

		frag_error_mend(e,
				"ls -ld %s; or name the run directories "
				"in it",
				folder);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return rc;
	}
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];
		struct stat st;

		snprintf(path, sizeof(path), "%s%s%s", folder,
			 has_end(folder, "/") ? "" : "/", entries[i]->d_name);
		free(entries[i]);
		if (lstat(path, &st) || !S_ISDIR(st.st_mode))
			continue;
		if (has_manifest(path))
			run_find(path, found, seen, skipped);
		else if (!is_unsealed(path, skipped))
			continue;
		is_idle = false;
	}
	free(entries);
	if (is_idle)
		path_keep(skipped->idle, folder);
	return 0;
}

int frag_runs_find(const char *path, json_t *found, json_t *seen,
		   struct frag_runs_skipped *skipped, struct frag_error *e)
{
	struct stat st;
	int rc;

	if (stat(path, &st)) {
		rc = frag_fail(e, -errno, "cannot read the run %s", path);
		frag_error_mend(e, "%s",
				path[0] == '-'
					? "options stand before the runs: "
					  "fragbench help compare"
					: "name run directories, or a folder "
					  "that holds some");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return rc;
	}
	if (!S_ISDIR(st.st_mode))
		return 0;
	if (has_manifest(path))
		run_find(path, found, seen, skipped);
	else if (!is_unsealed(path, skipped))
		return folder_find(path, found, seen, skipped, e);
	return 0;
}

int frag_runs_add(struct frag_compare *c, const char *path,
		  enum frag_compare_side side, json_t *seen,
		  struct frag_runs_skipped *skipped, struct frag_error *e)
{
	json_t *found = json_array();
	int rc = frag_runs_find(path, found, seen, skipped, e);
	const json_t *run;
	size_t i;

	json_array_foreach(found, i, run)
	{
		const char *name = json_string_value(run);
		int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		frag_compare_add(c, fd, name, side);
		if (fd >= 0)
			close(fd);
	}
	json_decref(found);
	return rc;
}
