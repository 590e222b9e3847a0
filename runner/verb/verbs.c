// SPDX-License-Identifier: GPL-2.0-or-later
/* Turns verbs.def into the table of verbs; says what each exit code means. */
#include "verb/verbs.h"

#include <string.h>

#include "fragbench/suggest.h"

const struct frag_verb *const frag_verbs[] = {
#define FRAG_VERB(name) &frag_verb_##name,
#include "verbs.def"
#undef FRAG_VERB
	NULL,
};

const char frag_version[] = FRAGBENCH_VERSION;

const struct frag_exit_row frag_exit_rows[] = {
	{ "0", "done" },
	{ "1", "done, and the answer is bad: the run misses what its "
	       "scenario expects" },
	{ "2", "wrong use: the message says what was meant" },
	{ "3", "cannot run here: the message says what is missing and how to "
	       "mend it" },
	{ "4", "should have worked and did not" },
	{ "5",
	  "done, but the numbers are not to be trusted, or an expectation of "
	  "a time cannot be told, because an emulator has none" },
	{ "N", "of record -- CMD: the exit code of CMD; 126 when it cannot be "
	       "started, 127 when it is not found, 128+N when signal N ended "
	       "it" },
	{ "125", "of vm --bisect: the kernel does not boot, or it cannot be "
		 "told whether it is good" },
	{ "255", "of vm --bisect: something is wrong that is not the kernel's "
		 "fault, and the bisection is to stop" },
	{ NULL, NULL },
};

const struct frag_verb *frag_verb_find(const char *name, struct frag_error *e)
{
	struct frag_suggest s = frag_suggest_for(name);

	for (unsigned i = 0; frag_verbs[i]; i++) {
		if (!strcmp(frag_verbs[i]->name, name))
			return frag_verbs[i];
		if (!frag_verbs[i]->is_hidden)
			frag_suggest_offer(&s, frag_verbs[i]->name);
	}
	frag_fail(e, 0, "unknown verb '%s'", name);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	if (s.best)
		frag_error_why(e, "did you mean %s?", s.best);
	frag_error_mend(e, "fragbench help");
	return NULL;
}
