/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the verb report: the folder of a page, a run, a series of runs. */
#ifndef FRAGBENCH_VERB_REPORT_H
#define FRAGBENCH_VERB_REPORT_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>

#include "verb.h"

struct frag_report_options {
	bool svg;
	bool pdf;
	bool json;
	bool each;
	bool untrusted;
	struct frag_words by;
	struct frag_words differ;
	const char *output;
};

/*
 * A page being made. script: what draws it; source: the run that it is of, or
 * the first of them; what: what it is called in messages; side: where Python
 * writes; place: where it ends up; comparison: a file for Python, or NULL.
 */
struct frag_page {
	const struct frag_report_options *options;
	char script[PATH_MAX + 64];
	const char *source;
	const char *what;
	const char *parent;
	char side[PATH_MAX];
	char place[PATH_MAX];
	json_t *comparison;
};

/*
 * Let @words, NULL at the end, be drawn by page->script into page->side, which
 * comes behind the first of them, and put it in page->place, below
 * page->parent. An older page gives way as a whole, and nothing is left of one
 * that fails.
 */
int frag_page_draw(struct frag_page *p, const char *const *words,
		   struct frag_error *e);

/* Print where the page is; with --json what it is of, too: @about is given
 * away. */
void frag_page_print(const struct frag_page *p, json_t *about);

/* Sum up the run @fd, called @name and in the folder @path, when it has no
 * summary or no seal; not while it is being measured. */
int frag_report_sum(const char *path, const char *name, int fd,
		    struct frag_error *e);

/* One page of the runs @found (paths); @skipped: of those that took no part
 * because they were not finished, the paths. */
int frag_report_series(const struct frag_report_options *o, json_t *found,
		       json_t *skipped, struct frag_error *e);

#endif
