// SPDX-License-Identifier: GPL-2.0-or-later
/* A command line in the making: words are printed into it, one by one. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "vm/machine.h"

void frag_argv_add(struct frag_argv *a, const char *fmt, ...)
{
	va_list args;
	char *word;
	int n;

	va_start(args, fmt);
	n = vasprintf(&word, fmt, args);
	va_end(args);
	if (n < 0 || a->count >= FRAG_VM_ARGS_MAX)
		abort();
	a->argv[a->count++] = word;
	a->argv[a->count] = NULL;
}

void frag_argv_free(struct frag_argv *a)
{
	for (unsigned i = 0; i < a->count; i++)
		free(a->argv[i]);
	*a = (struct frag_argv){ 0 };
}
