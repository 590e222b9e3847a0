// SPDX-License-Identifier: GPL-2.0-or-later
/* The folder of a page: written aside, put in its place as a whole, and never
 * in the place of anything else than a page. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/path.h"
#include "verb/report-python.h"
#include "verb/report.h"

static bool has_end(const char *name, const char *end)
{
	size_t n = strlen(name);
	size_t m = strlen(end);

	return n > m && !strcmp(name + n - m, end);
}

/* Remove @path and the files in it; it has no folders in it. */
static void folder_remove(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	rmdir(path);
}

static int is_picture(const struct dirent *entry)
{
	return has_end(entry->d_name, ".png") || has_end(entry->d_name, ".svg");
}

static bool is_ours(const struct dirent *entry)
{
	static const char *const names[] = { ".", "..", "index.html",
					     "index.pdf", "comparison.json" };

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(entry->d_name, names[i]))
			return true;
	return is_picture(entry);
}

/* True when all that is in @path looks as if this verb had written it. */
static bool is_report(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool is_all_ours = dir != NULL;

	while (is_all_ours && (entry = readdir(dir)))
		is_all_ours = is_ours(entry);
	if (dir)
		closedir(dir);
	return is_all_ours;
}

static int place_refuse(const struct frag_page *p, struct frag_error *e)
{
	frag_fail(e, 0, "will not replace %s", p->place);
	frag_error_why(e, "something else than a report is in it");
	frag_error_mend(e, "move it away, or choose another folder with -o "
			   "DIR");
	return -EEXIST;
}

/* Make the side folder beside the place, so that a rename is enough. */
static int side_make(struct frag_page *p, struct frag_error *e)
{
	int rc;

	if (p->options->output) {
		rc = frag_mkdirs(p->options->output, e);
		if (rc)
			return rc;
	}
	if (!access(p->place, F_OK) && !is_report(p->place))
		return place_refuse(p, e);
	snprintf(p->side, sizeof(p->side), "%s/.report-XXXXXX", p->parent);
	if (!mkdtemp(p->side)) {
		rc = frag_fail(e, -errno, "cannot write a report into %s",
			       p->parent);
		frag_error_mend(e, "fragbench report -o DIR %s", p->source);
		return rc;
	}
	return chmod(p->side, 0755) ? -errno : 0;
}

/* Put the side folder in its place; an older report gives way as a whole. */
static int side_place(const struct frag_page *p, struct frag_error *e)
{
	if (!rename(p->side, p->place))
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return frag_fail(e, -errno, "cannot put %s in its place",
				 p->place);
	if (!renameat2(AT_FDCWD, p->side, AT_FDCWD, p->place, RENAME_EXCHANGE)) {
		folder_remove(p->side);
		return 0;
	}
	folder_remove(p->place);
	if (!rename(p->side, p->place))
		return 0;
	return frag_fail(e, -errno, "cannot put %s in its place", p->place);
}

static int comparison_write(const struct frag_page *p, struct frag_error *e)
{
	int fd;
	int rc;

	if (!p->comparison)
		return 0;
	fd = open(p->side, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return frag_fail(e, -errno, "cannot open %s", p->side);
	rc = frag_json_write(fd, "comparison.json", p->comparison, e);
	close(fd);
	return rc;
}

static int python_failed(const struct frag_page *p, int code,
			 struct frag_error *e)
{
	char what[256];

	if (code == FRAG_PYTHON_NO_SPACE) {
		frag_fail(e, -ENOSPC, "cannot write the report of %s", p->what);
		frag_error_mend(e, "make room, or fragbench report -o DIR %s",
				p->source);
		return -EIO;
	}
	if (code == FRAG_PYTHON_NO_PDF) {
		frag_fail(e, 0, "cannot make a PDF of the report of %s",
			  p->what);
		frag_error_why(e, "that Python has no WeasyPrint");
		frag_error_mend(e, "apt-get install weasyprint; or print the "
				   "page from a browser");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -ENOENT;
	}
	snprintf(what, sizeof(what), "the report of %.200s", p->what);
	return frag_python_fail(code, what, e);
}

/* Script, @words with the side folder behind the first, and what was asked. */
static int python_draw(const struct frag_page *p, const char *const *words)
{
	const char **args;
	unsigned from = 0;
	unsigned n = 0;
	int rc;

	while (words[from])
		from++;
	args = calloc(from + 5, sizeof(*args));
	if (!args)
		return -ENOMEM;
	args[n++] = p->script;
	args[n++] = words[0];
	args[n++] = p->side;
	if (p->options->svg)
		args[n++] = "--svg";
	if (p->options->pdf)
		args[n++] = "--pdf";
	memcpy(args + n, words + 1, (from - 1) * sizeof(*args));
	rc = frag_python_run(args);
	free(args);
	return rc;
}

/*
 * Signals wait meanwhile: Ctrl-C reaches Python by itself, and the side folder
 * is cleared away before it ends this process.
 */
int frag_page_draw(struct frag_page *p, const char *const *words,
		   struct frag_error *e)
{
	sigset_t stop;
	sigset_t before;
	int code;
	int rc;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop, &before);
	rc = side_make(p, e);
	if (!rc) {
		rc = comparison_write(p, e);
		code = rc ? 0 : python_draw(p, words);
		if (!rc)
			rc = code ? python_failed(p, code, e)
				  : side_place(p, e);
		if (rc)
			folder_remove(p->side);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static json_t *pictures_json(const char *page)
{
	struct dirent **found = NULL;
	int n = scandir(page, &found, is_picture, alphasort);
	json_t *list = json_array();
	char path[PATH_MAX + NAME_MAX + 2];

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", page, found[i]->d_name);
		json_array_append_new(list, frag_json_text(path));
		free(found[i]);
	}
	free(found);
	return list;
}

void frag_page_print(const struct frag_page *p, json_t *about)
{
	char page[PATH_MAX + 16];

	snprintf(page, sizeof(page), "%s/index.html", p->place);
	if (!p->options->json) {
		puts(page);
		if (p->options->pdf)
			printf("%s/index.pdf\n", p->place);
		json_decref(about);
		return;
	}
	json_object_set_new(about, "page", frag_json_text(page));
	snprintf(page, sizeof(page), "%s/index.pdf", p->place);
	if (p->options->pdf)
		json_object_set_new(about, "pdf", frag_json_text(page));
	json_object_set_new(about, "pictures", pictures_json(p->place));
	json_dumpf(about, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(about);
}
