/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seam between the report verb and analysis/report, which is Python. */
#ifndef FRAGBENCH_REPORT_PYTHON_H
#define FRAGBENCH_REPORT_PYTHON_H

#include <stdbool.h>
#include <stddef.h>

#include "fragbench/error.h"

/* What analysis/report/report.py ends with beside 0 and 1; the last is for an
 * interpreter that is not there. */
enum frag_python_exit {
	FRAG_PYTHON_NO_MODULES = 77,
	FRAG_PYTHON_NO_SPACE = 78,
	FRAG_PYTHON_NO_PDF = 79,
	FRAG_PYTHON_NOT_FOUND = 127,
};

/* The path of the script @name: in $FRAGBENCH_REPORT_DIR, else beside the
 * binary, in the source tree of a build or where it is installed. */
int frag_script_find(char *path, size_t size, const char *name,
		     struct frag_error *e);

/*
 * Run args[0], a script, with what follows it, NULL at the end, and wait for
 * it, with the interpreter that $FRAGBENCH_PYTHON names and no other, else with
 * the first of the usual ones that has what it needs. Returns its exit code,
 * 128 + the signal that ended it, or a negative errno.
 */
int frag_python_run(const char *const *args);

/* Say that @code of that kept @what ("the report of NAME") from being
 * drawn; a negative errno. */
int frag_python_fail(int code, const char *what, struct frag_error *e);

#endif
