/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a verb declares. A verb is one file in runner/verb/ with one
 * descriptor, and one line in verbs.def. main() parses its rows, calls it,
 * prints the error that it returns and turns it into the exit code.
 */
#ifndef FRAGBENCH_VERB_H
#define FRAGBENCH_VERB_H

#include "base/option.h"

enum { FRAG_ARGUMENTS_MAX = 64 };

/* What a verb is called with. options: its own struct, filled. */
struct frag_call {
	const void *options;
	const char *words[FRAG_ARGUMENTS_MAX];
	unsigned nwords;
	char **rest; /* what stood behind "--", or NULL */
	int argc; /* the whole command line, for the manifest */
	char **argv;
};

enum frag_verb_group { FRAG_LOOK, FRAG_DO, FRAG_READ };

/*
 * summary: one line. usage: what stands behind the verb's name ("SCENARIO
 * [--set KEY=VALUE]..."). about: paragraphs for help and man page.
 * call(): returns an exit code of enum frag_exit, or of the command that it
 * ran; or a negative errno with @e filled. Results go to stdout; progress and
 * warnings to stderr.
 * unknown: flags that stand in no row (the keys of a scenario); NULL: none.
 */
struct frag_verb {
	const char *name;
	enum frag_verb_group group;
	const char *summary;
	const char *usage;
	const char *about;
	const struct frag_option *options;
	size_t options_size;
	bool takes_command; /* "-- CMD" */
	frag_unknown_flag *unknown;
	int (*call)(struct frag_call *call, struct frag_error *e);
};

/* All verbs, NULL-terminated, in the order of verbs.def. */
extern const struct frag_verb *const frag_verbs[];

/* The verb called @name, or NULL with @e filled ("did you mean"). */
const struct frag_verb *frag_verb_find(const char *name, struct frag_error *e);

#endif
