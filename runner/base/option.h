/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be done with option rows: defaults, setting, writing, parsing argv. */
#ifndef FRAGBENCH_BASE_OPTION_H
#define FRAGBENCH_BASE_OPTION_H

#include "fragbench/error.h"
#include "fragbench/option.h"

/* Set every row of @rows (NULL: none) in the zeroed struct @base to its
 * initial value. Percentages are of @whole bytes. */
int frag_options_init(const struct frag_option *rows, void *base,
		      uint64_t whole, struct frag_error *e);

/* The row called @name, or NULL; @rows may be NULL. */
const struct frag_option *frag_option_find(const struct frag_option *rows,
					   const char *name);

/*
 * Set @row in @base from @text ("" or "yes"/"no" for a flag). Text is borrowed
 * and must outlive @base. Returns 0, or -EINVAL or -ERANGE with @e filled: the
 * row, what was given, what it takes; exit code FRAG_EXIT_USAGE.
 */
int frag_option_set(const struct frag_option *row, void *base, const char *text,
		    uint64_t whole, struct frag_error *e);

/* The value of @row in @base as frag_option_set() takes it; into @buf. */
const char *frag_option_text(const struct frag_option *row, const void *base,
			     char *buf, size_t size);

/* The word for the value in a help line: "N", "SIZE", "small|default", "". */
const char *frag_option_value(const struct frag_option *row);

/*
 * A flag that no row knows: return 0 when taken, *used_next set when @next was
 * its value; -ENOENT when it is unknown. @name has no dashes; @value is what
 * stood behind '=', or NULL.
 */
typedef int frag_unknown_flag(void *ctx, const char *name, const char *value,
			      const char *next, bool *used_next,
			      struct frag_error *e);

/*
 * How to read a command line. words: what is not a flag, in order, up to
 * max_words; rest: what stands behind "--", NULL when there was none.
 */
struct frag_args {
	const struct frag_option *rows;
	void *base;
	uint64_t whole;
	frag_unknown_flag *unknown; /* NULL: unknown flags are errors */
	void *ctx;
	const char **words;
	unsigned max_words;
	unsigned nwords;
	char **rest;
};

/* Read argv[0..argc); errors name the flag and what was meant. */
int frag_args_parse(struct frag_args *a, int argc, char **argv,
		    struct frag_error *e);

#endif
