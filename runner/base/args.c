// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a command line by option rows: long and short flags, words, "--". */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fragbench/suggest.h"
#include "option.h"

static const struct frag_option *letter_find(const struct frag_option *rows,
					     char letter)
{
	for (; rows && rows->name; rows++)
		if (rows->letter == letter)
			return rows;
	return NULL;
}

static int flag_unknown(const struct frag_option *rows, const char *flag,
			const char *name, struct frag_error *e)
{
	struct frag_suggest s = frag_suggest_for(name);

	for (; rows && rows->name; rows++)
		frag_suggest_offer(&s, rows->name);
	frag_fail(e, 0, "unknown option %s", flag);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	if (s.best)
		frag_error_why(e, "did you mean --%s?", s.best);
	return -EINVAL;
}

/* The value of @row: behind '=', or the next word; moves *i past it. */
static int flag_apply(struct frag_args *a, const struct frag_option *row,
		      const char *value, int argc, char **argv, int *i,
		      struct frag_error *e)
{
	if (row->type == FRAG_FLAG) {
		value = value ? value : "";
	} else if (!value) {
		if (*i + 1 >= argc) {
			frag_fail(e, 0, "--%s needs a value: %s", row->name,
				  frag_option_value(row));
			frag_error_exit(e, FRAG_EXIT_USAGE);
			return -EINVAL;
		}
		value = argv[++*i];
	}
	return frag_option_set(row, a->base, value, a->whole, e);
}

static int long_parse(struct frag_args *a, int argc, char **argv, int *i,
		      struct frag_error *e)
{
	const char *flag = argv[*i];
	const char *value = strchr(flag, '=');
	const struct frag_option *row;
	bool used_next = false;
	char name[64];
	int rc;

	snprintf(name, sizeof(name), "%.*s",
		 value ? (int)(value - flag - 2) : 63, flag + 2);
	value = value ? value + 1 : NULL;
	row = frag_option_find(a->rows, name);
	if (row)
		return flag_apply(a, row, value, argc, argv, i, e);
	if (!a->unknown)
		return flag_unknown(a->rows, flag, name, e);
	rc = a->unknown(a->ctx, name, value,
			*i + 1 < argc ? argv[*i + 1] : NULL, &used_next, e);
	if (rc == -ENOENT)
		return flag_unknown(a->rows, flag, name, e);
	*i += used_next;
	return rc;
}

/* "-r5", "-r 5", and flags joined: "-js1". */
static int short_parse(struct frag_args *a, int argc, char **argv, int *i,
		       struct frag_error *e)
{
	const char *p = argv[*i] + 1;
	int rc = 0;

	for (; *p && !rc; p++) {
		const struct frag_option *row = letter_find(a->rows, *p);
		char name[2] = { *p, '\0' };

		if (!row)
			return flag_unknown(NULL, argv[*i], name, e);
		if (row->type != FRAG_FLAG)
			return flag_apply(a, row, p[1] ? p + 1 : NULL, argc,
					  argv, i, e);
		rc = flag_apply(a, row, NULL, argc, argv, i, e);
	}
	return rc;
}

static int word_add(struct frag_args *a, const char *word, struct frag_error *e)
{
	if (a->nwords == a->max_words) {
		frag_fail(e, 0, "too many arguments: '%s'", word);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	a->words[a->nwords++] = word;
	return 0;
}

int frag_args_parse(struct frag_args *a, int argc, char **argv,
		    struct frag_error *e)
{
	int rc = 0;

	for (int i = 0; i < argc && !rc; i++) {
		if (!strcmp(argv[i], "--")) {
			a->rest = argv + i + 1;
			break;
		}
		if (!strncmp(argv[i], "--", 2))
			rc = long_parse(a, argc, argv, &i, e);
		else if (argv[i][0] == '-' && argv[i][1])
			rc = short_parse(a, argc, argv, &i, e);
		else
			rc = word_add(a, argv[i], e);
	}
	return rc;
}
