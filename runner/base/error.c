// SPDX-License-Identifier: GPL-2.0-or-later
/* Fills struct frag_error; the only place that turns an errno into a text. */
#include "fragbench/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int frag_fail(struct frag_error *e, int errnum, const char *fmt, ...)
{
	va_list args;
	int rc = errnum ? errnum : -EINVAL;

	if (!e || e->what[0])
		return rc;
	va_start(args, fmt);
	vsnprintf(e->what, sizeof(e->what), fmt, args);
	va_end(args);
	if (errnum && !e->why[0])
		snprintf(e->why, sizeof(e->why), "%s", strerror(-errnum));
	return rc;
}

void frag_error_why(struct frag_error *e, const char *fmt, ...)
{
	va_list args;

	if (!e || e->why[0])
		return;
	va_start(args, fmt);
	vsnprintf(e->why, sizeof(e->why), fmt, args);
	va_end(args);
}

void frag_error_mend(struct frag_error *e, const char *fmt, ...)
{
	va_list args;

	if (!e || e->mend[0])
		return;
	va_start(args, fmt);
	vsnprintf(e->mend, sizeof(e->mend), fmt, args);
	va_end(args);
}

void frag_error_exit(struct frag_error *e, enum frag_exit code)
{
	if (e && !e->exit)
		e->exit = code;
}

void frag_error_clear(struct frag_error *e)
{
	if (e)
		memset(e, 0, sizeof(*e));
}

enum frag_exit frag_error_code(const struct frag_error *e)
{
	return e->exit ? e->exit : FRAG_EXIT_FAILED;
}
