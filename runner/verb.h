/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a verb declares. A verb is one file in runner/verb/ with one
 * descriptor, and one line in verbs.def. main() parses its rows, calls it,
 * prints the error that it returns and turns it into the exit code.
 */
#ifndef FRAGBENCH_VERB_H
#define FRAGBENCH_VERB_H

#include "base/option.h"

/* Enough for results/ with a star behind it. */
enum { FRAG_ARGUMENTS_MAX = 4096 };

/* What a verb is called with. options: its own struct, filled. */
struct frag_call {
	const void *options;
	const char *words[FRAG_ARGUMENTS_MAX + 1]; /* NULL at the end */
	unsigned nwords;
	char **rest; /* what stood behind "--", or NULL */
	int argc; /* the whole command line, for the manifest */
	char **argv;
};

enum frag_verb_group { FRAG_LOOK, FRAG_DO, FRAG_READ };

/*
 * The rows that every look and read verb has: one definition, one text.
 * @type is the tag of the verb's options struct, which has the members
 * `bool json` and `const char *sysroot` ("" for this machine).
 */
#define FRAG_ROW_JSON(type)                                                    \
	{                                                                      \
		"json", 0, FRAG_FLAG, offsetof(struct type, json), NULL, NULL, \
			0, 0, "print JSON on standard output instead of text"  \
	}
#define FRAG_ROW_SYSROOT(type)                                                         \
	{                                                                              \
		"sysroot", 0, FRAG_TEXT, offsetof(struct type, sysroot),               \
			"DIR", "", 0, 0,                                               \
			"read the recorded machine in DIR (its proc and sys folders) " \
			"instead of this one"                                          \
	}

/*
 * summary: one line. usage: what stands behind the verb's name ("SCENARIO
 * [--set KEY=VALUE]..."). about: paragraphs for help and man page.
 * call(): returns an exit code of enum frag_exit, or of the command that it
 * ran; or a negative errno with @e filled. Results go to stdout; progress and
 * warnings to stderr.
 * is_hidden: in no help, list or completion; for fragbench's own use.
 * unknown: flags that stand in no row (the keys of a scenario), called with the
 * verb's options struct as its ctx; NULL: none.
 * SIGPIPE does not kill: writes fail with EPIPE, main() says nothing of it, and
 * a command that a verb executes starts with the default action.
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
	bool is_hidden;
	frag_unknown_flag *unknown;
	int (*call)(struct frag_call *call, struct frag_error *e);
};

/* All verbs, NULL-terminated, in the order of verbs.def. */
extern const struct frag_verb *const frag_verbs[];

/* What an exit code means; ends with a row whose about is NULL. code is a text,
 * for some are ranges. */
struct frag_exit_row {
	const char *code;
	const char *about;
};

extern const struct frag_exit_row frag_exit_rows[];

/* The version of this build, "0.1.0". */
extern const char frag_version[];

/* The verb called @name, or NULL with @e filled ("did you mean"). */
const struct frag_verb *frag_verb_find(const char *name, struct frag_error *e);

#endif
