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
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/analysis.h"
#include "base/json.h"
#include "base/path.h"
#include "verb.h"
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

/* What analysis/report/report.py ends with, beside 0. */
enum { PYTHON_NO_MODULES = 77, PYTHON_NO_SPACE = 78, PYTHON_NOT_FOUND = 127 };

/* One report being made. run: its folder; name: the last part of its path;
 * side: where Python writes; page: where it ends up. */
struct report {
	const struct report_options *options;
	char run[PATH_MAX];
	const char *name;
	char side[PATH_MAX];
	char page[PATH_MAX];
};

/* --- finding the run -------------------------------------------------------- */

static const char *run_default(char *buf, size_t size)
{
	const char *results = getenv("FRAGBENCH_RESULTS");

	snprintf(buf, size, "%s/latest",
		 results && *results ? results : "results");
	return buf;
}

/* What it is instead when @run is no folder with a manifest. */
static int run_missing(const char *run, bool is_default, int rc,
		       struct frag_error *e)
{
	if (rc == -ENOENT && is_default) {
		frag_fail(e, rc, "there is no run to report on yet, %s", run);
		frag_error_mend(e, "fragbench run sbrk-interleave");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return rc;
	}
	if (rc == -ENOENT || rc == -ENOTDIR) {
		frag_fail(e, rc, "no such run: %s", run);
		frag_error_mend(e, "name a folder that fragbench run has "
				   "written: ls -d results/*");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return rc;
	}
	return frag_fail(e, rc, "cannot open the run %s", run);
}

static int manifest_check(const char *run, int fd, struct frag_error *e)
{
	if (!faccessat(fd, "manifest.json", R_OK, 0))
		return 0;
	if (errno != ENOENT)
		return frag_fail(e, -errno, "cannot read %s/manifest.json",
				 run);
	frag_fail(e, -ENOENT, "%s is not a run directory", run);
	frag_error_mend(e, "name a folder that holds a manifest.json: "
			   "ls -d results/*/");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -ENOENT;
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

/* An older or interrupted run has no summary yet. What may still grow or was
 * cut off is summed up afresh each time. */
static int summary_ensure(const struct report *r, int fd, struct frag_error *e)
{
	const char *partial = strstr(r->name, ".partial");
	json_t *summary;

	if (!(partial && !partial[8]) && !faccessat(fd, "summary.json", R_OK, 0))
		return 0;
	summary = frag_summarize(fd, e);
	if (!summary) {
		frag_fail(e, 0, "cannot sum up %s", r->run);
		frag_error_mend(e, "its summary.json is written into the run: "
				   "report on a copy that can be written");
		return -EIO;
	}
	json_decref(summary);
	return 0;
}

/* --- side folder and place --------------------------------------------------- */

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

static bool has_end(const char *name, const char *end)
{
	size_t n = strlen(name);
	size_t m = strlen(end);

	return n > m && !strcmp(name + n - m, end);
}

/* True when all that is in @path looks as if this verb had written it. */
static bool is_report(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool is_ours = dir != NULL;

	while (is_ours && (entry = readdir(dir)))
		is_ours = !strcmp(entry->d_name, ".") ||
			  !strcmp(entry->d_name, "..") ||
			  !strcmp(entry->d_name, "index.html") ||
			  has_end(entry->d_name, ".png") ||
			  has_end(entry->d_name, ".svg");
	if (dir)
		closedir(dir);
	return is_ours;
}

static int place_refuse(const struct report *r, struct frag_error *e)
{
	frag_fail(e, -EEXIST, "will not replace %s", r->page);
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

/* Beside the binary: in the source tree of a build, or where it is installed. */
static int scripts_find(char *path, size_t size, struct frag_error *e)
{
	static const char *const below[] = { "../analysis/report",
					     "../share/fragbench/report" };
	const char *given = getenv("FRAGBENCH_REPORT_DIR");
	char exe[PATH_MAX] = "";

	if (given && *given) {
		snprintf(path, size, "%s/report.py", given);
		if (!access(path, R_OK))
			return 0;
	} else if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0) {
		*strrchr(exe, '/') = '\0';
		for (unsigned i = 0; i < 2; i++) {
			snprintf(path, size, "%s/%s/report.py", exe, below[i]);
			if (!access(path, R_OK))
				return 0;
		}
	}
	frag_fail(e, -ENOENT, "cannot find the scripts that draw the report");
	frag_error_mend(e, "FRAGBENCH_REPORT_DIR=SOURCES/analysis/report "
			   "fragbench report ...");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOENT;
}

static void python_exec(const struct report *r, const char *python,
			const char *script)
{
	const char *argv[] = { python,	"-B",
			       script,	r->run,
			       r->side, r->options->svg ? "--svg" : NULL,
			       NULL };
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(python, (char *const *)argv);
	_exit(PYTHON_NOT_FOUND);
}

/* Run the script; returns its exit code, 128 + the signal that ended it, or a
 * negative errno. */
static int python_run(const struct report *r, const char *python,
		      const char *script)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		python_exec(r, python, script);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The interpreter that $FRAGBENCH_PYTHON names and no other, else the first of
 * the usual ones that has what the script needs. */
static int python_any(const struct report *r, const char *script)
{
	static const char *const usual[] = { "/usr/bin/python3", "python3" };
	const char *given = getenv("FRAGBENCH_PYTHON");
	int code = PYTHON_NOT_FOUND;

	if (given && *given)
		return python_run(r, given, script);
	for (unsigned i = 0; i < 2; i++) {
		code = python_run(r, usual[i], script);
		if (code != PYTHON_NO_MODULES && code != PYTHON_NOT_FOUND)
			break;
	}
	return code;
}

static int python_failed(const struct report *r, int code, struct frag_error *e)
{
	if (code == PYTHON_NO_MODULES || code == PYTHON_NOT_FOUND) {
		frag_fail(e, 0, "cannot draw the report of %s", r->name);
		frag_error_why(e, "no Python with matplotlib and jinja2");
		frag_error_mend(e, "apt-get install python3-matplotlib "
				   "python3-jinja2");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
	} else if (code == PYTHON_NO_SPACE) {
		frag_fail(e, -ENOSPC, "cannot write the report of %s", r->name);
		frag_error_mend(e, "make room, or fragbench report -o DIR %s",
				r->run);
	} else if (code < 0) {
		frag_fail(e, code, "cannot start Python");
	} else {
		frag_fail(e, 0, "cannot draw the report of %s", r->name);
		frag_error_why(e,
			       "Python ended with code %d; its own words "
			       "stand above",
			       code);
	}
	return -EIO;
}

/* --- the verb
 * ---------------------------------------------------------------------- */

static int is_picture(const struct dirent *entry)
{
	return has_end(entry->d_name, ".png") || has_end(entry->d_name, ".svg");
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
		code = python_any(r, script);
		rc = code ? python_failed(r, code, e) : side_place(r, e);
		if (rc)
			folder_remove(r->side);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static int report_one(const struct report_options *o, const char *run,
		      bool is_default, struct frag_error *e)
{
	struct report r = { .options = o };
	char script[PATH_MAX + 64];
	int fd = run_open(&r, run, is_default, e);
	int rc;

	if (fd < 0)
		return fd;
	rc = summary_ensure(&r, fd, e);
	close(fd);
	if (!rc)
		rc = scripts_find(script, sizeof(script), e);
	if (!rc)
		rc = report_draw(&r, script, e);
	if (!rc)
		result_print(&r);
	return rc;
}

static int report_call(struct frag_call *call, struct frag_error *e)
{
	const struct report_options *o = call->options;
	char latest[PATH_MAX];
	int rc = 0;

	if (!call->nwords)
		return report_one(o, run_default(latest, sizeof(latest)), true,
				  e);
	for (unsigned i = 0; !rc && i < call->nwords; i++)
		rc = report_one(o, call->words[i], false, e);
	return rc;
}

const struct frag_verb frag_verb_report = {
	.name = "report",
	.group = FRAG_READ,
	.summary = "draw a run directory as one page of HTML",
	.usage = "[RUN]... [--svg] [--json] [-o DIR]",
	.about =
		"Writes RUN/report/index.html: one self-contained page that says what was done, on which machine, what happened and how far to trust it, with tables and pictures; the pictures stand beside it as PNG. Without RUN it takes results/latest, or latest in $FRAGBENCH_RESULTS. With -o DIR the page goes to DIR/RUN-report/index.html. The path of the page is printed.\n"
		"\n"
		"A run that was interrupted, or that has no summary.json, is summed up first. The pictures are drawn by Python with matplotlib and jinja2: $FRAGBENCH_PYTHON if set, else /usr/bin/python3, else python3 in PATH. Its scripts are taken from $FRAGBENCH_REPORT_DIR, or from where fragbench was built or installed.",
	.options = report_rows,
	.options_size = sizeof(struct report_options),
	.call = report_call,
};
