// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report verb: finds the run directories and a Python that can draw, lets
 * it write into a side folder, and puts that folder in its place as a whole.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/analysis.h"
#include "base/json.h"
#include "base/packed.h"
#include "base/path.h"
#include "verb.h"
#include "verb/report-python.h"
#include "verb/verbs.h"

struct report_options {
	bool svg;
	bool json;
	const char *output;
};

#define ROW(field) offsetof(struct report_options, field)

static const struct frag_option report_rows[] = {
	{ "svg", 0, FRAG_FLAG, ROW(svg), NULL, NULL, 0, 0,
	  "write every picture as SVG, too" },
	{ "json", 0, FRAG_FLAG, ROW(json), NULL, NULL, 0, 0,
	  "print one JSON object a run: run, page, pictures" },
	{ "output", 'o', FRAG_TEXT, ROW(output), "DIR", NULL, 0, 0,
	  "write the pages below this folder, each in RUN-report, instead of beside the numbers" },
	{ NULL, 0, FRAG_FLAG, 0, NULL, NULL, 0, 0, NULL },
};

/* One report being made. run: its folder; name: the last part of its path;
 * side: where Python writes; page: where it ends up; others: all runs that were
 * given. */
struct report {
	const struct report_options *options;
	const char *const *others;
	char run[PATH_MAX];
	const char *name;
	char side[PATH_MAX];
	char page[PATH_MAX];
};

static int run_refuse(const char *run, const char *why, struct frag_error *e)
{
	frag_fail(e, 0, "cannot report on %s", run);
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "name a folder that fragbench run has written: ls "
			   "-d results/*");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -ENOENT;
}

/* What it is instead when @run cannot be opened as a folder. */
static int run_missing(const char *run, bool is_default, int rc,
		       struct frag_error *e)
{
	if (rc == -ENOTDIR || (rc == -ENOENT && !is_default))
		return run_refuse(run, "no such run directory", e);
	frag_fail(e, rc, "cannot open the run %s", run);
	if (rc == -ENOENT) {
		frag_error_mend(e, "fragbench run sbrk-interleave");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
	}
	return rc;
}

static int manifest_check(const char *run, int fd, struct frag_error *e)
{
	if (frag_packed_is_there(fd, "manifest.json"))
		return 0;
	if (errno == ENOENT)
		return run_refuse(
			run,
			"it is no run directory: it holds no manifest.json", e);
	return frag_fail(e, -errno, "cannot read %s/manifest.json", run);
}

/* Resolve links (results/latest), so that the page says which run it is of. */
static int run_open(struct report *r, const char *run, bool is_default,
		    struct frag_error *e)
{
	int fd;
	int rc;

	if (!realpath(run, r->run))
		return run_missing(run, is_default, -errno, e);
	fd = open(r->run, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return run_missing(run, is_default, -errno, e);
	r->name = strrchr(r->run, '/') + 1;
	rc = manifest_check(r->run, fd, e);
	if (!rc)
		return fd;
	close(fd);
	return rc;
}

static bool has_end(const char *name, const char *end)
{
	size_t n = strlen(name);
	size_t m = strlen(end);

	return n > m && !strcmp(name + n - m, end);
}

/*
 * An older run has no summary yet; one without a seal is summed up afresh each
 * time. Not while it is going on (its runner then holds a lock on the folder):
 * what is written into it now would stay as it is.
 */
static int summary_ensure(const struct report *r, int fd, struct frag_error *e)
{
	json_t *summary;

	if (!has_end(r->name, ".partial")) {
		if (frag_packed_is_there(fd, "summary.json"))
			return 0;
	} else if (flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK) {
		frag_fail(e, 0, "cannot report on %s", r->name);
		frag_error_why(e, "it is still being measured");
		frag_error_mend(e, "wait until it is done");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -EBUSY;
	}
	summary = frag_summarize(fd, e);
	if (summary) {
		json_decref(summary);
		return 0;
	}
	frag_fail(e, 0, "cannot sum up %s", r->run);
	if (faccessat(fd, ".", W_OK, 0))
		frag_error_mend(e, "summary.json is written into the run: "
				   "report on a copy of it");
	return -EIO;
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

/* True when all that is in @path looks as if this verb had written it. */
static bool is_report(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool is_ours = dir != NULL;

	while (is_ours && (entry = readdir(dir)))
		is_ours = is_picture(entry) || !strcmp(entry->d_name, ".") ||
			  !strcmp(entry->d_name, "..") ||
			  !strcmp(entry->d_name, "index.html");
	if (dir)
		closedir(dir);
	return is_ours;
}

static int place_refuse(const struct report *r, struct frag_error *e)
{
	frag_fail(e, 0, "will not replace %s", r->page);
	frag_error_why(e, "something else than a report is in it");
	frag_error_mend(e, "move it away, or choose another folder with -o "
			   "DIR");
	return -EEXIST;
}

/* Make the side folder beside the place, so that a rename is enough. */
static int side_make(struct report *r, struct frag_error *e)
{
	const char *parent = r->options->output;
	int rc;

	if (parent) {
		rc = frag_mkdirs(parent, e);
		if (rc)
			return rc;
		snprintf(r->page, sizeof(r->page), "%s/%s-report", parent,
			 r->name);
	} else {
		parent = r->run;
		snprintf(r->page, sizeof(r->page), "%s/report", parent);
	}
	if (!access(r->page, F_OK) && !is_report(r->page))
		return place_refuse(r, e);
	snprintf(r->side, sizeof(r->side), "%s/.report-XXXXXX", parent);
	if (!mkdtemp(r->side)) {
		rc = frag_fail(e, -errno, "cannot write a report into %s",
			       parent);
		frag_error_mend(e, "fragbench report -o DIR %s", r->run);
		return rc;
	}
	return chmod(r->side, 0755) ? -errno : 0;
}

/* Put the side folder in its place; an older report gives way as a whole. */
static int side_place(const struct report *r, struct frag_error *e)
{
	if (!rename(r->side, r->page))
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return frag_fail(e, -errno, "cannot put %s in its place",
				 r->page);
	if (!renameat2(AT_FDCWD, r->side, AT_FDCWD, r->page, RENAME_EXCHANGE)) {
		folder_remove(r->side);
		return 0;
	}
	folder_remove(r->page);
	if (!rename(r->side, r->page))
		return 0;
	return frag_fail(e, -errno, "cannot put %s in its place", r->page);
}

/* --- Python
 * --------------------------------------------------------------------- */

static int python_failed(const struct report *r, int code, struct frag_error *e)
{
	char what[256];

	if (code == FRAG_PYTHON_NO_SPACE) {
		frag_fail(e, -ENOSPC, "cannot write the report of %s", r->name);
		frag_error_mend(e, "make room, or fragbench report -o DIR %s",
				r->run);
		return -EIO;
	}
	snprintf(what, sizeof(what), "the report of %.200s", r->name);
	return frag_python_fail(code, what, e);
}

/* --- the verb
 * ---------------------------------------------------------------------- */

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

static void result_print(const struct report *r)
{
	char page[PATH_MAX + 16];
	json_t *json;

	snprintf(page, sizeof(page), "%s/index.html", r->page);
	if (!r->options->json) {
		puts(page);
		return;
	}
	json = json_pack("{s:o, s:o, s:o}", "run", frag_json_text(r->run),
			 "page", frag_json_text(page), "pictures",
			 pictures_json(r->page));
	json_dumpf(json, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(json);
}

/*
 * Draw into the side folder and put it in place. Signals wait meanwhile: Ctrl-C
 * reaches Python by itself, and the side folder is cleared away before it ends
 * this process.
 */
static int report_draw(struct report *r, const char *script,
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
	rc = side_make(r, e);
	if (!rc) {
		code = frag_python_draw(&(struct frag_drawing){
			script, r->run, r->side, r->options->svg, r->others });
		rc = code ? python_failed(r, code, e) : side_place(r, e);
		if (rc)
			folder_remove(r->side);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static int report_one(const struct frag_call *call, const char *run,
		      bool is_default, struct frag_error *e)
{
	struct report r = { .options = call->options, .others = call->words };
	char script[PATH_MAX + 64];
	int fd = run_open(&r, run, is_default, e);
	int rc;

	if (fd < 0)
		return fd;
	rc = summary_ensure(&r, fd, e);
	close(fd);
	if (!rc)
		rc = frag_script_find(script, sizeof(script), e);
	if (!rc)
		rc = report_draw(&r, script, e);
	if (!rc)
		result_print(&r);
	return rc;
}

/* Sum up those that want it, before the first is drawn with the others beside
 * it. What goes wrong is told when it is the turn of that one. */
static void others_ensure(const struct frag_call *call)
{
	for (unsigned i = 0; i < call->nwords && call->nwords > 1; i++) {
		struct report r = { .options = call->options };
		struct frag_error ignored = { .exit = 0 };
		int fd = run_open(&r, call->words[i], false, &ignored);

		if (fd < 0)
			continue;
		summary_ensure(&r, fd, &ignored);
		close(fd);
	}
}

static int report_call(struct frag_call *call, struct frag_error *e)
{
	const char *results = getenv("FRAGBENCH_RESULTS");
	char latest[PATH_MAX];
	int rc = 0;

	snprintf(latest, sizeof(latest), "%s/latest",
		 results && *results ? results : "results");
	if (!call->nwords)
		return report_one(call, latest, true, e);
	others_ensure(call);
	for (unsigned i = 0; !rc && i < call->nwords; i++)
		rc = report_one(call, call->words[i], false, e);
	return rc;
}

const struct frag_verb frag_verb_report = {
	.name = "report",
	.group = FRAG_READ,
	.summary = "draw a run directory as one page of HTML",
	.usage = "[RUN]... [--svg] [--json] [-o DIR]",
	.about =
		"Writes RUN/report/index.html: one self-contained page that says what was done, on which machine, what happened and how far to trust it, with tables and pictures; the pictures stand beside it as PNG. Without RUN it takes results/latest, or latest in $FRAGBENCH_RESULTS. Of a scenario whose arms turn a dial the page has the response curve, with the points of all runs of the same scenario that are given: the runs of a series, or of several kernels. With -o DIR the page goes to DIR/RUN-report/index.html. The path of the page is printed.\n"
		"\n"
		"A run that was interrupted, or that has no summary.json, is summed up first. The pictures are drawn by Python with matplotlib and jinja2: $FRAGBENCH_PYTHON if set, else /usr/bin/python3, else python3 in PATH. Its scripts are taken from $FRAGBENCH_REPORT_DIR, or from where fragbench was built or installed.",
	.options = report_rows,
	.options_size = sizeof(struct report_options),
	.call = report_call,
};
