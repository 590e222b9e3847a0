// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report verb: finds the run directories and a Python that can draw, lets
 * it write into a side folder, and puts that folder in its place as a whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
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
#include "verb/compare.h"
#include "verb/report-python.h"
#include "verb/report.h"
#include "verb/verbs.h"

#define ROW(field) offsetof(struct frag_report_options, field)

static const struct frag_option report_rows[] = {
	{ "svg", 0, FRAG_FLAG, ROW(svg), NULL, NULL, 0, 0,
	  "write every picture as SVG, too" },
	{ "pdf", 0, FRAG_FLAG, ROW(pdf), NULL, NULL, 0, 0,
	  "write the page as PDF, too: index.pdf beside it (needs WeasyPrint)" },
	{ "json", 0, FRAG_FLAG, ROW(json), NULL, NULL, 0, 0,
	  "print one JSON object a page: run or runs, page, pictures" },
	{ "by", 0, FRAG_WORDS, ROW(by), "KEY", NULL, 0, 0,
	  "what makes the groups of a page of several runs: a key as in fragbench compare (kernel, scenario, series, memory, mode, a knob ...); may be given again. Without it: kernel and scenario where these differ, else series" },
	{ "differ", 0, FRAG_WORDS, ROW(differ), "KEY", NULL, 0, 0,
	  "the runs of a page are meant to differ in this, as of --by, without being grouped by it; may be given again" },
	{ "each", 0, FRAG_FLAG, ROW(each), NULL, NULL, 0, 0,
	  "a page of its own for each of several runs, instead of one page of all" },
	{ "untrusted", 0, FRAG_FLAG, ROW(untrusted), NULL, NULL, 0, 0,
	  "let untrusted runs count in the numbers of a page of several runs" },
	{ "output", 'o', FRAG_TEXT, ROW(output), "DIR", NULL, 0, 0,
	  "write the pages below this folder, each in RUN-report, instead of beside the numbers" },
	{ NULL, 0, FRAG_FLAG, 0, NULL, NULL, 0, 0, NULL },
};

/* A run that was named. name: the last part of its path. */
struct named_run {
	char path[PATH_MAX];
	const char *name;
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
static int run_open(struct named_run *r, const char *run, bool is_default,
		    struct frag_error *e)
{
	int fd;
	int rc;

	if (!realpath(run, r->path))
		return run_missing(run, is_default, -errno, e);
	fd = open(r->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return run_missing(run, is_default, -errno, e);
	r->name = strrchr(r->path, '/') + 1;
	rc = manifest_check(r->path, fd, e);
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
int frag_report_sum(const char *path, const char *name, int fd,
		    struct frag_error *e)
{
	json_t *summary;

	if (!has_end(name, ".partial")) {
		if (frag_packed_is_there(fd, "summary.json"))
			return 0;
	} else if (flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK) {
		frag_fail(e, 0, "cannot report on %s", name);
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
	frag_fail(e, 0, "cannot sum up %s", path);
	if (faccessat(fd, ".", W_OK, 0))
		frag_error_mend(e, "summary.json is written into the run: "
				   "report on a copy of it");
	return -EIO;
}

static void page_place(struct frag_page *p, const struct named_run *r)
{
	if (p->parent)
		snprintf(p->place, sizeof(p->place), "%s/%s-report", p->parent,
			 r->name);
	else
		snprintf(p->place, sizeof(p->place), "%s/report", r->path);
	if (!p->parent)
		p->parent = r->path;
}

/* The run, and all that were named: they share its response curve. */
static int run_draw(struct frag_page *p, const char *run,
		    const char *const *others, struct frag_error *e)
{
	const char **words;
	unsigned n = 0;
	int rc;

	while (others[n])
		n++;
	words = calloc(n + 2, sizeof(*words));
	if (!words)
		return frag_fail(e, -ENOMEM, "cannot draw %s", run);
	words[0] = run;
	memcpy(words + 1, others, n * sizeof(*words));
	rc = frag_page_draw(p, words, e);
	free(words);
	return rc;
}

static int report_one(const struct frag_report_options *o, const char *run,
		      const char *const *others, bool is_default,
		      struct frag_error *e)
{
	struct frag_page p = { .options = o, .parent = o->output };
	struct named_run r;
	int fd = run_open(&r, run, is_default, e);
	int rc;

	if (fd < 0)
		return fd;
	p.source = r.path;
	p.what = r.name;
	rc = frag_report_sum(r.path, r.name, fd, e);
	close(fd);
	if (rc)
		return rc;
	page_place(&p, &r);
	rc = frag_script_find(p.script, sizeof(p.script), "report.py", e);
	if (!rc)
		rc = run_draw(&p, r.path, others, e);
	if (!rc)
		frag_page_print(&p, json_pack("{s:o}", "run",
					      frag_json_text(r.path)));
	return rc;
}

/* Sum up those that want it, before the first is drawn with the others beside
 * it. What goes wrong is told when it is the turn of that one. */
static void others_ensure(const struct frag_call *call)
{
	for (unsigned i = 0; i < call->nwords && call->nwords > 1; i++) {
		struct frag_error ignored = { .exit = 0 };
		struct named_run r;
		int fd = run_open(&r, call->words[i], false, &ignored);

		if (fd < 0)
			continue;
		frag_report_sum(r.path, r.name, fd, &ignored);
		close(fd);
	}
}

static int report_each(const struct frag_call *call, struct frag_error *e)
{
	int rc = 0;

	others_ensure(call);
	for (unsigned i = 0; !rc && i < call->nwords; i++)
		rc = report_one(call->options, call->words[i], call->words,
				false, e);
	return rc;
}

/* --- several runs on one page
 * ----------------------------------------------------------- */

static void skipped_say(const struct frag_runs_skipped *s)
{
	const json_t *path;
	size_t i;

	json_array_foreach(s->paths, i, path)
		fprintf(stderr, "fragbench: not finished, left out: %s\n",
			json_string_value(path));
	/* Pages of before stand among the runs. */
	json_array_foreach(s->idle, i,
			   path) if (!has_end(json_string_value(path),
					      "-report"))
		fprintf(stderr, "fragbench: no run is in the folder %s\n",
			json_string_value(path));
}

static int none_found(const struct frag_call *call,
		      const struct frag_runs_skipped *skipped,
		      struct frag_error *e)
{
	struct named_run r;
	int fd;

	if (json_array_size(skipped->paths)) {
		frag_fail(e, 0, "cannot report on these runs together");
		frag_error_why(e, "none of them was finished");
		frag_error_mend(
			e, "fragbench report --each %s",
			json_string_value(json_array_get(skipped->paths, 0)));
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -ENOENT;
	}
	fd = run_open(&r, call->words[0], false, e);
	if (fd < 0)
		return fd;
	close(fd);
	return run_refuse(call->words[0], "it is no run", e);
}

/* One run that is left of all words has its own page all the same. */
static int report_found(const struct frag_call *call, json_t *found,
			const struct frag_runs_skipped *skipped,
			struct frag_error *e)
{
	const struct frag_report_options *o = call->options;
	const char *first = json_string_value(json_array_get(found, 0));

	if (!first)
		return none_found(call, skipped, e);
	skipped_say(skipped);
	if (json_array_size(found) > 1 || o->by.count)
		return frag_report_series(o, found, skipped->paths, e);
	return report_one(o, first, (const char *const[]){ NULL }, false, e);
}

static int report_together(const struct frag_call *call, struct frag_error *e)
{
	struct frag_runs_skipped skipped = { .paths = json_array(),
					     .idle = json_array() };
	json_t *found = json_array();
	json_t *seen = json_object();
	int rc = 0;

	for (unsigned i = 0; !rc && i < call->nwords; i++)
		rc = frag_runs_find(call->words[i], found, seen, &skipped, e);
	if (!rc)
		rc = report_found(call, found, &skipped, e);
	json_decref(skipped.paths);
	json_decref(skipped.idle);
	json_decref(found);
	json_decref(seen);
	return rc;
}

static bool is_run(const char *path)
{
	char file[PATH_MAX + 16];

	snprintf(file, sizeof(file), "%s/manifest.json", path);
	return frag_packed_is_there(AT_FDCWD, file) || access(path, F_OK) != 0;
}

static int report_call(struct frag_call *call, struct frag_error *e)
{
	const struct frag_report_options *o = call->options;
	const char *results = getenv("FRAGBENCH_RESULTS");
	char latest[PATH_MAX];

	if (!results || !*results)
		results = "results";
	snprintf(latest, sizeof(latest), "%s/latest", results);
	if (o->each && o->by.count + o->differ.count) {
		frag_fail(e, 0, "cannot report");
		frag_error_why(e, o->by.count ? "either --each or --by"
					      : "either --each or --differ");
		frag_error_mend(e, "fragbench help report");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	if (!call->nwords && !o->by.count)
		return report_one(o, latest, call->words, true, e);
	if (!call->nwords)
		call->words[call->nwords++] = results;
	if (o->each ||
	    (call->nwords == 1 && !o->by.count && is_run(call->words[0])))
		return report_each(call, e);
	return report_together(call, e);
}

const struct frag_verb frag_verb_report = {
	.name = "report",
	.group = FRAG_READ,
	.summary =
		"draw a run directory, or several together, as one page of HTML",
	.usage =
		"[RUN]... [--by KEY]... [--each] [--svg] [--pdf] [--json] [-o DIR]",
	.about =
		"Writes RUN/report/index.html: one self-contained page that says what was done, on which machine, what happened and how far to trust it, with tables and pictures; the pictures stand beside it as PNG. Without RUN it takes results/latest, or latest in $FRAGBENCH_RESULTS. With -o DIR the page goes to DIR/RUN-report/index.html. The path of the page is printed.\n"
		"\n"
		"Several runs, or a folder that holds some, make one page together, NAME-report/index.html beside the first of them or in DIR: how far each run can be trusted, the numbers of each group side by side as fragbench compare has them, pictures of the groups, and what differs between machines and settings. Its tables can be sorted, and comparison.json beside it holds the numbers. Untrusted runs do not count in these, unless --untrusted is given or no other run is there. With --each every run has its own page; of a scenario whose arms turn a dial it has the response curve, with the points of all runs of the same scenario that are given.\n"
		"\n"
		"  fragbench report results/*sbrk*\n"
		"  fragbench report --by kernel --by mode results\n"
		"\n"
		"A run that was interrupted, or that has no summary.json, is summed up first. The pictures are drawn by Python with matplotlib and jinja2: $FRAGBENCH_PYTHON if set, else /usr/bin/python3, else python3 in PATH. Its scripts are taken from $FRAGBENCH_REPORT_DIR, or from where fragbench was built or installed.",
	.options = report_rows,
	.options_size = sizeof(struct frag_report_options),
	.call = report_call,
};
